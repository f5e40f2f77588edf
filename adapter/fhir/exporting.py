"""An export as a job at the server: asked for, awaited, ended.

Spec: https://hl7.org/fhir/uv/bulkdata/export.html, versions 1.0 to 3.0; where a server takes no GET, 4.0's POST.
"""

import re
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Final, Literal, get_args

import msgspec

from adapter.fhir.answering import retry_after
from adapter.fhir.bundles import ID
from adapter.fhir.errors import FhirError, Incomplete, Invalid, NotFhir, ServerFault
from adapter.fhir.manifest import ManifestPage, page_of
from adapter.fhir.outcomes import Outcome, outcome_of
from adapter.fhir.transport import Reply, Transport

Level = Literal["system", "patient", "group"]
#: Told of how many per cent are done, after each look; None where the server does not say it in numbers.
Progress = Callable[[int | None], object]

NDJSON: Final = "application/fhir+ndjson"
_KICK_OFF: Final = "$export"
_STATUS: Final = "GET export status"
_ENDING: Final = "DELETE export status"
_TYPE: Final = re.compile(r"[A-Z][A-Za-z]{1,63}")
_PERCENT: Final = re.compile(r"(?<![\d.])(\d{1,3})(?:\.\d+)?\s*%")
#: Refusals that are about the look, or about the job, and not about who looks: read before they are believed.
_READ: Final = frozenset(range(400, 600)) - {401, 403, 404, 410}
#: Issue codes that say: look again later. https://hl7.org/fhir/R4/valueset-issue-type.html, transient and below it.
_TRANSIENT: Final = frozenset({"transient", "lock-error", "no-store", "timeout", "throttled"})
_LONGEST_LOOK: Final = 3600  # seconds; whoever says more may have meant something else
_LONGEST_STEP: Final = 60


class Wanted(msgspec.Struct, frozen=True, omit_defaults=True):
    """What to export. ``since`` and ``until`` are instants of the server's changes, not of what is told in the data."""

    level: Level
    group: str | None = None
    types: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    type_filters: tuple[str, ...] = ()
    elements: tuple[str, ...] = ()
    patients: tuple[str, ...] = ()
    associated: tuple[str, ...] = ()
    organised_by: str | None = None
    partial_manifests: bool = False

    def check(self) -> None:
        """Raises ``ValueError`` for what no server could understand."""
        if self.level not in get_args(Level) or (self.level == "group") != bool(self.group):
            raise ValueError("an export is of the system, of all patients, or of a group, which is named")
        if not all(ID.fullmatch(each) and each.strip(".") for each in (*filter(None, (self.group,)), *self.patients)):
            raise ValueError("a group and a patient are named by their ids")
        if not all(map(_TYPE.fullmatch, self.types)):
            raise ValueError("types are names of resources")
        for instant in filter(None, (self.since, self.until)):
            if datetime.fromisoformat(instant).tzinfo is None:
                raise ValueError("an instant has a time zone")

    def path(self) -> str:
        """Where the export is asked for."""
        return {"system": "$export", "patient": "Patient/$export"}.get(self.level, f"Group/{self.group}/$export")

    def parameters(self) -> Iterator[tuple[str, str, str]]:
        """Name, kind of value, and value, of what is not left to the server."""
        yield "_outputFormat", "valueString", NDJSON
        for name, values in (("_type", self.types), ("_elements", self.elements), ("_typeFilter", self.type_filters)):
            yield from ((name, "valueString", value) for value in values)
        for name, instant in (("_since", self.since), ("_until", self.until)):
            yield from ((name, "valueInstant", value) for value in (instant,) if value)
        yield from (("includeAssociatedData", "valueCode", value) for value in self.associated)
        yield from (("patient", "valueReference", f"Patient/{value}") for value in self.patients)
        if self.organised_by:
            yield "organizeOutputBy", "valueString", self.organised_by
        if self.partial_manifests:
            yield "allowPartialManifests", "valueBoolean", "true"

    def query(self) -> list[tuple[str, str]]:
        """The parameters of a GET: lists with commas as all versions have it, filters repeated, for they may hold commas."""
        held: dict[str, list[str]] = {}
        for name, _, value in self.parameters():
            held.setdefault(name, []).append(value)
        return [
            (name, value)
            for name, values in held.items()
            for value in (values if name == "_typeFilter" else [",".join(values)])
        ]

    def body(self) -> bytes:
        """The parameters of a POST: one entry each."""
        values: dict[str, Callable[[str], Any]] = {
            "valueReference": lambda value: {"reference": value},
            "valueBoolean": lambda value: value == "true",
        }
        made = [{"name": name, kind: values.get(kind, str)(value)} for name, kind, value in self.parameters()]
        return msgspec.json.encode({"resourceType": "Parameters", "parameter": made})


