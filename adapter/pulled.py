"""A folder that was pulled from a FHIR server: what in it is whole, what is lacking and why, and what of it may be read.

The note beside the files says so. A type that is lacking is not read at all: its newest record may be what lacks, and an
older one may say the opposite. Its absence proves nothing about anybody, whatever the site declares.
"""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal, NamedTuple

import msgspec

from adapter.fhir.arriving import STDIN
from adapter.fhir.formats import SourceError, files_in

#: The file that says what a folder holds.
NOTE: Final = ".yts109-pull.json"
#: The folder in it of an export that has not come to its end.
EXPORT: Final = ".export"
INTERRUPTED: Final = "the pull did not come to its end"


class Kind(msgspec.Struct, frozen=True):
    """What a folder holds of one type.

    ``complete``: all that the server had of it ``until`` an instant of the server's clock, from which the next pull goes
    on. ``part``: no more than was asked for. ``lacking``: not there, or not as of this pull.
    """

    state: Literal["complete", "part", "lacking"]
    reason: str | None = None
    resources: int = 0
    until: str | None = None
    full: str | None = None  #: when all of it was pulled last: what was deleted since then cannot be seen


class Pulled(msgspec.Struct, frozen=True):
    """One folder: from which server, by which way, when by our clock and by the server's, and each type.

    ``patients`` are the ids of those whose records alone were pulled; ``None`` where they are everybody's.
    """

    base: str
    by: str
    at: str
    server_time: str | None
    patients: tuple[str, ...] | None
    types: dict[str, Kind]
    version: Literal[1] = 1

    @property
    def lacking(self) -> dict[str, str]:
        """The reason for each type that is not complete."""
        return {name: kind.reason or "" for name, kind in self.types.items() if kind.state != "complete"}

    @property
    def told(self) -> list[str]:
        """What is lacking and why, for people."""
        return [f"{self.base}: {name} is lacking: {reason}" for name, reason in self.lacking.items()]

    @property
    def undeleted_since(self) -> str | None:
        """Since when deletions may have been missed, because only changes were asked for; ``None`` where they were not."""
        return min((kind.full for kind in self.types.values() if kind.full and kind.full != kind.until), default=None)


def file_of(folder: Path, kind: str) -> Path:
    """Return the file of a type."""
    return folder / f"{kind}.ndjson"


def part_of(folder: Path, kind: str) -> Path:
    """Return the unfinished file of a type."""
    return folder / f".{kind}.ndjson.part"


def note_in(folder: Path) -> Pulled | None:
    """Return what the note in ``folder`` says; ``None`` without one. Raises ``SourceError`` for one that is damaged."""
    try:
        return msgspec.json.decode((folder / NOTE).read_bytes(), type=Pulled)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SourceError(f"{folder / NOTE}: {error.strerror}") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise SourceError(f"{folder / NOTE}: damaged: pull again, into another folder") from None


def write_note(folder: Path, pulled: Pulled) -> None:
    """Replace the note in ``folder``, as a whole."""
    part = folder / f"{NOTE}.part"
    part.write_bytes(msgspec.json.format(msgspec.json.encode(pulled), indent=2) + b"\n")
    part.replace(folder / NOTE)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold ``folder``, so that no other pull writes to it. Raises ``SourceError`` where one does."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise SourceError(f"{folder}: another pull is writing to it") from None
    finally:
        os.close(handle)


class Reading(NamedTuple):
    """What is not read of the pulled folders among some sources, of which types something is lost, and why, for people."""

    unread: frozenset[str]
    lost: frozenset[str]
    told: tuple[str, ...]


def reading(sources: Sequence[str]) -> Reading:
    """Return what the notes say of the folders that ``sources`` are, hold or are files of.

    Raises ``SourceError`` for a note that is damaged, for a folder without patients, and for folders of several servers.
    """
    unread: set[str] = set()
    lost: set[str] = set()
    told: list[str] = []
    bases: set[str] = set()
    for folder in sorted({folder for source in sources for folder in _folders(source)}):
        pulled = note_in(folder)
        if pulled is None:
            continue
        bases.add(pulled.base)
        if "Patient" in pulled.types and pulled.types["Patient"].state == "lacking":
            raise SourceError(f"{pulled.base}: no patients: {pulled.types['Patient'].reason}")
        unread.add(os.path.realpath(folder / NOTE))
        unread |= {os.path.realpath(one) for one in (*folder.glob(".*.part"), *(folder / EXPORT).rglob("*"))}
        for name, kind in pulled.types.items():
            if kind.state == "lacking":
                unread.add(os.path.realpath(file_of(folder, name)))
        lost |= pulled.lacking.keys()
        told += pulled.told
    if len(bases) > 1:
        raise SourceError(f"{', '.join(sorted(bases))}: one id may be of two patients there; read one server at a time")
    return Reading(frozenset(unread), frozenset(lost), tuple(told))


def _folders(source: str) -> set[Path]:
    """Return the folders that are read with ``source``; a file that is named alone is still one of its folder."""
    if source == STDIN:
        return set()
    try:
        files = files_in(source, set()) if os.path.isdir(source) else [source]
        return {Path(os.path.dirname(each)) for each in files}
    except OSError as error:
        raise SourceError(f"{error.filename or source}: {error.strerror or 'cannot be read'}") from None


def contents(pulled: Pulled) -> str:
    """Return what a folder holds, for people: a line a type."""
    return "\n".join(f"{kind.resources:9} {name:24} {kind.state}" for name, kind in pulled.types.items())
