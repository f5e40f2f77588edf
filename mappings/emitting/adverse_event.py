"""An adverse event that was found in the record, as a proposal by HL7's guide for clinical research; and its withdrawal.

Source: FHIR Clinical Research Adverse Event 1.0.1 (R5) and its backport to R4. An event of which nobody knows the outcome,
the seriousness or its criterion cannot meet the guide, which asks for them: it is written without the guide's profile and
without what is not known. That a patient died is said by the outcome; grade 5 and "results in death" only stand beside it.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from mappings.emitting.backport import BACKPORT, GUIDE, backported
from mappings.emitting.datatypes import (
    THO,
    Release,
    Resource,
    coding,
    device_reference,
    instant,
    moment,
    study_reference,
)
from mappings.emitting.event_codes import (
    CRITERIA,
    FINAL,
    GRADES,
    MEDDRA,
    OUTCOMES,
    RELATEDNESS,
    SERIOUSNESS,
    concept,
)
from mappings.emitting.event_notes import graded, notes, stands_apart, title
from mappings.emitting.evidence import named, of_kinds, references
from mappings.emitting.identifiers import id_of, identifier_of
from mappings.emitting.narrative import clean, narrative
from mappings.followed import Episode, Followed
from mappings.site import Occasion

PROFILE: Final = f"{GUIDE}/AdverseEvent-clinical-research"
#: Types that may be named as supporting information; a Condition is what the event resulted in.
SUPPORTING: Final = """
    Observation AllergyIntolerance FamilyMemberHistory Immunization Procedure DocumentReference
    MedicationAdministration MedicationStatement QuestionnaireResponse
""".split()
RETRACTED: Final = "entered-in-error"
_NAME: Final = "YTS109 FHIR adapter"
_PERSON: Final = re.compile(r"(.*/)?(Practitioner|PractitionerRole)/[A-Za-z0-9.-]+(/_history/[A-Za-z0-9.-]+)?")


def adverse_event(followed: Followed, episode: Episode, release: Release, on: Occasion) -> Resource:
    """Return a derived episode as an AdverseEvent of the adapter's; what a person reported is never written again."""
    made = _r5(followed, episode, on)
    return made if release == "R5" else backported(made, _subject(followed, on))


def is_written(episode: Episode) -> bool:
    """Whether an episode is ours to write: found by us, not refused by a person, and none that was there before treatment.

    What was there before and became no worse is written too once a person says that it is an adverse event.
    """
    wanted = episode.confirmed is not False and (episode.confirmed or episode.emergent is not False)
    return episode.source == "derived" and wanted


def retracted(there: Mapping[str, Any], release: Release) -> Resource:
    """Return an event that we wrote and that holds no more: the same, with the status that says so, in words too."""
    said: Resource = {"status": RETRACTED}
    if release == "R4":
        status = {"url": f"{BACKPORT}/status", "valueCode": RETRACTED}
        others = [one for one in there.get("modifierExtension", ()) if one["url"] != status["url"]]
        said = {"modifierExtension": [*others, status]}
    what = there.get("event" if release == "R4" else "code", {}).get("text", "")
    why = [
        "The record no longer shows it. This entry is withdrawn and must not be used. 病历资料已不支持本条，现予撤回，不得使用。"
    ]
    text = narrative(f"Withdrawn adverse event 已撤回的不良事件: {what}", [*why, f"Record status: {RETRACTED}"])
    return {**there, "text": text, **said}


def is_ours_event(resource: Mapping[str, Any]) -> bool:
    """Whether an AdverseEvent is still our own proposal: nobody but the adapter takes part in it, and nobody recorded it."""
    listed = [one.get("actor") for one in resource.get("participant", ())]
    for one in resource.get("extension", ()):
        if one.get("url") == f"{BACKPORT}/participant":
            listed += [part.get("valueReference") for part in one.get("extension", ()) if part.get("url") == "actor"]
    return listed == [device_reference()] and "recorder" not in resource


