"""Each resource that names a profile of ours meets it, and one that was broken does not."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from mappings.site import CANONICAL_BASE
from tests.conformance.conftest import Resources, objects
from tests.conformance.profiles import Profiles

Node = dict[str, Any]
NAMED = {
    "ResearchSubject": "research-subject",
    "QuestionnaireResponse": "eligibility-answers",
    "GuidanceResponse": "screening-guidance",
    "Provenance": "screening-provenance",
}


def test_what_is_written_meets_its_profile(written: Resources) -> None:
    """Every subject, checklist, guidance and provenance names its profile and meets it."""
    profiles, met = Profiles(written), set()
    for resource in written:
        if resource["resourceType"] in NAMED:
            url = f"{CANONICAL_BASE}/StructureDefinition/{NAMED[resource['resourceType']]}"
            assert resource["meta"]["profile"] == [url]
            assert profiles.problems(resource, url) == [], resource["id"]
            met.add(url)
    assert len(met) == len(NAMED)


def test_every_extension_meets_its_definition(written: Resources) -> None:
    """Every extension of ours is one that is defined, and every definition is used; milestones are of who was treated."""
    profiles, used = Profiles(written), set()
    for node in (node for resource in written for node in objects(resource)):
        for extension in node.get("extension", []):
            if extension["url"].startswith(CANONICAL_BASE):
                assert profiles.problems(extension, extension["url"]) == []
                used.add(extension["url"])
    defined = {one["url"] for one in written if one.get("type") == "Extension"}
    assert used == defined - {f"{CANONICAL_BASE}/StructureDefinition/milestone"}


def _drop(*path: str) -> Callable[[Node], None]:
    def broken(resource: Node) -> None:
        for step in path[:-1]:
            resource = resource[step][0] if isinstance(resource[step], list) else resource[step]
        del resource[path[-1]]

    return broken


def _put(key: str, value: Any) -> Callable[[Node], None]:
    return lambda resource: resource.update({key: value})


BROKEN: list[tuple[str, Callable[[Node], None]]] = [
    ("ResearchSubject", _drop("identifier")),
    ("ResearchSubject", _drop("extension")),
    ("ResearchSubject", lambda one: one["extension"].pop(0)),
    ("ResearchSubject", lambda one: one["extension"].append(one["extension"][1])),
    ("ResearchSubject", lambda one: one["extension"][1]["valueCodeableConcept"]["coding"][0].update(code="LN")),
    ("ResearchSubject", lambda one: one["extension"][0].pop("valueCoding")),
    (
        "ResearchSubject",
        lambda one: one["individual" if "individual" in one else "subject"].update(reference="Group/1"),
    ),
    ("ResearchSubject", _put("study", {"reference": "Group/1"})),
    ("QuestionnaireResponse", _drop("questionnaire")),
    ("QuestionnaireResponse", _drop("authored")),
    ("QuestionnaireResponse", _put("status", "in-progress")),
    ("QuestionnaireResponse", _put("author", {"reference": "Practitioner/li"})),
    ("QuestionnaireResponse", lambda one: one["item"].pop()),
    ("GuidanceResponse", _drop("performer")),
    ("GuidanceResponse", _drop("dataRequirement", "extension")),
    ("GuidanceResponse", lambda one: one["dataRequirement"][0]["extension"].pop(0)),
    ("GuidanceResponse", lambda one: one["dataRequirement"][0]["extension"][0]["extension"].pop()),
    ("Provenance", _drop("recorded")),
    ("Provenance", _drop("agent", "type")),
    ("Provenance", lambda one: one["target"].pop()),
    ("Provenance", lambda one: one["entity"][0].update(role="removal")),
    ("Provenance", lambda one: one["agent"].append(one["agent"][0])),
]


@pytest.mark.parametrize(("kind", "breaks"), BROKEN)
def test_what_is_broken_does_not_meet_its_profile(
    kind: str, breaks: Callable[[Node], None], written: Resources
) -> None:
    """A part that a profile asks for is missed, and one that it does not allow is told."""
    whole = next(
        one
        for one in written
        if one["resourceType"] == kind and (kind != "GuidanceResponse" or "dataRequirement" in one)
    )
    resource = copy.deepcopy(whole)
    breaks(resource)
    assert Profiles(written).problems(resource, resource["meta"]["profile"][0]) != []
