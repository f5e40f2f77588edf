"""A command in a process of its own: what time it took, and how much memory it and its children held at most."""

import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parent.parent
PROC: Final = Path("/proc")
#: Seconds between two looks at the memory.
PAUSE: Final = 0.02


class Run(NamedTuple):
    """What one run came to: seconds by the clock and of the processors, all its processes together.

    ``peak`` is in bytes, and 0 where the system has no ``/proc``.
    """

    seconds: float
    processor: float
    peak: int
    printed: str


def run(arguments: Sequence[str]) -> Run:
    """Run ``python -m`` with ``arguments``, which print no more than a few lines.

    Raises ``CalledProcessError`` when it fails.
    """
    command = [sys.executable, "-m", *arguments]
    start, used, peak = time.perf_counter(), _processor(), 0
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        while process.poll() is None:
            peak = max(peak, sum(map(_most_held, _family(process.pid))))
            time.sleep(PAUSE)
        seconds = time.perf_counter() - start
        printed, told = process.communicate()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, printed, told)
    return Run(seconds, _processor() - used, peak, printed)


def _processor() -> float:
    """Return the seconds that processors have worked for children that have ended, and for theirs."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def _family(pid: int) -> Iterator[int]:
    """Yield a process and all its descendants."""
    yield pid
    for path in PROC.glob(f"{pid}/task/*/children"):
        for child in _read(path).split():
            yield from _family(int(child))


def _most_held(pid: int) -> int:
    """Return the most memory that a process held so far: no peak between two looks is missed.

    Memory that processes share is counted in each, so that the sum over a family is never too small.
    """
    for line in _read(PROC / f"{pid}/status").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:  # the process has ended meanwhile
        return ""
