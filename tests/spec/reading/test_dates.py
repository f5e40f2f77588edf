"""FHIR dates as intervals."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.intervals import When
from mappings.reading.datatypes import Period
from mappings.reading.dates import days, ending, first_of, span, when

title = "Dates"
SHANGHAI = ZoneInfo("Asia/Shanghai")
TICK = timedelta(microseconds=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "earliest", "after"),
    [
        ("2025", "2025-01-01T00:00:00+08:00", "2026-01-01T00:00:00+08:00"),
        ("2025-02", "2025-02-01T00:00:00+08:00", "2025-03-01T00:00:00+08:00"),
        ("2025-12", "2025-12-01T00:00:00+08:00", "2026-01-01T00:00:00+08:00"),
        ("2024-02-29", "2024-02-29T00:00:00+08:00", "2024-03-01T00:00:00+08:00"),
        ("2199-12-31", "2199-12-31T00:00:00+08:00", "2200-01-01T00:00:00+08:00"),
        ("1800", "1800-01-01T00:00:00+08:05:43", "1801-01-01T00:00:00+08:05:43"),
        ("2025-05-20T08:30+08:00", "2025-05-20T08:30:00+08:00", "2025-05-20T08:31:00+08:00"),
        ("2025-05-20T08:30", "2025-05-20T08:30:00+08:00", "2025-05-20T08:31:00+08:00"),
    ],
)
def test_a_partial_date_is_the_whole_of_its_time(text: str, earliest: str, after: str) -> None:
    """A day, a month and a year are the site's; a time without seconds is the whole minute."""
    assert when(text, SHANGHAI) == When(at(earliest), at(after) - TICK, text)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-05-20T08:00:00+08:00", "2025-05-20T08:00:00+08:00"),
        ("2025-05-20T00:00:00Z", "2025-05-20T08:00:00+08:00"),
        ("2025-05-20T00:00:00-00:00", "2025-05-20T08:00:00+08:00"),
        ("2025-05-20T14:00:00+14:00", "2025-05-20T08:00:00+08:00"),
        ("2025-05-20T08:00:00", "2025-05-20T08:00:00+08:00"),
        ("2025-05-20 08:00:00", "2025-05-20T08:00:00+08:00"),
        ("2025-05-20t00:00:00z", "2025-05-20T08:00:00+08:00"),
        ("2025-05-20T08:00:00.5+08:00", "2025-05-20T08:00:00.5+08:00"),
        ("2025-05-20T08:00:00.123456789+08:00", "2025-05-20T08:00:00.123456+08:00"),
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
        ("2016-12-31T23:59:60.25Z", "2017-01-01T00:00:00.25Z"),
        ("2025-05-20T23:59:60", "2025-05-21T00:00:00+08:00"),
    ],
)
def test_a_time_is_one_instant(text: str, moment: str) -> None:
    """With a zone, or in the site's; leap seconds are the next second, and fractions are kept to the microsecond."""
    assert when(text, SHANGHAI) == When(at(moment), at(moment), text)


@pytest.mark.parametrize(
    "text",
    [
        "", "20.5.2025", "20250520", "2025-5-20", "25-05-20", "2025-00", "2025-05-00", "2025-00-01", "2025-13", "2025-02-30", "2025-02-29",
        "2025-05-20T", "2025-05-20T24:00:00Z", "2025-05-20T08", "2025-05-20T08:60:00Z", "2025-05-20T08:00:61Z",
        "2025-05-20T08:00:00+15:00", "2025-05-20T08:00:00+14:30", "2025-05-20T08:00:00.Z", "2025-05-20T08:00:00,5Z",
        "2025-05T08:00:00Z", "2025-05-20T08:00:00 +08:00", " 2025-05-20", "2025-05-20\n", "２０２５-05-20", "now",
        "0000", "0000-01-01", "0001-01-01", "0001-01-01T00:00:00Z", "1799-12-31", "2200", "9999", "9999-12",
        "9999-12-31", "9999-12-31T23:59:59Z", "9999-12-31T23:59:60Z", "2025-W21-2", "2025-140",
    ],
)  # fmt: skip
def test_anything_else_is_no_date(text: str) -> None:
    """Nothing is guessed; what systems write for "not known" is no date, and never an overflow."""
    with pytest.raises(ValueError, match=r"date|day|month|range"):
        when(text, SHANGHAI)


