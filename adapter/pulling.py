"""Pulling what the screening needs from a FHIR server by searches, into a folder of NDJSON files, one a type.

A type is there whole or is lacking, with a reason: a page that fails, matches that did not come, a warning, a parameter
that the server did not use. The others go on. What is lacking becomes coverage (``adapter.pulled``).
Spec: https://hl7.org/fhir/R4/search.html, https://hl7.org/fhir/R4/http.html#search.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Final

import msgspec

from adapter.fhir.capability import Capabilities, capabilities_of
from adapter.fhir.client import Client, Page
from adapter.fhir.errors import FhirError, Incomplete, Invalid, NotFhir, Unauthorised
from adapter.fhir.formats import SourceError
from adapter.filling import Filling, Progress, instant
from adapter.linked import together
from adapter.pulled import Kind, Pulled, alone_in
from adapter.server import PAGE_SIZE
from mappings.reading.headers import FOLLOWED, OF_PATIENTS, SHARED, named_in

MEDICATION: Final = "Medication"
#: The types that screening reads, those that all patients share last, and those that following a treatment reads too.
SCREENED: Final = ("Patient", "Observation", *(one.__name__ for one in (*OF_PATIENTS, *SHARED)))
TYPES: Final = (*SCREENED[:-2], *(one.__name__ for one in FOLLOWED), *SCREENED[-2:])
#: The types whose resources may refer to a Medication.
MEDICATED: Final = tuple(name for name in TYPES if name.startswith(MEDICATION) and name != MEDICATION)
#: The search parameters by which a type is asked for one patient, best first; R4 and R5 differ.
BY_PATIENT: Final = ("patient", "subject", "individual")
#: What was stamped before our last look and became visible after it: the clocks of one server differ, writes take time.
OVERLAP: Final = timedelta(minutes=15)
#: What a server may say beside its matches without anything being wrong.
HARMLESS: Final = frozenset({"information", "success"})
#: Parameters without which more comes than was asked for, or what is asked for by another search then.
WIDENING: Final = frozenset({"_lastUpdated", "_include"})

_REFERRED: Final = re.compile(rb'"reference":"(?:[^"]*/)?(Medication/[A-Za-z0-9\-.]{1,64})(?:/_history/[^"]*)?"')

Pairs = list[tuple[str, str]]


class Plan(msgspec.Struct, frozen=True):
    """What is pulled: of which types, since when (an instant as FHIR has it), of whom.

    ``patients`` are ids, or ``|system|value`` of identifiers; ``None`` is everybody. ``full`` asks for everything again.
    """

    types: tuple[str, ...] = TYPES
    since: datetime | None = None
    patients: tuple[str, ...] | None = None
    full: bool = False
    page_size: int = PAGE_SIZE


class NobodyError(SourceError):
    """A patient who was asked for is not at the server."""


def pull(client: Client, folder: Path, plan: Plan, progress: Progress = lambda *_: None) -> Pulled:
    """Pull into ``folder``, which is made where it is missing, and return what is there now.

    Where the folder was pulled before, only what changed since is asked for, and added. Raises ``FhirError`` for a server
    that cannot be used at all, ``SourceError`` for a folder that is not ours or holds something else, ``OSError``.
    """
    can, until = greeted(client)
    running = _Pull(client, plan, can)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with alone_in(folder):
        filling = Filling(folder, client.transport.base.url, "search", until, running.names, plan.types)
        return running.fill(filling, until, progress)


def greeted(client: Client) -> tuple[Capabilities, str | None]:
    """Return what the server can do, and what time it is there. Raises ``NotFhir`` for one that we do not understand."""
    place = "GET metadata"
    reply = client.transport.send("GET", "metadata", check=lambda reply: capabilities_of(reply.body))
    can = capabilities_of(reply.body)
    if not can.release:
        raise NotFhir(place, "the server speaks neither R4 nor R4B nor R5")
    if not can.json:
        raise NotFhir(place, "the server speaks no JSON")
    try:
        time = parsedate_to_datetime(reply.headers.get("date", ""))
        return can, instant(time) if time.tzinfo else None
    except (ValueError, OverflowError):
        return can, None  # the next pull asks for everything again


class _Pull:
    """One pull on its way."""

    def __init__(self, client: Client, plan: Plan, can: Capabilities) -> None:
        self.client, self.plan, self.can = client, plan, can
        self.medications: dict[bytes, None] = {}
        self.referred: set[bytes] = set()  #: to Medications
        self.of_everything: dict[str, list[bytes]] | None = None
        self.people = self._people()
        self.names = None if self.people is None else tuple(sorted(self.people))

    def fill(self, folder: Filling, until: str | None, progress: Progress) -> Pulled:
        """Pull each type; one that fails is lacking, and the next one is tried."""
        self.folder = folder
        folder.begin()
        for kind in self.plan.types:
            try:
                folder.done[kind] = self._pulled(kind, until, progress)
            except Unauthorised:
                raise
            except FhirError as error:
                folder.done[kind] = msgspec.structs.replace(folder.done[kind], reason=str(error))
            folder.note()
        return folder.note()

    def _people(self) -> dict[str, bytes] | None:
        """Return the lines of the patients asked for, and of those merged with them, by id."""
        if self.plan.patients is None:
            return None
        by_link = "link" in self.can.search_params("Patient")

        def search(pairs: Pairs) -> Iterator[bytes]:
            return self._lines("Patient", pairs)

        try:
            return together(self.plan.patients, search, by_link=by_link)
        except LookupError:
            raise NobodyError(f"{self.client.transport.base.url}: there is no such patient") from None

    def _pulled(self, kind: str, until: str | None, progress: Progress) -> Kind:
        """Pull one type to its file. Raises ``FhirError`` where it is not all there."""
        reach, since, before = self.folder.reach(kind), self._since(kind), self.folder.done[kind]
        number = self.folder.put(kind, self._found(kind, since), progress, adding=since is not None)
        if since and (reach is None or since > reach):
            reason = f"only what changed since {instant(since)} was asked for"
            return msgspec.structs.replace(before, state="part", reason=reason, resources=number)
        return Kind("complete", None, number, until, before.full if since else until)

    def _since(self, kind: str) -> datetime | None:
        """Return since when changes of a type are asked for; ``None`` where all of it is."""
        if self.plan.full or "_lastUpdated" not in self.can.search_params(kind):
            return None
        reach = self.folder.reach(kind)
        return self.plan.since or (reach - OVERLAP if reach else None)

    def _found(self, kind: str, since: datetime | None) -> Iterator[bytes]:
        """Yield the lines of a type."""
        changed = [("_lastUpdated", f"ge{instant(since)}")] if since else []
        if self.people is not None and kind == "Patient":
            yield from self.people.values()
        elif kind == MEDICATION and self._is_included():
            # What is referred to, and what changed of it without a change in what refers to it.
            yield from self.medications | dict.fromkeys(self._searched(kind, changed) if changed else ())
        elif self.names is None or kind in SCREENED[-2:]:
            yield from self._searched(kind, changed)
        else:
            yield from self._of_patients(kind, changed, self.names)

    def _of_patients(self, kind: str, changed: Pairs, names: Iterable[str]) -> Iterator[bytes]:
        """Yield the lines of a type that are of the patients ``names``."""
        offered = self.can.search_params(kind)
        param = next((one for one in BY_PATIENT if one in offered), None)
        if param:
            for name in names:
                yield from self._searched(kind, [(param, f"Patient/{name}"), *changed])
        elif "everything" in self.can.operations("Patient"):
            yield from self._everything(names).get(kind, ())
        else:
            raise Incomplete(f"GET {kind}", "the server offers no search of it by patient")

    def _everything(self, names: Iterable[str]) -> dict[str, list[bytes]]:
        """Return all that the server holds of the patients, by type; asked once."""
        if self.of_everything is None:
            found: dict[str, list[bytes]] = {}
            for name in names:
                for page in self.client.everything(name):
                    _check(page, "GET Patient/$everything")
                    for line in map(_line, (*page.resources, *page.included)):
                        found.setdefault(kind_of(line), []).append(line)
            self.of_everything = found
        return self.of_everything

    def _searched(self, kind: str, pairs: Pairs) -> Iterator[bytes]:
        """Yield the lines that match, where the server offers to search the type at all."""
        if not self.can.supports(kind, "search-type"):
            raise Incomplete(f"GET {kind}", "the server does not offer to search it")
        included = [("_include", f"{kind}:medication")] if self._includes(kind) else []
        return self._lines(kind, [*pairs, *included])

    def _lines(self, kind: str, pairs: Pairs) -> Iterator[bytes]:
        """Yield the lines that match. Raises ``FhirError``, also at the end, where they are not all there."""
        place = f"GET {kind}"
        for page in self._pages(kind, [*pairs, ("_count", str(self.plan.page_size))]):
            _check(page, place)
            for line in map(_line, page.resources):
                if kind_of(line) != kind:
                    raise NotFhir(place, "another type was answered")
                if kind in MEDICATED:
                    self.referred.update(_REFERRED.findall(line))
                yield line
            self.medications.update((line, None) for line in map(_line, page.included) if kind_of(line) == MEDICATION)

    def _pages(self, kind: str, pairs: Pairs) -> Iterator[Page]:
        """Yield the pages, counted by the server where it does that: some refuse to be asked for it."""
        begun = False
        try:
            for page in self.client.search(kind, [*pairs, ("_total", "accurate")]):
                begun = True
                yield page
        except Invalid:
            if begun:
                raise
            yield from self.client.search(kind, pairs)

    def _includes(self, kind: str) -> bool:
        return kind in MEDICATED and not self.can.includes(kind).isdisjoint({"*", f"{kind}:medication"})

    def _is_included(self) -> bool:
        """Whether every Medication that is referred to came along with what refers to it."""
        asked = [kind for kind in MEDICATED if self.can.supports(kind, "search-type")]
        came = all(self._includes(kind) and self.folder.done[kind].state != "lacking" for kind in asked)
        # By what came rather than by what the server says: a parameter may be passed over in silence.
        return came and self.referred <= {named_in(line)[0].encode() for line in self.medications}


def _check(page: Page, place: str) -> None:
    """Raise ``Incomplete`` for a page on which the server says that it did not do what was asked."""
    for warning in page.warnings:
        if not warning.issues or any(issue.severity not in HARMLESS for issue in warning.issues):
            raise Incomplete(place, f"the server warns: {warning.told() or 'of something'}")
    if ignored := {*page.ignored} - WIDENING:
        raise Incomplete(place, f"the server did not use {', '.join(sorted(ignored))}")


class _Typed(msgspec.Struct):
    resource_type: str = msgspec.field(name="resourceType")


def kind_of(line: bytes) -> str:
    """Return the type of a resource."""
    return msgspec.json.decode(line, type=_Typed).resource_type


def _line(resource: bytes) -> bytes:
    """Return a resource as one line, its numbers and strings as they came."""
    return msgspec.json.format(resource, indent=-1) + b"\n"
