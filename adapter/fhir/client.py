"""The interactions of FHIR's REST interface.

Spec: https://hl7.org/fhir/R4/http.html, https://hl7.org/fhir/R4/operations.html.
"""

import re
import string
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, Literal
from urllib.parse import quote, urlencode

import msgspec

from adapter.fhir.bundles import ID
from adapter.fhir.capability import Capabilities, capabilities_of
from adapter.fhir.errors import FhirError, Invalid
from adapter.fhir.outcomes import Outcome
from adapter.fhir.paging import Page, Pages
from adapter.fhir.transactions import Entry, EntryAnswer, Sending
from adapter.fhir.transport import Params, Reply, Transport
from adapter.fhir.wire import Head, etag_of, head_of, located, outcome_in, unexpected

__all__ = ["Answer", "Client", "Entry", "EntryAnswer", "Page", "Params"]

Prefer = Literal["minimal", "representation", "OperationOutcome"]

_KIND: Final = re.compile(r"[A-Z][A-Za-z]{1,63}")
_JSON: Final = {"Content-Type": "application/fhir+json"}
_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}
#: Parameters whose values are nobody's: a search by these alone may stand in the address, and so in logs on the way.
_NOBODYS: Final = frozenset(
    "_count _elements _format _include _lastUpdated _revinclude _since _sort _summary _tag _total _type"
    " category clinical-status code date effective-time status type verification-status".split()
)


class Answer(msgspec.Struct, frozen=True):
    """What a server answered about one resource; ``resource`` is None where it sent none."""

    status: int
    resource: bytes | None = None
    etag: str | None = None
    location: str | None = None
    last_modified: str | None = None
    outcome: Outcome | None = None

    @property
    def reference(self) -> str | None:
        """``Type/id`` of what was written or read, where the server tells it."""
        if found := located(self.location):
            return "/".join(found[:2])
        head = head_of(self.resource, "") if self.resource else None
        return f"{head.resource_type}/{head.id}" if head and head.id else None


