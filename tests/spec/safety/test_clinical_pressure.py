"""Hypotension by the CTCAE."""

from mappings.safety.clinical import clinical
from tests.spec.safety.sightings import seen


def test_a_low_pressure_alone_is_grade_1_at_least() -> None:
    """Below 90 mm[Hg]; what was done about it, but for a vasopressor, only a person knows."""
    table = """
        patient | day | vital.sbp | problem
        --------+-----+-----------+------------
              1 | 3   | 89        |
              2 | 3   | 90        |
              3 | 3   | <100      |
              4 | 3   | <80       |
              5 | 3   | 85        | preliminary
              6 | 3   | #low      |
              7 | -3  | 89        |
    """
    assert seen(clinical, table, "Hypotension") == {
        1: "3>=1 needs-person",
        2: "3=0 not-reached",
        3: "3>=0 censored",
        4: "3>=1 needs-person",
        5: "3>=0 preliminary",
        6: "3>=0 no-value",
        7: "-3>=1 needs-person",
    }


def test_with_a_vasopressor_it_is_grade_3() -> None:
    """From its start to its end, whatever the pressure is meanwhile; one that was only ordered proves nothing."""
    table = """
        patient | day | vital.sbp | rx                            | end | kind    | ongoing
        --------+-----+-----------+-------------------------------+-----+---------+--------
              1 | 3   |           | rx.vasopressor                | 5   |         |
              1 | 2.9 | 110       |                               |     |         |
              1 | 3   | 85        |                               |     |         |
              1 | 4   | 120       |                               |     |         |
              1 | 5   | 120       |                               |     |         |
              2 | 3   |           | rx.vasopressor                | 3   |         |
              2 | 3.4 | 95        |                               |     |         |
              2 | 3.6 | 95        |                               |     |         |
              3 | 3   |           | rx.vasopressor                |     | request | T
              3 | 4   | 85        |                               |     |         |
              4 | 3   |           | rx.vasopressor                |     |         | T
              4 | 60  | 95        |                               |     |         |
              5 | 3   |           | rx.vasopressor                |     |         |
              5 | 4   | 95        |                               |     |         |
    """
    assert seen(clinical, table, "Hypotension") == {
        1: "2.9=0 not-reached; 3=3 graded; 3=3 graded; 4=3 graded; 5=0 not-reached",
        2: "3=3 graded; 3.4=3 graded; 3.6=0 not-reached",
        3: "4>=1 needs-person",
        4: "3=3 graded; 60=3 graded",
        5: "3=3 graded; 4=0 not-reached",
    }


def test_a_vasopressor_of_which_the_day_is_not_sure_proves_nothing() -> None:
    """Some time within a week: it may not have run on this day."""
    table = """
        patient | day  | vital.sbp | rx             | problem
        --------+------+-----------+----------------+------------
              1 | 3..9 |           | rx.vasopressor |
              1 | 5    | 85        |                |
              2 | 5    |           | rx.vasopressor | preliminary
              2 | 5    | 85        |                |
              3 |      |           | rx.vasopressor |
              3 | 5    | 85        |                |
    """
    assert set(seen(clinical, table, "Hypotension").values()) == {"5>=1 needs-person"}


def test_a_drug_by_mouth_or_inhaled_is_no_vasopressor() -> None:
    """Midodrine is swallowed, and epinephrine is inhaled for the airway."""
    table = """
        patient | day | vital.sbp | rx             | route
        --------+-----+-----------+----------------+---------
              1 | 5   |           | rx.vasopressor | 口服
              1 | 5   | 85        |                |
              2 | 5   |           | rx.vasopressor | 吸入
              2 | 5   | 85        |                |
              3 | 5   |           | rx.vasopressor | 47625008
              3 | 5   | 85        |                |
    """
    assert seen(clinical, table, "Hypotension") == {
        1: "5>=1 needs-person",
        2: "5>=1 needs-person",
        3: "5=3 graded; 5=3 graded",
    }
