"""Whether an event is serious: a person's word, death, a stay in hospital, danger to life; and when it is surely not."""

from datetime import date
from decimal import Decimal

import pytest

from mappings.definitions import AdverseEvents, Definitions
from mappings.limits import Limit
from mappings.site import Occasion, Site
from tests.spec.safety.events import INFUSED_ON, episodes_of, found, only
from tests.spec.tables import AT, INFUSED, treated

COVERED = Occasion(AT, full_coverage=True)

STAYS = """
patient | day     | dx     | ended | stay       | end | ongoing | problem
--------+---------+--------+-------+------------+-----+---------+------------
1       | 5       | dx.aki | 20    |            |     |         |
1       | 7       |        |       | inpatient  | 9   |         |
2       | 5       | dx.aki | 20    |            |     |         |
2       | 7       |        |       | outpatient | 7   |         |
3       | 5       | dx.aki | 20    |            |     |         |
3       | 7       |        |       | ?          | 9   |         |
4       | 5       | dx.aki | 20    |            |     |         |
4       | 5       |        |       | inpatient  |     | T       |
5       | 5       | dx.aki | 20    |            |     |         |
5       | 4       |        |       | inpatient  | 9   |         |
6       | 5       | dx.aki | 20    |            |     |         |
6       | 20      |        |       | inpatient  | 30  |         |
7       | 5       | dx.aki | 20    |            |     |         |
7       | 21      |        |       | inpatient  | 30  |         |
8       | 5       | dx.aki |       |            |     |         |
8       | 60      |        |       | inpatient  | 70  |         |
9       | 0       | dx.aki | 20    |            |     |         |
9       | 0       |        |       | inpatient  | 14  |         |
10      | 0       | dx.aki | 20    |            |     |         |
10      | -1      |        |       | inpatient  |     | T       |
11      | 5       | dx.aki | 20    |            |     |         |
11      |         |        |       | inpatient  |     |         |
12      | 5       | dx.aki | 20    |            |     |         |
12      | 3..9    |        |       | inpatient  | 12  |         |
13      | 5       | dx.aki | 20    |            |     |         |
13      | 7       |        |       | inpatient  | 9   |         | preliminary
14      | 5       | dx.aki | 20    |            |     |         |
14      | 18..24  |        |       | inpatient  | 30  |         |
15      | -2..2   | dx.aki | 20    |            |     |         |
15      | 0       |        |       | inpatient  | 0   |         |
16      | 5       | dx.aki | 20    |            |     |         |
"""
SERIOUS = {
    1: True,
    2: None,  # renal failure of unknown grade may be of grade 4
    3: None,
    4: True,  # from the day of onset on
    5: None,  # begun the day before
    6: True,  # until the moment of the end
    7: None,
    8: True,  # the event goes on
    9: None,  # the stay for the treatment
    10: None,
    11: None,
    12: None,
    13: None,
    14: None,
    15: None,
    16: None,
}


@pytest.mark.parametrize("patient", SERIOUS)
def test_a_stay_that_began_with_the_event_makes_it_serious(patient: int) -> None:
    """A stay in hospital that surely began while the event was there is a criterion; that for the treatment is none."""
    (one,) = episodes_of(treated(STAYS)[patient], COVERED)
    assert one.serious is SERIOUS[patient]
    assert one.criteria == (("hospitalisation",) if SERIOUS[patient] else ())


ALT = """
patient | day | lab.alt | low | high | stay
1       | -3  | 30      | 7   | 40   |
1       | 5   | {alt}   | 7   | 40   |
1       | 9   | 30      | 7   | 40   |
1       | {day} |       |     |      | {stay}
"""


@pytest.mark.parametrize(
    ("alt", "day", "stay", "serious"),
    [
        ("100", "40", "outpatient", False),
        ("900", "40", "outpatient", False),  # grade 4, of a mere laboratory value
        ("100", "7", "?", None),
        ("100", "7", "outpatient", False),
        ("100", "40", "?", False),
        ("100", "7", "inpatient", None),  # grade 1 or 2 may have been there by the way
        ("900", "7", "inpatient", True),
    ],
)
def test_a_laboratory_value_is_not_serious_by_its_grade(alt: str, day: str, stay: str, serious: bool | None) -> None:
    """Grade 4 of what is no more than a number is no danger to life; nothing else shown means "not serious"."""
    table = ALT.format(alt=alt, day=day, stay=stay)
    assert only(table, COVERED).serious is serious


