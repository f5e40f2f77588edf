"""Status rules: every code of every required binding, and what becomes of the resource that bears it."""

from collections.abc import Mapping
from typing import Any

import pytest

from mappings.reading import statuses
from mappings.reading.datatypes import CodeableConcept, Coding, Extension
from mappings.reading.statuses import VERIFICATION, Use, active, combined, refused, use_of
from mappings.reading.views import Condition, Procedure, Resource

title = "Statuses"
#: The codes of the required bindings: R4 and R4B, then what R5 has besides. Source: the code systems of FHIR 4.3.0 and
#: 5.0.0 (R4 4.0.1 has those of R4B), and of HL7 Terminology for the clinical and verification statuses of R5.
BINDINGS: dict[str, tuple[Mapping[str, Use], str]] = {
    "Observation": (
        statuses.OBSERVATION,
        "registered preliminary final amended corrected cancelled entered-in-error unknown",
    ),
    "DiagnosticReport": (
        statuses.REPORT,
        "registered partial preliminary final amended corrected appended cancelled entered-in-error unknown modified",
    ),
    "MedicationRequest": (
        statuses.MEDICATION_REQUEST,
        "active on-hold cancelled completed entered-in-error stopped draft unknown ended",
    ),
    "MedicationRequest.intent": (
        statuses.INTENT,
        "proposal plan order original-order reflex-order filler-order instance-order option",
    ),
    "MedicationAdministration": (
        statuses.MEDICATION_ADMINISTRATION,
        "in-progress not-done on-hold completed entered-in-error stopped unknown",
    ),
    "MedicationStatement": (
        statuses.MEDICATION_STATEMENT,
        "active completed entered-in-error intended stopped on-hold unknown not-taken recorded draft",
    ),
    "MedicationDispense": (
        statuses.MEDICATION_DISPENSE,
        "preparation in-progress cancelled on-hold completed entered-in-error stopped declined unknown",
    ),
    "Procedure": (
        statuses.PROCEDURE,
        "preparation in-progress not-done on-hold stopped completed entered-in-error unknown",
    ),
    "Consent": (
        statuses.CONSENT,
        "draft proposed active rejected inactive entered-in-error not-done unknown",
    ),
    "QuestionnaireResponse": (
        statuses.QUESTIONNAIRE_RESPONSE,
        "in-progress completed amended entered-in-error stopped",
    ),
    "verificationStatus": (
        statuses.VERIFICATION,
        "unconfirmed provisional differential confirmed refuted entered-in-error presumed",
    ),
}
#: What is used of each of them; everything else is set aside.
USED = {
    "Observation": ("final amended corrected", "preliminary unknown"),
    "DiagnosticReport": ("final amended corrected appended modified", "partial preliminary unknown"),
    "MedicationRequest": ("active on-hold completed stopped unknown ended", ""),
    "MedicationRequest.intent": ("order original-order reflex-order filler-order instance-order", ""),
    "MedicationAdministration": ("in-progress on-hold completed stopped", "unknown"),
    "MedicationStatement": ("active completed stopped on-hold recorded", "unknown"),
    "MedicationDispense": ("completed", "in-progress on-hold stopped unknown"),
    "Procedure": ("completed", "in-progress on-hold stopped unknown"),
    "Consent": ("active inactive rejected", ""),
    "QuestionnaireResponse": ("completed amended", ""),
    "verificationStatus": ("confirmed", "unconfirmed provisional differential presumed"),
}
ASIDE: dict[str, str] = {
    "entered-in-error": "entered-in-error",
    "refuted": "refuted",
    "registered": "no-result",
    "cancelled": "cancelled",
    "declined": "cancelled",
    "not-done": "not-done",
    "not-taken": "not-done",
    "draft": "draft",
    "proposed": "draft",
    "intended": "draft",
    "preparation": "draft",
    "proposal": "draft",
    "plan": "draft",
    "option": "draft",
    "in-progress": "draft",
    "stopped": "draft",
    "unknown": "malformed",
}


@pytest.mark.parametrize("name", BINDINGS)
def test_every_status_of_the_binding_is_in_the_table_and_no_other(name: str) -> None:
    """R4, R4B and R5 together; an empty status is in the table only where the element may be left out."""
    table, codes = BINDINGS[name]
    assert set(table) - {""} == set(codes.split())
    assert ("" in table) == (name in {"verificationStatus", "MedicationRequest.intent"})


@pytest.mark.parametrize("name", BINDINGS)
def test_every_status_says_how_its_resource_is_used(name: str) -> None:
    """Used, there without deciding anything, or set aside for a reason."""
    table, codes = BINDINGS[name]
    certain, uncertain = (set(words.split()) for words in USED[name])
    for code in codes.split():
        expected = "use" if code in certain else "preliminary" if code in uncertain else ASIDE[code]
        assert use_of(Procedure(), code, table) == table[code] == expected, code


