"""Writing a run's resources to a folder: one NDJSON file a type, each whole or not there at all."""

import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, Literal

import msgspec

from adapter.report import FHIR_ENCODER
from mappings.emitting.trial import trial
from mappings.site import Site


class TargetError(Exception):
    """The target cannot be written to; the message names the place and the reason."""


class _Typed(msgspec.Struct):
    resource_type: str = msgspec.field(name="resourceType")


def write_folder(to: str, lines: Iterable[bytes], release: Literal["R4", "R5"], site: Site) -> int:
    """Write the trial's own resources and ``lines``, one resource each, to the folder ``to``; return their number.

    Files that are there are replaced when all are written; the same input gives the same bytes. Raises
    ``TargetError`` when the folder cannot be written.
    """
    folder, written = Path(to), 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            files: dict[str, BinaryIO] = {}
            for line in _with_trial(lines, release, site):
                kind = msgspec.json.decode(line, type=_Typed).resource_type
                if kind not in files:
                    files[kind] = stack.enter_context((folder / f".{kind}.ndjson.part").open("wb"))
                files[kind].write(line)
                written += 1
        for kind in files:
            os.replace(folder / f".{kind}.ndjson.part", folder / f"{kind}.ndjson")
    except OSError as error:
        raise TargetError(f"{to}: {error.strerror}") from None
    return written


def _with_trial(lines: Iterable[bytes], release: Literal["R4", "R5"], site: Site) -> Iterator[bytes]:
    for resource in trial(release, site.canonical_base):
        yield FHIR_ENCODER.encode(resource) + b"\n"
    yield from lines
