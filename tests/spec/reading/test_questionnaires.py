"""QuestionnaireResponse -> attestations."""

from typing import Any

import pytest

from mappings.facts import Attestation, Unanswered
from mappings.reading.context import Context
from mappings.reading.questionnaires import read
from tests.spec.reading.fragments import view

title = "Questionnaires"
CHECKLIST = "https://yts109.example.org/fhir/Questionnaire/eligibility-checklist"
LICENCE = {"system": "http://hospital.example.cn/staff", "value": "007"}
MET = {"valueCoding": {"system": "https://yts109.example.org/fhir/CodeSystem/state", "code": "met"}}
NOT_MET = {"valueCoding": {"code": "not-met"}}


def item(*answers: dict[str, Any], link: str = "E10", **more: Any) -> dict[str, Any]:
    return {"linkId": link, "answer": list(answers), **more}


def response(**elements: Any) -> Any:
    return read(view("QuestionnaireResponse", **{"item": [item(MET)], **elements}), Context())


def said(*items: dict[str, Any]) -> dict[str, bool | None]:
    """Return what was attested by item; ``None`` where an answer takes back what was attested before."""
    found = response(item=list(items))
    assert isinstance(found, list)
    return {fact.item: fact.holds if isinstance(fact, Attestation) else None for fact in found}


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([item(MET)], {"E10": True}),
        ([item(NOT_MET)], {"E10": False}),
        ([item({"valueBoolean": True})], {"E10": True}),
        ([item({"valueBoolean": False})], {"E10": False}),
        ([item({"valueString": "not-met"})], {"E10": False}),
        ([item({"valueString": "患者否认"})], {"E10": None}),
        ([item({"valueCoding": {"code": "unknown"}})], {"E10": None}),
        ([item({"valueCoding": {"code": "not-applicable"}})], {"E10": None}),
        ([item({"valueInteger": 1})], {"E10": None}),
        ([item(MET, NOT_MET)], {"E10": None}),
        ([item(MET, {"valueString": "见病历"})], {"E10": None}),
        ([item(MET, MET)], {"E10": True}),
        ([item(MET), item(NOT_MET)], {"E10": None}),
        ([item(MET, link="I02.anca")], {"I02.anca": True}),
        ([item(MET), item(NOT_MET, link="E14")], {"E10": True, "E14": False}),
        ([{"linkId": "group", "item": [item(MET)]}], {"E10": True}),
        ([item(MET, link="I02", item=[item(NOT_MET, link="I02.fever")])], {"I02": True, "I02.fever": False}),
        ([item({**MET, "item": [item(NOT_MET, link="E14")]})], {"E10": True, "E14": False}),
        ([item(MET), {"linkId": "E14"}, item(MET, link="remark")], {"E10": True}),
    ],
)
def test_an_answer_says_whether_the_sentence_of_its_clause_holds(
    items: list[dict[str, Any]], expected: dict[str, bool | None]
) -> None:
    """Codes, yes or no, in any depth; what is neither yes nor no, or both, is no attestation but takes one back."""
    assert said(*items) == expected


def test_an_attestation_keeps_who_said_it_and_when() -> None:
    """It is a statement by a named person."""
    (fact,) = response()
    assert isinstance(fact, Attestation)
    assert (fact.author, fact.raw, fact.source.reference) == ("Practitioner/li", "met", "QuestionnaireResponse/x")
    assert fact.when is not None
    (taken_back,) = response(item=[item({"valueString": "?"})])
    assert isinstance(taken_back, Unanswered)
    assert taken_back.when == fact.when


@pytest.mark.parametrize(
    ("elements", "author"),
    [
        ({"author": {"reference": "PractitionerRole/r"}}, "PractitionerRole/r"),
        ({"author": {"reference": "https://x/fhir/Practitioner/li/_history/3"}}, "https://x/fhir/Practitioner/li/_history/3"),
        ({"author": {"type": "Practitioner", "identifier": LICENCE}}, "http://hospital.example.cn/staff|007"),
        (
            {"author": {"type": "http://hl7.org/fhir/StructureDefinition/Practitioner", "identifier": LICENCE}},
            "http://hospital.example.cn/staff|007",
        ),
        ({"source": {"reference": "Practitioner/wu"}}, "Practitioner/li"),
        ({"questionnaire": f"{CHECKLIST}|2025-05-13"}, "Practitioner/li"),
        ({"status": "amended"}, "Practitioner/li"),
    ],
)  # fmt: skip
def test_a_practitioner_attests(elements: dict[str, Any], author: str) -> None:
    """By reference or by identifier, under any version of the checklist."""
    (fact,) = response(**elements)
    assert fact.author == author


@pytest.mark.parametrize(
    ("elements", "reason"),
    [
        ({"author": {"reference": "Device/yts109"}}, "own-output"),
        ({"author": {"reference": "https://x/fhir/Device/yts109"}}, "own-output"),
        ({"author": {"reference": "Patient/p"}}, "not-relevant"),
        ({"author": {"reference": "Patient/p", "type": "Practitioner"}}, "not-relevant"),
        ({"author": {"reference": "RelatedPerson/p"}}, "not-relevant"),
        ({"author": {"reference": "Organization/o"}}, "not-relevant"),
        ({"author": None}, "not-relevant"),
        ({"source": {"reference": "Patient/p"}}, "not-relevant"),
        ({"source": {"reference": "RelatedPerson/p"}}, "not-relevant"),
        ({"author": {"reference": "#li"}}, "unresolved-reference"),
        ({"author": {"reference": "urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8"}}, "unresolved-reference"),
        ({"author": {"display": "Dr Li"}}, "unresolved-reference"),
        ({"author": {"type": "Practitioner", "display": "Dr Li"}}, "unresolved-reference"),
        ({"author": {"identifier": LICENCE}}, "unresolved-reference"),
        ({"questionnaire": "https://other.example.org/Questionnaire/eligibility-checklist"}, "not-relevant"),
        ({"questionnaire": None}, "not-relevant"),
        ({"authored": None}, "no-date"),
        ({"item": []}, "no-result"),
        ({"item": [{"linkId": "E10"}]}, "no-result"),
        ({"status": "in-progress"}, "draft"),
        ({"status": "stopped"}, "draft"),
        ({"status": "entered-in-error"}, "entered-in-error"),
        ({"modifierExtension": [{"url": "http://x"}]}, "unknown-modifier"),
    ],
)
def test_what_attests_nothing_is_set_aside_with_its_reason(elements: dict[str, Any], reason: str) -> None:
    """Patients and relatives do not attest, nor does our own output, nor somebody who cannot be told."""
    assert response(**elements) == reason
