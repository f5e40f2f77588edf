"""Files, directories and standard input, read as blocks of NDJSON lines: one resource a line, whatever the format.

NDJSON (plain, gzip, zstd) passes through untouched and in constant memory; JSON and XML documents are taken apart.
Content never raises: what cannot be used is a ``SetAside`` with its place and a reason, and reading goes on.
Spec: https://hl7.org/fhir/R4/nd-json.html, https://hl7.org/fhir/R4/json.html, https://hl7.org/fhir/R4/xml.html.
"""

import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain, zip_longest
from typing import Final, Literal, NamedTuple

import msgspec

from adapter.fhir import xml
from adapter.fhir.arriving import BLOCK, STDIN, Arriving, bytes_of, until
from adapter.fhir.arriving import MIB as MIB
from adapter.fhir.bundles import Reason as Reason
from adapter.fhir.bundles import RefusedError, decode, encode, unpack
from adapter.fhir.contained import hoist as hoist
from adapter.fhir.contained import hoist_line as hoist_line

SHARE: Final = 32 * MIB  # of a plain file, for one worker at a time

Lines = tuple[int, bytes | None]
Document = Literal["json", "xml"]
Content = Literal["lines", "json", "xml", "empty", "foreign"]
_BOM: Final = b"\xef\xbb\xbf"
_FOREIGN: Final = re.compile(r"\.(md|txt|log|csv|tsv|html?|pdf|docx?|xlsx?|py|sh|ya?ml|toml|zip|tar|parquet)$", re.I)
_TWO_LINES: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*+[^\n]*+\n\s*+\S")  # possessive: in linear time
_PACKED: Final = re.compile(r"\.(gz|zst|zstd)$", re.I)
_FORMAT: Final = re.compile(r"\.(ndjson|jsonl|json|xml)$", re.I)


class ReadingLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one source may cost. Each limit is on decompressed data, and what exceeds it is set aside."""

    line_bytes: int = 16 * MIB  # one NDJSON line; real ones are a few kB, documents with attachments some MB
    document_bytes: int = 256 * MIB  # one JSON or XML document, which is held in memory several times over
    depth: int = 64  # nesting of one resource, and of Bundles in Bundles; real resources stay below 20
    entries: int = 100_000  # entries of one document's Bundles together


class Place(NamedTuple):
    """Where something stood: the file, the line (from 1) of an NDJSON file, the path inside a document."""

    file: str
    line: int | None
    path: str


class SetAside(msgspec.Struct, frozen=True):
    """Something that is not used, where it stood and why. ``reference`` is ``Type/id`` where known; no patient value."""

    place: Place
    reason: Reason
    reference: str | None = None
    detail: str = ""


class SourceError(Exception):
    """A source that cannot be read at all: missing, unreadable, without FHIR, binary. The message has its place."""


class Segment(msgspec.Struct, frozen=True):
    """A unit of work that any process can read: bytes of a plain NDJSON file, a whole file, or one to be set aside."""

    path: str
    start: int = 0
    end: int | None = None
    kind: Literal["lines", "whole", "foreign"] = "whole"


class Block(msgspec.Struct, frozen=True):
    """Whole lines, blank ones perhaps among them. ``place(n)`` is the place of the nth, from 0, blanks counted."""

    data: bytes
    place: Callable[[int], Place]


def segments(sources: Sequence[str], workers: int, limits: ReadingLimits) -> list[Segment]:
    """The work that ``sources`` (files, directories, ``-``) make, in their order and that of sorted paths.

    With several workers a plain NDJSON file is shared out in byte ranges that begin at line starts. Raises
    ``SourceError``: missing, unreadable, no FHIR in a named file or anywhere in a directory.
    """
    found: list[Segment] = []
    for source in sources:
        try:
            found += _directory(source, workers, limits) if os.path.isdir(source) else _file(source, workers, limits)
        except OSError as error:
            raise SourceError(f"{error.filename or source}: {error.strerror or 'cannot be read'}") from None
    once: dict[tuple[str, int], Segment] = {}
    for each in found:  # a file that is named twice, or stands in a directory that is named too, is read once
        once.setdefault((os.path.realpath(each.path), each.start), each)
    return list(once.values())


def read_all(sources: Sequence[str], limits: ReadingLimits) -> Iterator[Block | SetAside]:
    """Everything in ``sources``, one after the other. Raises ``SourceError`` as ``segments`` and ``read`` do."""
    for segment in segments(sources, 1, limits):
        yield from read(segment, limits)


def read(segment: Segment, limits: ReadingLimits) -> Iterator[Block | SetAside]:
    """The blocks of one segment, and what is set aside. Raises ``SourceError`` when the file cannot be read."""
    try:
        if segment.kind == "foreign":
            yield SetAside(Place(segment.path, None, ""), "not-fhir")
        elif segment.kind == "lines":
            yield from _blocks(segment.path, bytes_of(segment.path, segment.start, segment.end), limits, segment.start)
        else:
            yield from _read_whole(segment.path, limits)
    except OSError as error:
        raise SourceError(f"{segment.path}: {error.strerror or 'cannot be read'}") from None


def read_document(data: bytes, file: str, limits: ReadingLimits, kind: Document) -> Iterator[Block | SetAside]:
    """The resources of one JSON or XML document in blocks, contained resources as resources of their own."""
    held, places, empty = bytearray(), list[Place](), True
    for path, result in _lines_of(data, limits, kind):
        empty = False
        if isinstance(result, RefusedError):
            place = Place(file, None, result.path or path)
            yield SetAside(place, result.reason, result.reference, result.detail)
            continue
        held += result
        places.append(Place(file, None, path))
        if len(held) >= BLOCK:
            yield Block(bytes(held), places.__getitem__)
            held, places = bytearray(), []
    if held:
        yield Block(bytes(held), places.__getitem__)
    if empty:
        yield SetAside(Place(file, None, ""), "empty")


def _lines_of(data: bytes, limits: ReadingLimits, kind: Document) -> Iterator[tuple[str, bytes | RefusedError]]:
    try:
        if len(data) > limits.document_bytes:
            raise RefusedError("too-long")
        document = (xml.parse if kind == "xml" else decode)(data, limits.depth)
    except RefusedError as refused:
        yield "", refused
        return
    for found in unpack(document, limits.entries, limits.depth):
        if isinstance(found, RefusedError):
            yield found.path, found
            continue
        for each in hoist(found.body):
            try:
                yield found.path, encode(each, limits.depth, limits.line_bytes)
            except RefusedError as refused:
                yield found.path, refused


def _directory(source: str, workers: int, limits: ReadingLimits) -> list[Segment]:
    found: list[Segment] = []
    for path in sorted(files_in(source, set())):
        if not os.path.isfile(path) or _FOREIGN.search(_PACKED.sub("", path)):  # a pipe would be waited for
            found.append(Segment(path, kind="foreign"))
        else:
            found += _segments_of(path, workers, limits)
    if all(segment.kind == "foreign" for segment in found):
        raise SourceError(f"{source}: {'no FHIR file in the directory' if found else 'the directory is empty'}")
    return found


def files_in(folder: str, passed: set[str]) -> Iterator[str]:
    """Every file under ``folder``, links to other folders followed once. Raises ``OSError``: nothing is passed over."""
    real = os.path.realpath(folder)
    if real in passed:
        return
    passed.add(real)
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        if os.path.isdir(path):
            yield from files_in(path, passed)
        else:
            yield path


def _file(source: str, workers: int, limits: ReadingLimits) -> list[Segment]:
    if source == STDIN or not stat.S_ISREG(os.stat(source).st_mode):  # what cannot be read twice is told apart later
        return [Segment(source)]
    found = _segments_of(source, workers, limits)
    if any(segment.kind == "foreign" for segment in found):
        raise SourceError(f"{source}: not FHIR (neither NDJSON nor JSON nor XML)")
    return found


def _segments_of(path: str, workers: int, limits: ReadingLimits) -> list[Segment]:
    source = Arriving(path)
    head, _ = until(iter(source), lambda head: _tells(head, limits))
    content = _content(head, path)
    if content == "lines" and not source.packed:
        return _shares(path) if workers > 1 else [Segment(path, kind="lines")]
    return [Segment(path, kind="foreign" if content == "foreign" else "whole")]


def _shares(path: str) -> list[Segment]:
    """Ranges of a file that begin at line starts; the last one is open, since a file may still grow."""
    starts = [0]
    with open(path, "rb", buffering=0) as file:
        size = os.fstat(file.fileno()).st_size
        while starts[-1] + SHARE < size:
            file.seek(starts[-1] + SHARE)
            starts.append(_after_newline(file.read, starts[-1] + SHARE))
    starts = [start for start in starts if start < size] or [0]
    return [Segment(path, start, end, "lines") for start, end in zip_longest(starts, starts[1:])]


def _after_newline(read_bytes: Callable[[int], bytes], offset: int) -> int:
    while chunk := read_bytes(MIB):
        if at := chunk.find(b"\n") + 1:
            return offset + at
        offset += len(chunk)
    return offset


def _tells(head: bytearray, limits: ReadingLimits) -> bool:
    """Whether the start of a file shows its format: more than a line of it, or more than a line may have."""
    if len(head) > min(limits.line_bytes, limits.document_bytes):
        return True
    # Cheap looks first: this is asked after every chunk of a document that is all one line, or of endless blanks.
    return b"\n" in head and not head[-4096:].isspace() and bool(_TWO_LINES.match(head))


def _content(head: bytes, path: str) -> Content:
    """What a file holds, by its start; its name decides only where the start leaves it open."""
    name = _FORMAT.search(_PACKED.sub("", path))
    named = name[1].lower() if name else ""
    text = head.removeprefix(_BOM).lstrip()
    if text.startswith(b"<"):
        return "xml"
    if text.startswith(b"{"):
        return "lines" if _is_lines(text, named in {"ndjson", "jsonl"}) else "json"
    if b"\0" in head[:BLOCK]:
        return "foreign"
    if named in {"ndjson", "jsonl"}:
        return "lines"  # perhaps with a damaged first line
    if not text:
        return "empty"
    return "json" if text.startswith(b"[") or named == "json" else "xml" if named == "xml" else "foreign"


def _is_lines(text: bytes, named_lines: bool) -> bool:
    """NDJSON rather than one object: a first line that is whole, and another one.

    A name says so too, unless the second line goes on inside the object, as in pretty-printed JSON.
    """
    first, _, rest = text.partition(b"\n")
    second = rest.lstrip()
    if not second:
        return named_lines and b'"Bundle"' not in first[:200]
    try:
        msgspec.json.decode(first, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return named_lines and second.startswith(b"{")
    return True


def _read_whole(path: str, limits: ReadingLimits) -> Iterator[Block | SetAside]:
    source = Arriving(path)
    head, rest = until(iter(source), lambda head: _tells(head, limits))
    content = _content(head, path)
    if content == "lines":
        yield from _blocks(path, chain([head], rest), limits, source=source)
        return
    whole = Place(path, None, "")
    data = _gathered(chain([head], rest), limits.document_bytes)
    if source.damaged:
        yield SetAside(whole, "truncated")
    elif data is None:
        yield SetAside(whole, "too-long")
    elif content == "json" or content == "xml":
        yield from read_document(data, path, limits, content)
    else:
        yield SetAside(whole, "empty" if content == "empty" else "not-fhir")


def _gathered(chunks: Iterable[bytes], most: int) -> bytes | None:
    """All chunks together, or nothing as soon as they are more than ``most``: then they are not held twice."""
    held, size = [], 0
    for chunk in chunks:
        held.append(chunk)
        size += len(chunk)
        if size > most:
            return None
    return b"".join(held)


def _blocks(
    path: str, chunks: Iterable[bytes], limits: ReadingLimits, start: int = 0, source: Arriving | None = None
) -> Iterator[Block | SetAside]:
    """Blocks of lines. Those of a plain file (no ``source``) count the lines before them only when asked."""
    line = 1
    for offset, data in _whole_lines(chunks, limits.line_bytes, source):
        place = partial(_place, path, line if source else None, start + offset)
        if data is None:
            yield SetAside(place(0), "too-long")
        elif not data.isspace():
            yield Block(data if start + offset else data.removeprefix(_BOM), place)
        if source:
            line += data.count(b"\n") if data else 1
    if source and source.damaged:
        yield SetAside(Place(path, line, ""), "truncated")


def _place(path: str, first: int | None, offset: int, index: int) -> Place:
    if first is None:
        first = 1 + sum(chunk.count(b"\n") for chunk in bytes_of(path, 0, offset))
    return Place(path, first + index, "")


def _whole_lines(chunks: Iterable[bytes], limit: int, source: Arriving | None = None) -> Iterator[Lines]:
    """Whole lines as they come, many at a time, with their offset; None for a line longer than ``limit``.

    Only one unfinished line is held, and not even that above the limit. The end of a damaged source is no line.
    """
    offset, size = 0, 0  # of the unfinished line
    held: list[bytes] = []
    # No piece is longer than a line may be, so a line inside one is never too long.
    for piece in (chunk[at : at + limit] for chunk in chunks for at in range(0, len(chunk), limit)):
        last = piece.rfind(b"\n") + 1
        if not last:
            held.append(piece)
            size += len(piece)
            if size > limit:
                held.clear()
            continue
        first = piece.find(b"\n") + 1
        if size + first > limit:
            yield offset, None
            offset += size + first
            body = piece[first:last]
        else:
            body = b"".join([*held, memoryview(piece)[:last]])
        if body:
            yield offset, body
        offset += len(body)
        held, size = [piece[last:]], len(piece) - last
    if size > limit:
        yield offset, None
    elif size and not (source and source.damaged):
        yield offset, b"".join(held) + b"\n"
