"""Batches and transactions: sent in parts that the server takes, answered entry by entry.

A whole answer of 200 says nothing: each entry has a status of its own. Entries that the server had no time for (429, 503)
are sent again by themselves. Spec: https://hl7.org/fhir/R4/http.html#transaction.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Final, Literal

import msgspec
from urllib3.exceptions import MaxRetryError

from adapter.fhir.answering import retry_after
from adapter.fhir.errors import FhirError, NotFhir
from adapter.fhir.outcomes import Outcome
from adapter.fhir.sequence import in_parts, named, referred, renamed
from adapter.fhir.transport import PASSING, Reply, Transport, repetitions
from adapter.fhir.wire import NOTHING, BundleEntry, Request, bundle_of, etag_of, joined, outcome_in

Kind = Literal["batch", "transaction"]

#: The status of an entry that was not sent, because one it refers to was not done (RFC 4918, 11.4).
NOT_SENT: Final = 424
#: A server refuses a whole batch with these when it is too large or one entry is malformed. Smaller parts tell which.
_DIVIDING: Final = frozenset({400, 413, 422})
#: And a transaction with these, because of an entry in it; the next one may be taken.
_REFUSING: Final = _DIVIDING | {404, 409, 410, 412}
_REPEATABLE: Final = frozenset({"GET", "HEAD", "PUT", "DELETE"})


class Entry(msgspec.Struct, frozen=True):
    """One entry of a batch or transaction; ``url`` is relative to the server's base."""

    method: str
    url: str
    resource: bytes | None = None
    full_url: str | None = None
    if_match: str | None = None
    if_none_match: str | None = None
    if_none_exist: str | None = None

    @property
    def repeatable(self) -> bool:
        """Whether doing it twice does no harm."""
        return self.method in _REPEATABLE or self.if_none_exist is not None


class EntryAnswer(msgspec.Struct, frozen=True):
    """What became of one entry.

    ``status`` 0: nothing is known, the server may have done it. 412 may come of our own first sending, after which no answer
    came: whoever gets it reads the resource before deciding anything.
    """

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


