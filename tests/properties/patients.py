"""Patients for the properties: those of the sample hospital, as resources that a property may change, and screened."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec

from adapter.settings import load_site
from mappings.findings import Screening
from mappings.limits import LIMITS
from mappings.reading.chart import Clock
from mappings.reading.context import Context, context_with
from mappings.screening import screen_lines
from mappings.site import Occasion, Site
from samples import SCREENED_AT

Resource = dict[str, Any]
SAMPLES: Final = Path(__file__).parents[2] / "samples"
AT: Final = datetime.fromisoformat(SCREENED_AT)
SHARED: Final = ("Medication", "ResearchStudy", "Practitioner")
_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")


@cache
def site() -> Site:
    """Return the settings of the sample hospital."""
    return load_site(SAMPLES / "site.toml").site


@cache
def _exported() -> tuple[tuple[str, str], ...]:
    """Return each line of the sample hospital with the patient it is of, empty for one that is of nobody."""
    lines = [line for path in sorted((SAMPLES / "hospital").glob("*.ndjson")) for line in path.read_text().splitlines()]
    return tuple((patient_of(json.loads(line)), line) for line in lines)


def patient_of(resource: Resource) -> str:
    """Return the id of the patient whose resource it is, empty for one that is of nobody."""
    if resource["resourceType"] == "Patient":
        return str(resource["id"])
    subject = resource.get("subject") or resource.get("patient") or resource.get("individual") or {}
    return str(subject.get("reference", "")).removeprefix("Patient/")


@cache
def names() -> tuple[str, ...]:
    """Return the sample patients whose every resource hangs on one Patient."""
    found = {name for name, line in _exported() if '"resourceType":"Patient"' in line}
    return tuple(sorted(name for name in found if not name.startswith("odd-moved")))


def resources_of(name: str) -> list[Resource]:
    """Return the resources of a sample patient, free to be changed; numbers keep their digits."""
    return [json.loads(line, parse_float=Decimal) for patient, line in _exported() if patient == name]


def line_of(resource: Resource) -> bytes:
    """Return ``resource`` as a line."""
    return _ENCODER.encode(resource)


@cache
def _context(covered: bool) -> Context:
    local = load_site(SAMPLES / "site.toml").local_codes
    shared = [line.encode() for patient, line in _exported() if not patient and '"Practitioner"' not in line[:40]]
    return context_with(site() if covered else msgspec.structs.replace(site(), coverage={}), local, shared)


def screened(
    resources: Iterable[Resource | bytes], at: datetime = AT, *, covered: bool = True, on_day: date | None = None
) -> Screening:
    """Return the screening of one patient, of resources or of lines; ``covered``: under the coverage that the sample hospital declares.

    ``on_day``: judged at the beginning of that day by what had happened before ``at``.
    """
    context = _context(covered)
    occasion = Occasion(at, context.site, LIMITS)
    if on_day:
        occasion = msgspec.structs.replace(occasion, at=occasion.midnight(on_day))
    lines = [one if isinstance(one, bytes) else line_of(one) for one in resources]
    found = screen_lines(lines, (), context, occasion, Clock(at))
    assert found is not None
    return found


def answers(screening: Screening) -> dict[str, tuple[str, str, Decimal | None]]:
    """Return what each clause was answered, and the value it rests on: all but names, dates and spellings."""
    return {
        one.clause: (one.state, one.reason, one.value.value.normalize() if one.value else None)
        for one in screening.findings
    }


def texts(tree: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield every leaf of a resource with the names that lead to it."""
    if isinstance(tree, Mapping):
        for name, value in tree.items():
            yield from texts(value, (*path, name))
    elif isinstance(tree, list):
        for value in tree:
            yield from texts(value, path)
    else:
        yield path, tree


def mapped(tree: Any, change: Any) -> Any:
    """Return ``tree`` with ``change`` made to every leaf."""
    if isinstance(tree, Mapping):
        return {name: mapped(value, change) for name, value in tree.items()}
    return [mapped(value, change) for value in tree] if isinstance(tree, list) else change(tree)