def _r5(followed: Followed, episode: Episode, on: Occasion) -> Resource:
    base, behind, status = on.site.canonical_base, references(episode), _status(episode)
    effects = of_kinds(behind, ["Condition"])
    support = [*of_kinds(behind, SUPPORTING), *_grade(followed, episode)]
    said = list(notes(episode, on, named(one for one in behind if one not in (*effects, *support))))
    made: Resource = {
        "resourceType": "AdverseEvent",
        "id": episode.id,
        "meta": {"profile": [PROFILE]},
        "text": narrative(title(episode), [*said, f"Record status: {status}"]),
        "extension": list(_extensions(episode)),
        "identifier": [{"system": f"{base}/identifier/adverse-event", "value": episode.id}],
        "status": status,
        "actuality": "actual",
        "code": _code(episode),
        "subject": {"reference": followed.patient},
        "occurrencePeriod": _period(episode, on),
        "recordedDate": instant(followed, on),
        "resultingEffect": effects,
        "seriousness": _seriousness(episode),
        "outcome": [concept(OUTCOMES[episode.outcome])] if episode.outcome in OUTCOMES else [],
        "participant": [{"function": _author(), "actor": device_reference()}],
        "study": [study_reference()],
        "suspectEntity": list(_suspected(followed, episode)),
        "supportingInfo": [{"itemReference": one} for one in support],
        "note": [{"authorString": _NAME, "text": clean("\n\n".join(said))}],
    }
    made |= {} if episode.expected is None else {"expectedInResearchStudy": episode.expected}
    if not _meets_guide(episode):
        del made["meta"]
    return {name: value for name, value in made.items() if value not in ([], {})}


def _grade(followed: Followed, episode: Episode) -> Iterator[Resource]:
    """Yield the Observation that has the grade on a scale that the guides have no codes for."""
    if stands_apart(episode):
        yield {"reference": f"Observation/{id_of('event-grade', followed, episode.id)}"}


def _status(episode: Episode) -> str:
    """Return the status of the record: a proposal goes on until a person confirmed it and the event has its outcome."""
    return "completed" if episode.confirmed and episode.outcome in FINAL else "in-progress"


def _meets_guide(episode: Episode) -> bool:
    if episode.outcome == "unknown" or episode.serious is None:
        return False
    return not episode.serious or bool(_criteria(episode))


def _criteria(episode: Episode) -> list[Resource]:
    """Return the criteria of a serious event; a death that the outcome does not tell is none."""
    told = [one for one in episode.criteria if one != "death" or episode.outcome == "fatal"]
    return [concept(CRITERIA[one]) for one in told] if episode.serious else []


def _extensions(episode: Episode) -> Iterator[Resource]:
    for criterion in _criteria(episode):
        parts = [{"url": "criterionCode", "valueCodeableConcept": criterion}]
        yield {
            "url": f"{GUIDE}/seriousness-criteria",
            "extension": [*parts, {"url": "criterionPresent", "valueBoolean": True}],
        }
    grade = episode.worst_grade
    if episode.scale.startswith("CTCAE") and grade and (grade < 5 or episode.outcome == "fatal"):
        yield {"url": f"{GUIDE}/ae-grade", "valueCodeableConcept": concept(GRADES[grade], text=episode.scale)}


def _code(episode: Episode) -> Resource:
    """Return what happened; the guides have no code for grades of other scales than the CTCAE's, so words name them."""
    own = [episode.term.code] if episode.term.code else []
    text = episode.term.name + (f" ({graded(episode)})" if stands_apart(episode) else "")
    return concept(*own, *(one for one in episode.codes if one.system in MEDDRA and one not in own), text=text)


def _period(episode: Episode, on: Occasion) -> Resource:
    ends = (("start", episode.onset), ("end", episode.end))
    told = {name: moment(when, on) for name, when in ends if when}
    return {name: text for name, text in told.items() if text}


def _seriousness(episode: Episode) -> Resource:
    if episode.serious is None:
        return {}
    code, display = ("serious", "Serious") if episode.serious else ("non-serious", "Non-serious")
    return {"coding": [coding(SERIOUSNESS, code, display)]}


def _author() -> Resource:
    return {"coding": [coding(f"{THO}/v3-ParticipationType", "AUT", "author (originator)")]}


def _suspected(followed: Followed, episode: Episode) -> Iterator[Resource]:
    """Yield the infusion with its part in the event, as a person sees it: nobody else says what caused what."""
    if episode.related is None:
        return
    given = of_kinds(references(followed.timeline.evidence), ["MedicationAdministration", "Procedure"])
    instance = {"instanceReference": given[0]} if given else {"instanceCodeableConcept": {"text": "YTS109"}}
    causality = {"entityRelatedness": concept(RELATEDNESS[episode.related])}
    by = episode.assessed_by or ""
    yield {**instance, "causality": causality | ({"author": {"reference": by}} if _PERSON.fullmatch(by) else {})}


def _subject(followed: Followed, on: Occasion) -> Resource:
    """Return the reference to the ResearchSubject: the hospital's own, else the one that a screening writes, by its name."""
    theirs = of_kinds(references(followed.timeline), ["ResearchSubject"])
    ours = {
        "type": "ResearchSubject",
        "identifier": identifier_of(on.site.canonical_base, "research-subject", followed),
    }
    return theirs[0] if theirs else ours
