"""Bleeding before the platelet count of week 12."""

import msgspec
import pytest

from mappings.criteria.verdicts import evidence_of
from mappings.facts import GradeNumber, ProcedureDone, Source
from mappings.followed import Episode, EventTerm
from tests.spec.endpoints.responses import occasion, on_day, platelets, told

title = "Bleeding"
RESPONDING = """
        patient | day | lab.platelet
        --------+-----+-------------
              1 | 84  | 120
              1 | 77  | 120
"""


def bleeding(
    grade: GradeNumber | None,
    first: float,
    last: float | None,
    *,
    at_least: GradeNumber = 0,
    confirmed: bool | None = None,
) -> Episode:
    """A bleeding from ``first`` to ``last``."""
    return Episode(
        id="bleeding",
        term=EventTerm("Epistaxis", None, "bleeding"),
        scale="CTCAE 5.0",
        source="derived",
        confirmed=confirmed,
        grade=grade,
        worst_grade=grade,
        at_least=at_least,
        onset=on_day(first),
        end=None if last is None else on_day(last),
    )


@pytest.mark.parametrize(
    ("episode", "expected"),
    [
        (bleeding(2, 77, 77), "NR bleeding"),
        (bleeding(2, 76, 76), "CR"),
        (bleeding(2, 60, None), "NR bleeding"),
        (bleeding(2, 60, 77), "NR bleeding"),
        (bleeding(2, 85, 86), "CR"),
        (bleeding(1, 80, 81), "CR"),
        (bleeding(None, 80, 81), "not-evaluable bleeding-unclear"),
        (bleeding(None, 80, 81, at_least=2), "NR bleeding"),
        (bleeding(None, 80, 81, at_least=1), "not-evaluable bleeding-unclear"),
        (bleeding(3, 80, 81, confirmed=False), "CR"),
    ],
)
def test_an_adverse_event_of_grade_2_within_7_days_denies_the_response(episode: Episode, expected: str) -> None:
    """From the seventh day before the count to its own day; a grade that nobody knows leaves it open."""
    assert told(platelets(RESPONDING, episodes=[episode])) == {1: expected}


def test_a_bleeding_stands_among_the_inputs() -> None:
    """What denies the response, or may, is told; what does neither is not."""
    shown = evidence_of([ProcedureDone(source=Source("AdverseEvent/1"))])
    denies = msgspec.structs.replace(bleeding(2, 80, 81), evidence=shown)
    episodes = [denies, bleeding(None, 78, 79), bleeding(3, 10, 11)]
    inputs = platelets(RESPONDING, episodes=episodes)[1].inputs
    assert [(one.day, one.used, one.note, one.evidence) for one in inputs if one.name == "Epistaxis"] == [
        (80, True, "", shown[0]),
        (78, False, "bleeding-unclear", None),
    ]


def test_another_event_is_no_bleeding() -> None:
    """An event of another kind does not matter here."""
    other = msgspec.structs.replace(bleeding(3, 80, 81), term=EventTerm("Fever"))
    assert told(platelets(RESPONDING, episodes=[other])) == {1: "CR"}


def test_a_diagnosis_of_bleeding_counts_by_its_severity() -> None:
    """Moderate is grade 2; without a severity, an end, or certainty it is unclear."""
    found = platelets(
        """
        patient | day | lab.platelet | dx          | severity | ended | active | certain | recorded
        --------+-----+--------------+-------------+----------+-------+--------+---------+---------
              1 | 84  | 120          |             |          |       |        |         |
              1 | 77  | 120          |             |          |       |        |         |
              1 | 80  |              | ae.bleeding | moderate | 80    |        |         |
              2 | 84  | 120          |             |          |       |        |         |
              2 | 77  | 120          |             |          |       |        |         |
              2 | 80  |              | ae.bleeding | mild     | 80    |        |         |
              3 | 84  | 120          |             |          |       |        |         |
              3 | 77  | 120          |             |          |       |        |         |
              3 | 80  |              | ae.bleeding |          | 80    |        |         |
              4 | 84  | 120          |             |          |       |        |         |
              4 | 77  | 120          |             |          |       |        |         |
              4 | 60  |              | ae.bleeding | severe   | 76    |        |         |
              5 | 84  | 120          |             |          |       |        |         |
              5 | 77  | 120          |             |          |       |        |         |
              5 | 60  |              | ae.bleeding | severe   |       | F      |         |
              6 | 84  | 120          |             |          |       |        |         |
              6 | 77  | 120          |             |          |       |        |         |
              6 | 60  |              | ae.bleeding | severe   |       |        |         |
              7 | 84  | 120          |             |          |       |        |         |
              7 | 77  | 120          |             |          |       |        |         |
              7 | 80  |              | ae.bleeding | severe   | 80    |        | F       |
              8 | 84  | 120          |             |          |       |        |         |
              8 | 77  | 120          |             |          |       |        |         |
              8 |     |              | ae.bleeding | severe   | 80    |        |         | 80
        """
    )
    assert told(found) == {
        1: "NR bleeding",
        2: "CR",
        3: "not-evaluable bleeding-unclear",
        4: "CR",
        5: "not-evaluable bleeding-unclear",
        6: "NR bleeding",
        7: "not-evaluable bleeding-unclear",
        8: "NR bleeding",
    }


def test_a_recorded_grade_counts() -> None:
    """A bleeding grade of 2 or more within the days before the count denies the response."""
    found = platelets(
        """
        patient | day | lab.platelet | obs.bleeding_grade
        --------+-----+--------------+-------------------
              1 | 84  | 120          |
              1 | 77  | 120          | 2
              2 | 84  | 120          | 1
              2 | 77  | 120          |
              3 | 84  | 120          |
              3 | 77  | 120          |
              3 | 76  |              | 3
        """
    )
    assert told(found) == {1: "NR bleeding", 2: "CR", 3: "CR"}


def test_a_grade_that_is_no_number_is_read_or_leaves_the_response_open() -> None:
    """A grade in words counts; what cannot be read, or decides nothing, may have been any grade; what was not graded, none."""
    found = platelets(
        """
        patient | day | lab.platelet | obs.bleeding_grade | problem
        --------+-----+--------------+--------------------+------------
              1 | 84  | 120          |                    |
              1 | 76  | 120          |                    |
              1 | 80  |              | Grade 3            |
              2 | 84  | 120          |                    |
              2 | 76  | 120          |                    |
              2 | 80  |              | Grade 1            |
              3 | 84  | 120          |                    |
              3 | 76  | 120          |                    |
              3 | 80  |              | severe             |
              4 | 84  | 120          |                    |
              4 | 76  | 120          |                    |
              4 | 80  |              | 1                  | preliminary
              5 | 84  | 120          |                    |
              5 | 76  | 120          |                    |
              5 | 80  |              | none               | no-value
              6 | 84  | 120          |                    |
              6 | 76  | 120          |                    |
              6 | 76  |              | severe             |
        """
    )
    assert told(found) == {
        1: "NR bleeding",
        2: "CR",
        3: "not-evaluable bleeding-unclear",
        4: "not-evaluable bleeding-unclear",
        5: "CR",
        6: "CR",
    }


def test_silence_about_bleeding_proves_nothing_of_itself() -> None:
    """Where diagnoses could not all be read, nobody can say that there was no bleeding."""
    table = """
        patient | day | lab.platelet | unread
        --------+-----+--------------+----------
              1 | 84  | 120          | Condition
              1 | 77  | 120          |
    """
    assert told(platelets(table, occasion())) == {1: "not-evaluable not-understood"}
