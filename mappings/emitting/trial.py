"""What stands before any screening: the trial itself, its criteria, its questionnaire, its codes, and the adapter."""

from collections.abc import Iterable, Iterator
from typing import Any, Final, get_args

import profiles
from mappings.clauses import CLAUSES, STUDY, Bilingual, Clause
from mappings.criteria.sle_items import ITEMS
from mappings.emitting.identifiers import logical_id
from mappings.emitting.narrative import narrative
from mappings.emitting.screening import TRANSLATION, VERSION, Release, Resource
from mappings.findings import Decision, Effect, Reason, State
from mappings.limits import LIMITS, PROTOCOL
from mappings.wording import SENTENCES, label

GROUP: Final = "yts109-eligibility"
PUBLISHER: Final = "YTS109 FHIR adapter"
ENROLMENT: Final = 36
#: R4 ResearchStudy coding systems whose name differs in R5 (the codes are the same).
R4_STUDY_SYSTEM: Final = "http://terminology.hl7.org/CodeSystem/research-study-"
R5_STUDY_SYSTEM: Final = "http://hl7.org/fhir/research-study-"


def trial(release: Release, base: str) -> list[Resource]:
    """Return the resources that every screening refers to, in an order in which references resolve."""
    return [
        *code_systems(base),
        *structures(release, base),
        questionnaire(release, base),
        group(release, base),
        research_study(release),
        device(release),
    ]


def device(release: Release) -> Resource:
    """Return the adapter as a Device: the author of what it writes."""
    made: Resource = {"resourceType": "Device", "id": logical_id("device"), "manufacturer": PUBLISHER}
    kind = {"text": "Software: eligibility screening; not a medical device"}
    name = "YTS109 FHIR adapter"
    if release == "R4":
        return made | {
            "deviceName": [{"name": name, "type": "user-friendly-name"}],
            "type": kind,
            "version": [{"value": VERSION}],
        }
    return made | {
        "name": [{"value": name, "type": "user-friendly-name"}],
        "type": [kind],
        "version": [{"value": VERSION}],
    }


def research_study(release: Release) -> Resource:
    """Return the trial with everything that its registry record says."""
    study = dict(profiles.load("study/research-study"))
    study = {
        "resourceType": "ResearchStudy",
        "id": STUDY,
        "text": narrative(study["title"], [study["description"]]),
    } | study
    return study if release == "R4" else _study_r5(study)


def _study_r5(r4: Resource) -> Resource:
    """Return the study as R5 has it (FHIR R5 ResearchStudy; element by element, nothing of the record is lost)."""
    kept = ("resourceType", "id", "text", "identifier", "title", "condition", "keyword", "description", "period")
    r5: Resource = {name: r4[name] for name in kept}
    state = {"coding": [{"system": f"{R5_STUDY_SYSTEM}status", "code": "recruiting"}]}
    return r5 | {
        "status": "active",
        "primaryPurposeType": _renamed(r4["primaryPurposeType"]),
        "phase": _renamed(r4["phase"]),
        "studyDesign": r4["category"],
        "focus": [{"concept": concept} for concept in r4["focus"]],
        "region": r4["location"],
        "associatedParty": [
            _party("lead-sponsor", r4["sponsor"]["display"]),
            *(_party("recruitment-contact", f"{one['name']}, {one['telecom'][0]['value']}") for one in r4["contact"]),
        ],
        "progressStatus": [{"state": state, "actual": True, "period": {"start": r4["period"]["start"]}}],
        "site": r4["site"],
        "recruitment": {"targetNumber": ENROLMENT, "eligibility": {"reference": f"Group/{GROUP}"}},
        "comparisonGroup": [{"linkId": "yts109-cell", **one} for one in r4["arm"]],
        "objective": [one | {"type": _renamed(one["type"])} for one in r4["objective"]],
        "outcomeMeasure": list(map(_outcome, r4["objective"])),
    }


def _renamed(concept: Resource) -> Resource:
    coding = [one | {"system": one["system"].replace(R4_STUDY_SYSTEM, R5_STUDY_SYSTEM)} for one in concept["coding"]]
    return concept | {"coding": coding}


def _party(role: str, name: str) -> Resource:
    system = "http://hl7.org/fhir/research-study-party-role"
    return {"name": name, "role": {"coding": [{"system": system, "code": role}]}}


def _outcome(objective: Resource) -> Resource:
    return {"name": objective["name"], "type": [_renamed(objective["type"])]}


