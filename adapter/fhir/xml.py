"""FHIR XML read into the JSON shape, so that one set of readers serves both.

Whether an element repeats and what type it has comes from the ``fhir.resources`` models, imported when the first XML
document is met. Spec: https://hl7.org/fhir/R4/xml.html, https://hl7.org/fhir/R4/json.html.
"""

import re
from functools import cache, lru_cache
from importlib import import_module
from typing import Any, Final, Literal, NamedTuple, get_args

import msgspec
from lxml import etree

from adapter.fhir.bundles import Json, RefusedError

Release = Literal["R4B", "R5"]
Kind = Literal["complex", "resource", "xhtml", "boolean", "number", "string"]

_MODELS: Final[dict[Release, str]] = {"R4B": "fhir.resources.R4B", "R5": "fhir.resources"}
_FHIR: Final = "{http://hl7.org/fhir}"
_DIV: Final = "{http://www.w3.org/1999/xhtml}div"
_PRIMITIVE: Final = "FHIRPrimitiveExtension"  # the models' name for what a primitive may have besides its value
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
# Models' names of the primitives that JSON writes as numbers; integer64 is a string there (R5 json.html#primitive).
_NUMBERS: Final = frozenset({"Decimal", "Integer", "PositiveInt", "UnsignedInt"})


class Element(NamedTuple):
    """What a release says of one element: its kind, the name of its type when complex, and whether it repeats."""

    kind: Kind
    type: str
    many: bool


class _Pending(NamedTuple):
    """A resource in a Bundle entry that waits for its turn, and the object that is to hold it."""

    holder: Json
    element: etree._Element
    path: str


def parse(data: bytes, depth: int) -> Json:
    """One XML document as the JSON of FHIR; decimals keep their digits (``msgspec.Raw``).

    A resource in a Bundle that cannot be read is a ``RefusedError`` in its place, and the others stay. Raises ``RefusedError``
    for the document: not-utf8, doctype, not-xml, not-fhir, too-deep, unknown-element.
    """
    top: Json = {}
    pending = [_Pending(top, _root(data), "")]
    # One after the other rather than inside each other: Bundles in Bundles cost no stack, and choosing a release
    # for an outer one never reads the inner ones twice.
    while pending:
        next_one = pending.pop()
        next_one.holder["resource"] = _read(next_one, depth, pending)
    if isinstance(top["resource"], RefusedError):
        raise top["resource"]
    resource: Json = top["resource"]
    return resource


def _root(data: bytes) -> etree._Element:
    """The root element. Entities, DTDs and the network are off, and a DOCTYPE is refused before parsing."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        raise RefusedError("not-utf8") from None
    if b"<!DOCTYPE" in data:
        raise RefusedError("doctype")
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False,
        huge_tree=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(data.removeprefix(b"\xef\xbb\xbf"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        # The parser's own error may quote the document, so it must not travel along as a cause.
        too_deep = "depth" in str(error)
        raise RefusedError("too-deep" if too_deep else "not-xml") from None
    if not _is_fhir(root):
        raise RefusedError("not-fhir")
    return root


def _read(waiting: _Pending, depth: int, pending: list[_Pending]) -> Json | RefusedError:
    """The resource by the first release that knows all its elements, or why neither does."""
    refusals = []
    for release in _MODELS:
        reader = _Reader(release, depth)
        try:
            resource = reader.resource(waiting.element, waiting.path, 1)
        except RefusedError as refused:
            refusals.append(refused.with_traceback(None))  # a traceback would keep the document in memory
        except RecursionError:
            return RefusedError("too-deep", waiting.path)
        else:
            pending += reader.pending
            return resource
    known = [each for each in refusals if each.detail != "type"]
    return (known or refusals)[0]


class _Reader:
    """Reads one resource by the elements of one release."""

    def __init__(self, release: Release, depth: int) -> None:
        self.release: Release = release
        self.depth = depth
        self.pending: list[_Pending] = []

    def resource(self, element: etree._Element, path: str, level: int) -> Json:
        name = _local(element)
        if not _is_resource(self.release, name):
            raise RefusedError("unknown-element", path or _unnamed(element), detail="type")
        path = path or name
        return {"resourceType": name, **self.object(element, name, path, level)}

    def object(self, element: etree._Element, type_name: str, path: str, level: int) -> Json:
        """The JSON object for an element with children, attributes first."""
        if level > self.depth:
            raise RefusedError("too-deep", path)
        table = elements(self.release, type_name)
        made = _attributes(element, type_name, path)
        for name, children in _grouped(element, table, path).items():
            spec = table[name]
            if len(children) > 1 and not spec.many:
                raise RefusedError("unknown-element", f"{path}.{name}", detail="repeated")
            if spec.kind in {"boolean", "number", "string"}:
                made |= self.primitives(name, spec, children, path, level)
            elif type_name == "BundleEntry" and spec.kind == "resource":
                made[name] = None
                self.pending.append(_Pending(made, _only_child(children[0], path), f"{path}.{name}"))
            else:
                values = [self.value(spec, each, _at(path, name, spec, n), level) for n, each in enumerate(children)]
                made[name] = values if spec.many else values[0]
        return made

    def value(self, spec: Element, element: etree._Element, path: str, level: int) -> Json | str:
        if spec.kind == "xhtml":
            return etree.tostring(element, encoding="unicode", with_tail=False)
        if spec.kind == "resource":
            return self.resource(_only_child(element, path), path, level + 1)
        return self.object(element, spec.type, path, level + 1)

    def primitives(self, name: str, spec: Element, children: list[etree._Element], path: str, level: int) -> Json:
        """``name`` for the values and ``_name`` for ids and extensions, arrays padded with null to equal length."""
        values, extras = [], []
        for index, child in enumerate(children):
            here = _at(path, name, spec, index)
            extra = self.object(child, _PRIMITIVE, here, level + 1)
            value = (child.get("value") or "").strip()
            if not value and not extra:
                raise RefusedError("unknown-element", here, detail="no value")
            values.append(_literal(spec.kind, value) if value else None)
            extras.append(extra or None)
        made: Json = {}
        for key, column in ((name, values), (f"_{name}", extras)):
            if any(each is not None for each in column):
                made[key] = column if spec.many else column[0]
        return made


@cache
def elements(release: Release, type_name: str) -> dict[str, Element]:
    """The elements of a type, by their XML names, read off the model's fields; those of ``Element`` apart."""
    model = _model(release, type_name)
    attributes = () if model.has_resource_base() else ("id", "url") if type_name == "Extension" else ("id",)
    table = {}
    for name, field in model.model_fields.items():
        alias = field.alias or name
        if not alias.startswith("_") and alias != "fhir_comments" and alias not in attributes:
            table[alias] = _element(field)
    return table


