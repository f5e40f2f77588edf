"""Everything that is written about treated participants is what FHIR and HL7's guides for adverse events ask for."""

import copy
import importlib
import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from mappings.emitting.datatypes import Release
from mappings.site import CANONICAL_BASE
from tests.conformance.checker import problems
from tests.conformance.conftest import Resources, objects, texts
from tests.conformance.followed_up import THEIRS, everything
from tests.conformance.guide import BASES, broken, claims
from tests.conformance.profiles import Profiles
from tests.spec.emitting.conftest import Made, screened

__all__ = ["screened"]
Node = dict[str, Any]
NAMED = {"Observation": "trial-result", "Provenance": "following-provenance", "ResearchSubject": "research-subject"}


@pytest.fixture
def followed_up(release: Release, screened: Made) -> Resources:
    """Return everything about treated participants in one release."""
    return everything(release, screened())


def _events(written: Resources) -> Resources:
    return [one for one in written if one["resourceType"] == "AdverseEvent"]


def test_every_resource_is_sound(followed_up: Resources, release: str) -> None:
    """No resource has an unknown element, a wrong count, type, code or text, or a broken invariant."""
    kinds = {one["resourceType"] for one in followed_up}
    assert kinds >= {"AdverseEvent", "Observation", "Provenance", "ResearchSubject", "Measure", "MeasureReport"}
    found = [f"{one['id']} {problem}" for one in followed_up for problem in problems(one, release)]
    assert found == []


def test_every_resource_is_understood_by_another_library(followed_up: Resources, release: str) -> None:
    """The models of fhir.resources accept every resource, and give it back as it was."""
    package = importlib.import_module("fhir.resources.R4B" if release == "R4" else "fhir.resources")
    for resource in followed_up:
        model = package.get_fhir_model_class(resource["resourceType"]).model_validate(resource)
        assert _plain(json.loads(model.model_dump_json())) == _plain(resource), resource["id"]


def _plain(value: Any) -> Any:
    """Return JSON in which 1.0 is 1 and times of one instant are one text."""
    return json.loads(json.dumps(value, default=float, sort_keys=True), parse_float=float, parse_int=float)


def test_every_event_keeps_the_guides_rules(followed_up: Resources, release: str) -> None:
    """What names the profile meets it; what cannot meet it does not name it, and has none but the guide's extensions."""
    events = _events(followed_up)
    assert [f"{one['id']}: {problem}" for one in events for problem in broken(one, release)] == []
    kept = [one for one in events if claims(one, release)]
    assert 0 < len(kept) < len(events)
    for one in events:
        known = {"outcome", "seriousness"} <= one.keys()
        assert (
            claims(one, release) or not known or "by which criterion" in str(one) or "Data point to death" in str(one)
        )


def test_no_two_resources_have_one_id(followed_up: Resources) -> None:
    """Type and id name one resource."""
    counted = Counter((one["resourceType"], one["id"]) for one in followed_up)
    assert [name for name, number in counted.items() if number > 1] == []


def test_every_reference_resolves_backwards(followed_up: Resources) -> None:
    """A reference names what was written before it, or what the hospital has."""
    seen: set[str] = set()
    for resource in followed_up:
        seen.add(f"{resource['resourceType']}/{resource['id']}")
        for node in objects(resource):
            reference = node.get("reference", "")
            kind = str(reference).partition("/")[0]
            assert not reference or reference in seen or (kind in THEIRS and "yts109-" not in reference), reference


def test_every_canonical_resolves(followed_up: Resources) -> None:
    """Whatever is named under our base is published: profiles, extensions, systems, measures."""
    ours = {one["url"] for one in followed_up if "url" in one}
    ours |= {f"{one['url']}|{one['version']}" for one in followed_up if "url" in one}
    named = {text for one in followed_up for text in texts(one) if text.startswith(f"{CANONICAL_BASE}/")}
    assert {name for name in named - ours if not name.startswith(f"{CANONICAL_BASE}/identifier/")} <= {
        name for name in named if name.startswith(f"{CANONICAL_BASE}/concept") or "eligibility-checklist" in name
    }


def test_every_code_of_ours_exists(followed_up: Resources) -> None:
    """A coding of one of our systems has a code of that system, and its display."""
    systems = {
        one["url"]: {concept["code"]: concept["display"] for concept in one["concept"]}
        for one in followed_up
        if one["resourceType"] == "CodeSystem"
    }
    used = [node for one in followed_up for node in objects(one) if node.get("system") in systems and "code" in node]
    assert {node["system"].rpartition("/")[2] for node in used} >= {
        "result",
        "response",
        "dlt-state",
        "milestone",
        "table",
    }
    for node in used:
        assert node.get("display", systems[node["system"]][node["code"]]) == systems[node["system"]][node["code"]]


def test_what_is_written_meets_our_own_profiles(followed_up: Resources) -> None:
    """Every result, provenance and subject names its profile and meets it, and so does every extension of ours."""
    profiles, met = Profiles(followed_up), set()
    for resource in followed_up:
        if resource["resourceType"] in NAMED:
            url = f"{CANONICAL_BASE}/StructureDefinition/{NAMED[resource['resourceType']]}"
            assert resource["meta"]["profile"] == [url]
            assert profiles.problems(resource, url) == [], resource["id"]
            met.add(url)
        for node in objects(resource):
            for extension in node.get("extension", []):
                if extension["url"].startswith(CANONICAL_BASE):
                    assert profiles.problems(extension, extension["url"]) == []
    assert len(met) == len(NAMED)


