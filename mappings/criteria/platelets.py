"""I02-ITP-2: consecutive platelet counts."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Final, Literal

import msgspec

from mappings.criteria.measured import is_below_zero, stale
from mappings.criteria.verdicts import judgement, met, not_met, unknown
from mappings.criteria.washout import last_exposure
from mappings.drugs import IMMUNOGLOBULIN, PLATELET_SUPPORT
from mappings.facts import Exposure, Fact, Measurement, Result
from mappings.findings import Amount, Finding
from mappings.intervals import ZERO, Interval
from mappings.limits import Limit
from mappings.record import Record
from mappings.site import Occasion

CLAUSE: Final = "I02-ITP-2"
PLATELETS: Final = ("lab.platelet",)


def platelets(record: Record, on: Occasion) -> Finding:
    """The latest two platelet counts both lie above 30 and below 50 x10^9/L.

    The counts of one day are one count, the lowest; where that lies in the range and another of the day may not, the
    clause is open. One count out of range is enough to fail, whatever the other is. A count that may owe something to
    transfused platelets or to immunoglobulin is laid before a person.
    """
    counts = record.series(PLATELETS)
    days = _by_day(counts, on)[: on.limits.platelet_counts.days]
    vague = _vague(counts, days, on)
    if vague:
        return unknown(CLAUSE, "partial-date", vague, concept=PLATELETS[0])
    usable, trouble = _usable(days, on)
    return trouble if trouble and not usable else _judged(usable, trouble, record, on)


def _by_day(counts: list[Result], on: Occasion) -> list[list[Result]]:
    """Return the counts of each calendar day, the latest day first; a count whose day is not known is of none."""
    days: dict[date, list[Result]] = {}
    for one in counts:
        first, last = _span(one, on)
        if first == last:
            days.setdefault(last, []).append(one)
    return [days[day] for day in sorted(days, reverse=True)]


def _span(one: Result, on: Occasion) -> tuple[date, date]:
    if one.when is None:  # of a count that could not be read not even the day may be known
        return date.min, on.today
    return on.day_of(one.when.earliest), on.day_of(one.when.latest)


def _vague(counts: list[Result], days: list[list[Result]], on: Occasion) -> list[Result]:
    """Return the counts whose day is not known and may be among the latest, or between them."""
    enough = len(days) == on.limits.platelet_counts.days
    since = _span(days[-1][0], on)[0] if enough else date.min
    spans = [(one, *_span(one, on)) for one in counts]
    return [one for one, first, last in spans if first != last and last >= since]


def _usable(days: list[list[Result]], on: Occasion) -> tuple[list[list[Measurement]], Finding | None]:
    """Return the latest days as far back as they can be used, and why there are not as many as asked."""
    usable: list[list[Measurement]] = []
    for window, day in zip(_windows(on), days, strict=False):
        trouble = stale(day[0], on, CLAUSE, PLATELETS[0], window.days) or _problem(day)
        if trouble:
            return usable, trouble
        usable.append([one for one in day if isinstance(one, Measurement)])
    counts = [one for day in usable for one in day]
    enough = len(usable) == on.limits.platelet_counts.days
    return usable, None if enough else unknown(CLAUSE, "missing", counts, concept=PLATELETS[0])


def _windows(on: Occasion) -> list[Limit]:
    """Return how old the latest count may be, and each one before it."""
    limits = on.limits
    return [limits.platelet_latest, *[limits.result_window] * (limits.platelet_counts.days - 1)]


def _judged(days: list[list[Measurement]], trouble: Finding | None, record: Record, on: Occasion) -> Finding:
    lowest, counts = [_lowest(day) for day in days], [one for day in days for one in day]
    answers, turns = [_between(one, on) for one in lowest], _turns(lowest, on)
    limit = Amount(on.limits.platelets_below.value, lowest[0].unit)
    numbers = [one.value.exact for one in lowest if one.value and one.value.exact is not None]
    exact = len(numbers) == len(lowest)
    value = Amount(max(numbers), limit.unit) if exact else None
    support = _support(counts, record, on)
    if support:
        return judgement(CLAUSE, "needs-person", [*counts, *support], value=value, limit=limit, turns=turns)
    if False in answers:
        return _out_of_range(lowest, counts, on, turns)
    if trouble:
        return msgspec.structs.replace(trouble, turns=turns)
    if not all(answers):
        return unknown(CLAUSE, "censored", counts, concept=PLATELETS[0], limit=limit, turns=turns)
    if not all(_between(one, on) for one in counts):
        return unknown(CLAUSE, "conflict", counts, concept=PLATELETS[0], limit=limit, turns=turns)
    margin = _margin(numbers, on) if exact else None
    return met(CLAUSE, "in-range", counts, value=value, limit=limit, margin=margin, turns=turns)


def _problem(day: list[Result]) -> Finding | None:
    bad = next((one for one in day if one.problem or not _is_number(one)), None)
    return unknown(CLAUSE, bad.problem or "no-value", [bad], concept=PLATELETS[0]) if bad else None


def _is_number(one: Result) -> bool:
    return isinstance(one, Measurement) and one.value is not None and not is_below_zero(one.value)


def _lowest(day: list[Measurement]) -> Measurement:
    """Return the lowest of a day's counts, within the bounds that all of them together leave for it."""
    values = [one.value for one in day if one.value]
    low = min(values, key=lambda value: (value.low is not None, value.low or ZERO, value.low_open))
    high = min(values, key=lambda value: (value.high is None, value.high or ZERO, not value.high_open))
    return msgspec.structs.replace(day[0], value=Interval(low.low, high.high, low.low_open, high.high_open))


