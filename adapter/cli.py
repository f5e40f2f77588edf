"""The command line: arguments in, results on standard output, messages on standard error.

Exit status: 0 done; 1 done, but something was set aside that needs mending and ``--strict`` was given (or a
patient could not be screened through a fault of ours); 2 usage or unreadable source; 3 the target refused or could
not be reached.
A command that is stopped from outside ends as shells expect (130, 143) and leaves nothing behind.
"""

import io
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, BinaryIO, Final, Literal, NoReturn
from zoneinfo import ZoneInfo

import msgspec
import typer
from rich.progress import Progress

from adapter import doctor as doctoring
from adapter.fhir.formats import SourceError
from adapter.grades import VERSIONS, Ctcae, GradeFormat, Grading, write_grades
from adapter.messages import finish, messages, refused, tell_problems, usage
from adapter.report import CLAUSE_IDS, counted, csv_head, explained, headline, printable
from adapter.run import Job, Results, Summary, WorkerError, screening, where
from adapter.settings import SettingsError, load_site
from adapter.spared import in_the_way
from adapter.table import as_text, print_table
from adapter.target import TargetError, made, write_folder
from mappings.limits import PROTOCOL
from mappings.reading.datatypes import Reference
from mappings.reading.headers import key_of
from mappings.site import Occasion

app = typer.Typer(
    name="yts109", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None
)

RELEASES: Final[dict[str, Literal["R4", "R5"]]] = {"R4": "R4", "R5": "R5"}
#: Of the instants that can be asked about: dates further off are slips of the keyboard.
YEARS: Final = range(1950, 2201)
#: What is set aside for these reasons was a resource, if nobody's who is known.
OF_NOBODY: Final = frozenset({"no-patient", "unknown-patient"})


class Format(StrEnum):
    """The forms a screening can be printed in."""

    table = "table"
    json = "json"
    ndjson = "ndjson"
    csv = "csv"
    fhir = "fhir"


class CoverageDeclared(StrEnum):
    """What ``--coverage`` may say."""

    full = "full"


Sources = Annotated[list[str], typer.Argument(help="File, directory or - for standard input; several are read as one.")]
At = Annotated[str | None, typer.Option("--at", help="Instant or day of the screening; now without it.")]
KnownAt = Annotated[str | None, typer.Option("--known-at", help="Use only what was known by this instant.")]
SiteFile = Annotated[Path | None, typer.Option("--site", help="The site's TOML file.")]
Declared = Annotated[CoverageDeclared | None, typer.Option("--coverage", help="full: the source holds everything.")]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="File to write to, not standard output.")]
Workers = Annotated[int, typer.Option("--workers", min=1, max=256, help="Processes that share the work.")]
Strict = Annotated[bool, typer.Option("--strict", help="Exit with 1 when something was set aside that needs mending.")]


def _version(asked: bool) -> None:
    if asked:
        _say(f"yts109 {version('yts109-fhir-adapter')} · protocol of {PROTOCOL}")
        raise typer.Exit


@app.callback()
def _about(
    _: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_version, help="Say which version this is.")
    ] = False,
) -> None:
    """Screen a hospital's FHIR records for trial NCT06943937, and say why. A person decides; this is no medical device."""


@app.command()
def screen(
    sources: Sources,
    at: At = None,
    known_at: KnownAt = None,
    site: SiteFile = None,
    coverage: Declared = None,
    form: Annotated[Format, typer.Option("--format", "-f", help="The form of the result.")] = Format.table,
    output: Output = None,
    workers: Workers = 1,
    strict: Strict = False,
) -> None:
    """Answer every clause of the protocol for every patient in SOURCES."""
    inner = "ndjson" if form is Format.json else form.value
    job = _job(at, known_at, site, coverage, workers, (inner,))
    _spared(sources, site, output, is_folder=False)
    place = str(output or "standard output")
    with _opened(output) as file, _run(sources, job) as results, _writing(place):
        _print(results, job, form, file)
        file.flush()
    finish(results.summary, strict=strict)


