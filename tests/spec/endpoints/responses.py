"""How a response at week 12 is asked for in tests: one table of treated patients, one answer each."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import msgspec

from mappings.definitions import DEFINITIONS, Definitions
from mappings.endpoints.platelets import platelet_response
from mappings.endpoints.renal import renal_response
from mappings.followed import Episode, EventTerm, Interest, Response
from mappings.intervals import When
from mappings.record import Record
from mappings.site import Occasion
from mappings.timeline import timeline
from tests.spec.tables import INFUSED, treated

#: What every table of the renal response has unless it says otherwise: ratios of 2 before, creatinine 60 before and at week 12.
RENAL_USUAL = treated(
    """
    patient | day | lab.upcr_mass_ratio | lab.creatinine_molar
          1 |  -7 | 2.0                 | 60
          1 |  84 |                     | 60
    """
)[1]
PLATELETS_USUAL = treated(
    """
    patient | day | lab.platelet
          1 |  -7 | 40
    """
)[1]


def occasion(day: float = 120, group: str = "", **changed: Any) -> Occasion:
    """The occasion on study day ``day`` with every record complete, and parameters of one group of definitions changed."""
    return Occasion(INFUSED + timedelta(days=day), definitions=defined(group, **changed), full_coverage=True)


def defined(group: str = "", **changed: Any) -> Definitions:
    """The definitions with some parameters of ``group`` set to another value."""
    if not group:
        return DEFINITIONS
    ours = getattr(DEFINITIONS, group)
    parts = {name: msgspec.structs.replace(getattr(ours, name), value=value) for name, value in changed.items()}
    return msgspec.structs.replace(DEFINITIONS, **{group: msgspec.structs.replace(ours, **parts)})


def with_usual(record: Record, usual: Record, *lacks: str) -> Record:
    """The record with the usual results, each before its day unless the record has one on that side of Day 0."""
    merged = dict(record.results)
    for concept, found in usual.results.items():
        if concept == "vital.weight":  # that of the infusion, which every table has for itself
            continue
        own = merged.get(concept, ())
        sides = {one.when.latest > INFUSED if one.when else None for one in own}
        added = [one for one in found if one.when and (one.when.latest > INFUSED) not in sides and concept not in lacks]
        merged[concept] = tuple(
            sorted([*own, *added], key=lambda one: one.when.latest.timestamp() if one.when else 0, reverse=True)
        )
    return msgspec.structs.replace(record, results=merged)


def renal(
    table: str, on: Occasion | None = None, *, episodes: Sequence[Episode] = (), lacks: Sequence[str] = ()
) -> dict[int, Response]:
    """The renal response of each patient of ``table``, all of the nephritis cohort."""
    at = on or occasion()
    return {
        number: ask_renal(with_usual(one, RENAL_USUAL, *lacks), at, episodes) for number, one in treated(table).items()
    }


def ask_renal(record: Record, on: Occasion, episodes: Sequence[Episode] = ()) -> Response:
    """The renal response of one record of the nephritis cohort."""
    line = timeline(record, on)
    assert line is not None
    return renal_response(record, msgspec.structs.replace(line, cohort="LN"), episodes, on)


def platelets(
    table: str, on: Occasion | None = None, *, episodes: Sequence[Episode] = (), lacks: Sequence[str] = ()
) -> dict[int, Response]:
    """The platelet response of each patient of ``table``, all of the thrombocytopenia cohort."""
    at = on or occasion()
    usual = {number: with_usual(one, PLATELETS_USUAL, *lacks) for number, one in treated(table).items()}
    return {number: ask_platelets(one, at, episodes) for number, one in usual.items()}


def ask_platelets(record: Record, on: Occasion, episodes: Sequence[Episode] = ()) -> Response:
    """The platelet response of one record of the thrombocytopenia cohort."""
    line = timeline(record, on)
    assert line is not None
    return platelet_response(record, msgspec.structs.replace(line, cohort="ITP"), episodes, on)


def told(found: Mapping[int, Response]) -> dict[int, str]:
    """Each answer as "result" or "result reason"."""
    return {number: f"{one.result} {one.reason}".strip() for number, one in found.items()}


def on_day(first: float, last: float | None = None) -> When:
    """The noon of a study day, or somewhere between two."""
    return When(INFUSED + timedelta(days=first), INFUSED + timedelta(days=first if last is None else last))


def episode(interest: Interest, first: float, last: float | None = None, confirmed: bool | None = None) -> Episode:
    """An adverse event of special interest from ``first`` to ``last``; without that, it goes on."""
    return Episode(
        id=interest,
        term=EventTerm(interest, None, interest),
        scale="ASTCT 2019",
        source="derived",
        confirmed=confirmed,
        grade=2,
        worst_grade=2,
        onset=on_day(first),
        end=None if last is None else on_day(last),
    )
