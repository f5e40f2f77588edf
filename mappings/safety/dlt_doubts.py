"""What may have limited the dose for all that anybody can tell: results that cannot be graded, and may be severe.

A result without a normal range, in a unit that nobody knows, or that is preliminary shows no event. It does not show
either that there was none: a window is clean only where a later result that can be graded came in time.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final, cast

import msgspec

from mappings.criteria.verdicts import evidence_of
from mappings.facts import Fact, GradeNumber, Measurement
from mappings.findings import Evidence
from mappings.followed import Episode, EventTerm, Sighting, Timeline
from mappings.intervals import When
from mappings.record import Record
from mappings.safety import crs, icans
from mappings.safety.assessed import assessed
from mappings.safety.bedside import ctcae
from mappings.safety.dlt_course import TICK, Candidate, Point
from mappings.safety.dlt_rules import ruled
from mappings.safety.grading import Against, grade
from mappings.safety.laboratory import Graded, graded
from mappings.safety.states import began
from mappings.safety.terms import Version
from mappings.safety.vocabulary import CRS, FEVER, ICANS, TERMS
from mappings.site import Occasion
from mappings.timeline import day_on, is_after

#: Grades below this limit no dose by themselves, but for graft versus host disease, which no result shows.
SEVERE: Final = 3
#: Where a laboratory places what is no event in the direction of a term.
_HARMLESS: Final[Mapping[str, frozenset[str]]] = {
    "high": frozenset({"normal", "low"}),
    "low": frozenset({"normal", "high"}),
}


class Look(msgspec.Struct, frozen=True):
    """One result under one term, and the grades between which it lies; ``doubtful``: they are not told by a number."""

    fact: Fact
    when: When
    low: GradeNumber
    high: GradeNumber
    doubtful: bool


def doubts(record: Record, line: Timeline, on: Occasion) -> Iterator[tuple[Candidate, tuple[Evidence, ...]]]:
    """Yield what may limit the dose only because results cannot be graded, with these results. ``line`` has a Day 0."""
    for term, looks in (*_laboratory(record, line, on), *_syndromes(record, line, on)):
        before = [one for one in looks if line.baseline and one.when.latest <= line.baseline and not one.doubtful]
        later = [one for one in looks if is_after(line, one.when) is not False]
        severe = [one for one in later if one.doubtful and one.high >= SEVERE]
        if not severe:
            continue
        baseline = before[-1].low if before else None
        known = [one for one in later if one not in severe]
        without = _candidate(term, known, baseline, line, on) if known else None
        event = _candidate(term, later, baseline, line, on, severe[0].when)
        if (without is None or ruled(without)[1].holds is False) and ruled(event)[1].holds is None:
            yield event, evidence_of([one.fact for one in severe])


def _candidate(
    term: EventTerm,
    looks: Iterable[Look],
    baseline: GradeNumber | None,
    line: Timeline,
    on: Occasion,
    onset: When | None = None,
) -> Candidate:
    """Return the course of ``looks`` as that of one event, which began at ``onset`` or with the first of them."""
    points = tuple(Point(one.when, one.low, one.high, "laboratory") for one in looks)
    began = onset or points[0].when
    episode = Episode(
        id="",
        term=term,
        scale=ctcae(on),
        source="derived",
        confirmed=None,
        grade=None,
        worst_grade=None,
        onset=began,
        baseline_grade=baseline,
    )
    closes = on.midnight(day_on(line, on.definitions.dlt.window.days + 1)) - TICK
    return Candidate(
        episode=episode, points=points, began=began, opens=on.midnight(day_on(line, 0)), closes=closes, on=on
    )


def _laboratory(record: Record, line: Timeline, on: Occasion) -> Iterator[tuple[EventTerm, list[Look]]]:
    """Yield every term with its results in order of time."""
    version = cast("Version", on.definitions.adverse_events.version.value)
    found: dict[tuple[str, str, tuple[str, ...]], list[Look]] = {}
    for one in graded(record, on, version, line.baseline):
        if one.term.name != FEVER.name:
            key = one.term.name, one.term.direction, one.term.concepts
            found.setdefault(key, []).append(_look(one, began(one.result, on), on))
    for (name, _, _), looks in found.items():
        yield TERMS.get(name) or EventTerm(name), sorted(looks, key=_order)


def _order(one: Look) -> tuple[datetime, datetime]:
    return one.when.latest, one.when.earliest


def _look(one: Graded, when: When, on: Occasion) -> Look:
    known = one.grade.grade
    if known is not None:
        return Look(one.result, when, known, known, False)
    return Look(one.result, when, one.grade.at_least, _at_most(one, on), True)


def _at_most(one: Graded, on: Occasion) -> GradeNumber:
    """Return the highest grade that a result may be which has none.

    What has no value was not measured. A number that is in doubt is taken as it stands; what could not be read, or has
    no unit, may be any.
    """
    result = one.result
    number = result if isinstance(result, Measurement) else None
    if result.problem == "no-value" or (number and number.flag in _HARMLESS[one.term.direction]):
        return 0
    if number is None or number.value is None:
        return one.term.steps[0][0] if result.problem else 0
    if one.grade.reason == "no-albumin" or result.problem:
        plain = msgspec.structs.replace(number, problem=None)
        return grade(plain, one.term, Against(on, one.baseline is not None, one.baseline)).at_most
    return one.grade.at_most


def _syndromes(record: Record, line: Timeline, on: Occasion) -> Iterator[tuple[EventTerm, list[Look]]]:
    """Yield the syndromes that a person grades or scores; what cannot be used of that may be any grade."""
    found = {CRS: assessed(record, crs.GRADE, CRS), ICANS: icans.icans(record, line, on)}
    for term, sightings in found.items():
        yield term, sorted(map(_seen, sightings), key=_order)


def _seen(one: Sighting) -> Look:
    if one.grade is not None:
        return Look(one.facts[0], one.when, one.grade, one.grade, False)
    is_unusable = one.reason == "not-understood" or any(fact.problem not in (None, "no-value") for fact in one.facts)
    return Look(one.facts[0], one.when, one.at_least, 4 if is_unusable else one.at_least, is_unusable)
