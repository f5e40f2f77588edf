"""The only place where both halves meet: sources are read, patients screened, followed or graded, results rendered."""

import heapq
import multiprocessing
import os
import re
import signal
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from adapter.fhir.formats import ReadingLimits, Segment, segments
from adapter.grades import GRADE_RENDERERS, Grading
from adapter.kept import STORE
from adapter.participants import FOLLOW_RENDERERS
from adapter.report import RENDERERS, Reached, counted
from adapter.scale.shuffle import Sorter, moves, partition_of, patients_in
from adapter.scale.sorting import Problem, Sorted, of_somebody, sort_segment
from adapter.server import Servers
from adapter.settings import definitions_of, limits_of
from mappings.criteria.asked import RESULTS
from mappings.emitting.milestones import milestones
from mappings.findings import SetAside, SetAsideReason
from mappings.followed import Followed
from mappings.following import follow
from mappings.reading.chart import Clock, chart
from mappings.reading.context import Context, LocalCodes, context_with
from mappings.reading.subjects import OVER, TAKES_PART
from mappings.record import ANY_TYPE, Record
from mappings.safety.laboratory import graded
from mappings.screening import screen_lines
from mappings.site import Occasion, Site

#: Source bytes that one partition is meant to hold, and the most partitions there are.
PARTITION_SIZE: Final = 24 * 1024 * 1024
MOST_PARTITIONS: Final = 512


class Job(msgspec.Struct, frozen=True):
    """One look at a source: as of when, under which settings, with how many processes, rendered how.

    Patients are screened where ``formats`` names how that is rendered, and participants followed where ``followed``
    does; with ``grading``, ``formats`` are those of grades. ``servers`` says how sources that are servers are asked;
    files whose real path is in ``unread`` are passed over, and ``lost`` are the types of which a source lacks something.
    ``store`` is the URL of what is kept between runs.
    """

    at: datetime
    known_at: datetime | None = None
    site: Site = Site()
    local_codes: LocalCodes = {}
    full_coverage: bool = False
    workers: int = 1
    formats: tuple[str, ...] = ("ndjson",)
    followed: tuple[str, ...] = ()
    only: str | None = None
    limits: ReadingLimits = ReadingLimits()
    grading: Grading | None = None
    servers: Servers = Servers()
    unread: frozenset[str] = frozenset()
    lost: frozenset[str] = frozenset()
    store: str = STORE

    @property
    def asked(self) -> frozenset[str] | None:
        """The results that are wanted at the first look: those that a clause asks for, but every one that is graded."""
        return None if self.grading else RESULTS

    @property
    def streams(self) -> tuple[str, ...]:
        """The names of the streams of results; resources of a screening and of what followed it share theirs."""
        return tuple(dict.fromkeys((*self.formats, *self.followed)))


class Summary(msgspec.Struct):
    """What a run came to: counts, reasons and places, never a patient's value."""

    patients: int = 0
    participants: int = 0
    uninfused: int = 0  # who take part in the study by a ResearchSubject, and have no infusion on record
    resources: int = 0
    size: int = 0
    decisions: Counter[str] = msgspec.field(default_factory=Counter)
    unused: Counter[str] = msgspec.field(default_factory=Counter)
    set_aside: Counter[str] = msgspec.field(default_factory=Counter)
    unknown_codes: Counter[tuple[str, str]] = msgspec.field(default_factory=Counter)
    lost: set[str] = set()
    problems: list[Problem] = []
    failures: list[str] = []


class WorkerError(Exception):
    """A process that shared the work is gone, and what it was about with it."""


class Results(msgspec.Struct):
    """The rendered results of a run: a stream of lines for each format, in order of patient."""

    summary: Summary
    streams: Mapping[str, Iterator[bytes]]


Progress = Callable[[str, int, int], None]


