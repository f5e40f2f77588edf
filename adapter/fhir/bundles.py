"""FHIR JSON documents: decoded strictly, Bundles unpacked.

Nothing here knows files: a place is a path inside the document, and what cannot be used is a ``RefusedError``.
Spec: https://hl7.org/fhir/R4/json.html, https://hl7.org/fhir/R4/bundle.html.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple, NoReturn

import msgspec

Reason = Literal[
    "not-fhir",  # no FHIR resource: another kind of file, or an object without resourceType
    "not-json",  # no JSON, or JSON with NaN or Infinity
    "not-xml",  # no well-formed XML
    "not-utf8",  # text that is not UTF-8, or has half a surrogate pair
    "empty",  # a document with nothing in it
    "too-long",  # a line or document above its limit
    "too-deep",  # nesting above its limit
    "too-many-entries",  # the rest of a Bundle above its limit
    "truncated",  # compressed data that ends early or is damaged
    "duplicate-key",  # an object that has one key twice
    "doctype",  # XML with a document type declaration
    "unknown-element",  # XML with an element or attribute that no FHIR release read here has
    "no-resource",  # a Bundle entry that only has a request or a response
    "deleted",  # a resource, or a version of one, that the Bundle says was deleted
    "superseded",  # a version of a resource that has a newer one in the same history
]

Json = dict[str, Any]
Fate = Reason | Literal["told"]

_DOCUMENT_DEPTH: Final = 400  # the decoder recurses once per level, and Python allows 1000 frames in all
ID: Final = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_LITERAL: Final = re.compile(r"(?:^|/)([A-Z][A-Za-z]+/[A-Za-z0-9\-.]{1,64})(?:/_history/[^/]+)?$")
_ESCAPED: Final = re.compile(rb"\\.", re.DOTALL)
_QUOTED: Final = re.compile(rb'"[^"]*"')
_BRACKETS: Final = bytes.maketrans(b"[{]}", b"(())")
_NO_BRACKETS: Final = bytes(set(range(256)) - set(b'"[]{}'))


class RefusedError(Exception):
    """A document or resource that is not used. Raised for a whole document, a value for one resource in it.

    It never holds text of the document: ``path`` is made of element names and ``reference`` of a type and an id.
    """

    def __init__(self, reason: Reason, path: str = "", reference: str | None = None, detail: str = "") -> None:
        super().__init__(reason, path)
        self.reason: Reason = reason
        self.path = path
        self.reference = reference
        self.detail = detail


class Resource(NamedTuple):
    """One resource of a document, and where it stood."""

    path: str
    body: Json


class Ambiguous(dict[str, Any]):
    """An object that had one key twice."""


def decode(data: bytes, depth: int) -> Any:
    """The value of one JSON document; number tokens stay as written (``msgspec.Raw``), so no digit is lost.

    Raises ``RefusedError``: not-utf8, too-deep, not-json. Duplicate keys are left for ``unpack``, which knows whose they
    are. Bundles add levels of their own, hence four times ``depth`` here; each resource is measured when encoded.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RefusedError("not-utf8") from None
    if deeper_than(data, min(4 * depth, _DOCUMENT_DEPTH)):
        raise RefusedError("too-deep")
    try:
        return json.loads(
            text, object_pairs_hook=_object, parse_float=_token, parse_int=_token, parse_constant=_no_constant
        )
    except ValueError:
        raise RefusedError("not-json") from None  # the decoder's own error carries the document's text


def encode(resource: Json, depth: int, length: int) -> bytes:
    """One NDJSON line with its newline. Raises ``RefusedError``: too-long, too-deep, not-utf8."""
    try:
        line = msgspec.json.encode(resource)
    except UnicodeEncodeError:
        raise RefusedError("not-utf8") from None
    except RecursionError:
        raise RefusedError("too-deep") from None
    if len(line) >= length or deeper_than(line, depth):
        raise RefusedError("too-long" if len(line) >= length else "too-deep")
    return line + b"\n"


def deeper_than(data: bytes, depth: int) -> bool:
    """Whether JSON text nests deeper than ``depth``: counted on the brackets alone, before anything recurses."""
    marks = _ESCAPED.sub(b"", data) if b"\\" in data else data
    marks = _QUOTED.sub(b"", marks.translate(_BRACKETS, _NO_BRACKETS))
    for _ in range(depth):
        inner = marks.replace(b"()", b"")  # takes the innermost level off
        if len(inner) == len(marks):
            break
        marks = inner
    return b"()" in marks or marks.count(b"(") > depth


