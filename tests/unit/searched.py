"""A FHIR server on a real socket that searches a handful of resources as a hospital's does, with faults where asked."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from adapter.pulling import TYPES
from tests.unit.fhir.faulty import Exchange, outcome, serving

Json = dict[str, Any]
#: Where a type says whose it is.
OWNER = ("subject", "patient", "individual")
#: Parameters of a reference to the patient, as R4 has them.
PARAMS = {
    "AdverseEvent": ["subject"],
    "AllergyIntolerance": ["patient"],
    "Consent": ["patient"],
    "Medication": [],
    "Patient": ["identifier", "link"],
    "ResearchStudy": [],
    "ResearchSubject": ["individual", "patient"],
}
MEDICATED = ("MedicationRequest", "MedicationAdministration", "MedicationStatement", "MedicationDispense")
#: What a fault makes of an answer: a status and a body, or nothing to leave it as it is.
Fault = Callable[[str, int, Json], tuple[int, Any] | None]


class Searched:
    """The server's resources by type, and its habits.

    ``fault`` is asked before each page of a search: of which type, from which offset, and what would be answered.
    ``missing`` are types that it does not offer, ``unknown`` parameters that it knows nothing of.
    """

    def __init__(self, resources: Iterable[Mapping[str, Any]] = (), at: str = "2025-06-01T01:00:00Z") -> None:
        self.held: dict[str, dict[str, Json]] = {}
        self.now = datetime.fromisoformat(at)
        self.page = 2
        self.fault: Fault = lambda *_: None
        self.watch: Callable[[str], object] = lambda path: None
        self.missing: set[str] = set()
        self.unknown: set[str] = set()
        self.includes = True
        self.operations: list[str] = []
        self.dated, self.totals = True, True
        self.release, self.formats = "4.0.1", ["json"]
        self.token: str | None = None
        self.asked: list[tuple[str, list[tuple[str, str]]]] = []
        self.base = ""
        for one in resources:
            self.put(one)

    def put(self, resource: Mapping[str, Any]) -> None:
        """Store a resource, changed now."""
        kind, name = resource["resourceType"], resource["id"]
        version = int(self.held.get(kind, {}).get(name, {}).get("meta", {}).get("versionId", 0)) + 1
        meta = {"versionId": str(version), "lastUpdated": self.now.isoformat()}
        self.held.setdefault(kind, {})[name] = {**resource, "meta": meta}

    def act(self, exchange: Exchange) -> None:
        asked = exchange.asked()
        self.watch(asked.path)
        status, body = self._answer(asked.path, asked.body, asked.headers)
        date = format_datetime(self.now.astimezone(UTC), usegmt=True) if self.dated else "?"
        exchange.date_time_string = lambda *_: date  # type: ignore[method-assign]  # the server's own clock
        exchange.answer(status, (body if isinstance(body, str) else json.dumps(body, indent=1)).encode(), {})

    def _answer(self, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, Any]:
        if self.token and headers.get("authorization") != f"Bearer {self.token}":
            return 401, outcome("login")
        parts = urlsplit(path)
        place = parts.path.removeprefix("/fhir/")
        pairs = parse_qsl(parts.query) + parse_qsl(body.decode())
        if place == "metadata":
            return 200, self._statement()
        if place.startswith("Patient/") and place.endswith("/$everything"):
            return 200, self._bundle(list(self._of(f"Patient/{place.split('/')[1]}")), [], "", 0, None)
        kind = place.removesuffix("/_search")
        return self._search(kind, pairs)

    def _search(self, kind: str, pairs: list[tuple[str, str]]) -> tuple[int, Any]:
        offset = int(dict(pairs).get("_offset", 0))
        if not offset:
            self.asked.append((kind, [(name, value) for name, value in pairs if name not in ("_count", "_total")]))
        if kind in self.missing or any(name in self.unknown for name, _ in pairs):
            return (404 if kind in self.missing else 400), outcome("not-supported")
        found = [one for one in self.held.get(kind, {}).values() if all(self._fits(one, *pair) for pair in pairs)]
        page = found[offset : offset + self.page]
        included = self._included(page) if any(name == "_include" for name, _ in pairs) else []
        kept = [(name, value) for name, value in pairs if name != "_offset"]
        link = f"{kind}?{urlencode(kept)}"
        following = offset + self.page if offset + self.page < len(found) else None
        answer = self._bundle(page, included, link, len(found), following)
        return self.fault(kind, offset, answer) or (200, answer)

    def _bundle(self, page: list[Json], included: list[Json], link: str, total: int, following: int | None) -> Json:
        links = [{"relation": "self", "url": f"{self.base}/{link}"}] if link else []
        if following:
            links.append({"relation": "next", "url": f"{self.base}/{link}&_offset={following}"})
        entries = [{"resource": one, "search": {"mode": "match"}} for one in page]
        entries += [{"resource": one, "search": {"mode": "include"}} for one in included]
        told = {"total": total} if self.totals and link else {}
        return {"resourceType": "Bundle", "type": "searchset", **told, "link": links, "entry": entries}

    def _fits(self, one: Json, name: str, value: str) -> bool:
        if name == "_lastUpdated":
            return datetime.fromisoformat(one["meta"]["lastUpdated"]) >= datetime.fromisoformat(value[2:])
        if name == "_id":
            return bool(one["id"] == value)
        if name == "identifier":
            return value.replace("\\", "") in {
                f"{each.get('system', '')}|{each['value']}" for each in one.get("identifier", [])
            }
        if name == "link":
            return value in {each["other"].get("reference") for each in one.get("link", [])}
        if name in OWNER:
            return value in self._owner(one)
        return True

    def _owner(self, one: Json) -> set[str]:
        return {
            one[name]["reference"] for name in OWNER if isinstance(one.get(name), dict) and "reference" in one[name]
        }

    def _of(self, patient: str) -> Iterator[Json]:
        yield from (one for kind in self.held.values() for one in kind.values() if patient in self._owner(one))

    def _included(self, page: list[Json]) -> list[Json]:
        named = {one.get("medicationReference", {}).get("reference", "") for one in page}
        return [one for name, one in self.held.get("Medication", {}).items() if f"Medication/{name}" in named]

    def _statement(self) -> Json:
        kinds = []
        for kind in TYPES:
            if kind in self.missing:
                continue
            names = ["_id", "_lastUpdated", *PARAMS.get(kind, ["patient", "subject"])]
            made: Json = {
                "type": kind,
                "interaction": [{"code": "search-type"}],
                "searchParam": [{"name": name} for name in names if name not in self.unknown],
            }
            if kind in MEDICATED and self.includes:
                made["searchInclude"] = [f"{kind}:medication"]
            if kind == "Patient":
                made["operation"] = [{"name": name} for name in self.operations]
            kinds.append(made)
        return {
            "resourceType": "CapabilityStatement",
            "fhirVersion": self.release,
            "format": self.formats,
            "rest": [{"mode": "server", "resource": kinds}],
        }


@contextmanager
def hospital(resources: Iterable[Mapping[str, Any]] = ()) -> Iterator[Searched]:
    """A running server that holds ``resources``."""
    held = Searched(resources)
    with serving(held.act) as server:
        held.base = server.base
        yield held
