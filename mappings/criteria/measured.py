"""The one way in which the latest result is found, and a measured value is held against a limit."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

import msgspec

from mappings.criteria.verdicts import amount_of, met, not_met, unknown
from mappings.facts import CodedResult, Measurement, Result
from mappings.findings import Amount, Finding
from mappings.intervals import Interval
from mappings.limits import Limit
from mappings.record import Record
from mappings.site import NormalRange, Occasion

Judge = Callable[[Measurement], Finding]


def by_latest(
    record: Record, on: Occasion, clause: str, concepts: tuple[str, ...], days: int | None, judge: Judge
) -> Finding:
    """Answer ``clause`` by the latest measurement of ``concepts``, taken at most ``days`` days ago (``None``: ever).

    Several results that cannot be told apart in time must agree; where they do not, the answer is unknown.
    """
    rivals = record.latest(concepts)
    if not rivals:
        return unknown(clause, "missing", concept=concepts[0])
    return agreed([_by_one(result, on, clause, concepts[0], days, judge) for result in rivals], rivals)


def agreed(findings: list[Finding], rivals: list[Result]) -> Finding:
    """Return the one answer of ``findings``, or say that results that might all be the latest disagree.

    It rests on all of them, and turns when any of them does.
    """
    first, turns = findings[0], tuple(sorted({turn for finding in findings for turn in finding.turns}))
    if all(finding.state == first.state and finding.reason == first.reason for finding in findings):
        evidence = tuple(dict.fromkeys(each for finding in findings for each in finding.evidence))
        return msgspec.structs.replace(first, evidence=evidence, turns=turns)
    same_time = all(result.when == rivals[0].when for result in rivals)
    reason: Literal["conflict", "partial-date"] = "conflict" if same_time else "partial-date"
    return unknown(first.clause, reason, rivals, concept=first.concept or min(rivals[0].concepts), turns=turns)


def _by_one(result: Result, on: Occasion, clause: str, concept: str, days: int | None, judge: Judge) -> Finding:
    expired = stale(result, on, clause, concept, days)
    if expired:
        return expired
    if result.problem:
        return unknown(clause, result.problem, [result], concept=concept)
    if isinstance(result, CodedResult) or result.value is None or is_below_zero(result.value):
        return unknown(clause, "no-value", [result], concept=concept)
    finding = judge(result)
    return msgspec.structs.replace(finding, turns=finding.turns + expiry(result, on, days))


def is_below_zero(value: Interval) -> bool:
    """Whether a number is none that could have been measured: analysers write -1 or -999 for "no result"."""
    return (value.low is not None and value.low < 0) or (value.high is not None and value.high < 0)


def stale(result: Result, on: Occasion, clause: str, concept: str, days: int | None) -> Finding | None:
    """Return the open finding for a ``result`` that is, or may be, older than ``days`` days; else ``None``."""
    if days is None:
        return None
    recent = result.when and result.when.since(on.days_back(days))
    if recent:
        return None
    return unknown(clause, "partial-date" if recent is None else "outdated", [result], concept=concept)


def expiry(result: Result, on: Occasion, days: int | None) -> tuple[date, ...]:
    """Return the first day on which ``result`` is older than ``days`` days, as a turn."""
    if days is None or result.when is None:
        return ()
    return tuple({on.day_of(bound) + timedelta(days=days + 1) for bound in (result.when.earliest, result.when.latest)})


def of_one_day(one: Result, other: Result, on: Occasion) -> bool:
    """Whether two results are of one calendar day for sure."""
    times = [time for result in (one, other) if result.when for time in (result.when.earliest, result.when.latest)]
    return len({on.day_of(time) for time in times}) == 1


def at_least(clause: str, measured: Measurement, limit: Limit) -> Finding:
    """Whether ``measured`` reaches ``limit``; undecided while a bound of it lies on the other side."""
    assert measured.value is not None
    answer, number = measured.value.at_least(limit.value), measured.value.exact
    margin = None if number is None else number - limit.value
    return _held(clause, measured, amount_of(limit), answer, margin, "below-limit")


def at_most_times_normal(clause: str, measured: Measurement, limit: Limit, on: Occasion) -> Finding:
    """Whether ``measured`` is at most ``limit`` times the upper limit of normal of its own range, else of the site's."""
    assert measured.value is not None
    normal = upper_normal(measured, on)
    if normal is None:
        return unknown(clause, "no-range", [measured], concept=min(measured.concepts))
    highest = Amount(normal * limit.value, measured.unit)
    answer, number = measured.value.at_most(highest.value), measured.value.exact
    margin = None if number is None else highest.value - number
    return _held(clause, measured, highest, answer, margin, "above-limit")


def upper_normal(measured: Measurement, on: Occasion) -> Decimal | None:
    """Return the upper limit of normal, in the unit of ``measured``; ``None`` where neither it nor the site has one.

    An upper limit of zero is what systems send for "none": nothing could be a multiple of it.
    """
    if measured.high_normal is not None and measured.high_normal > 0:
        return measured.high_normal
    return next((r.high for r in _site_ranges(measured, on) if r.high is not None), None)


def lower_normal(measured: Measurement, on: Occasion) -> Decimal | None:
    """Return the lower limit of normal, in the unit of ``measured``; ``None`` where neither it nor the site has one.

    A lower limit of zero is what systems send for "none": nothing could lie below it.
    """
    if measured.low_normal is not None and measured.low_normal > 0:
        return measured.low_normal
    return next((r.low for r in _site_ranges(measured, on) if r.low is not None), None)


def _site_ranges(measured: Measurement, on: Occasion) -> Iterator[NormalRange]:
    ranges = (on.site.normal_ranges.get(concept) for concept in sorted(measured.concepts))
    return (one for one in ranges if one and one.unit == measured.unit)


def _held(
    clause: str,
    measured: Measurement,
    limit: Amount,
    answer: bool | None,
    margin: Decimal | None,
    beyond: Literal["below-limit", "above-limit"],
) -> Finding:
    assert measured.value is not None
    if answer is None:
        return unknown(clause, "censored", [measured], limit=limit, concept=min(measured.concepts))
    number = measured.value.exact
    value = None if number is None else Amount(number, measured.unit)
    distance = None if margin is None else Amount(margin, measured.unit)
    if answer:
        return met(clause, "in-range", [measured], value=value, limit=limit, margin=distance)
    return not_met(clause, beyond, [measured], value=value, limit=limit, margin=distance)
