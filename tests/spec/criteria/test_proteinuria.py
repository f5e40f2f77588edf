"""Protein in the urine."""

from mappings.criteria.proteinuria import proteinuria
from tests.spec.conftest import SpecCase

title = "Protein in the urine (I02-LN-2)"


def test_the_limit_itself_is_enough(spec_case: SpecCase) -> None:
    """The clause says "at least": 1.0 g/g is met and 0.99 is not."""
    spec_case(
        proteinuria,
        """
        patient | day | lab.upcr_mass_ratio
        --------+-----+--------------------
              1 | -10 | 1.0
              2 | -10 | 0.99
              3 | -10 | 0
              4 |     |
        """,
        {1: "met in-range", 2: "not-met below-limit", 3: "not-met below-limit", 4: "unknown missing"},
    )


def test_the_latest_result_within_28_days_counts(spec_case: SpecCase) -> None:
    """The first and the last day of the window both count; an older result has expired."""
    spec_case(
        proteinuria,
        """
        patient | day      | lab.upcr_mass_ratio | problem
        --------+----------+---------------------+------------
              1 | -28      | 1.4                 |
              2 | -29      | 1.4                 |
              3 | -40..-10 | 1.4                 |
              4 | -20      | 1.4                 |
              4 | -3       | 0.8                 |
              5 | -3       | 1.4                 | unit
              6 | -20      | 1.4                 |
              6 | -3       | 1.4                 | preliminary
        """,
        {
            1: "met in-range",
            2: "unknown outdated",
            3: "unknown partial-date",
            4: "not-met below-limit",
            5: "unknown unit",
            6: "unknown preliminary",
        },
    )


def test_results_that_may_both_be_the_latest_must_agree(spec_case: SpecCase) -> None:
    """Two results of one time that disagree settle nothing; a month that may hold the latest result neither."""
    spec_case(
        proteinuria,
        """
        patient | day     | lab.upcr_mass_ratio
        --------+---------+--------------------
              1 | -3      | 1.4
              1 | -3      | 0.8
              2 | -3      | 1.4
              2 | -3      | 1.6
              3 | -20..-1 | 0.8
              3 | -3      | 1.4
        """,
        {1: "unknown conflict", 2: "met in-range", 3: "unknown partial-date"},
    )


def test_a_result_beyond_a_detection_limit_decides_only_on_one_side(spec_case: SpecCase) -> None:
    """ "<1.0" is not met, "<2" may be either, ">1.5" is met."""
    spec_case(
        proteinuria,
        """
        patient | day | lab.upcr_mass_ratio
        --------+-----+--------------------
              1 | -3  | <1.0
              2 | -3  | <2
              3 | -3  | >1.5
        """,
        {1: "not-met below-limit", 2: "unknown censored", 3: "met in-range"},
    )
