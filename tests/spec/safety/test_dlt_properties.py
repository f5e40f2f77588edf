"""What the watch never does, whatever the course: call a window clean too early, on missing data, or differently in another order."""

import random
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from mappings.followed import DltWatch, Episode
from mappings.safety.dlt import watch
from mappings.safety.dlt_days import WEIGHT
from tests.spec.safety.courses import LOOKED, SHORT, episode, followed, lined, occasion

TERMS = sorted([*SHORT, "Fever", "Headache", "Vomiting", "Infusion related reaction", "Sepsis", "Alopecia"])
NOON = st.sampled_from([f"{half / 2:g}" for half in range(70)])
GRADES = st.sampled_from(["0", "1", "2", "2s", "3", "4", "?", "?1", "?3"])
STEP = st.builds(
    lambda grade, whole, day: f"{grade}@{whole}{int(float(day)) if whole else day}",
    GRADES,
    st.sampled_from(["", "d"]),
    NOON,
)
ROW = st.fixed_dictionaries(
    {
        "term": st.sampled_from(TERMS),
        "course": st.lists(STEP, min_size=1, max_size=5).map(" ".join),
        "emergent": st.sampled_from(["", "", "?"]),
        "related": st.sampled_from(["", "", "possible", "unlikely", "not-related"]),
        "base": st.sampled_from(["", "0", "3"]),
    }
)
ROWS = st.lists(ROW, max_size=3)


def episodes(rows: list[dict[str, Any]]) -> list[Episode]:
    """The events of ``rows``, each with its course in order of time."""
    made = [episode(row, f"e{number}") for number, row in enumerate(rows)]
    return [
        msgspec.structs.replace(one, onset=min((step.when for step in one.course), key=lambda w: w.latest))
        for one in made
    ]


def judged(found: list[Episode], at: float = 90, looked: str = LOOKED) -> DltWatch:
    """The watch at noon of study day ``at``."""
    on, record = occasion(at), followed(at, looked)
    return watch(found, record, lined(record, on), on)


@given(ROWS, st.integers(0, 90))
def test_the_window_is_as_bad_as_its_worst_day(rows: list[dict[str, Any]], at: int) -> None:
    """The state of the window is the weightiest of its 29 days, and clean only if every day is, after Day 28."""
    found = judged(episodes(rows), at)
    assert found.state == max((day.state for day in found.days), key=WEIGHT.index)
    assert len(found.days) == 29
    if at <= 28:
        assert found.state != "none"
    if found.state == "dlt":
        assert any(one.certain for one in found.events)


@given(ROWS, st.integers(0, 10_000))
def test_order_does_not_matter(rows: list[dict[str, Any]], seed: int) -> None:
    """Events and the steps of their courses may come in any order."""
    found = episodes(rows)
    mixed = random.Random(seed)  # no secret
    shuffled = [
        msgspec.structs.replace(one, course=tuple(mixed.sample(one.course, len(one.course))))
        for one in mixed.sample(found, len(found))
    ]
    assert judged(shuffled) == judged(found)


@given(ROWS)
def test_fewer_assessments_never_clear_a_window(rows: list[dict[str, Any]]) -> None:
    """A window that is not clean does not become so because nobody looked."""
    found = episodes(rows)
    with_fewer = judged(found, looked="0 7 21 28")
    assert with_fewer.state != "none"
    assert (with_fewer.state == "dlt") is (judged(found).state == "dlt")


@given(ROW)
def test_not_knowing_a_grade_never_clears(row: dict[str, Any]) -> None:
    """An event that limits the dose may still do so when any of its steps can no longer be graded."""
    (known,) = episodes([row])
    if judged([known]).state == "none":
        return
    for number, step in enumerate(known.course):
        blurred = msgspec.structs.replace(step, grade=None, at_least=0)
        course = (*known.course[:number], blurred, *known.course[number + 1 :])
        assert judged([msgspec.structs.replace(known, course=course)]).state != "none"


@given(ROW)
def test_no_event_no_toxicity(row: dict[str, Any]) -> None:
    """Nothing limits the dose that never reached grade 2, whatever is asked of it otherwise."""
    (one,) = episodes([row])
    mild = tuple(msgspec.structs.replace(step, grade=1, at_least=0, reason="graded") for step in one.course)
    assert judged([msgspec.structs.replace(one, course=mild, worst_grade=1, at_least=0)]).state == "none"
