"""From a run's resources to messages to a server: one a patient, in an order in which references resolve.

A message is put into the outbox only where it says something else than the newest one of the same patient: a second run
that comes to the same findings, at whatever instant, has nothing to tell. What everybody's resources refer to is a message
before all others, each type of definitions one beside them, and the tables of the cohort one after them.
"""

import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import UTC, datetime
from typing import IO, Final

import msgspec

from adapter.abilities import Abilities
from adapter.fhir.client import Client
from adapter.fhir.errors import FhirError
from adapter.naming import Naming, Resource
from adapter.report import FHIR_ENCODER
from adapter.standing import DECODER, Finder
from adapter.store.ids import Known
from adapter.store.outbox import EVERYBODY, Outbox, digest_of
from adapter.target import EVENT, Typed, patient_of
from adapter.timeless import timeless
from mappings.emitting.adverse_event import is_ours_event, retracted
from mappings.emitting.datatypes import Release
from mappings.emitting.trial import trial

SUBJECT: Final = b'{"resourceType":"ResearchSubject",'
#: The keys, in a patient's place, of the tables and of definitions, which no resource refers to by a reference.
TABLES: Final = "tables"
DEFINITIONS: Final = ("CodeSystem", "ValueSet", "StructureDefinition", "Measure")


class Said(msgspec.Struct, frozen=True):
    """What is to be said of one patient, or under another key: resources in order of references, and what they come to."""

    key: str
    entries: tuple[bytes, ...]
    digest: str
    withdrawn: int = 0


def said(key: str, lines: Iterable[bytes], gone: Iterable[str] = ()) -> Said:
    """Return the message of ``lines``; ``gone`` are the ids of events that were told before and hold no more."""
    entries = tuple(line.strip() for line in lines)
    contents = [FHIR_ENCODER.encode(timeless(DECODER.decode(one))) for one in entries]
    return Said(key, entries, digest_of([*contents, *(one.encode() for one in gone)]))


def trial_said(release: Release, base: str, is_taken: Callable[[str], bool]) -> Iterator[Said]:
    """Yield the trial's own messages: what is referred to, then definitions, of the types that the server takes."""
    of_kind: dict[str, list[bytes]] = defaultdict(list)
    for resource in trial(release, base):
        kind = resource["resourceType"]
        of_kind[kind if kind in DEFINITIONS else EVERYBODY].append(FHIR_ENCODER.encode(resource))
    yield said(EVERYBODY, of_kind.pop(EVERYBODY))
    yield from (said(f"definitions/{kind}", lines) for kind, lines in of_kind.items() if is_taken(kind))


class Patients:
    """The resources of a run, ``lines``, a patient's subject first, told apart by patient; kept in a file meanwhile."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile(prefix="yts109-")  # noqa: SIM115  # closed by close
        self._subjects: Counter[str] = Counter()
        self.events: set[str] = set()
        for line in lines:
            self._file.write(line)
            head = _head(line)
            self._subjects.update([head.id] if head.resource_type == "ResearchSubject" else ())
            self.events.update([head.id] if head.resource_type == EVENT else ())

    def __enter__(self) -> "Patients":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    @property
    def left(self) -> int:
        """How many patients share an identifier: nothing is said about them, as each would replace the other."""
        return sum(number for number in self._subjects.values() if number > 1)

    def __iter__(self) -> Iterator[tuple[str, list[bytes]]]:
        """Yield the reference of each patient, with the lines about them."""
        self._file.seek(0)
        lines: list[bytes] = []
        for line in self._file:
            if line.startswith(SUBJECT) and lines:
                yield from self._told(lines)
                lines = []
            lines.append(line)
        if lines:
            yield from self._told(lines)

    def _told(self, lines: list[bytes]) -> Iterator[tuple[str, list[bytes]]]:
        subject = _head(lines[0])
        if self._subjects[subject.id] == 1:
            yield patient_of(subject), lines


class Withdrawing:
    """Finds the events of ours on the server that a run as of ``at`` no longer shows; what was told later stands."""

    def __init__(self, outbox: Outbox, client: Client, tag_system: str, at: datetime) -> None:
        self._outbox = outbox
        self._at = at
        self._finder = Finder(client, Abilities(client.capabilities()), Naming(outbox.ids, outbox.server), tag_system)
        self.failed: FhirError | None = None  # the first error; the next run looks for what was not found

    def said(self, patient: str, lines: list[bytes], shown: Collection[str]) -> Said:
        """Return what is to be said of ``patient``, with the withdrawal of every event told before that is not ``shown``."""
        known = [one for one in self._outbox.ids.of_patient(patient) if one.name.kind == EVENT]
        gone = [one for one in known if one.name.id not in shown]
        plain = said(patient, lines, [one.name.id for one in gone])
        if not gone or not is_news(self._outbox, plain):
            return plain
        try:
            there = [] if self.failed else [found for one in gone if (found := self._ours(one))]
        except FhirError as error:
            self.failed = error
        if self.failed or any(_told_at(one) > self._at for one in there):
            return said(patient, lines)
        taken_back = [made for one in there if (made := _withdrawn(one))]
        return msgspec.structs.replace(plain, entries=(*plain.entries, *taken_back), withdrawn=len(taken_back))

    def _ours(self, known: Known) -> Resource | None:
        """Return the event as it stands; None where it was taken over, or is there no more."""
        there = self._finder.find({"resourceType": EVENT}, known.name, known)
        return there.body if there and there.body and is_ours_event(there.body) else None


def _told_at(event: Resource) -> datetime:
    """Return as of when an event of ours was told; one that does not say was told before anything."""
    try:
        told = datetime.fromisoformat(event["recordedDate"])
    except (KeyError, ValueError):
        return datetime.min.replace(tzinfo=UTC)
    return told if told.tzinfo else told.replace(tzinfo=UTC)


def _withdrawn(there: Resource) -> bytes | None:
    """Return an event as withdrawn; None where it is so already."""
    made = retracted(there, "R4" if "event" in there else "R5")
    if made == there:
        return None
    meta = {name: value for name, value in made.pop("meta", {}).items() if name == "profile"}
    return FHIR_ENCODER.encode(made | ({"meta": meta} if meta else {}))


def is_news(outbox: Outbox, one: Said) -> bool:
    """Whether a message says something else than the newest one under its key."""
    newest = outbox.newest(one.key)
    return newest is None or newest[0] != one.digest


def put(outbox: Outbox, one: Said, now: datetime) -> bool:
    """Put a message into ``outbox``; whether it says anything new."""
    if not is_news(outbox, one):
        return False
    outbox.enqueue(one.key, one.entries, one.digest, now)
    return True


def _head(line: bytes) -> Typed:
    return msgspec.json.decode(line, type=Typed)
