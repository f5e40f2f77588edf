"""Making FHIR R4 resources as a hospital sends them: its codes, its names, its units. Everything is deterministic."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

SCREENED_ON = date(2025, 6, 1)
LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
ICD = "http://fhir.org.cn/CodeSystem/icd-10-cn"
ATC = "http://www.whocc.no/atc"
LOCAL_LAB = "http://hospital.example.cn/CodeSystem/lab"
LOCAL_DRUG = "http://hospital.example.cn/CodeSystem/drug"
TRIAL = "https://yts109.example.org/fhir"

Resource = dict[str, Any]

#: Analyte -> (system, code, what the hospital calls it, unit printed, UCUM code or nothing, range low, range high).
ANALYTES: dict[str, tuple[str, str, str, str, str, str, str]] = {
    "wbc": (LOINC, "6690-2", "白细胞计数", "10^9/L", "10*9/L", "3.5", "9.5"),
    "hb": (LOINC, "718-7", "血红蛋白", "g/L", "g/L", "115", "150"),
    "plt": (LOCAL_LAB, "XCG-PLT", "血小板计数", "×10^9/L", "", "125", "350"),
    "anc": (LOINC, "751-8", "中性粒细胞绝对值", "10^9/L", "10*9/L", "1.8", "6.3"),
    "alt": (LOINC, "1742-6", "丙氨酸氨基转移酶", "U/L", "U/L", "7", "40"),
    "ast": (LOINC, "1920-8", "天门冬氨酸氨基转移酶", "U/L", "U/L", "13", "35"),
    "tbil": (LOINC, "14631-6", "总胆红素", "μmol/L", "umol/L", "0", "21.0"),
    "cr": (LOINC, "14682-9", "肌酐", "μmol/L", "umol/L", "41", "73"),
    "upcr": (LOINC, "2890-2", "尿蛋白/肌酐", "g/gCr", "", "0", "0.2"),
    "inr": (LOINC, "6301-6", "国际标准化比值", "", "", "0.85", "1.15"),
    "pt": (LOINC, "5902-2", "凝血酶原时间", "秒", "s", "9.4", "12.5"),
    "c3": (LOINC, "4485-9", "补体C3", "g/L", "g/L", "0.79", "1.52"),
    "c4": (LOINC, "4498-2", "补体C4", "g/L", "g/L", "0.16", "0.38"),
    "dsdna": (LOINC, "5130-0", "抗双链DNA抗体", "IU/mL", "[IU]/mL", "0", "100"),
    "hcg": (LOINC, "21198-7", "血清HCG", "mIU/mL", "m[IU]/mL", "0", "5.3"),
    "k": (LOINC, "2823-3", "血钾", "mmol/L", "mmol/L", "3.5", "5.3"),
    "alb": (LOCAL_LAB, "SH-ALB", "白蛋白", "g/L", "g/L", "40", "55"),
}
WORDS: dict[str, tuple[str, str, str]] = {
    "ana": (LOINC, "5048-4", "抗核抗体"),
    "hbsag": (LOINC, "5196-1", "乙肝表面抗原"),
    "hbcab": (LOINC, "13952-7", "乙肝核心抗体"),
    "hbvdna": (LOINC, "42595-9", "乙型肝炎病毒DNA定量"),
    "hcvab": (LOINC, "16128-1", "丙肝抗体"),
    "hcvrna": (LOINC, "11011-4", "丙型肝炎病毒RNA定量"),
    "hiv": (LOINC, "56888-1", "HIV抗原抗体"),
    "tppa": (LOINC, "24312-1", "梅毒螺旋体抗体"),
    "rpr": (LOINC, "20507-0", "快速血浆反应素"),
}
DRUGS: dict[str, tuple[str, str, str]] = {
    "prednisone": (ATC, "H02AB07", "醋酸泼尼松片"),
    "methylprednisolone": (ATC, "H02AB04", "注射用甲泼尼龙琥珀酸钠"),
    "mmf": (ATC, "L04AA06", "吗替麦考酚酯胶囊"),
    "cyclophosphamide": (ATC, "L01AA01", "注射用环磷酰胺"),
    "tacrolimus": (LOCAL_DRUG, "XY-0417", "他克莫司胶囊"),
    "azathioprine": (ATC, "L04AX01", "硫唑嘌呤片"),
    "leflunomide": (ATC, "L04AK01", "来氟米特片"),
    "hydroxychloroquine": (ATC, "P01BA02", "硫酸羟氯喹片"),
    "rituximab": (ATC, "L01FA01", "利妥昔单抗注射液"),
    "gcsf": (ATC, "L03AA02", "重组人粒细胞刺激因子注射液"),
    "omeprazole": (ATC, "A02BC01", "奥美拉唑肠溶胶囊"),
    "herb": (LOCAL_DRUG, "ZY-0932", "复方制剂（院内）"),
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

    def add(self, kind: str, patient: str, known: str, content: Resource, *, who: str = "subject") -> Resource:
        """Export one resource of ``patient``; ``known`` is when the server wrote it."""
        self._numbers[f"{kind}/{patient}"] += 1
        name = f"{patient}-{kind.lower()[:3]}-{self._numbers[f'{kind}/{patient}']}"
        made = {
            "resourceType": kind,
            "id": name,
            "meta": {"versionId": "1", "lastUpdated": known},
            who: {"reference": f"Patient/{patient}"},
        } | content
        self.exported[kind].append(made)
        return made


def concept(system: str, code: str, display: str) -> Resource:
    """Return a CodeableConcept with one coding and the hospital's own words."""
    return {"coding": [{"system": system, "code": code, "display": display}], "text": display}


