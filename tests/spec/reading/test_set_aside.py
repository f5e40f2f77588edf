"""Every reason for setting a resource aside is given somewhere, and no other."""

from datetime import datetime
from typing import get_args

import pytest

from mappings.findings import SetAsideReason
from mappings.reading.chart import UNDERSTOOD, Clock, chart
from mappings.reading.context import Context
from tests.spec.reading.fragments import coded, line

title = "Set aside"
AT = datetime.fromisoformat("2025-06-01T12:00:00+08:00")
LOINC = "http://loinc.org"
PLATELETS = coded("777-3", system=LOINC)
WRONG = {"coding": [{"system": LOINC, "code": "777-3", "display": "Hemoglobin [Mass/volume] in Blood"}]}
LATER = {"lastUpdated": "2025-05-30T00:00:00Z"}
VALUE = {"valueQuantity": {"value": 30, "unit": "10*9/L"}}
#: What is told elsewhere: of lines that belong to no patient, and of entries of Bundles.
BEFORE_READING = {"unknown-type", "no-patient", "unknown-patient", "deleted"}


def count(**elements: object) -> bytes:
    return line("Observation", **{"code": PLATELETS, **VALUE, **elements})


LINES: dict[str, list[bytes]] = {
    "not-relevant": [count(code=coded("2093-3", system=LOINC))],
    "malformed": [count(status="nonsense")],
    "duplicate-key": [b'{"resourceType":"Observation","id":"x","status":"final","status":"final"}'],
    "unknown-code": [count(code=coded("PLT", system="urn:lab"))],
    "no-code": [count(code={"text": "PLT"})],
    "display-contradicts": [count(code=WRONG)],
    "entered-in-error": [count(status="entered-in-error")],
    "refuted": [line("Condition", verificationStatus=coded("refuted"))],
    "not-done": [line("Procedure", status="not-done")],
    "cancelled": [count(status="cancelled")],
    "no-result": [count(status="registered")],
    "draft": [line("Consent", status="draft")],
    "unknown-modifier": [count(modifierExtension=[{"url": "http://x"}])],
    "implicit-rules": [count(implicitRules="http://x")],
    "negated": [line("AllergyIntolerance", code=coded("716186003"))],
    "no-date": [count(effectiveDateTime=None)],
    "bad-date": [count(effectiveDateTime="20.5.2025")],
    "superseded": [count(meta={"versionId": "1"}), count(meta={"versionId": "2"})],
    "duplicate": [count(), count()],
    "conflicting-copies": [count(), count(valueQuantity={"value": 60, "unit": "10*9/L"})],
    "after-at": [count(effectiveDateTime="2025-06-02")],
    "not-yet-known": [count(meta=LATER)],
    "unresolved-reference": [
        line("MedicationStatement", status="active", medicationReference={"reference": "Medication/none"})
    ],
    "own-output": [line("ResearchSubject", study={"reference": "ResearchStudy/yts109"}, status="on-study")],
    "test-patient": [line("Patient", id="y", meta={"tag": [{"code": "HTEST"}]})],
    "inactive": [line("Patient", id="y", active=False)],
}


@pytest.mark.parametrize("reason", sorted(set(get_args(SetAsideReason)) - BEFORE_READING))
def test_every_reason_is_given_to_something(reason: str) -> None:
    """A reason that nothing gives would be a promise that nobody keeps."""
    clock = Clock(AT, datetime.fromisoformat("2025-05-29T00:00:00Z"))
    found = chart([line("Patient"), *LINES[reason]], (), Context(), clock, strictly=True)
    assert found is not None
    assert reason in {one.reason for one in found.set_aside}


def test_the_list_of_reasons_is_closed() -> None:
    """Each is either shown here or told before a patient's lines are read."""
    assert set(LINES) | BEFORE_READING == set(get_args(SetAsideReason))
    assert set(get_args(SetAsideReason)) >= UNDERSTOOD
