"""What people set on the server stands, whatever a later run says; what is only later says nothing new."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from adapter.respecting import respect
from adapter.timeless import timeless
from mappings.emitting.datatypes import device_reference
from tests.unit.written import BASE, LATER, SOON, written

Json = dict[str, Any]


def one(kind: str, at: str = SOON, release: str = "R4") -> Json:
    """A resource of ours about the participants of the sample ward."""
    return json.loads(next(line for line in written(at, release) if f'"resourceType":"{kind}"'.encode() in line))


def changed(resource: Json, **elements: Any) -> Json:
    return json.loads(json.dumps({**resource, **elements}))


@pytest.mark.parametrize("release", ["R4", "R5"])
def test_a_later_run_says_nothing_new(release: str) -> None:
    """An hour later every resource but Provenance is left as it stands, where nothing was found but the time."""
    sooner, later = written(SOON, release), written(LATER, release)
    kinds = set()
    for before, after in zip(map(json.loads, sooner), map(json.loads, later), strict=True):
        assert timeless(before) == timeless(after)
        kinds.add(before["resourceType"])
        if before["resourceType"] != "Provenance":
            assert respect(after, before) is before
    assert kinds == {
        "ResearchSubject", "QuestionnaireResponse", "GuidanceResponse", "Provenance", "Observation", "AdverseEvent",
    }  # fmt: skip


def test_what_is_found_is_never_passed_over() -> None:
    """A changed answer, grade, value or milestone is no mere lapse of time."""
    checklist = one("QuestionnaireResponse")
    other = changed(checklist)
    other["item"][0]["item"][1]["answer"][0]["valueCoding"]["code"] = "other"
    assert timeless(checklist) != timeless(other)
    event = one("AdverseEvent")
    assert timeless(event) != timeless(changed(event, date="2020-01-01"))
    result = one("Observation")
    assert timeless(result) != timeless(changed(result, status="final"))
    subject = json.loads(next(line for line in written(SOON, "R5") if b'"milestone":{' in line))
    steps = [{**step, "startDate": "2020-01-01"} for step in subject["progress"]]
    assert timeless(subject) != timeless(changed(subject, progress=steps))


def test_an_end_that_is_past_says_something() -> None:
    """Until now is no end; a day that is not the day of the run is one."""
    result = {"resourceType": "Observation", "issued": "2025-06-01T09:00:00+08:00"}
    running = {**result, "effectivePeriod": {"start": "2025-01-01", "end": "2025-06-01"}}
    over = {**result, "effectivePeriod": {"start": "2025-01-01", "end": "2025-05-31"}}
    assert timeless(running)["effectivePeriod"] == {"start": "2025-01-01"}
    assert timeless(over)["effectivePeriod"]["end"] == "2025-05-31"


def test_a_provenance_is_of_its_own_run() -> None:
    """Where something else of a message changed, its provenance says when."""
    later = one("Provenance", LATER)
    assert respect(later, one("Provenance")) == later


def test_a_person_s_status_stands_with_what_they_added() -> None:
    """Status, arm, period, number and extension of a coordinator stay; the decision is the new one."""
    ours = one("ResearchSubject")
    number, theirs = {"system": "urn:hospital", "value": "S-001"}, {"url": "urn:hospital:note", "valueString": "x"}
    there = changed(
        ours,
        status="on-study",
        assignedArm="LN",
        period={"start": "2025-01-02"},
        identifier=[*ours["identifier"], number],
        extension=[*ours["extension"], theirs],
    )
    new = changed(ours)
    new["extension"][0]["valueCoding"]["code"] = "new"
    merged = respect(new, there)
    assert merged is not None
    assert (merged["status"], merged["assignedArm"], merged["period"]) == ("on-study", "LN", {"start": "2025-01-02"})
    assert number in merged["identifier"]
    assert theirs in merged["extension"]
    assert new["extension"][0] in merged["extension"]
    assert ours["extension"][0] not in merged["extension"]
    assert not [each for each in merged["extension"] if each["url"].endswith("status-set-by-adapter")]
    assert respect(new, json.loads(json.dumps(merged))) == merged


def test_additions_stay_where_the_status_is_ours() -> None:
    """What a coordinator adds to a subject whose status they leave alone is not lost, and what is stale goes."""
    ours = one("ResearchSubject")
    stale = {"url": f"{BASE}/StructureDefinition/eligible-period", "valuePeriod": {"start": "2000-01-01"}}
    there = changed(ours, assignedArm="LN", extension=[*ours["extension"], stale], consent={"reference": "Consent/old"})
    new = changed(ours, status="ineligible")
    new.pop("consent", None)
    for each in new["extension"]:
        if "valueCode" in each:
            each["valueCode"] = "ineligible"
    merged = respect(new, there)
    assert merged == {**new, "assignedArm": "LN"}


def test_steps_that_people_took_stay_in_r5() -> None:
    """A milestone of the hospital's own stays beside ours, whose days are the new ones."""
    ours = one("ResearchSubject", release="R5")
    theirs = {"milestone": {"coding": [{"system": "urn:hospital", "code": "visit-1"}]}, "startDate": "2025-05-05"}
    there = changed(ours, progress=[*ours["progress"], theirs])
    new = changed(ours, consent=[{"reference": "Consent/new"}])
    merged = respect(new, there)
    assert merged is not None
    assert merged["progress"] == [*ours["progress"], theirs]


