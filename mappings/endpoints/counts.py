"""Platelet counts of week 12: what they reach, what they are held against, and whether a second count says the same."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

import msgspec

from mappings.criteria.verdicts import amount_of
from mappings.endpoints.responses import Question, all_of, any_of, at_least_share
from mappings.endpoints.visits import hull, usable, within
from mappings.facts import Measurement
from mappings.findings import Amount
from mappings.follow_reasons import CheckRule, Note
from mappings.followed import Check
from mappings.intervals import Interval
from mappings.site import Occasion

COUNTS: Final = ("lab.platelet",)
#: The reason of a response whose second count is not there.
UNCONFIRMED: Final = "unconfirmed"


def days_of(counts: Iterable[Measurement], ask: Question) -> tuple[date, date]:
    """Return the first and the last day on which the counts of the visit may have been taken, else its window."""
    whens = [one.when for one in counts if one.when]
    days = [ask.on.day_of(moment) for when in whens for moment in (when.earliest, when.latest)]
    return (min(days), max(days)) if days else ask.window


def complete(ask: Question, counts: Sequence[Measurement]) -> Check:
    """Return whether the count of the visit is that of a complete response."""
    limit = amount_of(ask.on.definitions.platelet_response.complete)
    return ask.held("platelets-complete", counts, _is_complete(ask, counts), limit)


def partial(ask: Question, counts: Sequence[Measurement], reference: Interval | Note) -> list[Check]:
    """Return whether the count of the visit reaches the floor, and the multiple of baseline."""
    floor = amount_of(ask.on.definitions.platelet_response.partial)
    return [
        ask.held("platelets-partial", counts, _is_above_floor(ask, counts), floor),
        _doubled(ask, counts, reference),
    ]


def _doubled(ask: Question, counts: Sequence[Measurement], reference: Interval | Note) -> Check:
    if isinstance(reference, str):
        return Check(rule="platelets-doubled", holds=None, reason=reference)
    fold = ask.on.definitions.platelet_response.fold.value
    limit = None if reference.exact is None else Amount(reference.exact * fold, "10*9/L")
    return ask.held("platelets-doubled", counts, _has_doubled(ask, counts, reference), limit)


def _is_complete(ask: Question, counts: Sequence[Measurement]) -> bool | None:
    limit = ask.on.definitions.platelet_response.complete.value
    return hull(one.value for one in counts).at_least(limit) if counts else None


def _is_above_floor(ask: Question, counts: Sequence[Measurement]) -> bool | None:
    limit = ask.on.definitions.platelet_response.partial.value
    return hull(one.value for one in counts).at_least(limit) if counts else None


def _has_doubled(ask: Question, counts: Sequence[Measurement], reference: Interval | Note) -> bool | None:
    if isinstance(reference, str) or not counts:
        return None
    fold = ask.on.definitions.platelet_response.fold.value
    return at_least_share(hull(one.value for one in counts), reference, fold)


def baseline(ask: Question) -> tuple[list[Measurement], Interval | Note]:
    """Return the baseline counts and their bounds, or why there is no baseline: the last, or the mean of the last two days'."""
    last = ask.at_baseline(COUNTS)
    found = ask.reference(last)
    if ask.on.definitions.platelet_response.baseline.value == "last" or isinstance(found, str):
        return last, found
    first_day = min(ask.on.day_of(one.when.earliest) for one in last if one.when)
    earlier = {id(one): "" for one in usable(ask.record, COUNTS) if not _is_before(one, first_day, ask.on)}
    other = without(ask, earlier).at_baseline(COUNTS)
    second = ask.reference(other)
    return [*last, *other], second if isinstance(second, str) else _mean(found, second)


def _is_before(one: Measurement, day: date, on: Occasion) -> bool:
    return one.when is not None and on.day_of(one.when.latest) < day


def _mean(one: Interval, other: Interval) -> Interval:
    low = None if one.low is None or other.low is None else (one.low + other.low) / 2
    high = None if one.high is None or other.high is None else (one.high + other.high) / 2
    return Interval(low, high, one.low_open or other.low_open, one.high_open or other.high_open)


def confirmed_complete(ask: Question, counts: Sequence[Measurement]) -> list[Check]:
    """Return whether a second count is that of a complete response too; nothing where none is asked."""
    return _confirmed(ask, counts, "confirmed-complete", lambda one: _is_complete(ask, [one]))


def confirmed_partial(ask: Question, counts: Sequence[Measurement], reference: Interval | Note) -> list[Check]:
    """Return whether a second count is that of a partial response too; nothing where none is asked."""

    def test(one: Measurement) -> bool | None:
        return all_of((_is_above_floor(ask, [one]), _has_doubled(ask, [one], reference)))

    return _confirmed(ask, counts, "confirmed-partial", test)


def _confirmed(
    ask: Question,
    counts: Sequence[Measurement],
    rule: CheckRule,
    test: Callable[[Measurement], bool | None],
) -> list[Check]:
    """Return whether a second count says the same; only a later one that does not can deny it, once all are in."""
    ours = ask.on.definitions.platelet_response
    if ours.confirmation.value == "off":
        return []
    days, on = days_of(counts, ask), ask.on
    others = candidates(ask, counts)
    answer = any_of(all_of((_is_apart(one, days, ask), test(one))) for one in others)
    if answer is None:
        return [Check(rule=rule, holds=None, reason="censored")]
    is_denied = any(_is_later(one, days, ask) for one in others) and on.today > days[1] + timedelta(
        days=ours.confirmation_most.days
    )
    if answer or is_denied:
        return [Check(rule=rule, holds=answer, reason="" if answer else "not-confirmed")]
    return [Check(rule=rule, holds=None, reason=UNCONFIRMED)]


def candidates(ask: Question, counts: Sequence[Measurement]) -> list[Measurement]:
    """Return the counts that may be far enough from those of the visit, and near enough, to confirm them."""
    days, chosen = days_of(counts, ask), {id(one) for one in counts}
    return [
        one
        for one in usable(ask.record, COUNTS)
        if counts and id(one) not in chosen and _is_apart(one, days, ask) is not False
    ]


def _is_apart(one: Measurement, days: tuple[date, date], ask: Question) -> bool | None:
    """Whether a count lies as many days from that of the visit, before or after, as a confirmation asks."""
    ours = ask.on.definitions.platelet_response
    least, most = (timedelta(days=each.days) for each in (ours.confirmation_least, ours.confirmation_most))
    sure = (days[1] - most, days[0] - least), (days[1] + least, days[0] + most)
    may = (days[0] - most, days[1] - least), (days[0] + least, days[1] + most)
    if any(within(one.when, *span, ask.on) for span in sure):
        return True
    return None if any(within(one.when, *span, ask.on) is not False for span in may) else False


def _is_later(one: Measurement, days: tuple[date, date], ask: Question) -> bool:
    return one.when is not None and ask.on.day_of(one.when.earliest) > days[1] and bool(_is_apart(one, days, ask))


def without(ask: Question, left_out: Mapping[int, str]) -> Question:
    """Return the question about a record without some counts, which are named by their ``id``."""
    kept = tuple(one for one in ask.record.series(COUNTS) if id(one) not in left_out)
    record = msgspec.structs.replace(ask.record, results={**ask.record.results, COUNTS[0]: kept})
    return msgspec.structs.replace(ask, record=record)
