"""What every command shares: its options, the job they add up to, where results go, and how a run is watched over."""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from enum import StrEnum
from pathlib import Path
from typing import Annotated, BinaryIO, Final
from zoneinfo import ZoneInfo

import typer
from rich.progress import Progress, TaskID

from adapter.exported import asked
from adapter.fetched import fetched, pulled_from
from adapter.fhir.bundles import ID
from adapter.fhir.formats import SourceError
from adapter.messages import messages, refused, tell_problems, usage
from adapter.pulled import Pulled
from adapter.pulling import Plan
from adapter.report import headline, printable
from adapter.run import Job, Results, Summary, WorkerError, screening
from adapter.server import ServerError, Servers, is_address, shown
from adapter.settings import SettingsError, load_site
from adapter.spared import in_the_way
from mappings.reading.datatypes import Reference
from mappings.reading.headers import key_of

#: Of the instants that can be asked about: dates further off are slips of the keyboard.
YEARS: Final = range(1950, 2201)
#: What is set aside for these reasons was a resource, if nobody's who is known.
OF_NOBODY: Final = frozenset({"no-patient", "unknown-patient"})


class Format(StrEnum):
    """The forms that results can be printed in."""

    table = "table"
    json = "json"
    ndjson = "ndjson"
    csv = "csv"
    fhir = "fhir"


class CoverageDeclared(StrEnum):
    """What ``--coverage`` may say."""

    full = "full"


Sources = Annotated[
    list[str], typer.Argument(help="File, directory, - for standard input, or FHIR server's URL; several are one.")
]
At = Annotated[str | None, typer.Option("--at", help="Instant or day of the screening; now without it.")]
KnownAt = Annotated[str | None, typer.Option("--known-at", help="Use only what was known by this instant.")]
SiteFile = Annotated[Path | None, typer.Option("--site", help="The site's TOML file.")]
Declared = Annotated[CoverageDeclared | None, typer.Option("--coverage", help="full: the source holds everything.")]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="File to write to, not standard output.")]
Workers = Annotated[int, typer.Option("--workers", min=1, max=256, help="Processes that share the work.")]
Strict = Annotated[bool, typer.Option("--strict", help="Exit with 1 when something was set aside that needs mending.")]


def job_of(
    at: str | None,
    known_at: str | None,
    site: Path | None,
    coverage: CoverageDeclared | None,
    workers: int,
    formats: tuple[str, ...],
    followed: tuple[str, ...] = (),
    store: str | None = None,
) -> Job:
    """Return the job that a command's options add up to; what they say wrong ends it with status 2."""
    try:
        settings = load_site(site)
    except SettingsError as error:
        usage(str(error))
    zone = ZoneInfo(settings.site.time_zone)
    return Job(
        at=instant_of(at, zone, "--at") if at is not None else datetime.now(UTC),
        known_at=instant_of(known_at, zone, "--known-at") if known_at is not None else None,
        site=settings.site,
        local_codes=settings.local_codes,
        limits=settings.reading,
        full_coverage=coverage is CoverageDeclared.full,
        workers=workers,
        formats=formats,
        followed=followed,
        servers=settings.servers,
        store=store or settings.store,
    )


def instant_of(text: str, zone: ZoneInfo, option: str) -> datetime:
    """Return the instant that ``text`` names; a day is its first instant, a time without a zone is the site's."""
    try:
        moment = datetime.combine(date.fromisoformat(text), time(), zone) if len(text) == 10 else _moment(text, zone)
    except (ValueError, OverflowError):
        usage(f"{option} {text}: not an instant such as 2025-06-01T09:00:00+08:00")
    if moment.year not in YEARS:
        usage(f"{option} {text}: not in the years from {YEARS[0]} to {YEARS[-1]}")
    return moment


def _moment(text: str, zone: ZoneInfo) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def key_of_patient(patient: str) -> str:
    """Return the key under which the patient's lines are sorted; an identifier is looked up by them."""
    system, bar, value = patient.rpartition("|")
    if bar:
        return f"|{system}|{value}"
    return key_of(Reference(reference=patient)) or patient.removeprefix("urn:uuid:")


def head_of(job: Job) -> str:
    """Return what the results of ``job`` are headed with."""
    return headline(job.at, job.known_at, ZoneInfo(job.site.time_zone))


def say(text: str) -> None:
    """Write a line, or several, to standard output."""
    sys.stdout.write(printable(text) + "\n")
    sys.stdout.flush()