def test_without_coverage_nothing_is_surely_not_serious() -> None:
    """Where not every Encounter since Day 0 is on record, or one was not understood, nobody can tell."""
    table = ALT.format(alt="100", day="40", stay="outpatient")
    since, later = (Occasion(AT, Site(coverage={"Encounter": day})) for day in (INFUSED_ON, date(2025, 3, 4)))
    assert only(table, since).serious is False
    assert only(table, later).serious is None, "covered since the day after the infusion"
    assert only(table).serious is None
    unread = (
        table.replace("| stay", "| stay | unread")
        .replace("   |\n", "   | |\n")
        .replace("outpatient", "outpatient | Encounter")
    )
    assert only(unread, COVERED).serious is None


@pytest.mark.parametrize(
    ("grade", "serious", "criteria"),
    [("3", False, ()), ("4", True, ("life-threatening",)), ("5", True, ("death",)), ("", None, ())],
)
def test_grade_4_threatens_life(grade: str, serious: bool | None, criteria: tuple[str, ...]) -> None:
    """Grade 4 of an event that is more than a number is a danger to life, and grade 5 is death; without a grade it may be."""
    one = only(f"patient | day | report | grade\n1 | 5 | Headache | {grade}", COVERED)
    assert (one.serious, one.criteria) == (serious, criteria)


def test_a_fatal_outcome_is_death() -> None:
    """An event whose outcome is fatal is serious, whatever its grade."""
    one = only("patient | day | report | grade | outcome\n1 | 5 | Headache | 3 | fatal")
    assert (one.serious, one.criteria) == (True, ("death",))


@pytest.mark.parametrize(
    ("serious", "criteria", "expected"),
    [
        ("F", "", (False, ())),
        ("T", "disability", (True, ("disability",))),
        ("", "intervention disability", (True, ("intervention", "disability"))),
        ("T", "", (True, ())),
        ("?", "", (True, ("life-threatening",))),
    ],
)
def test_the_persons_word_goes_before_what_is_shown(
    serious: str, criteria: str, expected: tuple[bool, tuple[str, ...]]
) -> None:
    """What a person said of seriousness stands; without such a word the record tells."""
    one = only(f"patient | day | report | grade | serious | criteria\n1 | 5 | Headache | 4 | {serious} | {criteria}")
    assert (one.serious, one.criteria) == expected


DEATHS = """
patient | day | report   | outcome | died
1       |     |          |         | 40
2       | 30  | Headache | fatal   | 40
3       | 30  | Headache | ongoing | 40
4       |     |          |         | -3..95
"""


def test_a_death_that_no_event_explains_is_one() -> None:
    """A patient who died after the infusion has a fatal event: the one on record, else the death itself."""
    listed = {
        number: [(one.term.name, one.worst_grade, one.emergent) for one in episodes_of(record)]
        for number, record in treated(DEATHS).items()
    }
    assert listed == {
        1: [("Death", 5, True)],
        2: [("Headache", None, True)],
        3: [("Headache", None, True), ("Death", 5, True)],
        4: [("Death", 5, True)],
    }


def test_a_death_is_serious_and_proven_by_the_patient() -> None:
    """The death itself is a fatal, serious proposal, and the Patient resource says so."""
    (one,) = episodes_of(treated(DEATHS)[1])
    assert (one.serious, one.criteria, one.outcome, one.confirmed) == (True, ("death",), "fatal", None)
    assert [each.reference for each in one.evidence] == ["Patient/1"]


def test_a_refuted_event_explains_no_death() -> None:
    """A fatal event of which a person says that it is none leaves the death to be explained."""
    table = "patient | day | report | outcome | died | assess | confirmed\n1 | 30 | Headache | fatal | 40 | | "
    rows = f"{table}\n1 | 50 | | | | report/r1-0 | F"
    assert [one.term.name for one in found(rows)] == ["Headache", "Death"]


def test_a_death_of_unknown_day_came_after_the_infusion() -> None:
    """Who was infused was alive then: the death lies after it, however vague its date is."""
    (one,) = episodes_of(treated(DEATHS)[4])
    assert one.onset.earliest == INFUSED


@pytest.mark.parametrize(("days", "emergent"), [(40, True), (39, False)])
def test_a_death_after_the_last_day_did_not_come_with_the_treatment(days: int, emergent: bool) -> None:
    """A death is an event of the treatment as long as events are collected."""
    rules = AdverseEvents(collected=Limit(Decimal(days), "d", "P2"))
    (one,) = episodes_of(treated(DEATHS)[1], Occasion(AT, definitions=Definitions(adverse_events=rules)))
    assert one.emergent is emergent


def test_a_death_before_the_infusion_is_none_of_it() -> None:
    """Dates that contradict each other make no event."""
    assert found("patient | day | dx | died\n1 | | | -9") == ()
