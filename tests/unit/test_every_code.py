"""Every code that the rules know, in every bad form at once: no clause may stumble over any of them."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import profiles
from adapter.run import Job, screening
from tests.cli.command import AT, patient, written


def decisions(source: Path, *, full_coverage: bool = False) -> set[str]:
    """What the patients of ``source`` come out as; a fault in any clause fails the test."""
    with screening([str(source)], Job(datetime.fromisoformat(AT), full_coverage=full_coverage)) as results:
        assert results.summary.failures == []
        return {json.loads(line)["decision"] for line in results.streams["ndjson"]}


FORMS: dict[str, dict[str, Any]] = {
    "undated": {"valueQuantity": {"value": 1, "unit": "1"}, "effectiveDateTime": None},
    "undated and of a status that nobody knows": {"status": "canary", "effectiveDateTime": None},
    "undated and with an unknown modifier": {"modifierExtension": [{"url": "urn:x"}], "effectiveDateTime": None},
    "undated and of the wrong type": {"valueQuantity": "much", "effectiveDateTime": None},
    "of a date that is none": {"effectiveDateTime": "yesterday", "valueQuantity": {"value": 1, "unit": "1"}},
    "of a year": {"effectiveDateTime": "2025", "valueQuantity": {"value": 1, "unit": "1"}},
    "of the wrong type": {"valueQuantity": "much"},
    "without a value": {},
    "in a foreign unit": {"valueQuantity": {"value": 1, "unit": "furlong"}},
    "below zero": {"valueQuantity": {"value": -1, "unit": "1"}},
    "only a comparator": {"valueQuantity": {"comparator": "<", "value": 1, "unit": "1"}},
    "in words": {"valueString": "未检出 <0.5 (-) 1:320"},
    "a range": {"valueRange": {"low": {"value": 5}, "high": {"value": 1}}},
}


def codes() -> Iterator[dict[str, Any]]:
    """Every code in every value set, as a Coding."""
    for name in profiles.names("valuesets"):
        for include in profiles.load(name)["compose"]["include"]:
            for entry in include.get("concept", ()):
                yield {"system": include["system"], "code": entry["code"]}


def resources(coding: dict[str, Any], number: int, form: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A resource of each type that could carry the code."""
    code, subject = {"coding": [coding]}, {"reference": "Patient/good"}
    day = None if "effectiveDateTime" in form and form["effectiveDateTime"] is None else "2025-05-30"
    usual = {"status": "final", "subject": subject, "effectiveDateTime": day, "code": code}
    yield {"resourceType": "Observation", "id": f"o{number}", **usual, **form}
    yield {"resourceType": "DiagnosticReport", "id": f"r{number}", **usual, "conclusionCode": [code]}
    yield {"resourceType": "Condition", "id": f"c{number}", "subject": subject, "code": code, "recordedDate": day}
    yield {"resourceType": "Procedure", "id": f"p{number}", "status": "completed", "subject": subject, "code": code,
           "performedDateTime": day}  # fmt: skip
    yield {"resourceType": "AllergyIntolerance", "id": f"a{number}", "patient": subject, "code": code}
    yield {"resourceType": "MedicationAdministration", "id": f"m{number}", "status": "completed", "subject": subject,
           "medicationCodeableConcept": code, "effectiveDateTime": day}  # fmt: skip


@pytest.mark.parametrize("what", FORMS)
def test_no_form_of_any_code_stops_a_screening(tmp_path: Path, what: str) -> None:
    """A patient with every code there is, in one bad form, is screened, and is not eligible."""
    lines = [patient()]
    for number, coding in enumerate(codes()):
        for made in resources(coding, number, FORMS[what]):
            present = {key: value for key, value in made.items() if value is not None}
            lines.append(json.dumps(present, ensure_ascii=False).encode() + b"\n")
    source = written(tmp_path / "a.ndjson", b"".join(lines))
    assert decisions(source, full_coverage=True) <= {"ineligible", "undetermined"}


@pytest.mark.parametrize("what", FORMS)
def test_no_form_of_a_result_alone_stops_a_screening(tmp_path: Path, what: str) -> None:
    """The same for results without the diagnoses that would settle the clauses first, one code for each patient."""
    lines = []
    for number, coding in enumerate(codes()):
        made = next(resources(coding, number, FORMS[what])) | {"subject": {"reference": f"Patient/p{number}"}}
        present = {key: value for key, value in made.items() if value is not None}
        lines += [patient(f"p{number}"), json.dumps(present, ensure_ascii=False).encode() + b"\n"]
    assert decisions(written(tmp_path / "a.ndjson", b"".join(lines))) <= {"ineligible", "undetermined"}
