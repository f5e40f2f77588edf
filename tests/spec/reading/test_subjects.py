"""ResearchSubject -> taking part in another trial, or in this one, in the shapes of R4 and R5."""

from typing import Any

import pytest

from mappings.facts import Enrolment, Participation
from mappings.reading.context import Context
from mappings.reading.subjects import read
from tests.spec.reading.fragments import coded, view

title = "Research subjects"
NUMBER = {"system": "http://clinicaltrials.gov", "value": "NCT06943937"}


def step(state: str, start: str = "", **more: Any) -> dict[str, Any]:
    return {"subjectState": coded(state), **({"startDate": start} if start else {}), **more}


def subject(**elements: Any) -> Any:
    studies = {"ours": view("ResearchStudy", id="ours", identifier=[NUMBER])}
    return read(view("ResearchSubject", **elements), Context(studies=studies))


@pytest.mark.parametrize(
    ("elements", "raw", "active", "ended"),
    [
        ({"status": "on-study"}, "on-study", True, None),
        ({"status": "on-study-intervention"}, "on-study-intervention", True, None),
        ({"status": "on-study-observation"}, "on-study-observation", True, None),
        ({"status": "follow-up"}, "follow-up", True, None),
        ({"status": "off-study"}, "off-study", False, None),
        ({"status": "off-study", "period": {"end": "2025-01"}}, "off-study", None, "2025-01"),
        ({"status": "on-study", "period": {"start": "2024", "end": "2026"}}, "on-study", None, "2026"),
        ({"status": "在组"}, "在组", None, None),
        ({}, "", None, None),
        ({"period": {"start": "2024", "end": "2025-03-01"}}, "", None, "2025-03-01"),
        ({"status": "active"}, "active", None, None),
        ({"status": "retired"}, "retired", None, None),
        ({"status": "active", "progress": [step("on-study")]}, "on-study", True, None),
        ({"status": "active", "progress": [step("off-study", "2025-02"), step("on-study", "2024")]}, "off-study", False, None),
        ({"status": "active", "progress": [step("on-study", "2024"), step("withdrawn", "2025")]}, "withdrawn", False, None),
        ({"status": "active", "progress": [{"milestone": coded("x")}]}, "active", None, None),
    ],
)  # fmt: skip
def test_taking_part_in_another_trial(
    elements: dict[str, Any], raw: str, active: bool | None, ended: str | None
) -> None:
    """The latest state says whether it goes on, an end says until when; a state we do not know leaves it open."""
    found = subject(**elements)
    assert isinstance(found, list)
    (fact,) = found
    assert isinstance(fact, Participation)
    assert (fact.raw, fact.active) == (raw, active)
    assert (fact.ended.text if fact.ended else None) == ended


@pytest.mark.parametrize(
    ("elements", "reason"),
    [
        ({"status": "potential-candidate"}, "not-relevant"),
        ({"status": "candidate"}, "not-relevant"),
        ({"status": "screening"}, "not-relevant"),
        ({"status": "eligible"}, "not-relevant"),
        ({"status": "pending-on-study"}, "not-relevant"),
        ({"status": "ineligible"}, "not-relevant"),
        ({"status": "not-registered"}, "not-relevant"),
        ({"status": "withdrawn"}, "not-relevant"),
        ({"status": "active", "progress": [step("screening"), step("ineligible", "2025")]}, "not-relevant"),
        ({"status": "entered-in-error"}, "entered-in-error"),
        ({"status": "active", "progress": [step("entered-in-error")]}, "entered-in-error"),
        ({"status": "entered-in-error", "progress": [step("on-study")]}, "entered-in-error"),
        ({"status": "on-study", "modifierExtension": [{"url": "http://x"}]}, "unknown-modifier"),
    ],
)
def test_who_never_took_part_is_set_aside(elements: dict[str, Any], reason: str) -> None:
    """Not yet registered, or never; whoever leaves after enrolment is "off-study"."""
    assert subject(**elements) == reason


@pytest.mark.parametrize(
    "study",
    [
        {"reference": "ResearchStudy/yts109"},
        {"reference": "ResearchStudy/NCT06943937"},
        {"reference": "https://x/fhir/ResearchStudy/yts109/_history/1"},
        {"reference": "ResearchStudy/ours"},
        {"identifier": NUMBER},
        {"display": "NCT06943937"},
    ],
)
def test_this_trial_is_not_another_one(study: dict[str, Any]) -> None:
    """By its id, its number, or the ResearchStudy that has the number."""
    assert subject(status="on-study", study=study) == "own-output"


