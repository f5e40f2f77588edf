"""The watch as a whole: the state of each day, of the window, what persons say, and who counts as evaluable."""

from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest

from mappings.definitions import DEFINITIONS
from mappings.facts import Person, Source
from mappings.followed import DltWatch
from mappings.safety.dlt import watch
from tests.spec.safety.courses import LOOKED, check, episode, followed, lined, moment, occasion, watched, written
from tests.spec.safety.test_dlt_rules import chosen
from tests.spec.tables import INFUSED, treated

title = "Dose-limiting toxicities: the watch"
CRS = {"term": "CRS", "course": "3@2 3@6 2@7"}
MILD = {"term": "CRS", "course": "1@2 0@4"}


def days(found: DltWatch) -> str:
    """The days of a watch as "first..last state why", days alike in one."""
    parts: list[list[object]] = []
    for day in found.days:
        if parts and parts[-1][2:] == [day.state, day.why]:
            parts[-1][1] = day.day
        else:
            parts.append([day.day, day.day, day.state, day.why])
    return ", ".join(f"{first}..{last} {state} {why}" for first, last, state, why in parts)


def of(*rows: dict[str, str], at: float = 90, looked: str = "", more: str = "", columns: str = "") -> DltWatch:
    """The watch over ``rows`` in a participant who was looked after on the days ``looked``."""
    seen = followed(at, looked or "0 7 14 21 28 35", more, columns)
    return watched(*rows, record=seen, at=at)


def test_a_clean_window() -> None:
    """A window is clean once Day 28 is over and somebody looked on it or after it: not on Day 28 itself."""
    done = of(MILD)
    assert (done.state, done.why, done.definition, done.evaluable, done.events) == (
        "none",
        "no-event",
        "DLT_v1",
        True,
        (),
    )
    assert days(done) == "0..28 none no-event"
    assert done.window == (INFUSED.date(), INFUSED.date() + timedelta(days=28))
    assert days(of(MILD, at=28)) == "0..27 none no-event, 28..28 open not-over"
    assert days(of(MILD, at=29)) == "0..28 none no-event"
    assert days(of(MILD, at=29, looked="0 7 14 21 27")) == "0..27 none no-event, 28..28 open unseen"
    assert days(of(MILD, at=34, looked="0 7 14 21 27")) == "0..27 none no-event, 28..28 open unseen"
    assert days(of(MILD, at=35, looked="0 7 14 21 27")) == "0..27 none no-event, 28..28 data-gap gap"
    assert of(MILD, at=28).evaluable is None


def test_the_middle_of_the_window_is_open() -> None:
    """Days to come are not over, and days that nobody has looked back on yet are not vouched for."""
    assert days(of(at=10)) == "0..7 none no-event, 8..9 open unseen, 10..28 open not-over"
    assert days(of(at=0)) == "0..28 open not-over"
    assert (of(at=10).state, of(at=10).why, of(at=10).evaluable) == ("open", "unseen", None)


def test_gaps() -> None:
    """Seven days between two assessments are none, eight are one, whose days no later assessment vouches for."""
    assert days(of(looked="0 7 14 21 29")) == "0..21 none no-event, 22..28 data-gap gap"
    assert days(of(looked="0 8 15 22 28")) == "0..0 none no-event, 1..7 data-gap gap, 8..28 none no-event"
    gone = of(looked="0 7")
    assert days(gone) == "0..7 none no-event, 8..28 data-gap gap"
    assert (gone.state, gone.why, gone.evaluable) == ("data-gap", "gap", False)


