"""The trial with everything that its registry record says, and who stands behind it; R5 is told element by element."""

from typing import Final

import profiles
from mappings.clauses import STUDY
from mappings.emitting.datatypes import Release, Resource, coding
from mappings.emitting.group import ENROLMENT, GROUP
from mappings.emitting.narrative import narrative
from mappings.limits import PROTOCOL

#: Systems of the codes that describe a study; R5 has the same codes under other names.
R4_SYSTEM: Final = "http://terminology.hl7.org/CodeSystem/research-study-"
R5_SYSTEM: Final = "http://hl7.org/fhir/research-study-"
#: Time frame of each objective, in their order, as far as the record says one.
TIME_FRAMES: Final = ("not stated in the record", "week 12", "week 12", "not stated in the record")


def research_study(release: Release) -> Resource:
    """Return the trial with everything that its registry record says."""
    record = profiles.load("study/research-study")
    text = narrative(record["title"], record["description"].split("\n\n"))
    study = {"resourceType": "ResearchStudy", "id": STUDY, "text": text} | record
    return study if release == "R4" else _study_r5(study)


def behind_it() -> list[Resource]:
    """Return the sponsor and the site, which both releases write the same way."""
    return [
        made | {"text": narrative(made["name"], [])}
        for made in map(profiles.load, ("study/organization", "study/location"))
    ]


def _study_r5(r4: Resource) -> Resource:
    """Return the study as R5 has it (FHIR R5 ResearchStudy; element by element, nothing of the record is lost)."""
    kept = ("resourceType", "id", "text", "identifier", "title", "relatedArtifact", "condition", "keyword", "period")
    summary, description = r4["description"].split("\n\n")
    return {name: r4[name] for name in kept} | {
        "version": PROTOCOL,
        "date": PROTOCOL,
        "status": "active",
        "primaryPurposeType": _renamed(r4["primaryPurposeType"]),
        "phase": _renamed(r4["phase"]),
        "studyDesign": r4["category"],
        "focus": [{"concept": concept} for concept in r4["focus"]],
        "region": r4["location"],
        "descriptionSummary": summary,
        "description": description,
        "associatedParty": _parties(r4),
        "progressStatus": [_recruiting(r4["period"]["start"])],
        "site": r4["site"],
        "recruitment": {"targetNumber": ENROLMENT, "eligibility": {"reference": f"Group/{GROUP}"}},
        "comparisonGroup": [_arm(one) for one in r4["arm"]],
        "objective": [one | {"type": _renamed(one["type"])} for one in r4["objective"]],
        "outcomeMeasure": list(map(_outcome, r4["objective"], TIME_FRAMES)),
    }


def _renamed(concept: Resource) -> Resource:
    return concept | {
        "coding": [one | {"system": one["system"].replace(R4_SYSTEM, R5_SYSTEM)} for one in concept["coding"]]
    }


def _parties(r4: Resource) -> list[Resource]:
    """Return who takes part in the study; that the sponsor is of industry is said where R5 says it."""
    industry = {"coding": [coding(f"{R5_SYSTEM}party-organization-type", "industry", "Industry")]}
    sponsor = _party("lead-sponsor", r4["sponsor"]["display"])
    sponsor |= {"classifier": [industry], "party": {"reference": r4["sponsor"]["reference"]}}
    board = _party("irb", next(one["assigner"]["display"] for one in r4["identifier"] if "assigner" in one))
    contacts = [_party("general-contact", f"{one['name']}, {one['telecom'][0]['value']}") for one in r4["contact"]]
    return [sponsor, board, *contacts]


def _party(role: str, name: str) -> Resource:
    return {"name": name, "role": {"coding": [coding(f"{R5_SYSTEM}party-role", role)]}}


def _recruiting(since: str) -> Resource:
    state = coding(f"{R5_SYSTEM}status", "recruiting", "Recruiting")
    return {"state": {"coding": [state]}, "actual": True, "period": {"start": since}}


def _arm(r4: Resource) -> Resource:
    kind = {"coding": [coding(f"{R5_SYSTEM}arm-type", "experimental", "Experimental")]}
    return {"linkId": "yts109-cell", **r4, "type": kind}


def _outcome(objective: Resource, time_frame: str) -> Resource:
    described = f"Time frame: {time_frame}."
    return {"name": objective["name"], "type": [_renamed(objective["type"])], "description": described}
