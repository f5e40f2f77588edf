"""Expansion of the infused cells: peak, last quantifiable value, area under the curve and terminal half-life.

Non-compartmental: the area by the linear trapezoid, the half-life by log-linear regression over every quantified value
after the peak. Each analyte is held in its own unit: copies of the transgene per ug of DNA, STAR+ T cells per uL and in
per cent. Times are days from the start of the infusion: fractions where sample and infusion have a time of day, else
whole study days. All of it is Decimal, logarithms too, so that no figure depends on the machine.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import groupby, pairwise
from typing import Any, Final

import msgspec

from mappings.criteria.measured import is_below_zero
from mappings.definitions import named
from mappings.endpoints.courses import in_time, unit_in
from mappings.endpoints.visits import looked_at, study_day
from mappings.facts import Measurement, Result
from mappings.follow_reasons import ExpansionReason, Note
from mappings.followed import Expansion, Timeline
from mappings.intervals import ZERO, When
from mappings.record import Record
from mappings.site import Occasion

ANALYTES: Final = ("pk.transgene_copies", "pk.star_cells", "pk.star_cells_pct")
#: A time of day is told at least to the minute; a longer span is a day, or a collection.
MOMENT: Final = timedelta(minutes=1)
TICK: Final = timedelta(microseconds=1)
DAY: Final = timedelta(days=1) // TICK
Point = tuple[Decimal, Decimal]


class Sample(msgspec.Struct, frozen=True):
    """One result, ``time`` days after the infusion or ``before`` it. ``note`` says why it does not count.

    ``quantified``: whether it is at or above the limit of quantification (``None``: nobody can tell). ``most`` is the
    highest that it can be, the number itself where there is one; ``None`` is no bound, or a limit that is not told.
    """

    result: Result
    quantified: bool | None
    most: Decimal | None = None
    note: Note = ""
    time: Decimal | None = None
    before: bool | None = None


def kinetics(record: Record, line: Timeline, on: Occasion) -> tuple[Expansion, ...]:
    """Return the kinetics of every analyte in every unit in which it was measured; none without a time of infusion."""
    if line.day0 is None or line.infused is None:
        return ()
    return tuple(_by_unit(record, line, line.infused, on))


def _by_unit(record: Record, line: Timeline, infused: When, on: Occasion) -> Iterable[Expansion]:
    for analyte in ANALYTES:
        results = sorted(record.series((analyte,)), key=in_time)
        for unit in sorted(set(map(unit_in, results))):
            placed = [_placed(_valued(one), infused, line, on) for one in results if unit_in(one) == unit]
            samples = sorted(_without_rivals(placed), key=lambda one: in_time(one.result))
            yield Expansion(
                analyte=analyte,
                unit=unit,
                definition=named("kinetics", on),
                **_parameters(samples, infused, on),
                samples=tuple(looked_at(one.result, line, on, one.note) for one in samples),
            )


def _valued(one: Result) -> Sample:
    """Return what ``one`` says of its value; "undetected" lies below a limit that is not told, 0 below every limit."""
    value = one.value if isinstance(one, Measurement) else None
    if one.problem or (value is not None and is_below_zero(value)):
        return Sample(one, None, note=one.problem or "no-value")
    if value is None:
        return Sample(one, False) if one.answer == "negative" else Sample(one, None, note="no-value")
    if value.exact is not None:
        return Sample(one, value.exact > 0, value.exact)
    is_below_limit = not value.low and value.high is not None
    return Sample(one, not is_below_limit, value.high, "" if is_below_limit else "censored")


def _placed(sample: Sample, infused: When, line: Timeline, on: Occasion) -> Sample:
    """Return ``sample`` with its place in time. One on Day 0 in which nothing was found is zero on either side of it."""
    when = sample.result.when
    if when is None:
        return msgspec.structs.replace(sample, note=sample.note or "no-date")
    before = True if when.latest <= infused.earliest else False if when.earliest > infused.latest else None
    time = _time(when, infused, line, on)
    if before is None and sample.quantified is False and time is not None:
        before = True
    return msgspec.structs.replace(sample, time=time, before=before, note=sample.note or _doubt(time, before))


def _doubt(time: Decimal | None, before: bool | None) -> Note:
    """Return why a sample has no place in time; of one before the infusion no place is asked."""
    if before:
        return ""
    return "partial-date" if time is None else "before-or-after-infusion" if before is None else ""


def _time(when: When, infused: When, line: Timeline, on: Occasion) -> Decimal | None:
    """Return the days from the infusion: exact between two moments, else whole days; ``None`` without even a day."""
    if all(one.latest - one.earliest < MOMENT for one in (when, infused)):
        return Decimal((when.earliest - infused.earliest) // TICK) / DAY
    day = study_day(when, line, on)
    return None if day is None else Decimal(day)


def _without_rivals(samples: Sequence[Sample]) -> Iterable[Sample]:
    """Yield ``samples``: of one time after the infusion only one value counts, and none where they differ."""
    yield from (one for one in samples if one.note or one.before)
    counting = sorted((one for one in samples if not one.note and not one.before), key=_time_of)
    for _, group in groupby(counting, key=_time_of):
        first, *others = group
        alike = all((one.quantified, one.most) == (first.quantified, first.most) for one in others)
        yield first if alike else msgspec.structs.replace(first, note="conflict")
        note: Note = "duplicate" if alike else "conflict"
        yield from (msgspec.structs.replace(one, note=note) for one in others)


def _time_of(one: Sample) -> Decimal:
    assert one.time is not None
    return one.time


def _parameters(samples: Sequence[Sample], infused: When, on: Occasion) -> dict[str, Any]:
    """Return the parameters that can be told; ``reason`` names what stands in the way of the others."""
    after = sorted((one for one in samples if not one.note and one.before is False), key=_time_of)
    others = [one for one in samples if one.note != "duplicate" and _may_follow(one, infused)]
    uncounted = [one for one in others if one.note or not one.quantified]
    counted = [one for one in after if one.quantified]
    if not counted:
        doubted = any(one.quantified is not False for one in uncounted)
        none: ExpansionReason = "unusable-samples" if doubted else "never-quantified" if after else "no-sample"
        return {"reason": none}
    points = [_point(one) for one in counted]
    peak = max(points, key=lambda point: (point[1], -point[0]))
    last = {} if any(_may_be_later(one, counted[-1]) for one in uncounted) else _named(points[-1], "tlast", "clast")
    reasons: list[ExpansionReason] = [] if last else ["last-in-doubt"]
    if any(_may_exceed(one, peak[1]) for one in uncounted):
        reasons.append("peak-in-doubt")
        return {**last, "reason": " ".join(reasons)}
    area, why = _area(samples, after, peak[0], on)
    decline, why_not = _decline([point for point in points if point[0] > peak[0]], on)
    reasons += [one for one in (why, why_not) if one]
    return {**last, **_named(peak, "tmax", "cmax"), **area, **decline, "reason": " ".join(reasons)}


def _point(one: Sample) -> Point:
    assert one.most is not None
    return _time_of(one), one.most


def _named(point: Point, time: str, value: str) -> dict[str, Any]:
    return {time: point[0], value: point[1]}


def _may_follow(one: Sample, infused: When) -> bool:
    when = one.result.when
    return when is None or when.latest > infused.earliest


def _may_be_later(one: Sample, last: Sample) -> bool:
    """Whether ``one``, which does not count, may be a quantified value after the ``last`` that does."""
    when, known = one.result.when, last.result.when
    return one.quantified is not False and (when is None or known is None or when.latest > known.latest)


def _may_exceed(one: Sample, peak: Decimal) -> bool:
    """Whether ``one``, which does not count or was not quantified, may be the peak all the same."""
    if one.quantified is False:
        return one.most is not None and one.most > peak
    return one.most is None or one.most >= peak


def _area(
    samples: Sequence[Sample], after: Sequence[Sample], tmax: Decimal, on: Occasion
) -> tuple[dict[str, Any], ExpansionReason | None]:
    """Return the area under the curve from zero at Day 0, by linear trapezoids; or nothing, and why.

    It ends at the planned day, between two samples by linear interpolation, or earlier with the last sample.
    """
    if any(one.before and one.quantified for one in samples):
        return {}, "quantified-before-infusion"
    values = [(_time_of(one), _counted_as(one, tmax, after, on)) for one in after]
    known = [(time, value) for time, value in values if value is not None]
    if len(known) < len(values):
        return {}, "limit-not-told"
    end = on.definitions.kinetics.auc_days.value
    curve = _until(end, [(ZERO, ZERO), *known])
    area = sum(((later - time) * (value + other) / 2 for (time, value), (later, other) in pairwise(curve)), ZERO)
    return {"auc": area, "auc_to": curve[-1][0], "truncated": curve[-1][0] < end}, None


def _counted_as(one: Sample, tmax: Decimal, after: Sequence[Sample], on: Occasion) -> Decimal | None:
    """Return the number that stands for ``one`` under the curve; ``None`` where it is half of a limit nobody tells."""
    if one.quantified:
        return one.most
    time, choice = _time_of(one), on.definitions.kinetics.below_limit.value
    is_between = time > tmax and any(other.quantified and _time_of(other) > time for other in after)
    if choice == "zero" or not is_between:
        return ZERO
    return None if one.most is None else one.most / 2


def _until(end: Decimal, curve: Sequence[Point]) -> list[Point]:
    """Return ``curve`` up to ``end``, with a point there where samples lie on both sides of it."""
    kept = [point for point in curve if point[0] <= end]
    beyond = [point for point in curve if point[0] > end]
    if not beyond or kept[-1][0] == end:
        return kept
    (time, value), (later, other) = kept[-1], beyond[0]
    return [*kept, (end, value + (other - value) * (end - time) / (later - time))]


def _decline(points: Sequence[Point], on: Occasion) -> tuple[dict[str, Any], ExpansionReason | None]:
    """Return the half-life in days and how well ``points`` lie on the line (r squared); or why there is none.

    Ordinary least squares of the natural logarithm on time.
    """
    limits = on.definitions.kinetics
    if len(points) < limits.terminal_points.value:
        return {}, "too-few-points"
    slope, fit = _regression([(time, value.ln()) for time, value in points])
    if slope >= 0:
        return {"fit": fit}, "no-decline"
    if fit < limits.terminal_fit.value:
        return {"fit": fit}, "poor-fit"
    return {"fit": fit, "half_life": Decimal(2).ln() / -slope}, None


def _regression(points: Sequence[Point]) -> tuple[Decimal, Decimal]:
    """Return the slope of the line through ``points`` and r squared, which is 0 where all lie at one height."""
    count = len(points)
    x_mean, y_mean = (sum(one, ZERO) / count for one in zip(*points, strict=True))
    xx = sum(((x - x_mean) ** 2 for x, _ in points), ZERO)
    yy = sum(((y - y_mean) ** 2 for _, y in points), ZERO)
    xy = sum(((x - x_mean) * (y - y_mean) for x, y in points), ZERO)
    return xy / xx, xy * xy / (xx * yy) if yy else ZERO
