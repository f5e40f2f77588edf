"""Results as sightings: what cannot be graded, what has no date, and terms that several analytes grade."""

import pytest

from tests.spec.safety.events import chosen, found, only, told


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ("patient | day | lab.alt | high\n1 | 5 | 900 | 40\n1 | 9 | 30 | 40", "no-baseline"),
        ("patient | day | lab.glucose | high\n1 | -3 | 5 | 6.1\n1 | 5 | 15 | 6.1\n1 | 9 | 5 | 6.1", "needs-person"),
    ],
)
def test_an_abnormal_result_is_an_event_though_it_has_no_grade(table: str, reason: str) -> None:
    """A result outside of its normal range that only a baseline or a person could grade shows an event all the same."""
    one = only(table)
    assert (told(one), one.at_least, one.reason, one.emergent) == ("None(None) 5-9 resolved", 0, reason, None)


def test_a_result_that_may_be_normal_is_no_event() -> None:
    """A result without a normal range, or within it, of which no grade is sure, shows nothing: a baseline is not missed."""
    assert found("patient | day | lab.neutrophil_abs\n1 | 5 | 1.8") == ()
    assert found("patient | day | lab.creatinine_molar | high\n1 | 5 | 97 | 97\n1 | 9 | 60 | 97") == ()
    assert found("patient | day | lab.creatinine_molar | high\n1 | 5 | <98 | 97") == ()
    assert found("patient | day | obs.lvef\n1 | 5 | 60") == ()
    assert found("patient | day | obs.lvef | low\n1 | 5 | 55 | 55") == ()
    assert told(only("patient | day | obs.lvef | low\n1 | 5 | 54 | 55")) == "None(None) 5- unknown"
    assert told(only("patient | day | lab.creatinine_molar | high\n1 | 5 | 98 | 97")) == "None(None) 5- unknown"
    assert told(only("patient | day | lab.neutrophil_abs\n1 | 5 | 1.2")) == "2(2) 5- unknown"


def test_a_result_without_a_date_shows_an_event_of_any_time() -> None:
    """A result of unknown date is part of what was seen last, and tells neither its onset nor its end."""
    dated = "1 | -3 | 3 | 2.0\n1 | 5 | 0.7 | 2.0\n1 | 9 | 3 | 2.0"
    undated = only(f"patient | day | lab.neutrophil_abs | low\n1 | | 0.4 | 2.0\n{dated}")
    assert (told(undated), undated.emergent) == ("4(4) 5-9 resolved", True)
    alone = only("patient | day | lab.neutrophil_abs | low\n1 | | 0.4 | 2.0\n1 | | 3 | 2.0")
    assert (alone.worst_grade, alone.end, alone.emergent) == (4, None, None)


KIDNEY = """
patient | day | lab.egfr_ckdepi2021 | lab.upcr_mass_ratio | low
1       | -3  |                     | 0.2                 |
1       | -3  | 100                 |                     | 90
1       | 20  |                     | 1.5                 |
1       | 25  | 100                 |                     | 90
1       | 30  | {egfr}              |                     | 90
1       | 40  |                     | {upcr}              |
1       | 50  | {last}              |                     | 90
"""


@pytest.mark.parametrize(
    ("egfr", "upcr", "last", "expected"),
    [
        ("100", "0.3", "100", "1(1) 20-40 resolved"),  # the ratio alone ends it
        ("55", "0.3", "100", "2(2) 20-50 resolved"),  # it lasts until both are over
        ("55", "0.3", "55", "2(2) 20- unknown"),
        ("100", "1.5", "100", "1(1) 20- unknown"),
    ],
)
def test_only_the_same_analyte_says_that_it_is_over(egfr: str, upcr: str, last: str, expected: str) -> None:
    """Of a term that two analytes grade, a normal value of one does not end what the other shows."""
    events = found(KIDNEY.format(egfr=egfr, upcr=upcr, last=last))
    assert [told(one) for one in events if one.term.name == "Chronic kidney disease"] == [expected]


def test_the_course_of_two_analytes_shows_no_end_of_one_alone() -> None:
    """While one analyte still shows the event, a normal value of the other is no step with grade 0."""
    events = found(KIDNEY.format(egfr="55", upcr="0.3", last="100"))
    (one,) = [one for one in events if one.term.name == "Chronic kidney disease"]
    assert [step.grade for step in one.course] == [1, 2, 0]


def test_a_baseline_that_may_be_worse_is_not_known() -> None:
    """Where one analyte has a grade at the baseline and another may have a worse one, the baseline has none."""
    events = found(
        KIDNEY.replace("1       | -3  | 100 ", "1 | -3 | <80 ")
        .replace("0.2", "0.6")
        .format(egfr="25", upcr="1", last="25")
    )
    assert [one.baseline_grade for one in events if one.term.name == "Chronic kidney disease"] == [None]


def test_a_result_without_a_number_does_not_end_a_diagnosis() -> None:
    """A diagnosis that goes on goes on, whatever a later result leaves open."""
    one = only("patient | day | lab.platelet | dx\n1 | 5 | | dx.thrombocytopenia\n1 | 20 | none |")
    assert one.outcome == "ongoing"


def test_a_diagnosis_does_not_blur_the_last_grade() -> None:
    """The last grade is that of the last result, although a diagnosis without a grade came after it."""
    table = "patient | day | lab.platelet | low | dx\n1 | 5 | 100 | 125 | \n1 | 7 | | | dx.thrombocytopenia"
    assert told(only(table)) == "1(1) 5- ongoing"


def test_the_course_ends_with_what_ended_the_event() -> None:
    """The result with grade 0 that ended an event is the last step of its course."""
    one = only("patient | day | lab.platelet | low\n1 | -3 | 200 | 125\n1 | 5 | 60 | 125\n1 | 9 | 200 | 125")
    assert [(step.grade, step.origin) for step in one.course] == [(2, "laboratory"), (0, "laboratory")]


def test_the_course_begins_with_the_event() -> None:
    """What could not be told before the event began is no step of it."""
    one = only("patient | day | lab.platelet | low\n1 | 2 | none | 125\n1 | 5 | 60 | 125\n1 | 7 | none | 125")
    assert [step.grade for step in one.course] == [2, None]


def test_a_diagnosis_without_a_grade_is_no_step_after_a_grade() -> None:
    """A diagnosis without a grade tells nothing of the grade once something has: it is evidence, and no step."""
    table = "patient | day | lab.platelet | low | dx\n1 | 5 | 40 | 125 | \n1 | {} | | | dx.thrombocytopenia"
    after, before = only(table.format(7)), only(table.format(4))
    assert [step.origin for step in after.course] == ["laboratory"]
    assert [step.origin for step in before.course] == ["diagnosis", "laboratory"]
    assert len(after.evidence) == len(before.evidence) == 2


def test_version_6_grades_under_its_own_names() -> None:
    """With version 6.0 in force a term bears the name of that version, and is still one with a diagnosis of it."""
    table = "patient | day | lab.platelet | low | dx\n1 | -3 | 200 | 125 | \n1 | 5 | 20 | 125 |\n1 | 7 | | | dx.thrombocytopenia"
    one = only(table, chosen(version="6.0"))
    assert (one.term.name, one.term.interest, one.worst_grade, one.scale) == (
        "Thrombocytopenia",
        "cytopenia",
        3,
        "CTCAE 6.0",
    )
    assert one.id == only(table).id, "an event is the same in either version"