@pytest.mark.parametrize(
    "study", [None, {"display": "YTS109"}, {"display": "after NCT06943937"}, {"reference": "Group/yts109"}]
)
def test_a_trial_that_cannot_be_told_is_another_one(study: dict[str, Any] | None) -> None:
    """Only what names this trial for certain is left out."""
    assert isinstance(subject(status="on-study", study=study), list)


SET = {"url": "https://yts109.example.org/fhir/StructureDefinition/status-set-by-adapter", "valueCode": "eligible"}


def enrolled(**elements: Any) -> Any:
    here = {"study": {"reference": "ResearchStudy/yts109"}, "status": "on-study", **elements}
    return read(view("ResearchSubject", **here), Context(follows=True))


def enrolment(**elements: Any) -> Enrolment:
    (fact,) = enrolled(**elements)
    assert isinstance(fact, Enrolment)
    return fact


@pytest.mark.parametrize(
    ("elements", "arm"),
    [
        ({"assignedArm": "LN"}, "LN"),
        ({"actualArm": "arm-itp"}, "ITP"),
        ({"assignedComparisonGroup": "cohort_ln_dl1"}, "LN"),
        ({"actualComparisonGroup": "Immune  Thrombocytopenia, dose 2"}, "ITP"),
        ({"assignedArm": "Lupus nephritis"}, "LN"),
        ({"assignedArm": "狼疮性肾炎组"}, "LN"),
        ({"assignedArm": "免疫性血小板减少症"}, "ITP"),
        ({"assignedArm": "LN", "actualArm": "LN"}, "LN"),
        ({"assignedArm": "LN", "actualArm": "ITP"}, None),
        ({"assignedArm": "LN + ITP"}, None),
        ({"assignedArm": "online"}, None),
        ({}, None),
    ],
)
def test_the_arm_names_the_cohort_where_treatment_is_followed(elements: dict[str, Any], arm: str | None) -> None:
    """In R4 or in R5, by a word of its name or its id; two that differ name none."""
    found = enrolment(**elements)
    assert (found.arm, found.state, found.raw) == (arm, "on-study", "on-study")


@pytest.mark.parametrize(
    ("elements", "state", "when", "left"),
    [
        ({"period": {"start": "2025-01", "end": "2025-06-01"}, "status": "off-study"}, "off-study", "2025-01", "2025-06-01"),
        ({"period": {"start": "2025-01", "end": "9999-12-31"}}, "on-study", "2025-01", None),
        ({"status": "withdrawn"}, "withdrawn", None, None),
        ({"status": "active", "progress": [step("off-study", "2025-06-01"), step("on-study", "2025-01")]},
         "off-study", "2025-01", "2025-06-01"),
        ({"status": "active", "progress": [step("on-study", "2025-01"), step("withdrawn", "2025-06")]},
         "withdrawn", "2025-01", "2025-06"),
        ({"status": "active", "progress": [step("off-study", "2024"), step("on-study", "2025-01")]},
         "on-study", "2024", None),
        ({"status": "active", "progress": [step("off-study")]}, "off-study", None, None),
        ({"status": "active", "progress": [{"milestone": coded("x")}]}, "active", None, None),
        ({"status": "eligible"}, "eligible", None, None),
    ],
)  # fmt: skip
def test_who_leaves_is_known_with_the_day(
    elements: dict[str, Any], state: str, when: str | None, left: str | None
) -> None:
    """The end of the period, else the day of the state that says so."""
    found = enrolment(**elements)
    assert (found.state, found.when.text if found.when else None) == (state, when)
    assert (found.left.text if found.left else None) == left


@pytest.mark.parametrize(
    ("elements", "reason"),
    [
        ({"status": "eligible", "extension": [SET]}, "own-output"),
        ({"status": "active", "progress": [step("eligible")], "extension": [SET]}, "own-output"),
        ({"status": "entered-in-error"}, "entered-in-error"),
        ({"modifierExtension": [{"url": "http://x"}]}, "unknown-modifier"),
    ],
)
def test_a_state_that_we_set_says_nothing_new(elements: dict[str, Any], reason: str) -> None:
    """Nor does one that was withdrawn, or that we do not understand."""
    assert enrolled(**elements) == reason


@pytest.mark.parametrize("state", ["on-study", "ineligible"])
def test_a_state_that_a_person_set_over_ours_is_theirs(state: str) -> None:
    """The mark that we left does not make it ours."""
    assert enrolment(status=state, extension=[SET]).state == state