def coded(system: str, code: str) -> Resource:
    """Return a CodeableConcept with a code alone."""
    return {"coding": [{"system": system, "code": code}]}


def measured(hospital: Hospital, patient: str, analyte: str, value: str, back: int, **changes: Any) -> Resource:
    """Export a number; ``value`` may carry a comparator ("<20") or a unit of its own ("160.6 mg/mmol")."""
    system, code, name, unit, ucum, low, high = ANALYTES[analyte]
    number, _, own_unit = value.partition(" ")
    comparator = number[0] if number[0] in "<>" else ""
    quantity: Resource = {"value": _Number(number.lstrip("<>"))}
    quantity |= {"comparator": comparator} if comparator else {}
    printed = own_unit or unit
    quantity |= {"unit": printed} if printed else {}
    quantity |= {"system": UCUM, "code": ucum} if ucum and not own_unit else {}
    range_ = {"low": _bound(low, printed), "high": _bound(high, printed)} if not own_unit else {"text": f"{low}--{high}"}
    content: Resource = {
        "status": "final",
        "category": [coded("http://terminology.hl7.org/CodeSystem/observation-category", "laboratory")],
        "code": concept(system, code, name),
        "effectiveDateTime": moment(back),
        "issued": moment(back, "14:30:00"),
        "performer": [{"display": "检验科"}],
        "valueQuantity": quantity,
        "referenceRange": [range_],
    }
    return hospital.add("Observation", patient, moment(back, "14:31:00"), content | changes)


class _Number(str):
    """A number to be written with these digits."""


def _bound(value: str, unit: str) -> Resource:
    return {"value": _Number(value), **({"unit": unit} if unit else {})}


def worded(hospital: Hospital, patient: str, test: str, words: str, back: int, **changes: Any) -> Resource:
    """Export a result in words."""
    content: Resource = {
        "status": "final",
        "code": concept(*WORDS[test]),
        "effectiveDateTime": moment(back),
        "issued": moment(back, "16:05:00"),
        "valueString": words,
    }
    return hospital.add("Observation", patient, moment(back, "16:06:00"), content | changes)


def vitals(hospital: Hospital, patient: str, back: int, weight: str, pressure: tuple[int, int] = (118, 74)) -> None:
    """Export weight, blood pressure (as a panel with components), pulse and temperature."""
    simple = (("29463-7", "体重", weight, "kg"), ("8867-4", "心率", "76", "/min"), ("8310-5", "体温", "36.6", "Cel"))
    for code, name, value, unit in simple:
        quantity = {"value": _Number(value), "unit": unit, "system": UCUM, "code": unit}
        _vital(hospital, patient, back, {"code": concept(LOINC, code, name), "valueQuantity": quantity})
    parts = [
        {"code": concept(LOINC, code, name), "valueQuantity": {"value": value, "unit": "mmHg", "system": UCUM, "code": "mm[Hg]"}}
        for code, name, value in (("8480-6", "收缩压", pressure[0]), ("8462-4", "舒张压", pressure[1]))
    ]
    _vital(hospital, patient, back, {"code": concept(LOINC, "85354-9", "血压"), "component": parts})


def _vital(hospital: Hospital, patient: str, back: int, content: Resource) -> None:
    category = [coded("http://terminology.hl7.org/CodeSystem/observation-category", "vital-signs")]
    common = {"status": "final", "category": category, "effectiveDateTime": moment(back, "07:30:00")}
    hospital.add("Observation", patient, moment(back, "07:31:00"), common | content)


def diagnosis(hospital: Hospital, patient: str, code: str, name: str, onset: str, **changes: Any) -> Resource:
    """Export a diagnosis under ICD-10 with national digits."""
    content: Resource = {
        "clinicalStatus": coded("http://terminology.hl7.org/CodeSystem/condition-clinical", "active"),
        "verificationStatus": coded("http://terminology.hl7.org/CodeSystem/condition-ver-status", "confirmed"),
        "code": concept(ICD, code, name),
        "onsetDateTime": onset,
        "recordedDate": onset,
    }
    return hospital.add("Condition", patient, f"{onset if len(onset) == 10 else '2024-01-01'}T12:00:00+08:00", content | changes)


def resolved(until: str) -> Resource:
    """Return what changes when a diagnosis is over."""
    return {
        "clinicalStatus": coded("http://terminology.hl7.org/CodeSystem/condition-clinical", "resolved"),
        "abatementDateTime": until,
    }


