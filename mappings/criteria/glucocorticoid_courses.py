"""Courses of glucocorticoid: the methylprednisolone pulse, and the high dose by body weight."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final, Literal

import msgspec

from mappings.criteria.washout import last_exposure
from mappings.drugs import GLUCOCORTICOID, METHYLPREDNISOLONE, PREDNISONE_5_MG, prednisone_equivalent
from mappings.facts import Exposure, Measurement
from mappings.intervals import ZERO
from mappings.record import Record
from mappings.site import Occasion

#: Routes by which a drug does not reach the whole body (SNOMED CT: topical, eye, inhaled, joint, spine, nose, ear) and
#: the words of hospitals for them.
LOCAL_ROUTES: Final = frozenset(
    "6064005 54485002 447694001 18679011000001101 12130007 72607000 46713006 10547007 "
    "外用 吸入 雾化吸入 滴眼 滴鼻 滴耳 关节腔注射 鞘内注射".split()
)
#: A pulse is given into a vein; one that is known to have been swallowed is none.
ORAL_ROUTES: Final = frozenset("26643006 口服 PO po".split())

Kind = Literal["pulse", "small-pulse", "high-dose", "unclear"]
#: Weights in kilograms with the times they were taken at, the earliest first.
Weights = list[tuple[datetime, Decimal]]


class Course(msgspec.Struct, frozen=True):
    """A course that was found: of which kind, from when to when, and the exposures that make it."""

    kind: Kind
    first: date
    last: date
    exposures: tuple[Exposure, ...]


def systemic(record: Record) -> list[Exposure]:
    """Return the exposures to a glucocorticoid that reached the whole body, as far as is known."""
    return [
        one
        for one in record.exposures
        if one.route not in LOCAL_ROUTES and any(concept.startswith(GLUCOCORTICOID) for concept in one.concepts)
    ]


def courses(record: Record, on: Occasion) -> list[Course]:
    """Return every course that ``record`` shows, small pulses last, otherwise the latest first.

    What was only prescribed makes none.
    """
    given = [one for one in systemic(record) if one.kind != "request" and one.when]
    days, weights = _by_day(given, on), _weights(record)
    found = [*_pulses(days, on), *_high_doses(given, weights, on), *_high_days(days, weights, on)]
    found.sort(key=lambda course: (course.last, course.kind), reverse=True)
    return sorted(found, key=lambda course: course.kind == "small-pulse")


def unclear_courses(record: Record, on: Occasion) -> list[Course]:
    """Return what may be a course, or part of one, although the record does not show it in full.

    That is every glucocorticoid, prescribed or given, whose day's dose is not known to be too low; it lies anywhere
    from its start to its end.
    """
    found, weights = systemic(record), _weights(record)
    days = _by_day(found, on)
    return [
        Course("unclear", _first(one, on), on.day_of(last_exposure(one, on)[1]), (one,))
        for one in found
        if not _is_low(one, days, weights, on)
    ]


def turns(record: Record, on: Occasion) -> tuple[date, ...]:
    """Return the days on which a high dose that is still taken will have been taken for long enough."""
    weights = _weights(record)
    given = [one for one in systemic(record) if one.kind != "request" and one.when and _is_high(one, weights, on)]
    days = {_start(one, on) + timedelta(days=on.limits.high_dose_days.days - 1) for one in given}
    return tuple(sorted(day for day in days if day > on.today))


def _first(one: Exposure, on: Occasion) -> date:
    return on.day_of(one.when.earliest) if one.when else date.min


def _start(one: Exposure, on: Occasion) -> date:
    """Return the day on which an exposure had begun for sure."""
    assert one.when is not None
    return on.day_of(one.when.latest)


def _by_day(given: Iterable[Exposure], on: Occasion) -> dict[date, list[Exposure]]:
    """Return what was administered on each calendar day; an administration whose day is not known is on none."""
    days: dict[date, list[Exposure]] = defaultdict(list)
    for one in given:
        if one.kind == "administration" and one.when and _first(one, on) == _start(one, on):
            days[_start(one, on)].append(one)
    return days


def _pulses(days: dict[date, list[Exposure]], on: Occasion) -> Iterator[Course]:
    """Yield runs of days on each of which methylprednisolone added up to a pulse, or to half of one."""
    limits = on.limits
    full = limits.pulse_dose.value * (100 - limits.pulse_tolerance.value) / 100
    vials = {day: [one for one in given if _may_be_vial(one)] for day, given in days.items()}
    sums = {day: sum((one.dose_mg or ZERO for one in found), ZERO) for day, found in vials.items()}
    whole = [run for run in _runs(day for day, total in sums.items() if total >= full) if _lasts(run, on)]
    taken = {day for run in whole for day in run}
    small = _runs(day for day, total in sums.items() if total >= full / 2 and day not in taken)
    halves = [run for run in small if _lasts(run, on)]
    kinds: tuple[tuple[Kind, list[list[date]]], ...] = (("pulse", whole), ("small-pulse", halves))
    for kind, runs in kinds:
        yield from (Course(kind, run[0], run[-1], tuple(one for day in run for one in vials[day])) for run in runs)


def _may_be_vial(one: Exposure) -> bool:
    return METHYLPREDNISOLONE in one.concepts and one.route not in ORAL_ROUTES


def _lasts(run: list[date], on: Occasion) -> bool:
    return len(run) >= on.limits.pulse_days.days


def _runs(days: Iterable[date]) -> Iterator[list[date]]:
    """Yield the runs of consecutive days."""
    run: list[date] = []
    for day in sorted(days):
        if run and day - run[-1] > timedelta(days=1):
            yield run
            run = []
        run.append(day)
    if run:
        yield run


def _high_doses(given: list[Exposure], weights: Weights, on: Occasion) -> Iterator[Course]:
    """Yield exposures to a high dose per kilogram that lasted long enough for sure."""
    for one in given:
        last = on.day_of(last_exposure(one, on)[0])
        if (last - _start(one, on)).days + 1 >= on.limits.high_dose_days.days and _is_high(one, weights, on):
            yield Course("high-dose", _first(one, on), last, (one,))


def _high_days(days: dict[date, list[Exposure]], weights: Weights, on: Occasion) -> Iterator[Course]:
    """Yield runs of days on each of which what was administered added up to a high dose per kilogram."""
    totals = {day: _total_per_kg(given, weights) for day, given in days.items()}
    for run in _runs(day for day, total in totals.items() if total is not None and total >= on.limits.high_dose.value):
        if len(run) >= on.limits.high_dose_days.days:
            yield Course("high-dose", run[0], run[-1], tuple(one for day in run for one in days[day]))


def _is_high(one: Exposure, weights: Weights, on: Occasion) -> bool:
    dose = _daily_per_kg(one, weights)
    return dose is not None and dose >= on.limits.high_dose.value


def _is_low(one: Exposure, days: dict[date, list[Exposure]], weights: Weights, on: Occasion) -> bool:
    """Whether the day's dose is known to be too low for a course."""
    same_day = days.get(_start(one, on), []) if one.when else []
    dose = _total_per_kg(same_day, weights) if one in same_day else _daily_per_kg(one, weights)
    return dose is not None and dose < on.limits.high_dose.value


