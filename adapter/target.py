"""Writing a run's resources to a folder: one NDJSON file a type, each whole or not there at all."""

import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, Final, Literal

import msgspec

from adapter.persons import Standing, standing
from adapter.report import FHIR_ENCODER
from mappings.emitting.trial import trial
from mappings.site import Site

#: The file in a target folder that names what we wrote there, so that the next run knows what is its own to remove.
OURS: Final = ".yts109-files"
SUBJECT: Final = "ResearchSubject"
EVENT: Final = "AdverseEvent"


class TargetError(Exception):
    """The target cannot be written to; the message names the place and the reason."""


class Written(msgspec.Struct, frozen=True):
    """How many resources were written, how many patients nothing was written about, and how many events hold no more."""

    resources: int
    patients_left: int
    withdrawn: int


class _Reference(msgspec.Struct):
    reference: str = ""


class Typed(msgspec.Struct):
    """The few elements of a resource by which it is filed."""

    resource_type: str = msgspec.field(name="resourceType")
    id: str = ""
    individual: _Reference | None = None
    subject: msgspec.Raw = msgspec.Raw()


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


def write_folder(
    to: str,
    lines: Iterable[bytes],
    cohort: Iterable[bytes],
    release: Literal["R4", "R5"],
    site: Site,
    *,
    whole: bool = True,
) -> Written:
    """Write the trial's own resources, ``lines``, one resource each, a patient's subject first, and those of the
    ``cohort`` to the folder ``to``.

    Files of an earlier run are replaced when all are written, and those that this one has nothing for are removed;
    files of others are never touched. The same input gives the same bytes. What a person set there since is kept, and an
    adverse event that holds no more is marked so.
    ``whole`` is whether the source lacked nothing: else no event is withdrawn, as what shows it may be what lacks.
    About patients who share an identifier nothing is written: each would replace what is written about the other.
    Raises ``TargetError`` when the folder cannot be written.
    """
    folder = made(to)
    try:
        there = _standing(folder)
        parts = _Parts(folder)
        parts.write(_with_trial(there.respecting(lines), release, site))
        parts.write(cohort)
        parts.drop_shared()
        parts.keep(SUBJECT, there.subjects_left(parts.patients))
        events, withdrawn = there.events_left(parts.events, {*parts.patients.values()} if whole else set())
        parts.keep(EVENT, events)
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
    return Written(parts.kinds.total(), parts.left, withdrawn)


class _Parts:
    """The unfinished files, one a type."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.kinds: Counter[str] = Counter()
        self.patients: dict[str, str] = {}  # by the id of their subject
        self.events: set[str] = set()
        self.left = 0
        self._shared: defaultdict[str, set[str]] = defaultdict(set)
        _sweep(folder)

    def write(self, lines: Iterable[bytes]) -> None:
        """Write every line to the file of its type, but for those of a patient whose identifier was there before."""
        decoder, again = msgspec.json.Decoder(Typed), False
        with ExitStack() as stack:
            files: dict[str, BinaryIO] = {}
            for line in lines:
                typed = decoder.decode(line)
                kind = typed.resource_type
                if kind == SUBJECT:
                    again = typed.id in self.patients
                    self.patients[typed.id] = patient_of(typed)
                    self.left += again
                if again:
                    self._shared[kind].add(typed.id)
                    continue
                if kind == EVENT:
                    self.events.add(typed.id)
                if kind not in files:
                    files[kind] = stack.enter_context(_part(self.folder, kind).open("ab"))
                files[kind].write(line)
                self.kinds[kind] += 1

    def drop_shared(self) -> None:
        """Take out again what was written about the first of several patients under one identifier."""
        self.left += len(self._shared[SUBJECT])
        self.events -= self._shared[EVENT]
        self.patients = {key: name for key, name in self.patients.items() if key not in self._shared[SUBJECT]}
        decoder = msgspec.json.Decoder(Typed)
        for kind, shared in self._shared.items():
            part = _part(self.folder, kind)
            lines = part.read_bytes().splitlines(keepends=True) if shared else []
            kept = [line for line in lines if decoder.decode(line).id not in shared]
            if len(kept) != len(lines):
                part.write_bytes(b"".join(kept))
                self.kinds[kind] -= len(lines) - len(kept)

    def keep(self, kind: str, lines: list[bytes]) -> None:
        """Add lines that stand as they are, or hold no more, and that this run has no word about."""
        if lines:
            with _part(self.folder, kind).open("ab") as file:
                file.writelines(lines)
            self.kinds[kind] += len(lines)


def patient_of(subject: Typed) -> str:
    """Return the reference of the patient that a research subject is; R4 and R5 have it in different elements."""
    patient = subject.individual or (msgspec.json.decode(subject.subject, type=_Reference) if subject.subject else None)
    return patient.reference if patient else ""


def _standing(folder: Path) -> Standing:
    """Return what stands in the folder; nothing is written over what cannot be read."""
    try:
        return standing(folder)
    except ValueError as error:
        raise TargetError(f"{error}: what a person set may stand there; move it away") from None


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
