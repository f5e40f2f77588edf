"""Pregnancy and lactation."""

from mappings.criteria.pregnancy import lactation, pregnancy
from tests.spec.conftest import SpecCase

title = "Pregnancy and lactation (I04-3, E13)"


def test_breastfeeding_bars_and_a_person_says_that_there_is_none(spec_case: SpecCase) -> None:
    """One that is uncertain, over, or noted more than 300 days ago, is for a person, and so is silence."""
    spec_case(
        lactation,
        """
        patient | day  | dx                       | active | certain | ended
        --------+------+--------------------------+--------+---------+------
              1 | -9   | status.breastfeeding     | T      |         |
              2 | -9   | status.breastfeeding     |        |         |
              3 | -9   | status.breastfeeding     |        | F       |
              4 | -9   | status.breastfeeding     | F      |         | -2
              5 | -300 | status.breastfeeding     | T      |         |
              6 | -301 | status.breastfeeding     | T      |         |
              7 |      | status.breastfeeding     | T      |         |
              8 |      | status.breastfeeding     |        |         |
              9 | -9   | status.not_breastfeeding | T      |         |
             10 |      |                          |        |         |
        """,
        {
            1: "not-met present",
            2: "not-met present",
            3: "judgement needs-person",
            4: "judgement needs-person",
            5: "not-met present",
            6: "judgement needs-person",
            7: "not-met present",
            8: "judgement needs-person",
            9: "judgement needs-person",
            10: "judgement needs-person",
        },
    )


def test_lactation_is_no_question_for_men_and_beyond_the_fertile_age(spec_case: SpecCase) -> None:
    """A man who is said to breastfeed contradicts the sex on record; a woman without a uterus may breastfeed."""
    spec_case(
        lactation,
        """
        patient | day | sex    | born                   | dx                              | active
        --------+-----+--------+------------------------+---------------------------------+-------
              1 |     | male   |                        |                                 |
              2 | -9  | male   |                        | status.breastfeeding            | T
              3 |     | female | 1969-06-01             |                                 |
              4 |     | female | 1969-06-02             |                                 |
              5 | -9  | female |                        | status.uterus_or_ovaries_absent | T
              6 |     | ?      |                        |                                 |
              7 |     | female | ?                      |                                 |
              8 |     | female | 1969-01-01..1969-12-31 |                                 |
              9 | -9  | female | 1969-06-01             | status.breastfeeding            | T
        """,
        {
            1: "not-applicable not-applicable",
            2: "unknown conflict",
            3: "not-applicable not-applicable",
            4: "judgement needs-person",
            5: "judgement needs-person",
            6: "judgement needs-person",
            7: "judgement needs-person",
            8: "judgement needs-person",
            9: "not-met present",
        },
    )


def test_a_pregnancy_on_record_bars(spec_case: SpecCase) -> None:
    """While it can still go on, which it cannot after 300 days; then, or when uncertain or only hinted at, a person asks."""
    spec_case(
        pregnancy,
        """
        patient | day        | dx                   | active | certain | ended
        --------+------------+----------------------+--------+---------+------
              1 | -30        | status.pregnant      | T      |         |
              2 | -30        | status.pregnant      |        |         |
              3 | -300       | status.pregnant      | T      |         |
              4 | -301       | status.pregnant      | T      |         |
              5 | -400..-200 | status.pregnant      | T      |         |
              6 |            | status.pregnant      | T      |         |
              7 |            | status.pregnant      |        |         |
              8 | -30        | status.pregnant      | T      | F       |
              9 | -30        | status.pregnant      | F      |         | -3
             10 | -30        | status.pregnant      | F      |         | 3
             11 | -30        | status.obstetric     | T      |         |
             12 | -30        | status.breastfeeding | T      |         |
             13 |            |                      |        |         |
        """,
        {
            1: "met present",
            2: "met present",
            3: "met present",
            4: "judgement needs-person",
            5: "judgement needs-person",
            6: "met present",
            7: "judgement needs-person",
            8: "judgement needs-person",
            9: "judgement needs-person",
            10: "met present",
            11: "judgement needs-person",
            12: "met present",
            13: "judgement needs-person",
        },
    )


