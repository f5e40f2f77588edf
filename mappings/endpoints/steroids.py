"""Systemic glucocorticoids day by day, in milligrams of prednisone, within the bounds that the record leaves for them.

A drug may stand in the record several times, as it was ordered, dispensed, given and told: of these the most counts,
not the sum. What was only ordered counts in no sure dose. A day's dose that is not known may be any.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from mappings.criteria.glucocorticoid_courses import ORAL_ROUTES, courses, systemic
from mappings.criteria.washout import last_exposure
from mappings.drugs import METHYLPREDNISOLONE, PREDNISONE_5_MG, prednisone_equivalent
from mappings.facts import Exposure
from mappings.followed import Timeline
from mappings.intervals import ZERO
from mappings.record import Record
from mappings.site import Occasion

#: More than any dose of a day.
UNBOUNDED: Final = Decimal("1E+9")
_DAY: Final = timedelta(days=1)


class Span(NamedTuple):
    """One exposure: its drug, a day's dose, the days on which it was taken for sure, and those on which it may have been."""

    exposure: Exposure
    concept: str
    milligrams: Decimal | None
    sure: tuple[date, date]
    may: tuple[date, date]

    @property
    def is_proven(self) -> bool:
        """Whether it tells of use, not of an order alone."""
        return self.exposure.kind != "request" and self.exposure.problem is None

    def covers(self, day: date) -> bool:
        """Whether it was taken on ``day`` for sure, if at all."""
        return self.sure[0] <= day <= self.sure[1]

    def may_cover(self, day: date) -> bool:
        """Whether it may have been taken on ``day``."""
        return self.may[0] <= day <= self.may[1]


class Rise(NamedTuple):
    """The days on which a dose lay above the dose of before for sure, those on which it may have, and what says so."""

    sure: list[date]
    may: list[date]
    exposures: tuple[Exposure, ...]


def spans(record: Record, line: Timeline, on: Occasion) -> list[Span]:
    """Return every systemic glucocorticoid of ``record`` as a span."""
    return [_span(one, line, on) for one in systemic(record) if counts(one, on)]


def counts(one: Exposure, on: Occasion) -> bool:
    """Whether an exposure may count: a site can read prescriptions as no exposure."""
    return one.kind != "request" or on.site.interpretations.prescriptions != "not-exposure"


def rise(record: Record, line: Timeline, on: Occasion, days: Sequence[date], above: Decimal) -> Rise:
    """Return on which of ``days`` the dose lay more than ``above`` mg of prednisone above that of the day of baseline."""
    found, before = spans(record, line, on), reference_day(line, on)
    sure = [day for day in days if _least_rise(found, before, day) > above]
    may = [day for day in days if _most_rise(found, before, day) > above]
    told = [one.exposure for one in found if one.may[1] > before and any(map(one.may_cover, may))]
    return Rise(sure, may, tuple(told))


def ceiling(record: Record, line: Timeline, on: Occasion, days: Iterable[date], most: Decimal) -> bool | None:
    """Whether the dose was at most ``most`` mg of prednisone on each of ``days``."""
    found = spans(record, line, on)
    lowest = [_total((one for one in found if one.is_proven and one.covers(day)), ZERO) for day in days]
    if any(dose > most for dose in lowest):
        return False
    highest = [_total((one for one in found if one.may_cover(day)), UNBOUNDED) for day in days]
    return True if all(dose <= most for dose in highest) else None


def pulses(record: Record, on: Occasion, first: date, last: date) -> tuple[list[Exposure], list[Exposure]]:
    """Return the methylprednisolone of pulses that began from ``first`` to ``last``, and what may be part of one."""
    found = [course for course in courses(record, on) if course.kind in ("pulse", "small-pulse")]
    sure = [one for course in found if first <= course.first <= last for one in course.exposures]
    least = on.limits.pulse_dose.value * (100 - on.limits.pulse_tolerance.value) / 200
    vials = [one for one in systemic(record) if METHYLPREDNISOLONE in one.concepts and one.route not in ORAL_ROUTES]
    open_ = [one for one in vials if one not in sure and counts(one, on)]
    return sure, [one for one in open_ if _may_begin(one, first, last, on) and _may_reach(one, least)]