def spared(sources: list[str], site: Path | None, target: Path | None, *, is_folder: bool) -> None:
    """Refuse to write over what is read, or among it."""
    if target is None:
        return
    try:
        source = in_the_way(sources, target, is_folder=is_folder)
        if site and not is_folder:
            source = source or in_the_way([str(site)], target, is_folder=False)
    except OSError as error:
        usage(f"{error.filename}: {error.strerror or 'cannot be read'}")
    if source:
        usage(f"{target}: {source} is read, and what is read is not written over; name another place")


def showing() -> Progress:
    """Return what shows progress, on a terminal."""
    return Progress(console=messages, transient=True, disable=not sys.stderr.isatty())


def pulling(bar: Progress) -> Callable[[str, int], None]:
    """Return what is told how much was pulled, and shows it on ``bar``."""
    tasks: list[TaskID] = []

    def progress(kind: str, number: int) -> None:
        if not tasks:
            tasks.append(bar.add_task("pulling", total=None))
        bar.update(tasks[0], description=f"pulling {kind} {number:,}")

    return progress


def named_patients(patients: list[str] | None) -> tuple[str, ...] | None:
    """Return the keys of the patients that were named; ``None`` where none was, which is everybody."""
    keys = tuple(sorted({*map(key_of_patient, patients or ())}))
    if not all(key.startswith("|") or ID.fullmatch(key) for key in keys):
        usage("--patient: neither an id nor SYSTEM|IDENTIFIER")
    return keys or None


def pulled_to(url: str, to: Path, plan: Plan, bulk: str | None, servers: Servers) -> Pulled:
    """Pull from the server at ``url`` into ``to``, with progress on a terminal; what cannot be done ends the command."""
    if not is_address(url):
        usage("pull: not the address of a FHIR server, which begins with https://")
    if bulk and plan.patients:
        usage("--patient: not with --bulk; a group is named as group/ID")
    try:
        asked(bulk or "system")
    except ValueError as error:
        usage(f"--bulk: {error}")
    try:
        with showing() as bar:
            return pulled_from(url, to, plan, servers, pulling(bar), bulk)
    except (SourceError, ServerError) as error:
        usage(str(error))
    except OSError as error:
        refused(f"{to}: {error.strerror}")


@contextmanager
def running(sources: list[str], job: Job) -> Iterator[Results]:
    """Run ``job`` with progress on a terminal; an unreadable source ends the command with status 2.

    A source that is the address of a FHIR server is pulled first. What it lacks is told.
    """
    try:
        with showing() as bar, fetched(sources, job, pulling(bar)) as (places, minding, lacking):
            tasks = {name: bar.add_task(name, total=None) for name in ("reading", "screening")}
            steps = lambda name, done, total: bar.update(tasks[name], completed=done, total=total)  # noqa: E731
            with screening(places, minding, steps) as results:
                bar.stop()
                for line in lacking:
                    messages.print(line, markup=False)
                _something(results.summary, sources)
                yield results
    except (SourceError, WorkerError, ServerError) as error:
        usage(str(error))
    except OSError as error:
        refused(f"temporary files in {tempfile.gettempdir()}: {error.strerror}")


def _something(summary: Summary, sources: list[str]) -> None:
    """End the command with status 2 where no source held a resource: a hospital without patients is another thing."""
    sources = [shown(source) if is_address(source) else source for source in sources]
    useless = sum(number for reason, number in summary.set_aside.items() if reason not in OF_NOBODY)
    if not summary.patients and not summary.unused and summary.resources <= useless:
        tell_problems(summary)
        usage(f"{', '.join(sources)}: no FHIR resource in it that could be read")


@contextmanager
def writing(place: str) -> Iterator[None]:
    """Tell that ``place`` cannot be written to; a reader who has gone away needs to be told nothing."""
    try:
        yield
    except OSError as error:
        if place == "standard output":  # what it still holds must not fail once more at the end
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        if isinstance(error, BrokenPipeError):
            raise typer.Exit(0) from None
        refused(f"{place}: {error.strerror}")


@contextmanager
def opened(output: Path | None) -> Iterator[BinaryIO]:
    """Open the file for the results. A file that is there is whole: it takes its name when all is written."""
    if output is None:
        yield sys.stdout.buffer
        return
    place = output.resolve()
    special = place.exists() and not place.is_file()  # a device or a pipe cannot be replaced
    part = place if special else place.with_name(f".{place.name}.part")
    try:
        file = part.open("wb")
    except OSError as error:
        refused(f"{output}: {error.strerror}")
    try:
        with file:
            yield file
        if not special:
            part.replace(place)
    except BaseException:
        if not special:
            part.unlink(missing_ok=True)
        raise
