"""Other causes of thrombocytopenia."""

from datetime import date

import pytest

from mappings.criteria.other_causes import OTHER_CAUSES, other_causes
from mappings.site import Occasion
from tests.spec.conftest import SpecCase
from tests.spec.tables import AT, records

title = "Other causes of thrombocytopenia (I02-ITP-3)"


def test_a_possible_other_cause_is_for_a_person(spec_case: SpecCase) -> None:
    """Infection, myelosuppression, hypersplenism and the like are judged by a person, certain or not, dated or not.

    Lupus and immune thrombocytopenia themselves are no other cause.
    """
    spec_case(
        other_causes,
        """
        patient | day  | dx                            | active | certain | unread
        --------+------+-------------------------------+--------+---------+----------
              1 | -40  | dx.hypersplenism              | T      |         |
              2 | -400 | dx.myelosuppression           |        |         |
              3 |      | dx.infection_viral            |        | F       |
              4 | -40  | dx.secondary_thrombocytopenia | T      |         |
              5 | -400 | dx.sle dx.itp                 | T      |         |
              6 |      |                               |        |         | Condition
        """,
        {
            1: "judgement needs-person",
            2: "judgement needs-person",
            3: "judgement needs-person",
            4: "judgement needs-person",
            5: "met absent",
            6: "unknown not-understood",
        },
        coverage="full",
    )


def test_a_cause_that_is_over_counts_no_more(spec_case: SpecCase) -> None:
    """A diagnosis counts until it ended; one that ends after the screening was active then."""
    spec_case(
        other_causes,
        """
        patient | day | dx           | active | ended | unread
        --------+-----+--------------+--------+-------+----------
              1 | -90 | dx.infection | F      | -60   |
              2 | -90 | dx.infection | F      | 5     |
              3 | -90 | dx.infection | F      |       |
              4 | -90 | dx.infection |        |       |
              5 | -90 | dx.infection | F      | -60   | Condition
        """,
        {
            1: "met absent",
            2: "judgement needs-person",
            3: "met absent",
            4: "judgement needs-person",
            5: "unknown not-understood",
        },
        coverage="full",
    )


def test_silence_excludes_causes_only_in_complete_records(spec_case: SpecCase) -> None:
    """With nothing found the clause holds where every diagnosis is on record and was understood."""
    table = """
        patient | unread
        --------+------------
              1 |
              2 | Condition
              3 | Observation
    """
    spec_case(
        other_causes,
        table,
        {1: "met absent", 2: "unknown not-understood", 3: "met absent"},
        coverage="full",
    )
    nothing = dict.fromkeys((1, 2, 3), "unknown not-covered")
    spec_case(other_causes, table, nothing)
    spec_case(other_causes, table, nothing, coverage={"Observation": date.min})


@pytest.mark.parametrize("concept", OTHER_CAUSES)
def test_each_cause_is_looked_for(concept: str) -> None:
    """No cause in the list is passed over."""
    (record,) = records(f"patient | day | dx | active\n1 | -9 | {concept} | T").values()
    finding = other_causes(record, Occasion(AT, full_coverage=True))
    assert (finding.state, finding.about) == ("judgement", concept)


def test_the_end_of_a_cause_turns_the_answer() -> None:
    """The day after the one on which an infection ends is named, as the clause may hold from then on."""
    (record,) = records("patient | day | dx | active | ended\n1 | -90 | dx.infection | F | 5").values()
    assert other_causes(record, Occasion(AT, full_coverage=True)).turns == (date(2025, 6, 7),)
