"""Numbers and instants known only within bounds."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.intervals import Interval, When, exactly, opposite

title = "Intervals"
Compare = Callable[[Interval, Decimal], bool | None]
COMPARISONS: list[Compare] = [Interval.at_least, Interval.above, Interval.at_most, Interval.below]
_NUMBER = st.decimals("-20", "20", places=1)


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    """Draw an interval that holds at least one number."""
    low, high = (draw(st.none() | _NUMBER) for _ in "ab")
    if low is not None and high is not None:
        low, high = min(low, high), max(low, high)
    closed = low == high
    return Interval(low, high, draw(st.booleans()) and not closed, draw(st.booleans()) and not closed)


def holds(interval: Interval, number: Decimal) -> bool:
    """Whether ``number`` lies in ``interval``."""
    above = interval.low is None or number > interval.low or (number == interval.low and not interval.low_open)
    below = interval.high is None or number < interval.high or (number == interval.high and not interval.high_open)
    return above and below


@pytest.mark.parametrize(
    ("interval", "at_least", "above", "at_most", "below"),
    [
        (exactly(Decimal(5)), True, False, True, False),
        (exactly(Decimal(4)), False, False, True, True),
        (exactly(Decimal(6)), True, True, False, False),
        (Interval(Decimal(5), None), True, None, None, False),
        (Interval(Decimal(5), None, low_open=True), True, True, False, False),
        (Interval(None, Decimal(5)), None, False, True, None),
        (Interval(None, Decimal(5), high_open=True), False, False, True, True),
        (Interval(Decimal(4), Decimal(6)), None, None, None, None),
        (Interval(Decimal(4), Decimal(5)), None, False, True, None),
        (Interval(None, None), None, None, None, None),
        (Interval(Decimal(0), None), None, None, None, None),
    ],
)
def test_a_comparison_is_decided_when_the_whole_interval_lies_on_one_side(
    interval: Interval, at_least: bool | None, above: bool | None, at_most: bool | None, below: bool | None
) -> None:
    """Against 5: the limit itself belongs to "at least" and "at most", and an open bound leaves it out."""
    five = Decimal(5)
    found = (interval.at_least(five), interval.above(five), interval.at_most(five), interval.below(five))
    assert found == (at_least, above, at_most, below)


@given(intervals(), _NUMBER, _NUMBER)
def test_whatever_is_decided_is_true_of_every_number_in_the_interval(
    interval: Interval, limit: Decimal, number: Decimal
) -> None:
    """No number in the interval contradicts a decided comparison."""
    if holds(interval, number):
        for compare in COMPARISONS:
            answer = compare(interval, limit)
            assert answer is None or answer == compare(exactly(number), limit)


@given(intervals(), intervals(), _NUMBER)
def test_to_know_more_never_turns_a_decided_comparison(wide: Interval, narrow: Interval, limit: Decimal) -> None:
    """A narrower interval decides the same way, or decides what was open."""
    bounds = [bound for bound in (narrow.low, narrow.high) if bound is not None]
    inside = len(bounds) == 2 and all(holds(wide, bound) for bound in bounds)
    for compare in COMPARISONS:
        answer = compare(wide, limit)
        if inside and answer is not None:
            assert compare(narrow, limit) == answer


@given(intervals(), _NUMBER)
def test_the_four_comparisons_agree(interval: Interval, limit: Decimal) -> None:
    """More is never less, and what is above is at least."""
    assert interval.below(limit) == opposite(interval.at_least(limit))
    assert interval.at_most(limit) == opposite(interval.above(limit))
    assert interval.above(limit) is not True or interval.at_least(limit) is True
    assert interval.below(limit) is not True or interval.at_most(limit) is True


@pytest.mark.parametrize(
    ("interval", "exact"),
    [
        (exactly(Decimal("7.30")), "7.30"),
        (exactly(Decimal(0)), "0"),
        (Interval(Decimal(1), Decimal(2)), None),
        (Interval(None, None), None),
        (Interval(None, Decimal(0)), None),
    ],
)
def test_a_number_is_exact_where_both_bounds_are_one(interval: Interval, exact: str | None) -> None:
    """Zero is a number; no bound is none."""
    assert (None if interval.exact is None else str(interval.exact)) == exact


NOON = datetime(2025, 6, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("first", "last", "since", "until"),
    [
        (NOON, NOON, True, True),
        (NOON + HOUR, NOON + 2 * HOUR, True, False),
        (NOON - 2 * HOUR, NOON - HOUR, False, True),
        (NOON - HOUR, NOON + HOUR, None, None),
        (NOON - HOUR, NOON, None, True),
        (NOON, NOON + HOUR, True, None),
    ],
)
def test_a_time_lies_before_or_after_an_instant_or_either(
    first: datetime, last: datetime, since: bool | None, until: bool | None
) -> None:
    """Both ends and the instant itself belong to it."""
    when = When(first, last)
    assert (when.since(NOON), when.until(NOON)) == (since, until)


def test_not_knowing_has_no_opposite() -> None:
    """The negation of "unknown" is "unknown"."""
    assert [opposite(answer) for answer in (True, False, None)] == [False, True, None]