def taken(hospital: Hospital, patient: str, drug: str, first: str, last: str | None, **changes: Any) -> Resource:
    """Export that a drug was taken from ``first`` to ``last`` (``None``: still)."""
    period = {"start": first, **({"end": last} if last else {})}
    content: Resource = {
        "status": "completed" if last else "active",
        "medicationCodeableConcept": concept(*DRUGS[drug]),
        "effectivePeriod": period,
    }
    return hospital.add("MedicationStatement", patient, f"{last or first}T18:00:00+08:00", content | changes)


def given(hospital: Hospital, patient: str, drug: str, when: str, dose: str, clock: str = "10:00:00") -> Resource:
    """Export one intravenous administration of ``dose`` milligrams."""
    route = {"coding": [{"system": "http://snomed.info/sct", "code": "47625008"}], "text": "静脉滴注"}
    content: Resource = {
        "status": "completed",
        "medicationCodeableConcept": concept(*DRUGS[drug]),
        "effectiveDateTime": f"{when}T{clock}+08:00",
        "dosage": {"route": route, "dose": {"value": _Number(dose), "unit": "mg", "system": UCUM, "code": "mg"}},
    }
    return hospital.add("MedicationAdministration", patient, f"{when}T{clock}+08:00", content)


def prescribed(hospital: Hospital, patient: str, drug: str, when: str, **changes: Any) -> Resource:
    """Export a prescription."""
    content: Resource = {
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": concept(*DRUGS[drug]),
        "authoredOn": when,
    }
    return hospital.add("MedicationRequest", patient, f"{when}T09:00:00+08:00", content | changes)


def dispensed(hospital: Hospital, patient: str, drug: str, when: str, days: int) -> Resource:
    """Export that a pharmacy handed over a supply, of a drug that stands in a Medication resource."""
    content: Resource = {
        "status": "completed",
        "medicationReference": {"reference": f"Medication/{drug}"},
        "whenHandedOver": f"{when}T15:00:00+08:00",
        "daysSupply": {"value": days, "unit": "d", "system": UCUM, "code": "d"},
    }
    return hospital.add("MedicationDispense", patient, f"{when}T15:00:00+08:00", content)


def biopsy(hospital: Hospital, patient: str, back: int, found: str, sclerosed: str, glomeruli: int = 24) -> None:
    """Export a kidney biopsy: the report with its class, and what was counted."""
    roman = concept(f"{TRIAL}/CodeSystem/isn-rps-class", found, found)
    report: Resource = {
        "status": "final",
        "code": concept(LOINC, "65757-7", "肾穿刺活检病理"),
        "effectiveDateTime": moment(back),
        "issued": moment(back - 4),
        "conclusion": f"狼疮性肾炎，ISN/RPS {found}型",
        "conclusionCode": [roman],
    }
    hospital.add("DiagnosticReport", patient, moment(back - 4), report)
    counts = (("glomerulosclerosis", "肾小球硬化比例", sclerosed, "%"), ("glomeruli", "肾小球数目", str(glomeruli), "{count}"))
    for code, name, value, unit in counts:
        quantity = {"value": _Number(value), "unit": unit, "system": UCUM, "code": unit}
        content = {"status": "final", "code": concept(f"{TRIAL}/CodeSystem/trial", code, name), "valueQuantity": quantity}
        times = {"effectiveDateTime": moment(back), "issued": moment(back - 4)}
        hospital.add("Observation", patient, moment(back - 4), content | times)


def attested(hospital: Hospital, patient: str, answers: dict[str, str], back: int = 4) -> Resource:
    """Export what a practitioner answered to the trial's checklist."""
    system = f"{TRIAL}/CodeSystem/finding-state"
    items = [{"linkId": item, "answer": [{"valueCoding": {"system": system, "code": state}}]} for item, state in answers.items()]
    content: Resource = {
        "questionnaire": f"{TRIAL}/Questionnaire/eligibility-checklist",
        "status": "completed",
        "authored": moment(back, "11:00:00"),
        "author": {"reference": "Practitioner/dr-li", "display": "李医生"},
        "item": items,
    }
    return hospital.add("QuestionnaireResponse", patient, moment(back, "11:00:00"), content)


def consented(hospital: Hospital, patient: str, back: int = 10, **changes: Any) -> Resource:
    """Export the consent to this study."""
    study = {"reference": {"reference": "ResearchStudy/NCT06943937"}, "meaning": "instance"}
    content: Resource = {
        "status": "active",
        "scope": coded("http://terminology.hl7.org/CodeSystem/consentscope", "research"),
        "category": [coded(LOINC, "59284-0")],
        "dateTime": moment(back, "10:20:00"),
        "policyRule": {"text": "知情同意书 V1.0"},
        "provision": {"type": "permit", "data": [study]},
    }
    return hospital.add("Consent", patient, moment(back, "10:21:00"), content | changes, who="patient")
