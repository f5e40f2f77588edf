"""Writing a run to a FHIR server: into the outbox, from there to the server; or telling what that would change."""

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, NoReturn

import msgspec
import typer

from adapter.cohort import Cohort, as_cohort
from adapter.command import head_of, running, say
from adapter.command import writing as writing_to
from adapter.delivery import Manner, deliver, diff, utc_now
from adapter.doubles import Double, doubles
from adapter.fhir.client import Client
from adapter.fhir.errors import FhirError
from adapter.fhir.keys import KeyFileError
from adapter.kept import file_of
from adapter.messages import finish, messages, refused, usage
from adapter.participants import print_participants
from adapter.report import counted
from adapter.respecting import respect
from adapter.run import Job, Results
from adapter.server import ServerError, client_for, shown
from adapter.store.engine import StoreError, open_store
from adapter.store.outbox import Outbox
from adapter.table import print_table
from adapter.writing import DEFINITIONS, TABLES, Patients, Said, Withdrawing, is_news, put, said, trial_said
from mappings.emitting.datatypes import Release
from mappings.site import Occasion, Site

#: How long a process that was killed holds a message, and how often it is looked whether one still does.
LEASE_SECONDS: Final = 30
LOOK_SECONDS: Final = 0.5
#: The types that are written, beside definitions.
KINDS: Final = (
    "AdverseEvent Device Group GuidanceResponse Location MeasureReport Observation Organization Provenance "
    "Questionnaire QuestionnaireResponse ResearchStudy ResearchSubject"
).split()
#: Read, search, create and update; nothing is ever deleted.
LETTERS: Final = "crus"


class Target:
    """A server that is written to, and what has been written there so far."""

    def __init__(self, outbox: Outbox, client: Client, site: Site) -> None:
        self.outbox = outbox
        self.client = client
        self.manner = Manner(tag_system=f"{site.canonical_base}/identifier/written", lease_seconds=LEASE_SECONDS)
        self.entries: Counter[str] = Counter()
        self.withdrawn = 0
        self.stopped: str | None = None

    def put(self, messages_: Iterable[Said]) -> None:
        """Put what is new into the outbox."""
        for one in messages_:
            if put(self.outbox, one, utc_now()):
                self.withdrawn += one.withdrawn
            else:
                self.entries["unchanged"] += len(one.entries)

    def deliver(self) -> None:
        """Deliver what is due. What another process sends is awaited: one that was killed loses it soon."""
        while True:
            done = deliver(self.outbox, self.client, respect, self.manner)
            self.entries.update(done.entries)
            self.stopped = done.stopped
            if self.stopped or not self.outbox.counts()["sending"]:
                return
            time.sleep(LOOK_SECONDS)

    def changes(self, messages_: Iterable[Said]) -> Iterator[str]:
        """Yield what delivering would change, a line a resource, by types, our ids and paths."""
        for one in messages_:
            if not is_news(self.outbox, one):
                self.entries["unchanged"] += len(one.entries)
                continue
            for line in diff(self.outbox, self.client, respect, self.manner, one.entries):
                action = line.partition(" ")[0]
                self.entries[action] += 1
                if action != "unchanged":
                    yield line


@contextmanager
def target(to: str, job: Job, *, only_look: bool = False) -> Iterator[Target]:
    """Open the outbox for the server at ``to``; what cannot be used ends the command."""
    try:
        client = client_for(to, job.servers, (*KINDS, *DEFINITIONS), LETTERS)
        with _store(job.store, only_look=only_look) as place:
            engine = open_store(place)
            try:
                yield Target(Outbox(engine, client.transport.base.url), client, job.site)
            finally:
                engine.dispose()
    except (ServerError, StoreError) as error:
        usage(str(error))
    except (FhirError, KeyFileError) as error:
        _unreachable(to, job, str(error))


def run_to_server(
    sources: list[str], to: str, job: Job, release: str | None, *, dry_run: bool = False, strict: bool = False
) -> None:
    """Screen and follow, and write what comes of it to the server at ``to``; with ``dry_run`` tell what would change."""
    with target(to, job, only_look=dry_run) as there:
        spoken = _release(there.client, release, to)
        form = "fhir" if spoken == "R4" else "fhir-r5"
        tables = () if dry_run else ("table",)
        followed = ("counted", form) if dry_run else ("participants", "counted", form)
        job = msgspec.structs.replace(job, formats=(*tables, form), followed=followed)
        with running(sources, job) as results:
            cohort = as_cohort(results.streams["counted"])
            with Patients(results.streams[form]) as patients:
                run = _Run(there, patients, cohort, spoken, job)
                whole = not results.summary.lost and job.known_at is None
                run.show(whole=whole) if dry_run else run.write(whole=whole)
            if not dry_run:
                _print_tables(results, cohort, job)
            if patients.left:
                results.summary.set_aside["shared-identifier"] += patients.left
                messages.print("nothing written about patients who share an identifier: each needs their own, or none")
        trouble = _tell(there, to, job, run, dry_run=dry_run)
        with suppress(typer.Exit) if trouble else _nothing():
            finish(results.summary, strict=strict)
    if trouble:
        raise typer.Exit(3)


@contextmanager
def _nothing() -> Iterator[None]:
    yield


