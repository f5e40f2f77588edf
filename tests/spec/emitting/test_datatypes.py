"""Times and numbers as FHIR writes them: what is known, and no more."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from mappings.emitting.datatypes import digits, moment
from mappings.intervals import When
from mappings.reading.dates import when
from tests.spec.emitting.treated import ON
from tests.spec.tables import ZONE


@pytest.mark.parametrize("text", ["2025-03-08T10:30:00+08:00", "2025-03-08", "2025-03", "2025"])
def test_what_was_read_is_written_again(text: str) -> None:
    """An instant, a day, a month and a year keep their precision."""
    assert moment(when(text, ZONE), ON) == text


def test_an_instant_is_told_in_the_sites_zone() -> None:
    """Whichever zone it came in; one that is known to the minute is told to the minute."""
    assert moment(when("2025-03-08T02:30:00Z", ZONE), ON) == "2025-03-08T10:30:00+08:00"
    assert moment(when("2025-03-08T10:30", ZONE), ON) == "2025-03-08T10:30:00+08:00"


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (datetime(2025, 3, 8, 1, tzinfo=ZONE), datetime(2025, 3, 8, 5, tzinfo=ZONE), "2025-03-08"),
        (datetime(2025, 3, 8, 15, tzinfo=UTC), datetime(2025, 3, 8, 17, tzinfo=UTC), "2025-03"),
        (datetime(2025, 3, 8, tzinfo=ZONE), datetime(2025, 4, 1, tzinfo=ZONE), "2025"),
        (datetime(2024, 12, 31, tzinfo=ZONE), datetime(2025, 1, 1, tzinfo=ZONE), None),
    ],
)
def test_a_span_is_told_as_wide_as_it_is(first: datetime, last: datetime, text: str | None) -> None:
    """The narrowest date that holds it, by the site's own days."""
    assert moment(When(first, last), ON) == text


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal(20) / 3, "6.66666666666666667"),
        (Decimal("0.40"), "0.40"),
        (Decimal("1E+6"), "1000000"),
        (Decimal("0.12345678901234567"), "0.12345678901234567"),
        (Decimal("9" * 20 + "." + "3" * 20), "9" * 20 + "." + "3" * 17),
    ],
)
def test_no_number_has_more_digits_than_fhir_has_room_for(value: Decimal, written: str) -> None:
    """A quotient is rounded to 17 digits after the point; what was sent keeps its own."""
    assert str(digits(value)) == written