def test_no_patient_is_named(followed_up: Resources) -> None:
    """The hospital's identifier of a patient is in no resource, and a table refers to nobody at all."""
    for resource in followed_up:
        assert not any("hospital.example.org" in text for text in texts(resource))
        if resource["resourceType"] == "MeasureReport":
            assert not any("reference" in node for node in objects(resource))


def _criterion(event: Node) -> Node:
    return next(one for one in event["extension"] if one["url"].endswith("/seriousness-criteria"))


def _serious(event: Node, code: str) -> None:
    event["seriousness"]["coding"][0]["code"] = code


BROKEN: list[tuple[str, Callable[[Node], Any], str]] = [
    ("serious in R4's own letters", lambda one: _serious(one, "Serious"), "aeClinRes-seriousness-1"),
    ("criteria of what is not serious", lambda one: _serious(one, "non-serious"), "aeClinRes-seriousness-1"),
    ("serious without criteria", lambda one: one.pop("extension"), "aeClinRes-seriousness-1"),
    ("no outcome", lambda one: one.pop("outcome"), "outcome: missing"),
    ("no study", lambda one: one.pop("study"), "study: missing"),
    ("a criterion of no set", lambda one: _criterion(one)["extension"][0]["valueCodeableConcept"]["coding"][0].update(code="C1"), "criterion"),
    ("a criterion without its presence", lambda one: _criterion(one)["extension"].pop(), "criterionPresent: 0"),
    ("an extension of somebody else", lambda one: one["extension"].append({"url": "http://example.org/x", "valueBoolean": True}), "not an extension"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "breaks", "told"), BROKEN, ids=[one[0] for one in BROKEN])
def test_what_breaks_the_guide_is_told(
    name: str, breaks: Callable[[Node], Any], told: str, followed_up: Resources, release: str
) -> None:
    """The rules of the guide can be broken, and the checker speaks then."""
    event = copy.deepcopy(
        next(one for one in _events(followed_up) if claims(one, release) and "criterionCode" in str(one))
    )
    assert broken(event, release) == []
    breaks(event)
    assert [problem for problem in broken(event, release) if told in problem]


def test_rules_of_the_backport_are_told(followed_up: Resources, release: str) -> None:
    """A second grade, a status that is missing, a wrong target and a forbidden element are told."""
    event = copy.deepcopy(next(one for one in _events(followed_up) if claims(one, release) and "ae-grade" in str(one)))
    grade = next(one for one in event["extension"] if one["url"] == f"{BASES[release]}/ae-grade")
    assert "ae-grade: more than one" in broken(event | {"extension": [*event["extension"], grade]}, release)
    if release == "R5":
        assert "preventiveAction: forbidden" in broken(event | {"preventiveAction": []}, release)
        return
    assert "status" in broken(event | {"modifierExtension": []}, release)
    assert "suspectEntity: forbidden" in broken(event | {"suspectEntity": []}, release)
    wrong = {"url": f"{BASES[release]}/resultingEffect", "valueReference": {"reference": "Encounter/1"}}
    assert "resultingEffect: a reference to Encounter" in broken(event | {"extension": [wrong]}, release)


def _first(written: Resources, kind: str, having: str = "") -> Node:
    return copy.deepcopy(next(one for one in written if one["resourceType"] == kind and having in str(one)))


UNSOUND: list[tuple[str, str, Callable[[Node], Any], str]] = [
    ("Observation", "", lambda one: one.update(dataAbsentReason={"text": "x"}, valueString="x"), "obs-6"),
    ("Observation", "'check'", lambda one: one["component"][0].update(code=one["code"]), "obs-7"),
    ("Observation", "'check'", lambda one: one["component"][0].update(referenceRange=[{"type": {"text": "x"}}]), "obs-3"),
    ("Observation", "", lambda one: one.update(performer=[one["device"]]), "a reference to Device"),
    ("Observation", "", lambda one: one.update(derivedFrom=[{"reference": "Condition/1"}]), "a reference to Condition"),
    ("Observation", "effectivePeriod", lambda one: one["effectivePeriod"].update(start="2030-01-01T00:00:00Z"), "per-1"),
    ("Measure", "", lambda one: one["group"][0]["stratifier"][0].update(component=[]), "mea-1"),
    ("MeasureReport", "", lambda one: one["group"][0]["stratifier"][1]["stratum"][0].pop("component"), "mrp-2"),
    ("MeasureReport", "", lambda one: one.update(reporter={"reference": "Device/1"}), "a reference to Device"),
    ("AdverseEvent", "", lambda one: one.update(actuality="maybe"), "not a code of the required set"),
    ("AdverseEvent", "", lambda one: one.update(recorder={"reference": "Device/1"}), "a reference to Device"),
    ("AdverseEvent", "", lambda one: one.update(severity={"text": "x"}), "severity"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "having", "breaks", "told"), UNSOUND)
def test_what_is_unsound_is_told(
    kind: str, having: str, breaks: Callable[[Node], Any], told: str, followed_up: Resources, release: str
) -> None:
    """One change that FHIR does not allow makes the checker speak, and name it."""
    resource = _first(followed_up, kind, having)
    assert problems(resource, release) == []
    breaks(resource)
    assert [problem for problem in problems(resource, release) if told in problem]
