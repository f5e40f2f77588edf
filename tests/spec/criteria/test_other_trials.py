"""Other clinical trials."""

from datetime import date

from mappings.criteria.other_trials import other_trials
from mappings.site import EVER
from tests.spec.conftest import SpecCase

title = "Other trials within 3 months (E11)"


def test_three_calendar_months_are_counted_from_the_end(spec_case: SpecCase) -> None:
    """On 1 June 2025, one that ended on 1 March (92 days ago) still counts; so does one that goes on."""
    spec_case(
        other_trials,
        """
        patient | trial | day  | ended
        --------+-------+------+---------
              1 | F     | -700 | -92
              2 | F     | -700 | -93
              3 | T     | -700 |
              4 | ?     | -700 | 30
              5 | F     | -700 | -100..-9
              6 | T     |      |
        """,
        {
            1: "met present",
            2: "not-met absent",
            3: "met present",
            4: "met present",
            5: "judgement needs-person",
            6: "met present",
        },
        coverage="full",
    )


def test_what_only_hints_at_a_trial_is_for_a_person(spec_case: SpecCase) -> None:
    """A participation whose end nobody knows, an examination for research, an enrolment."""
    spec_case(
        other_trials,
        """
        patient | trial | dx                       | proc                           | day
        --------+-------+--------------------------+--------------------------------+-----
              1 | F     |                          |                                | -700
              2 | ?     |                          |                                |
              3 |       | status.trial_participant |                                | -20
              4 |       |                          | proc.clinical_trial_enrollment | -700
        """,
        dict.fromkeys((1, 2, 3, 4), "judgement needs-person"),
        coverage="full",
    )


def test_no_record_is_no_proof(spec_case: SpecCase) -> None:
    """Participations, diagnoses and procedures must be complete through the window, and understood."""
    table = """
        patient | trial | ended | unread
        --------+-------+-------+----------------
              1 |       |       |
              2 | F     | -93   |
              3 |       |       | ResearchSubject
        """
    spec_case(other_trials, table, dict.fromkeys((1, 2, 3), "unknown not-covered"))
    declared = {"ResearchSubject": date(2025, 3, 1), "Condition": EVER, "Procedure": date(2020, 1, 1)}
    clear = {1: "not-met absent", 2: "not-met absent", 3: "unknown not-understood"}
    spec_case(other_trials, table, clear, coverage=declared)
    for kind, since in (("ResearchSubject", date(2025, 3, 2)), ("Procedure", date(2025, 3, 2))):
        spec_case(
            other_trials, table, dict.fromkeys((1, 2, 3), "unknown not-covered"), coverage={**declared, kind: since}
        )
