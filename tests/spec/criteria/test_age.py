"""Age."""

from datetime import date

from mappings.criteria.age import age, birthday, completed_years
from mappings.site import Occasion
from tests.spec.conftest import SpecCase
from tests.spec.tables import AT, records

title = "Age (I01)"


def test_both_thresholds_are_included(spec_case: SpecCase) -> None:
    """On the day of the 18th birthday a patient is old enough, on that of the 66th too old; the day before is not."""
    spec_case(
        age,
        """
        patient | born
        --------+-----------
              1 | 2007-06-01
              2 | 2007-06-02
              3 | 1959-06-02
              4 | 1959-06-01
              5 | 2025-06-01
              6 | ?
        """,
        {
            1: "met in-range",
            2: "not-met below-limit",
            3: "met in-range",
            4: "not-met above-limit",
            5: "not-met below-limit",
            6: "unknown missing",
        },
    )


def test_a_partial_birth_date_decides_only_where_every_day_of_it_agrees(spec_case: SpecCase) -> None:
    """A year or month of birth that may lie on either side of a threshold leaves the clause open, and so does none."""
    spec_case(
        age,
        """
        patient | born
        --------+-----------------------
              1 | 2007-01-01..2007-12-31
              2 | 1959-01-01..1959-12-31
              3 | 2007-05-01..2007-05-31
              4 | 2007-07-01..2007-07-31
              5 | 1958-01-01..1958-12-31
              6 | ?
        """,
        {
            1: "unknown partial-date",
            2: "unknown partial-date",
            3: "met in-range",
            4: "not-met below-limit",
            5: "not-met above-limit",
            6: "unknown missing",
        },
    )


def test_who_was_born_on_29_february_has_birthday_on_1_march(spec_case: SpecCase) -> None:
    """In a year without that day, 28 February is the last day of the year of life before."""
    born = date(2004, 2, 29)
    assert completed_years(born, date(2022, 2, 28)) == 17
    assert completed_years(born, date(2022, 3, 1)) == 18
    assert birthday(born, 18) == date(2022, 3, 1)
    assert birthday(born, 20) == date(2024, 2, 29)


def _found(born: str) -> dict[str, object]:
    (record,) = records(f"patient | born\n1 | {born}").values()
    finding = age(record, Occasion(AT))
    numbers = {name: getattr(finding, name) for name in ("value", "limit", "margin")}
    return {name: None if number is None else int(number.value) for name, number in numbers.items()} | {
        "turns": finding.turns
    }


def test_the_birthdays_to_come_are_the_days_on_which_the_answer_turns() -> None:
    """The 18th and the 66th birthday turn the answer; one that is past does not, and each end of a span has its own."""
    assert _found("2007-06-02")["turns"] == (date(2025, 6, 2), date(2073, 6, 2))
    assert _found("1959-06-02")["turns"] == (date(2025, 6, 2),)
    assert _found("2007-06-01")["turns"] == (date(2073, 6, 1),)
    assert _found("1940-01-01")["turns"] == ()
    assert _found("1959-05-01..1959-07-31")["turns"] == (date(2025, 7, 31),)
    assert _found("9990-01-01")["turns"] == ()


def test_the_margin_is_the_distance_from_the_nearer_threshold() -> None:
    """Value, limit and margin belong together, also where only the year of birth is known."""
    assert _found("2000-01-01") | {"turns": ()} == {"value": 25, "limit": 18, "margin": 7, "turns": ()}
    assert _found("1965-01-01") | {"turns": ()} == {"value": 60, "limit": 65, "margin": 5, "turns": ()}
    assert _found("2006-01-01..2006-12-31")["value"] == 18
    assert _found("1960-01-01..1960-12-31")["value"] == 65
    assert _found("2010-01-01")["margin"] == -3
