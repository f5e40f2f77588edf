"""The window day by day: whether the participant was followed, and what hangs over each day."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

import msgspec

from mappings.facts import Measurement, Result, Stay
from mappings.follow_reasons import DltWhy
from mappings.followed import DltDay, DltEvent, DltState, Timeline
from mappings.intervals import When
from mappings.record import ANY_TYPE, Record
from mappings.safety.grading import TABLES
from mappings.site import Occasion
from mappings.timeline import day_on

#: What outweighs what where several things are true of one day, or of the days of one window.
WEIGHT: Final[tuple[DltState, ...]] = ("none", "open", "data-gap", "dlt")
#: Concepts of results by which somebody looked for toxicity: what the CTCAE grades, vital signs, and grades themselves.
LOOKED_FOR: Final = frozenset(concept for terms in TABLES.values() for term in terms for concept in term.concepts) | {
    *("vital.bp_panel", "vital.dbp", "vital.heart_rate", "vital.map", "vital.resp_rate", "vital.sbp", "vital.spo2"),
    *("obs.crs_grade", "obs.icans_grade", "obs.ice_score"),
}

#: Types of resources that alone may tell of an event, of a death, or of what a person said of an event.
TELLING: Final = frozenset({"AdverseEvent", "Condition", "Patient", "QuestionnaireResponse", ANY_TYPE})
#: The counts that the rule of cytopenia asks for at the end of the window.
COUNTS: Final = ("lab.neutrophil_abs", "lab.platelet")


class Pending(msgspec.Struct, frozen=True):
    """What an event does to the window: from ``begins`` on it is waited for, and from ``since`` on ``state`` stands."""

    event: DltEvent
    state: DltState
    begins: date
    since: date


def days_of(line: Timeline, pending: Sequence[Pending], record: Record, on: Occasion) -> tuple[DltDay, ...]:
    """Return every day of the window with its state. ``line`` has a Day 0."""
    first = day_on(line, 0)
    looked = sorted({first, *(day for day in _looked(record, line, on) if first <= day <= on.today)})
    unread: list[tuple[DltState, DltWhy]] = [] if TELLING.isdisjoint(record.unread) else [("data-gap", "unread")]
    last = on.definitions.dlt.window.days
    return tuple(
        _day(
            number,
            day_on(line, number),
            looked,
            [*unread, _counted(day_on(line, last), record, on)] if number == last else unread,
            line,
            pending,
            on,
        )
        for number in range(last + 1)
    )


def _day(
    number: int,
    day: date,
    looked: Sequence[date],
    besides: Sequence[tuple[DltState, DltWhy]],
    line: Timeline,
    pending: Sequence[Pending],
    on: Occasion,
) -> DltDay:
    hanging = [one for one in pending if one.state != "none" and day >= one.begins]
    states = [*(_by_event(one, day) for one in hanging), _followed(day, looked, line, on), *besides]
    state, why = max(states, key=lambda one: WEIGHT.index(one[0]))
    return DltDay(number, day, state, why)


def _by_event(one: Pending, day: date) -> tuple[DltState, DltWhy]:
    if one.state == "open" or day < one.since:
        return "open", "event-pending"
    return one.state, "dlt" if one.state == "dlt" else "event-undecided"


def _followed(day: date, looked: Sequence[date], line: Timeline, on: Occasion) -> tuple[DltState, DltWhy]:
    """Return whether the participant was there and looked after on ``day``.

    A day is vouched for by an assessment on it; or by one before and one after it that lie no more than the longest
    gap apart. As long as none has come after it, it stays open, and once the longest gap is over it is one.
    """
    died = death_day(line, on)
    if died and day >= died:
        return "data-gap", "died"
    if line.left and day >= on.day_of(line.left.earliest):
        return "data-gap", "left"
    if day >= on.today:
        return "open", "not-over"
    before, after = looked[bisect_right(looked, day) - 1], bisect_left(looked, day)
    until = looked[after] if after < len(looked) else on.today
    if (until - before).days > on.definitions.dlt.longest_gap.days:
        return "data-gap", "gap"
    return ("none", "no-event") if after < len(looked) else ("open", "unseen")


def _counted(last: date, record: Record, on: Occasion) -> tuple[DltState, DltWhy]:
    """Return whether cytopenia could be told at the end of the window: neutrophils and platelets were counted about then.

    Counts of any later day tell it as well; one may still come for as long as the longest gap.
    """
    gap = timedelta(days=on.definitions.dlt.longest_gap.days)
    if all(any(_is_count(one, last - gap, on) for one in record.series((concept,))) for concept in COUNTS):
        return "none", "no-event"
    return ("open", "unseen") if on.today <= last + gap else ("data-gap", "no-count")


def _is_count(result: Result, since: date, on: Occasion) -> bool:
    return _says_something(result) and result.when is not None and on.day_of(result.when.earliest) >= since


def death_day(line: Timeline, on: Occasion) -> date | None:
    """Return the first day on which the participant may have died: nobody who died is seen on a later day."""
    if line.died is None:
        return None
    first, last = on.day_of(line.died.earliest), on.day_of(line.died.latest)
    return max(first, min(line.seen or first, last))


def _looked(record: Record, line: Timeline, on: Occasion) -> Iterator[date]:
    """Yield each day on which somebody looked for sure; whoever saw the participant die did."""
    yield from _day_of(line.died, on)
    for result in record.series(LOOKED_FOR):
        if _says_something(result):
            yield from _day_of(result.when, on)
    for report in record.reports:
        yield from _day_of(report.when, on)
    for stay in record.stays:
        yield from _stayed(stay, line, on)


def _says_something(result: Result) -> bool:
    if result.problem:
        return False
    return result.value is not None if isinstance(result, Measurement) else bool(result.answer or result.codes)


def _day_of(when: When | None, on: Occasion) -> Iterator[date]:
    """Yield the calendar day of ``when``, where it is known to the day."""
    if when and on.day_of(when.earliest) == on.day_of(when.latest):
        yield on.day_of(when.latest)


def _stayed(stay: Stay, line: Timeline, on: Occasion) -> Iterator[date]:
    """Yield the days of a visit, or each day of a stay in hospital; one that still goes on reaches to the last entry."""
    if stay.problem:
        return
    yield from _day_of(stay.when, on)
    yield from _day_of(stay.ended, on)
    if stay.inpatient and stay.when:
        first = max(on.day_of(stay.when.latest), day_on(line, 0))
        last = on.day_of(stay.ended.earliest) if stay.ended else line.seen if stay.ongoing else None
        days = (min(last, on.today) - first).days + 1 if last else 0
        yield from (first + timedelta(days=number) for number in range(days))
