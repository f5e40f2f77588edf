"""One file of an export: fetched, gone on with where it broke off, and counted before it is believed.

Spec: https://hl7.org/fhir/uv/bulkdata/export.html#bulk-data-output-file-request, RFC 9110, section 14.
"""

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from threading import Event, Lock
from typing import Final
from urllib.parse import urlsplit

import msgspec
from urllib3.exceptions import MaxRetryError

from adapter.fhir.arriving import MIB, Arriving
from adapter.fhir.bundles import ID
from adapter.fhir.confidential import confidential, loopback, scheme_of
from adapter.fhir.errors import FhirError, ForeignHost, Unreachable
from adapter.fhir.export_folder import ExportFolder, Receipt
from adapter.fhir.exporting import NDJSON
from adapter.fhir.manifest import File
from adapter.fhir.outcomes import Outcome, outcome_of
from adapter.fhir.transport import Streamed, Transport, repetitions
from adapter.fhir.wire import Bundle, Head, located

_PLACE: Final = "GET export file"
_BOM: Final = b"\xef\xbb\xbf"
_LONGEST_LINE: Final = 64 * MIB
_RANGE: Final = re.compile(r"bytes (\d{1,18})-\d{1,18}/(\d{1,18}|\*)")
_CUT: Final = "truncated"  # the decoder's word for a document that ends too early
_NOT_SATISFIABLE: Final = 416
_head: Final = msgspec.json.Decoder(Head)
_bundle: Final = msgspec.json.Decoder(Bundle)