def test_a_positive_test_bars(spec_case: SpecCase) -> None:
    """In serum or urine, or a status of pregnant, within 28 days; one that is unsure or of unsure time is for a person."""
    spec_case(
        pregnancy,
        """
        patient | day      | lab.hcg_serum_quant | lab.hcg_urine_qual | lab.hcg_urine_quant | obs.pregnancy_status | problem
        --------+----------+---------------------+--------------------+---------------------+----------------------+------------
              1 | -3       | 250                 |                    |                     |                      |
              2 | -3       |                     | positive           |                     |                      |
              3 | -28      |                     | positive           |                     |                      |
              4 | -29      |                     | positive           |                     |                      |
              5 | -40..-10 |                     | positive           |                     |                      |
              6 | -3       |                     | positive           |                     |                      | preliminary
              7 | -3       |                     | negative           |                     |                      |
              8 | -3       |                     |                    |                     | positive             |
              9 | -3       |                     |                    |                     | negative             |
             10 | -3       |                     |                    | 90                  |                      |
             11 | -3       |                     | positive           |                     |                      |
             11 | -3       |                     | negative           |                     |                      |
             12 | -3       | 0.6                 |                    |                     |                      |
             13 |          |                     | positive           |                     |                      |
        """,
        {
            1: "met present",
            2: "met present",
            3: "met present",
            4: "judgement needs-person",
            5: "judgement needs-person",
            6: "judgement needs-person",
            7: "judgement needs-person",
            8: "met present",
            9: "judgement needs-person",
            10: "judgement needs-person",
            11: "judgement needs-person",
            12: "judgement needs-person",
            13: "judgement needs-person",
        },
    )


def test_a_later_negative_serum_hcg_contradicts_a_positive_test(spec_case: SpecCase) -> None:
    """Then a person decides; an earlier one, or one of the same time, or one that cannot be read, contradicts nothing."""
    spec_case(
        pregnancy,
        """
        patient | day     | lab.hcg_serum_quant | lab.hcg_urine_qual | obs.pregnancy_status | problem
        --------+---------+---------------------+--------------------+----------------------+------------
              1 | -9      |                     | positive           |                      |
              1 | -3      | 0.6                 |                    |                      |
              2 | -9      |                     |                    | positive             |
              2 | -3      | 0.6                 |                    |                      |
              3 | -3      |                     | positive           |                      |
              3 | -9      | 0.6                 |                    |                      |
              4 | -3      |                     | positive           |                      |
              4 | -3      | 0.6                 |                    |                      |
              5 | -9      |                     | positive           |                      |
              5 | -3      | 0.6                 |                    |                      | preliminary
              6 | -9      |                     | positive           |                      |
              6 | -3      | <20                 |                    |                      |
        """,
        {
            1: "judgement needs-person",
            2: "judgement needs-person",
            3: "met present",
            4: "met present",
            5: "met present",
            6: "met present",
        },
    )


def test_a_wish_to_conceive_bars(spec_case: SpecCase) -> None:
    """That there is none is for the patient to say to a person; a negative pregnancy test is no answer to it."""
    spec_case(
        pregnancy,
        """
        patient | day | obs.pregnancy_intention | lab.hcg_serum_quant
        --------+-----+-------------------------+--------------------
              1 | -9  | positive                |
              1 | -3  |                         | 0.6
              2 | -9  | negative                |
              3 | -9  | indeterminate           |
              4 | -29 | positive                |
        """,
        {
            1: "met present",
            2: "judgement needs-person",
            3: "judgement needs-person",
            4: "judgement needs-person",
        },
    )


def test_pregnancy_is_no_question_for_men_and_those_who_cannot_conceive(spec_case: SpecCase) -> None:
    """Unless the record speaks of one: that contradicts the sex on record, or the sterility."""
    spec_case(
        pregnancy,
        """
        patient | day | sex    | born       | dx               | active | ended | proc                            | lab.hcg_urine_qual
        --------+-----+--------+------------+------------------+--------+-------+---------------------------------+-------------------
              1 |     | male   |            |                  |        |       |                                 |
              2 | -9  | male   |            | status.pregnant  |        |       |                                 |
              3 | -9  | male   |            |                  |        |       |                                 | positive
              4 |     | female | 1969-06-01 |                  |        |       |                                 |
              5 |     | female |            |                  |        |       | status.uterus_or_ovaries_absent |
              6 |     | female |            |                  |        |       | status.sterilised_female        |
              7 | -9  | female |            | status.pregnant  |        |       | status.sterilised_female        |
              8 | -9  | female |            | status.obstetric |        |       | status.uterus_or_ovaries_absent |
              9 | -90 | female |            | status.obstetric | F      | -30   | status.uterus_or_ovaries_absent |
             10 | -29 | female |            |                  |        |       | status.uterus_or_ovaries_absent | positive
             11 |     | ?      |            |                  |        |       |                                 |
             12 | -9  | ?      |            | status.pregnant  |        |       |                                 |
             13 |     | female | ?          |                  |        |       |                                 |
             14 | -9  | male   |            | status.obstetric |        |       |                                 |
        """,
        {
            1: "not-applicable not-applicable",
            2: "unknown conflict",
            3: "unknown conflict",
            4: "not-applicable not-applicable",
            5: "not-applicable not-applicable",
            6: "not-applicable not-applicable",
            7: "met present",
            8: "judgement needs-person",
            9: "not-applicable not-applicable",
            10: "not-applicable not-applicable",
            11: "unknown missing",
            12: "met present",
            13: "unknown missing",
            14: "unknown conflict",
        },
    )
