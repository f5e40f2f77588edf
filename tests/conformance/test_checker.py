"""The checker itself: what is broken in each way is told, so that silence means something."""

import copy
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from tests.conformance.checker import problems
from tests.conformance.conftest import Resources

Node = dict[str, Any]
Breaks = Callable[[Node], Any]

#: Kind of resource -> what breaks it -> what is told (the start is left out).
BROKEN: list[tuple[str, Breaks, str]] = [
    ("Device", lambda one: one.update(colour="red"), "colour: unknown element"),
    ("Device", lambda one: one.update(id="a b"), "id: not an id"),
    ("Device", lambda one: one.update(id="x" * 65), "id: not an id"),
    ("Device", lambda one: one.update(status="new"), "status: not a code of the required set"),
    ("Device", lambda one: one.update(identifier=[]), "identifier: an array, not empty, is expected"),
    ("Device", lambda one: one.update(identifier={"value": "1"}), "identifier: an array, not empty, is expected"),
    ("Device", lambda one: one.update(manufacturer=["a"]), "manufacturer: no array is expected"),
    ("Device", lambda one: one.update(manufacturer=" "), "manufacturer: not a string"),
    ("Device", lambda one: one.update(meta={}), "meta: not an object with content"),
    ("Device", lambda one: one["identifier"][0].update(period={"start": "2025-02", "end": "2025-01"}), "period: per-1"),
    ("Device", lambda one: one["text"].update(div="<div>plain</div>"), "div: not a div with content"),
    ("Device", lambda one: one["text"].update(div=one["text"]["div"].replace("<p>", "<p><i/>", 1)), "i is not expected"),
    ("Device", lambda one: one.update(property=[{"type": {"text": "x"}, "valueMoney": {}}]), "valueMoney: unknown element"),
    ("Device", lambda one: one.pop("text"), "dom-6"),
    ("ResearchSubject", lambda one: one.pop("study"), "study: 0 of 1..1"),
    ("ResearchSubject", lambda one: one["study"].update(reference="Patient/1"), "study: a reference to Patient"),
    ("ResearchSubject", lambda one: one["study"].update(reference="#1"), "ref-1"),
    ("ResearchSubject", lambda one: one["extension"][0].update(valueString="x"), "ext-1"),
    ("ResearchSubject", lambda one: one["extension"][0].pop("valueCoding"), "ext-1"),
    ("Group", lambda one: one.update(member=[{"entity": {"reference": "Patient/1"}}]), "grp-1"),
    ("Group", lambda one: one.update(quantity="36"), "quantity: not a unsignedInt"),
    ("Group", lambda one: one["characteristic"][0].update(exclude="no"), "exclude: not a boolean"),
    ("Group", lambda one: one["characteristic"][2]["valueRange"]["low"].update(value=Decimal(99)), "rng-2"),
    ("Group", lambda one: one["characteristic"][2]["valueRange"]["low"].pop("system"), "qty-3"),
    ("Questionnaire", lambda one: one["item"][1].update(linkId="screening"), "que-2"),
    ("Questionnaire", lambda one: one["item"][0].pop("item"), "que-1"),
    ("Questionnaire", lambda one: one["item"][1].update(answerValueSet="http://example.org/set"), "que-4"),
    ("Questionnaire", lambda one: one["item"][1].update(type="string"), "que-5"),
    ("Questionnaire", lambda one: one.update(name="a name"), "cnl-0"),
    ("Questionnaire", lambda one: one.update(url="http://example.org/a|b"), "cnl-1"),
    ("QuestionnaireResponse", lambda one: one["item"][1].update(item=[{"linkId": "x"}]), "qrs-1"),
    ("QuestionnaireResponse", lambda one: one["item"][1]["answer"][0].update(valueString="x"), "value"),
    ("QuestionnaireResponse", lambda one: one.update(authored="2025-06-01T09:00:00"), "authored: not a dateTime"),
    ("CodeSystem", lambda one: one["concept"].append(one["concept"][0]), "csd-1"),
    ("CodeSystem", lambda one: one.update(count=1), "count"),
    ("ValueSet", lambda one: one["compose"]["include"][0].pop("system"), "vsd-1"),
    ("StructureDefinition", lambda one: one["differential"]["element"].pop(0), "sdf-8a"),
    ("StructureDefinition", lambda one: one["differential"]["element"].append({"id": "x", "path": "X.y"}), "sdf-8a"),
    ("StructureDefinition", lambda one: one.pop("context"), "sdf-5"),
    ("StructureDefinition", lambda one: one["differential"]["element"][1].update(min=3, max="2"), "eld-2"),
    ("GuidanceResponse", lambda one: one.update(moduleUri="urn:x"), "module[x]: 2 of 1..1"),
    ("Provenance", lambda one: one.update(recorded="2025-06-01"), "recorded: not a instant"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "breaks", "told"), BROKEN)
def test_what_is_broken_is_told(kind: str, breaks: Breaks, told: str, written: Resources, release: str) -> None:
    """One change that FHIR does not allow makes the checker speak, and name it."""
    resource = copy.deepcopy(next(one for one in written if one["resourceType"] == kind))
    assert problems(resource, release) == []
    breaks(resource)
    assert [problem for problem in problems(resource, release) if told in problem]


def test_each_release_is_told_from_the_other(written: Resources, release: str) -> None:
    """What one release calls by another name, the other does not let through."""
    other = "R5" if release == "R4" else "R4"
    for kind in ("ResearchSubject", "Group", "Device", "ResearchStudy", "GuidanceResponse"):
        resource = next(one for one in written if one["resourceType"] == kind)
        assert problems(resource, other) != [], kind


def test_a_type_outside_the_tables_is_told(release: str) -> None:
    """The tables cannot fall behind what is written."""
    assert problems({"resourceType": "Account", "id": "1"}, release) == ["Account: not in the tables"]