@pytest.mark.parametrize("name", BINDINGS)
@pytest.mark.parametrize("status", ["nonsense", "FINAL", " completed"])
def test_an_unknown_status_is_never_used(name: str, status: str) -> None:
    """What is not understood may say the opposite; letter case counts (FHIR code)."""
    assert use_of(Procedure(), status, BINDINGS[name][0]) == "malformed"


@pytest.mark.parametrize(
    ("view", "reason"),
    [
        (Procedure(), None),
        (Procedure(modifier_extension=[Extension(url="http://x")]), "unknown-modifier"),
        (Procedure(implicit_rules="http://x"), "implicit-rules"),
        (Procedure(implicit_rules="http://x", modifier_extension=[Extension()]), "unknown-modifier"),
    ],
)
def test_rules_and_modifiers_we_do_not_know_come_before_any_status(view: Resource, reason: str | None) -> None:
    """Not even "entered in error" is believed beside a modifier that nobody here understands."""
    assert refused(view) == reason
    assert use_of(view, "entered-in-error", statuses.PROCEDURE) == (reason or "entered-in-error")
    assert combined(view, concept("refuted"), VERIFICATION) == (reason or "refuted")


def concept(*codes: str, **more: Any) -> CodeableConcept:
    return CodeableConcept(coding=[Coding(code=code) for code in codes], **more)


@pytest.mark.parametrize(
    ("status", "use"),
    [
        (None, "use"),
        (concept(), "use"),
        (concept(""), "use"),
        (concept("confirmed"), "use"),
        (concept("confirmed", "confirmed"), "use"),
        (concept("01", "confirmed"), "use"),
        (concept("01", "refuted"), "refuted"),
        (concept("refuted", "01"), "refuted"),
        (concept("confirmed", text="确诊"), "use"),
        (concept("confirmed", "refuted"), "preliminary"),
        (concept("refuted", "confirmed"), "preliminary"),
        (concept("confirmed", "provisional"), "preliminary"),
        (concept("entered-in-error", "confirmed"), "preliminary"),
        (concept("unconfirmed", "differential"), "preliminary"),
        (concept("01"), "malformed"),
        (concept(text="排除"), "preliminary"),
        (concept(text="confirmed"), "preliminary"),
        (CodeableConcept(coding=[Coding(display="Refuted")]), "preliminary"),
    ],
)
def test_a_coded_status_is_read_by_all_its_codings(status: CodeableConcept | None, use: str) -> None:
    """Those that differ, and words alone, leave it uncertain; a code of the hospital's own says nothing beside ours."""
    assert combined(Condition(), status, VERIFICATION) == use


def test_a_coded_status_that_may_not_be_left_out_is_malformed_without_one() -> None:
    """Only a table that has a row for nothing takes nothing."""
    assert combined(Condition(), None, statuses.PROCEDURE) == "malformed"


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (None, None),
        (concept("active"), True),
        (concept("recurrence"), True),
        (concept("relapse"), True),
        (concept("inactive"), False),
        (concept("remission"), False),
        (concept("resolved"), False),
        (concept("unknown"), None),
        (concept("nonsense"), None),
        (concept(text="已治愈"), None),
        (concept("resolved", "inactive"), False),
        (concept("01", "resolved"), False),
        (concept("resolved", "01"), False),
        (concept("resolved", "active"), None),
        (concept("active", "resolved"), None),
        (concept("resolved", "unknown"), None),
    ],
)
def test_a_clinical_status_says_active_or_not_or_nothing(status: CodeableConcept | None, expected: bool | None) -> None:
    """Codings that differ, words and codes we do not know say nothing; never that it is over."""
    assert active(status) is expected


def test_every_clinical_status_is_in_the_table() -> None:
    """Condition and AllergyIntolerance, R4 to R5 (HL7 Terminology condition-clinical, allergyintolerance-clinical)."""
    assert set(statuses.ACTIVE) == {*"active recurrence relapse inactive remission resolved unknown".split(), ""}


def test_every_adherence_is_in_the_table() -> None:
    """R5 MedicationStatement.adherence.code (medication-statement-adherence); each is a status of R4."""
    told = "taking taking-as-directed taking-not-as-directed not-taking on-hold on-hold-as-directed".split()
    told += "on-hold-not-as-directed stopped stopped-as-directed stopped-not-as-directed unknown".split()
    assert set(statuses.ADHERENCE) == set(told)
    assert set(statuses.ADHERENCE.values()) <= set(statuses.MEDICATION_STATEMENT)
