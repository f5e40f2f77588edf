"""Results that cannot be used leave open what they would have answered."""

import json
from typing import Any

import pytest

from mappings.facts import CodedResult
from mappings.reading.chart import Clock, chart
from mappings.reading.context import Context
from mappings.record import Record
from tests.properties.patients import AT

title = "Results that cannot be used"

HAEMOGLOBIN = {"coding": [{"system": "http://loinc.org", "code": "718-7"}]}
BIOPSY = {"coding": [{"system": "http://loinc.org", "code": "65757-7"}]}
PATIENT = {"resourceType": "Patient", "id": "p"}
USABLE = {
    "resourceType": "Observation", "id": "old", "status": "final", "code": HAEMOGLOBIN, "effectiveDateTime": "2025-05-01",
    "valueQuantity": {"value": 96, "unit": "g/L", "code": "g/L"},
}  # fmt: skip


def record(*resources: dict[str, Any]) -> Record:
    """Chart the resources of one patient as of the day of the samples."""
    found = chart([json.dumps(one).encode() for one in (PATIENT, *resources)], (), Context(), Clock(AT))
    assert found is not None
    return found


def latest(*changes: dict[str, Any]) -> list[tuple[str, str | None]]:
    """Return what may be the latest haemoglobin beside a usable one of the first of May, and what is wrong with it."""
    found = record(USABLE, *({**USABLE, "id": f"n{index}", **one} for index, one in enumerate(changes)))
    return sorted((one.source.reference, one.problem) for one in found.latest(["lab.hemoglobin_mass"]))


@pytest.mark.parametrize(
    "changes",
    [
        {"effectiveDateTime": "2025-05-20", "modifierExtension": [{"url": "http://x"}]},
        {"effectiveDateTime": "2025-05-20", "implicitRules": "http://x"},
        {"effectiveDateTime": "2025-05-20", "status": "brand-new"},
        {"effectiveDateTime": "2025-05-20", "valueQuantity": "much"},
        {"effectiveDateTime": "2025-05-20T99:99:99", "issued": "2025-05-21T00:00:00Z"},
        {"effectiveDateTime": "2025-05-20", "code": {"coding": [HAEMOGLOBIN["coding"][0] | {"display": "Vitamin D"}]}},
        {"effectiveDateTime": "2025-05-20", "code": {"text": "血红蛋白"}},
        {"effectiveDateTime": "2025-05-20", "code": {"coding": [{"code": "718-7"}]}},
        {"effectiveDateTime": "2025-05-20", "code": {"coding": [{"system": "LN", "code": "718-7"}]}},
        {"effectiveDateTime": "2025-05-20", "code": {"coding": [{"system": "urn:lab", "code": "7"}], "text": "血红蛋白"}},
        {"effectiveDateTime": "2025-05-20", "code": {"coding": [{"system": "http://loinc.org", "code": "0-0", "display": "血红蛋白"}]}},
        {"effectiveDateTime": "2025-05-20", "code": {"text": "panel"}, "component": [{"code": HAEMOGLOBIN, "modifierExtension": [{"url": "x"}]}]},
    ],
)  # fmt: skip
def test_a_later_result_that_cannot_be_used_is_the_latest(changes: dict[str, Any]) -> None:
    """It hides what an older one says, and says nothing itself."""
    assert latest(changes) == [("Observation/n0", "not-understood")]


def test_one_that_cannot_be_dated_may_be_the_latest() -> None:
    """Beside the older one it is a rival, so that the two must agree, and cannot."""
    assert latest({"effectiveDateTime": "someday"}) == [
        ("Observation/n0", "not-understood"),
        ("Observation/old", None),
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"effectiveDateTime": "2025-04-20", "modifierExtension": [{"url": "http://x"}]},
        {"effectiveDateTime": "2025-06-20", "modifierExtension": [{"url": "http://x"}]},
        {"effectiveDateTime": "2025-05-20", "status": "entered-in-error"},
        {"effectiveDateTime": "2025-05-20", "focus": [{"reference": "Patient/child"}]},
        {"effectiveDateTime": "2025-05-20", "meta": {"tag": [{"code": "HTEST"}]}},
        {"effectiveDateTime": "2025-05-20", "modifierExtension": [{"url": "http://x"}], "code": {"text": "维生素D"}},
        {"effectiveDateTime": "2025-05-20", "valueQuantity": "much", "code": ["Hb"]},
        {"resourceType": "Condition", "recordedDate": "2025-05-20", "modifierExtension": [{"url": "http://x"}]},
        {"resourceType": "Condition", "recordedDate": 7},
    ],
)
def test_what_was_understood_hides_nothing(changes: dict[str, Any]) -> None:
    """Older ones, future ones, errors, results of somebody else, test data, and results of no test that we know."""
    assert latest(changes) == [("Observation/old", None)]


def test_a_biopsy_report_that_cannot_be_used_is_the_latest_too() -> None:
    """An older class does not stand for a newer report that nobody could read."""
    report = {"resourceType": "DiagnosticReport", "id": "r", "status": "final", "code": BIOPSY, "conclusion": "IV"}
    old, new = {**report, "issued": "2024-05-01T00:00:00Z"}, {**report, "id": "n", "issued": "2025-05-01T00:00:00Z"}
    found = record(old, new | {"modifierExtension": [{"url": "http://x"}]}).latest(["obs.isn_rps_class"])
    assert [(type(one), one.source.reference, one.problem) for one in found] == [
        (CodedResult, "DiagnosticReport/n", "not-understood")
    ]
