"""The cohort of a treated patient, how far the record reaches, and when the participant left."""

from mappings.followed import Timeline
from mappings.site import Occasion
from tests.spec.tables import AT, INFUSED
from tests.spec.test_timeline import ON, WHOLE_DAY, lines


def cohorts(table: str) -> dict[int, str]:
    """Return each patient's cohort, or why it is not known."""
    return {
        number: line.cohort or next(one for one in line.problems if one.startswith("cohort"))
        for number, line in lines(table).items()
    }


def seen(line: Timeline) -> int | None:
    """Return the study day on which somebody looked at the patient last."""
    return None if line.seen is None else (line.seen - INFUSED.date()).days


def test_the_cohort_is_the_arm_of_the_enrolment() -> None:
    """Whatever the diagnoses say; an enrolment without an arm, or one that decides nothing, leaves it to them."""
    table = """
    patient | enrolled  | arm | dx                 | day | problem
    1       | on-study  | LN  |                    |     |
    2       | on-study  | ITP |                    |     |
    2       |           |     | dx.lupus_nephritis | -90 |
    3       | on-study  | LN  |                    |     |
    3       | withdrawn | LN  |                    |     |
    4       | on-study  | LN  |                    |     |
    4       | withdrawn | ITP |                    |     |
    5       | on-study  |     |                    |     |
    5       |           |     | dx.lupus_nephritis | -90 |
    6       | on-study  | ITP |                    |     | conflict
    6       |           |     | dx.lupus_nephritis | -90 |
    """
    assert cohorts(table) == {1: "LN", 2: "ITP", 3: "LN", 4: "cohort-contradicted", 5: "LN", 6: "LN"}


def test_else_the_cohort_is_that_of_the_only_disease() -> None:
    """Known for certain by Day 0; where the other one may have been there too, only a person can say."""
    table = f"""
    patient | dx                        | day         | certain | problem
    1       | dx.lupus_nephritis_class4 | -90         |         |
    2       | dx.itp                    | -90         |         |
    3       | dx.itp                    | -90         |         |
    3       | dx.lupus_nephritis        | -90         |         |
    4       | dx.sle                    | -90         |         |
    5       | dx.itp                    | {WHOLE_DAY} |         |
    6       | dx.itp                    | 0.5         |         |
    7       | dx.itp                    | -90..0.5    |         |
    8       | dx.itp                    |             |         |
    9       | dx.itp                    | -90         | F       |
    10      | dx.itp                    | -90         |         | conflict
    11      | dx.itp                    | -90         |         |
    11      | dx.lupus_nephritis        |             | F       |
    12      | dx.itp                    | -90         |         |
    12      | dx.lupus_nephritis        | 1           |         |
    13      | dx.itp dx.lupus_nephritis | -90         |         |
    """
    unknown = "cohort-unknown"
    assert cohorts(table) == {
        1: "LN",
        2: "ITP",
        3: unknown,
        4: unknown,
        5: "ITP",
        6: unknown,
        7: unknown,
        8: unknown,
        9: unknown,
        10: unknown,
        11: unknown,
        12: "ITP",
        13: unknown,
    }


def test_the_cohort_rests_on_enrolments_or_diagnoses() -> None:
    """They stand beside the infusion as evidence; where Day 0 is not sure, what is on record today counts."""
    table = """
    patient | enrolled | arm | dx     | day | infusion
    1       | on-study | LN  |        |     |
    1       |          |     | dx.itp | -90 |
    2       |          |     | dx.itp | -90 |
    3       |          |     | dx.itp | 10  |
    3       |          |     |        |     | none
    """
    found = lines(table)
    assert {n: [one.reference for one in line.evidence] for n, line in found.items()} == {
        1: ["infusion/r1-2", "enrolled/r1-0"],
        2: ["infusion/r2-1", "dx/r2-0"],
        3: ["infusion/r3-1", "dx/r3-0"],
    }
    assert (found[3].day0, found[3].cohort) == (None, "ITP")


def test_a_patient_was_seen_when_anything_was_done() -> None:
    """Examined, treated, taken in, let go, reported, diagnosed; what was only ordered, or is planned, shows nothing."""
    table = """
    patient | day | end | vital.weight | rx            | kind    | proc             | stay      | report | dx     | recorded
    1       | 10  |     | 60           |               |         |                  |           |        |        |
    2       | 10  |     |              | rx.vasopressor |        |                  |           |        |        |
    2       | 20  |     |              | rx.vasopressor | request |                 |           |        |        |
    3       | 10  | 12  |              | rx.vasopressor |        |                  |           |        |        |
    4       | 10  |     |              |               |         | proc.dialysis    |           |        |        |
    5       | 10  | 15  |              |               |         |                  | inpatient |        |        |
    6       | 10  | 95  |              |               |         |                  | inpatient |        |        |
    7       | 10  |     |              |               |         |                  |           | Nausea |        |
    8       | 5   |     |              |               |         |                  |           |        | dx.aki | 10
    9       | 10.49 |   | 60           |               |         |                  |           |        |        |
    10      | 10.5 |    | 60           |               |         |                  |           |        |        |
    11      | 2..10 |   | 60           |               |         |                  |           |        |        |
    12      |     |     | 60           |               |         |                  |           |        |        |
    """
    assert {number: seen(line) for number, line in lines(table).items()} == {
        1: 10, 2: 10, 3: 12, 4: 10, 5: 15, 6: 10, 7: 10, 8: 10, 9: 10, 10: 11, 11: 2, 12: 0,
    }  # fmt: skip


def test_nobody_was_seen_where_nothing_is_dated() -> None:
    """An infusion without a date shows no day."""
    [line] = lines("patient | day | infusion\n1 | | none").values()
    assert line.seen is None


def test_who_left_the_study_left_on_a_day_or_since_the_infusion() -> None:
    """An end before the infusion is that of an earlier screening; of several the first counts; one to come is none yet."""
    table = """
    patient | enrolled  | left     | infusion | day
    1       | off-study | 50       |          |
    2       | withdrawn |          |          |
    3       | off-study | -40      |          |
    3       | on-study  |          |          |
    4       | off-study | 60       |          |
    4       | withdrawn | 50       |          |
    5       | off-study | 91       |          |
    6       | on-study  |          |          |
    7       | withdrawn |          | none     |
    8       | off-study | -40..40  |          |
    """
    bounds = {
        number: line.left and tuple((end - INFUSED).days for end in (line.left.earliest, line.left.latest))
        for number, line in lines(table).items()
    }
    assert bounds == {
        1: (50, 50), 2: (0, 90), 3: None, 4: (50, 50), 5: None, 6: None, 7: (90, 90), 8: (-40, 40),
    }  # fmt: skip


def test_who_left_without_a_day_left_since_the_enrolment_where_day_0_is_not_sure() -> None:
    """And by now."""
    [line] = lines("patient | enrolled | day | infusion\n1 | withdrawn | -20 |\n1 | | | none").values()
    assert line.left
    assert (line.left.earliest - INFUSED).days == -20
    assert line.left.latest == AT


def test_what_lies_after_now_is_not_known() -> None:
    """The same record on an earlier day: a later end of a stay shows nobody yet."""
    table = "patient | day | end | stay\n1 | 10 | 15 | inpatient"
    assert seen(lines(table, Occasion(AT - (AT - INFUSED) * 78 / 90))[1]) == 10
    assert seen(lines(table, ON)[1]) == 15
