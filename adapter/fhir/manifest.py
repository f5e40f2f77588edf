"""The manifest of a bulk export: what files there are, of which types, and whether they need the token.

Versions 1.0 to 3.0 and what 4.0 changes: ``outcome`` for ``error``, no ``request``, files without a type.
Spec: https://hl7.org/fhir/uv/bulkdata/export.html#response---complete-status.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final, Literal
from urllib.parse import urlsplit

import msgspec

from adapter.fhir.errors import NotFhir

Kind = Literal["output", "deleted", "outcome"]

#: What the lines of a file are, where the manifest does not say it or may not.
_LINES: Final = {"deleted": "Bundle", "outcome": "OperationOutcome"}
_TYPE: Final = re.compile(r"[A-Z][A-Za-z]{1,63}")


class Listed(msgspec.Struct, frozen=True):
    """A file as a manifest lists it."""

    url: str
    type: str | None = None
    count: int | None = None


class Link(msgspec.Struct, frozen=True):
    """A link of a manifest."""

    relation: str
    url: str


class ManifestPage(msgspec.Struct, frozen=True, rename="camel"):
    """One page of a manifest. Where it does not say whether the files need the token, they do."""

    transaction_time: str
    requires_access_token: bool = True
    output: tuple[Listed, ...] | None = None
    deleted: tuple[Listed, ...] | None = None
    error: tuple[Listed, ...] | None = None
    outcome: tuple[Listed, ...] | None = None
    link: tuple[Link, ...] | None = None

    @property
    def following(self) -> str | None:
        """The address of the next page; None on the last."""
        return next((link.url for link in self.link or () if link.relation == "next"), None)


class File(msgspec.Struct, frozen=True):
    """A file of an export. ``type`` is what its lines are, None where there may be several; ``number`` counts from 1."""

    kind: Kind
    type: str | None
    number: int
    url: str
    count: int | None
    authorised: bool
    key: str  #: the same for the same file when its signed address changes

    @property
    def told(self) -> str:
        """``Observation file 3``: what may stand in a message."""
        words = {"output": self.type or "mixed", "deleted": "deletions", "outcome": "outcomes"}
        return f"{words[self.kind]} file {self.number}"


def page_of(body: bytes, place: str) -> ManifestPage:
    """A page of a manifest. Raises ``NotFhir`` for anything else."""
    try:
        page = msgspec.json.decode(body, type=ManifestPage, strict=False)  # counts come as texts, too
        moment = datetime.fromisoformat(page.transaction_time)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise NotFhir(place, "the manifest cannot be understood") from None
    if moment.tzinfo is None:
        raise NotFhir(place, "the manifest's transactionTime has no time zone")
    return page


def files_of(pages: Sequence[ManifestPage]) -> tuple[File, ...]:
    """The files of a whole manifest, in its order."""
    listed = [(kind, each, page) for page in pages for kind, each in _listed(page)]
    paths = Counter(_path(each.url) for _, each, _ in listed)
    numbers: Counter[tuple[str, str | None]] = Counter()
    found = []
    for kind, each, page in listed:
        held = _LINES.get(kind, each.type)
        numbers[kind, held] += 1
        # What is signed stands in the query, unless the query is what tells the files apart.
        name = _path(each.url) if paths[_path(each.url)] == 1 else each.url
        key = hashlib.sha256(f"{kind} {held} {name}".encode("utf-8", "surrogatepass")).hexdigest()[:24]
        type_ = held if held and _TYPE.fullmatch(held) else None
        authorised = page.requires_access_token
        found.append(File(kind, type_, numbers[kind, held], each.url, each.count, authorised, key))
    return tuple({file.key: file for file in found}.values())  # a file that is listed twice is one


def _listed(page: ManifestPage) -> Iterator[tuple[Kind, Listed]]:
    for each in page.output or ():
        yield "output", each
    for each in page.deleted or ():
        yield "deleted", each
    for each in (*(page.error or ()), *(page.outcome or ())):
        yield "outcome", each


def _path(url: str) -> str:
    try:
        return urlsplit(url)._replace(query="", fragment="").geturl()
    except ValueError:
        return url
