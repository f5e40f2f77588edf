"""Making FHIR R4 resources as a hospital sends them. Everything is deterministic; numbers keep their digits."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from samples.codebook import (
    ANALYTES,
    DRUGS,
    ICD,
    ICD_CN,
    LOINC,
    SNOMED,
    TESTS,
    TRIAL,
    UCUM,
    Analyte,
    Named,
)

SCREENED_ON = date(2025, 6, 1)
TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"
SEEN = f"{TERMINOLOGY}/condition-clinical"
VERIFIED = f"{TERMINOLOGY}/condition-ver-status"

Resource = dict[str, Any]

#: Words of a qualitative result -> its code, and its flag.
ANSWERS = {
    "阴": (Named(SNOMED, "260385009", "阴性"), "NEG"),
    "阳": (Named(SNOMED, "10828004", "阳性"), "POS"),
}


def day(back: int) -> str:
    """Return the date ``back`` days before the screening."""
    return (SCREENED_ON - timedelta(days=back)).isoformat()


def moment(back: int, clock: str = "08:12:00") -> str:
    """Return an instant ``back`` days before the screening, at the hospital's local time."""
    return f"{day(back)}T{clock}+08:00"


class Hospital:
    """Everything the hospital exports, by resource type."""

    def __init__(self) -> None:
        self.exported: dict[str, list[Resource]] = defaultdict(list)
        self._numbers: dict[str, int] = defaultdict(int)

    def put(self, kind: str, name: str, known: str, content: Resource, version: str = "1") -> Resource:
        """Export one resource; ``known`` is when the server wrote it."""
        meta = {"versionId": version, "lastUpdated": known}
        made = {"resourceType": kind, "id": name, "meta": meta} | content
        self.exported[kind].append(made)
        return made

    def add(self, kind: str, patient: str, known: str, content: Resource, who: str = "subject") -> Resource:
        """Export one resource of ``patient`` under the next free id."""
        self._numbers[f"{patient}-{kind}"] += 1
        name = f"{patient}-{kind.lower()[:4]}-{self._numbers[f'{patient}-{kind}']}"
        return self.put(kind, name, known, {who: {"reference": f"Patient/{patient}"}} | content)


def concept(named: Named, text: str = "") -> Resource:
    """Return a CodeableConcept with one coding and the hospital's own words."""
    system, code, name = named
    return {"coding": [{"system": system, "code": code, "display": name}], "text": text or name}


def status_of(system: str, code: str) -> Resource:
    """Return a CodeableConcept with a code alone."""
    return {"coding": [{"system": system, "code": code}]}


def quantity(value: str, unit: str = "", ucum: str = "") -> Resource:
    """Return a Quantity; ``value`` may carry a comparator ("<20")."""
    sign = value[0] if value[0] in "<>" else ""
    found: Resource = {"value": Decimal(value.removeprefix(sign))}
    found |= {"comparator": sign} if sign else {}
    found |= {"unit": unit} if unit else {}
    return found | ({"system": UCUM, "code": ucum} if ucum else {})


def measured(
    hospital: Hospital,
    patient: str,
    analyte: str,
    value: str,
    back: int,
    clock: str = "08:12:00",
    **changes: Any,
) -> Resource:
    """Export a number; ``value`` may carry a unit of its own, of which no code is sent ("160.6 mg/mmol")."""
    known = ANALYTES[analyte]
    number, _, own = value.partition(" ")
    content = {
        "status": "final",
        "category": [status_of(f"{TERMINOLOGY}/observation-category", "laboratory")],
        "code": concept(Named(known.system, known.code, known.name)),
        "effectiveDateTime": moment(back, clock),
        "issued": moment(back, "14:30:00"),
        "valueQuantity": quantity(number, own or known.unit, "" if own else known.ucum),
    }
    content |= {} if own else _placed(known, number)
    return hospital.add("Observation", patient, moment(back, "14:31:00"), content | changes)


