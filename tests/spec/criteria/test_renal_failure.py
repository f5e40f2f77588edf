"""End-stage renal failure."""

from mappings.criteria.renal_failure import renal_failure
from tests.spec.conftest import SpecCase

title = "End-stage renal failure (E07)"


def test_end_stage_disease_dialysis_dependence_and_a_transplant_bar(spec_case: SpecCase) -> None:
    """A transplant is for good; the others bar while they may be active and are certain."""
    spec_case(
        renal_failure,
        """
        patient | dx                          | proc                   | day   | active | certain
        --------+-----------------------------+------------------------+-------+--------+--------
              1 | dx.esrd                     |                        | -400  | T      |
              2 | dx.dialysis_dependence      |                        | -400  |        |
              3 | dx.kidney_transplant_status |                        |       |        |
              4 |                             | proc.kidney_transplant | -4000 |        |
              5 | dx.esrd                     |                        | -400  | T      | F
              6 | dx.esrd                     |                        | -400  | F      |
        """,
        {
            **dict.fromkeys((1, 2, 3, 4), "met present"),
            5: "judgement needs-person",
            6: "judgement needs-person",
        },
        coverage="full",
    )


def test_what_may_be_end_stage_is_for_a_person(spec_case: SpecCase) -> None:
    """Stage 5 without dialysis, a stage that was not told, a dialysis that may have been an acute one."""
    spec_case(
        renal_failure,
        """
        patient | dx                           | proc                   | day  | active | problem
        --------+------------------------------+------------------------+------+--------+------------
              1 | dx.ckd5                      |                        | -40  | T      |
              2 | dx.ckd5                      |                        | -400 | F      |
              3 | dx.renal_failure_unspecified |                        | -40  |        |
              4 |                              | proc.dialysis          | -400 |        |
              5 |                              | proc.kidney_transplant | -400 |        | preliminary
              6 | dx.ckd                       |                        | -400 | T      |
        """,
        {
            1: "judgement needs-person",
            2: "not-met absent",
            3: "judgement needs-person",
            4: "judgement needs-person",
            5: "judgement needs-person",
            6: "not-met absent",
        },
        coverage="full",
    )


def test_a_filtration_rate_below_15_for_90_days_bars(spec_case: SpecCase) -> None:
    """A low one that has not lasted, or may not have, is for a person; a later better one ends it."""
    spec_case(
        renal_failure,
        """
        patient | day       | lab.egfr_ckdepi2021 | lab.egfr_mdrd
        --------+-----------+---------------------+--------------
              1 | -92       | 14.9                |
              1 | -2        |                     | 12
              2 | -91       | 14.9                |
              2 | -2        | 12                  |
              3 | -2        | 14.9                |
              4 | -2        | 15                  |
              5 | -92       | 12                  |
              5 | -40       | 15                  |
              5 | -2        | 12                  |
              6 | -92       | 12                  |
              6 | -2        | 31                  |
              7 | -100..-80 | 12                  |
              7 | -2        | 12                  |
              8 |           | 12                  |
              9 | -2        | <30                 |
        """,
        {
            1: "met present",
            2: "judgement needs-person",
            3: "judgement needs-person",
            4: "not-met absent",
            5: "judgement needs-person",
            6: "not-met absent",
            7: "judgement needs-person",
            8: "judgement needs-person",
            9: "not-met absent",
        },
        coverage="full",
    )


def test_no_record_is_no_proof(spec_case: SpecCase) -> None:
    """Diagnoses and procedures must both be complete and understood; a good filtration rate does not replace them."""
    table = """
        patient | day | lab.egfr_mdrd | unread
        --------+-----+---------------+----------
              1 | -2  | 95            |
              2 |     |               | Procedure
              3 |     |               | Condition
        """
    spec_case(renal_failure, table, dict.fromkeys((1, 2, 3), "unknown not-covered"))
    spec_case(
        renal_failure,
        table,
        {1: "not-met absent", 2: "unknown not-understood", 3: "unknown not-understood"},
        coverage="full",
    )
