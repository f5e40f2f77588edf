"""Bulk Data: a server's records as files of NDJSON, all of them, or a list of what lacks.

An export goes on where it broke off, in another process too: its folder holds what is known. What is not whole is in a
folder called ``incomplete``, and is returned only to who asks for it.
Spec: https://hl7.org/fhir/uv/bulkdata/export.html, versions 1.0 to 3.0 and what 4.0 changes.
"""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import msgspec

from adapter.fhir.download import Download, LackingError, Ways, deleted_in, outcomes_in
from adapter.fhir.errors import FhirError, Gone, Incomplete, Invalid, NotFound, ServerFault
from adapter.fhir.export_folder import ExportFolder, ExportFolderError, opened
from adapter.fhir.exporting import Job, Level, Progress, Wanted
from adapter.fhir.manifest import File, files_of
from adapter.fhir.transport import Transport

__all__ = ["Export", "ExportFolderError", "Loaded", "cancel", "export"]

_PLACE: Final = "$export"
_DAY: Final = 24 * 60 * 60.0
#: An address that was good once and is no more: a new manifest may have a new one.
_STALE: Final = frozenset({401, 403, 404, 410})
#: Issue codes that say, at whatever severity, that something was left out.
_LEFT_OUT: Final = frozenset({"incomplete", "suppressed"})


class Loaded(msgspec.Struct, frozen=True):
    """What came of a type, and whether that is all that the server has for what was asked."""

    type: str
    resources: int
    complete: bool


