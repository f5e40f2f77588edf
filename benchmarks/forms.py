"""Resources as real servers send them, as templates: 600 to 900 bytes each, with meta, identifiers, category and text.

A template is made once, with ``@name@`` where a resource differs from the next, and ``#name#`` where that is a number or
a list; filling it in is then all the work.
"""

import json
import re
from functools import cache
from typing import Any, Final

from benchmarks.codebook import REPORT, Measured
from samples.codebook import ATC, ICD_CN, LOINC, SNOMED, UCUM
from samples.resources import SEEN, TERMINOLOGY, VERIFIED, status_of

OWN: Final = "http://hospital.example.cn"
_PLACE: Final = re.compile(r'"#(\w+)#"|@(\w+)@')
LABORATORY: Final = {"reference": "Organization/org-lab-01", "display": "医学检验科"}

Named = tuple[str, str]


def _form(kind: str, content: dict[str, Any], who: str = "subject") -> str:
    """Return a resource as a template for the ``%`` operator."""
    made = {
        "resourceType": kind,
        "id": "@id@",
        "meta": {"versionId": "1", "lastUpdated": "@known@"},
        "identifier": [{"system": f"{OWN}/{kind.lower()}", "value": "@number@"}],
    }
    made |= ({who: {"reference": "Patient/@patient@"}} if who else {}) | content
    text = json.dumps(made, ensure_ascii=False, separators=(",", ":")).replace("%", "%%")
    return _PLACE.sub(lambda found: f"%({found[1] or found[2]})s", text) + "\n"


def _coded(system: str, code: str, name: str, text: str = "") -> dict[str, Any]:
    """Return a CodeableConcept with the standard's code and name, and the hospital's words."""
    return {"coding": [{"system": system, "code": code, "display": name}], "text": text or name}


def _quantity(one: Measured, value: str) -> dict[str, Any]:
    return {"value": value, "unit": one.unit or one.ucum, "system": UCUM, "code": one.ucum}


_SEEN_AT: Final = {"reference": "Encounter/@encounter@"}


@cache
def observation(one: Measured, category: str) -> str:
    """Return the template of a result with its normal range and flag, or of a vital sign without."""
    content = {
        "status": "final",
        "category": [status_of(f"{TERMINOLOGY}/observation-category", category)],
        "code": _coded(LOINC, one.code, one.name),
        "encounter": _SEEN_AT,
        "effectiveDateTime": "@taken@",
        "issued": "@issued@",
        "valueQuantity": _quantity(one, "#value#"),
    }
    if category == "laboratory":
        content |= {
            "interpretation": [status_of(f"{TERMINOLOGY}/v3-ObservationInterpretation", "@flag@")],
            "referenceRange": [{"text": f"{one.low:g}-{one.high:g}"}],
        }
    return _form("Observation", content)


def panel(parts: tuple[Measured, ...]) -> str:
    """Return the template of a blood pressure, with a component for each of ``parts``."""
    components = [
        {"code": _coded(LOINC, one.code, one.name), "valueQuantity": _quantity(one, f"#part{index}#")}
        for index, one in enumerate(parts)
    ]
    content = {
        "status": "final",
        "category": [status_of(f"{TERMINOLOGY}/observation-category", "vital-signs")],
        "code": _coded(LOINC, "85354-9", "Blood pressure panel with all children optional", "血压"),
        "encounter": _SEEN_AT,
        "effectiveDateTime": "@taken@",
        "issued": "@issued@",
        "component": components,
    }
    return _form("Observation", content)


@cache
def condition(named: Named, status: str) -> str:
    """Return the template of a diagnosis under ICD-10 with national digits."""
    content = {
        "clinicalStatus": status_of(SEEN, status),
        "verificationStatus": status_of(VERIFIED, "confirmed"),
        "category": [status_of(f"{TERMINOLOGY}/condition-category", "encounter-diagnosis")],
        "code": _coded(ICD_CN, *named),
        "encounter": _SEEN_AT,
        "onsetDateTime": "@day@",
        "recordedDate": "@issued@",
        "recorder": {"reference": "Practitioner/@doctor@"},
    }
    return _form("Condition", content | ({"abatementDateTime": "@later@"} if status == "resolved" else {}))


