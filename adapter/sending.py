"""One message to one server: what stands there is read, people's words are kept, and only what differs is written.

Everything is such that it can be done again: after a crash the entries that were written are found in place, by the id
map or, where the process was killed before it noted them, on the server itself.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

import msgspec

from adapter.abilities import Abilities
from adapter.differing import differences
from adapter.fhir.client import Client, Entry, EntryAnswer
from adapter.fhir.errors import (
    BY_STATUS,
    Conflict,
    FhirError,
    Invalid,
    NotFound,
    PreconditionFailed,
    ServerFault,
    Throttled,
)
from adapter.fhir.sequence import named, referred
from adapter.fhir.transactions import NOT_SENT
from adapter.naming import Naming, Resource
from adapter.report import FHIR_ENCODER
from adapter.standing import DECODER, Finder, Standing
from adapter.store.ids import Known, Name
from adapter.store.outbox import Message, Outbox, Written, name_of
from adapter.store.receipts import Action, Receipt

#: ``respect(ours, there)``: the resource to write, both in our ids, so that nothing that a person set is lost; or None,
#: where nothing may be written. It is asked whenever something is there, also where only we wrote it.
Respect = Callable[[Resource, Resource], Mapping[str, Any] | None]
#: How often a message is looked at anew when others write at the same time.
ROUNDS: Final = 4
#: Of a conditional create: it was created, and nothing was found.
CREATED: Final = 201


class OwnIdsError(PreconditionFailed):
    """The server gives ids of its own, although it says that it takes ours: the next look knows better."""


class Item(msgspec.Struct, frozen=True):
    """An entry of a message, and what is known of it."""

    name: Name
    content: bytes
    sha256: str
    known: Known | None


class Step(msgspec.Struct, frozen=True):
    """What is to be done about an item. ``body`` is in our ids; ``there`` is what stands on the server.

    ``post``: the server is to give it an id of its own.
    """

    item: Item
    action: Action
    body: Mapping[str, Any]
    there: Standing | None
    post: bool = False

    @property
    def paths(self) -> list[str]:
        """The elements that change."""
        there = self.there.body if self.there else None
        return differences(self.body, there) if there is not None else []


class Sender:
    """Sends messages of ``outbox`` through ``client``. Threads may share it."""

    def __init__(
        self,
        outbox: Outbox,
        client: Client,
        respect: Respect,
        tag_system: str,
        now: Callable[[], datetime],
        hold: Callable[[Message], None],
    ) -> None:
        if client.transport.base.url != outbox.server:  # ids of one server mean nothing on another
            raise ValueError("the outbox is for another server than the client")
        self._outbox = outbox
        self._client = client
        self._respect = respect
        self._now = now
        self._hold = hold
        self._able = Abilities(client.capabilities())
        self._naming = Naming(outbox.ids, outbox.server)
        self._finder = Finder(client, self._able, self._naming, tag_system)
        self._misled: set[Name] = set()  # a conditional create found something else: its condition was not understood
        self._most = client.transport.limits.bundle_entries if self._able.transacts else 1

    def send(self, message: Message) -> Counter[Action]:
        """Write what ``message`` says; return what was done. Raises ``FhirError``, and ``LeaseLost`` at any time."""
        done: Counter[Action] = Counter()
        left = ROUNDS
        while True:
            try:
                self._once(message, done)
                return done
            except OwnIdsError:
                continue  # once for each type
            except (Conflict, PreconditionFailed):
                left -= 1
                if not left:
                    raise

    def items(self, entries: Sequence[bytes]) -> list[Item]:
        """Return ``entries`` with what is known of each."""
        names = [name_of(entry) for entry in entries]
        known = self._outbox.ids.known(names)
        return [
            Item(name, entry, sha256(entry).hexdigest(), known.get(name))
            for name, entry in zip(names, entries, strict=True)
        ]

    def step(self, item: Item) -> Step:
        """Return what is to be done about ``item``, by what stands on the server now. Raises ``FhirError``."""
        ours = DECODER.decode(item.content)
        if post := not self._able.takes_ids(item.name.kind):
            ours = self._finder.tagged(ours, item.name)
        there = self._finder.find(ours, item.name, item.known)
        if there is None:
            return Step(item, "created", ours, None, post)
        wanted = None if there.body is None else self._respect(ours, there.body)
        if wanted is None or there.body is None:
            return Step(item, "left", ours, there)
        wanted = _with_labels_of(there.body, wanted)
        return Step(item, "updated" if differences(wanted, there.body) else "unchanged", wanted, there)

    def _once(self, message: Message, done: Counter[Action]) -> None:
        """Go through the entries in order, as many at once as the server takes."""
        steps: list[Step] = []
        for item in self.items(message.entries):
            if not is_settled(item):
                step = self.step(item)
                if step.action in ("unchanged", "left"):
                    self._note(message, [(step, None)], done)
                    continue
                steps.append(step)
            if len(steps) == self._most:
                self._write(message, steps, done)
                steps = []
        if steps:
            self._write(message, steps, done)

    def _write(self, message: Message, steps: Sequence[Step], done: Counter[Action]) -> None:
        """Send ``steps`` as one transaction, and note what became of each."""
        new = self._new_names(steps)
        entries = [self._entry(step, self._naming.outward(step.body, new), new) for step in steps]
        self._hold(message)
        answers = self._client.transaction(entries) if len(entries) > 1 else [self._alone(entries[0])]
        errors = [self._error_of(step, answer) for step, answer in zip(steps, answers, strict=True)]
        doubtful = {
            new[step.item.name] for step, wrong in zip(steps, errors, strict=True) if wrong and step.item.name in new
        }
        written = [
            (_unsettled(step) if referred(entry.resource) & doubtful else step, answer)
            for step, entry, answer, wrong in zip(steps, entries, answers, errors, strict=True)
            if not wrong
        ]
        self._note(message, written, done)
        if error := max(errors, key=_weight):
            raise error

    def _new_names(self, steps: Sequence[Step]) -> dict[Name, str]:
        """Return how the entries of one transaction name one another where the id map has no word of it yet."""
        names = {}
        for step in steps:
            kind, ours = step.item.name
            if step.there:
                names[step.item.name] = f"{kind}/{step.there.id}"
            elif step.post:
                names[step.item.name] = f"urn:uuid:{uuid5(NAMESPACE_URL, f'{self._outbox.server}/{kind}/{ours}')}"
        return names

    def _entry(self, step: Step, body: Resource, new: Mapping[Name, str]) -> Entry:
        """Return the entry for ``step``, whose ``body`` is in the server's ids."""
        kind, ours = step.item.name
        if step.post:
            misled = step.item.name in self._misled
            condition = None if misled else self._finder.condition(body, step.item.name)
            del body["id"]
            content = FHIR_ENCODER.encode(body)
            return Entry("POST", kind, content, full_url=new[step.item.name], if_none_exist=condition)
        theirs = step.there.id if step.there else ours
        content = FHIR_ENCODER.encode({**body, "id": theirs})
        return Entry("PUT", f"{kind}/{theirs}", content, if_match=step.there.etag if step.there else None)

    def _alone(self, entry: Entry) -> EntryAnswer:
        """Send one entry as an interaction of its own; what a server says against it is its answer."""
        content = entry.resource or b""
        try:
            if entry.method == "POST":
                answer = self._client.create(content, if_none_exist=entry.if_none_exist)
            else:
                answer = self._client.update(content, if_match=entry.if_match)
        except (NotFound, Invalid) as error:
            if error.status is None:
                raise
            return EntryAnswer(error.status, outcome=error.outcome)
        return EntryAnswer(
            answer.status, answer.resource, answer.etag, answer.location, answer.last_modified, answer.outcome
        )

    def _error_of(self, step: Step, answer: EntryAnswer) -> FhirError | None:
        """Return what went wrong with an entry. What may be otherwise at a second look is a failed precondition."""
        place = f"{'POST' if step.post else 'PUT'} {step.item.name.kind}"
        if answer.done and not (step.post and answer.status != CREATED):
            return None
        if answer.done:  # a match, whose content was not looked at: it is looked for, and compared
            self._misled.add(step.item.name)
            return PreconditionFailed(place, "it stood there already", status=answer.status)
        if answer.status in (404, 405) and step.action == "created" and not step.post:
            self._able.refused_id(step.item.name.kind)
            return OwnIdsError(place, "the server gives ids of its own", status=answer.status)
        if answer.status in (429, 503):
            return Throttled(place, "later", status=answer.status)
        other = Invalid if 400 <= answer.status < 500 and answer.status != NOT_SENT else ServerFault
        return BY_STATUS.get(answer.status, other)(place, "refused", outcome=answer.outcome, status=answer.status)

    def _note(self, message: Message, steps: Sequence[tuple[Step, EntryAnswer | None]], done: Counter[Action]) -> None:
        """Write down what is settled; ``None`` is the answer where nothing was asked."""
        now = self._now()
        written = [_written(step, answer, message.patient, now) for step, answer in steps]
        self._outbox.record(message, written, now)
        done.update(step.action for step, _ in steps)


