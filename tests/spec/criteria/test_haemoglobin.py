"""Haemoglobin."""

from mappings.criteria.haemoglobin import haemoglobin
from tests.spec.conftest import SpecCase

title = "Haemoglobin (I03-2)"


def test_the_limit_itself_is_enough(spec_case: SpecCase) -> None:
    """The clause says "at least": 60 g/L is met and 59.9 is not."""
    spec_case(
        haemoglobin,
        """
        patient | day | lab.hemoglobin_mass
        --------+-----+--------------------
              1 | -10 | 60
              2 | -10 | 59.9
              3 | -10 | 0
              4 | -10 | <60
              5 | -10 | <65
              6 | -10 | >60
              7 |     |
        """,
        {
            1: "met in-range",
            2: "not-met below-limit",
            3: "not-met below-limit",
            4: "not-met below-limit",
            5: "unknown censored",
            6: "met in-range",
            7: "unknown missing",
        },
    )


def test_the_latest_result_within_28_days_counts(spec_case: SpecCase) -> None:
    """By mass or by moles, whichever is later; one that cannot be read leaves the clause open."""
    spec_case(
        haemoglobin,
        """
        patient | day      | lab.hemoglobin_mass | lab.hemoglobin_molar | problem
        --------+----------+---------------------+----------------------+------------
              1 | -28      | 91                  |                      |
              2 | -29      | 91                  |                      |
              3 | -40..-10 | 91                  |                      |
              4 | -9       | 91                  |                      |
              4 | -2       |                     | 55                   |
              5 | -9       | 91                  |                      |
              5 | -2       |                     | 91                   | preliminary
              6 | -2       | none                |                      | unit
              7 | -2       | -1                  |                      |
              8 |          | 91                  |                      |
              9 | -2       | 91                  |                      |
              9 | -2       | 55                  |                      |
        """,
        {
            1: "met in-range",
            2: "unknown outdated",
            3: "unknown partial-date",
            4: "not-met below-limit",
            5: "unknown preliminary",
            6: "unknown unit",
            7: "unknown no-value",
            8: "unknown partial-date",
            9: "unknown conflict",
        },
    )