def reference_day(line: Timeline, on: Occasion) -> date:
    """Return the day whose dose is the dose of before: that of baseline, and never Day 0 itself."""
    assert line.day0 is not None
    eve = line.day0 - _DAY
    return min(eve, on.day_of(line.baseline)) if line.baseline else eve


def runs_longer(days: Sequence[date], least: int) -> list[date]:
    """Return the first run of more than ``least`` consecutive days among ``days``, which are in order; else nothing."""
    run: list[date] = []
    for day in [*days, date.max]:
        if run and day - run[-1] > _DAY:
            if len(run) > least:
                return run
            run = []
        run.append(day)
    return []


def days_between(first: date, last: date) -> list[date]:
    """Return every day from ``first`` to ``last``."""
    return [first + _DAY * number for number in range((last - first).days + 1)]


def _span(one: Exposure, line: Timeline, on: Occasion) -> Span:
    ends = [on.day_of(end) for end in last_exposure(one, on)]
    concept = next((name for name in sorted(one.concepts) if name in PREDNISONE_5_MG), "")
    dose = _daily(one)
    if dose is None and one.daily_mg_per_kg is not None and line.dose.weight is not None:
        dose = one.daily_mg_per_kg * line.dose.weight
    equal = None if dose is None else prednisone_equivalent(concept, dose)
    if one.when is None:
        return Span(one, concept, equal, (date.max, date.min), (date.min, ends[1]))
    starts = on.day_of(one.when.earliest), on.day_of(one.when.latest)
    return Span(one, concept, equal, (starts[1], ends[0]), (starts[0], ends[1]))


def _least_rise(found: list[Span], before: date, day: date) -> Decimal:
    """Return how much the dose of ``day`` lies above that of ``before`` at least, whether or not orders were followed."""
    now = _total((one for one in found if one.is_proven and one.covers(day)), ZERO)
    return now - _total((one for one in found if one.may_cover(before)), UNBOUNDED)


def _most_rise(found: list[Span], before: date, day: date) -> Decimal:
    """Return how much the dose of ``day`` may lie above that of ``before``.

    What was begun before and may go on raises nothing while it does; so it is looked at both as going on and as over.
    """
    begun = {id(one) for one in found if one.sure[0] <= before and one.may_cover(day)}
    going_on = [one for one in found if id(one) in begun and one.milligrams is not None]
    new = [one for one in found if id(one) not in begun and one.may_cover(day)]
    held = [one for one in found if one.is_proven and one.covers(before) and one.milligrams is not None]
    still = [one for one in going_on if one.covers(day)]
    stays = _total([*going_on, *new], UNBOUNDED) - _total({id(one): one for one in [*held, *going_on]}.values(), ZERO)
    ends = _total([*still, *new], UNBOUNDED) - _total({id(one): one for one in [*held, *still]}.values(), ZERO)
    return max(stays, ends)


def _total(taken: Iterable[Span], unknown: Decimal) -> Decimal:
    """Return a day's dose: by drug the most that one kind of resource adds up to, and all drugs together."""
    sums: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    for one in taken:
        sums[one.concept][one.exposure.kind] += unknown if one.milligrams is None else one.milligrams
    return sum((max(kinds.values()) for kinds in sums.values()), ZERO)


def _may_begin(one: Exposure, first: date, last: date, on: Occasion) -> bool:
    if one.when is None:
        return True
    return on.day_of(one.when.latest) >= first and on.day_of(one.when.earliest) <= last


def _may_reach(one: Exposure, milligrams: Decimal) -> bool:
    """Whether a day's dose of ``one`` may be ``milligrams`` or more."""
    dose = _daily(one)
    return dose is None or dose >= milligrams


def _daily(one: Exposure) -> Decimal | None:
    """Return a day's dose; that of one administration stands for its day."""
    return one.dose_mg if one.kind == "administration" and one.daily_mg is None else one.daily_mg
