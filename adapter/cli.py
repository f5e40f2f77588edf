"""The command line: arguments in, results on standard output, messages on standard error.

Exit status: 0 done; 1 done, but something was set aside that needs mending and ``--strict`` was given (or a
patient could not be screened through a fault of ours); 2 usage or unreadable source; 3 the target refused or could
not be reached.
A command that is stopped from outside ends as shells expect (130, 143) and leaves nothing behind.
"""

import io
import signal
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, BinaryIO, Final, Literal, NoReturn
from zoneinfo import ZoneInfo

import msgspec
import typer

from adapter import doctor as doctoring
from adapter.cohort import as_cohort
from adapter.command import (
    At,
    Declared,
    Format,
    KnownAt,
    Output,
    SiteFile,
    Sources,
    Strict,
    Workers,
    head_of,
    instant_of,
    job_of,
    key_of_patient,
    named_patients,
    opened,
    pulled_to,
    running,
    say,
    spared,
    writing,
)
from adapter.explaining import ENDPOINT_IDS, told
from adapter.grades import VERSIONS, Ctcae, GradeFormat, Grading, write_grades
from adapter.messages import finish, finish_pull, messages, refused, usage
from adapter.outbox_commands import Store, commands
from adapter.participants import follow_head, print_participants
from adapter.pictures import pictures, write_files
from adapter.pulled import contents
from adapter.pulling import Plan
from adapter.report import CLAUSE_IDS, counted, csv_head
from adapter.run import Results, where
from adapter.server import is_address
from adapter.table import as_text, print_table
from adapter.target import TargetError, made, write_folder
from mappings.limits import PROTOCOL
from mappings.site import Occasion

app = typer.Typer(
    name="yts109", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None
)

app.add_typer(commands, name="outbox", help="What was not delivered to a server yet, or was refused by it.")

RELEASES: Final[dict[str, Literal["R4", "R5"]]] = {"R4": "R4", "R5": "R5"}
FORM: Final = typer.Option("--format", "-f", help="The form of the result.")


def _version(asked: bool) -> None:
    if asked:
        say(f"yts109 {version('yts109-fhir-adapter')} · protocol of {PROTOCOL}")
        raise typer.Exit


@app.callback()
def _about(
    _: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_version, help="Say which version this is.")
    ] = False,
) -> None:
    """Screen a hospital's FHIR records for trial NCT06943937, follow who was treated, and say why.

    A person decides; this is no medical device.
    """


@app.command()
def screen(
    sources: Sources,
    at: At = None,
    known_at: KnownAt = None,
    site: SiteFile = None,
    coverage: Declared = None,
    form: Annotated[Format, FORM] = Format.table,
    output: Output = None,
    workers: Workers = 1,
    strict: Strict = False,
) -> None:
    """Answer every clause of the protocol for every patient in SOURCES."""
    job = job_of(at, known_at, site, coverage, workers, (_stream(form),))
    spared(sources, site, output, is_folder=False)
    with opened(output) as file, running(sources, job) as results, writing(str(output or "standard output")):
        if form is Format.table:
            with as_text(file) as text:
                print_table(results.streams["table"], head_of(job), text)
        else:
            _print(results, form, csv_head(), file)
        file.flush()
    finish(results.summary, strict=strict)


