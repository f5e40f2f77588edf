"""What one screening writes: ResearchSubject, checklist, GuidanceResponse and Provenance. Pure: no clock, no chance."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final, Literal

from mappings.clauses import CLAUSE, STUDY
from mappings.eligibility import effect_of
from mappings.emitting.identifiers import identifier_of, logical_id, patient_key
from mappings.emitting.narrative import narrative
from mappings.emitting.subject_status import STATUS
from mappings.findings import Amount, Evidence, Finding, Screening
from mappings.limits import PROTOCOL
from mappings.wording import sentence

Release = Literal["R4", "R5"]
Resource = dict[str, Any]
VERSION: Final = "0.1.0"
UCUM: Final = "http://unitsofmeasure.org"
TRANSLATION: Final = "http://hl7.org/fhir/StructureDefinition/translation"
STATUS_REASON: Final = "http://hl7.org/fhir/StructureDefinition/workflow-statusReason"
#: Where each kind of missing item is looked for.
SOUGHT_IN: Final = {
    "lab": "Observation",
    "obs": "Observation",
    "vital": "Observation",
    "dx": "Condition",
    "status": "Condition",
    "allergy": "AllergyIntolerance",
    "rx": "MedicationAdministration",
    "patient": "Patient",
    "consent": "Consent",
    "attestation": "QuestionnaireResponse",
}


def resources(screening: Screening, release: Release, base: str) -> list[Resource]:
    """Return everything that ``screening`` writes, in the order in which references resolve."""
    subject = research_subject(screening, release, base)
    answers = checklist(screening, release, base)
    guidance = guidance_response(screening, base)
    return [subject, answers, guidance, provenance(screening, [subject, answers, guidance], base)]


def device_reference() -> dict[str, str]:
    """Return the reference to the adapter itself."""
    return {"reference": f"Device/{logical_id('device')}"}


def study_reference() -> dict[str, str]:
    """Return the reference to the trial."""
    return {"reference": f"ResearchStudy/{STUDY}"}


def research_subject(screening: Screening, release: Release, base: str) -> Resource:
    """Return the patient as a subject of the trial, with the decision as state and the barring clauses as reason."""
    barred = [finding.clause for finding in screening.findings if effect_of(finding) == "bars"]
    made: Resource = {
        "resourceType": "ResearchSubject",
        "id": logical_id("research-subject", patient_key(screening)),
        "text": narrative(f"{STUDY}: {screening.decision}", barred and [f"Barred by {', '.join(barred)}"]),
        "extension": list(_cohorts(screening, base)),
        "identifier": [identifier_of(base, "research-subject", screening)],
    }
    reason = _reason(barred)
    patient = {"reference": screening.patient}
    if release == "R4":
        made["extension"] += [{"url": STATUS_REASON, "valueCodeableConcept": reason}] if reason else []
        return made | {"status": STATUS[screening.decision], "study": study_reference(), "individual": patient}
    state = {
        "system": "http://terminology.hl7.org/CodeSystem/research-subject-state",
        "code": STATUS[screening.decision],
    }
    progress: Resource = {"subjectState": {"coding": [state]}, "startDate": instant(screening.at)}
    progress |= {"reason": reason} if reason else {}
    return made | {"status": "active", "progress": [progress], "study": study_reference(), "subject": patient}


def _cohorts(screening: Screening, base: str) -> Iterator[Resource]:
    for cohort, decision in screening.cohorts.items():
        coding = [{"system": f"{base}/CodeSystem/cohort", "code": f"{cohort}-{decision}"}]
        yield {"url": f"{base}/StructureDefinition/screened-cohort", "valueCodeableConcept": {"coding": coding}}


def _reason(barred: list[str]) -> Resource | None:
    """Return why a subject was screened out; THO has the code, the clauses are named in words."""
    if not barred:
        return None
    system = "http://terminology.hl7.org/CodeSystem/state-change-reason"
    return {"coding": [{"system": system, "code": "screening-failure"}], "text": f"Barred by {', '.join(barred)}"}


def instant(moment: datetime) -> str:
    """Return an aware instant as FHIR writes it."""
    return moment.isoformat(timespec="seconds")


def checklist(screening: Screening, release: Release, base: str) -> Resource:
    """Return the answer to every clause as answers to the trial's own questionnaire, by the adapter's Device."""
    identifier = identifier_of(base, "checklist", screening)
    return {
        "resourceType": "QuestionnaireResponse",
        "id": logical_id("checklist", patient_key(screening)),
        "text": narrative(f"Eligibility checklist: {screening.decision}", map(_line, screening.findings)),
        "identifier": identifier if release == "R4" else [identifier],
        "questionnaire": f"{base}/Questionnaire/eligibility-checklist|{PROTOCOL}",
        "status": "completed",
        "subject": {"reference": screening.patient},
        "authored": instant(screening.at),
        "author": device_reference(),
        "item": [_answer(finding, base) for finding in screening.findings],
    }


def _line(finding: Finding) -> str:
    return f"{finding.clause} {effect_of(finding)}: {sentence(finding).en}"


def _answer(finding: Finding, base: str) -> Resource:
    state = {"system": f"{base}/CodeSystem/finding-state", "code": finding.state}
    answer = {"valueCoding": state, "item": list(_details(finding, base))}
    return {"linkId": finding.clause, "text": CLAUSE[finding.clause].asks.en, "answer": [answer]}


def _details(finding: Finding, base: str) -> Iterator[Resource]:
    """Yield the parts of an answer that are there: reason, effect, sentences, numbers, evidence."""
    text = sentence(finding)
    codes = (("reason", finding.reason), ("effect", effect_of(finding)))
    for name, code in codes:
        coding = {"system": f"{base}/CodeSystem/finding-{name}", "code": code}
        yield {"linkId": f"{finding.clause}.{name}", "answer": [{"valueCoding": coding}]}
    for name, words in (("text-en", text.en), ("text-zh", text.zh)):
        yield {"linkId": f"{finding.clause}.{name}", "answer": [{"valueString": words}]}
    for name, amount in (("value", finding.value), ("limit", finding.limit), ("margin", finding.margin)):
        if amount is not None:
            yield {"linkId": f"{finding.clause}.{name}", "answer": [{"valueQuantity": _quantity(amount)}]}
    if finding.evidence:
        yield {
            "linkId": f"{finding.clause}.evidence",
            "answer": [_cited(one, finding.clause) for one in finding.evidence],
        }


def _quantity(amount: Amount) -> Resource:
    return {"value": amount.value, "unit": amount.unit, "system": UCUM, "code": amount.unit}


def _cited(one: Evidence, clause: str) -> Resource:
    answer: Resource = {"valueReference": {"reference": versioned(one)}}
    if one.raw:
        answer["item"] = [{"linkId": f"{clause}.evidence.raw", "answer": [{"valueString": one.raw}]}]
    return answer


def versioned(one: Evidence) -> str:
    """Return the reference to the very version of a resource that was used, where the server names one."""
    return f"{one.reference}/_history/{one.version}" if one.version else one.reference


def guidance_response(screening: Screening, base: str) -> Resource:
    """Return what is missing, as data requirements; "success" where nothing is open."""
    needed = [_requirement(one.concept, base) for one in screening.missing]
    made: Resource = {
        "resourceType": "GuidanceResponse",
        "id": logical_id("guidance", patient_key(screening)),
        "text": narrative("What is missing", [f"{one.needed} ({', '.join(one.settles)})" for one in screening.missing]),
        "requestIdentifier": identifier_of(base, "screening", screening),
        "identifier": [identifier_of(base, "guidance", screening)],
        "moduleCanonical": f"{base}/Questionnaire/eligibility-checklist|{PROTOCOL}",
        "status": "data-required" if needed else "success",
        "subject": {"reference": screening.patient},
        "occurrenceDateTime": instant(screening.at),
        "performer": device_reference(),
    }
    return made | ({"dataRequirement": needed} if needed else {})


def _requirement(concept: str, base: str) -> Resource:
    kind = concept.partition(".")[0]
    made: Resource = {"type": SOUGHT_IN.get(kind, "Observation")}
    if kind in ("lab", "obs", "vital", "dx", "status", "allergy", "rx"):
        name = "".join(sign if sign.isalnum() else "-" for sign in concept.lower()).strip("-")
        path = "medication" if kind == "rx" else "code"
        made["codeFilter"] = [{"path": path, "valueSet": f"{base}/ValueSet/{name}"}]
    elif kind == "patient":
        made["mustSupport"] = [concept.partition(".")[2]]
    return made


def provenance(screening: Screening, written: list[Resource], base: str) -> Resource:
    """Return which versions of which resources led to what was written, and who did it."""
    used = sorted({versioned(one) for finding in screening.findings for one in finding.evidence})
    assembler = {"system": "http://terminology.hl7.org/CodeSystem/provenance-participant-type", "code": "assembler"}
    made: Resource = {
        "resourceType": "Provenance",
        "id": logical_id("provenance", patient_key(screening)),
        "target": [{"reference": f"{one['resourceType']}/{one['id']}"} for one in written],
        "occurredDateTime": instant(screening.at),
        "recorded": instant(screening.at),
        "policy": [f"{base}/Questionnaire/eligibility-checklist|{PROTOCOL}"],
        "activity": {"text": f"Eligibility screening for {STUDY}"},
        "agent": [{"type": {"coding": [assembler]}, "who": device_reference()}],
    }
    entities = [{"role": "source", "what": {"reference": reference}} for reference in used]
    return made | ({"entity": entities} if entities else {})
