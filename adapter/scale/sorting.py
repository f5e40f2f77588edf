"""The first pass: every line of a source is looked at once and put with its patient's others."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Final

import msgspec

from adapter.fhir.formats import Block, Place, ReadingLimits, Segment, SetAside, hoist_line, read, read_document
from adapter.scale.shuffle import Sorter
from mappings.reading.context import Context
from mappings.reading.headers import (
    FOLLOWED,
    RESOURCE_TYPES,
    SHARED,
    Header,
    Looked,
    Observation,
    Patient,
    Refused,
    Shared,
    codes_in,
    key_of,
    key_of_raw,
    look,
    named_in,
    patient_in,
    types_in,
    use_for,
)
from mappings.record import ANY_TYPE

#: Problems that are told one by one, and patients whose place is remembered; beyond, only numbers are kept.
MOST_TOLD: Final = 1000
MOST_HOMES: Final = 100_000

#: What is looked at is not all there is to do with lines of these.
SLOW: Final = frozenset({Patient, *SHARED, *FOLLOWED})

#: What is set aside for these reasons holds no resource that anybody should have.
NOTHING_LOST: Final = frozenset({"empty", "no-resource", "deleted", "superseded"})

#: What parts records and their keys on disk: no id that is legal has any of these in it.
_BREAKS: Final = re.compile(r"[\t\n\r]")

#: The reference of a Patient with a legal id.
_PATIENT: Final = re.compile(r"Patient/([A-Za-z0-9.-]{1,64})")

Home = tuple[int, bytes]


class Problem(msgspec.Struct, frozen=True):
    """Something that was set aside before it could be given to a patient."""

    file: str
    line: int | None
    path: str
    reason: str


class Sorted(msgspec.Struct):
    """What one pass over a segment came to, besides the records it wrote."""

    resources: int = 0
    size: int = 0
    unused: Counter[str] = msgspec.field(default_factory=Counter)
    set_aside: Counter[str] = msgspec.field(default_factory=Counter)
    unknown_codes: Counter[tuple[str, str]] = msgspec.field(default_factory=Counter)
    problems: list[Problem] = []
    shared: list[bytes] = []
    links: list[tuple[str, str]] = []
    logical: set[str] = set()
    lost: set[str] = set()

    def leave(self, place: Place, reason: str, lost: Iterable[str] = ()) -> None:
        """Note a line that could be given to no patient. It may have been anyone's, so that of the types in ``lost``
        absence can be claimed of nobody.
        """
        self.set_aside[reason] += 1
        self.lost.update(lost)
        if len(self.problems) < MOST_TOLD:
            self.problems.append(Problem(place.file, place.line, place.path, reason))


def _one_each(lines: list[bytes]) -> bool:
    """Whether every line looks like one whole object; the decoder itself does not care where lines end."""
    ends = {line[-2:] for line in lines}
    return {line[:1] for line in lines} == {b"{"} and all(end.endswith((b"}", b"}\r")) for end in ends)


def _look_at(line: bytes) -> Looked:
    """Return what one line is: resources that share it, or break over several, are no NDJSON."""
    looked = look(line)
    return looked[0] if len(looked) == 1 else Refused("malformed")


class _Pass:
    """One pass over one segment."""

    def __init__(self, sorter: Sorter, context: Context, limits: ReadingLimits, following: Context | None) -> None:
        self.sorter = sorter
        self.context = context
        self.following = following
        self.limits = limits
        self.homes: dict[bytes, Home | None] = {}
        self.done = Sorted()

    def sort_block(self, block: Block) -> None:
        """Sort every line of ``block``; Observations, the many, take the short way."""
        looked, lines = look(block.data), block.data.rstrip(b"\n").split(b"\n")
        indexes: Iterable[int] = range(len(lines))
        if len(looked) != len(lines) or not _one_each(lines):  # blank lines are rare, so only then are they looked for
            indexes = [index for index, line in enumerate(lines) if line.strip()]
            lines = [lines[index] for index in indexes]
            looked = [_look_at(line) for line in lines]
        self.done.size += len(block.data)
        self.done.resources += len(looked)
        put, home_of, context = self.sorter.put, self._home_of_raw, self.context
        for index, line, header in zip(indexes, lines, looked, strict=True):
            if not isinstance(header, Header) or header.contained or header.__class__ in SLOW:
                self._sort(line, header, block, index)
                continue
            home = home_of(patient_in(header))
            if home is None:
                self.done.leave(block.place(index), "no-patient", [type(header).__name__])
            elif header.__class__ is Observation and (useless := use_for(header, context)):
                put(home, self._note(header, useless, line))
            else:
                put(home, line)
                if header.__class__ is Observation and bytes(header.code) in context.known_by_name:
                    self._count_codes(header)

    def _home_of_raw(self, subject: bytes) -> Home | None:
        try:
            return self.homes[subject]
        except KeyError:
            if len(self.homes) >= MOST_HOMES:
                self.homes.clear()
            home = self.homes[subject] = self._home_of(key_of_raw(subject))
            return home

    def _home_of(self, key: str) -> Home | None:
        if not key or _BREAKS.search(key):
            return None
        if key[:1] == "|":
            self.done.logical.add(key)
        return self.sorter.home_of(key)

    def _note(self, header: Observation, reason: str, line: bytes) -> bytes:
        """Return what stands for an Observation that no clause asks for; following a treatment, it may be wanted."""
        if reason == "unknown-code":
            self._count_codes(header)
        note = _noted(reason, f"Observation/{header.id}")
        wanted = self.following and use_for(header, self.following) is None
        return b"+" + note[1:] + b"\r" + line if wanted else note

    def _count_codes(self, header: Observation) -> None:
        if len(self.done.unknown_codes) < MOST_TOLD:
            self.done.unknown_codes.update(codes_in(bytes(header.code)))

    def _sort(self, line: bytes, header: Looked, block: Block, index: int) -> None:
        if isinstance(header, Refused):
            self._refuse(line, header.reason, block.place(index))
        elif header.contained:
            self._sort_contained(line, block.place(index))
        elif type(header).__name__ == "Bundle":
            self._sort_bundle(line, block.place(index))
        elif isinstance(header, Patient):
            self._sort_patient(line, header, block, index)
        elif isinstance(header, Shared):
            self.done.shared.append(line)
        elif isinstance(header, Header) and self.following:
            self._sort_followed(line, header, block.place(index))
        else:
            self.done.unused[type(header).__name__] += 1

    def _sort_followed(self, line: bytes, header: Header, place: Place) -> None:
        """Give a line that only following a treatment needs to its patient."""
        home = self._home_of_raw(patient_in(header))
        if home is None:
            self.done.leave(place, "no-patient", [type(header).__name__])
        else:
            self.sorter.put(home, b"+\r" + line)

    def _sort_contained(self, line: bytes, place: Place) -> None:
        singles = hoist_line(line)
        if len(singles) == 1 and b'"contained":' in singles[0]:  # nothing in it is a resource
            self._refuse(line, "malformed", place, again=False)  # a second look would pass over what is wrong in it
            return
        self.done.resources -= 1
        for single in singles:
            self.sort_block(Block(single, lambda _: place))

    def _sort_bundle(self, line: bytes, place: Place) -> None:
        """Sort what is in a Bundle that is one line of many: NDJSON of Bundles is common, if no bulk export."""
        self.done.resources -= 1
        for part in read_document(line, place.file, self.limits, "json"):
            if isinstance(part, Block):
                self.sort_block(Block(part.data, _on_line(place.line, part.place)))
            else:
                self.done.leave(part.place._replace(line=place.line), part.reason, _lost_with(part))

    def _refuse(self, line: bytes, reason: str, place: Place, *, again: bool = True) -> None:
        """Give a line that cannot be read to its patient where it still names one, or is one; else note what is lost."""
        name, subject = named_in(line)
        own = _PATIENT.fullmatch(name)
        home = self._home_of(own[1] if own else key_of_raw(subject))
        if home is None:
            self.done.leave(place, reason, types_in(line) if reason != "unknown-type" else ())
        else:
            self.sorter.put(home, line if again and reason == "malformed" else _noted(reason, name))

    def _sort_patient(self, line: bytes, header: Patient, block: Block, index: int) -> None:
        home = self._home_of(header.id)
        if home is None:
            self.done.leave(block.place(index), "no-patient")
            return
        for identifier in header.identifier:
            name = f"|{identifier.system}|{identifier.value}"
            if not _BREAKS.search(name):
                self.sorter.identify(name, header.id)
        self._link(header, header.id)
        self.sorter.put(home, line)

    def _link(self, header: Patient, key: str) -> None:
        for link in header.link:
            other = key_of(link.other) if link.other else ""
            if other and link.type in ("replaced-by", "replaces"):
                self.done.links.append((key, other) if link.type == "replaced-by" else (other, key))


def sort_segment(
    segment: Segment, sorter: Sorter, context: Context, limits: ReadingLimits, following: Context | None = None
) -> Sorted:
    """Give every line of ``segment`` to ``sorter`` at its patient's home; ``following`` is the context for what
    happens after treatment, where that is followed."""
    running = _Pass(sorter, context, limits, following)
    for part in read(segment, limits):
        if isinstance(part, Block):
            running.sort_block(part)
        else:
            running.done.leave(part.place, part.reason, _lost_with(part))
    return running.done


def _lost_with(part: SetAside) -> list[str]:
    """Return the types of which resources went missing with ``part``: its own, or any where that cannot be told."""
    is_another_kind_of_file = part.reason == "not-fhir" and part.place.line is None and not part.place.path
    if part.reason in NOTHING_LOST or is_another_kind_of_file:
        return []
    kind = part.reference.partition("/")[0] if part.reference else ""
    return [kind if kind in RESOURCE_TYPES else ANY_TYPE]


def _on_line(line: int | None, places: Callable[[int], Place]) -> Callable[[int], Place]:
    return lambda number: places(number)._replace(line=line)


def _noted(reason: str, reference: str) -> bytes:
    """Return the record that stands for a resource that needs no second look."""
    named = reference if reference.isprintable() else _BREAKS.sub("?", reference)
    return f"-{reason} {named}".encode()


def of_somebody(record: bytes) -> bytes:
    """Return the note on a record that may be of this patient, or of another one who carries the same identifier."""
    note, _, line = record[1:].partition(b"\r")
    known = record.startswith((b"-", b"+")) and note
    reference = note.partition(b" ")[2].decode() if known else named_in(line if record.startswith(b"+") else record)[0]
    return _noted("unknown-patient", reference)
