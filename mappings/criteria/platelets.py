"""I02-ITP-2: consecutive platelet counts."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Final, Literal

import msgspec

from mappings.criteria.measured import stale
from mappings.criteria.verdicts import judgement, met, not_met, unknown
from mappings.drugs import IMMUNOGLOBULIN, PLATELET_SUPPORT
from mappings.facts import Exposure, Fact, Measurement, Result
from mappings.findings import Amount, Finding
from mappings.intervals import ZERO
from mappings.limits import Limit
from mappings.record import Record
from mappings.site import Occasion

CLAUSE: Final = "I02-ITP-2"
PLATELETS: Final = ("lab.platelet",)


def platelets(record: Record, on: Occasion) -> Finding:
    """The latest two platelet counts both lie above 30 and below 50 x10^9/L.

    The counts of one day are one count, the lowest. One count out of range is enough to fail, whatever the other is.
    A count that may owe something to transfused platelets or to immunoglobulin is laid before a person.
    """
    counts = record.series(PLATELETS)
    if not counts:
        return unknown(CLAUSE, "missing", concept=PLATELETS[0])
    vague = [one for one in counts if one.when and on.day_of(one.when.earliest) != on.day_of(one.when.latest)]
    if vague:
        return unknown(CLAUSE, "partial-date", vague, concept=PLATELETS[0])
    pair, trouble = _usable(_by_day(counts, on), on)
    return _judged(pair, trouble, record, on) if pair else trouble or unknown(CLAUSE, "missing", concept=PLATELETS[0])


def _usable(days: list[list[Result]], on: Occasion) -> tuple[list[Measurement], Finding | None]:
    """Return the latest counts as far back as they can be used, one a day, and why there are not as many as asked."""
    pair: list[Measurement] = []
    for window, day in zip(_windows(on), days, strict=False):
        trouble = stale(day[0], on, CLAUSE, PLATELETS[0], window.days) or _problem(day)
        if trouble:
            return pair, trouble
        pair.append(_lowest(day))
    enough = len(pair) == on.limits.platelet_counts.days
    return pair, None if enough else unknown(CLAUSE, "missing", pair, concept=PLATELETS[0])


def _windows(on: Occasion) -> list[Limit]:
    """Return how old the latest count may be, and each one before it."""
    limits = on.limits
    return [limits.platelet_latest, *[limits.result_window] * (limits.platelet_counts.days - 1)]


def _judged(pair: list[Measurement], trouble: Finding | None, record: Record, on: Occasion) -> Finding:
    answers, turns = [_between(one, on) for one in pair], _turns(pair, on)
    limit = Amount(on.limits.platelets_below.value, pair[0].unit)
    numbers = [one.value.exact for one in pair if one.value and one.value.exact is not None]
    value = Amount(max(numbers), pair[0].unit) if len(numbers) == len(pair) else None
    support = _support(pair, record, on)
    if support:
        return judgement(CLAUSE, "needs-person", [*pair, *support], value=value, limit=limit, turns=turns)
    if False in answers:
        return _out_of_range(pair, on, turns)
    if trouble:
        return msgspec.structs.replace(trouble, turns=turns)
    if all(answers):
        return met(CLAUSE, "in-range", pair, value=value, limit=limit, margin=_margin(numbers, on), turns=turns)
    return unknown(CLAUSE, "censored", pair, concept=PLATELETS[0], limit=limit, turns=turns)


def _problem(day: list[Result]) -> Finding | None:
    bad = next((one for one in day if one.problem or not isinstance(one, Measurement) or one.value is None), None)
    return unknown(CLAUSE, bad.problem or "no-value", [bad], concept=PLATELETS[0]) if bad else None


def _by_day(counts: list[Result], on: Occasion) -> list[list[Result]]:
    days: dict[date, list[Result]] = {}
    for one in counts:
        assert one.when is not None
        days.setdefault(on.day_of(one.when.latest), []).append(one)
    return [days[day] for day in sorted(days, reverse=True)]


def _lowest(day: list[Result]) -> Measurement:
    counts = [one for one in day if isinstance(one, Measurement) and one.value]
    return min(counts, key=lambda one: (one.value and one.value.low) or ZERO)


def _between(one: Measurement, on: Occasion) -> bool | None:
    """Whether a count lies strictly between the floor and the ceiling."""
    assert one.value is not None
    below = one.value.below(on.limits.platelets_below.value)
    if on.site.interpretations.platelet_floor == "none":
        return below
    above = one.value.above(on.limits.platelets_above.value)
    return False if below is False or above is False else True if below and above else None


def _out_of_range(pair: list[Measurement], on: Occasion, turns: tuple[date, ...]) -> Finding:
    """Return the finding for the first count that is out of range, and on which side."""
    worst = next(one for one in pair if _between(one, on) is False)
    assert worst.value is not None
    too_high = worst.value.below(on.limits.platelets_below.value) is False
    limit = on.limits.platelets_below if too_high else on.limits.platelets_above
    value = None if worst.value.exact is None else Amount(worst.value.exact, worst.unit)
    reason: Literal["above-limit", "below-limit"] = "above-limit" if too_high else "below-limit"
    return not_met(CLAUSE, reason, pair, value=value, limit=Amount(limit.value, worst.unit), turns=turns)


def _margin(numbers: list[Decimal], on: Occasion) -> Amount:
    """Return the distance of the two counts from the nearer limit."""
    limits = on.limits
    distances = [limits.platelets_below.value - max(numbers)] if numbers else []
    if on.site.interpretations.platelet_floor != "none" and numbers:
        distances.append(min(numbers) - limits.platelets_above.value)
    return Amount(min(distances, default=ZERO), limits.platelets_below.unit)


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
    """Whether ``given`` may lie within ``days`` days before ``count``; an undated one may."""
    assert count.when is not None
    if given.when is None:
        return True
    last = given.ended.latest if given.ended else given.when.latest
    opens = on.midnight(on.day_of(count.when.latest) - timedelta(days=days))
    return given.when.earliest <= count.when.latest and last >= opens