def unpack(document: object, entries: int, depth: int) -> Iterator[Resource | RefusedError]:
    """The resources of a document: one resource, a Bundle of any type, or an array of these.

    At most ``entries`` entries are used, those of Bundles in Bundles counted, and ``depth`` levels of Bundles.
    ``urn:uuid:`` and ``urn:oid:`` references to entries become ``Type/id``. A ``RefusedError`` value may stand where a
    resource should. Spec: https://hl7.org/fhir/R4/bundle.html#references.
    """
    unpacker = _Unpacker(entries, depth)
    array = isinstance(document, list)
    taken, rest = unpacker.take(document, "") if isinstance(document, list) else ([document], [])
    for index, item in enumerate(taken):
        yield from unpacker.item(item, f"[{index}]" if array else "", 1, {})
    yield from rest


class _Unpacker:
    """One walk through a document, with what is left of its entries."""

    def __init__(self, entries: int, depth: int) -> None:
        self.left = entries
        self.depth = depth

    def take(self, entries: list[Any], path: str) -> tuple[list[Any], list[RefusedError]]:
        """The entries that are still allowed, and the word about the others."""
        taken = entries[: max(self.left, 0)]
        self.left -= len(taken)
        rest = len(entries) - len(taken)
        if not rest or self.left < 0:
            return taken, []
        self.left = -1  # told once
        return taken, [RefusedError("too-many-entries", f"{path}[{len(taken)}]", detail=f"{rest} not read")]

    def item(self, item: object, path: str, level: int, names: Mapping[str, str]) -> Iterator[Resource | RefusedError]:
        if isinstance(item, RefusedError):
            yield item
        elif not isinstance(item, dict) or not isinstance(item.get("resourceType"), str):
            yield RefusedError("not-fhir", path)
        elif item["resourceType"] == "Bundle":
            yield from self.bundle(item, path or "Bundle", level, names)
        elif any(isinstance(each, Ambiguous) for each in objects(item)):
            yield RefusedError("duplicate-key", path, identity_of(item))
        else:
            rename(item, "urn:", names)
            yield Resource(path, item)

    def bundle(
        self, bundle: Json, path: str, level: int, names: Mapping[str, str]
    ) -> Iterator[Resource | RefusedError]:
        entries = bundle.get("entry", [])
        if level > self.depth:
            yield RefusedError("too-deep", path)
        elif _ambiguous_itself(bundle):
            yield RefusedError("duplicate-key", path)
        elif not isinstance(entries, list):
            yield RefusedError("not-fhir", f"{path}.entry")
        else:
            taken, rest = self.take(entries, f"{path}.entry")
            names = {**names, **_full_urls(taken)}
            fates = _fates(taken, history=bundle.get("type") == "history")
            for index, entry in enumerate(taken):
                yield from self.entry(entry, f"{path}.entry[{index}]", level, names, fates.get(index))
            yield from rest
            if "issues" in bundle:  # R5: an OperationOutcome about the Bundle
                yield from self.item(bundle["issues"], f"{path}.issues", level + 1, names)

    def entry(
        self, entry: Any, path: str, level: int, names: Mapping[str, str], fate: Fate | None
    ) -> Iterator[Resource | RefusedError]:
        if not isinstance(entry, dict):
            yield RefusedError("not-fhir", path)
        elif fate:
            if fate != "told":
                yield RefusedError(fate, path, _entry_identity(entry))
        elif "resource" not in entry:
            yield RefusedError("no-resource", path)
        elif isinstance(entry, Ambiguous):
            yield RefusedError("duplicate-key", path)
        else:
            yield from self.item(entry["resource"], f"{path}.resource", level + 1, names)


