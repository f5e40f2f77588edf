"""Courses of glucocorticoid: the methylprednisolone pulse, and the high dose by body weight."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, Literal

import msgspec

from mappings.drugs import METHYLPREDNISOLONE, PREDNISONE_5_MG, prednisone_equivalent
from mappings.facts import Exposure, Measurement
from mappings.record import Record
from mappings.site import Occasion

#: Routes by which a drug does not reach the whole body; SNOMED CT codes and the words of hospitals.
LOCAL_ROUTES: Final = frozenset({"6064005", "54485002", "447694001", "18679011000001101", "外用", "吸入", "滴眼"})


class Course(msgspec.Struct, frozen=True):
    """A course that was found: of which kind, from when to when, and the exposures that make it."""

    kind: Literal["pulse", "small-pulse", "high-dose"]
    first: date
    last: date
    exposures: tuple[Exposure, ...]


def courses(record: Record, on: Occasion) -> list[Course]:
    """Return every course in ``record``, the latest first; what was only prescribed makes none."""
    given = [one for one in record.exposures if one.kind != "request" and one.route not in LOCAL_ROUTES and one.when]
    found = [*_pulses(given, on), *_high_doses(given, record, on)]
    return sorted(found, key=lambda course: (course.last, course.kind), reverse=True)


def _pulses(given: list[Exposure], on: Occasion) -> Iterator[Course]:
    """Yield runs of days on each of which methylprednisolone added up to a pulse, or to half of one."""
    days: dict[date, list[Exposure]] = defaultdict(list)
    for one in given:
        if METHYLPREDNISOLONE in one.concepts and one.kind == "administration" and one.when and one.dose_mg is not None:
            days[on.day_of(one.when.earliest)].append(one)
    limits = on.limits
    full = limits.pulse_dose.value * (100 - limits.pulse_tolerance.value) / 100
    sums = {day: sum((one.dose_mg or Decimal(0) for one in found), Decimal(0)) for day, found in days.items()}
    length = limits.pulse_days.days
    kinds: tuple[tuple[Literal["pulse", "small-pulse"], Decimal], ...] = (("pulse", full), ("small-pulse", full / 2))
    for kind, least in kinds:
        for run in _runs({day for day, total in sums.items() if total >= least}):
            if len(run) >= length:
                yield Course(kind, run[0], run[-1], tuple(one for day in run for one in days[day]))


def _runs(days: set[date]) -> Iterator[list[date]]:
    """Yield the runs of consecutive days."""
    run: list[date] = []
    for day in sorted(days):
        if run and day - run[-1] > timedelta(days=1):
            yield run
            run = []
        run.append(day)
    if run:
        yield run


def _high_doses(given: list[Exposure], record: Record, on: Occasion) -> Iterator[Course]:
    """Yield exposures to a high dose per kilogram of the weight nearest to their start, for long enough."""
    for one in given:
        assert one.when is not None
        first = on.day_of(one.when.earliest)
        last = on.day_of(one.ended.earliest) if one.ended else on.today if one.ongoing else first
        long_enough = (last - first).days + 1 >= on.limits.high_dose_days.days
        dose = _daily_per_kg(one, record)
        if long_enough and dose is not None and dose >= on.limits.high_dose.value:
            yield Course("high-dose", first, last, (one,))


def _daily_per_kg(one: Exposure, record: Record) -> Decimal | None:
    """Return a day's dose as milligrams of prednisone per kilogram; ``None`` where dose or weight is not known."""
    concept = next((name for name in sorted(one.concepts) if name in PREDNISONE_5_MG), None)
    if concept is None:
        return None
    if one.daily_mg_per_kg is not None:
        return prednisone_equivalent(concept, one.daily_mg_per_kg)
    weight = _weight_near(one, record)
    equal = prednisone_equivalent(concept, one.daily_mg) if one.daily_mg is not None else None
    return equal / weight if equal is not None and weight else None


def _weight_near(one: Exposure, record: Record) -> Decimal | None:
    assert one.when is not None
    start = one.when.earliest
    weights = [
        (abs(result.when.earliest - start), result.value.exact)
        for result in record.series(("vital.weight",))
        if isinstance(result, Measurement)
        and result.value
        and result.value.exact
        and result.when
        and not result.problem
    ]
    return min(weights)[1] if weights else None
