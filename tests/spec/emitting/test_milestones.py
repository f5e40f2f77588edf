"""Milestones of a subject: they are told in both releases, and leave a person's status alone."""

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from mappings.emitting.datatypes import Release
from mappings.emitting.milestones import Milestone, milestones, with_milestones
from mappings.emitting.subject import research_subject
from mappings.emitting.subject_status import merged
from mappings.followed import DltWatch, Timeline
from mappings.site import CANONICAL_BASE, Occasion
from tests.spec.emitting.conftest import ON as SCREENED_ON
from tests.spec.emitting.conftest import Made
from tests.spec.emitting.treated import DAY0, ON, WINDOW, followed
from tests.spec.tables import AT

Node = dict[str, Any]
INFUSED = Milestone("infusion", DAY0)
BEFORE = Milestone("lymphodepletion", DAY0 - timedelta(days=5))


def _told(subject: Node) -> list[tuple[str, str]]:
    """Return code and day of each milestone of a subject of either release."""
    found = []
    for one in subject.get("extension", []):
        if one["url"].endswith("/milestone"):
            code, day = one["extension"]
            found.append((code["valueCodeableConcept"]["coding"][0]["code"], day["valueDate"]))
    for one in subject.get("progress", []):
        if "milestone" in one:
            assert one["type"]["coding"][0]["code"] == "Milestone"
            found.append((one["milestone"]["coding"][0]["code"], one["startDate"]))
    return found


def test_what_was_reached_for_sure_is_a_milestone() -> None:
    """Lymphodepletion and Day 0 by their days; an infusion without a sure day is none."""
    assert milestones(followed(), ON) == (BEFORE, INFUSED)
    assert milestones(followed(timeline=Timeline(day0=None)), ON) == ()


@pytest.mark.parametrize(
    ("day", "evaluable", "reached"),
    [(28, True, False), (29, True, True), (29, None, False), (29, False, False)],
)
def test_the_window_is_a_milestone_once_it_is_over(day: int, evaluable: bool | None, reached: bool) -> None:
    """Its last day must be past, and the participant evaluable; otherwise nobody was observed to the end."""
    on = Occasion(AT + timedelta(days=day - 90))
    watch = DltWatch(state="none", definition="DLT_v1", window=WINDOW, evaluable=evaluable)
    made = milestones(followed(dlt=watch), on)
    assert (Milestone("dlt-observed", DAY0 + timedelta(days=28)) in made) == reached
    assert Milestone("dlt-observed", WINDOW[1]) not in milestones(
        followed(dlt=msgspec.structs.replace(watch, window=None)), on
    )


def test_a_subject_has_milestones_beside_its_state(screened: Made, release: Release) -> None:
    """A screening without milestones writes what it always wrote; with them only they are added."""
    plain = research_subject(screened(), release, SCREENED_ON)
    made = research_subject(screened(), release, SCREENED_ON, [BEFORE, INFUSED])
    assert _told(plain) == []
    assert _told(made) == [("lymphodepletion", "2025-02-26"), ("infusion", "2025-03-03")]
    assert with_milestones(made, (), CANONICAL_BASE) == plain


def test_milestones_are_replaced_and_never_doubled(screened: Made, release: Release) -> None:
    """A later run says the same of the same days, and a corrected day stands alone."""
    made = research_subject(screened(), release, SCREENED_ON, [INFUSED])
    assert with_milestones(made, [INFUSED], CANONICAL_BASE) == made
    corrected = with_milestones(made, [Milestone("infusion", date(2025, 3, 4))], CANONICAL_BASE)
    assert _told(corrected) == [("infusion", "2025-03-04")]


def test_a_subject_of_the_hospital_can_bear_milestones(release: Release) -> None:
    """One without any extension or progress gains them, and loses them again without a trace."""
    who = {"individual" if release == "R4" else "subject": {"reference": "Patient/p1"}}
    theirs = {"resourceType": "ResearchSubject", "id": "s", **who}
    made = with_milestones(theirs, [INFUSED], CANONICAL_BASE)
    assert _told(made) == [("infusion", "2025-03-03")]
    assert with_milestones(made, [], CANONICAL_BASE) == theirs


def _on_study(subject: Node) -> Node:
    """Return the subject as a person left it: on study."""
    if "individual" in subject:
        return subject | {"status": "on-study"}
    state = {"subjectState": {"coding": [{"code": "on-study"}]}}
    return subject | {"progress": [state, *(one for one in subject["progress"] if "milestone" in one)]}


def test_a_persons_status_and_new_milestones_stand_together(screened: Made, release: Release) -> None:
    """Who is on study by a person's word stays so; milestones are the new ones, or without new ones those there."""
    there = _on_study(research_subject(screened(), release, SCREENED_ON, [BEFORE]))
    made = research_subject(screened(), release, SCREENED_ON, [INFUSED])
    both = dict(merged(made, there))
    assert _told(both) == [("infusion", "2025-03-03")]
    assert "on-study" in str(both)
    kept = dict(merged(research_subject(screened(), release, SCREENED_ON), there))
    assert _told(kept) == [("lymphodepletion", "2025-02-26")]
    assert "on-study" in str(kept)


def test_our_own_status_loses_no_milestone(screened: Made, release: Release) -> None:
    """A screening after the infusion keeps what a follow-up wrote."""
    there = research_subject(screened(), release, SCREENED_ON, [INFUSED])
    assert _told(dict(merged(research_subject(screened(), release, SCREENED_ON), there))) == _told(there)


def test_milestones_of_another_release_are_not_carried_over(screened: Made) -> None:
    """They are written anew by the next follow-up; those that are made now stand."""
    there = _on_study(research_subject(screened(), "R4", SCREENED_ON, [BEFORE]))
    assert _told(dict(merged(research_subject(screened(), "R5", SCREENED_ON), there))) == []
    made = research_subject(screened(), "R5", SCREENED_ON, [INFUSED])
    assert _told(dict(merged(made, there))) == [("infusion", "2025-03-03")]
