"""Consent -> consent to this study, in the shapes of R4 and R5."""

from typing import Any

import pytest

from mappings.facts import ConsentGiven
from mappings.reading.consents import read
from mappings.reading.context import Context
from tests.spec.reading.fragments import coded, view

title = "Consents"
NUMBER = {"system": "https://clinicaltrials.gov", "value": "NCT06943937"}
CONTEXT = "http://hl7.org/fhir/StructureDefinition/consent-ResearchStudyContext"
OURS = {"reference": "ResearchStudy/yts109"}


def named(reference: dict[str, Any] = OURS) -> dict[str, Any]:
    return {"extension": [{"url": CONTEXT, "valueReference": reference}]}


def shared(reference: dict[str, Any] = OURS) -> dict[str, Any]:
    return {"data": [{"meaning": "instance", "reference": reference}]}


def consent(**elements: Any) -> ConsentGiven:
    """Return the one consent that is read from these elements."""
    found = read(view("Consent", **elements), Context())
    assert isinstance(found, list)
    (fact,) = found
    assert isinstance(fact, ConsentGiven)
    return fact


STUDIES = {"r4": view("ResearchStudy", id="42", identifier=[NUMBER]), "other": view("ResearchStudy", id="other")}


@pytest.mark.parametrize(
    "elements",
    [
        {"provision": named()},
        {"provision": [named()]},
        {"provision": shared()},
        {"provision": [{"provision": [shared()]}]},
        {"provision": {"provision": [{"type": "permit", **named()}]}},
        {**named()},
        {"provision": named({"reference": "ResearchStudy/NCT06943937"})},
        {"provision": named({"reference": "http://x/fhir/ResearchStudy/yts109/_history/2"})},
        {"provision": named({"identifier": NUMBER})},
        {"provision": named({"identifier": {**NUMBER, "system": "http://clinicaltrials.gov/"}})},
        {"provision": named({"reference": "ResearchStudy/42"})},
        {"policyRule": {"coding": [{"system": NUMBER["system"], "code": NUMBER["value"]}]}},
        {"category": [{"coding": [{"system": NUMBER["system"], "code": NUMBER["value"]}]}]},
        {"provision": named(), "scope": coded("research")},
        {"provision": named(), "scope": coded("treatment")},
        {"provision": named(), "decision": "permit"},
        {"provision": named(), "decision": "permit", **named()},
    ],
)
def test_a_consent_that_names_this_study_permits(elements: dict[str, Any]) -> None:
    """By the extension, by its data or by a code, at the top or in a provision; the study by id, number or resource."""
    found = read(view("Consent", **elements), Context(studies={"42": STUDIES["r4"]}))
    assert isinstance(found, list)
    (fact,) = found
    assert isinstance(fact, ConsentGiven)
    assert (fact.active, fact.permits, fact.problem, fact.ended) == (True, True, None, None)


@pytest.mark.parametrize(
    "elements",
    [
        {},
        {"provision": named({"reference": "ResearchStudy/other"})},
        {"provision": named({"reference": "Patient/yts109"})},
        {"provision": named({"reference": "yts109"})},
        {"provision": named({"identifier": {"system": "https://clinicaltrials.gov", "value": "NCT00000000"}})},
        {"provision": named({"identifier": {"system": "urn:x", "value": "NCT06943937"}})},
        {"provision": {"extension": [{"url": "http://x", "valueReference": OURS}]}},
        {"provision": {"extension": [{"url": CONTEXT}]}},
        {"provision": {"data": [{"meaning": "instance"}]}},
        {"category": [coded("59284-0", system="http://loinc.org")]},
        {"scope": coded("patient-privacy"), "provision": named()},
        {"scope": coded("adr"), **named()},
    ],
)
def test_any_other_consent_is_not_relevant(elements: dict[str, Any]) -> None:
    """One to another study, to none, to the use of data or to care in advance is no consent to this one."""
    assert read(view("Consent", **elements), Context(studies={"other": STUDIES["other"]})) == "not-relevant"