def _placed(known: Analyte, number: str) -> Resource:
    """Return the normal range as this laboratory prints it, and where a number lies in it."""
    if known.words:
        return {"referenceRange": [{"text": known.words}]}
    if not known.low:
        return {}
    bounds = {
        side: quantity(value, known.unit, known.ucum)
        for side, value in (("low", known.low), ("high", known.high))
        if value
    }
    value = Decimal(number.lstrip("<>"))
    flag = "L" if value < Decimal(known.low) else "H" if value > Decimal(known.high) else "N"
    mark = status_of(f"{TERMINOLOGY}/v3-ObservationInterpretation", flag)
    return {"referenceRange": [bounds], "interpretation": [mark]}


def worded(hospital: Hospital, patient: str, test: str, words: str, back: int, **changes: Any) -> Resource:
    """Export a result in words: of HIV and syphilis under codes, of HBcAb with a flag, of the others as text alone."""
    content: Resource = {
        "status": "final",
        "category": [status_of(f"{TERMINOLOGY}/observation-category", "laboratory")],
        "code": concept(TESTS[test]),
        "effectiveDateTime": moment(back),
        "issued": moment(back, "16:05:00"),
    }
    answer, flag = ANSWERS.get(words[0], (None, ""))
    if answer and test in ("hiv", "tppa"):
        content["valueCodeableConcept"] = concept(answer, words)
    else:
        content["valueString"] = words
    if flag and test == "hbcab":
        content["interpretation"] = [status_of(f"{TERMINOLOGY}/v3-ObservationInterpretation", flag)]
    return hospital.add("Observation", patient, moment(back, "16:06:00"), content | changes)


def vitals(hospital: Hospital, patient: str, back: int, weight: str, pressure: tuple[int, int] = (118, 74)) -> None:
    """Export weight, pulse, temperature, and the blood pressure as a panel with components."""
    for code, name, value, unit, ucum in (
        ("29463-7", "体重", weight, "kg", "kg"),
        ("8867-4", "心率", "76", "次/分", "/min"),
        ("8310-5", "体温", "36.6", "℃", "Cel"),
    ):
        content = {"code": concept(Named(LOINC, code, name)), "valueQuantity": quantity(value, unit, ucum)}
        _vital(hospital, patient, back, content)
    parts = [
        {"code": concept(Named(LOINC, code, name)), "valueQuantity": quantity(str(value), "mmHg", "mm[Hg]")}
        for code, name, value in (("8480-6", "收缩压", pressure[0]), ("8462-4", "舒张压", pressure[1]))
    ]
    _vital(hospital, patient, back, {"code": concept(Named(LOINC, "85354-9", "血压")), "component": parts})


def _vital(hospital: Hospital, patient: str, back: int, content: Resource) -> None:
    category = [status_of(f"{TERMINOLOGY}/observation-category", "vital-signs")]
    common = {"status": "final", "category": category, "effectiveDateTime": moment(back, "07:30:00")}
    issued = {"issued": moment(back, "07:31:00")}
    hospital.add("Observation", patient, moment(back, "07:31:00"), common | issued | content)


def diagnosis(hospital: Hospital, patient: str, code: str, name: str, onset: str, /, **changes: Any) -> Resource:
    """Export a diagnosis under ICD-10 with national digits; asterisk codes come under the international system."""
    content: Resource = {
        "clinicalStatus": status_of(SEEN, "active"),
        "verificationStatus": status_of(VERIFIED, "confirmed"),
        "code": concept(Named(ICD if "*" in code else ICD_CN, code, name)),
        "onsetDateTime": onset,
        "recordedDate": onset,
    }
    known = f"{onset}-01-01"[:10] if len(onset) < 10 else onset
    return hospital.add("Condition", patient, f"{known}T17:40:00+08:00", content | changes)


def resolved(until: str) -> Resource:
    """Return what changes when a diagnosis is over."""
    return {"clinicalStatus": status_of(SEEN, "resolved"), "abatementDateTime": until}


def done(hospital: Hospital, patient: str, code: str, name: str, when: str) -> Resource:
    """Export a procedure under SNOMED CT."""
    content = {"status": "completed", "code": concept(Named(SNOMED, code, name)), "performedDateTime": when}
    return hospital.add("Procedure", patient, f"{when}T17:00:00+08:00", content)


