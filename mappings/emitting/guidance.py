"""What is missing, as data requirements that a hospital's systems can look up."""

from typing import Final

from mappings.clauses import CLAUSE, STUDY
from mappings.emitting.datatypes import (
    Release,
    Resource,
    coding,
    device_reference,
    instant,
    profile,
)
from mappings.emitting.identifiers import id_of, identifier_of
from mappings.emitting.narrative import narrative
from mappings.findings import Missing, Screening
from mappings.limits import PROTOCOL
from mappings.site import Occasion
from mappings.wording import wanted

#: Where each kind of concept is looked for, and which element tells it.
SOUGHT_IN: Final = {
    "lab": ("Observation", "code"),
    "obs": ("Observation", "code"),
    "vital": ("Observation", "code"),
    "finding": ("Observation", "code"),
    "drug_level": ("Observation", "code"),
    "pk": ("Observation", "code"),
    "report": ("DiagnosticReport", "code"),
    "dx": ("Condition", "code"),
    "hx": ("Condition", "code"),
    "ae": ("Condition", "code"),
    "sle_item": ("Condition", "code"),
    "status": ("Condition", "code"),
    "allergy": ("AllergyIntolerance", "code"),
    "proc": ("Procedure", "code"),
    "rx": ("MedicationAdministration", "medication"),
}
NOTHING: Final = "Nothing is missing 无缺失资料"


def guidance_response(screening: Screening, release: Release, on: Occasion) -> Resource:
    """Return what is missing, that which settles most first; "success" where nothing is open."""
    base = on.site.canonical_base
    needed = [_requirement(one, base) for one in screening.missing]
    why = {"text": f"Eligibility screening for {STUDY}"}
    made: Resource = {
        "resourceType": "GuidanceResponse",
        "id": id_of("guidance", screening),
        "meta": profile(base, "screening-guidance"),
        "text": narrative("What is missing 尚缺资料" if needed else NOTHING, map(_line, screening.missing)),
        "requestIdentifier": identifier_of(base, "screening", screening),
        "identifier": [identifier_of(base, "guidance", screening)],
        "moduleCanonical": f"{base}/Questionnaire/eligibility-checklist|{PROTOCOL}",
        "status": _status(screening),
        "subject": {"reference": screening.patient},
        "occurrenceDateTime": instant(screening, on),
        "performer": device_reference(),
    }
    made |= {"reasonCode": [why]} if release == "R4" else {"reason": [{"concept": why}]}
    return made | ({"dataRequirement": needed} if needed else {})


def _status(screening: Screening) -> str:
    """Return whether data was lacking for a decision, or would only settle more clauses than the decision needed."""
    if not screening.missing:
        return "success"
    return "data-required" if screening.decision == "undetermined" else "data-requested"


def _line(one: Missing) -> str:
    text = wanted(one.concept, one.settles)
    return f"{text.en} {text.zh} ({', '.join(one.settles)})"


def _requirement(one: Missing, base: str) -> Resource:
    """Return where the item is looked for, what it is called and which clauses it would settle."""
    text, named = wanted(one.concept, one.settles), f"{base}/StructureDefinition"
    settles = [
        {
            "url": f"{named}/settles",
            "valueCoding": coding(f"{base}/CodeSystem/clause", clause, CLAUSE[clause].subject.en),
        }
        for clause in one.settles
    ]
    words = [{"url": "en", "valueString": text.en}, {"url": "zh", "valueString": text.zh}]
    return {"extension": [{"url": f"{named}/needed", "extension": words}, *settles], **_sought(one.concept, base)}


def _sought(concept: str, base: str) -> Resource:
    kind, _, name = concept.partition(".")
    if kind == "attestation":
        return {"type": "QuestionnaireResponse", "mustSupport": ["questionnaire", "author", "item"]}
    if kind == "patient":
        return {"type": "Patient", "mustSupport": [name]}
    if kind == "consent":
        return {"type": "Consent"}
    type_, path = SOUGHT_IN[kind]
    return {"type": type_, "codeFilter": [{"path": path, "valueSet": f"{base}/ValueSet/{value_set(concept)}"}]}


def value_set(concept: str) -> str:
    """Return the id of the value set that ``concept`` names."""
    return "".join(sign if sign.isalnum() else "-" for sign in concept.lower()).strip("-")
