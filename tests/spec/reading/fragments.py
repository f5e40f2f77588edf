"""Fragments of resources, as the reader's tests write them: only what matters stands in a test."""

import json
from typing import Any

import msgspec

from mappings.reading import views

#: What every resource of a type has unless a test says otherwise; an element given as ``None`` is left out.
BASES: dict[str, dict[str, Any]] = {
    "Patient": {"gender": "female", "birthDate": "1990-05-01"},
    "Observation": {"status": "final", "effectiveDateTime": "2025-05-20"},
    "AllergyIntolerance": {"patient": {"reference": "Patient/p"}},
    "Consent": {"status": "active", "dateTime": "2025-05-01"},
    "QuestionnaireResponse": {
        "questionnaire": "https://yts109.example.org/fhir/Questionnaire/eligibility-checklist",
        "status": "completed",
        "authored": "2025-05-20T10:00:00+08:00",
        "author": {"reference": "Practitioner/li"},
    },
    "ResearchSubject": {"study": {"reference": "ResearchStudy/other"}},
}


def fragment(kind: str, **elements: Any) -> dict[str, Any]:
    """Return a resource of ``kind`` with these elements."""
    whole = {"resourceType": kind, "id": "x", **BASES.get(kind, {}), **elements}
    return {name: value for name, value in whole.items() if value is not None}


def line(kind: str, **elements: Any) -> bytes:
    """Return the same as a line of NDJSON."""
    return json.dumps(fragment(kind, **elements), ensure_ascii=False).encode()


def view(kind: str, **elements: Any) -> Any:
    """Return the same as the readers see it."""
    return msgspec.json.decode(line(kind, **elements), type=views.READ)


def coded(*codes: str, system: str = "http://snomed.info/sct", text: str = "") -> dict[str, Any]:
    """Return a CodeableConcept of these codes."""
    return {"coding": [{"system": system, "code": code} for code in codes], **({"text": text} if text else {})}
