"""Heart failure."""

from mappings.criteria.heart_failure import heart_failure
from tests.spec.conftest import SpecCase

title = "Heart failure (E04)"


def test_a_heart_failure_that_may_be_active_is_for_a_person(spec_case: SpecCase) -> None:
    """The registered words are loose, so software never bars; one that is over does not count."""
    spec_case(
        heart_failure,
        """
        patient | dx                        | day  | active | certain | ended
        --------+---------------------------+------+--------+---------+------
              1 | dx.heart_failure          | -400 | T      |         |
              2 | dx.heart_failure          | -400 |        | F       |
              3 | dx.cardiogenic_shock      | -400 | T      |         |
              4 | dx.heart_failure_possible | -400 |        |         |
              5 | dx.heart_failure          | -400 | F      |         | 2
              6 | dx.heart_failure          | -400 | F      |         | -2
        """,
        {**dict.fromkeys(range(1, 6), "judgement needs-person"), 6: "not-met absent"},
        coverage="full",
    )


def test_a_low_ejection_fraction_is_for_a_person(spec_case: SpecCase) -> None:
    """The latest one counts; at 50 % it is not low, and one that cannot be read may be."""
    spec_case(
        heart_failure,
        """
        patient | day  | obs.lvef
        --------+------+---------
              1 | -400 | 50
              2 | -400 | 49.9
              3 | -400 | >40
              4 | -400 | none
              5 | -400 | 35
              5 | -10  | 60
              6 | -10  | reduced
        """,
        {
            1: "not-met absent",
            2: "judgement needs-person",
            3: "judgement needs-person",
            4: "judgement needs-person",
            5: "not-met absent",
            6: "judgement needs-person",
        },
        coverage="full",
    )


def test_no_record_is_no_proof(spec_case: SpecCase) -> None:
    """Not even a normal ejection fraction clears without complete diagnoses."""
    table = """
        patient | day | obs.lvef | unread
        --------+-----+----------+----------
              1 | -10 | 60       |
              2 | -10 | 60       | Condition
        """
    spec_case(heart_failure, table, {1: "unknown not-covered", 2: "unknown not-covered"})
    spec_case(heart_failure, table, {1: "not-met absent", 2: "unknown not-understood"}, coverage="full")