class Export(msgspec.Struct, frozen=True):
    """An export that was fetched.

    ``source`` is the folder of its NDJSON files, ``transaction_time`` the instant that it shows and that the next one
    begins from. ``deleted`` are ``Type/id``. ``lacking`` says what is not there: type, number of the file, reason.
    """

    source: Path
    files: tuple[Path, ...]
    transaction_time: str
    loaded: tuple[Loaded, ...]
    deleted: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether nothing lacks."""
        return not self.lacking


def export(
    transport: Transport,
    *,
    folder: Path,
    level: Level = "system",
    group: str | None = None,
    types: Sequence[str] = (),
    since: str | None = None,
    until: str | None = None,
    type_filters: Sequence[str] = (),
    elements: Sequence[str] = (),
    patients: Sequence[str] = (),
    associated: Sequence[str] = (),
    organised_by: str | None = None,
    partial_manifests: bool = False,
    tolerant: bool = False,
    patience_seconds: float = _DAY,
    connections: int = 4,
    verify: bool | str = True,
    progress: Progress | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Export:
    """Everything that was asked for, in ``folder``, begun there or gone on with.

    Raises ``Incomplete`` where something lacks, unless ``tolerant``; the next call tries for it again. Other
    ``FhirError`` where the server does not export, ``ExportFolderError`` where the folder is of no use, ``OSError`` where
    the disk is full, ``ValueError`` for what cannot be asked. ``verify`` is for files at other servers.
    """
    wanted = Wanted(
        level,
        group,
        tuple(types),
        since,
        until,
        tuple(type_filters),
        tuple(elements),
        tuple(patients),
        tuple(associated),
        organised_by,
        partial_manifests,
    )
    wanted.check()
    job = Job(transport, patience_seconds=patience_seconds, progress=progress, sleep=sleep)
    with opened(folder) as held:
        found = _Run(transport, job, held, wanted, Download(Ways(transport, verify), held, sleep=sleep)).through(
            connections
        )
    if found.lacking and not tolerant:
        raise Incomplete(_PLACE, "the export is not whole", lacking=found.lacking)
    return found


def cancel(transport: Transport, folder: Path) -> bool:
    """Stops an export and forgets what came of it; whether the server said that it will stop.

    Raises ``ExportFolderError`` where the folder holds no export from this server.
    """
    with opened(folder) as held:
        state = held.known()
        if state is None or state.base != transport.base.url:
            raise ExportFolderError(f"{folder}: holds no export from this server")
        told = bool(state.status_url) and Job(transport, patience_seconds=0).end(state.status_url or "")
        held.clear()
    return told


class _Run:
    """One call for one export."""

    def __init__(
        self, transport: Transport, job: Job, folder: ExportFolder, wanted: Wanted, download: Download
    ) -> None:
        self._job, self._folder, self._download = job, folder, download
        self._base, self._wanted = transport.base.url, wanted
        self._state = folder.state(self._base, wanted)

    def through(self, connections: int) -> Export:
        """Begins or goes on, and ends the job at the server when nothing is left that could be fetched."""
        if self._state.expired:
            self._forget()
        if not self._state.ended:
            self._manifest()
        failed = self._fetched(self._files(), connections)
        if not self._state.ended and any(each.status in _STALE for each in failed.values()):
            failed = self._once_more(failed, connections)
        self._folder.only(self._files())
        found = self._export(failed)
        if self._state.ended:
            self._keep(expired=bool(failed))
        elif all(each.lasting for each in failed.values()):
            self._end(complete=found.complete)
            found = self._export(failed)  # where the files are now
        return found

    def _manifest(self) -> None:
        """Knows the whole manifest. A job that another process began and that has expired is begun anew, once."""
        begun_before = self._state.status_url is not None
        if self._state.pages:
            return
        if not begun_before:
            self._begin()
        try:
            self._look()
        except (NotFound, Gone):
            self._forget()
            if not begun_before:
                raise
            self._begin()
            self._look()
        except (ServerFault, Invalid):  # the job failed: the next call begins anew
            self._forget()
            raise

    def _begin(self) -> None:
        self._state.status_url = self._job.begin(self._wanted)
        self._folder.keep(self._state)

    def _look(self) -> None:
        self._state.pages = tuple(self._job.pages(self._state.status_url or ""))
        self._folder.keep(self._state)

    def _forget(self) -> None:
        self._folder.clear()
        self._state = self._folder.state(self._base, self._wanted)

    def _keep(self, *, expired: bool) -> None:
        self._state.expired = expired
        self._folder.keep(self._state)

    def _end(self, *, complete: bool) -> None:
        """The server may forget the export. Where something lacks that will not come, the next call begins anew."""
        if complete:
            self._folder.finish()
        if self._state.status_url:
            self._job.end(self._state.status_url)
        self._state.ended = True
        self._keep(expired=not complete)

    def _files(self) -> tuple[File, ...]:
        return files_of(self._state.pages or ())

    def _fetched(self, files: Sequence[File], connections: int) -> dict[str, LackingError]:
        """Fetches what is not there; what cannot be had, by its key."""
        with ThreadPoolExecutor(connections) as pool:
            try:
                results = [*pool.map(self._one, files)]
            except BaseException:  # a full disk, or a person who stops it: the others stop, too
                self._download.stop()
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        return {file.key: result for file, result in zip(files, results, strict=True) if result}

    def _one(self, file: File) -> LackingError | None:
        if self._folder.verified(file):
            return None
        if self._state.ended:
            return LackingError("was changed or removed since")
        try:
            self._download.fetch(file)
        except LackingError as lacking:
            return lacking
        return None

    def _once_more(self, failed: dict[str, LackingError], connections: int) -> dict[str, LackingError]:
        """Tries again what a new manifest has other addresses for: signed ones do not last as long as the files."""
        known = {file.key: file.url for file in self._files()}
        at = self._state.pages[0].transaction_time if self._state.pages else ""
        try:
            self._look()
        except (NotFound, Gone):  # expired: what lacks is told, and the next call begins anew
            self._keep(expired=True)
            return failed
        except FhirError:
            return failed
        if not self._state.pages or self._state.pages[0].transaction_time != at:
            self._forget()
            raise Incomplete(_PLACE, "the server began the export anew", lacking=("everything: begun anew",))
        again = [file for file in self._files() if file.key not in known or known[file.key] != file.url]
        later = self._fetched(again, connections)
        left = {file.key for file in self._files()} - ({file.key for file in again} - later.keys())
        return {key: each for key, each in {**failed, **later}.items() if key in left}

    def _export(self, failed: Mapping[str, LackingError]) -> Export:
        """What came, held against what was asked and announced."""
        files = self._files()
        counts, lacking, partial = Counter[str](), list[str](), set[str | None]()
        for file in files:
            if file.key in failed:
                lacking.append(f"{file.told}: {failed[file.key].reason}")
                partial.add(file.type if file.kind == "output" else None)
            elif file.kind == "output" and (receipt := self._folder.receipt(file)):
                counts.update(receipt.counts)
        odd, warnings, cautious = self._outcomes(files, failed)
        deleted, wrong = self._deleted(files, failed)
        everything = bool(odd or wrong or None in partial)
        # Whether a type that was asked for and has no file was looked for at all, a server that warns leaves open.
        with_file = {file.type for file in files if file.kind == "output"} | counts.keys()
        unclear = sorted({*self._wanted.types} - with_file) if cautious else []
        names = sorted({*self._wanted.types, *counts, *filter(None, partial)})
        return Export(
            self._folder.source,
            tuple(self._folder.path_of(file) for file in files if file.kind == "output" and file.key not in failed),
            self._state.pages[0].transaction_time if self._state.pages else "",
            tuple(
                Loaded(name, counts[name], not everything and name not in partial and name not in unclear)
                for name in names
            ),
            tuple(dict.fromkeys(deleted)),
            (*lacking, *odd, *wrong, *(f"{name}: no file, and the server warns" for name in unclear)),
            tuple(dict.fromkeys(warnings)),
        )

    def _outcomes(self, files: Sequence[File], failed: Mapping[str, LackingError]) -> tuple[list[str], list[str], bool]:
        """What the server says of the export: what lacks because of it, the rest, and whether that warns."""
        odd, warnings, cautious = list[str](), list[str](), False
        for file in files:
            if file.kind != "outcome" or file.key in failed:
                continue
            for outcome in outcomes_in(self._folder.path_of(file)):
                told = f"{file.told}: {outcome.told() or 'an outcome without an issue'}"
                left_out = any(issue.code in _LEFT_OUT for issue in outcome.issues)
                (odd if outcome.failed or left_out or not outcome.issues else warnings).append(told)
                cautious = cautious or any(issue.severity == "warning" for issue in outcome.issues)
        return list(dict.fromkeys(odd)), warnings, cautious

    def _deleted(self, files: Sequence[File], failed: Mapping[str, LackingError]) -> tuple[list[str], list[str]]:
        """What was deleted, and what should say so and does not."""
        deleted, wrong = list[str](), list[str]()
        for file in files:
            if file.kind != "deleted" or file.key in failed:
                continue
            try:
                deleted += deleted_in(self._folder.path_of(file))
            except LackingError as lacking:
                wrong.append(f"{file.told}: {lacking.reason}")
        return deleted, wrong
