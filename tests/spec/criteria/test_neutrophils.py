"""Neutrophils."""

from datetime import date

from mappings.criteria.neutrophils import neutrophils
from tests.spec.conftest import SpecCase

title = "Neutrophils (I03-1)"


def test_the_limit_itself_is_enough(spec_case: SpecCase) -> None:
    """The clause says "at least": 1.0 x10^9/L is met and 0.99 is not; none at all is none, and no result is unknown."""
    spec_case(
        neutrophils,
        """
        patient | day | lab.neutrophil_abs
        --------+-----+-------------------
              1 | -3  | 1.0
              2 | -3  | 0.99
              3 | -3  | 0
              4 | -3  | <1.0
              5 | -3  | <1.5
              6 | -3  | >1.5
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
        coverage="full",
    )


def test_the_latest_count_within_14_days_counts(spec_case: SpecCase) -> None:
    """The fourteenth day still counts; a later result that nobody can read is not hidden by an older one."""
    spec_case(
        neutrophils,
        """
        patient | day     | lab.neutrophil_abs | problem
        --------+---------+--------------------+------------
              1 | -14     | 2.1                |
              2 | -15     | 2.1                |
              3 | -20..-3 | 2.1                |
              4 | -5      | 2.1                |
              4 | -2      | 0.4                |
              5 | -5      | 2.1                |
              5 | -2      | 2.3                | preliminary
              6 | -2      | none               | unit
              7 | -2      | none               |
              8 | -2      | -1                 |
              9 | -2      | -999..-1           |
        """,
        {
            1: "met in-range",
            2: "unknown outdated",
            3: "unknown partial-date",
            4: "not-met below-limit",
            5: "unknown preliminary",
            6: "unknown unit",
            7: "unknown no-value",
            8: "unknown no-value",
            9: "unknown no-value",
        },
        coverage="full",
    )


def test_a_count_under_colony_stimulating_factor_is_for_a_person(spec_case: SpecCase) -> None:
    """Given in the 14 days before the sample, the first and the last included; not after it, and too few stay too few."""
    spec_case(
        neutrophils,
        """
        patient | day | lab.neutrophil_abs | rx                 | end
        --------+-----+--------------------+--------------------+----
              1 | -3  | 2.1                |                    |
              1 | -17 |                    | rx.gcsf.filgrastim | -17
              2 | -3  | 2.1                |                    |
              2 | -18 |                    | rx.gcsf.filgrastim | -18
              3 | -3  | 2.1                |                    |
              3 | -3  |                    | rx.gcsf.lenograstim | -3
              4 | -3  | 2.1                |                    |
              4 | -2  |                    | rx.gcsf.filgrastim | -2
              5 | -3  | 0.9                |                    |
              5 | -4  |                    | rx.gcsf.gm-csf     | -4
              6 | -3  | 2.1                |                    |
              6 | -30 |                    | rx.gcsf.filgrastim | -17
              7 | -3  | 2.1                |                    |
              7 | -3..0 |                  | rx.gcsf.filgrastim |
        """,
        {
            1: "judgement needs-person",
            2: "met in-range",
            3: "judgement needs-person",
            4: "met in-range",
            5: "not-met below-limit",
            6: "judgement needs-person",
            7: "judgement needs-person",
        },
        coverage="full",
    )


def test_a_long_acting_form_counts_for_21_days(spec_case: SpecCase) -> None:
    """Pegfilgrastim acts longer; a colony-stimulating factor that we do not know by name may be such a form."""
    spec_case(
        neutrophils,
        """
        patient | day | lab.neutrophil_abs | rx                                 | end
        --------+-----+--------------------+------------------------------------+----
              1 | -3  | 2.1                |                                    |
              1 | -24 |                    | rx.gcsf.pegfilgrastim rx.gcsf.other | -24
              2 | -3  | 2.1                |                                    |
              2 | -25 |                    | rx.gcsf.pegfilgrastim rx.gcsf.other | -25
              3 | -3  | 2.1                |                                    |
              3 | -24 |                    | rx.gcsf.other                      | -24
              4 | -3  | 2.1                |                                    |
              4 | -24 |                    | rx.gcsf.filgrastim rx.gcsf.other   | -24
        """,
        {1: "judgement needs-person", 2: "met in-range", 3: "judgement needs-person", 4: "met in-range"},
        coverage="full",
    )


def test_colony_stimulating_factor_of_unknown_time_may_have_been_given(spec_case: SpecCase) -> None:
    """Undated, without an end, still taken, or only ordered: a person must say."""
    spec_case(
        neutrophils,
        """
        patient | day | lab.neutrophil_abs | rx                 | kind      | ongoing | end
        --------+-----+--------------------+--------------------+-----------+---------+----
              1 | -3  | 2.1                |                    |           |         |
              1 |     |                    | rx.gcsf.filgrastim |           |         |
              2 | -3  | 2.1                |                    |           |         |
              2 | -60 |                    | rx.gcsf.filgrastim | statement |         |
              3 | -3  | 2.1                |                    |           |         |
              3 | -60 |                    | rx.gcsf.filgrastim | statement | T       |
              4 | -3  | 2.1                |                    |           |         |
              4 | -9  |                    | rx.gcsf.filgrastim | request   |         | -9
              5 | -3  | 2.1                |                    |           |         |
              5 |     |                    | rx.gcsf.filgrastim | dispense  |         | -40
        """,
        {
            1: "judgement needs-person",
            2: "judgement needs-person",
            3: "judgement needs-person",
            4: "judgement needs-person",
            5: "met in-range",
        },
        coverage="full",
    )


def test_without_every_medication_record_nobody_knows(spec_case: SpecCase) -> None:
    """Where the source is not complete, colony-stimulating factor may have been given unseen; too few bar all the same."""
    spec_case(
        neutrophils,
        """
        patient | day | lab.neutrophil_abs
        --------+-----+-------------------
              1 | -3  | 2.1
              2 | -3  | 0.9
        """,
        {1: "unknown not-covered", 2: "not-met below-limit"},
    )


def test_medication_records_must_reach_back_21_days_before_the_sample(spec_case: SpecCase) -> None:
    """Complete since 24 days ago is enough for a sample of 3 days ago, and not for one of 4 days ago."""
    since = {f"Medication{kind}": date(2025, 5, 8) for kind in ("Request", "Administration", "Statement", "Dispense")}
    spec_case(
        neutrophils,
        """
        patient | day | lab.neutrophil_abs | unread
        --------+-----+--------------------+-----------------------
              1 | -3  | 2.1                |
              2 | -4  | 2.1                |
              3 | -3  | 2.1                | MedicationAdministration
              4 | -3  | 2.1                | Observation
        """,
        {1: "met in-range", 2: "unknown not-covered", 3: "unknown not-understood", 4: "met in-range"},
        coverage=since,
    )