@lru_cache(maxsize=4096)
def _is_resource(release: Release, type_name: str) -> bool:
    try:
        return bool(_model(release, type_name).has_resource_base())
    except ValueError:  # what the models raise for a name they do not know
        return False


def _model(release: Release, type_name: str) -> Any:
    return import_module(_MODELS[release]).get_fhir_model_class(type_name)


def _element(field: Any) -> Element:
    """What an annotation such as ``Optional[List[CodingType]]`` or ``Annotated[str, Code()]`` says."""
    many, waiting = False, [field.annotation, *field.metadata]
    while waiting:
        part = waiting.pop(0)
        kind_name = type(part).__name__
        if hasattr(part, "get_model_klass"):
            name = part.__name__.removesuffix("Type")
            return Element("resource" if name == "Resource" else "complex", name, many)
        if part is bool:
            return Element("boolean", "", many)
        if kind_name == "Xhtml":
            return Element("xhtml", "", many)
        if kind_name in _NUMBERS:
            return Element("number", "", many)
        many = many or getattr(part, "__origin__", None) is list
        waiting += [*get_args(part)]
    return Element("string", "", many)


def _attributes(element: etree._Element, type_name: str, path: str) -> Json:
    """The id of an element and the url of an extension; attributes of other namespaces are no content."""
    allowed = {"Extension": {"id", "url"}, _PRIMITIVE: {"id", "value"}}.get(type_name, {"id"})
    made: Json = {}
    for name, value in element.attrib.items():
        if name in allowed and name != "value":
            made[str(name)] = str(value)
        elif name not in allowed and not str(name).startswith("{"):
            raise RefusedError("unknown-element", f"{path}.{_unnamed(element)}", detail="attribute")
    return made


def _grouped(element: etree._Element, table: dict[str, Element], path: str) -> dict[str, list[etree._Element]]:
    """The children by name, each one known to the table."""
    groups: dict[str, list[etree._Element]] = {}
    _no_text(element.text, path)
    for child in element:
        name = "div" if child.tag == _DIV else _local(child)
        known = name in table and (_is_fhir(child) or (child.tag == _DIV and table[name].kind == "xhtml"))
        if not known:
            raise RefusedError("unknown-element", f"{path}.{_unnamed(child)}")
        groups.setdefault(name, []).append(child)
        _no_text(child.tail, path)
    return groups


def _no_text(text: str | None, path: str) -> None:
    # FHIR has its values in attributes: text between elements is content that would go unread.
    if text and not text.isspace():
        raise RefusedError("unknown-element", path, detail="text")


def _only_child(element: etree._Element, path: str) -> etree._Element:
    children = list(element)
    if len(children) != 1 or not _is_fhir(children[0]):
        raise RefusedError("unknown-element", path, detail="not one resource")
    return children[0]


def _literal(kind: Kind, text: str) -> bool | str | msgspec.Raw:
    """A value as JSON writes it. One that is no such literal stays a string, for the reader of the JSON to refuse."""
    if kind == "boolean" and text in {"true", "false"}:
        return text == "true"
    if kind == "number" and _NUMBER.fullmatch(text):
        return msgspec.Raw(text.encode())
    return text


def _at(path: str, name: str, spec: Element, index: int) -> str:
    return f"{path}.{name}[{index}]" if spec.many else f"{path}.{name}"


def _is_fhir(element: etree._Element) -> bool:
    return isinstance(element.tag, str) and element.tag.startswith(_FHIR)


def _local(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _unnamed(element: etree._Element) -> str:
    """Where something stands whose name no release has: not by its name, since anybody may have written anything there."""
    return f"?(line {element.sourceline})"
