"""Checks a resource against the tables made from the published definitions: shape, primitives, bindings, invariants.

The tables list only types that are written: a resource that uses another type is told as a problem, so that the
tables can never fall behind what they check.
"""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from tests.conformance.invariants import broken
from tests.conformance.make_tables import RESOURCES

HERE = Path(__file__).parent
_DATE = r"\d{4}(-\d{2}(-\d{2})?)?"
_TIME = r"T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})"
#: Primitive -> what its text must look like (FHIR datatypes).
TEXTS = {
    "string": r"(?s)(?=.*\S).+",
    "markdown": r"(?s)(?=.*\S).+",
    "code": r"\S+( \S+)*",
    "id": r"[A-Za-z0-9\-.]{1,64}",
    "uri": r"\S+",
    "url": r"\S+",
    "canonical": r"\S+",
    "date": _DATE,
    "dateTime": f"{_DATE}|\\d{{4}}-\\d{{2}}-\\d{{2}}{_TIME}",
    "instant": r"\d{4}-\d{2}-\d{2}" + _TIME,
    "xhtml": r"(?s)<div.*</div>",
}
#: So many digits may stand after the point (R5 datatypes, decimal).
MOST_DECIMALS = 17
NUMBERS = {"integer", "decimal", "unsignedInt", "positiveInt"}
XHTML = "{http://www.w3.org/1999/xhtml}"


@cache
def tables(release: str) -> dict[str, dict[str, Any]]:
    """Return path -> element -> [cardinality, types, codes] of a release."""
    made: dict[str, dict[str, Any]] = json.loads((HERE / f"elements-{release}.json").read_text("utf-8"))
    return made


def problems(resource: dict[str, Any], release: str) -> list[str]:
    """Return everything that is wrong with ``resource`` as a resource of ``release``."""
    kind = resource["resourceType"]
    if kind not in tables(release):
        return [f"{kind}: not in the tables"]
    body = {name: value for name, value in resource.items() if name != "resourceType"}
    found = [*_complex(body, kind, kind, release), *broken(resource)]
    return [*found, *([] if re.fullmatch(TEXTS["id"], resource.get("id", "")) else [f"{kind}.id: not an id"])]


def _elements(path: str, release: str) -> dict[str, Any]:
    """Return the elements of a type with those it inherits."""
    known = tables(release)
    if path in RESOURCES:
        bases = ["DomainResource"]
    elif path.split(".")[0] in RESOURCES:
        bases = ["Element", "BackboneElement"]
    else:
        bases = ["Element"]
    return {name: what for base in bases for name, what in known[base].items()} | known[path]


def _complex(value: Any, path: str, where: str, release: str) -> Iterator[str]:
    if path not in tables(release):
        yield f"{where}: {path} is not in the tables"
        return
    if not isinstance(value, dict) or not value:
        yield f"{where}: not an object with content"
        return
    elements = _elements(path, release)
    seen: dict[str, int] = {}
    for key, given in value.items():
        name, type_ = _resolved(key.removeprefix("_"), elements)
        if name is None or type_ is None:
            yield f"{where}.{key}: unknown element"
        elif key.startswith("_"):
            yield from _complex(given, "Element", f"{where}.{key}", release)
        else:
            seen[name] = seen.get(name, 0) + (len(given) if isinstance(given, list) else 1)
            yield from _values(given, elements[name], type_, f"{where}.{key}", release)
    for name, what in elements.items():
        low, _, high = what[0].partition("..")
        if not int(low) <= seen.get(name, 0) <= (10**6 if high == "*" else int(high)):
            yield f"{where}.{name}: {seen.get(name, 0)} of {what[0]}"


def _resolved(key: str, elements: dict[str, Any]) -> tuple[str | None, str | None]:
    """Return the element that ``key`` names, and its type: a choice is named with its type."""
    if key in elements:
        return key, elements[key][1]
    for name, what in elements.items():
        if name.endswith("[x]") and key.startswith(name[:-3]):
            for type_ in what[1].split("|"):
                code = type_.partition("(")[0]
                if key == name[:-3] + code[0].upper() + code[1:]:
                    return name, type_
    return None, None


def _values(given: Any, what: list[Any], type_: str, where: str, release: str) -> Iterator[str]:
    """Yield what is wrong with one value, or with a list where the element repeats."""
    repeats = what[0].endswith("*") or int(what[0].partition("..")[2]) > 1
    if repeats != isinstance(given, list) or given == []:
        yield f"{where}: {'an array, not empty, is' if repeats else 'no array is'} expected"
        return
    for index, one in enumerate(given if repeats else [given]):
        place = f"{where}[{index}]" if repeats else where
        yield from _value(one, type_, place, release)
        if len(what) > 2 and not set(_coded(one)) & set(what[2].split()):
            yield f"{place}: not a code of the required set"


def _coded(value: Any) -> list[str]:
    """Return the codes that a code, Coding or CodeableConcept carries."""
    if isinstance(value, str):
        return [value]
    return [one["code"] for one in value.get("coding", [value]) if "code" in one]


def _value(value: Any, type_: str, where: str, release: str) -> Iterator[str]:
    code, _, targets = type_.partition("(")
    if code in TEXTS:
        if not isinstance(value, str) or not re.fullmatch(TEXTS[code], value):
            yield f"{where}: not a {code}"
        elif code == "xhtml":
            yield from _markup(value, where)
    elif code in NUMBERS:
        kinds = (int, Decimal) if code == "decimal" else (int,)
        if isinstance(value, bool) or not isinstance(value, kinds) or (code != "decimal" and value < 0):
            yield f"{where}: not a {code}"
        elif isinstance(value, Decimal) and int(value.as_tuple().exponent) < -MOST_DECIMALS:
            yield f"{where}: too many digits"
    elif code == "boolean":
        if not isinstance(value, bool):
            yield f"{where}: not a boolean"
    else:
        yield from _complex(value, code, where, release)
        kind = value.get("reference", "").split("/")[0] if code == "Reference" and isinstance(value, dict) else ""
        if kind and targets and kind not in targets[:-1].split(","):
            yield f"{where}: a reference to {kind}"


def _markup(text: str, where: str) -> Iterator[str]:
    """Yield what is wrong with a narrative (txt-1, txt-2): XHTML, no active content, something to read."""
    root = etree.fromstring(text)
    if root.tag != f"{XHTML}div" or not "".join(map(str, root.itertext())).strip():
        yield f"{where}: not a div with content"
    for node in root.iter():
        if node.tag not in {f"{XHTML}{name}" for name in ("div", "p", "b")} or node.attrib:
            yield f"{where}: {node.tag} is not expected"
