"""The rules of HL7's guides for adverse events in clinical research, for events that name their profile.

Source: FHIR Clinical Research Adverse Event 1.0.1 (R5) and its backport to R4 1.0.1, profile AdverseEvent-clinical-research
and extensions; value sets of HL7 Terminology. The invariant is the guides' own FHIRPath, run by fhirpathpy.
"""

import re
from collections.abc import Iterator
from typing import Any

from fhirpathpy import evaluate

from mappings.emitting.backport import BACKPORT, GUIDE

Node = dict[str, Any]
BASES = {"R4": BACKPORT, "R5": GUIDE}
PROFILE = "AdverseEvent-clinical-research"
SERIOUSNESS = "http://terminology.hl7.org/CodeSystem/adverse-event-seriousness"
NCIT = "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl"
#: Value sets of HL7 Terminology, all codes of the NCI Thesaurus.
GRADES = {"C41338", "C41339", "C41340", "C41337", "C48275"}
OUTCOMES = {"C48275", "C49494", "C49495", "C49498", "C49496"}
CRITERIA = {"C48275", "C84266", "C83052", "C11338", "C83117", "C82521", "C201939"}
RELATEDNESS = {"C53256", "C53257", "C53258", "C53260"}
STATUS = {"in-progress", "completed", "entered-in-error", "unknown"}

#: What an extension holds: its type with targets of references, or its parts; "1" after a part is "exactly one".
Held = str | dict[str, Any]
CRITERION: Held = {"criterionCode 1": "CodeableConcept", "criterionPresent 1": "boolean"}
#: Extension -> how many there may be, and what it holds.
EXTENSIONS: dict[str, dict[str, tuple[str, Held]]] = {
    "R5": {
        "caused-subject-to-discontinue-study": ("1", "boolean"),
        "seriousness-criteria": ("*", CRITERION),
        "ae-severity": ("1", "CodeableConcept"),
        "ae-grade": ("1", "CodeableConcept"),
    },
    "R4": {
        "research-subject-ref": ("1", "Reference(ResearchSubject)"),
        "caused-subject-to-discontinue-study": ("1", "boolean"),
        "seriousness-criteria": ("*", CRITERION),
        "ae-grade": ("1", "CodeableConcept"),
        "expected-in-research-study": ("1", "boolean"),
        "note": ("*", "Annotation"),
        "resolve-date": ("1", "dateTime"),
        "suspect-entity": (
            "*",
            {
                "instance 1": "CodeableConcept|Reference(Immunization,Procedure,Substance,Medication,"
                "MedicationAdministration,MedicationStatement,Device,BiologicallyDerivedProduct,ResearchStudy)",
                "causality 1": {
                    "assessmentMethod": "CodeableConcept",
                    "entityRelatedness": "CodeableConcept",
                    "author": "Reference(Patient,Practitioner,PractitionerRole,RelatedPerson,ResearchSubject)",
                },
            },
        ),
        "supporting-info": (
            "*",
            {
                "item 1": "CodeableConcept|Reference(Condition,Observation,AllergyIntolerance,FamilyMemberHistory,"
                "Immunization,Procedure,DocumentReference,MedicationAdministration,MedicationStatement,"
                "QuestionnaireResponse)"
            },
        ),
        "participant": (
            "*",
            {
                "function": "CodeableConcept",
                "actor 1": "Reference(Practitioner,PractitionerRole,Organization,CareTeam,Patient,Device,RelatedPerson,"
                "ResearchSubject)",
            },
        ),
        "resultingEffect": ("*", "Reference(Condition,Observation)"),
    },
}
#: Elements that a profile forbids, and those that it asks for.
FORBIDDEN = {
    "R4": {"suspectEntity", "subjectMedicalHistory", "referenceDocument", "resultingCondition"},
    "R5": {"preventiveAction", "occurrenceDateTime", "occurrenceTiming"},
}
DEMANDED = {
    "R4": {"event", "seriousness", "outcome", "study"},
    "R5": {"code", "seriousness", "outcome", "study", "status"},
}


def invariant(release: str) -> str:
    """Return aeClinRes-seriousness-1, the same in both guides but for the extension's url."""
    serious = f"seriousness.coding.exists(system='{SERIOUSNESS}' and code='serious')"
    other = f"seriousness.coding.exists(system='{SERIOUSNESS}' and code='non-serious')"
    criteria = f"extension('{BASES[release]}/seriousness-criteria').exists()"
    return f"({serious} and {criteria} and {other}.not()) or ({other} and {serious}.not() and {criteria}.not())"


