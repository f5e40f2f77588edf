"""Thrombosis."""

from datetime import date, datetime, timedelta

import pytest

from mappings.criteria.months import covered, declared, first_day_out, months_before, passing
from mappings.criteria.thrombosis import thrombosis
from mappings.site import EVER, Occasion, Site
from tests.spec.conftest import SpecCase
from tests.spec.tables import AT, ZONE, records

title = "Thrombosis within 6 months (E09)"


def test_six_calendar_months_are_counted_from_the_onset(spec_case: SpecCase) -> None:
    """On 1 June 2025, one of 1 December 2024 (182 days ago) still counts and one of the day before does not."""
    spec_case(
        thrombosis,
        """
        patient | dx     | day        | active
        --------+--------+------------+-------
              1 | dx.dvt | -182       | F
              2 | dx.dvt | -183       | F
              3 | dx.pe  | 0          | T
              4 | dx.pe  | -182       |
              5 | dx.pe  | -200..-100 | F
        """,
        {
            1: "met present",
            2: "not-met absent",
            3: "met present",
            4: "met present",
            5: "judgement needs-person",
        },
        coverage="full",
    )


def test_an_old_one_that_was_going_on_is_for_a_person(spec_case: SpecCase) -> None:
    """Active now, or over only later, or not known to be over until later."""
    spec_case(
        thrombosis,
        """
        patient | dx     | day  | active | ended | issued
        --------+--------+------+--------+-------+-------
              1 | dx.dvt | -400 | T      |       |
              2 | dx.dvt | -400 | F      | 9     |
              3 | dx.dvt | -400 | F      |       | 9
              4 | dx.dvt | -400 | F      | -9    |
              5 | dx.dvt | -400 |        |       |
        """,
        {
            1: "judgement needs-person",
            2: "judgement needs-person",
            3: "judgement needs-person",
            4: "not-met absent",
            5: "not-met absent",
        },
        coverage="full",
    )


def test_without_an_onset_the_day_of_recording_bounds_it(spec_case: SpecCase) -> None:
    """One that was on record before the window opened began before it; else nobody can tell."""
    spec_case(
        thrombosis,
        """
        patient | dx     | recorded | active
        --------+--------+----------+-------
              1 | dx.dvt | -182     | F
              2 | dx.dvt | -183     | F
              3 | dx.dvt | -183     | T
              4 | dx.dvt |          | F
        """,
        {
            1: "judgement needs-person",
            2: "not-met absent",
            3: "judgement needs-person",
            4: "judgement needs-person",
        },
        coverage="full",
    )


def test_other_sites_and_doubtful_ones_are_for_a_person(spec_case: SpecCase) -> None:
    """Only a certain thrombosis of deep veins or the lung bars; a code may stand for both."""
    spec_case(
        thrombosis,
        """
        patient | dx                                     | day  | certain
        --------+----------------------------------------+------+--------
              1 | dx.venous_thrombosis_other_site        | -40  | T
              2 | dx.pe                                  | -40  | F
              3 | dx.venous_thrombosis_other_site dx.dvt | -40  | T
              4 | dx.venous_thrombosis_other_site        | -400 | T
              5 | dx.arterial_thrombosis                 | -40  | T
        """,
        {
            1: "judgement needs-person",
            2: "judgement needs-person",
            3: "met present",
            4: "not-met absent",
            5: "not-met absent",
        },
        coverage="full",
    )


def test_diagnoses_must_be_complete_through_the_window(spec_case: SpecCase) -> None:
    """Coverage from the day on which the window opens is enough, from the next day it is not."""
    table = """
        patient | dx     | day  | active | unread
        --------+--------+------+--------+----------
              1 |        |      |        |
              2 | dx.dvt | -400 | F      |
              3 |        |      |        | Condition
        """
    spec_case(thrombosis, table, dict.fromkeys((1, 2, 3), "unknown not-covered"))
    clear = {1: "not-met absent", 2: "not-met absent", 3: "unknown not-understood"}
    spec_case(thrombosis, table, clear, coverage={"Condition": date(2024, 12, 1)})
    spec_case(
        thrombosis, table, dict.fromkeys((1, 2, 3), "unknown not-covered"), coverage={"Condition": date(2024, 12, 2)}
    )


@pytest.mark.parametrize(
    ("day", "out"),
    [
        (date(2024, 12, 1), date(2025, 6, 2)),
        (date(2024, 8, 28), date(2025, 3, 1)),
        (date(2024, 8, 31), date(2025, 3, 1)),
        (date(2025, 2, 28), date(2025, 9, 1)),
        (date(2024, 2, 29), date(2024, 9, 1)),
        (date(2024, 9, 30), date(2025, 4, 1)),
    ],
)
def test_a_day_leaves_the_window_on_the_first_day_that_counts_back_past_it(day: date, out: date) -> None:
    """Months of unlike lengths: on the last day the window still holds it, on the next day it does not."""
    assert first_day_out(day, 6) == out
    assert months_before(out, 6) > day >= months_before(date.fromordinal(out.toordinal() - 1), 6)


def test_an_onset_at_the_end_of_february_counts_until_the_end_of_august() -> None:
    """The named day is the one on which the answer changes."""
    record = records("patient | dx | day\n 1 | dx.dvt | -93")[1]
    named = thrombosis(record, Occasion(AT)).turns
    assert named == (date(2025, 9, 1),)
    states = [thrombosis(record, Occasion(datetime(2025, *day, tzinfo=ZONE))).state for day in ((8, 31), (9, 1))]
    assert states == ["met", "unknown"]


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2025, 6, 1), 6, date(2024, 12, 1)),
        (date(2025, 8, 31), 6, date(2025, 2, 28)),
        (date(2024, 8, 31), 6, date(2024, 2, 29)),
        (date(2025, 1, 15), 1, date(2024, 12, 15)),
        (date(2025, 12, 31), 1, date(2025, 11, 30)),
        (date(2026, 1, 31), 1, date(2025, 12, 31)),
        (date(2025, 6, 30), -1, date(2025, 7, 30)),
        (date(2025, 11, 30), -1, date(2025, 12, 30)),
        (date(2024, 2, 29), 60, date(2019, 2, 28)),
    ],
)
def test_the_same_day_of_another_month(day: date, months: int, before: date) -> None:
    """Or the last day of a month that is too short for it, across the turn of the year as well."""
    assert months_before(day, months) == before


def test_declared_coverage_is_that_of_the_type_that_is_complete_the_shortest() -> None:
    """No day is told where one type is not declared at all, or where all are complete for all time."""
    day, later = date(2024, 1, 1), date(2024, 5, 1)
    coverage = {"Condition": day, "Procedure": later, "Observation": EVER}
    on = Occasion(AT, Site(coverage=coverage))
    assert declared(("Condition", "Procedure", "Observation"), on) == later
    assert declared(("Condition", "Observation"), on) == day
    assert declared(("Condition", "Consent"), on) is None
    assert declared(("Observation",), on) is None
    assert covered(("Condition",), 6, on) == (date(2024, 7, 1),)
    assert covered(("Observation",), 6, on) == ()


def test_a_window_is_left_only_in_days_to_come() -> None:
    """What passed out of the window already is no turn, nor is what passes out of it today."""
    times = [AT - timedelta(days=days) for days in (400, 183, 182, 9)]
    assert passing(times, 6, Occasion(AT)) == (date(2025, 6, 2), date(2025, 11, 24))
