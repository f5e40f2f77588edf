"""What an export keeps in its folder, so that another process can go on where one broke off.

    export.json     what was asked for, where the server tells its state, and the manifest: addresses may be secrets
    partial/        what has come of a file, and by what the server knows that version again
    receipts/       for each whole file its name, checksum and counts
    incomplete/     the NDJSON files of resources; renamed ndjson/ when nothing lacks
    deleted/, outcome/

Every file is written beside its place and renamed into it. Only the owner may read the folder.
"""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from adapter.fhir.exporting import Wanted
from adapter.fhir.manifest import File, Kind, ManifestPage

_STATE, _LOCK, _PARTIAL, _RECEIPTS = "export.json", "export.lock", "partial", "receipts"
_WHOLE, _INCOMPLETE = "ndjson", "incomplete"
_FOLDERS: Final = (_PARTIAL, _RECEIPTS, _INCOMPLETE, "deleted", "outcome")

_T = TypeVar("_T")


class ExportFolderError(Exception):
    """A folder that cannot be used for an export. The message has its path and the reason."""


class State(msgspec.Struct):
    """An export as far as it is known."""

    base: str
    wanted: Wanted
    status_url: str | None = None
    pages: tuple[ManifestPage, ...] | None = None
    expired: bool = False  #: something lacks that will not come: the next call begins anew
    ended: bool = False  #: everything was fetched, and the server was told


class Receipt(msgspec.Struct, frozen=True):
    """A whole file: its name in the folder of its kind, and the resources in it by type."""

    name: str
    size: int
    sha256: str
    counts: dict[str, int]


class Begun(msgspec.Struct, frozen=True):
    """A file that has come in part: what the server calls this version of it."""

    validator: str | None


class ExportFolder:
    """The folder of one export."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def source(self) -> Path:
        """Where the NDJSON files of resources are."""
        whole = self.path / _WHOLE
        return whole if whole.is_dir() else self.path / _INCOMPLETE

    def state(self, base: str, wanted: Wanted) -> State:
        """What is known of the export. Raises ``ExportFolderError`` where the folder holds another one, or other things."""
        held = self.known()
        if held is None and any(map(_foreign, self.path.iterdir())):
            raise ExportFolderError(f"{self.path}: not empty, and no export that could be gone on with")
        if held and (held.base, held.wanted) != (base, wanted):
            raise ExportFolderError(f"{self.path}: holds another export")
        for name in _FOLDERS:
            if name != _INCOMPLETE or not (self.path / _WHOLE).is_dir():
                (self.path / name).mkdir(mode=0o700, exist_ok=True)
        return held or State(base, wanted)

    def known(self) -> State | None:
        """The export in the folder; None where there is none."""
        return self._read(_STATE, State)

    def keep(self, state: State) -> None:
        """Remembers the export."""
        self._write(_STATE, state)

    def at(self, kind: Kind) -> Path:
        """The folder for whole files of a kind."""
        return self.source if kind == "output" else self.path / kind

    def path_of(self, file: File) -> Path:
        """Where a file is when it is whole."""
        receipt = self.receipt(file)
        return self.at(file.kind) / (receipt.name if receipt else file.key)

    def partial(self, file: File) -> Path:
        """Where what has come of a file is."""
        return self.path / _PARTIAL / f"{file.key}.part"

    def begun(self, file: File) -> Begun | None:
        """What is known of what has come of a file."""
        return self._read(f"{_PARTIAL}/{file.key}.json", Begun)

    def begin(self, file: File, validator: str | None) -> None:
        """A file begins to come."""
        self._write(f"{_PARTIAL}/{file.key}.json", Begun(validator))

    def receipt(self, file: File) -> Receipt | None:
        """The receipt for a whole file; None where there is none."""
        return self._read(f"{_RECEIPTS}/{file.key}.json", Receipt)

    def verified(self, file: File) -> Receipt | None:
        """The receipt where the file is still what it says; None otherwise."""
        receipt = self.receipt(file)
        if receipt is None:
            return None
        path = self.at(file.kind) / receipt.name
        with suppress(OSError):
            if path.stat().st_size == receipt.size and sha256_of(path) == receipt.sha256:
                return receipt
        return None

    def receive(self, file: File, *, packed: bool, counts: dict[str, int]) -> Receipt:
        """Puts a whole file in its place, and keeps the receipt for it."""
        partial = self.partial(file)
        name = f"{file.type or 'mixed'}-{file.key}.ndjson{'.gz' if packed else ''}"
        receipt = Receipt(name, partial.stat().st_size, sha256_of(partial), counts)
        _synced(partial)
        os.replace(partial, self.at(file.kind) / name)
        self._write(f"{_RECEIPTS}/{file.key}.json", receipt)
        (self.path / _PARTIAL / f"{file.key}.json").unlink(missing_ok=True)
        return receipt

    def only(self, files: Iterable[File]) -> None:
        """Removes what is of no file of the export any more."""
        names: dict[Path, set[str]] = {self.at(kind): set() for kind in ("output", "deleted", "outcome")}
        for file in files:
            if receipt := self.receipt(file):
                names[self.at(file.kind)].add(receipt.name)
        for folder, known in names.items():
            for each in folder.iterdir():
                if each.name not in known:
                    each.unlink()

    def finish(self) -> None:
        """Says by its name that nothing lacks."""
        if self.source.name == _INCOMPLETE:
            os.replace(self.source, self.path / _WHOLE)
        shutil.rmtree(self.path / _PARTIAL, ignore_errors=True)

    def clear(self) -> None:
        """Forgets the export and all that came of it."""
        for name in (*_FOLDERS, _WHOLE):
            shutil.rmtree(self.path / name, ignore_errors=True)
        (self.path / _STATE).unlink(missing_ok=True)  # last: who is stopped on the way goes on

    def _read(self, name: str, kind: type[_T]) -> _T | None:
        try:
            return msgspec.json.decode((self.path / name).read_bytes(), type=kind)
        except FileNotFoundError:
            return None
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise ExportFolderError(f"{self.path / name}: was not written by an export") from None

    def _write(self, name: str, value: object) -> None:
        path = self.path / name
        beside = path.with_suffix(".new")
        with open(beside, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(msgspec.json.encode(value))
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)


@contextmanager
def opened(path: Path) -> Iterator[ExportFolder]:
    """The folder, made where it is not there, for this process alone. Raises ``ExportFolderError``, ``OSError``."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(path / _LOCK, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ExportFolderError(f"{path}: another process exports into it") from None
        yield ExportFolder(path)


def sha256_of(path: Path) -> str:
    """The checksum of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _foreign(path: Path) -> bool:
    """Whether something was not left by an export that was stopped before it was remembered."""
    ours = path.name in {*_FOLDERS, _LOCK, Path(_STATE).with_suffix(".new").name}
    return not ours or (path.is_dir() and any(path.iterdir()))


def _synced(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