def group(release: Release, base: str) -> Resource:
    """Return whom the trial looks for: one characteristic a clause, in the registered words."""
    kind: Resource = {"actual": False} if release == "R4" else {"membership": "definitional"}
    return {
        "resourceType": "Group",
        "id": GROUP,
        "identifier": [{"system": f"{base}/identifier/group", "value": GROUP}],
        "type": "person",
        **kind,
        "name": f"Whom {STUDY} looks for",
        "quantity": ENROLMENT,
        "characteristic": [_characteristic(clause, base) for clause in CLAUSES],
    }


def _characteristic(clause: Clause, base: str) -> Resource:
    made: Resource = {"code": {"coding": [_coding(f"{base}/CodeSystem/clause", clause.id)], "text": clause.asks.en}}
    if clause.id == "I01":
        made["valueRange"] = {"low": _years(LIMITS.age_minimum.value), "high": _years(LIMITS.age_maximum.value)}
    else:
        made["valueCodeableConcept"] = {"text": clause.says}
    return made | {"exclude": clause.kind == "exclusion"}


def _years(value: Any) -> Resource:
    return {"value": value, "unit": "years", "system": "http://unitsofmeasure.org", "code": "a"}


def _coding(system: str, code: str) -> Resource:
    return {"system": system, "code": code}


def _metadata(kind: str, name: str, title: str, base: str) -> Resource:
    """Return what every canonical resource starts with."""
    return {
        "resourceType": kind,
        "id": name,
        "url": f"{base}/{kind}/{name}",
        "version": PROTOCOL,
        "name": "".join(part.capitalize() for part in name.split("-")),
        "title": title,
        "status": "active",
        "experimental": False,
        "date": PROTOCOL,
        "publisher": PUBLISHER,
    }


def questionnaire(release: Release, base: str) -> Resource:
    """Return the checklist: one question a clause. The adapter answers it, and people answer it to attest."""
    choice = "choice" if release == "R4" else "coding"
    return _metadata("Questionnaire", "eligibility-checklist", f"Eligibility for {STUDY}", base) | {
        "description": "Does the sentence of the clause hold for this patient? An answer of met or not-met by a "
        "practitioner is an attestation; the other answers leave the clause as it was found.",
        "subjectType": ["Patient"],
        "item": [_question(clause, choice, base) for clause in CLAUSES],
    }


def _question(clause: Clause, choice: str, base: str) -> Resource:
    options = [{"valueCoding": _coding(f"{base}/CodeSystem/finding-state", state)} for state in get_args(State)]
    kinds = {choice: ("reason", "effect"), "string": ("text-en", "text-zh"), "quantity": ("value", "limit", "margin")}
    nested: list[Resource] = [
        {"linkId": f"{clause.id}.{name}", "type": kind, "readOnly": True}
        for kind, parts in kinds.items()
        for name in parts
    ]
    nested.append(_evidence_question(clause))
    if clause.id == "I02":
        nested += [_item_question(item.id, choice, options) for item in ITEMS]
    return {
        "linkId": clause.id,
        "code": [_coding(f"{base}/CodeSystem/clause", clause.id)],
        "text": clause.asks.en,
        "_text": _translated(clause.asks),
        "type": choice,
        "required": True,
        "answerOption": options,
        "item": nested,
    }


def _evidence_question(clause: Clause) -> Resource:
    raw = {"linkId": f"{clause.id}.evidence.raw", "type": "string", "readOnly": True}
    return {"linkId": f"{clause.id}.evidence", "type": "reference", "repeats": True, "readOnly": True, "item": [raw]}


def _item_question(item: str, choice: str, options: list[Resource]) -> Resource:
    text = f"EULAR/ACR 2019: {item.replace('_', ' ')}, with no more likely explanation than lupus"
    return {"linkId": f"I02.{item}", "text": text, "type": choice, "answerOption": options}


def _translated(text: Bilingual) -> Resource:
    parts = [{"url": "lang", "valueCode": "zh"}, {"url": "content", "valueString": text.zh}]
    return {"extension": [{"url": TRANSLATION, "extension": parts}]}