class Job:
    """Exports at one server. Each function raises ``FhirError``."""

    def __init__(
        self,
        transport: Transport,
        *,
        patience_seconds: float,
        progress: Progress | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """``patience_seconds`` is how long one manifest is waited for."""
        self._transport = transport
        self._patience, self._progress, self._sleep = patience_seconds, progress, sleep

    def begin(self, wanted: Wanted) -> str:
        """Asks for an export; the address where its state is told."""
        reply = self._kicked_off(wanted)
        location = reply.headers.get("content-location")
        if reply.status != 202 or not location:
            raise NotFhir(_KICK_OFF, "the server did not begin an export", outcome=outcome_of(reply.body))
        return self._transport.base.resolve(location, _KICK_OFF)

    def pages(self, status_url: str) -> list[ManifestPage]:
        """The whole manifest, as soon as the export is ready. Raises ``NotFound`` or ``Gone`` where it has expired."""
        pages: list[ManifestPage] = []
        seen: set[str] = set()
        url: str | None = status_url
        while url:
            if url in seen or len(seen) >= self._transport.limits.pages:
                raise Incomplete(_STATUS, "the manifest's pages do not end", lacking=("the files on the pages after",))
            seen.add(url)
            page = page_of(self._ready(url).body, _STATUS)
            pages.append(page)
            url = self._transport.base.resolve(page.following, _STATUS, asked=url) if page.following else None
        if len({page.transaction_time for page in pages}) > 1:
            raise NotFhir(_STATUS, "the manifest's pages are of several exports")
        return pages

    def end(self, status_url: str) -> bool:
        """Tells the server that it may forget the export, or has to stop it; whether it said that it will."""
        try:
            self._transport.send("DELETE", status_url, passes={404, 410}, place=_ENDING)
        except FhirError:
            return False  # it will forget it by itself
        return True

    def _kicked_off(self, wanted: Wanted) -> Reply:
        headers = {"Accept": "application/fhir+json", "Prefer": "respond-async"}
        if not wanted.patients:
            try:
                return self._transport.send(
                    "GET", wanted.path(), headers=headers, params=wanted.query(), place=f"GET {_KICK_OFF}"
                )
            except Invalid as error:
                if error.status != 405:
                    raise
        headers["Content-Type"] = "application/fhir+json"
        return self._transport.send(
            "POST", wanted.path(), headers=headers, body=wanted.body(), place=f"POST {_KICK_OFF}"
        )

    def _ready(self, url: str) -> Reply:
        """The answer as soon as there is one that is final. Raises for a job that failed."""
        latest = time.monotonic() + self._patience
        step, refused = self._transport.limits.backoff_seconds, 0
        while True:
            reply = self._transport.send(
                "GET", url, headers={"Accept": "application/json"}, passes=_READ, place=_STATUS
            )
            status = _status(reply)
            if status == 200:
                return reply
            if status in {202, 429} or _transient(reply):
                refused = 0
            else:
                refused += 1
                self._believed(reply, status, refused)
            if self._progress:
                self._progress(_percent(reply))
            asked = retry_after(reply.headers.get("retry-after"))
            pause = max(step, min(asked or 0, _LONGEST_LOOK))
            if time.monotonic() + pause > latest:
                raise Incomplete(_STATUS, "the export is not ready yet", lacking=("everything: not ready yet",))
            self._sleep(pause)
            step = min(step * 2, _LONGEST_STEP)

    def _believed(self, reply: Reply, status: int, times: int) -> None:
        """Raises where a refusal is about the job; one that says nothing is believed when it was repeated often enough."""
        outcome = outcome_of(reply.body) or Outcome()
        if not outcome.issues and status >= 500 and times <= self._transport.limits.retries:
            return  # a gateway, not the server
        kind = ServerFault if status >= 500 else Invalid
        raise kind(_STATUS, f"the export failed (status {status})", outcome=outcome, status=status)


def _status(reply: Reply) -> int:
    """The state of the job, which some servers tell apart from that of the look."""
    told = reply.headers.get("x-export-status", "")[:3]
    return int(told) if reply.status == 200 and told.isascii() and told.isdigit() else reply.status


def _transient(reply: Reply) -> bool:
    """Whether the server says that a refusal is about this moment alone."""
    outcome = outcome_of(reply.body)
    return outcome is not None and any(issue.code in _TRANSIENT for issue in outcome.issues)


def _percent(reply: Reply) -> int | None:
    """The per cent in X-Progress; the rest of it is free text, and is not told."""
    found = _PERCENT.search(reply.headers.get("x-progress", "")[:100])
    return min(int(found[1]), 100) if found else None