@cache
def prescription(named: Named, kind: str) -> str:
    """Return the template of an order (``MedicationRequest``), or of what was handed over (``MedicationDispense``)."""
    dose = {"value": "#dose#", "unit": "mg", "system": UCUM, "code": "mg"}
    timing = {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}, "code": {"text": "QD"}}
    instruction = {
        "text": "口服 每日一次",
        "timing": timing,
        "route": {"text": "口服"},
        "doseAndRate": [{"doseQuantity": dose}],
    }
    supply = {"value": "#days#", "unit": "天", "system": UCUM, "code": "d"}
    content: dict[str, Any] = {"status": "completed", "medicationCodeableConcept": _coded(ATC, *named)}
    if kind == "MedicationRequest":
        content |= {"intent": "order", "encounter": _SEEN_AT, "authoredOn": "@taken@"}
        content |= {"requester": {"reference": "Practitioner/@doctor@"}}
        content |= {"dispenseRequest": {"expectedSupplyDuration": supply}}
    else:
        content |= {"context": _SEEN_AT, "whenHandedOver": "@issued@", "daysSupply": supply}
    return _form(kind, content | {"dosageInstruction": [instruction]})


@cache
def procedure(named: Named) -> str:
    """Return the template of something that was done."""
    content = {
        "status": "completed",
        "category": {"coding": [{"system": SNOMED, "code": "103693007", "display": "Diagnostic procedure"}]},
        "code": _coded(SNOMED, *named),
        "encounter": _SEEN_AT,
        "performedPeriod": {"start": "@taken@", "end": "@issued@"},
        "performer": [{"actor": {"reference": "Practitioner/@doctor@"}}],
    }
    return _form("Procedure", content)


@cache
def encounter(ward: str) -> str:
    """Return the template of a visit."""
    kind = {"system": f"{TERMINOLOGY}/v3-ActCode", "code": "AMB", "display": "ambulatory"}
    part = [
        {"coding": [{"system": f"{TERMINOLOGY}/v3-ParticipationType", "code": "PPRF"}], "text": "primary performer"}
    ]
    content = {
        "status": "finished",
        "class": kind,
        "type": [_coded(SNOMED, "185349003", "Encounter for check up (procedure)")],
        "participant": [{"type": part, "individual": {"reference": "Practitioner/@doctor@"}}],
        "period": {"start": "@taken@", "end": "@issued@"},
        "serviceProvider": {"reference": "Organization/org-01", "display": ward},
    }
    return _form("Encounter", content)


@cache
def report() -> str:
    """Return the template of a report that names its results."""
    content = {
        "status": "final",
        "category": [status_of(f"{TERMINOLOGY}/v2-0074", "LAB")],
        "code": _coded(*REPORT, "血常规"),
        "encounter": _SEEN_AT,
        "effectiveDateTime": "@taken@",
        "issued": "@issued@",
        "performer": [LABORATORY],
        "result": "#results#",
    }
    return _form("DiagnosticReport", content)


@cache
def vaccination(named: Named) -> str:
    """Return the template of a vaccination: a type that the protocol has no use for."""
    content = {
        "status": "completed",
        "vaccineCode": _coded("http://hl7.org/fhir/sid/cvx", *named),
        "encounter": _SEEN_AT,
        "occurrenceDateTime": "@taken@",
        "primarySource": True,
        "location": {"reference": "Location/loc-01", "display": "预防保健科"},
    }
    return _form("Immunization", content, "patient")


@cache
def patient() -> str:
    """Return the template of a person, with name, address and telephone."""
    content = {
        "active": True,
        "name": [{"use": "official", "text": "@name@", "family": "@family@", "given": ["@given@"]}],
        "telecom": [{"system": "phone", "value": "138@phone@", "use": "mobile"}],
        "gender": "@sex@",
        "birthDate": "@born@",
        "address": [
            {"text": "广东省广州市天河区@street@路@house@号", "city": "广州市", "postalCode": "510000", "country": "CN"}
        ],
        "maritalStatus": status_of(f"{TERMINOLOGY}/v3-MaritalStatus", "M"),
        "communication": [{"language": status_of("urn:ietf:bcp:47", "zh-CN")}],
        "managingOrganization": {"reference": "Organization/org-01"},
    }
    return _form("Patient", content, "")