def drug(name: str) -> Resource:
    """Return which drug it is: by its code, or by the Medication that stands for the hospital's own codes."""
    if name in ("tacrolimus", "mmf"):
        return {"medicationReference": {"reference": f"Medication/{name}", "display": DRUGS[name].name}}
    return {"medicationCodeableConcept": concept(DRUGS[name])}


def dosage(text: str, milligrams: str, times: str) -> Resource:
    """Return an instruction: so many milligrams, ``times`` as an abbreviation (QD, BID)."""
    return {
        "text": text,
        "timing": {"code": status_of(f"{TERMINOLOGY}/v3-GTSAbbreviation", times)},
        "route": {"text": "口服"},
        "doseAndRate": [{"doseQuantity": quantity(milligrams, "mg", "mg")}],
    }


def taken(hospital: Hospital, patient: str, name: str, first: str, last: str = "", **changes: Any) -> Resource:
    """Export that a drug was taken from ``first`` to ``last`` (nothing: still)."""
    content: Resource = {
        "status": "completed" if last else "active",
        **drug(name),
        "effectivePeriod": {"start": first, **({"end": last} if last else {})},
        "dateAsserted": last or first,
    }
    return hospital.add("MedicationStatement", patient, f"{last or first}T18:00:00+08:00", content | changes)


def given(hospital: Hospital, patient: str, name: str, when: str, dose: str, clock: str = "10:00:00") -> Resource:
    """Export one intravenous administration of ``dose`` milligrams."""
    content: Resource = {
        "status": "completed",
        **drug(name),
        "effectiveDateTime": f"{when}T{clock}+08:00",
        "dosage": {"text": f"{dose}mg 静脉滴注", "route": {"text": "静脉滴注"}, "dose": quantity(dose, "mg", "mg")},
    }
    return hospital.add("MedicationAdministration", patient, f"{when}T{clock}+08:00", content)


def prescribed(
    hospital: Hospital, patient: str, name: str, when: str, instruction: Resource, days: int, **changes: Any
) -> Resource:
    """Export a prescription for ``days`` days (0: it does not say for how long)."""
    content: Resource = {
        "status": "completed",
        "intent": "order",
        **drug(name),
        "authoredOn": f"{when}T09:20:00+08:00",
        "dosageInstruction": [instruction],
    }
    if days:
        content["dispenseRequest"] = {"expectedSupplyDuration": quantity(str(days), "天", "d")}
    return hospital.add("MedicationRequest", patient, f"{when}T09:21:00+08:00", content | changes)


def dispensed(hospital: Hospital, patient: str, name: str, when: str, days: int) -> Resource:
    """Export that the pharmacy handed over a supply for ``days`` days."""
    content: Resource = {
        "status": "completed",
        **drug(name),
        "whenHandedOver": f"{when}T15:00:00+08:00",
        "daysSupply": quantity(str(days), "天", "d"),
    }
    return hospital.add("MedicationDispense", patient, f"{when}T15:00:00+08:00", content)


def biopsy(hospital: Hospital, patient: str, back: int, found: str, share: str, glomeruli: int = 24) -> None:
    """Export a kidney biopsy: that it was done, the report with its class, and what was counted."""
    done(hospital, patient, "10106002", "Core needle biopsy of kidney (procedure)", day(back))
    roman = concept(Named(f"{TRIAL}/CodeSystem/isn-rps-class", found, found), f"{found}型")
    words = f"狼疮性肾炎，ISN/RPS {found}型。肾小球{glomeruli}个，硬化比例{share}%。"
    biopsy_report(hospital, patient, back, words, conclusionCode=[roman])
    trial = f"{TRIAL}/CodeSystem/trial"
    for code, name, value in (
        ("isn-rps-class", "ISN/RPS分型", {"valueCodeableConcept": roman}),
        ("glomerulosclerosis", "肾小球硬化比例", {"valueQuantity": quantity(share, "%", "%")}),
        ("glomeruli", "肾小球数目", {"valueQuantity": quantity(str(glomeruli), "个", "{count}")}),
    ):
        times = {"effectiveDateTime": moment(back), "issued": moment(back - 4, "11:00:00")}
        content = {"status": "final", "code": concept(Named(trial, code, name)), **times, **value}
        hospital.add("Observation", patient, moment(back - 4, "11:01:00"), content)