def _total_per_kg(given: list[Exposure], weights: Weights) -> Decimal | None:
    """Return what was given on one day as milligrams of prednisone per kilogram; ``None`` where a part is not known."""
    parts = [_per_kg(one, one.dose_mg, weights) for one in given]
    known = [part for part in parts if part is not None]
    return sum(known, ZERO) if len(known) == len(parts) else None


def _daily_per_kg(one: Exposure, weights: Weights) -> Decimal | None:
    """Return a day's dose as milligrams of prednisone per kilogram; ``None`` where dose or weight is not known."""
    if one.daily_mg_per_kg is not None:
        return _as_prednisone(one, one.daily_mg_per_kg)
    return _per_kg(one, one.daily_mg, weights)


def _per_kg(one: Exposure, milligrams: Decimal | None, weights: Weights) -> Decimal | None:
    """Return a dose as prednisone by the weight that was taken nearest to the start of the exposure."""
    equal = None if milligrams is None else _as_prednisone(one, milligrams)
    if equal is None or one.when is None or not weights:
        return None
    start, after = one.when.earliest, bisect_left(weights, (one.when.earliest, ZERO))
    nearest = min(weights[max(after - 1, 0) : after + 1], key=lambda weighed: abs(weighed[0] - start))
    return equal / nearest[1]


def _as_prednisone(one: Exposure, milligrams: Decimal) -> Decimal | None:
    concept = next((name for name in sorted(one.concepts) if name in PREDNISONE_5_MG), None)
    return None if concept is None else prednisone_equivalent(concept, milligrams)


def _weights(record: Record) -> Weights:
    numbers = [one for one in record.series(("vital.weight",)) if isinstance(one, Measurement) and not one.problem]
    exact = [(one.when, one.value.exact) for one in numbers if one.when and one.value]
    return sorted((when.earliest, weight) for when, weight in exact if weight is not None and weight > 0)
