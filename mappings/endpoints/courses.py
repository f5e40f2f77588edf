"""Analytes over time: every value with its day, the baseline, and the change from it at each visit.

Values in different units are different courses: those of arbitrary units, of which every method has its own, are not
compared.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final

import msgspec

from mappings.endpoints.visits import baseline, before, is_usable, looked_at, nearest, study_day, visit, within
from mappings.facts import Measurement, Result
from mappings.follow_reasons import Note
from mappings.followed import Change, Course, Input, Timeline
from mappings.intervals import When, stamp
from mappings.limits import Limit
from mappings.reading.units import unit_of
from mappings.record import Record
from mappings.site import Occasion

#: How outputs name a visit -> the parameter of ``definitions.treatment`` that says when it is.
VISITS: Final = {"W4": "week_4", "W8": "week_8", "W12": "week_12", "W24": "week_24"}
HUNDRED: Final = Decimal(100)


def courses(record: Record, concepts: Iterable[str], line: Timeline, on: Occasion) -> tuple[Course, ...]:
    """Return the course of each of ``concepts`` in each unit in which it was measured. ``line`` has a Day 0."""
    return tuple(_courses(record, concepts, line, on))


def _courses(record: Record, concepts: Iterable[str], line: Timeline, on: Occasion) -> Iterator[Course]:
    for concept in concepts:
        results = sorted(record.series((concept,)), key=in_time)
        for unit in sorted(set(map(unit_in, results))):
            yield _course(record, concept, unit, [one for one in results if unit_in(one) == unit], line, on)


def in_time(one: Result) -> tuple[float, float, str]:
    """Return the place of a result in order of time, undated ones first."""
    first, last = (stamp(one.when.earliest), stamp(one.when.latest)) if one.when else (0.0, 0.0)
    return first, last, one.source.reference


def unit_in(one: Result) -> str:
    """Return the unit of a result; of one in words that of its concept."""
    return one.unit if isinstance(one, Measurement) else unit_of(min(one.concepts)) or ""


def _course(record: Record, concept: str, unit: str, results: Sequence[Result], line: Timeline, on: Occasion) -> Course:
    alone = msgspec.structs.replace(record, results={concept: tuple(reversed(results))})
    base = at_baseline(alone, concept, line, on)
    return Course(
        analyte=concept,
        unit=unit,
        baseline=base,
        visits=tuple(_change(name, alone, concept, base, line, on) for name in VISITS),
        values=tuple(looked_at(one, line, on, _doubt(one, line, on)) for one in results),
    )


def _doubt(one: Result, line: Timeline, on: Occasion) -> Note:
    """Return why a value has no place in the course, or cannot be used."""
    if not is_usable(one):
        return one.problem or "no-value"
    return "" if study_day(one.when, line, on) is not None else "partial-date"


def at_baseline(record: Record, concept: str, line: Timeline, on: Occasion) -> Input:
    """Return the last value of ``concept`` at or before the baseline."""
    rivals = baseline(record, (concept,), line, on)
    return _only(concept, rivals, lambda when: before(when, line, on), line, on)


def _change(name: str, record: Record, concept: str, base: Input, line: Timeline, on: Occasion) -> Change:
    """Return the value nearest to a visit, and its change where it and the baseline are numbers."""
    day, window = visit_of(name, on)
    first, last = visit(line, day, window)
    found = nearest(record, (concept,), line, on, day, window)
    value = _only(concept, found, lambda when: within(when, first, last, on), line, on)
    if not found and on.today <= last:
        value = msgspec.structs.replace(value, note="not-yet")
    if not (value.used and base.used and value.value and base.value):
        return Change(visit=name, value=value)
    change, start = value.value.value - base.value.value, base.value.value
    return Change(visit=name, value=value, change=change, percent=change / start * HUNDRED if start else None)


def visit_of(name: str, on: Occasion) -> tuple[Limit, Limit]:
    """Return the study day of a visit and the days on either side of it."""
    planned = on.definitions.treatment
    return getattr(planned, VISITS[name]), getattr(planned, f"{VISITS[name]}_window")


def _only(
    concept: str,
    rivals: Sequence[Measurement],
    is_there: Callable[[When | None], bool | None],
    line: Timeline,
    on: Occasion,
) -> Input:
    """Return the one value that ``rivals`` are; where they differ, or may lie elsewhere, one that does not count."""
    if not rivals:
        return Input(name=concept, used=False, note="missing")
    if not any(is_there(one.when) for one in rivals):
        return looked_at(rivals[0], line, on, "partial-date")
    alike, one_time = len({one.value for one in rivals}) == 1, len({one.when for one in rivals}) == 1
    return looked_at(rivals[0], line, on, "" if alike else "conflict" if one_time else "partial-date")