class Sending:
    """One sequence of entries on its way to the server, and what became of each."""

    def __init__(self, transport: Transport, kind: Kind, entries: Sequence[Entry], prefer: str) -> None:
        self._transport = transport
        self._kind: Kind = kind
        self._entries = entries
        self._prefer = prefer
        self._answers: dict[int, EntryAnswer] = {}
        self._place = f"POST {kind}"

    def whole(self) -> list[EntryAnswer]:
        """The answers to one Bundle, which is done wholly or not at all. Raises ``FhirError``."""
        self._persistently([*range(len(self._entries))])
        return self._told()

    def divided(self) -> list[EntryAnswer]:
        """The answers to as many Bundles as the server's limit asks for.

        Raises ``FhirError`` where nothing was answered; later each entry without an answer tells the error's status.
        """
        linked = self._kind == "transaction"
        resources = [entry.resource if linked else None for entry in self._entries]
        urls = [entry.full_url if linked else None for entry in self._entries]
        for part in in_parts(resources, urls, self._transport.limits.bundle_entries):
            try:
                self._divisibly(part)
            except FhirError as error:
                if not self._answers:
                    raise
                missing = [index for index in range(len(self._entries)) if index not in self._answers]
                self._refused(missing, error)
                break
        return self._told()

    def _told(self) -> list[EntryAnswer]:
        return [self._answers[index] for index in range(len(self._entries))]

    def _divisibly(self, part: list[int]) -> None:
        """Sends a part; halves of it where the server refuses the whole."""
        try:
            self._persistently(part)
        except FhirError as error:
            if error.status not in (_DIVIDING if self._kind == "batch" else _REFUSING):
                raise
            if len(part) == 1 or self._kind == "transaction":
                self._refused(part, error)
            else:
                self._divisibly(part[: len(part) // 2])
                self._divisibly(part[len(part) // 2 :])

    def _refused(self, part: Sequence[int], error: FhirError) -> None:
        for index in part:
            self._answers[index] = EntryAnswer(0 if error.perhaps_done else error.status or 0, outcome=error.outcome)

    def _persistently(self, part: list[int]) -> None:
        """Sends a part, then again those entries for which the server had no time."""
        limits = self._transport.limits
        retry, left = repetitions(limits), self._sendable(part)
        reply = self._post(left) if left else None
        while reply and (left := [index for index in left if self._passing(index)]):
            wait = retry_after(reply.headers.get("retry-after")) or 0
            try:
                retry = retry.increment()
            except MaxRetryError:
                return
            if wait > limits.longest_wait_seconds:
                return
            time.sleep(max(wait, retry.get_backoff_time()))
            left = self._sendable(left)
            reply = self._again(left)

    def _again(self, left: list[int]) -> Reply | None:
        """Sends entries again; None where that failed, which takes nothing from the answers that came before."""
        try:
            return self._post(left) if left else None
        except FhirError as error:
            self._refused(left, error)
            return None

    def _passing(self, index: int) -> bool:
        """Whether the entry may be sent again: 429 says that it was not done, other faults do not."""
        status = self._answers[index].status
        return status == 429 or (status in PASSING and self._entries[index].repeatable)

    def _sendable(self, part: list[int]) -> list[int]:
        """The entries whose references the server or an earlier answer resolves; the others are told as not sent."""
        names, sendable = self._names(), part
        while True:
            here = {self._entries[index].full_url for index in sendable}
            ours = {entry.full_url for entry in self._entries if entry.full_url} - here - names.keys()
            stuck = [index for index in sendable if referred(self._entries[index].resource) & ours]
            if not stuck or self._kind == "batch":
                return sendable
            self._answers |= {index: EntryAnswer(NOT_SENT) for index in stuck}
            sendable = [index for index in sendable if index not in stuck]

    def _names(self) -> dict[str, str]:
        """The ``Type/id`` that each urn has become."""
        found = {}
        for index, answer in self._answers.items():
            entry = self._entries[index]
            if answer.done and entry.full_url and (name := named(answer.location, answer.resource, entry.url)):
                found[entry.full_url] = name
        return found

    def _post(self, part: list[int]) -> Reply:
        names = self._names()
        entries = [self._entries[index] for index in part]
        repeatable = all(entry.repeatable for entry in entries)
        answers: list[EntryAnswer] = []

        def check(reply: Reply) -> None:
            answers[:] = answers_of(reply.body, len(entries), self._place)

        reply = self._transport.send(
            "POST",
            "",
            headers={"Content-Type": "application/fhir+json", "Prefer": self._prefer},
            body=joined(self._kind, [_asked(entry, names) for entry in entries]),
            repeatable=repeatable,
            check=check,
            place=self._place,
        )
        self._answers |= dict(zip(part, answers, strict=True))
        return reply


def answers_of(body: bytes, expected: int, place: str) -> list[EntryAnswer]:
    """The answers in a response Bundle. Raises ``NotFhir`` where it does not have one for each entry."""
    bundle = bundle_of(body, place, perhaps_done=True)
    if len(bundle.entry) != expected or any(entry.response is None for entry in bundle.entry):
        raise NotFhir(place, "not every entry is answered", perhaps_done=True)
    return [_answer(entry) for entry in bundle.entry]


def _answer(entry: BundleEntry) -> EntryAnswer:
    response, resource = entry.response, bytes(entry.resource) if entry.resource else None
    assert response is not None
    digits = response.status.strip()[:3]
    return EntryAnswer(
        int(digits) if digits.isascii() and digits.isdigit() and len(digits) == 3 else 0,
        None if outcome_in(resource) else resource,
        etag_of(response.etag, resource, response.location),
        response.location,
        response.last_modified,
        outcome_in(response.outcome) or outcome_in(resource),
    )


def _asked(entry: Entry, names: Mapping[str, str]) -> BundleEntry:
    request = Request(entry.method, entry.url, entry.if_none_match, entry.if_match, entry.if_none_exist)
    resource = NOTHING if entry.resource is None else msgspec.Raw(renamed(entry.resource, names))
    return BundleEntry(entry.full_url, resource, request=request)