@pytest.mark.parametrize(
    ("columns", "more", "is_seen"),
    [
        ("lab.alt", "1 | 14 | | 20", True),
        ("lab.platelet", "1 | 14 | | <20", True),
        ("lab.platelet", "1 | 12..16 | | 20", False),
        ("lab.platelet", "1 | | | 20", False),
        ("lab.alt | problem", "1 | 14 | | 20 | preliminary", False),
        ("lab.alt", "1 | 14 | | none", False),
        ("lab.ana_presence", "1 | 14 | | negative", False),
        ("vital.weight", "1 | 14 | | 60", False),
        ("vital.temperature", "1 | 14 | | 36.5", True),
        ("obs.crs_grade", "1 | 14 | | negative", True),
        ("obs.crs_grade", "1 | 14 | | fine", False),
        ("report", "1 | 14 | | Headache", True),
        ("stay", "1 | 14 | | outpatient", True),
        ("stay | end", "1 | 8 | | inpatient | 14", True),
        ("stay | end", "1 | 8 | | ? | 20", False),
        ("stay | ongoing", "1 | 8 | | inpatient | T", True),
        ("stay", "1 | 8 | | inpatient", False),
        ("stay | end", "1 | | | inpatient | 14", True),
        ("stay | end | problem", "1 | 8 | | inpatient | 14 | conflict", False),
        ("rx", "1 | 14 | | rx.glucocorticoid.prednisone", False),
    ],
)
def test_what_counts_as_looking(columns: str, more: str, is_seen: bool) -> None:
    """Blood counts, chemistry, vital signs, grades, visits and reports do, on the day that is known, if they say something."""
    found = of(looked="0 7 21 28", columns=columns, more=more)
    assert ("data-gap gap" not in days(found)) is is_seen


def test_the_days_of_an_event() -> None:
    """An event is waited for from its onset, and limits from the day on which its rule is fulfilled."""
    assert days(of(CRS)) == "0..1 none no-event, 2..4 open event-pending, 5..28 dlt dlt"
    waiting = of({**CRS, "course": "3@2"}, at=4)
    assert days(waiting) == "0..0 none no-event, 1..1 open unseen, 2..28 open event-pending"
    undecided = of({**CRS, "course": "3@2"})
    assert days(undecided) == "0..1 none no-event, 2..4 open event-pending, 5..28 data-gap event-undecided"
    assert (undecided.state, undecided.why, undecided.evaluable) == ("data-gap", "event-undecided", None)
    late = {"term": "ALT", "course": "3@27 3@36"}
    assert days(of(late)) == "0..26 none no-event, 27..27 open event-pending, 28..28 dlt dlt"
    assert of(CRS).evaluable is True


def test_a_toxicity_outweighs_gaps_and_what_is_open() -> None:
    """A DLT stands whatever else is not known; so does a gap beside what is open."""
    assert of(CRS, looked="0").state == "dlt"
    assert of(CRS, {"term": "GVHD", "course": "?1@20"}).state == "dlt"
    assert of({"term": "ALT", "course": "3@26"}, {"term": "GVHD", "course": "?1@20"}, at=29).state == "data-gap"


def test_late_and_corrected_results_judge_the_past_anew() -> None:
    """The same window goes from open to a gap, and from there to a DLT or to none, as results come in."""
    first = {"term": "ALT", "course": "3@10"}
    assert written(of(first, at=17)) == "open 10 other~ ?attribution,duration"
    assert written(of(first, at=40)) == "data-gap 17 other~ ?attribution,duration"
    assert written(of({**first, "course": "3@10 2@16"}, at=40)) == "none"
    assert written(of({**first, "course": "3@10 3@18"}, at=40)) == "dlt 18 other ?attribution"
    assert written(of({**first, "course": "2@10 2@18"}, at=40)) == "none"


PERSONS = """
    term  | course    | related     | dlt | confirmed | emergent | comes to
    ------+-----------+-------------+-----+-----------+----------+-------------------------------
    ICANS | 3@4       |             |     |           |          | dlt 4 icans ?attribution
    ICANS | 3@4       | related     |     |           |          | dlt 4 icans ?dlt
    ICANS | 3@4       | possible    |     | T         |          | dlt 4 icans ?dlt
    ICANS | 3@4       | unlikely    |     |           |          | none
    ICANS | 3@4       | not-related |     |           |          | none
    ICANS | 3@4       |             | F   |           |          | none icans ?
    ICANS | ?2@4      |             | F   |           |          | none icans~ ?
    ICANS | 3@4       |             |     | F         |          | none
    ICANS | 3@4       |             | T   |           |          | dlt 4 icans ?
    ICANS | ?2@4      |             | T   |           |          | dlt 4 icans~ ?
    ICANS | 3@4       | unlikely    | T   |           |          | dlt 4 icans ?
    ICANS | 3@4       |             | T   | F         |          | dlt 4 person ?
    ICANS | 1@4       |             | T   |           |          | dlt 4 person ?
    ICANS | 1@4       |             | F   |           |          | none
    ICANS | 3@4       |             | T   |           | F        | dlt 4 person ?
    ICANS | 3@60      |             | T   |           |          | dlt 28 person ?
    ICANS | 3@-6      |             | T   |           | F        | dlt 0 person ?
    CRS   | 3@2 3@6   |             | T   |           |          | dlt 5 crs ?
"""


