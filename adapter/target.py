"""Writing a run's resources to a folder: one NDJSON file a type, each whole or not there at all."""

import os
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


class TargetError(Exception):
    """The target cannot be written to; the message names the place and the reason."""


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


def write_folder(to: str, lines: Iterable[bytes], release: Literal["R4", "R5"], site: Site) -> int:
    """Write the trial's own resources and ``lines``, one resource each, to the folder ``to``; return their number.

    Files that are there are replaced when all are written, and those of an earlier run that this one has nothing
    for are removed; the same input gives the same bytes. A subject's status that a person set there since is kept.
    Raises ``TargetError`` when the folder cannot be written.
    """
    folder = made(to)
    try:
        there = _set_by_persons(folder)
        kinds = _write_parts(folder, _with_trial(respecting(lines, there), release, site))
        for kind in kinds:
            os.replace(_part(folder, kind), folder / f"{kind}.ndjson")
        _remember(folder, sorted(f"{kind}.ndjson" for kind in kinds))
    except (OSError, TargetError) as error:
        for part in folder.glob(".*.ndjson.part"):
            part.unlink(missing_ok=True)
        raise TargetError(f"{to}: {error.strerror if isinstance(error, OSError) else error}") from None
    return sum(kinds.values())


def _write_parts(folder: Path, lines: Iterable[bytes]) -> dict[str, int]:
    """Write every line to the unfinished file of its type; return how many went to each."""
    decoder, written, subjects = msgspec.json.Decoder(_Typed), dict[str, int](), set[str]()
    with ExitStack() as stack:
        files: dict[str, BinaryIO] = {}
        for line in lines:
            typed = decoder.decode(line)
            kind = typed.resource_type
            if kind == "ResearchSubject":
                _told_apart(typed.id, subjects)
            if kind not in files:
                files[kind] = stack.enter_context(_part(folder, kind).open("wb"))
            files[kind].write(line)
            written[kind] = written.get(kind, 0) + 1
    return written


def _set_by_persons(folder: Path) -> dict[str, Mapping[str, Any]]:
    """Return the subjects whose status a person set; nothing is written over what cannot be read."""
    try:
        return set_by_persons(folder / SUBJECTS)
    except ValueError as error:
        raise TargetError(f"{SUBJECTS} {error}: a status that a person set may stand there; move it away") from None


def _told_apart(key: str, subjects: set[str]) -> None:
    """Note a subject; what is written about two patients under one identifier would replace each other."""
    if key in subjects:
        raise TargetError("two patients share one identifier; each needs their own, or none")
    subjects.add(key)


def _part(folder: Path, kind: str) -> Path:
    return folder / f".{kind}.ndjson.part"


def _remember(folder: Path, names: list[str]) -> None:
    """Remove what an earlier run wrote and this one did not, and note what is ours now."""
    note = folder / OURS
    earlier = note.read_text("utf-8").split() if note.exists() else []
    for name in {*earlier} - {*names}:
        if name.endswith(".ndjson") and "/" not in name:
            (folder / name).unlink(missing_ok=True)
    note.write_text("".join(f"{name}\n" for name in names), "utf-8")


def _with_trial(lines: Iterable[bytes], release: Literal["R4", "R5"], site: Site) -> Iterator[bytes]:
    for resource in trial(release, site.canonical_base):
        yield FHIR_ENCODER.encode(resource) + b"\n"
    yield from lines
