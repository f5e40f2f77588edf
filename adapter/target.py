"""Writing a run's resources to a folder: one NDJSON file a type, each whole or not there at all."""

import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO, Final, Literal

import msgspec

from adapter.persons import SUBJECTS, respecting, set_by_persons
from adapter.report import FHIR_ENCODER
from mappings.emitting.trial import trial
from mappings.site import Site

#: The file in a target folder that names what we wrote there, so that the next run knows what is its own to remove.
OURS: Final = ".yts109-files"
SUBJECT: Final = "ResearchSubject"


class TargetError(Exception):
    """The target cannot be written to; the message names the place and the reason."""


class Written(msgspec.Struct, frozen=True):
    """How many resources were written, and how many patients nothing was written about."""

    resources: int
    patients_left: int


class _Typed(msgspec.Struct):
    resource_type: str = msgspec.field(name="resourceType")
    id: str = ""


def made(to: str) -> Path:
    """Return the folder ``to``, made where it is missing. Raises ``TargetError``."""
    folder = Path(to)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        part = folder / f"{OURS}.part"
        part.touch()
        part.unlink()
    except OSError as error:
        raise TargetError(f"{to}: {error.strerror}") from None
    return folder


def write_folder(to: str, lines: Iterable[bytes], release: Literal["R4", "R5"], site: Site) -> Written:
    """Write the trial's own resources and ``lines``, one resource each, a patient's subject first, to the folder ``to``.

    Files of an earlier run are replaced when all are written, and those that this one has nothing for are removed;
    files of others are never touched. The same input gives the same bytes. A subject's status that a person set there since is kept.
    About patients who share an identifier nothing is written: each would replace what is written about the other.
    Raises ``TargetError`` when the folder cannot be written.
    """
    folder = made(to)
    try:
        there = _set_by_persons(folder)
        parts = _Parts(folder)
        parts.write(_with_trial(respecting(lines, there), release, site))
        parts.drop_shared()
        parts.keep({key: there[key] for key in sorted(there.keys() - parts.subjects)})
        names = sorted(f"{kind}.ndjson" for kind in parts.kinds)
        earlier = _own(folder, names)
        _note(folder, {*earlier, *names})  # before they are there: a run that is killed now knows them again
        for kind in parts.kinds:
            os.replace(_part(folder, kind), folder / f"{kind}.ndjson")
        _remove(folder, earlier - {*names})
        _note(folder, names)
    except (OSError, TargetError) as error:
        _sweep(folder)
        raise TargetError(f"{to}: {error.strerror if isinstance(error, OSError) else error}") from None
    return Written(parts.kinds.total(), parts.left)


class _Parts:
    """The unfinished files, one a type."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.kinds: Counter[str] = Counter()
        self.subjects: set[str] = set()
        self.left = 0
        self._shared: defaultdict[str, set[str]] = defaultdict(set)
        _sweep(folder)

    def write(self, lines: Iterable[bytes]) -> None:
        """Write every line to the file of its type, but for those of a patient whose identifier was there before."""
        decoder, again = msgspec.json.Decoder(_Typed), False
        with ExitStack() as stack:
            files: dict[str, BinaryIO] = {}
            for line in lines:
                typed = decoder.decode(line)
                kind = typed.resource_type
                if kind == SUBJECT:
                    again = typed.id in self.subjects
                    self.subjects.add(typed.id)
                    self.left += again
                if again:
                    self._shared[kind].add(typed.id)
                    continue
                if kind not in files:
                    files[kind] = stack.enter_context(_part(self.folder, kind).open("wb"))
                files[kind].write(line)
                self.kinds[kind] += 1

    def drop_shared(self) -> None:
        """Take out again what was written about the first of several patients under one identifier."""
        self.left += len(self._shared[SUBJECT])
        self.subjects -= self._shared[SUBJECT]
        decoder = msgspec.json.Decoder(_Typed)
        for kind, shared in self._shared.items():
            part = _part(self.folder, kind)
            lines = part.read_bytes().splitlines(keepends=True) if shared else []
            kept = [line for line in lines if decoder.decode(line).id not in shared]
            if len(kept) != len(lines):
                part.write_bytes(b"".join(kept))
                self.kinds[kind] -= len(lines) - len(kept)

    def keep(self, subjects: Mapping[str, Mapping[str, Any]]) -> None:
        """Add subjects whose status a person set, and whom this run has no word about."""
        if subjects:
            with _part(self.folder, SUBJECT).open("ab") as file:
                file.writelines(FHIR_ENCODER.encode(subject) + b"\n" for subject in subjects.values())
            self.kinds[SUBJECT] += len(subjects)


def _set_by_persons(folder: Path) -> dict[str, Mapping[str, Any]]:
    """Return the subjects whose status a person set; nothing is written over what cannot be read."""
    try:
        return set_by_persons(folder / SUBJECTS)
    except ValueError as error:
        raise TargetError(f"{SUBJECTS} {error}: a status that a person set may stand there; move it away") from None


def _sweep(folder: Path) -> None:
    """Remove unfinished files, also those of a run that was killed."""
    for part in folder.glob(".*.ndjson.part"):
        part.unlink(missing_ok=True)


def _part(folder: Path, kind: str) -> Path:
    return folder / f".{kind}.ndjson.part"


def _own(folder: Path, names: list[str]) -> set[str]:
    """Return what earlier runs wrote to ``folder``. Raises ``TargetError`` where one of ``names`` is somebody else's."""
    note = folder / OURS
    earlier = {*note.read_text("utf-8").split()} if note.exists() else set()
    for name in names:
        if name not in earlier and os.path.lexists(folder / name):
            raise TargetError(f"{name} was not written by this program, which would replace it; name another folder")
    return earlier


def _remove(folder: Path, names: set[str]) -> None:
    """Remove what an earlier run wrote and this one did not."""
    for name in names:
        if name.endswith(".ndjson") and "/" not in name:
            (folder / name).unlink(missing_ok=True)


def _note(folder: Path, names: Iterable[str]) -> None:
    """Note what is ours in ``folder``."""
    (folder / OURS).write_text("".join(f"{name}\n" for name in sorted(names)), "utf-8")


def _with_trial(lines: Iterable[bytes], release: Literal["R4", "R5"], site: Site) -> Iterator[bytes]:
    for resource in trial(release, site.canonical_base):
        yield FHIR_ENCODER.encode(resource) + b"\n"
    yield from lines