def test_a_person_decides() -> None:
    """A yes or no on the dose decides; causality takes an event out; until then what to ask stands with it."""
    check(PERSONS)


def test_causality_may_be_left_out_of_it() -> None:
    """Where every causality counts, nobody is asked for it, and even an unrelated event limits the dose."""
    check(
        """
        term   | course | related     | comes to
        -------+--------+-------------+-----------------
        ICANS  | 3@4    |             | dlt 4 icans ?dlt
        ICANS  | 3@4    | not-related | dlt 4 icans ?dlt
        Sepsis | 5@4    | not-related | dlt 4 death ?dlt
        """,
        chosen(causality="any"),
    )


def test_an_event_shows_what_it_rests_on() -> None:
    """The events of a watch name episode, term, grade and the person's word, in the order of their onset."""
    found = of({"term": "GVHD", "course": "2@9"}, {**CRS, "dlt": "T"}, {**CRS, "dlt": "F"}).events
    assert [(one.episode, one.term, one.grade, one.confirmed, one.onset.text) for one in found] == [
        ("e1", "Cytokine release syndrome", 3, True, "2"),
        ("e2", "Cytokine release syndrome", 3, False, "2"),
        ("e0", "Graft versus host disease", 2, None, "9"),
    ]


def died(when: str, *rows: dict[str, str], at: float = 90, looked: str = "0 7 14 21 28 35") -> DltWatch:
    """The watch over a participant who died."""
    on, record = occasion(at), followed(at, looked)
    person = Person(reference="Patient/1", source=Source("Patient/1", "3"), died=moment(when))
    record = msgspec.structs.replace(record, person=person)
    found = [episode(row, f"e{number}") for number, row in enumerate(rows)]
    return watch(found, record, lined(record, on), on)


def test_death() -> None:
    """A death in the window is a DLT of its own unless an event explains it; after the window it is none of the window."""
    found = died("10", looked="0 7")
    assert written(found) == "dlt 10 death ?attribution"
    assert found.events[0].term == "Death"
    assert found.events[0].evidence[0].version == "3"
    assert written(died("28", looked="0 7 14 21")) == "dlt 28 death ?attribution"
    assert written(died("28.4", looked="0 7 14 21")) == "dlt 28 death ?attribution"
    assert written(died("40")) == "none"
    assert written(died("27..30", looked="0 7 14 21 27")) == "data-gap 27 death~ ?attribution"
    assert written(died("-100..80", looked="0 7 14 21 28 35")) == "none", "who was seen on Day 35 was alive on Day 28"
    assert written(died("-100..80", looked="0 7 14 21")) == "data-gap 21 death~ ?attribution"
    assert written(died("12..20", at=15, looked="0 7 14")) == "dlt 14 death ?attribution"


FATAL = {"term": "Sepsis", "course": "4@8 5@10"}


def test_a_death_that_an_event_explains() -> None:
    """One event is enough; a person may say that it is unrelated, and then the window was not followed to its end."""
    assert written(died("10", FATAL, looked="0 7")) == "dlt 10 death ?attribution"
    assert (
        written(died("10", {**FATAL, "course": "4@8", "outcome": "fatal"}, looked="0 7")) == "dlt 10 death ?attribution"
    )
    unrelated = died("10", {**FATAL, "related": "not-related"}, looked="0 7")
    assert (written(unrelated), unrelated.why, unrelated.evaluable) == ("data-gap 10", "died", False)
    assert written(died("10", {**FATAL, "dlt": "F"}, looked="0 7")) == "data-gap 10 death ?"
    assert written(died("10", {**FATAL, "related": "not-related", "emergent": "F"}, looked="0 7")) == "data-gap 10"
    for unexplained in ({"confirmed": "F"}, {"emergent": "F"}, {"confirmed": "F", "related": "not-related"}):
        assert written(died("10", {**FATAL, **unexplained}, looked="0 7")) == "dlt 10 death ?attribution"