@contextmanager
def screening(sources: Sequence[str], job: Job, progress: Progress = lambda *_: None) -> Iterator[Results]:
    """Screen every patient in ``sources``; the results can be read until the context ends.

    Raises ``SourceError`` for a source that is not there or not readable; whatever is wrong inside a source is
    set aside and told in the summary.
    """
    parts = [one for one in segments(sources, job.workers, job.limits) if os.path.realpath(one.path) not in job.unread]
    partitions = min(MOST_PARTITIONS, sum(map(_size, parts)) // PARTITION_SIZE + 1)
    with tempfile.TemporaryDirectory(prefix="yts109-") as name:
        folder, summary = Path(name), Summary()
        done = _sort_all(parts, job, folder, partitions, progress)
        summary.resources, summary.size, summary.unused = done.resources, done.size, done.unused
        summary.unknown_codes = done.unknown_codes
        summary.lost = done.lost
        summary.set_aside, summary.problems = done.set_aside, sorted(done.problems, key=_place_of)
        context = context_with(job.site, job.local_codes, done.shared, done.lost, job.asked)
        if job.only:
            done.logical.add(job.only)  # whose patient is then looked up, should it be an identifier
        moved, doubted = moves(done.links, done.logical, folder, partitions)
        asked: Sequence[int] = range(partitions)
        if job.only:
            job = msgspec.structs.replace(job, only=moved.get(job.only, job.only))
            asked = [partition_of(job.only or "", partitions)]
        task = _Task(job, folder, partitions, context, _following(context, job), moved, doubted)
        for number, judged in enumerate(_each(_judge, asked, task), 1):
            _merge(summary, judged)
            progress("screening", number, len(asked))
        yield Results(summary, {form: _merged(folder, form) for form in job.streams})


def _following(context: Context, job: Job) -> Context | None:
    """Return the context in which treatment is followed, where it is: every result is wanted then."""
    return msgspec.structs.replace(context, asked=None, follows=True) if job.followed else None


def _size(part: Segment) -> int:
    """Return about how many bytes a segment will come to; whole files, which may be compressed, at eight to one."""
    if part.end is not None:
        return part.end - part.start
    if part.path == "-" or part.kind == "foreign":
        return 0
    size = Path(part.path).stat().st_size
    return size - part.start if part.kind == "lines" else size * 8


def _place_of(problem: Problem) -> tuple[str, int, str, str]:
    return problem.file, problem.line or 0, problem.path, problem.reason


class _Task(msgspec.Struct):
    """What every process needs to know to do its part of a run."""

    job: Job
    folder: Path
    partitions: int
    context: Context
    following: Context | None = None
    moved: Mapping[str, str] = {}
    doubted: Mapping[str, set[str]] = {}


_TASK: list[_Task] = []
P = TypeVar("P")
R = TypeVar("R")


def _each(work: Callable[[P], R], items: Sequence[P], task: _Task) -> Iterator[R]:
    """Yield ``work`` on each item, in this process or, with several workers, in as many others."""
    if task.job.workers == 1 or len(items) == 1:
        _start(task)
        yield from map(work, items)
        return
    forking = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(task.job.workers, forking, _start_other, (task,)) as pool:
        try:
            yield from pool.map(work, items)
        except BaseException as error:
            for process in multiprocessing.active_children():  # or leaving would wait for what they are about
                process.terminate()
            if isinstance(error, BrokenProcessPool):
                raise WorkerError("a worker was ended from outside, perhaps for want of memory") from None
            raise


def _start(task: _Task) -> None:
    _TASK[:] = [task]


def _start_other(task: _Task) -> None:
    """Begin in another process, which the first one ends: an interrupt from the keyboard reaches them all at once."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _start(task)


def _sort_all(parts: Sequence[Segment], job: Job, folder: Path, partitions: int, progress: Progress) -> Sorted:
    done, context = Sorted(lost={*job.lost}), context_with(job.site, job.local_codes, (), asked=job.asked)
    task = _Task(job, folder, partitions, context, _following(context, job))
    _start(task)
    inherited = [part for part in parts if part.path == "-"]
    for part in inherited:  # standard input can be read by this process only
        _merge(done, _sort(part))
    files = [part for part in parts if part.path != "-"]
    for number, one in enumerate(_each(_sort, files, task), 1):
        _merge(done, one)
        progress("reading", number, len(files))
    return done


def _sort(part: Segment) -> Sorted:
    task = _TASK[0]
    sorter = Sorter(task.folder, task.partitions)
    done = sort_segment(part, sorter, task.context, task.job.limits, task.following)
    sorter.flush()
    return done


def _merge(total: Any, one: Any) -> None:
    """Add every count and list of ``one`` to ``total``."""
    for name in one.__struct_fields__:
        value = getattr(one, name)
        setattr(total, name, getattr(total, name) | value if isinstance(value, set) else getattr(total, name) + value)


def _judge(number: int) -> Summary:
    """Judge the patients of one partition, and write what was rendered of each beside it."""
    task, summary = _TASK[0], Summary()
    job, patients = task.job, patients_in(task.folder, number, task.partitions, task.moved, task.doubted, of_somebody)
    occasion = Occasion(job.at, job.site, limits_of(job.site), definitions_of(job.site), job.full_coverage)
    files = {form: (task.folder / f"{form}-{number:04}").open("wb") for form in job.streams}
    for key in sorted(patients if job.only is None else patients.keys() & {job.only}):
        records = patients.pop(key)
        try:
            found = _judged(records, task, occasion, Clock(job.at, job.known_at))
        except Exception as error:  # one patient must never stop the others; told as a failure of ours
            summary.failures.append(f"{type(error).__name__} at {where(error)}")
            continue
        if found is None:
            summary.set_aside["unknown-patient"] += len(records)
            continue
        _count(summary, found)
        for form, lines in found.rendered:
            files[form].writelines(key.encode() + b"\t" + line + b"\n" for line in lines)
    for file in files.values():
        file.close()
    return summary


class _Judged(msgspec.Struct):
    """What came of one patient: a screening's decision, what was set aside, and lines by stream."""

    rendered: list[tuple[str, list[bytes]]]
    set_aside: tuple[SetAside, ...]
    decision: str | None = None
    participates: bool = False
    uninfused: bool = False


def _judged(records: list[bytes], task: _Task, on: Occasion, clock: Clock) -> _Judged | None:
    """Return what came of the patient whose ``records`` these are; ``None`` without a Patient among them."""
    if task.job.grading:
        return _graded(records, task, on, clock)
    glance = _glance(records, task.following, clock) if task.following else None
    followed = _followed(records, task.following, on, clock) if glance and glance.infusions and task.following else None
    lines = [(form, FOLLOW_RENDERERS[form](followed, on)) for form in task.job.followed] if followed else []
    if task.job.formats:
        found = _screened(records, task, on, clock, milestones(followed, on) if followed else ())
    else:
        found = _Judged([], followed.set_aside if followed else ()) if glance else None
    if found:
        found.rendered += lines
        found.participates, found.uninfused = bool(followed), bool(glance and _lacks_infusion(glance))
    return found


def _screened(records: list[bytes], task: _Task, on: Occasion, clock: Clock, reached: Reached) -> _Judged | None:
    lines, left = _told_apart(records)
    found = screen_lines(lines, left, task.context, on, clock)
    if found is None:
        return None
    rendered = [(form, RENDERERS[form](found, on, reached)) for form in task.job.formats]
    return _Judged(rendered, found.set_aside, found.decision)


def _glance(records: list[bytes], context: Context, clock: Clock) -> Record | None:
    """Return what the few lines say that may tell of an infusion; ``None`` without a Patient among them."""
    lines = [line for line in _told_apart(records, following=True)[0] if _TELLING.search(line)]
    return chart(lines, (), context, clock)


def _lacks_infusion(record: Record) -> bool:
    """Whether somebody takes or took part in the study, although no infusion of theirs is on record."""
    return not record.infusions and any(one.state in TAKES_PART | OVER for one in record.enrolments)


def _followed(records: list[bytes], context: Context, on: Occasion, clock: Clock) -> Followed | None:
    """Return what followed a treatment; every line is read strictly, as no event may hide in what parsers read differently."""
    record = chart(*_told_apart(records, following=True), context, clock, strictly=True)
    return None if record is None else follow(record, on, clock)


#: The types of the lines that may tell of an infusion, whose it was, and of whom one is expected.
_TELLING: Final = re.compile(rb'"resourceType"\s*:\s*"(?:Patient|MedicationAdministration|Procedure|ResearchSubject)"')


def _graded(records: list[bytes], task: _Task, on: Occasion, clock: Clock) -> _Judged | None:
    lines, left = _told_apart(records)
    record, asked = chart(lines, left, task.context, clock, strictly=True), task.job.grading
    if record is None or asked is None:
        return None
    found = graded(record, on, asked.version, asked.baseline)
    return _Judged([(form, GRADE_RENDERERS[form](record, found, on)) for form in task.job.formats], record.set_aside)


def _told_apart(records: list[bytes], *, following: bool = False) -> tuple[list[bytes], list[SetAside]]:
    """Return the lines to read, and the notes on those that need no reading: fewer where treatment is followed."""
    lines, left = [], []
    for record in records:
        if not record.startswith((b"-", b"+")):
            lines.append(record)
            continue
        note, _, line = record[1:].partition(b"\r")
        if following and record.startswith(b"+"):
            lines.append(line)
        elif note:
            reason, _, reference = note.decode().partition(" ")
            left.append(SetAside(reference, _reason(reason)))
    return lines, left


def _reason(text: str) -> SetAsideReason:
    return text  # type: ignore[return-value]  # written by sorting.py from the same closed list


def told(problem: Problem) -> str:
    """Return where something was set aside, and why, for people."""
    line = f":{problem.line}" if problem.line else ""
    return f"{problem.file}{line} {problem.path} {problem.reason}".replace("  ", " ")


def lost_in(summary: Summary) -> str:
    """Return of which types something was lost, for people."""
    return ", ".join(sorted("resources of any type" if kind == ANY_TYPE else kind for kind in summary.lost))


def size_of(summary: Summary) -> str:
    """Return how much was read, for people."""
    return f"{counted(summary.patients, 'patient')}, {counted(summary.resources, 'resource')}"


def where(error: Exception) -> str:
    """Return where in the program ``error`` arose, without a word of what it was about."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{Path(frame.filename).name}:{frame.lineno}"


def _count(summary: Summary, found: _Judged) -> None:
    summary.patients += 1
    summary.participants += found.participates
    summary.uninfused += found.uninfused
    if found.decision:
        summary.decisions[found.decision] += 1
    summary.set_aside.update(one.reason for one in found.set_aside)


def _merged(folder: Path, form: str) -> Iterator[bytes]:
    """Yield the lines of all partitions in order of patient."""
    with ExitStack() as stack:
        files = [stack.enter_context(path.open("rb")) for path in sorted(folder.glob(f"{form}-*"))]
        for line in heapq.merge(*files, key=lambda line: line[: line.index(b"\t")]):
            yield line[line.index(b"\t") + 1 :]