def _fates(entries: list[Any], *, history: bool) -> dict[int, Fate]:
    """What becomes of the entries whose resource is not to be used. Spec: https://hl7.org/fhir/R4/http.html#history.

    The newest version is the one last updated or, where a version does not say when, the first of the Bundle. A
    deletion is "told" by the versions it deletes, and by itself when the Bundle has none.
    """
    if not history:
        return {index: "deleted" for index, entry in enumerate(entries) if _deletes(entry)}
    fates: dict[int, Fate] = {}
    for versions in _versions(entries):
        moments = [_moment(entries[index]) for index in versions]
        newest = versions[moments.index(max(filter(None, moments)))] if all(moments) else versions[0]
        gone = _deletes(entries[newest])
        with_resource = [index for index in versions if not _deletes(entries[index])]
        for index in versions:
            if index in with_resource and index != newest:
                fates[index] = "deleted" if gone else "superseded"
            elif _deletes(entries[index]):
                fates[index] = "told" if with_resource else "deleted"
    return fates


def _versions(entries: list[Any]) -> list[list[int]]:
    """The entries about the same resource, by their positions."""
    versions: dict[str, list[int]] = {}
    for index, entry in enumerate(entries):
        if isinstance(entry, dict) and (identity := _entry_identity(entry)):
            versions.setdefault(identity, []).append(index)
    return list(versions.values())


def _moment(entry: Json) -> datetime | None:
    text = at(entry, "resource", "meta", "lastUpdated") or at(entry, "response", "lastModified")
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


def _deletes(entry: object) -> bool:
    return bool(at(entry, "request", "method") == "DELETE")


def at(value: Any, *names: str) -> Any:
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def identity_of(resource: object) -> str | None:
    """``Type/id``, where the resource has both and they are legal."""
    literal = f"{at(resource, 'resourceType')}/{at(resource, 'id')}"
    return literal if _LITERAL.fullmatch(literal) and isinstance(at(resource, "id"), str) else None


def _entry_identity(entry: Json) -> str | None:
    if identity := identity_of(entry.get("resource")):
        return identity
    urls = (at(entry, "request", "url"), entry.get("fullUrl"))
    return next((found for url in urls if isinstance(url, str) and (found := _literal(url))), None)


def _literal(url: str) -> str:
    """The ``Type/id`` at the end of an address, its version left out; nothing where there is none."""
    found = _LITERAL.search(url)
    return found[1] if found else ""


def _full_urls(entries: list[Any]) -> dict[str, str]:
    """The ``Type/id`` that each urn stands for. A resource without an id gets the one in its fullUrl."""
    names = {}
    for entry in entries:
        url, resource = at(entry, "fullUrl"), at(entry, "resource")
        if not isinstance(url, str) or not isinstance(resource, dict):
            continue
        urn = url.lower().startswith(("urn:uuid:", "urn:oid:"))
        kind, _, tail = ("", "", url.rsplit(":", 1)[-1]) if urn else _literal(url).partition("/")
        if not isinstance(resource.get("id"), str) and (urn or kind == resource.get("resourceType")):
            resource["id"] = tail if ID.fullmatch(tail) else hashed(tail)
        if urn and (identity := identity_of(resource)):
            names[url.lower()] = identity
    return names


def rename(tree: object, start: str, names: Mapping[str, str]) -> None:
    """Replaces the references that begin with ``start`` and have a new name."""
    for each in objects(tree) if names else ():
        reference = each.get("reference")
        if isinstance(reference, str) and reference[: len(start)].lower() == start:
            key = reference if start == "#" else reference.lower()
            each["reference"] = names.get(key, reference)


def objects(tree: object) -> Iterator[Json]:
    """Every object of a value, itself first; a stack instead of recursion, so that depth does no harm."""
    stack = [tree]
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            yield value
            stack += [each for each in value.values() if isinstance(each, dict | list)]
        elif isinstance(value, list):
            stack += [each for each in value if isinstance(each, dict | list)]


def _ambiguous_itself(bundle: Json) -> bool:
    around = [bundle.get(name) for name in bundle if name not in {"entry", "issues"}]
    return isinstance(bundle, Ambiguous) or any(isinstance(each, Ambiguous) for each in objects(around))


def hashed(text: str) -> str:
    """A legal id for any text: 64 hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _object(pairs: list[tuple[str, Any]]) -> Json:
    made = dict(pairs)
    return made if len(made) == len(pairs) else Ambiguous(made)


def _token(text: str) -> msgspec.Raw:
    return msgspec.Raw(text.encode())


def _no_constant(_name: str) -> NoReturn:
    raise ValueError
