"""Acute decline of creatinine clearance."""

from mappings.criteria.creatinine_clearance import creatinine_clearance
from tests.spec.conftest import SpecCase

title = "Acute decline of creatinine clearance (I03-6)"


def test_an_acute_decline_is_for_a_person(spec_case: SpecCase) -> None:
    """Up by 26.5 umol/L in 48 h, or to 1.5 times a value of the week before: a clearance so low does not bar by itself."""
    spec_case(
        creatinine_clearance,
        """
        patient | day | lab.creatinine_molar | vital.weight
        --------+-----+----------------------+-------------
              1 | -4  | 300                  |
              1 | -2  | 326.5                |
              1 | -2  |                      | 60
              2 | -4  | 300                  |
              2 | -2  | 326.4                |
              2 | -2  |                      | 60
              3 | -5  | 300                  |
              3 | -2  | 326.5                |
              3 | -2  |                      | 60
              4 | -9  | 200                  |
              4 | -2  | 300                  |
              4 | -2  |                      | 60
              5 | -10 | 200                  |
              5 | -2  | 300                  |
              5 | -2  |                      | 60
              6 | -9  | 201                  |
              6 | -2  | 300                  |
              6 | -2  |                      | 60
              7 | -9  | 200                  |
              7 | -2  | >300                 |
              7 | -2  |                      | 60
              8 | -4  | 0                    |
              8 | -2  | 300                  |
              8 | -2  |                      | 60
              9 | -4  | -1                   |
              9 | -2  | 300                  |
              9 | -2  |                      | 60
        """,
        {
            1: "judgement below-limit",
            2: "not-met below-limit",
            3: "not-met below-limit",
            4: "judgement below-limit",
            5: "not-met below-limit",
            6: "not-met below-limit",
            7: "judgement below-limit",
            8: "not-met below-limit",
            9: "not-met below-limit",
        },
    )


def test_an_acute_decline_to_a_clearance_that_is_enough_is_for_a_person_too(spec_case: SpecCase) -> None:
    """The words may forgive a low value, or exclude whoever is in decline; a number that is only just enough may fall."""
    spec_case(
        creatinine_clearance,
        """
        patient | day      | lab.creatinine_molar | vital.weight | dx     | active | ended
        --------+----------+----------------------+--------------+--------+--------+------
              1 | -9       | 80                   |              |        |        |
              1 | -2       | 120                  |              |        |        |
              1 | -2       |                      | 60           |        |        |
              2 | -2       | 80                   |              |        |        |
              2 | -2       |                      | 60           |        |        |
              2 | -9       |                      |              | dx.aki | T      |
              3 | -2       | 80                   |              |        |        |
              3 | -2       |                      | 60           |        |        |
              3 | -400     |                      |              | dx.aki | F      | -380
              4 | -2       | 300                  |              |        |        |
              4 | -2       |                      | 60           |        |        |
              4 | -9       |                      |              | dx.aki |        |
              5 | -2       | <300                 |              |        |        |
              5 | -2       |                      | 60           |        |        |
              5 | -9       |                      |              | dx.aki | T      |
              6 | -9       | 120                  |              |        |        |
              6 | -2       | 80                   |              |        |        |
              6 | -2       |                      | 60           |        |        |
              7 | -2       | <80                  |              |        |        |
              7 | -3       | 40                   |              |        |        |
              7 | -2       |                      | 60           |        |        |
              8 | -20..-3  | 60                   |              |        |        |
              8 | -2       | 120                  |              |        |        |
              8 | -2       |                      | 60           |        |        |
              9 |          | 60                   |              |        |        |
              9 | -2       | 120                  |              |        |        |
              9 | -2       |                      | 60           |        |        |
        """,
        {
            1: "judgement in-range",
            2: "judgement in-range",
            3: "met in-range",
            4: "judgement below-limit",
            5: "unknown censored",
            6: "met in-range",
            7: "met in-range",
            8: "judgement in-range",
            9: "unknown partial-date",
        },
    )


def test_read_strictly_the_number_decides(spec_case: SpecCase) -> None:
    """A site may read the clause without its exception."""
    spec_case(
        creatinine_clearance,
        """
        patient | day | lab.creatinine_molar | vital.weight
        --------+-----+----------------------+-------------
              1 | -4  | 200                  |
              1 | -2  | 300                  |
              1 | -2  |                      | 60
              2 | -4  | 80                   |
              2 | -2  | 120                  |
              2 | -2  |                      | 60
              3 | -2  | 120                  |
        """,
        {1: "not-met below-limit", 2: "met in-range", 3: "unknown missing"},
        readings={"acute_decline": "strict"},
    )