def test_who_left_the_study_was_not_followed_from_that_day_on() -> None:
    """Leaving makes a gap of the rest of the window, unless a DLT is there."""
    more, columns = "1 | {} | | off-study | {}", "enrolled | left"
    gone = of(columns=columns, more=more.format(10, 10))
    assert days(gone) == "0..9 none no-event, 10..28 data-gap left"
    assert gone.evaluable is False
    assert days(of(columns=columns, more=more.format(28, 28))) == "0..27 none no-event, 28..28 data-gap left"
    assert of(columns=columns, more=more.format(29, 29)).state == "none"
    assert of(CRS, columns=columns, more=more.format(10, 10)).state == "dlt"


def test_without_a_day_0_there_is_no_window() -> None:
    """Two infusions leave Day 0 unsure, so nothing is called clean."""
    record = treated("patient | day | infusion\n1 | 0 | 1E+6/kg\n1 | 9 | 1E+6/kg")[1]
    found = watch([], record, lined(record, occasion(90)), occasion(90))
    assert (found.state, found.why, found.window, found.evaluable) == ("data-gap", "no-day-0", None, None)


@pytest.mark.parametrize(
    ("per_kg", "level", "evaluable"),
    [
        ("1E+6", 1, True),
        ("0.8E+6", 1, True),
        ("0.79E+6", 1, False),
        ("1.6E+6", 2, True),
        ("1.59E+6", 2, False),
        ("1.4E+6", None, None),
        ("0.79E+6", None, False),
        (None, None, None),
    ],
)
def test_who_is_evaluable_by_dose(per_kg: str | None, level: int | None, evaluable: bool | None) -> None:
    """At least 80 % of the planned dose must have been given; a dose that is not known leaves it open."""
    record, on = followed(), occasion(90)
    line = lined(record, on)
    dose = msgspec.structs.replace(line.dose, per_kg=Decimal(per_kg) if per_kg else None, level=level)
    assert watch([], record, msgspec.structs.replace(line, dose=dose), on).evaluable is evaluable


def test_who_was_given_too_little_is_not_evaluable_even_while_the_window_is_open() -> None:
    """A dose that is too low settles it at once."""
    record, on = followed(10), occasion(10)
    line = lined(record, on)
    dose = msgspec.structs.replace(line.dose, per_kg=DEFINITIONS.treatment.dose_level_1.value / 2, level=1)
    assert watch([], record, msgspec.structs.replace(line, dose=dose), on).evaluable is False


@pytest.mark.parametrize(
    ("rows", "at", "state", "why"),
    [
        ("1 | 28 | 3 | 200", 90, "none", "no-event"),
        ("1 | 21 | 3 | 200", 90, "none", "no-event"),
        ("1 | 35 | 3 | 200", 90, "none", "no-event"),
        ("1 | 20 | 3 | 200", 90, "data-gap", "no-count"),
        ("1 | 28 | 3 |", 90, "data-gap", "no-count"),
        ("1 | 28 | | 200", 90, "data-gap", "no-count"),
        ("1 | 28 | none | 200", 90, "data-gap", "no-count"),
        ("1 | 20 | 3 | 200", 35, "open", "unseen"),
        ("1 | 20 | 3 | 200", 36, "data-gap", "no-count"),
    ],
)
def test_a_window_is_not_clean_without_counts_at_its_end(rows: str, at: int, state: str, why: str) -> None:
    """Whether a cytopenia lasts to Day 28 can be told only from neutrophils and platelets of about then, or of later."""
    seen = "\n".join(f"1 | {day} | | | 120" for day in LOOKED.split() if int(day) <= at)
    head = "patient | day | lab.neutrophil_abs | lab.platelet | vital.sbp"
    record, on = treated(f"{head}\n{rows} | \n{seen}")[1], occasion(at)
    last = watch([], record, lined(record, on), on)
    assert (last.state, last.why) == (state, why)
