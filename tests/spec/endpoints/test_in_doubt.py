"""Results of week 12 that are closer to its day than the one that can be used, and cannot be used themselves."""

from tests.spec.endpoints.responses import platelets, renal, told

title = "Results of week 12 in doubt"


def test_no_response_rests_on_the_second_best_result() -> None:
    """Where the result closest to week 12 cannot be used, one farther off is not taken in its place; of one day it is."""
    found = renal(
        """
        patient | day  | lab.upcr_mass_ratio | problem
        --------+------+---------------------+------------
              1 | 80   | 0.3                 |
              1 | 84   | 0.2                 | unit
              2 | 84   | 0.3                 |
              2 | 80   | 2.2                 | unit
              3 | 84   | 0.3                 |
              3 | 84.2 | 2.2                 | unit
              4 | 80   | 0.3                 |
              4 | 88   | 2.2                 | conflict
              5 | 80   | 2.2                 | conflict
              5 | 88   | 0.3                 |
              6 | 80   | 0.3                 |
              6 | 84   | none                | no-value
              7 | 80   | 0.3                 |
              7 | 75   | 2.2                 | unit
              8 | 84   | 0.3                 | unit
        """
    )
    assert told(found) == {
        1: "not-evaluable conflict",
        2: "CRR",
        3: "CRR",
        4: "not-evaluable conflict",
        5: "CRR",
        6: "CRR",
        7: "CRR",
        8: "not-evaluable missing",
    }


def test_a_preliminary_result_counts_as_it_stands_against_a_response() -> None:
    """A closer preliminary value must say the same as the final one, else nobody can tell."""
    found = renal(
        """
        patient | day | lab.upcr_mass_ratio | problem
        --------+-----+---------------------+------------
              1 | 80  | 0.3                 |
              1 | 84  | 0.4                 | preliminary
              2 | 80  | 0.3                 |
              2 | 84  | 0.5                 | preliminary
              3 | 80  | 0.3                 |
              3 | 84  | none                | preliminary
        """
    )
    assert told(found) == {1: "CRR", 2: "not-evaluable conflict", 3: "not-evaluable conflict"}


def test_the_same_holds_of_creatinine_and_platelets() -> None:
    """A creatinine or a count that is closer and cannot be used leaves the response open."""
    kidneys = renal(
        """
        patient | day | lab.upcr_mass_ratio | lab.creatinine_molar | problem
        --------+-----+---------------------+----------------------+--------
              1 | 84  | 0.3                 |                      |
              1 | 80  |                     | 60                   |
              1 | 84  |                     | 60                   | unit
        """
    )
    counts = platelets(
        """
        patient | day | lab.platelet | problem
        --------+-----+--------------+--------
              1 | 80  | 120          |
              1 | 95  | 120          |
              1 | 84  | 20           | unit
        """
    )
    assert told(kidneys) == {1: "not-evaluable censored"}
    assert told(counts) == {1: "not-evaluable conflict"}
