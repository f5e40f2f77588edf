"""Sorting a source's lines by patient, on disk, so that memory does not grow with the source.

Each line goes to one of a fixed number of partitions, chosen by a checksum of its patient's key. A partition holds
whole patients and fits in memory. Records are lines themselves: the key, a tab, and the resource (which starts with
``{``), a note ``-reason reference`` on a resource that needs no second look, or ``+``, that note or nothing, a carriage
return, and the resource: no clause needs it, but following a treatment does.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple
from zlib import crc32

#: Records that all partitions together gather in memory, and the most that one gathers, before they are written.
GATHERED: Final = 16_000
GATHERED_BY_ONE: Final = 200


def partition_of(key: str, partitions: int) -> int:
    """Return the partition of the patient ``key``: the same on every machine and in every process."""
    return crc32(key.encode()) % partitions


class Sorter:
    """Writes records to the partitions in ``folder``; every process writes files of its own."""

    def __init__(self, folder: Path, partitions: int) -> None:
        self._folder = folder
        self._partitions = partitions
        self._gathered: list[list[bytes]] = [[] for _ in range(partitions + 1)]
        self._most = 3 * max(1, min(GATHERED_BY_ONE, GATHERED // (partitions + 1)))

    def home_of(self, key: str) -> tuple[int, bytes]:
        """Return where the records of the patient ``key`` go: the partition, and what each record starts with."""
        name = key.encode()
        return crc32(name) % self._partitions, name + b"\t"

    def put(self, home: tuple[int, bytes], record: bytes) -> None:
        """Add one record, which holds no line break, at its patient's ``home``."""
        number, prefix = home
        gathered = self._gathered[number]
        gathered += (prefix, record, b"\n")
        if len(gathered) >= self._most:
            self._write(number)

    def identify(self, identifier: str, key: str) -> None:
        """Note that ``identifier`` is one of the patient ``key``; kept in a partition of its own, the last."""
        self.put((self._partitions, identifier.encode() + b"\t"), key.encode())

    def flush(self) -> None:
        """Write everything that is still in memory."""
        for number, gathered in enumerate(self._gathered):
            if gathered:
                self._write(number)

    def _write(self, number: int) -> None:
        gathered = self._gathered[number]
        # Buffered, as a raw write may stop half-way.
        with (self._folder / f"{number:04}-{os.getpid()}").open("ab") as file:
            file.write(b"".join(gathered))
        gathered.clear()


def records_of(folder: Path, number: int) -> Iterator[tuple[str, bytes]]:
    """Yield every record of a partition with its patient's key."""
    for path in sorted(folder.glob(f"{number:04}-*")):
        with path.open("rb") as file:
            for record in file:
                key, _, line = record.partition(b"\t")
                yield key.decode(), line[:-1]


def patients_in(
    folder: Path,
    number: int,
    partitions: int,
    moved: Mapping[str, str],
    doubted: Mapping[str, Iterable[str]] = {},
    note: Callable[[bytes], bytes] = bytes,
) -> dict[str, list[bytes]]:
    """Return the records of each patient of a partition; ``moved`` says under which key another key's belong.

    Of a record under a key in ``doubted``, which may be any of several patients', each of them gets a ``note``.
    """
    found: dict[str, list[bytes]] = defaultdict(list)
    for key, record in records_of(folder, number):
        if key not in moved:
            found[key].append(record)
    arriving = {old: new for old, new in moved.items() if partition_of(new, partitions) == number}
    for home in sorted({partition_of(old, partitions) for old in arriving}):
        for key, record in records_of(folder, home):
            if key in arriving:
                found[arriving[key]].append(record)
    for key, candidates in doubted.items():
        here = [one for one in candidates if one in found]
        records = records_of(folder, partition_of(key, partitions)) if here else ()
        notes = [note(record) for name, record in records if name == key]
        for one in here:
            found[one] += notes
    return found


class Moves(NamedTuple):
    """Where records go that are not filed under their patient's own key: to another key, or to nobody for sure."""

    moved: dict[str, str]
    doubted: dict[str, set[str]]


def moves(links: Iterable[tuple[str, str]], logical: set[str], folder: Path, partitions: int) -> Moves:
    """Return under which key the records of another key belong: of merged patients, and of logical references.

    ``links`` are (replaced, replacing); ``logical`` are the identifiers by which resources named their patient. In a
    circle of replacements the smallest key stands for all. An identifier that two patients carry names neither of
    them, and one without its system nobody for sure: what is filed under it may be of any who carry its value.
    """
    steps = dict(sorted(links))
    wanted = logical | {key for key in steps.values() if key.startswith("|")}
    named, alike = _carriers(wanted, folder, partitions) if wanted else ({}, {})
    ends = {identifier: {_end_of(key, steps) for key in keys} - {identifier} for identifier, keys in named.items()}
    steps |= {identifier: next(iter(keys)) for identifier, keys in ends.items() if len(keys) == 1}
    doubted = {key: {_end_of(one, steps) for one in named.get(key, alike.get(key, ()))} for key in wanted - {*steps}}
    return Moves({old: new for old in steps if (new := _end_of(old, steps)) != old}, doubted)


def _carriers(wanted: set[str], folder: Path, partitions: int) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Return the keys of the patients who carry each identifier, and, of one without its system, just its value."""
    named: dict[str, set[str]] = defaultdict(set)
    alike: dict[str, set[str]] = defaultdict(set)
    for identifier, record in records_of(folder, partitions):
        bare = f"||{identifier.rpartition('|')[2]}"
        if identifier in wanted:
            named[identifier].add(record.decode())
        if bare in wanted:
            alike[bare].add(record.decode())
    return named, alike


def _end_of(key: str, steps: Mapping[str, str]) -> str:
    passed = [key]
    while passed[-1] in steps:
        following = steps[passed[-1]]
        if following in passed:
            return min(passed[passed.index(following) :])
        passed.append(following)
    return passed[-1]
