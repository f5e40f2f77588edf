"""Which value counts at a visit, and which one is the baseline, where dates may be known only within bounds."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

import msgspec

from mappings.criteria.measured import is_below_zero
from mappings.criteria.verdicts import evidence_of
from mappings.facts import Fact, Measurement, Result
from mappings.findings import Amount
from mappings.follow_reasons import Note
from mappings.followed import Input, Timeline
from mappings.intervals import Interval, When
from mappings.limits import Limit
from mappings.record import Record
from mappings.site import Occasion


def nearest(
    record: Record, concepts: Iterable[str], line: Timeline, on: Occasion, day: Limit, window: Limit
) -> list[Measurement]:
    """Return the usable value taken closest to ``day``, within ``window`` days of it; of two as close, the later one.

    There are several where dates do not tell which it is; then each may be the one. A value whose date is not known
    well enough may lie outside the window: :func:`within` says whether any is there for sure.
    """
    first, last = visit(line, day, window)
    target = first + timedelta(days=window.days)
    there = [(one, within(one.when, first, last, on)) for one in usable(record, concepts)]
    best = max((_farthest(one.when, target, on) for one, answer in there if answer and one.when), default=None)
    return _last_issued(
        [
            one
            for one, answer in there
            if answer is not False and (not best or not one.when or _closest(one.when, target, on) >= best)
        ]
    )


def in_doubt(
    found: Sequence[Measurement],
    record: Record,
    concepts: Iterable[str],
    line: Timeline,
    on: Occasion,
    day: Limit,
    window: Limit,
) -> list[Measurement]:
    """Return the results that are closer to ``day`` than those ``found`` there, but that nobody can use.

    One that is preliminary keeps its number, and any other may be any number: the value of the visit is among them all.
    """
    first, last = visit(line, day, window)
    target = first + timedelta(days=window.days)
    best = min((_off(one.when, target, on) for one in found if one.when), default=None)
    return [
        one if one.problem == "preliminary" and one.value else msgspec.structs.replace(one, value=Interval(None, None))
        for one in record.series(concepts)
        if isinstance(one, Measurement)
        and one.problem not in (None, "no-value")
        and one.when
        and within(one.when, first, last, on)
        and best
        and _off(one.when, target, on) > best
    ]


def _off(when: When, target: date, on: Occasion) -> tuple[int, date]:
    """Return how well a moment fits a visit by its day alone: the fewer days off the better, then the later the better."""
    day = on.day_of(when.latest)
    return -abs((day - target).days), day


def baseline(record: Record, concepts: Iterable[str], line: Timeline, on: Occasion) -> list[Measurement]:
    """Return the last usable value at or before the instant of baseline, within its window of days.

    There are several where dates do not tell which it is; :func:`before` says whether any is there for sure.
    """
    there = [(one, before(one.when, line, on)) for one in usable(record, concepts)]
    best = max((one.when.earliest for one, answer in there if answer and one.when), default=None)
    return _last_issued(
        [one for one, answer in there if answer is not False and (not best or not one.when or one.when.latest >= best)]
    )


def usable(record: Record, concepts: Iterable[str]) -> list[Measurement]:
    """Return the results of ``concepts`` that are numbers and have no problem, the latest first."""
    return [one for one in record.series(concepts) if isinstance(one, Measurement) and is_usable(one)]


def is_usable(one: Result) -> bool:
    """Whether a result is a number that can decide anything."""
    if not isinstance(one, Measurement) or one.problem:
        return False
    return one.value is not None and not is_below_zero(one.value)


def visit(line: Timeline, day: Limit, window: Limit) -> tuple[date, date]:
    """Return the first and the last day of the visit on study day ``day``."""
    assert line.day0 is not None
    target, days = line.day0 + timedelta(days=day.days), timedelta(days=window.days)
    return target - days, target + days


def within(when: When | None, first: date, last: date, on: Occasion) -> bool | None:
    """Whether a moment lies on a day from ``first`` to ``last``."""
    if when is None:
        return None
    earliest, latest = on.day_of(when.earliest), on.day_of(when.latest)
    if latest < first or earliest > last:
        return False
    return True if first <= earliest and latest <= last else None


def before(when: When | None, line: Timeline, on: Occasion) -> bool | None:
    """Whether a moment lies at or before the instant of baseline, and within the window before it."""
    if line.baseline is None:
        return False
    if when is None:
        return None
    opens = on.midnight(on.day_of(line.baseline) - timedelta(days=on.definitions.treatment.baseline_window.days))
    answers = when.since(opens), when.until(line.baseline)
    return False if False in answers else True if all(answers) else None


def hull(values: Iterable[Interval | None]) -> Interval:
    """Return the interval that holds every one of ``values``."""
    known = [one for one in values if one is not None]
    lows, highs = [one.low for one in known], [one.high for one in known]
    low = None if None in lows else min(one for one in lows if one is not None)
    high = None if None in highs else max(one for one in highs if one is not None)
    low_open = all(one.low_open for one in known if one.low == low)
    return Interval(low, high, low_open, all(one.high_open for one in known if one.high == high))


def looked_at(one: Fact, line: Timeline, on: Occasion, note: Note = "") -> Input:
    """Return a fact as an input; with a ``note`` on why it does not count, it was not used."""
    value, unit = (one.value, one.unit) if isinstance(one, Measurement) else (None, "")
    exact, most = (value.exact, value.high) if value else (None, None)
    return Input(
        name=min(one.concepts),
        day=study_day(one.when, line, on),
        value=None if exact is None else Amount(exact, unit),
        below=None if most is None or exact is not None else Amount(most, unit),
        text=one.raw,
        used=not note,
        note=note,
        evidence=evidence_of([one])[0],
    )


def study_day(when: When | None, line: Timeline, on: Occasion) -> int | None:
    """Return the study day of a moment; ``None`` where not even the day is known."""
    if when is None or line.day0 is None or on.day_of(when.earliest) != on.day_of(when.latest):
        return None
    return (on.day_of(when.latest) - line.day0).days


def _closest(when: When, target: date, on: Occasion) -> tuple[int, datetime]:
    """Return how well a moment may fit a visit at best: the fewer days off the better, then the later the better."""
    day = min(max(target, on.day_of(when.earliest)), on.day_of(when.latest))
    return -abs((day - target).days), when.latest


def _farthest(when: When, target: date, on: Occasion) -> tuple[int, datetime]:
    """Return how well a moment fits a visit at worst."""
    days = (on.day_of(when.earliest), on.day_of(when.latest))
    return -max(abs((day - target).days) for day in days), when.earliest


def _last_issued(rivals: list[Measurement]) -> list[Measurement]:
    """Return of rivals of one time the one issued last, where all of them say when they were issued."""
    issued = [one.source.issued for one in rivals if one.source.issued]
    times = {(one.when.earliest, one.when.latest) if one.when else None for one in rivals}
    if not rivals or len(issued) < len(rivals) or len(times) > 1:
        return rivals
    return [one for one in rivals if one.source.issued == max(issued)]
