"""The status of a subject: what the adapter may set, and that a person's status stands."""

import re
from pathlib import Path
from typing import Any

import pytest

from mappings.emitting.datatypes import Release
from mappings.emitting.subject import research_subject
from mappings.emitting.subject_status import MOVES, OWNER, STATUS, diagram, is_ours, merged, state_of
from tests.spec.emitting.conftest import ON, Made, finding

BARRED = finding("E07", "met", "present", "Condition/c1")
REASON = {"url": "http://hl7.org/fhir/StructureDefinition/workflow-statusReason", "valueCodeableConcept": {"text": "x"}}


def _by_a_person(subject: dict[str, Any], state: str | None) -> dict[str, Any]:
    """Return ``subject`` with a status that somebody set by hand, leaving all else as it was."""
    if "individual" in subject:
        return {**subject, "status": state}
    progress = [{"subjectState": {"coding": [{"code": state}]}}] if state else [{"startDate": "2025-06-01"}]
    return {**subject, "progress": progress}


def test_the_adapter_owns_three_states_of_thirteen() -> None:
    """Every state of FHIR has an owner, and each decision is said by one of the adapter's."""
    assert len(OWNER) == 13
    assert {state for state, owner in OWNER.items() if owner == "adapter"} == set(STATUS.values())


def test_the_adapter_moves_only_between_its_own_states() -> None:
    """Every move has an owner; the adapter's begin and end in its own states, or begin with nothing."""
    assert len(MOVES) == 13 + 13 * 12
    ours = {move for move, owner in MOVES.items() if owner == "adapter"}
    states = set(STATUS.values())
    assert ours == {(a, b) for a in (None, *states) for b in states if a != b}


@pytest.mark.parametrize("state", OWNER)
@pytest.mark.parametrize("decided", ["eligible", "ineligible"])
def test_a_state_that_somebody_set_stands(state: str, decided: str, screened: Made, release: Release) -> None:
    """Whatever a person made of an undetermined subject stays, once and for good, while the decision is told."""
    there = _by_a_person(research_subject(screened(finding("E07", "unknown", "missing")), release, ON), state)
    made = research_subject(screened(*([BARRED] if decided == "ineligible" else [])), release, ON)
    wanted = STATUS[decided] if state == "potential-candidate" else state  # type: ignore[index]
    for _ in range(2):
        there = dict(merged(made, there))
        assert state_of(there) == wanted
        assert there["extension"][0]["valueCoding"]["code"] == decided
    assert is_ours(there) == (state == "potential-candidate")


def test_the_adapter_changes_what_it_wrote_itself(screened: Made, release: Release) -> None:
    """Its own status follows the decision, and what is not there yet is written."""
    there = research_subject(screened(), release, ON)
    made = research_subject(screened(BARRED), release, ON)
    assert merged(made, there) == made
    assert merged(made, None) == made


def test_a_person_may_choose_one_of_the_adapters_states(screened: Made, release: Release) -> None:
    """A person's "eligible" beside our "undetermined" stays when the adapter comes to bar."""
    there = _by_a_person(research_subject(screened(finding("E07", "unknown", "missing")), release, ON), "eligible")
    first = merged(research_subject(screened(), release, ON), there)
    assert state_of(merged(research_subject(screened(BARRED), release, ON), first)) == "eligible"


def test_a_persons_period_and_reason_stay_and_ours_goes(screened: Made, release: Release) -> None:
    """The period and the reason belong to the status; our reason does not explain a person's status."""
    ours = research_subject(screened(BARRED), release, ON)
    there = {**_by_a_person(ours, "withdrawn"), "period": {"start": "2025-05-01"}}
    once = merged(ours, there)
    assert once["period"] == {"start": "2025-05-01"}
    assert "screening-failure" not in str(once)
    again = merged(ours, {**once, "extension": [*once["extension"], REASON]})
    assert again["extension"][-1] == REASON


def test_a_state_is_kept_across_releases(screened: Made) -> None:
    """A status that a person set in R4 is written as R5 has it, and the other way round."""
    r4, r5 = (research_subject(screened(), release, ON) for release in ("R4", "R5"))  # type: ignore[arg-type]
    to_r5 = merged(r5, _by_a_person(r4, "on-study"))
    assert (to_r5["status"], state_of(to_r5)) == ("active", "on-study")
    to_r4 = merged(r4, _by_a_person(r5, "on-study"))
    assert to_r4["status"] == "on-study"
    assert merged(r4, _by_a_person(r5, None))["status"] == "eligible"


def test_the_protocol_shows_the_moves() -> None:
    """The diagram in PROTOCOL.md is the one of the table."""
    text = diagram()
    assert len(re.findall(" --> ", text)) == 9
    page = Path(__file__).parents[3] / "mappings" / "PROTOCOL.md"
    assert not page.exists() or text in page.read_text("utf-8")