class Client:
    """A FHIR server. Each function raises ``FhirError`` where it cannot answer; resources are bytes, in and out."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport
        self._capabilities: Capabilities | None = None

    def capabilities(self) -> Capabilities:
        """What the server says it can do; asked once."""
        if self._capabilities is None:
            reply = self.transport.send("GET", "metadata", check=_whole("GET metadata"))
            self._capabilities = capabilities_of(reply.body)
        return self._capabilities

    def read(self, kind: str, identity: str) -> Answer:
        """The resource as it is now. Raises ``NotFound``, ``Gone``."""
        return self._read(kind, identity, _path(f"GET {kind}", kind, identity))

    def vread(self, kind: str, identity: str, version: str) -> Answer:
        """One version of a resource."""
        return self._read(kind, identity, _path(f"GET {kind}", kind, identity, "_history", version))

    def history(self, kind: str, identity: str) -> Iterable[Page]:
        """The versions of a resource, newest first."""
        place = f"GET {kind}/_history"
        return self._pages(place, _path(place, kind, identity, "_history"))

    def everything(self, patient_id: str, params: Params = ()) -> Iterable[Page]:
        """All that the server holds about a patient. What it holds outside its compartment may be missing."""
        place = "GET Patient/$everything"
        return self._pages(place, _path(place, "Patient", patient_id, "$everything"), params)

    def search(self, kind: str, params: Params, *, post: bool | None = None) -> Iterable[Page]:
        """The pages of what matches. By POST unless every parameter's values are nobody's, so that no log holds them.

        Unknown parameters are to be refused rather than ignored; ``Page.ignored`` names those that were all the same.
        """
        pairs = _pairs(params)
        by_post = post if post is not None else not all(_bare(name) in _NOBODYS for name, _ in pairs)
        place = f"{'POST' if by_post else 'GET'} {kind}"
        path = _path(place, kind, *(["_search"] if by_post else []))
        return self._pages(place, path, pairs, kind=kind, post=by_post)

    def create(self, resource: bytes, *, if_none_exist: str | None = None, prefer: Prefer = "representation") -> Answer:
        """A new resource; with ``if_none_exist`` (a search) only where nothing matches, else 200 and what is there."""
        kind = _ours(resource, "POST").resource_type
        headers = {} if if_none_exist is None else {"If-None-Exist": _ascii(if_none_exist)}
        return self._write("POST", _path(f"POST {kind}", kind), resource, headers, prefer)

    def update(
        self,
        resource: bytes,
        *,
        if_match: str | None = None,
        query: str | None = None,
        prefer: Prefer = "representation",
    ) -> Answer:
        """The next version of a resource, by its id or by ``query`` (a search with one match, or none: then created).

        ``if_match`` is the ETag of the version that is to be replaced, as it came. Raises ``PreconditionFailed`` where
        that is no longer the newest.
        """
        head = _ours(resource, "PUT")
        place = f"PUT {head.resource_type}"
        if query is None:
            path = _path(place, head.resource_type, head.id or "")
        else:
            path = f"{_path(place, head.resource_type)}?{_ascii(query)}"
        headers = {} if if_match is None else {"If-Match": if_match if '"' in if_match else f'W/"{if_match}"'}
        return self._write("PUT", path, resource, headers, prefer)

    def validate(self, resource: bytes) -> Outcome:
        """What the server thinks of a resource, without storing it."""
        kind = _ours(resource, "POST $validate").resource_type
        place = f"POST {kind}/$validate"
        path = _path(place, kind, "$validate")
        try:
            reply = self.transport.send(
                "POST", path, headers=_JSON, body=resource, repeatable=True, check=_whole(place)
            )
        except FhirError as error:
            if error.outcome and error.status in {400, 412, 422}:  # how some servers say that it is not valid
                return error.outcome
            raise
        if outcome := outcome_in(reply.body):
            return outcome
        raise unexpected(reply.body, place)

    def batch(self, entries: Sequence[Entry], *, prefer: Prefer = "representation") -> list[EntryAnswer]:
        """An answer for each entry, in order. Sent in parts that the server takes; entries do not depend on each other."""
        return Sending(self.transport, "batch", entries, f"return={prefer}").divided() if entries else []

    def transaction(
        self, entries: Sequence[Entry], *, prefer: Prefer = "representation", divisible: bool = False
    ) -> list[EntryAnswer]:
        """An answer for each entry, in order: all are done or none, and then it raises what the server said.

        Servers that do some and not others say so entry by entry, so every ``EntryAnswer.done`` has to be looked at. A
        ``divisible`` one is sent in several transactions where it has more than ``Limits.bundle_entries`` entries: what is
        referred to by ``urn:uuid:`` first, and what refers to something that was not done is not sent at all (424).
        """
        sending = Sending(self.transport, "transaction", entries, f"return={prefer}")
        if not entries:
            return []
        return sending.divided() if divisible else sending.whole()

    def _read(self, kind: str, identity: str, path: str) -> Answer:
        place = f"GET {kind}"

        def check(reply: Reply) -> None:
            head = head_of(reply.body, place)
            if (head.resource_type, head.id) != (kind, identity):
                raise unexpected(reply.body, place)

        return _answer(self.transport.send("GET", path, check=check))

    def _pages(
        self, place: str, path: str, params: Params = (), *, kind: str | None = None, post: bool = False
    ) -> Iterable[Page]:
        pairs = _pairs(params)

        def first() -> Reply:
            headers, check = {"Prefer": "handling=strict"}, _whole(place)
            if not post:
                return self.transport.send("GET", path, headers=headers, params=pairs, check=check)
            body = urlencode(pairs, quote_via=quote).encode()
            return self.transport.send("POST", path, headers={**headers, **_FORM}, body=body, check=check)

        return Pages(self.transport, first, place, kind=kind, sent=dict(pairs))

    def _write(self, method: str, path: str, resource: bytes, headers: Mapping[str, str], prefer: Prefer) -> Answer:
        place = self.transport.base.place(method, path)
        kind = place.rpartition(" ")[2]

        def check(reply: Reply) -> None:
            if not reply.body.strip():
                return
            head = head_of(reply.body, place, perhaps_done=True)
            outcome = outcome_in(reply.body)
            if head.resource_type != kind and (outcome is None or outcome.failed):
                raise unexpected(reply.body, place, perhaps_done=True)

        headers = {**_JSON, "Prefer": f"return={prefer}", **headers}
        return _answer(self.transport.send(method, path, headers=headers, body=resource, check=check))


def _answer(reply: Reply) -> Answer:
    outcome = outcome_in(reply.body)
    resource = reply.body if reply.body.strip() and not outcome else None
    location = reply.headers.get("location") or reply.headers.get("content-location")
    return Answer(
        reply.status,
        resource,
        etag_of(reply.headers.get("etag"), resource, location),
        location,
        reply.headers.get("last-modified"),
        outcome,
    )


def _ours(resource: bytes, place: str) -> Head:
    """Type and id of a resource that is to be sent. Raises ``Invalid`` where it is none."""
    try:
        return head_of(resource, place)
    except FhirError:
        raise Invalid(place, "no FHIR resource to send") from None


def _whole(place: str) -> Callable[[Reply], object]:
    """A check that an answer is a whole JSON document."""
    return lambda reply: head_of(reply.body, place)


def _path(place: str, kind: str, *rest: str) -> str:
    """``Patient/17/_history``. Raises ``Invalid`` for what would be another address than it seems."""
    if not _KIND.fullmatch(kind) or not all(ID.fullmatch(each.lstrip("_$")) and each.strip(".") for each in rest):
        raise Invalid(place.partition(" ")[0], "no legal type or id")
    return "/".join((kind, *rest))


def _pairs(params: Params) -> list[tuple[str, str]]:
    return [*params.items()] if isinstance(params, Mapping) else [*params]


def _bare(name: str) -> str:
    """The name of a parameter without its modifier; a chained one stays as it is."""
    return name.partition(":")[0]


def _ascii(query: str) -> str:
    """A query with everything percent-encoded that a header or an address cannot hold."""
    return quote(query, safe=string.punctuation)
