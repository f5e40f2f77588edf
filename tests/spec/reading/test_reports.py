"""DiagnosticReport -> the ISN/RPS class of a kidney biopsy."""

import json
from typing import Any

import msgspec
import pytest

from mappings.codes import LOINC
from mappings.facts import CodedResult
from mappings.reading.context import Context
from mappings.reading.reports import read
from mappings.reading.views import DiagnosticReport

title = "Reports"
CLASS = {"coding": [{"system": "https://yts109.example.org/fhir/CodeSystem/isn-rps-class", "code": "IV+V"}]}


def report(**elements: Any) -> DiagnosticReport:
    """Return a final kidney biopsy report of 2025-03-01 with these elements."""
    base = {
        "resourceType": "DiagnosticReport",
        "id": "d1",
        "status": "final",
        "code": {"coding": [{"system": LOINC, "code": "65757-7"}]},
        "effectiveDateTime": "2025-03-01",
    }
    return msgspec.json.decode(json.dumps({**base, **elements}).encode(), type=DiagnosticReport)


@pytest.mark.parametrize(
    ("elements", "codes", "text", "problem"),
    [
        ({"conclusionCode": [CLASS]}, ["IV+V"], "", None),
        ({"conclusionCode": [CLASS], "conclusion": "IV+V型"}, ["IV+V"], "IV+V型", None),
        ({"conclusion": "狼疮性肾炎 IV-G(A/C)+V型"}, [], "狼疮性肾炎 IV-G(A/C)+V型", None),
        ({"conclusionCode": [{"text": "III型"}]}, [], "III型", None),
        ({"conclusionCode": [CLASS], "status": "preliminary"}, ["IV+V"], "", "preliminary"),
        ({"conclusionCode": [CLASS], "status": "partial"}, ["IV+V"], "", "preliminary"),
    ],
)
def test_a_kidney_biopsy_gives_its_class(
    elements: dict[str, Any], codes: list[str], text: str, problem: str | None
) -> None:
    """Codes are kept as codes; a conclusion in words stays words, for a person to read."""
    found = read(report(**elements), Context())
    assert isinstance(found, list)
    (fact,) = found
    assert isinstance(fact, CodedResult)
    assert fact.concepts == {"obs.isn_rps_class"}
    assert ([code.code for code in fact.codes], fact.text, fact.problem) == (codes, text, problem)
    assert fact.answer is None


@pytest.mark.parametrize(
    ("elements", "reason"),
    [
        ({"status": "entered-in-error"}, "entered-in-error"),
        ({"status": "nonsense"}, "malformed"),
        ({"code": {"coding": [{"system": LOINC, "code": "24627-2", "display": "Chest CT"}]}}, "not-relevant"),
        ({"code": {"text": "肾活检"}}, "not-relevant"),
        ({"code": {"coding": [{"system": LOINC, "code": "65757-7", "display": "Chest CT"}]}}, "display-contradicts"),
        ({"effectiveDateTime": ""}, "no-date"),
        ({"conclusionCode": []}, "no-result"),
        ({"modifierExtension": [{"url": "http://x"}]}, "unknown-modifier"),
    ],
)
def test_what_is_not_used_is_set_aside_with_its_reason(elements: dict[str, Any], reason: str) -> None:
    """Other reports are none of ours: their results are Observations."""
    assert read(report(**{"conclusionCode": [CLASS], **elements}), Context()) == reason
