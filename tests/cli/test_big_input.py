"""Input that is made to fill the memory: what it costs is measured on the real command."""

import gzip
import os
import subprocess
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any, NamedTuple

import pytest
import zstandard

from tests.cli.command import COMMAND, environment, patient

MIB = 1 << 20
GIGABYTE = 1 << 30


class Cost(NamedTuple):
    """What a command printed, and the most memory that it held, in MiB."""

    status: int
    out: str
    err: str
    peak: float


def cost_of(source: str | Path, feed: Iterable[bytes] = ()) -> Cost:
    """Screen ``source`` (standard input is fed with ``feed``) and measure the memory of that one process."""
    arguments = [*COMMAND, "screen", str(source), "--format", "ndjson"]
    with subprocess.Popen(
        arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    ) as process:
        pipes: tuple[Any, ...] = (process.stdin, process.stdout, process.stderr)
        feeder = threading.Thread(target=_feed, args=(pipes[0], feed))
        feeder.start()
        out, err = pipes[1].read(), pipes[2].read()
        feeder.join()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert b"Traceback" not in err
    return Cost(process.returncode, out.decode(), err.decode(), used.ru_maxrss / 1024)


def _feed(pipe: IO[bytes], chunks: Iterable[bytes]) -> None:
    with pipe:
        for chunk in chunks:
            pipe.write(chunk)


@pytest.fixture(scope="module")
def usual() -> float:
    """The memory that screening one small patient takes."""
    return cost_of("-", [patient()]).peak


def test_a_line_of_a_gigabyte_is_set_aside(usual: float) -> None:
    """The line is told with its number, the lines around it are used, and it is never held in memory."""
    chunk = b"x" * MIB
    lines = [patient(), b'{"resourceType":"', *([chunk] * (GIGABYTE // MIB)), b'"}\n', patient("after")]
    done = cost_of("-", lines)
    assert done.status == 0
    assert done.out.count('"patient":"Patient/') == 2
    assert "set aside: -:2 too-long" in done.err
    assert done.peak < usual + 64


def test_a_sparse_file_of_a_gigabyte_is_set_aside(tmp_path: Path, usual: float) -> None:
    """A plain file whose second line is a gigabyte of zeros costs no memory either."""
    path = tmp_path / "a.ndjson"
    with path.open("wb") as file:
        file.write(patient())
        file.seek(GIGABYTE)
        file.write(b"\n" + patient("after"))
    done = cost_of(path)
    assert done.out.count('"patient":"Patient/') == 2
    assert f"set aside: {path}:2 too-long" in done.err
    assert done.peak < usual + 64


@pytest.mark.parametrize("packing", ["gz", "zst"])
def test_a_decompression_bomb_of_lines_is_set_aside(tmp_path: Path, usual: float, packing: str) -> None:
    """A small file that becomes a gigabyte of one line is read in pieces, and what surrounds the line is used."""
    path = tmp_path / f"a.ndjson.{packing}"
    with gzip.open(path, "wb", 1) if packing == "gz" else zstandard.open(path, "wb") as file:
        file.write(patient())
        for _ in range(GIGABYTE // (4 * MIB)):
            file.write(bytes(4 * MIB))
        file.write(b"\n" + patient("after"))
    done = cost_of(path)
    assert path.stat().st_size < 8 * MIB
    assert done.out.count('"patient":"Patient/') == 2
    assert f"set aside: {path}:2 too-long" in done.err
    assert done.peak < usual + 64


def test_a_document_bomb_costs_no_more_than_a_document_may(tmp_path: Path, usual: float) -> None:
    """A packed JSON document that becomes a gigabyte is given up at the limit of a document, which is 256 MiB."""
    path = tmp_path / "a.json.gz"
    with gzip.open(path, "wb", 1) as file:
        file.write(b'{"resourceType":"Patient","id":"')
        for _ in range(GIGABYTE // MIB):
            file.write(b"a" * MIB)
    done = cost_of(path)
    assert f"set aside: {path} too-long" in done.err
    assert done.peak < usual + 256 + 64