@app.command()
def run(
    sources: Sources,
    to: Annotated[str, typer.Option("--to", help="The folder to write the resources to.")],
    at: At = None,
    known_at: KnownAt = None,
    site: SiteFile = None,
    coverage: Declared = None,
    release: Annotated[str, typer.Option("--fhir", help="R4 or R5.")] = "R4",
    workers: Workers = 1,
    strict: Strict = False,
) -> None:
    """Screen every patient in SOURCES, print the table, and write the resources that say so."""
    if to.startswith(("http://", "https://")):
        usage("--to: this version writes to folders, not to servers")
    written_as = RELEASES.get(release.upper()) or usage(f"--fhir {release}: R4 or R5")
    form = "fhir" if written_as == "R4" else "fhir-r5"
    job = _job(at, known_at, site, coverage, workers, ("table", form))
    _spared(sources, site, Path(to), is_folder=True)
    try:
        made(to)  # what cannot be written to is better told before the work than after it
        with _run(sources, job) as results:
            written = write_folder(to, results.streams[form], written_as, job.site)
            with _writing("standard output"):
                print_table(results.streams["table"], _head(job), sys.stdout)
                sys.stdout.flush()
    except TargetError as error:
        refused(str(error))
    messages.print(f"{counted(written.resources, 'resource')} written to {to}", markup=False)
    if written.patients_left:
        results.summary.set_aside["shared-identifier"] += written.patients_left
        messages.print("nothing written about patients who share an identifier: each needs their own, or none")
    finish(results.summary, strict=strict)


@app.command()
def explain(
    source: Annotated[str, typer.Argument(help="File, directory or - for standard input.")],
    patient: Annotated[str, typer.Argument(help="The patient: ID, Patient/ID, an address, or SYSTEM|IDENTIFIER.")],
    clause: Annotated[str | None, typer.Argument(help="One clause id, e.g. I02-LN-2; all without it.")] = None,
    at: At = None,
    known_at: KnownAt = None,
    site: SiteFile = None,
    coverage: Declared = None,
) -> None:
    """Say in plain words, English and Chinese, why PATIENT is what they are."""
    clause = clause.upper() if clause else None
    if clause not in (None, *CLAUSE_IDS):
        usage(f"{clause}: there is no such clause; there are {', '.join(CLAUSE_IDS)}")
    job = _job(at, known_at, site, coverage, 1, ("ndjson",))
    with _run([source], msgspec.structs.replace(job, only=_key(patient))) as results, _writing("standard output"):
        found = list(results.streams["ndjson"])
        if found:
            _say(explained(msgspec.json.decode(found[0]), clause))
    if not found:
        usage("there is no such patient in this source")


@app.command()
def grade(
    sources: Sources,
    baseline: Annotated[
        str | None,
        typer.Option("--baseline", help="Instant or day; later results are held against the last one before."),
    ] = None,
    ctcae: Annotated[Ctcae, typer.Option("--ctcae", help="Version of the criteria.")] = Ctcae.v5,
    at: At = None,
    known_at: KnownAt = None,
    site: SiteFile = None,
    form: Annotated[GradeFormat, typer.Option("--format", "-f", help="The form of the result.")] = GradeFormat.ndjson,
    output: Output = None,
    workers: Workers = 1,
    strict: Strict = False,
) -> None:
    """Grade every laboratory result in SOURCES by the CTCAE, or say why it cannot be graded."""
    job = _job(at, known_at, site, None, workers, (form.value,))
    since = _instant(baseline, ZoneInfo(job.site.time_zone), "--baseline") if baseline is not None else None
    asked = Grading(VERSIONS[ctcae], since)
    job = msgspec.structs.replace(job, grading=asked)
    _spared(sources, site, output, is_folder=False)
    place = str(output or "standard output")
    with _opened(output) as file, _run(sources, job) as results, _writing(place):
        write_grades(results.streams[form.value], form, asked, Occasion(job.at, job.site), file)
        file.flush()
    finish(results.summary, strict=strict)


@app.command()
def doctor(
    source: Annotated[str, typer.Argument(help="File, directory or - for standard input.")],
    at: At = None,
    site: SiteFile = None,
    coverage: Declared = None,
    workers: Workers = 1,
) -> None:
    """Say what in SOURCE will not be understood, clause by clause, and what to do about it."""
    job = _job(at, None, site, coverage, workers, ("doctor",))
    with _run([source], job) as results, _writing("standard output"):
        _say(doctoring.report(results, job, _head(job)))
    if results.summary.failures:
        raise typer.Exit(1)