@app.command()
def follow(
    sources: Sources,
    at: At = None,
    known_at: KnownAt = None,
    site: SiteFile = None,
    coverage: Declared = None,
    form: Annotated[Format, FORM] = Format.table,
    output: Output = None,
    plots: Annotated[
        Path | None, typer.Option("--plots", help="Folder for a picture (SVG) of each participant.")
    ] = None,
    tables: Annotated[Path | None, typer.Option("--tables", help="Folder for the tables of the cohort (CSV).")] = None,
    workers: Workers = 1,
    strict: Strict = False,
) -> None:
    """Follow every treated participant in SOURCES: adverse events, dose-limiting toxicities, endpoints."""
    stream = "participants" if form is Format.table else _stream(form)
    wanted = {stream: True, "counted": form in (Format.table, Format.fhir) or tables, "plots": plots}
    job = job_of(
        at, known_at, site, coverage, workers, (), tuple(name for name, is_wanted in wanted.items() if is_wanted)
    )
    spared(sources, site, output, is_folder=False)
    for folder in filter(None, (plots, tables)):
        spared(sources, site, folder, is_folder=True)
    with opened(output) as file, running(sources, job) as results:
        cohort = as_cohort(results.streams["counted"] if "counted" in job.followed else ())
        try:
            if plots:
                write_files(plots, pictures(results.streams["plots"]))
            if tables:
                write_files(tables, cohort.files())
        except TargetError as error:
            refused(str(error))
        with writing(str(output or "standard output")):
            if form is Format.table:
                with as_text(file) as text:
                    print_participants(results.streams[stream], cohort, head_of(job), text)
            else:
                _print(results, form, follow_head(), file)
                file.writelines(cohort.resources("R4", Occasion(job.at, job.site)) if form is Format.fhir else ())
            file.flush()
    finish(results.summary, strict=strict)


@app.command()
def run(
    sources: Sources,
    to: Annotated[str, typer.Option("--to", help="The folder, or the FHIR server's URL, to write the resources to.")],
    at: At = None,
    known_at: KnownAt = None,
    site: SiteFile = None,
    coverage: Declared = None,
    release: Annotated[str | None, typer.Option("--fhir", help="R4 (without it) or R5; a server's own.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change on the server.")] = False,
    store: Store = None,
    workers: Workers = 1,
    strict: Strict = False,
) -> None:
    """Screen every patient in SOURCES, follow who was treated, print the tables, and write the resources that say so."""
    written_as = RELEASES.get((release or "R4").upper()) or usage(f"--fhir {release}: R4 or R5")
    if is_address(to):
        from adapter.to_server import run_to_server  # what talks to the store: no other command waits for it

        job = job_of(at, known_at, site, coverage, workers, (), store=store)
        run_to_server(sources, to, job, release and written_as, dry_run=dry_run, strict=strict)
        return
    if dry_run or store:
        usage("--dry-run and --store: with the address of a server")
    form = "fhir" if written_as == "R4" else "fhir-r5"
    job = job_of(at, known_at, site, coverage, workers, ("table", form), ("participants", "counted", form))
    spared(sources, site, Path(to), is_folder=True)
    try:
        made(to)  # what cannot be written to is better told before the work than after it
        with running(sources, job) as results:
            cohort = as_cohort(results.streams["counted"])
            written = write_folder(
                to,
                results.streams[form],
                cohort.resources(written_as, Occasion(job.at, job.site)),
                written_as,
                job.site,
                whole=not results.summary.lost,
            )
            with writing("standard output"):
                print_table(results.streams["table"], head_of(job), sys.stdout)
                if results.summary.participants:
                    print_participants(results.streams["participants"], cohort, head_of(job), sys.stdout)
                sys.stdout.flush()
    except TargetError as error:
        refused(str(error))
    messages.print(f"{counted(written.resources, 'resource')} written to {to}", markup=False)
    if written.withdrawn:
        messages.print(
            f"{counted(written.withdrawn, 'adverse event')} withdrawn: the record shows no more of it", markup=False
        )
    if written.patients_left:
        results.summary.set_aside["shared-identifier"] += written.patients_left
        messages.print("nothing written about patients who share an identifier: each needs their own, or none")
    finish(results.summary, strict=strict)