def _between(one: Measurement, on: Occasion) -> bool | None:
    """Whether a count lies strictly between the floor and the ceiling."""
    assert one.value is not None
    below = one.value.below(on.limits.platelets_below.value)
    if on.site.interpretations.platelet_floor == "none":
        return below
    above = one.value.above(on.limits.platelets_above.value)
    return False if below is False or above is False else True if below and above else None


def _out_of_range(
    lowest: list[Measurement], counts: list[Measurement], on: Occasion, turns: tuple[date, ...]
) -> Finding:
    """Return the finding for the first count that is out of range, and on which side."""
    worst = next(one for one in lowest if _between(one, on) is False)
    assert worst.value is not None
    too_high = worst.value.below(on.limits.platelets_below.value) is False
    limit = on.limits.platelets_below if too_high else on.limits.platelets_above
    value = None if worst.value.exact is None else Amount(worst.value.exact, worst.unit)
    reason: Literal["above-limit", "below-limit"] = "above-limit" if too_high else "below-limit"
    return not_met(CLAUSE, reason, counts, value=value, limit=Amount(limit.value, worst.unit), turns=turns)


def _margin(numbers: list[Decimal], on: Occasion) -> Amount:
    """Return the distance of the counts from the nearer limit."""
    below, above = on.limits.platelets_below, on.limits.platelets_above
    distances = [below.value - max(numbers)]
    if on.site.interpretations.platelet_floor != "none":
        distances.append(min(numbers) - above.value)
    return Amount(min(distances), below.unit)


def _turns(pair: list[Measurement], on: Occasion) -> tuple[date, ...]:
    return tuple(
        on.day_of(one.when.latest) + timedelta(days=window.days + 1)
        for one, window in zip(pair, _windows(on), strict=False)
        if one.when
    )


def _support(pair: list[Measurement], record: Record, on: Occasion) -> list[Fact]:
    """Return the transfusions and immunoglobulin that may have lifted one of the counts."""
    limits = on.limits
    kinds = (
        (PLATELET_SUPPORT, limits.platelet_transfusion.days),
        (IMMUNOGLOBULIN, limits.platelet_immunoglobulin.days),
    )
    return [
        given
        for concepts, days in kinds
        for given in record.exposed(concepts)
        if any(_before(given, one, days, on) for one in pair)
    ]


def _before(given: Exposure, count: Measurement, days: int, on: Occasion) -> bool:
    """Whether ``given`` may lie within ``days`` days before ``count``; one without a start, or without an end, may."""
    assert count.when is not None
    if given.when is None:
        return True
    last = last_exposure(given, on)[1]
    opens = on.midnight(on.day_of(count.when.latest) - timedelta(days=days))
    return given.when.earliest <= count.when.latest and last >= opens
