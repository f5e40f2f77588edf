"""Haemodynamic stability."""

from mappings.criteria.haemodynamics import haemodynamics
from mappings.site import Occasion
from tests.spec.conftest import SpecCase
from tests.spec.tables import AT, records

title = "Haemodynamic stability (I03-8)"


def test_stability_is_for_a_person_whatever_is_on_record(spec_case: SpecCase) -> None:
    """The record defines no limits: neither good signs nor bad ones decide, and no sign at all decides nothing."""
    spec_case(
        haemodynamics,
        """
        patient | day | vital.sbp | vital.heart_rate | dx                        | active | rx
        --------+-----+-----------+------------------+---------------------------+--------+---------------
              1 | -1  | 118       |                  |                           |        |
              1 | -1  |           | 76               |                           |        |
              2 | 0   | 60        |                  |                           |        |
              3 | -2  |           |                  | dx.cardiogenic_shock      | T      |
              4 | -1  |           |                  |                           |        | rx.vasopressor
              5 |     |           |                  |                           |        |
              6 | -1  | 0         |                  |                           |        |
        """,
        dict.fromkeys(range(1, 7), "judgement needs-person"),
    )


TABLE = """
patient | day   | vital.sbp | vital.heart_rate | dx                        | active | ended | rx             | end | problem
--------+-------+-----------+------------------+---------------------------+--------+-------+----------------+-----+--------
      1 | -1    | 90        |                  |                           |        |       |                |     |
      1 | -1    |           | 120              |                           |        |       |                |     |
      2 | -1    | 89        |                  |                           |        |       |                |     |
      3 | -1    |           | 121              |                           |        |       |                |     |
      4 | -2    | 60        |                  |                           |        |       |                |     |
      5 | -9..0 | 60        |                  |                           |        |       |                |     |
      6 | -9    |           |                  | dx.hemodynamic_instability | T      |       |                |     |
      7 | -9    |           |                  | ae.hypotension            | F      | -2    |                |     |
      8 | -9    |           |                  | ae.hypotension            |        |       |                |     |
      9 | -1    |           |                  |                           |        |       | rx.vasopressor | -1  |
     10 | -2    |           |                  |                           |        |       | rx.vasopressor | -2  |
     11 |       |           |                  |                           |        |       | rx.vasopressor |     |
     12 | -1    | none      |                  |                           |        |       |                |     | unit
     13 | -1    | 80..100   |                  |                           |        |       |                |     |
     14 | -1    | <80       |                  |                           |        |       |                |     |
     15 | -1    | 60        |                  |                           |        |       |                |     |
     15 | -1    |           | 76               |                           |        |       |                |     |
"""


def test_signs_of_instability_are_named() -> None:
    """Below 90 mmHg, above 120 a minute, a vasopressor since yesterday, or a diagnosis that may go on is told apart."""
    occasion = Occasion(AT)
    found = {number: haemodynamics(record, occasion).about for number, record in records(TABLE).items()}
    assert {number for number, about in found.items() if about} == {2, 3, 5, 6, 8, 9, 11, 14, 15}


def test_signs_of_instability_come_before_the_other_signs() -> None:
    """A person sees what speaks against stability first, and nothing twice."""
    shown = haemodynamics(records(TABLE)[15], Occasion(AT)).evidence
    assert [one.raw for one in shown] == ["60", "76"]
