"""The interactions of FHIR's REST interface, as functions."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from adapter.fhir.outcomes import Outcome
from adapter.fhir.transport import Transport


class Answer(msgspec.Struct, frozen=True):
    """What a server answered about one resource; ``resource`` is None where it sent none."""

    status: int
    resource: bytes | None = None
    etag: str | None = None
    location: str | None = None
    last_modified: str | None = None
    outcome: Outcome | None = None


class Page(msgspec.Struct, frozen=True):
    """One page of a search or history: each resource as its bytes."""

    resources: tuple[bytes, ...]
    included: tuple[bytes, ...] = ()
    warnings: tuple[Outcome, ...] = ()
    total: int | None = None
    self_link: str | None = None


class Entry(msgspec.Struct, frozen=True):
    """One entry of a batch or transaction; ``url`` is relative to the server's base."""

    method: str
    url: str
    resource: bytes | None = None
    full_url: str | None = None
    if_match: str | None = None
    if_none_match: str | None = None
    if_none_exist: str | None = None


class EntryAnswer(msgspec.Struct, frozen=True):
    """What became of one entry."""

    status: int
    resource: bytes | None = None
    etag: str | None = None
    location: str | None = None
    last_modified: str | None = None
    outcome: Outcome | None = None

    @property
    def done(self) -> bool:
        """Whether the server did it."""
        return 200 <= self.status < 300


Params = Mapping[str, str] | Sequence[tuple[str, str]]


class Client:
    """A FHIR server. Each function raises ``FhirError`` where it cannot answer."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport

    def read(self, kind: str, id: str) -> Answer:
        raise NotImplementedError

    def vread(self, kind: str, id: str, version: str) -> Answer:
        raise NotImplementedError

    def history(self, kind: str, id: str) -> Iterator[Page]:
        raise NotImplementedError

    def search(self, kind: str, params: Params, *, post: bool | None = None) -> Iterator[Page]:
        raise NotImplementedError

    def everything(self, patient_id: str) -> Iterator[Page]:
        raise NotImplementedError

    def create(self, resource: bytes, *, if_none_exist: str | None = None) -> Answer:
        raise NotImplementedError

    def update(self, resource: bytes, *, if_match: str | None = None, query: str | None = None) -> Answer:
        raise NotImplementedError

    def validate(self, resource: bytes) -> Outcome:
        raise NotImplementedError

    def transaction(self, entries: Sequence[Entry]) -> list[EntryAnswer]:
        raise NotImplementedError

    def batch(self, entries: Sequence[Entry]) -> list[EntryAnswer]:
        raise NotImplementedError