def main() -> NoReturn:
    """Run the command line. Whatever happens, nobody sees a traceback: it could hold a patient's values."""
    signal.signal(signal.SIGTERM, _stop)
    for stream in (sys.stdout, sys.stderr):  # the same bytes under every locale
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
    try:
        app()
    except Exception as error:
        messages.print(
            f"yts109: a fault of ours: {type(error).__name__} at {where(error)}; please report", markup=False
        )
        raise SystemExit(2) from None
    raise SystemExit(0)


def _stop(number: int, _: object) -> NoReturn:
    raise SystemExit(128 + number)  # rather than ending at once, so that temporary files are removed


def _job(
    at: str | None,
    known_at: str | None,
    site: Path | None,
    coverage: CoverageDeclared | None,
    workers: int,
    formats: tuple[str, ...],
) -> Job:
    try:
        settings = load_site(site)
    except SettingsError as error:
        usage(str(error))
    zone = ZoneInfo(settings.site.time_zone)
    return Job(
        at=_instant(at, zone, "--at") if at is not None else datetime.now(UTC),
        known_at=_instant(known_at, zone, "--known-at") if known_at is not None else None,
        site=settings.site,
        local_codes=settings.local_codes,
        limits=settings.reading,
        full_coverage=coverage is CoverageDeclared.full,
        workers=workers,
        formats=formats,
    )


def _instant(text: str, zone: ZoneInfo, option: str) -> datetime:
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


def _key(patient: str) -> str:
    """Return the key under which the patient's lines are sorted; an identifier is looked up by them."""
    system, bar, value = patient.rpartition("|")
    if bar:
        return f"|{system}|{value}"
    return key_of(Reference(reference=patient)) or patient.removeprefix("urn:uuid:")


def _head(job: Job) -> str:
    return headline(job.at, job.known_at, ZoneInfo(job.site.time_zone))


def _say(text: str) -> None:
    sys.stdout.write(printable(text) + "\n")
    sys.stdout.flush()


def _spared(sources: list[str], site: Path | None, target: Path | None, *, is_folder: bool) -> None:
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


@contextmanager
def _run(sources: list[str], job: Job) -> Iterator[Results]:
    """Run ``job`` with progress on a terminal; an unreadable source ends the command with status 2."""
    for source in sources:
        if source.startswith(("http://", "https://")):
            usage(f"{source}: this version reads files, not servers")
    try:
        with Progress(console=messages, transient=True, disable=not sys.stderr.isatty()) as bar:
            tasks = {name: bar.add_task(name, total=None) for name in ("reading", "screening")}
            steps = lambda name, done, total: bar.update(tasks[name], completed=done, total=total)  # noqa: E731
            with screening(sources, job, steps) as results:
                bar.stop()
                _something(results.summary, sources)
                yield results
    except (SourceError, WorkerError) as error:
        usage(str(error))
    except OSError as error:
        refused(f"temporary files in {tempfile.gettempdir()}: {error.strerror}")


def _something(summary: Summary, sources: list[str]) -> None:
    """End the command with status 2 where no source held a resource: a hospital without patients is another thing."""
    useless = sum(number for reason, number in summary.set_aside.items() if reason not in OF_NOBODY)
    if not summary.patients and not summary.unused and summary.resources <= useless:
        tell_problems(summary)
        usage(f"{', '.join(sources)}: no FHIR resource in it that could be read")


@contextmanager
def _writing(place: str) -> Iterator[None]:
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
def _opened(output: Path | None) -> Iterator[BinaryIO]:
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


def _print(results: Results, job: Job, form: Format, file: BinaryIO) -> None:
    if form is Format.table:
        with as_text(file) as text:
            print_table(results.streams["table"], _head(job), text)
    elif form is Format.json:
        lines = results.streams["ndjson"]
        file.writelines(b"".join((b",\n" if index else b"[\n", line.rstrip())) for index, line in enumerate(lines))
        file.write(b"\n]\n" if results.summary.patients else b"[]\n")
    else:
        file.write(csv_head() + b"\n" if form is Format.csv else b"")
        file.writelines(results.streams[form.value])