def _written(step: Step, answer: EntryAnswer | None, patient: str, now: datetime) -> Written:
    """Return what is known of a resource after ``step``, and the receipt."""
    item, there = step.item, step.there
    theirs, etag = (there.id, there.etag) if there else (item.name.id, None)
    status, location = 410 if there and there.body is None else 200, None
    if answer:
        kind, _, at = (named(answer.location, answer.resource, "") or "").partition("/")
        theirs, etag = at if kind == item.name.kind else theirs, answer.etag
        status, location = answer.status, answer.location
    known = Known(item.name, theirs, etag, item.sha256, patient)
    return Written(known, Receipt(item.name, step.action, status, etag, location, now))


def _unsettled(step: Step) -> Step:
    """Return ``step`` such that it is looked at again: it was written with a reference to what may not be ours."""
    return msgspec.structs.replace(step, item=msgspec.structs.replace(step.item, sha256=""))


def is_settled(item: Item) -> bool:
    """Whether the resource was written with this very content, or left for a reason, before."""
    return item.known is not None and item.known.sha256 == item.sha256


def _weight(error: FhirError | None) -> int:
    """Return what counts first among several: a refusal last, as it may be for want of an entry that fails otherwise."""
    if error is None:
        return 0
    order = (Throttled | ServerFault, Conflict | PreconditionFailed, OwnIdsError)
    return 1 + max((number for number, kind in enumerate(order, 1) if isinstance(error, kind)), default=0)


def _with_labels_of(there: Resource, wanted: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return ``wanted`` with the tags and security labels that others gave the resource on the server."""
    meta = dict(wanted.get("meta", {}))
    for name in ("security", "tag"):
        ours = meta.get(name, [])
        if labels := [*ours, *(one for one in there.get("meta", {}).get(name, ()) if one not in ours)]:
            meta[name] = labels
    return {**wanted, "meta": meta} if meta else wanted
