"""The invariants of the types that are written, each by its key in the FHIR specification."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

Node = dict[str, Any]


def broken(resource: Node) -> list[str]:
    """Return the invariants that ``resource`` breaks, each with the place where."""
    own = _OF_RESOURCE.get(resource["resourceType"], ())
    found = [f"{resource['resourceType']}: {key}" for rule in (*own, _domain) for key in rule(resource)]
    for where, node in _nodes(resource, resource["resourceType"]):
        found += [f"{where}: {key}" for key in _of_node(node)]
    return found


def _nodes(value: Any, where: str) -> Iterator[tuple[str, Node]]:
    if isinstance(value, dict):
        yield where, value
        for name, inner in value.items():
            yield from _nodes(inner, f"{where}.{name}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _nodes(inner, f"{where}[{index}]")


def _of_node(node: Node) -> Iterator[str]:
    """Yield the broken invariants of datatypes: any object is looked at by the elements it has."""
    for extension in (*node.get("extension", ()), *node.get("modifierExtension", ())):
        values = [name for name in extension if name.startswith("value")]
        yield from ["ext-1"] * (len(values) + ("extension" in extension) != 1)
    if "reference" in node and isinstance(node["reference"], str):
        yield from ["ref-1"] * node["reference"].startswith("#")
    if "value" in node and "code" in node and "unit" in node:
        yield from ["qty-3"] * ("system" not in node)
    if "low" in node and "high" in node and isinstance(node["low"], dict):
        yield from ["rng-2"] * (node["low"]["value"] > node["high"]["value"])
    if isinstance(node.get("start"), str) and isinstance(node.get("end"), str):
        yield from ["per-1"] * _ends_before(node["start"], node["end"])
    if "codeFilter" in node:
        yield from ["drq-1"] * any(("path" in one) == ("searchParam" in one) for one in node["codeFilter"])


def _ends_before(start: str, end: str) -> bool:
    """Whether a period ends before it starts, as far as both are known: an instant within the day of its end does not."""
    known = min(len(start), len(end))
    return start[:known] > end[:known]


def _domain(resource: Node) -> Iterator[str]:
    yield from ["dom-2..5"] * bool(resource.get("contained"))  # nothing contained is written, so nothing can be wrong
    yield from ["dom-6"] * ("text" not in resource and resource["resourceType"] not in _CANONICAL)
    name = resource.get("name")
    if resource["resourceType"] in _CANONICAL:
        yield from ["cnl-0"] * (not isinstance(name, str) or not name[0].isupper() or not name.isalnum())
        yield from ["cnl-1"] * any(sign in resource["url"] for sign in "|#")


def _items(items: list[Node]) -> Iterator[Node]:
    for item in items:
        yield item
        yield from _items(item.get("item", []))


def _questionnaire(resource: Node) -> Iterator[str]:
    items = list(_items(resource["item"]))
    yield from ["que-2"] * (max(Counter(item["linkId"] for item in items).values()) > 1)
    for item in items:
        kind, chosen = item["type"], "answerOption" in item or "answerValueSet" in item
        yield from ["que-1"] * ((kind == "group") != ("item" in item) and kind in ("group", "display"))
        yield from ["que-3"] * (kind == "display" and "code" in item)
        yield from ["que-4"] * ("answerOption" in item and "answerValueSet" in item)
        yield from ["que-5"] * (chosen and kind not in ("choice", "coding", "open-choice"))
        yield from ["que-6"] * (kind == "display" and ("required" in item or "repeats" in item))
        yield from ["que-9"] * (kind == "display" and "readOnly" in item)


def _answers(resource: Node) -> Iterator[str]:
    stack = list(resource["item"])
    while stack:
        item = stack.pop()
        answers = item.get("answer", [])
        yield from ["qrs-1"] * (bool(answers) and "item" in item)
        yield from ["qrs-2"] * (not answers and "item" not in item)
        for answer in answers:
            yield from ["value"] * (sum(name.startswith("value") for name in answer) != 1)
            stack += answer.get("item", [])
        stack += item.get("item", [])


def _group(resource: Node) -> Iterator[str]:
    described = resource.get("actual") is False or resource.get("membership") == "definitional"
    yield from ["grp-1"] * ("member" in resource and described)


def _code_system(resource: Node) -> Iterator[str]:
    codes = [one["code"] for one in resource["concept"]]
    yield from ["csd-1"] * (len(codes) != len(set(codes)))
    yield from ["count"] * (resource["count"] != len(codes))


def _value_set(resource: Node) -> Iterator[str]:
    for include in resource["compose"]["include"]:
        yield from ["vsd-1"] * ("system" not in include and "valueSet" not in include)
        yield from ["vsd-2"] * (("concept" in include or "filter" in include) and "system" not in include)
        yield from ["vsd-3"] * ("concept" in include and "filter" in include)


def _structure(resource: Node) -> Iterator[str]:
    elements = resource["differential"]["element"]
    ids = [element["id"] for element in elements]
    root = resource["type"]
    yield from ["sdf-8a"] * (elements[0]["path"] != root)
    yield from ["sdf-8a"] * any(not element["path"].startswith(f"{root}.") for element in elements[1:])
    yield from ["sdf-17"] * (len(ids) != len(set(ids)))
    yield from ["sdf-5"] * ((resource["type"] == "Extension") != ("context" in resource))
    yield from ["sdf-20"] * ("slicing" in elements[0])
    for element in elements:
        low, high = element.get("min", 0), element.get("max", "*")
        yield from ["eld-2"] * (high != "*" and low > int(high))
        yield from ["slice"] * (("sliceName" in element) != (":" in element["id"].rpartition(".")[2]))


def _guidance(resource: Node) -> Iterator[str]:
    lacking = "dataRequirement" in resource
    yield from ["status"] * ((resource["status"] == "success") == lacking)


def _measure(resource: Node) -> Iterator[str]:
    for stratifier in (one for group in resource["group"] for one in group["stratifier"]):
        alone = any(name in stratifier for name in ("code", "description", "criteria"))
        yield from ["mea-1"] * (alone == ("component" in stratifier))


def _measured(resource: Node) -> Iterator[str]:
    for stratifier in (one for group in resource["group"] for one in group.get("stratifier", ())):
        for stratum in stratifier.get("stratum", ()):
            alone = any(name.startswith("value") for name in stratum)
            yield from ["mrp-2"] * (alone == ("component" in stratum))


def _observation(resource: Node) -> Iterator[str]:
    for part in (resource, *resource.get("component", ())):
        yield from ["obs-6"] * ("dataAbsentReason" in part and _has_value(part))
    own = _codes(resource)
    twice = any(own & _codes(part) for part in resource.get("component", ()))
    yield from ["obs-7"] * (twice and _has_value(resource))
    ranges = [one for part in (resource, *resource.get("component", ())) for one in part.get("referenceRange", ())]
    yield from ["obs-3"] * any(not {"low", "high", "text"} & one.keys() for one in ranges)


def _has_value(part: Node) -> bool:
    return any(name.startswith("value") for name in part)


def _codes(part: Node) -> set[tuple[str, str]]:
    return {(one["system"], one["code"]) for one in part["code"]["coding"]}


_CANONICAL = {"CodeSystem", "Measure", "Questionnaire", "StructureDefinition", "ValueSet"}
_OF_RESOURCE = {
    "Questionnaire": (_questionnaire,),
    "QuestionnaireResponse": (_answers,),
    "Group": (_group,),
    "CodeSystem": (_code_system,),
    "ValueSet": (_value_set,),
    "StructureDefinition": (_structure,),
    "GuidanceResponse": (_guidance,),
    "Measure": (_measure,),
    "MeasureReport": (_measured,),
    "Observation": (_observation,),
}
