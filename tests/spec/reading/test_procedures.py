"""Procedure -> something that was done."""

import json
from typing import Any

import msgspec
import pytest

from mappings.codes import SNOMED_CT
from mappings.facts import ProcedureDone
from mappings.reading.context import Context
from mappings.reading.procedures import read
from mappings.reading.statuses import PROCEDURE
from mappings.reading.views import Procedure

title = "Procedures"
DIALYSIS = {"coding": [{"system": SNOMED_CT, "code": "302497006"}]}


def procedure(**elements: Any) -> Procedure:
    """Return a completed haemodialysis with these elements."""
    base = {"resourceType": "Procedure", "id": "p1", "status": "completed", "code": DIALYSIS}
    return msgspec.json.decode(json.dumps({**base, **elements}).encode(), type=Procedure)


def one(**elements: Any) -> ProcedureDone:
    found = read(procedure(**elements), Context())
    assert isinstance(found, list)
    (fact,) = found
    assert isinstance(fact, ProcedureDone)
    return fact


@pytest.mark.parametrize("status", PROCEDURE)
def test_only_a_completed_procedure_shows_what_needs_the_whole_of_it(status: str) -> None:
    """An operation that was stopped may not have removed anything; one that never began is set aside."""
    use = PROCEDURE[status]
    if use in {"use", "preliminary"}:
        assert one(status=status).problem == (None if status == "completed" else "preliminary")
    else:
        assert read(procedure(status=status), Context()) == use


@pytest.mark.parametrize(
    ("elements", "text"),
    [
        ({}, None),
        ({"performedDateTime": "2025-03"}, "2025-03"),
        ({"performedPeriod": {"start": "2025-03-01", "end": "2025-03-02"}}, "2025-03-01/2025-03-02"),
        ({"performedPeriod": {"start": "2025-03-01"}}, "2025-03-01"),
        ({"occurrenceDateTime": "2025-03"}, "2025-03"),
        ({"occurrencePeriod": {"end": "2025-03-02"}}, "2025-03-02"),
        ({"performedString": "幼年"}, None),
        ({"performedAge": {"value": 30, "code": "a"}}, None),
        ({"occurrenceRange": {"low": {"value": 30}}}, None),
        ({"occurrenceTiming": {"event": ["2025-03-01"]}}, None),
    ],
)
def test_its_time_is_that_of_r4_or_of_r5(elements: dict[str, Any], text: str | None) -> None:
    """``performed`` became ``occurrence``; ages, words and schedules leave it undated."""
    when = one(**elements).when
    assert (when.text if when else None) == text


@pytest.mark.parametrize(
    ("code", "concepts", "placed", "raw"),
    [
        (DIALYSIS, {"proc.dialysis"}, True, ""),
        ({"text": "血液透析"}, set(), False, "血液透析"),
        ({"coding": [{"system": "http://hospital.example.cn", "code": "P1", "display": "透析"}]}, set(), False, "透析"),
        (
            {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "Z49.1"}]},
            {"dx.renal_failure_unspecified"},
            False,
            "",
        ),
        (None, set(), False, ""),
    ],
)
def test_a_procedure_we_cannot_place_stays(code: Any, concepts: set[str], placed: bool, raw: str) -> None:
    """It may be anything, so that absence cannot be claimed beside it."""
    fact = one(code=code)
    assert (set(fact.concepts), fact.placed, fact.raw) == (concepts, placed, raw)
    assert fact.source.reference == "Procedure/p1"


@pytest.mark.parametrize(
    ("elements", "reason"),
    [
        ({"status": ""}, "malformed"),
        ({"status": "nonsense"}, "malformed"),
        ({"code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "Z00.0"}]}}, "not-relevant"),
        ({"code": {"coding": [{**DIALYSIS["coding"][0], "display": "Appendectomy"}]}}, "display-contradicts"),
        ({"modifierExtension": [{"url": "http://x"}]}, "unknown-modifier"),
        ({"implicitRules": "http://x"}, "implicit-rules"),
    ],
)
def test_what_is_not_used_is_set_aside_with_its_reason(elements: dict[str, Any], reason: str) -> None:
    """Nothing is dropped silently."""
    assert read(procedure(**elements), Context()) == reason


def test_a_bad_date_is_an_error() -> None:
    """The chart sets the resource aside as "bad-date"."""
    with pytest.raises(ValueError, match="not a FHIR date"):
        read(procedure(performedDateTime="2025/03/01"), Context())