def code_systems(base: str) -> list[Resource]:
    """Return the trial's own code systems: clauses, findings, cohort decisions, biopsy classes."""
    reasons = ((reason, SENTENCES[reason]) for reason in get_args(Reason))
    words: list[tuple[str, str, Iterable[Resource]]] = [
        ("clause", f"Clauses of {STUDY}", (_concept(c.id, c.subject, c.says) for c in CLAUSES)),
        ("finding-state", "Whether a clause's sentence holds", map(_bare, get_args(State))),
        ("finding-effect", "What an answer does to enrolment", map(_bare, get_args(Effect))),
        ("finding-reason", "Why an answer is what it is", (_concept(code, text) for code, text in reasons)),
        ("cohort", "Decision by cohort", map(_bare, _cohort_codes())),
        ("isn-rps-class", "ISN/RPS class of lupus nephritis", map(_bare, _biopsy_classes())),
        ("trial", "Observations of this trial", (_concept(code, label(name)) for code, name in _observed())),
    ]
    return [_code_system(name, title, list(concepts), base) for name, title, concepts in words]


def _code_system(name: str, title: str, concepts: list[Resource], base: str) -> Resource:
    made = _metadata("CodeSystem", name, title, base)
    return made | {"caseSensitive": True, "content": "complete", "count": len(concepts), "concept": concepts}


def _bare(code: str) -> Resource:
    return {"code": code, "display": code.replace("-", " ").capitalize() if code.islower() else code}


def _concept(code: str, text: Bilingual, definition: str | None = None) -> Resource:
    made: Resource = {"code": code, "display": text.en, "designation": [{"language": "zh", "value": text.zh}]}
    return made | ({"definition": definition} if definition else {})


def _cohort_codes() -> Iterator[str]:
    for cohort in ("LN", "ITP"):
        yield from (f"{cohort}-{decision}" for decision in get_args(Decision))


def _biopsy_classes() -> Iterator[str]:
    activities = ("", "(A)", "(A/C)", "(C)")
    yield from ("I", "II", "V", "VI")
    for name in ("III", "IV"):
        yield from (f"{name}{activity}{mixed}" for activity in activities for mixed in ("", "+V"))


def _observed() -> list[tuple[str, str]]:
    names = ("isn-rps-class", "glomerulosclerosis", "glomeruli")
    return list(zip(names, ("obs.isn_rps_class", "obs.glomerulosclerosis_pct", "obs.glomeruli"), strict=True))


def structures(release: Release, base: str) -> list[Resource]:
    """Return the StructureDefinitions of what the adapter writes: its extension and its ResearchSubject."""
    cohort = f"{base}/StructureDefinition/screened-cohort"
    binding = {"strength": "required", "valueSet": f"{base}/ValueSet/cohort"}
    extension = [
        {"id": "Extension", "path": "Extension", "max": "1"},
        {"id": "Extension.url", "path": "Extension.url", "fixedUri": cohort},
        {
            "id": "Extension.value[x]",
            "path": "Extension.value[x]",
            "min": 1,
            "type": [{"code": "CodeableConcept"}],
            "binding": binding,
        },
    ]
    who = "individual" if release == "R4" else "subject"
    subject = [
        {"id": "ResearchSubject.identifier", "path": "ResearchSubject.identifier", "min": 1},
        {"id": f"ResearchSubject.{who}", "path": f"ResearchSubject.{who}", "type": [_reference_to("Patient")]},
    ]
    return [
        _structure("screened-cohort", "Decision in a cohort", "Extension", extension, release, base)
        | {"context": [{"type": "element", "expression": "ResearchSubject"}]},
        _structure("research-subject", "Screened subject", "ResearchSubject", subject, release, base),
        _cohort_values(base),
    ]


def _reference_to(kind: str) -> Resource:
    return {"code": "Reference", "targetProfile": [f"http://hl7.org/fhir/StructureDefinition/{kind}"]}


def _cohort_values(base: str) -> Resource:
    made = _metadata("ValueSet", "cohort", "Decision by cohort", base)
    return made | {"compose": {"include": [{"system": f"{base}/CodeSystem/cohort"}]}}


def _structure(name: str, title: str, kind: str, elements: list[Resource], release: Release, base: str) -> Resource:
    return _metadata("StructureDefinition", name, title, base) | {
        "fhirVersion": "4.0.1" if release == "R4" else "5.0.0",
        "kind": "complex-type" if kind == "Extension" else "resource",
        "abstract": False,
        "type": kind,
        "baseDefinition": f"http://hl7.org/fhir/StructureDefinition/{kind}",
        "derivation": "constraint",
        "differential": {"element": elements},
    }
