"""Serum hCG."""

from datetime import timedelta

import msgspec

from mappings.criteria.pregnancy import pregnancy_test
from mappings.facts import Result, Source
from mappings.site import Occasion
from tests.spec.conftest import SpecCase
from tests.spec.tables import AT, records

title = "Serum hCG (I04-2)"


def test_a_negative_serum_hcg_within_7_days_is_asked_for(spec_case: SpecCase) -> None:
    """The seventh day still counts; a positive one bars, an older one and one in urine leave the clause open."""
    spec_case(
        pregnancy_test,
        """
        patient | day     | lab.hcg_serum_qual | lab.hcg_urine_qual
        --------+---------+--------------------+-------------------
              1 | -7      | negative           |
              2 | -8      | negative           |
              3 | -7      | positive           |
              4 | -20..-3 | negative           |
              5 | -3      |                    | negative
              6 | 0       | negative           |
              7 |         |                    |
              8 |         | negative           |
        """,
        {
            1: "met negative",
            2: "unknown outdated",
            3: "not-met positive",
            4: "unknown partial-date",
            5: "unknown missing",
            6: "met negative",
            7: "unknown missing",
            8: "unknown partial-date",
        },
    )


def test_a_number_is_held_against_its_own_range(spec_case: SpecCase) -> None:
    """Up to its own upper limit it is negative; without one, below 5 IU/L. A range of pregnancy is no normal range."""
    spec_case(
        pregnancy_test,
        """
        patient | day | lab.hcg_serum_quant | low | high
        --------+-----+---------------------+-----+-------
              1 | -3  | 5.3                 |     | 5.3
              2 | -3  | 5.4                 |     | 5.3
              3 | -3  | 4.9                 |     |
              4 | -3  | 5                   |     |
              5 | -3  | 0                   |     |
              6 | -3  | <5                  |     |
              7 | -3  | <10                 |     | 5.3
              8 | -3  | >1000               |     | 5.3
              9 | -3  | 90                  | 5   | 117000
             10 | -3  | 4.9                 | 0   | 0
             11 | -3  | -1                  |     |
             12 | -3  | 6                   | 4.9 | 6
        """,
        {
            1: "met negative",
            2: "not-met positive",
            3: "met negative",
            4: "not-met positive",
            5: "met negative",
            6: "met negative",
            7: "unknown censored",
            8: "not-met positive",
            9: "not-met positive",
            10: "met negative",
            11: "unknown no-value",
            12: "met negative",
        },
    )


def test_a_later_result_that_nobody_can_read_is_not_hidden(spec_case: SpecCase) -> None:
    """Preliminary, without a unit, borderline, or in other words: the earlier negative one does not stand in."""
    spec_case(
        pregnancy_test,
        """
        patient | day | lab.hcg_serum_qual | lab.hcg_serum_quant | problem
        --------+-----+--------------------+---------------------+------------
              1 | -5  | negative           |                     |
              1 | -2  | negative           |                     | preliminary
              2 | -5  | negative           |                     |
              2 | -2  |                    | none                | unit
              3 | -5  | negative           |                     |
              3 | -2  | indeterminate      |                     |
              4 | -5  | negative           |                     |
              4 | -2  | see report         |                     |
              5 | -5  | positive           |                     |
              5 | -2  | negative           |                     |
              6 | -2  | negative           |                     |
              6 | -2  |                    | 0.6                 |
              7 | -2  | negative           |                     |
              7 | -2  |                    | 250                 |
        """,
        {
            1: "unknown preliminary",
            2: "unknown unit",
            3: "unknown no-value",
            4: "unknown no-value",
            5: "met negative",
            6: "met negative",
            7: "unknown conflict",
        },
    )


def test_words_and_number_must_agree(spec_case: SpecCase) -> None:
    """A number that came with a word, or was flagged as high by the laboratory, decides nothing against it."""
    spec_case(
        pregnancy_test,
        """
        patient | day | lab.hcg_serum_quant | high | answer        | flag
        --------+-----+---------------------+------+---------------+-------
              1 | -3  | 0.6                 | 5.3  | negative      |
              2 | -3  | 250                 | 5.3  | negative      |
              3 | -3  | 0.6                 | 5.3  | positive      |
              4 | -3  | 250                 | 5.3  | positive      | high
              5 | -3  | 4.1                 |      |               | high
              6 | -3  | 4.1                 |      |               | normal
              7 | -3  | <10                 | 5.3  | negative      |
              8 | -3  | none                |      | negative      |
              9 | -3  | 0.6                 | 5.3  | indeterminate |
        """,
        {
            1: "met negative",
            2: "unknown conflict",
            3: "unknown conflict",
            4: "not-met positive",
            5: "unknown conflict",
            6: "met negative",
            7: "met negative",
            8: "met negative",
            9: "unknown conflict",
        },
    )


def test_one_kind_of_hcg_test_never_hides_another_of_the_same_time() -> None:
    """Of one blood sample, a word and a number count both, whichever was issued later; two of a kind, only the later."""
    table = """
    patient | day | lab.hcg_serum_qual | lab.hcg_serum_quant
    --------+-----+--------------------+--------------------
          1 | -2  | positive           |
          1 | -2  |                    | 0.6
          2 | -2  | positive           |
          2 | -2  | negative           |
    """

    def issued(one: Result, hours: int) -> Result:
        source = Source(one.source.reference, issued=AT - timedelta(hours=hours))
        return msgspec.structs.replace(one, source=source)

    answers = {}
    for number, record in records(table).items():
        by_concept = {
            name: tuple(issued(one, 2 if one.raw == "positive" else 1) for one in found)
            for name, found in record.results.items()
        }
        answers[number] = pregnancy_test(msgspec.structs.replace(record, results=by_concept), Occasion(AT)).reason
    assert answers == {1: "conflict", 2: "negative"}


def test_who_cannot_be_pregnant_needs_no_test(spec_case: SpecCase) -> None:
    """Men, women beyond 55 years, after removal of uterus or ovaries, or after menopause; not after tubal ligation."""
    spec_case(
        pregnancy_test,
        """
        patient | sex    | born       | dx                              | proc
        --------+--------+------------+---------------------------------+---------------------------------
              1 | male   |            |                                 |
              2 | female | 1969-06-01 |                                 |
              3 | female | 1969-06-02 |                                 |
              4 | female |            |                                 | status.uterus_or_ovaries_absent
              5 | female |            | status.postmenopausal           |
              6 | female |            |                                 | status.sterilised_female
              7 | female |            | status.infertile                |
              8 | ?      |            |                                 |
              9 | female | ?          |                                 |
        """,
        {
            1: "not-applicable not-applicable",
            2: "not-applicable not-applicable",
            3: "unknown missing",
            4: "not-applicable not-applicable",
            5: "not-applicable not-applicable",
            6: "unknown missing",
            7: "unknown missing",
            8: "unknown missing",
            9: "unknown missing",
        },
    )
