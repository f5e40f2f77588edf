"""Mental illness and cognitive impairment."""

from mappings.criteria.mental_state import DISORDERS, mental_state
from mappings.site import Occasion
from tests.spec.conftest import SpecCase
from tests.spec.tables import AT, records

title = "Mental state (E10)"


def test_every_mental_illness_on_record_is_for_a_person(spec_case: SpecCase) -> None:
    """Severity is a judgement, and so is what a remission means; software never bars."""
    spec_case(
        mental_state,
        """
        patient | dx                       | day   | active | certain | severity
        --------+--------------------------+-------+--------+---------+---------
              1 | dx.severe_mental_illness | -4000 | T      |         | severe
              2 | dx.severe_mental_illness | -4000 | F      |         |
              3 | dx.cognitive_impairment  | -400  | T      |         | mild
              4 | dx.psychosis             | -400  |        | F       |
              5 | dx.depression_any        | -400  | T      |         |
        """,
        {**dict.fromkeys(range(1, 5), "judgement needs-person"), 5: "not-met absent"},
        coverage="full",
    )


def test_every_kind_is_looked_at() -> None:
    """Psychoses and organic brain syndromes count here as well, exceptions of E03 or not."""
    for concept in DISORDERS:
        record = records(f"patient | dx | day\n 1 | {concept} | -9")[1]
        assert mental_state(record, Occasion(AT, full_coverage=True)).state == "judgement", concept


def test_no_record_is_no_proof(spec_case: SpecCase) -> None:
    """Without declared coverage, or with a diagnosis that could not be understood, nothing is cleared."""
    table = """
        patient | unread
        --------+----------
              1 |
              2 | Condition
        """
    spec_case(mental_state, table, {1: "unknown not-covered", 2: "unknown not-covered"})
    spec_case(mental_state, table, {1: "not-met absent", 2: "unknown not-understood"}, coverage="full")
