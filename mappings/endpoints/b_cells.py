"""Depletion and recovery of CD19+ B cells after the infusion.

There is one count a day: of several on one day, what lies between them. A count that may lie on either side of the limit
leaves open what turns on it.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final, Literal

import msgspec

from mappings.endpoints.courses import HUNDRED, at_baseline, in_time
from mappings.endpoints.visits import baseline, hull, is_usable, looked_at, study_day, usable
from mappings.facts import Measurement, Result
from mappings.follow_reasons import BCellReason
from mappings.followed import BCells, Input, Timeline
from mappings.record import Record
from mappings.site import Occasion

CD19: Final = "lab.cd19_abs"
_NO_COUNTS: Final[BCellReason] = "no-counts"
#: A study day, and whether the count of that day lies above the limit (``None``: nobody can tell).
Count = tuple[int, bool | None]


def b_cells(record: Record, line: Timeline, on: Occasion) -> BCells:
    """Return when B cells (10*9/L) were depleted and came back, as far as counts tell; ``reason`` says what they do not.

    They are depleted from the first day at or below the limit until the first of so many counts in a row above it.
    """
    if line.day0 is None:
        return _untold("no-day-0")
    day0, results = line.day0, record.series((CD19,))
    after = [one for one in results if one.when is None or on.day_of(one.when.latest) >= day0]
    if not after:
        return BCells(reason=_joined(_beforehand(record, line, on), _NO_COUNTS))
    span, lowest = _span(after, line, on), _nadir(after, record, line, on)
    reason = _joined(_beforehand(record, line, on), span.reason, lowest.reason)
    return msgspec.structs.replace(span, nadir=lowest.nadir, nadir_percent=lowest.nadir_percent, reason=reason)


def _joined(*reasons: str) -> str:
    return " ".join(filter(None, reasons))


def _untold(why: BCellReason, depleted: int | None = None, nadir: Input | None = None) -> BCells:
    return BCells(depleted=depleted, nadir=nadir, reason=why)


def _beforehand(record: Record, line: Timeline, on: Occasion) -> BCellReason | Literal[""]:
    """Return whether B cells were depleted before the infusion already, at baseline or at the last count before Day 0."""
    limit = on.definitions.dynamics.depleted.value
    if any(one.value and one.value.at_most(limit) for one in baseline(record, (CD19,), line, on)):
        return "depleted-at-baseline"
    earlier = [one for one in usable(record, (CD19,)) if (study_day(one.when, line, on) or 0) < 0]
    return "depleted-before-infusion" if any(one.value and one.value.at_most(limit) for one in earlier[:1]) else ""


def _span(after: Sequence[Result], line: Timeline, on: Occasion) -> BCells:
    """Return first and last day of depletion, where it is the same on whichever side the undecided counts lie."""
    counts = _by_day(after, line, on)
    if counts is None:
        return _untold("partial-date")
    needed = int(on.definitions.dynamics.recovery_counts.value)
    high, low = (
        _read([(day, otherwise if above is None else above) for day, above in counts], needed)
        for otherwise in (True, False)
    )
    if high[0] != low[0]:
        return _untold("undecided-counts")
    depleted, recovered = high
    if depleted is None:
        return _untold("never-depleted")
    if high != low:
        return _untold("undecided-counts", depleted)
    if recovered is None:
        return _untold("not-recovered", depleted)
    return BCells(depleted=depleted, recovered=recovered, aplasia_days=recovered - depleted)


def _by_day(after: Sequence[Result], line: Timeline, on: Occasion) -> list[Count] | None:
    """Return one count for each day, in order; ``None`` where the day of one is not known."""
    days: dict[int, list[Result]] = {}
    for one in after:
        day = study_day(one.when, line, on)
        if day is None:
            return None
        days.setdefault(day, []).append(one)
    limit = on.definitions.dynamics.depleted.value
    return [(day, _is_above(found, limit)) for day, found in sorted(days.items())]


def _is_above(of_one_day: Iterable[Result], limit: Decimal) -> bool | None:
    values = [one.value for one in of_one_day if isinstance(one, Measurement) and is_usable(one)]
    return hull(values).above(limit) if values else None


def _read(counts: Sequence[tuple[int, bool]], needed: int) -> tuple[int | None, int | None]:
    """Return the first day at or below the limit, and after it the first of ``needed`` counts in a row above it."""
    depleted = next((day for day, above in counts if not above), None)
    later = [one for one in counts if depleted is not None and one[0] > depleted]
    runs = (later[start : start + needed] for start in range(len(later) - needed + 1))
    return depleted, next((run[0][0] for run in runs if all(above for _, above in run)), None)


def _nadir(after: Sequence[Result], record: Record, line: Timeline, on: Occasion) -> BCells:
    """Return the lowest count, the first of several, and what per cent of the baseline it is where both are numbers.

    It is in doubt where another that has no number, or cannot be used, may be lower.
    """
    known = [one for one in after if isinstance(one, Measurement) and is_usable(one)]
    counts = [one for one in known if one.value and one.value.high is not None]
    if not counts:
        return _untold("nadir-in-doubt")
    lowest = min(counts, key=lambda one: (*_most(one), *in_time(one)))
    nadir, base = looked_at(lowest, line, on), at_baseline(record, CD19, line, on)
    if any(_may_be_lower(one, lowest.value.exact if lowest.value else None) for one in after):
        return _untold("nadir-in-doubt", nadir=nadir)
    if not (nadir.value and base.used and base.value and base.value.value):
        return BCells(nadir=nadir)
    return BCells(nadir=nadir, nadir_percent=nadir.value.value / base.value.value * HUNDRED)


def _most(one: Measurement) -> tuple[Decimal, bool]:
    """Return the highest that ``one`` can be; "<0.01" is lower than 0.01."""
    assert one.value is not None
    assert one.value.high is not None
    return one.value.high, not one.value.high_open


def _may_be_lower(one: Result, nadir: Decimal | None) -> bool:
    """Whether ``one`` may lie below the ``nadir``; below one that is itself only known to lie below a limit none does."""
    if not isinstance(one, Measurement) or one.value is None or not is_usable(one):
        return True
    return nadir is not None and (one.value.low is None or one.value.low < nadir)