class LackingError(Exception):
    """A file that cannot be had, or is not whole. The reason has no address and no value; ``status`` where there is one.

    ``lasting``: it came twice, and is not what it should be; or it lies where it may not be fetched.
    """

    def __init__(self, reason: str, *, status: int | None = None, lasting: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status
        self.lasting = lasting


class _BrokenOffError(Exception):
    """A file that began to come, and did not end."""

    def __init__(self, error: FhirError) -> None:
        super().__init__(error)
        self.error = error


class Ways:
    """How files are reached: those at the server itself, and those that need no token elsewhere. Threads may share it."""

    def __init__(self, transport: Transport, verify: bool | str) -> None:
        self._transport, self._verify = transport, verify
        self._others: dict[str, Transport] = {}
        self._lock = Lock()

    def to(self, file: File) -> tuple[Transport, bool]:
        """The way to a file, and whether the token goes along. Raises ``ForeignHost`` where it may not be fetched."""
        try:
            self._transport.base.resolve(file.url, _PLACE)
        except ForeignHost:
            if file.authorised:
                raise ForeignHost(_PLACE, "it lies at another server, which the token is not for") from None
            return self._other(file.url), False
        return self._transport, file.authorised

    def _other(self, url: str) -> Transport:
        """A way without any token. What others could read on the way is not fetched."""
        if not confidential(url) or (loopback(url) and not loopback(self._transport.base.url)):
            raise ForeignHost(_PLACE, "it lies at another server, which is no https")
        origin = f"{scheme_of(url)}://{urlsplit(url).netloc}"
        with self._lock:
            if origin not in self._others:
                try:
                    self._others[origin] = Transport(origin, limits=self._transport.limits, verify=self._verify)
                except ValueError:
                    raise ForeignHost(_PLACE, "its address is none") from None
            return self._others[origin]


class Download:
    """Fetches files into a folder. Threads may share it, one for each file."""

    def __init__(self, ways: Ways, folder: ExportFolder, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._ways, self._folder, self._sleep = ways, folder, sleep
        self._stopped = Event()

    def stop(self) -> None:
        """Ends what is under way in other threads; what came is kept."""
        self._stopped.set()

    def fetch(self, file: File) -> Receipt:
        """The receipt for the whole file; what came otherwise is fetched once more. Raises ``LackingError``."""
        try:
            return self._whole(file)
        except LackingError as lacking:
            if not lacking.lasting or self._stopped.is_set():
                raise
        return self._whole(file)

    def _whole(self, file: File) -> Receipt:
        try:
            proven = self._arrived(file)
        except FhirError as error:
            lasting = isinstance(error, ForeignHost)
            raise LackingError(error.reason, status=error.status, lasting=lasting) from None
        partial = self._folder.partial(file)
        try:
            packed, counts = counted(partial, file.type)
            total = sum(counts.values())
            if file.count is not None and total != file.count:
                raise LackingError(f"holds {total} resources, {file.count} were announced")
            if not proven and not packed and file.count is None:
                raise LackingError("nothing says that it is whole")
        except LackingError as lacking:
            partial.unlink(missing_ok=True)  # the same bytes again would be no better
            raise LackingError(lacking.reason, lasting=True) from None
        return self._folder.receive(file, packed=packed, counts=dict(counts))

    def _arrived(self, file: File) -> bool:
        """Brings the bytes, as the server sent them, and says whether it told where they end. Raises ``FhirError``."""
        transport, authorised = self._ways.to(file)
        retry, furthest = repetitions(transport.limits), self._size(file)
        while True:
            try:
                return self._attempted(file, transport, authorised)
            except _BrokenOffError as broken:
                failed: FhirError = broken.error
                if self._stopped.is_set():
                    raise failed from None
            except FhirError as error:
                if error.status != _NOT_SATISFIABLE:
                    raise  # was repeated already, where that may help
                failed = error
                self._folder.partial(file).unlink(missing_ok=True)  # it is another one now
            if self._size(file) > furthest:
                retry, furthest = repetitions(transport.limits), self._size(file)
            try:
                retry = retry.increment()
            except MaxRetryError:
                raise failed from None
            self._sleep(retry.get_backoff_time())

    def _attempted(self, file: File, transport: Transport, authorised: bool) -> bool:
        held = self._size(file)
        begun = self._folder.begun(file) if held else None
        headers = {"Accept": NDJSON}
        if begun and begun.validator:
            headers |= {"Range": f"bytes={held}-", "If-Range": begun.validator}
        with transport.stream(file.url, headers=headers, authorised=authorised, raw=True) as answer:
            try:
                return self._taken(file, answer, held if "Range" in headers else 0)
            except Unreachable as error:
                raise _BrokenOffError(error) from None

    def _taken(self, file: File, answer: Streamed, held: int) -> bool:
        """Takes an answer's bytes, behind those that there are where it is their continuation."""
        total: str | None = answer.headers.get("content-length")
        if answer.status == 206:
            found = _RANGE.fullmatch(answer.headers.get("content-range", ""))
            if not held or not found or int(found[1]) != held:
                self._folder.partial(file).unlink(missing_ok=True)
                raise Unreachable(_PLACE, "another part of the file was answered")
            total = found[2]
        else:
            self._folder.partial(file).unlink(missing_ok=True)
            self._folder.begin(file, _validator(answer.headers))
        with self._folder.partial(file).open("ab") as kept:
            for chunk in answer.chunks:
                kept.write(chunk)
                if self._stopped.is_set():
                    raise Unreachable(_PLACE, "stopped")
        told = total is not None and total.isascii() and total.isdigit()
        if told and self._size(file) != int(total or 0):
            raise Unreachable(_PLACE, "the file ends too early")
        return told or "transfer-encoding" in answer.headers

    def _size(self, file: File) -> int:
        try:
            return self._folder.partial(file).stat().st_size
        except FileNotFoundError:
            return 0


def counted(path: Path, kind: str | None) -> tuple[bool, Counter[str]]:
    """Whether a file is compressed, and how many resources of which types it holds. Raises ``LackingError``."""
    counts: Counter[str] = Counter()
    source = Arriving(str(path))
    for number, line, last in _lines(source):
        try:
            found = _head.decode(line).resource_type
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            cut = last and _CUT in str(error)
            raise LackingError("the last line is cut" if cut else f"line {number} is no FHIR JSON") from None
        if kind not in {None, found}:
            raise LackingError(f"line {number} is no {kind}")
        counts[found] += 1
    return source.packed, counts


def outcomes_in(path: Path) -> Iterator[Outcome]:
    """The OperationOutcomes in a file that was counted."""
    for _, line, _ in _lines(Arriving(str(path))):
        yield outcome_of(line) or Outcome()


def deleted_in(path: Path) -> Iterator[str]:
    """``Type/id`` of what a file of deletions says. Raises ``LackingError`` where an entry says something else."""
    for number, line, _ in _lines(Arriving(str(path))):
        try:
            entries = _bundle.decode(line).entry
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            entries = []
        for entry in entries:
            found = located(entry.request.url) if entry.request and entry.request.method == "DELETE" else None
            if not found or not ID.fullmatch(found[1]):
                raise LackingError(f"line {number} holds something else than deletions")
            yield "/".join(found[:2])
        if not entries:
            raise LackingError(f"line {number} holds no deletion")


def _lines(source: Arriving) -> Iterator[tuple[int, bytes, bool]]:
    """Each line that is not blank, its number, and whether the file ends with it. Raises ``LackingError``."""
    number, rest = 0, b""
    for block in source:
        *lines, rest = (rest + block).split(b"\n")
        if len(rest) > _LONGEST_LINE:
            raise LackingError(f"line {number + len(lines) + 1} is too long")
        for number, line in enumerate(lines, number + 1):  # noqa: B020 -- goes on counting
            if not line.isspace() and line:
                yield number, line.removeprefix(_BOM), False
    if source.damaged:
        raise LackingError("the compressed file is cut or damaged")
    if rest.strip():
        yield number + 1, rest.removeprefix(_BOM), True


def _validator(headers: Mapping[str, str]) -> str | None:
    """By what the server knows this version of a file again, byte for byte: a weak ETag does not say that."""
    etag = headers.get("etag", "")
    if etag:
        return etag if etag.startswith('"') else None
    return headers.get("last-modified")
