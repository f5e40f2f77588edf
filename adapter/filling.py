"""Filling a folder with what is pulled: each file takes its name when it is whole, and the note says what is there.

A pull that is killed at any moment leaves a note that says that it did not come to its end; the next one goes on.
"""

from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import blake2b
from itertools import chain
from pathlib import Path
from typing import Final

import msgspec

from adapter.fhir.formats import SourceError
from adapter.pulled import INTERRUPTED, Kind, Pulled, file_of, note_in, part_of, write_note
from mappings.reading.headers import named_in

#: Lines after which progress is told.
STEP: Final = 500

Progress = Callable[[str, int], None]


class Filling:
    """A folder while it is filled. ``done`` is what the note says of each type."""

    def __init__(
        self,
        folder: Path,
        base: str,
        by: str,
        server_time: str | None,
        patients: tuple[str, ...] | None,
        types: Iterable[str],
    ) -> None:
        """Raises ``SourceError`` where the folder holds something that was not pulled in the same way."""
        self.folder, self.types = folder, tuple(types)
        self._head = Pulled(base, by, "", server_time, patients, {})
        self.earlier = self._earlier()
        self.done: dict[str, Kind] = {}

    def begin(self) -> None:
        """Note that what is there is not as of this pull, until it is."""
        for kind in self.types:
            before = self.earlier.get(kind, Kind("lacking"))
            self.done[kind] = msgspec.structs.replace(before, state="lacking", reason=INTERRUPTED)
        self.note()

    def at_server(self, time: str) -> None:
        """Know what time it is at the server."""
        self._head = msgspec.structs.replace(self._head, server_time=time)

    def note(self) -> Pulled:
        """Write the note as it is now."""
        pulled = msgspec.structs.replace(self._head, at=instant(datetime.now(UTC)), types=dict(self.done))
        write_note(self.folder, pulled)
        return pulled

    def reach(self, kind: str) -> datetime | None:
        """Return until when all of a type is there, by the server's clock."""
        until = self.earlier.get(kind, Kind("lacking")).until
        return datetime.fromisoformat(until) if until and file_of(self.folder, kind).exists() else None

    def put(
        self, kind: str, lines: Iterable[bytes], progress: Progress, *, adding: bool, deleted: Collection[str] = ()
    ) -> int:
        """Make ``lines`` the file of a type, or add them to it without those that were ``deleted`` (``Type/id``).

        Returns how many it holds then. Where ``lines`` raises, the file stays as it was.
        """
        path, part = file_of(self.folder, kind), part_of(self.folder, kind)
        try:
            number = _written(part, lines, lambda number: progress(kind, number))
            if adding and path.exists() and self._can_grow(kind):
                number = _added(path, part, deleted)
            part.replace(path)
        finally:
            for left in self.folder.glob(f".{kind}.ndjson*.part"):
                with suppress(OSError):
                    left.unlink()
        return number

    def _can_grow(self, kind: str) -> bool:
        """Whether the file of a type is one to add to, and not what a pull of other patients left."""
        before = self.earlier.get(kind, Kind("lacking"))
        return before.until is not None or before.state == "part"

    def _earlier(self) -> dict[str, Kind]:
        note = note_in(self.folder)
        if note is None:
            for path in (file_of(self.folder, kind) for kind in self.types):
                if path.exists():
                    raise SourceError(f"{path}: was not pulled by this program; name another folder")
            return {}
        if (note.base, note.by) != (self._head.base, self._head.by):
            raise SourceError(f"{self.folder}: holds what was pulled otherwise ({note.base}, {note.by}); name another")
        if (note.patients is None) != (self._head.patients is None):
            raise SourceError(f"{self.folder}: holds what was pulled of other patients; name another folder")
        if (
            note.patients != self._head.patients
        ):  # of those who are new all is needed, and of those who are gone nothing
            return {}
        return note.types


def instant(moment: datetime) -> str:
    """Return an instant as FHIR has it."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _written(path: Path, lines: Iterable[bytes], progress: Callable[[int], None]) -> int:
    number = 0
    with path.open("wb") as file:
        for line in lines:
            file.write(line)
            number += 1
            if number % STEP == 0:
                progress(number)
    progress(number)
    return number


def _added(path: Path, part: Path, deleted: Collection[str]) -> int:
    """Put the lines of ``path`` before those of ``part``, but for the very same ones and what was deleted."""
    with part.open("rb") as new:
        same = {_digest(line) for line in new}
    number, both = 0, part.with_name(f"{part.name}.part")
    with both.open("wb") as file, path.open("rb") as old, part.open("rb") as new:
        stay = (line for line in old if _digest(line) not in same and not (deleted and named_in(line)[0] in deleted))
        for line in chain(stay, new):
            file.write(line)
            number += 1
    both.replace(part)
    return number


def _digest(line: bytes) -> bytes:
    return blake2b(line, digest_size=16).digest()
