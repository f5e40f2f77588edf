"""One hospital's settings, and the occasion of one screening."""

from datetime import UTC, date, datetime

import msgspec
import pytest

from mappings.site import EVER, Occasion, Site

title = "Sites"


@pytest.mark.parametrize(
    ("instant", "zone", "today"),
    [
        (datetime(2025, 5, 31, 15, 59, tzinfo=UTC), "Asia/Shanghai", date(2025, 5, 31)),
        (datetime(2025, 5, 31, 16, 0, tzinfo=UTC), "Asia/Shanghai", date(2025, 6, 1)),
        (datetime(2025, 5, 31, 16, 0, tzinfo=UTC), "Europe/Berlin", date(2025, 5, 31)),
    ],
)
def test_a_day_is_a_day_at_the_site(instant: datetime, zone: str, today: date) -> None:
    """Whatever zone the instant was written in."""
    on = Occasion(instant, Site(time_zone=zone))
    assert on.today == on.day_of(instant) == today
    assert on.midnight(today).utcoffset() == instant.astimezone(on.zone).utcoffset()


def test_days_back_count_whole_days() -> None:
    """The first day of a window counts from its first instant."""
    on = Occasion(datetime(2025, 6, 1, 12, tzinfo=UTC))
    assert on.days_back(0).isoformat() == "2025-06-01T00:00:00+08:00"
    assert on.days_back(28).isoformat() == "2025-05-04T00:00:00+08:00"


@pytest.mark.parametrize(
    ("declared", "since", "covered"),
    [
        ({}, EVER, False),
        ({}, date(2025, 1, 1), False),
        ({"Condition": EVER}, EVER, True),
        ({"Condition": date(2020, 1, 1)}, date(2020, 1, 1), True),
        ({"Condition": date(2020, 1, 2)}, date(2020, 1, 1), False),
        ({"Observation": EVER}, EVER, False),
    ],
)
def test_coverage_is_declared_by_type_and_day(declared: dict[str, date], since: date, covered: bool) -> None:
    """What is not declared is not covered."""
    assert Occasion(datetime.now(UTC), Site(coverage=declared)).covers("Condition", since) is covered


def test_full_coverage_goes_before_what_the_site_declares() -> None:
    """Asked for on the command line, it is meant for every type."""
    assert Occasion(datetime.now(UTC), Site(coverage={"Condition": date(2020, 1, 1)}), full_coverage=True).covers(
        "Condition"
    )


def test_a_setting_that_nobody_knows_is_refused() -> None:
    """A misspelt setting must not be passed over."""
    with pytest.raises(msgspec.ValidationError, match="time_zon"):
        msgspec.convert({"time_zon": "Asia/Shanghai"}, Site)