class _Run:
    """The messages of one run."""

    def __init__(self, there: Target, patients: Patients, cohort: Cohort, release: Release, job: Job) -> None:
        self._there, self._patients, self._cohort, self._release, self._job = there, patients, cohort, release, job
        self._can = there.client.capabilities()
        self.withdrawing = Withdrawing(there.outbox, there.client, there.manner.tag_system, job.at)
        self.untaken = [kind for kind in DEFINITIONS if not self._takes(kind)]

    def write(self, *, whole: bool) -> None:
        """Put everything into the outbox and deliver it; the tables of the cohort last."""
        self._there.outbox.hasten(utc_now())
        self._there.put(self._first(whole=whole))
        self._there.deliver()
        self._there.put(self._last())
        if not self._there.stopped:
            self._there.deliver()

    def show(self, *, whole: bool) -> None:
        """Print what that would change, and write nothing."""
        with writing_to("standard output"):
            for messages_ in (self._first(whole=whole), self._last()):
                for line in self._there.changes(messages_):
                    say(line)

    def _first(self, *, whole: bool) -> Iterator[Said]:
        """Yield the trial's messages and those of the patients. What lacks, or was not known then, may be what shows an event."""
        yield from trial_said(self._release, self._job.site.canonical_base, self._takes)
        for patient, lines in self._patients:
            yield self.withdrawing.said(patient, lines, self._patients.events) if whole else said(patient, lines)

    def _last(self) -> Iterator[Said]:
        if lines := self._cohort.resources(self._release, Occasion(self._job.at, self._job.site)):
            yield said(TABLES, lines)

    def _takes(self, kind: str) -> bool:
        return self._can.supports(kind, "update") or self._can.supports(kind, "create")


def _release(client: Client, asked: str | None, to: str) -> Release:
    """Return the release in which the server is written to: its own. R4B has R4's elements for all that we write."""
    can = client.capabilities()
    if not can.release:
        refused(f"{shown(to)}: the server speaks neither R4 nor R4B nor R5")
    spoken: Release = "R5" if can.release == "R5" else "R4"
    if asked and asked != spoken:
        usage(f"--fhir {asked}: the server speaks {can.release}")
    return spoken


@contextmanager
def _store(url: str, *, only_look: bool) -> Iterator[str]:
    """Give the place of the store; an empty one elsewhere, where a look must not make one."""
    file = file_of(url)
    if only_look and file and not file.exists():
        with tempfile.TemporaryDirectory(prefix="yts109-") as folder:
            yield str(Path(folder) / "empty.sqlite")
    else:
        yield url


def _print_tables(results: Results, cohort: Cohort, job: Job) -> None:
    with writing_to("standard output"):
        print_table(results.streams["table"], head_of(job), sys.stdout)
        if results.summary.participants:
            print_participants(results.streams["participants"], cohort, head_of(job), sys.stdout)
        sys.stdout.flush()


def _tell(there: Target, to: str, job: Job, run: _Run, *, dry_run: bool) -> bool:
    """Tell what was written and what was not; whether something is still to be done."""
    messages.print(f"{shown(to)}: {'would be: ' if dry_run else ''}{_numbers(there.entries)}", markup=False)
    if run.untaken:
        messages.print(f"not written: {', '.join(run.untaken)}, which the server does not take", markup=False)
    if there.withdrawn:
        messages.print(
            f"{counted(there.withdrawn, 'adverse event')} withdrawn: the record shows no more of it", markup=False
        )
    if run.withdrawing.failed:
        messages.print(f"events to withdraw could not be looked at: {run.withdrawing.failed}", markup=False)
    return not dry_run and (tell_open(there, job.store) or bool(run.withdrawing.failed))


def sent_again(server: str, job: Job) -> bool:
    """Deliver what is due to ``server``, and tell what came of it; whether something is still to be done."""
    with target(server, job) as there:
        there.outbox.hasten(utc_now())
        there.deliver()
        messages.print(f"{shown(server)}: {_numbers(there.entries)}", markup=False)
        return tell_open(there, job.store)


def doubled(server: str, job: Job) -> list[Double]:
    """Return what ``server`` has more than once of all that was written there."""
    with target(server, job) as there:
        return list(doubles(there.outbox, there.client, there.manner.tag_system))


def tell_open(there: Target, store: str) -> bool:
    """Tell what is left in the outbox, and how to go on; whether anything is."""
    counts = there.outbox.counts()
    parked, waiting = counts["parked"], counts["waiting"] + counts["sending"]
    if there.stopped:
        messages.print(f"stopped: {there.stopped}", markup=False)
    if waiting:
        messages.print(
            f"{counted(waiting, 'message')} not delivered yet, and kept in {place_of(store)}: run the same command again",
            markup=False,
        )
    if parked:
        messages.print(
            f"{counted(parked, 'message')} refused by the server, and kept in {place_of(store)}: "
            "'yts109 outbox list' says why, 'yts109 outbox retry' sends them again",
            markup=False,
        )
    return bool(parked or waiting or there.stopped)


def _numbers(done: Counter[str]) -> str:
    """Return how many resources were written, and how many were not, in words."""
    told = f"{counted(done['created'], 'resource')} created, {done['updated']} updated, {done['unchanged']} unchanged"
    return told + (f", {done['left']} left as people have them" if done["left"] else "")


def place_of(store: str) -> str:
    """Return the place of a store as messages may show it: without a user and a password."""
    return store if file_of(store) else shown(store)


def _unreachable(to: str, job: Job, reason: str) -> NoReturn:
    refused(f"{shown(to)}: {reason}; what waits in {place_of(job.store)} stays there: run the same command again")
