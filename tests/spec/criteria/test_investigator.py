"""Another reason found by the investigator."""

import msgspec

from mappings.criteria.investigator import investigator
from mappings.site import Occasion
from tests.spec.conftest import SpecCase
from tests.spec.tables import AT, records

title = "Investigator's decision (E14)"


def test_silence_is_no_reason(spec_case: SpecCase) -> None:
    """Only a person's word can make this clause bar, and nothing need be on record for it to be silent."""
    spec_case(
        investigator,
        """
        patient | dx               | day | unread
        --------+------------------+-----+-------
              1 |                  |     |
              2 | dx.heart_failure | -9  |
              3 |                  |     | Condition
        """,
        {1: "not-met absent", 2: "not-met absent", 3: "not-met absent"},
    )


def test_an_answer_that_nobody_understood_is_no_silence(spec_case: SpecCase) -> None:
    """A checklist that could not be read may hold the reason."""
    spec_case(
        investigator,
        """
        patient | dx | unread
        --------+----+----------------------
              1 |    | QuestionnaireResponse
              2 |    | *
        """,
        {1: "unknown not-understood", 2: "unknown not-understood"},
    )


def test_an_answer_that_is_neither_yes_nor_no_leaves_the_clause_open() -> None:
    """Somebody gave an answer, in words of their own."""
    record = msgspec.structs.replace(records("patient | unread\n 1 | ")[1], unanswered=frozenset({"E14"}))
    assert investigator(record, Occasion(AT)).reason == "not-understood"