def claims(event: Node, release: str) -> bool:
    """Whether the event names the guide's profile."""
    return f"{BASES[release]}/{PROFILE}" in event.get("meta", {}).get("profile", [])


def broken(event: Node, release: str) -> list[str]:
    """Return what an event that names the profile has against the guide; one that does not is held to its extensions."""
    found = list(_extensions(event, release))
    return [*found, *_profile(event, release)] if claims(event, release) else found


def _profile(event: Node, release: str) -> Iterator[str]:
    if evaluate(event, invariant(release), {}) != [True]:
        yield "aeClinRes-seriousness-1"
    yield from (f"{name}: forbidden" for name in sorted(FORBIDDEN[release] & event.keys()))
    yield from (f"{name}: missing" for name in sorted(DEMANDED[release] - event.keys()))
    if event["actuality"] != "actual" or len(event.get("study", [])) != 1:
        yield "actuality or study"
    outcomes = event.get("outcome", {})
    outcomes = outcomes if isinstance(outcomes, list) else [outcomes]
    if len(outcomes) != 1 or not _coded(outcomes[0], NCIT) & OUTCOMES:
        yield "outcome: not in the value set"
    if len(_coded(event.get("seriousness", {}), SERIOUSNESS) & {"serious", "non-serious"}) != 1:
        yield "seriousness: not in the value set"
    for entity in event.get("suspectEntity", ()):
        yield from ["causality"] * ("causality" not in entity)


def _extensions(event: Node, release: str) -> Iterator[str]:
    allowed, base = EXTENSIONS[release], BASES[release]
    names = [one["url"].removeprefix(f"{base}/") for one in event.get("extension", ())]
    for name in names:
        if name not in allowed:
            yield f"{name}: not an extension of the guide"
        elif allowed[name][0] == "1" and names.count(name) > 1:
            yield f"{name}: more than one"
    for one, name in zip(event.get("extension", ()), names, strict=True):
        yield from _held(one, allowed[name][1] if name in allowed else "", name)
    if release == "R4":
        states = [one["valueCode"] for one in event.get("modifierExtension", ()) if one["url"] == f"{base}/status"]
        yield from ["status"] * (len(states) != 1 or not STATUS.issuperset(states))
    yield from _bound(event, base)


def _bound(event: Node, base: str) -> Iterator[str]:
    """Yield codes that are not of the set that the guide prefers or extends: we have no reason for others."""
    for one in event.get("extension", ()):
        if one["url"] == f"{base}/ae-grade" and not _coded(one["valueCodeableConcept"], NCIT) & GRADES:
            yield "ae-grade: not in the value set"
        if (
            one["url"] == f"{base}/seriousness-criteria"
            and not _coded(one["extension"][0]["valueCodeableConcept"], NCIT) & CRITERIA
        ):
            yield "criterion: not in the value set"
    text = str(event)
    for code in re.findall(r"'entityRelatedness'.{0,160}?'code': '(\w+)'", text):
        yield from [f"{code}: not in the value set"] * (code not in RELATEDNESS)


def _held(extension: Node, held: Held, where: str) -> Iterator[str]:
    if isinstance(held, str):
        yield from _valued(extension, held, where)
        return
    parts = extension.get("extension", [])
    known = {name.partition(" ")[0]: what for name, what in held.items()}
    for name in held:
        plain, _, once = name.partition(" ")
        number = sum(part["url"] == plain for part in parts)
        yield from [f"{where}.{plain}: {number}"] * (number > 1 or (bool(once) and number != 1))
    for part in parts:
        if part["url"] not in known:
            yield f"{where}.{part['url']}: unknown"
        else:
            yield from _held(part, known[part["url"]], f"{where}.{part['url']}")


def _valued(extension: Node, held: str, where: str) -> Iterator[str]:
    """Yield what is wrong with a value: its type, or the type that it refers to."""
    for one in re.findall(r"(\w+)(?:\(([\w,]+)\))?", held):
        kind, targets = one
        value = extension.get("value" + kind[0].upper() + kind[1:])
        if value is not None:
            to = value.get("reference", "").partition("/")[0] or value.get("type") if kind == "Reference" else None
            yield from [f"{where}: a reference to {to}"] * (to is not None and to not in targets.split(","))
            return
    yield f"{where}: no value of {held}"


def _coded(concept: Node, system: str) -> set[str]:
    return {one["code"] for one in concept.get("coding", ()) if one["system"] == system}
