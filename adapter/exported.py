"""Pulling by a bulk export: of the system, of all patients, or of a group, into the same folder of NDJSON files.

What the export lacks makes its types lacking. What the server says was deleted goes from the files, too.
Spec: https://hl7.org/fhir/uv/bulkdata/export.html.
"""

import re
import shutil
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from adapter.fhir.arriving import Arriving
from adapter.fhir.bulk import Export, Loaded, export
from adapter.fhir.client import Client
from adapter.fhir.exporting import Level
from adapter.filling import Filling, Progress, instant
from adapter.pulled import EXPORT, Kind, Pulled, alone_in
from adapter.pulling import Plan, greeted, kind_of

_WANTED: Final = re.compile(r"(system|patient)|group/([A-Za-z0-9\-.]{1,64})")


class Asked(NamedTuple):
    """Of whom records are exported."""

    level: Level
    group: str | None

    @property
    def told(self) -> str:
        """The same in the note of a folder."""
        return f"bulk {self.level}{f'/{self.group}' if self.group else ''}"


def asked(text: str) -> Asked:
    """Return what ``system``, ``patient`` or ``group/ID`` asks for. Raises ``ValueError``."""
    found = _WANTED.fullmatch(text)
    if not found:
        raise ValueError("system, patient or group/ID")
    levels: Mapping[str | None, Level] = {"system": "system", "patient": "patient"}
    return Asked(levels.get(found[1], "group"), found[2])


def pull_exported(
    client: Client, folder: Path, plan: Plan, wanted: Asked, progress: Progress = lambda *_: None
) -> Pulled:
    """Pull ``wanted`` into ``folder``; an export that broke off is gone on with.

    Raises ``FhirError`` where there is no export at all, or not yet, ``ExportFolderError``, ``SourceError``, ``OSError``.
    """
    can, _ = greeted(client)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with alone_in(folder):
        filling = Filling(folder, client.transport.base.url, wanted.told, None, None, plan.types)
        since = _since(filling, plan)
        filling.begin()
        (folder / EXPORT).mkdir(mode=0o700, exist_ok=True)
        found = export(
            client.transport,
            folder=folder / EXPORT,
            level=wanted.level,
            group=wanted.group,
            types=plan.types,
            since=instant(since) if since else None,
            tolerant=True,
            progress=lambda percent: progress("export, per cent", percent or 0),
        )
        pulled = _kept(filling, found, can.kinds, since, progress)
        if found.complete:
            shutil.rmtree(folder / EXPORT)
        return pulled


def _since(filling: Filling, plan: Plan) -> datetime | None:
    """Return since when changes are asked for; ``None`` for everything. An export has one instant for all its types."""
    if plan.full or plan.since:
        return plan.since if not plan.full else None
    reaches = [filling.reach(kind) for kind in plan.types]
    known = [reach for reach in reaches if reach]
    return min(known) if len(known) == len(reaches) else None


def _kept(
    filling: Filling, found: Export, offered: Collection[str], since: datetime | None, progress: Progress
) -> Pulled:
    """Put what came into the folder, type by type. Nothing of a type that the server does not offer is no answer."""
    filling.at_server(found.transaction_time)
    loaded = {one.type: one for one in found.loaded if one.resources or one.type in offered}
    for kind in filling.types:
        filling.done[kind] = _one(filling, kind, loaded.get(kind), found, since, progress)
        filling.note()
    return filling.note()


def _one(
    filling: Filling, kind: str, loaded: Loaded | None, found: Export, since: datetime | None, progress: Progress
) -> Kind:
    before = filling.done[kind]
    if loaded is None or not loaded.complete:
        of_it = [one for one in found.lacking if one.startswith((f"{kind} ", f"{kind}:"))] or found.lacking
        return msgspec.structs.replace(before, reason=f"$export: {'; '.join(of_it) or 'the server does not offer it'}")
    reach, until = filling.reach(kind), instant(datetime.fromisoformat(found.transaction_time))
    gone = {one for one in found.deleted if one.startswith(f"{kind}/")}
    number = filling.put(kind, _lines(found, kind), progress, adding=since is not None, deleted=gone)
    if since and (reach is None or since > reach):
        reason = f"only what changed since {instant(since)} was asked for"
        return msgspec.structs.replace(before, state="part", reason=reason, resources=number)
    # A server may tell of deletions, and need not: only a full export shows them all.
    return Kind("complete", None, number, until, before.full if since else until)


def _lines(found: Export, kind: str) -> Iterator[bytes]:
    """Yield the lines of a type from all files that may hold it."""
    for path in found.files:
        if path.name.startswith(f"{kind}-"):
            yield from _lines_of(path)
        elif path.name.startswith("mixed-"):
            yield from (line for line in _lines_of(path) if kind_of(line) == kind)


def _lines_of(path: Path) -> Iterator[bytes]:
    held = b""
    for chunk in Arriving(str(path)):
        *whole, held = (held + chunk).split(b"\n")
        yield from (line + b"\n" for line in whole if line.strip())
    if held.strip():
        yield held + b"\n"