@pytest.mark.parametrize(
    ("elements", "permits", "problem"),
    [
        ({"provision": {"type": "deny", **named()}}, False, "conflict"),
        ({"provision": [{"type": "deny", **named()}]}, False, "conflict"),
        ({"decision": "deny", "provision": named()}, False, "conflict"),
        ({"decision": "deny", "provision": [{"provision": [named()]}]}, False, "conflict"),
        ({"decision": "deny", **named()}, False, "conflict"),
        ({"provision": {"type": "deny"}, **named()}, False, "conflict"),
        ({"provision": {"type": "permit", "provision": [{"type": "deny", **named()}]}}, False, "conflict"),
        ({"provision": [{"type": "permit", **named()}, {"type": "deny", **shared()}]}, False, "conflict"),
        ({"provision": {"type": "deny", "provision": [{"type": "permit", **named()}]}}, True, None),
        ({"provision": {"type": "permit", **named(), "provision": [{"type": "deny"}]}}, True, "conflict"),
        ({"provision": [{"type": "permit", **named()}, {"type": "deny"}]}, True, "conflict"),
        ({"provision": {"provision": [{"type": "deny"}]}, **named()}, True, "conflict"),
        ({"provision": {"type": "perhaps", **named()}}, True, "conflict"),
        ({"decision": "perhaps", **named()}, True, "conflict"),
    ],
)
def test_a_refusal_never_looks_like_consent(elements: dict[str, Any], permits: bool, problem: str | None) -> None:
    """Whatever denies this study denies it; a denial beside it, or a word we do not know, leaves it in doubt."""
    found = consent(**elements)
    assert (found.permits, found.problem) == (permits, problem)


@pytest.mark.parametrize(("status", "active"), [("active", True), ("inactive", False), ("rejected", False)])
def test_a_consent_that_was_withdrawn_or_refused_is_not_active(status: str, active: bool) -> None:
    """Its status says so, in R4 and R5."""
    assert consent(status=status, provision=named()).active is active


@pytest.mark.parametrize(
    ("elements", "when", "ended"),
    [
        ({}, "2025-05-01", None),
        ({"dateTime": None, "date": "2025-05-02"}, "2025-05-02", None),
        ({"dateTime": None}, None, None),
        ({"dateTime": None, "period": {"start": "2025-05-03", "end": "2026"}}, "2025-05-03", "2026"),
        ({"provision": {**named(), "period": {"start": "2025", "end": "2026-01-01"}}}, "2025-05-01", "2026-01-01"),
        (
            {"period": {"end": "2025-05-20"}, "provision": {**named(), "period": {"end": "2030"}}},
            "2025-05-01",
            "2025-05-20",
        ),
        (
            {"period": {"start": "2025"}, "provision": {**named(), "period": {"end": "2025-05-20"}}},
            "2025-05-01",
            "2025-05-20",
        ),
        (
            {"period": {"end": "2030"}, "provision": {**named(), "provision": [{"period": {"end": "2025-05-20"}}]}},
            "2025-05-01",
            "2025-05-20",
        ),
    ],
)
def test_a_consent_lasts_from_its_date_to_the_first_end(
    elements: dict[str, Any], when: str | None, ended: str | None
) -> None:
    """R4 has ``dateTime`` and a period in the provision, R5 ``date`` and one of its own: whichever ends first ends it."""
    found = consent(**{"provision": named(), **elements})
    assert (found.when.text if found.when else None) == when
    assert (found.ended.text if found.ended else None) == ended


@pytest.mark.parametrize(
    ("elements", "reason"),
    [
        ({"status": "draft"}, "draft"),
        ({"status": "proposed"}, "draft"),
        ({"status": "not-done"}, "not-done"),
        ({"status": "entered-in-error"}, "entered-in-error"),
        ({"status": "unknown"}, "malformed"),
        ({"status": None}, "malformed"),
        ({"modifierExtension": [{"url": "http://x"}]}, "unknown-modifier"),
    ],
)
def test_what_is_not_used_is_set_aside_with_its_reason(elements: dict[str, Any], reason: str) -> None:
    """A draft is no consent, nor is one whose status is not known."""
    assert read(view("Consent", **{"provision": named(), **elements}), Context()) == reason