@app.command()
def explain(
    source: Annotated[str, typer.Argument(help="File, directory, - for standard input, or FHIR server's URL.")],
    patient: Annotated[str, typer.Argument(help="The patient: ID, Patient/ID, an address, or SYSTEM|IDENTIFIER.")],
    clause: Annotated[
        str | None,
        typer.Argument(
            help="One clause, e.g. I02-LN-2, or P1, P2, S1, S2, X1 of what follows treatment; all without it."
        ),
    ] = None,
    at: At = None,
    known_at: KnownAt = None,
    site: SiteFile = None,
    coverage: Declared = None,
) -> None:
    """Say in plain words, English and Chinese, why PATIENT is what they are, and what followed a treatment."""
    clause = clause.upper() if clause else None
    if clause not in (None, *CLAUSE_IDS, *ENDPOINT_IDS):
        usage(f"{clause}: there is no such clause; there are {', '.join((*CLAUSE_IDS, *ENDPOINT_IDS))}")
    follows = () if clause in CLAUSE_IDS else ("explained",)
    job = job_of(at, known_at, site, coverage, 1, ("ndjson",), follows)
    only = msgspec.structs.replace(job, only=key_of_patient(patient))
    with running([source], only) as results, writing("standard output"):
        found = [msgspec.json.decode(line) for line in results.streams["ndjson"]]
        followed = [msgspec.json.decode(line) for name in follows for line in results.streams[name]]
        for one in found:
            say(told(one, followed, clause))
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
    form: Annotated[GradeFormat, FORM] = GradeFormat.ndjson,
    output: Output = None,
    workers: Workers = 1,
    strict: Strict = False,
) -> None:
    """Grade every laboratory result in SOURCES by the CTCAE, or say why it cannot be graded."""
    job = job_of(at, known_at, site, None, workers, (form.value,))
    since = instant_of(baseline, ZoneInfo(job.site.time_zone), "--baseline") if baseline is not None else None
    asked = Grading(VERSIONS[ctcae], since)
    job = msgspec.structs.replace(job, grading=asked)
    spared(sources, site, output, is_folder=False)
    with opened(output) as file, running(sources, job) as results, writing(str(output or "standard output")):
        write_grades(results.streams[form.value], form, asked, Occasion(job.at, job.site), file)
        file.flush()
    finish(results.summary, strict=strict)


@app.command()
def pull(
    url: Annotated[str, typer.Argument(help="Base URL of the FHIR server.")],
    to: Annotated[Path, typer.Option("--to", help="The folder to pull into; what it holds is gone on with.")],
    since: Annotated[str | None, typer.Option("--since", help="Only what changed since this instant or day.")] = None,
    patient: Annotated[
        list[str] | None, typer.Option("--patient", help="Only this patient: ID or SYSTEM|IDENTIFIER; repeatable.")
    ] = None,
    bulk: Annotated[str | None, typer.Option("--bulk", help="Bulk export: system, patient or group/ID.")] = None,
    full: Annotated[bool, typer.Option("--full", help="Pull everything again: deleted records go.")] = False,
    site: SiteFile = None,
    strict: Strict = False,
) -> None:
    """Pull from a FHIR server what screening and following read: one NDJSON file a type, whole or not there."""
    job = job_of(None, None, site, None, 1, ())
    moment = instant_of(since, ZoneInfo(job.site.time_zone), "--since") if since is not None else None
    plan = Plan(since=moment, patients=named_patients(patient), full=full)
    pulled = pulled_to(url, to, plan, bulk, job.servers)
    with writing("standard output"):
        say(contents(pulled))
    finish_pull(pulled, strict=strict)


@app.command()
def doctor(
    source: Annotated[str, typer.Argument(help="File, directory, - for standard input, or FHIR server's URL.")],
    at: At = None,
    site: SiteFile = None,
    coverage: Declared = None,
    workers: Workers = 1,
) -> None:
    """Say what in SOURCE will not be understood, clause by clause, and what to do about it."""
    job = job_of(at, None, site, coverage, workers, ("doctor",))
    with running([source], job) as results, writing("standard output"):
        say(doctoring.report(results, job, head_of(job)))
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


def _stream(form: Format) -> str:
    """Return which stream of results a form is printed from."""
    return "ndjson" if form is Format.json else form.value


def _print(results: Results, form: Format, head: bytes, file: BinaryIO) -> None:
    """Write the results to ``file`` in a form that programs read; ``head`` is the first line of the CSV."""
    lines = results.streams[_stream(form)]
    if form is Format.json:
        begun = False
        for line in lines:
            file.write((b",\n" if begun else b"[\n") + line.rstrip())
            begun = True
        file.write(b"\n]\n" if begun else b"[]\n")
        return
    file.write(head + b"\n" if form is Format.csv else b"")
    file.writelines(lines)
