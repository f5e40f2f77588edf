"""The bytes of a file or of standard input as they come, decompressed where they are gzip or zstd."""

import re
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any, Final

import zstandard

MIB: Final = 1 << 20
BLOCK: Final = 192 * 1024  # decoding is fastest on blocks that stay in the processor's cache
STDIN: Final = "-"

_GZIP: Final = b"\x1f\x8b\x08"
_ZSTD: Final = re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18")  # a frame, or one to be skipped


class Arriving:
    """The bytes of a file, decompressed where it begins as gzip or zstd does. Iterating raises ``OSError``.

    Compressed data that ends early or is damaged ends the bytes, and ``damaged`` says so afterwards.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.packed = False
        self.damaged = False

    def __iter__(self) -> Iterator[bytes]:
        stdin: Any = sys.stdin.buffer if self.path == STDIN else None
        arriving = iter(lambda: stdin.read1(BLOCK), b"") if stdin else bytes_of(self.path)
        start, rest = until(arriving, lambda start: len(start) >= 4)
        chunks = chain([start], rest)
        self.packed = start.startswith(_GZIP) or bool(_ZSTD.match(start))
        held = bytearray()
        try:
            for out in inflated(chunks, start.startswith(_GZIP)) if self.packed else chunks:
                held += out
                if len(held) >= BLOCK:
                    yield bytes(held)
                    held.clear()
        except (zlib.error, zstandard.ZstdError, EOFError):
            self.damaged = True
        yield bytes(held)


def inflated(chunks: Iterable[bytes], gzip: bool) -> Iterator[bytes]:
    """The members of a gzip or zstd file, one after the other. Raises ``EOFError`` and the libraries' own errors.

    256 bytes cannot become more than 8 MiB (zstd) or 264 KiB (gzip), so a decompression bomb stays small.
    """
    zstd = zstandard.ZstdDecompressor(max_window_size=128 * MIB)

    def new() -> Any:
        return zlib.decompressobj(31) if gzip else zstd.decompressobj()  # 31: gzip with its checksum

    inflater = new()
    for chunk in chunks:
        for start in range(0, len(chunk), 256):
            piece = chunk[start : start + 256]
            while piece.strip(b"\0") or (piece and not inflater.eof):  # a file may be padded with zeros
                inflater = new() if inflater.eof else inflater
                yield inflater.decompress(piece)
                piece = inflater.unused_data
    if not inflater.eof:
        raise EOFError


def bytes_of(path: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
    """The bytes of a file as it is, from ``start`` to ``end``, in blocks. Raises ``OSError``."""
    with open(path, "rb", buffering=0) as file:
        position = file.seek(start) if start else 0  # a pipe cannot be sought in
        end = sys.maxsize if end is None else end
        while chunk := file.read(min(BLOCK, end - position)):
            position += len(chunk)
            yield chunk


def until(chunks: Iterator[bytes], enough: Callable[[bytearray], bool]) -> tuple[bytes, Iterator[bytes]]:
    """The first chunks, together, as soon as they are enough; and the chunks after them."""
    head = bytearray()
    for chunk in chunks:
        head += chunk
        if enough(head):
            break
    return bytes(head), chunks