@pytest.mark.parametrize(
    ("text", "first", "after"),
    [
        ("1980", date(1980, 1, 1), date(1981, 1, 1)),
        ("1980-12", date(1980, 12, 1), date(1981, 1, 1)),
        ("1980-02-29", date(1980, 2, 29), date(1980, 3, 1)),
    ],
)
def test_a_date_is_the_days_it_stands_for(text: str, first: date, after: date) -> None:
    """Its first day, and the day after its last."""
    assert days(text) == (first, after)


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("", None),
        ("9999-12-31", None),
        ("9999-12-31T23:59:59+08:00", None),
        ("2999", None),
        ("2200-01-01", None),
        ("2199-12-31", "2199-12-31T23:59:59.999999+08:00"),
        ("2099-12-31", "2099-12-31T23:59:59.999999+08:00"),
        ("2025-05", "2025-05-31T23:59:59.999999+08:00"),
    ],
)
def test_an_end_centuries_ahead_is_no_end(text: str, last: str | None) -> None:
    """Systems that must write an end write one that never comes."""
    found = ending(text, SHANGHAI)
    assert (found.latest if found else None) == (at(last) if last else None)


@pytest.mark.parametrize(
    ("start", "end", "earliest", "latest", "text"),
    [
        ("2025-05-18", "2025-05-19", "2025-05-18T00:00+08:00", "2025-05-19T23:59:59.999999+08:00", "2025-05-18/2025-05-19"),
        ("2025-05", "2025", "2025-05-01T00:00+08:00", "2025-12-31T23:59:59.999999+08:00", "2025-05/2025"),
        ("2025-05-18", "", "2025-05-18T00:00+08:00", "2025-05-18T23:59:59.999999+08:00", "2025-05-18"),
        ("2025-05-18", "9999-12-31", "2025-05-18T00:00+08:00", "2025-05-18T23:59:59.999999+08:00", "2025-05-18"),
        ("", "2025-05-19", "2025-05-19T00:00+08:00", "2025-05-19T23:59:59.999999+08:00", "2025-05-19"),
        ("2025-05-18", "2025-05-18", "2025-05-18T00:00+08:00", "2025-05-18T23:59:59.999999+08:00", "2025-05-18/2025-05-18"),
    ],
)  # fmt: skip
def test_a_period_is_the_time_from_its_start_to_its_end(
    start: str, end: str, earliest: str, latest: str, text: str
) -> None:
    """A side that is open makes the other the only bound."""
    assert span(Period(start, end), SHANGHAI) == When(at(earliest), at(latest), text)


def test_a_period_may_be_one_instant() -> None:
    """It ends when it starts, which is no contradiction."""
    instant = "2025-05-18T08:00:00+08:00"
    assert span(Period(instant, instant), SHANGHAI) == When(at(instant), at(instant), f"{instant}/{instant}")


def test_a_period_that_ends_before_it_starts_is_none() -> None:
    """One of the two is wrong, and nobody knows which."""
    with pytest.raises(ValueError, match="ends before it starts"):
        span(Period("2025-05-19", "2025-05-18"), SHANGHAI)


def test_the_first_candidate_that_says_something_counts() -> None:
    """Empty ones, missing ones and periods without a side are passed over."""
    told = first_of(SHANGHAI, "", None, Period(), Period(end="9999-12-31"), Period("2025-05-18"), "2024")
    assert told == when("2025-05-18", SHANGHAI)
    assert first_of(SHANGHAI, "2024", Period("2025-05-18")) == when("2024", SHANGHAI)
    assert first_of(SHANGHAI, "", None, Period()) is None


@given(st.text(alphabet="0123456789-T:Z+. ２t", max_size=32) | st.text(max_size=12))
def test_no_text_makes_a_date_fail_otherwise(text: str) -> None:
    """A text is a date, or a ValueError says that it is none; an end may be missing besides."""
    for read in (when, ending):
        try:
            found = read(text, SHANGHAI)
        except ValueError:
            continue
        assert found is None or (found.earliest <= found.latest and found.earliest.tzinfo and found.text == text)


@given(st.dates(date(1800, 1, 2), date(2199, 12, 30)), st.times(), st.sampled_from([4, 7, 10, 16]))
def test_what_says_less_holds_what_says_more(day: date, clock: time, length: int) -> None:
    """The interval of a date cut short contains the interval of the whole."""
    text = f"{day}T{clock.isoformat('microseconds')}"
    short, whole = when(text[:length], SHANGHAI), when(text, SHANGHAI)
    assert short.earliest <= whole.earliest
    assert whole.latest <= short.latest