TAKEN_OVER: list[tuple[str, Callable[[Json], Json]]] = [
    ("AdverseEvent", lambda one: {"recorder": {"reference": "Practitioner/a"}}),
    ("QuestionnaireResponse", lambda one: {"author": {"reference": "Practitioner/a"}}),
    ("QuestionnaireResponse", lambda one: {"source": {"reference": "Practitioner/a"}}),
    ("GuidanceResponse", lambda one: {"performer": {"reference": "Device/another"}}),
    ("Observation", lambda one: {"performer": [{"reference": "Practitioner/a"}]}),
    ("Observation", lambda one: {"device": None}),
    ("Provenance", lambda one: {"agent": [*one["agent"], {"who": {"reference": "Practitioner/a"}}]}),
]


@pytest.mark.parametrize(("kind", "change"), TAKEN_OVER)
def test_what_somebody_took_over_stands(kind: str, change: Callable[[Json], Json]) -> None:
    """A resource that names somebody beside or instead of the adapter is theirs."""
    ours = one(kind)
    there = {name: value for name, value in {**ours, **change(ours)}.items() if value is not None}
    new = changed(ours, status="completed", language="zh")
    assert respect(new, there) is None
    assert respect(new, ours) is not None


def test_a_withdrawn_event_that_is_found_again_is_ours_to_tell() -> None:
    """Its own status comes back, and no second one stands beside it; a stale grade goes."""
    ours = one("AdverseEvent")
    there = changed(ours, modifierExtension=[{**ours["modifierExtension"][0], "valueCode": "entered-in-error"}])
    there["extension"] = [*there["extension"], {**there["extension"][0], "valueReference": {"reference": "X/stale"}}]
    assert respect(ours, there) == ours


def test_definitions_under_an_id_of_ours_may_be_another_s() -> None:
    """CodeSystem/decision of somebody else stands; ours is brought up to date."""
    ours = {"resourceType": "CodeSystem", "id": "decision", "url": f"{BASE}/CodeSystem/decision", "publisher": "us"}
    assert respect({**ours, "title": "new"}, ours) == {**ours, "title": "new"}
    assert respect(ours, {**ours, "url": "urn:another"}) is None
    assert respect(ours, {**ours, "publisher": "another"}) is None


def test_the_record_of_the_study_is_the_hospital_s() -> None:
    """What stands there of the study is not touched, and the same is unchanged; the adapter's version is its own."""
    ours = {"resourceType": "ResearchStudy", "id": "NCT06943937", "status": "active"}
    there = {**ours, "status": "closed-to-accrual"}
    assert respect(ours, there) is None
    assert respect(ours, {**ours}) == ours
    device = {"resourceType": "Device", "id": device_reference()["reference"].partition("/")[2], "version": []}
    assert respect({**device, "version": [{"value": "2"}]}, device) == {**device, "version": [{"value": "2"}]}
