"""FHIR JSON as it travels: the frame of a Bundle is decoded, each resource stays the bytes that came.

Spec: https://hl7.org/fhir/R4/bundle.html, https://hl7.org/fhir/R4/json.html.
"""

import re
from typing import Final, TypeVar

import msgspec

from adapter.fhir.errors import FhirError, NotFhir, Unreachable
from adapter.fhir.outcomes import Outcome, outcome_of

#: Where a resource could be and is none.
NOTHING: Final = msgspec.Raw(b"")

_BOM: Final = b"\xef\xbb\xbf"
_CUT: Final = "truncated"  # the decoder's word for a document that ends too early
_LOCATED: Final = re.compile(r"(?:^|/)([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})(?:/_history/([A-Za-z0-9\-.]{1,64}))?$")

_T = TypeVar("_T")


class Meta(msgspec.Struct, rename="camel"):
    """What the adapter reads of ``meta``."""

    version_id: str | None = None
    last_updated: str | None = None


class Head(msgspec.Struct, rename="camel"):
    """What a resource says of itself."""

    resource_type: str
    id: str | None = None
    meta: Meta | None = None


class Link(msgspec.Struct):
    """A link of a Bundle."""

    relation: str
    url: str = ""


class Search(msgspec.Struct):
    """Why an entry is in a search's answer."""

    mode: str | None = None


class Request(msgspec.Struct, rename="camel", omit_defaults=True):
    """What is asked for an entry, or was."""

    method: str
    url: str
    if_none_match: str | None = None
    if_match: str | None = None
    if_none_exist: str | None = None


class Response(msgspec.Struct, rename="camel"):
    """What was answered for an entry."""

    status: str
    location: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    outcome: msgspec.Raw = NOTHING


class BundleEntry(msgspec.Struct, rename="camel", omit_defaults=True):
    """An entry of a Bundle."""

    full_url: str | None = None
    resource: msgspec.Raw = NOTHING
    search: Search | None = None
    request: Request | None = None
    response: Response | None = None


class Bundle(msgspec.Struct, rename="camel", omit_defaults=True):
    """A Bundle."""

    resource_type: str
    type: str
    total: int | None = None
    link: list[Link] = []
    entry: list[BundleEntry] = []


def head_of(body: bytes, place: str, *, perhaps_done: bool = False) -> Head:
    """Type, id and version of a resource. Raises as ``decoded`` does."""
    return decoded(body, Head, place, perhaps_done=perhaps_done)


def bundle_of(body: bytes, place: str, *, perhaps_done: bool = False) -> Bundle:
    """The Bundle of an answer. Raises ``NotFhir`` for anything else, and as ``decoded`` does."""
    head = head_of(body, place, perhaps_done=perhaps_done)
    if head.resource_type != "Bundle":
        raise unexpected(body, place, perhaps_done=perhaps_done)
    return decoded(body, Bundle, place, perhaps_done=perhaps_done)


def decoded(body: bytes, kind: type[_T], place: str, *, perhaps_done: bool = False) -> _T:
    """The value of an answer's JSON. Raises ``Unreachable`` for half of it, ``NotFhir`` for anything else."""
    try:
        return msgspec.json.decode(body.removeprefix(_BOM), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        cut = _CUT in str(error) and body.strip()
    except RecursionError:
        cut = False
    if cut:
        raise Unreachable(place, "the answer ends too early", perhaps_done=perhaps_done)
    raise NotFhir(place, "the answer is no FHIR JSON", perhaps_done=perhaps_done)


def unexpected(body: bytes, place: str, *, perhaps_done: bool = False) -> FhirError:
    """The error for an answer that succeeds and yet holds another resource than was asked for."""
    outcome = outcome_of(body)
    reason = "an OperationOutcome was answered" if outcome else "another resource was answered"
    return NotFhir(place, f"{reason} instead", outcome=outcome, perhaps_done=perhaps_done)


def outcome_in(body: bytes | msgspec.Raw | None) -> Outcome | None:
    """The OperationOutcome that ``body`` is; None where it is none."""
    return outcome_of(bytes(body)) if body else None


def located(location: str | None) -> tuple[str, str, str | None] | None:
    """Type, id and version at the end of a Location; None where they are not there."""
    found = _LOCATED.search(location.partition("?")[0].rstrip("/")) if location else None
    return (found[1], found[2], found[3]) if found else None


def etag_of(etag: str | None, resource: bytes | None, location: str | None) -> str | None:
    """The ETag as sent; where there is none, one made of the version in the resource or in the Location."""
    if etag:
        return etag
    version = _version(resource) if resource else None
    if not version and (found := located(location)):
        version = found[2]
    return f'W/"{version}"' if version else None


def _version(resource: bytes) -> str | None:
    meta = head_of(resource, "").meta
    return meta.version_id if meta else None


def joined(kind: str, entries: list[BundleEntry]) -> bytes:
    """A Bundle of type ``kind``. Resources go in byte for byte."""
    return msgspec.json.encode(Bundle("Bundle", kind, entry=entries))