def biopsy_report(hospital: Hospital, patient: str, back: int, words: str, **changes: Any) -> Resource:
    """Export the report of a kidney biopsy, its conclusion in words."""
    content: Resource = {
        "status": "final",
        "code": concept(Named(LOINC, "65757-7", "Kidney Pathology biopsy report"), "肾穿刺活检病理报告"),
        "effectiveDateTime": moment(back),
        "issued": moment(back - 4, "11:00:00"),
        "conclusion": words,
    }
    return hospital.add("DiagnosticReport", patient, moment(back - 4, "11:01:00"), content | changes)


def attested(
    hospital: Hospital, patient: str, answers: Mapping[str, str], back: int = 4, author: str = "Practitioner/dr-li"
) -> Resource:
    """Export what somebody answered to the trial's checklist."""
    system = f"{TRIAL}/CodeSystem/finding-state"
    items = [
        {"linkId": item, "answer": [{"valueCoding": {"system": system, "code": state}}]}
        for item, state in answers.items()
    ]
    content: Resource = {
        "questionnaire": f"{TRIAL}/Questionnaire/eligibility-checklist",
        "status": "completed",
        "authored": moment(back, "11:00:00"),
        "author": {"reference": author},
        "item": items,
    }
    return hospital.add("QuestionnaireResponse", patient, moment(back, "11:00:00"), content)


def consented(hospital: Hospital, patient: str, back: int = 10) -> Resource:
    """Export the consent to this study."""
    study = {"reference": {"reference": "ResearchStudy/NCT06943937"}, "meaning": "instance"}
    content: Resource = {
        "status": "active",
        "scope": status_of(f"{TERMINOLOGY}/consentscope", "research"),
        "category": [status_of(f"{TERMINOLOGY}/consentcategorycodes", "research")],
        "dateTime": moment(back, "10:20:00"),
        "policyRule": {"text": "知情同意书 V1.0"},
        "provision": {"type": "permit", "data": [study]},
    }
    return hospital.add("Consent", patient, moment(back, "10:21:00"), content, "patient")


def visited(hospital: Hospital, patient: str, back: int) -> Resource:
    """Export that the patient came to the clinic."""
    times = {"start": moment(back, "07:20:00"), "end": moment(back, "11:50:00")}
    kind = {"system": f"{TERMINOLOGY}/v3-ActCode", "code": "AMB", "display": "ambulatory"}
    content = {"status": "finished", "class": kind, "period": times, "serviceType": {"text": "风湿免疫科"}}
    return hospital.add("Encounter", patient, moment(back, "11:51:00"), content)


def in_study(hospital: Hospital, patient: str, study: str, state: str, start: str, end: str = "") -> Resource:
    """Export that the patient takes, or took, part in a study."""
    content: Resource = {
        "status": state,
        "period": {"start": start, **({"end": end} if end else {})},
        "study": {"reference": f"ResearchStudy/{study}"},
    }
    return hospital.add("ResearchSubject", patient, f"{end or start}T10:00:00+08:00", content, "individual")


def allergic(hospital: Hospital, patient: str, to: str, category: str, criticality: str, **reaction: Any) -> Resource:
    """Export an allergy."""
    system = f"{TERMINOLOGY}/allergyintolerance"
    content: Resource = {
        "clinicalStatus": status_of(f"{system}-clinical", "active"),
        "verificationStatus": status_of(f"{system}-verification", "confirmed"),
        "type": "allergy",
        "category": [category],
        "criticality": criticality,
        "code": {"text": to},
        "recordedDate": "2022-03-01",
    }
    content |= {"reaction": [reaction]} if reaction else {}
    return hospital.add("AllergyIntolerance", patient, "2022-03-01T10:00:00+08:00", content, "patient")
