"""What a hospital exports of the trial ward: the infusion, the stay, readings at the bedside, grades, reported events.

Every function is told the calendar of its patient, so that it can be told study days: Day 0 is that of the infusion.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from samples.codebook import DRUGS, LOINC, SNOMED, TRIAL, TRIAL_CODES, Named
from samples.resources import (
    SCREENED_ON,
    TERMINOLOGY,
    Hospital,
    Resource,
    concept,
    diagnosis,
    given,
    measured,
    quantity,
    status_of,
)

STUDY = "ResearchStudy/NCT06943937"
#: Extensions of HL7's backport of its guide to adverse events in clinical research.
BACKPORT = "http://hl7.org/fhir/uv/ae-research-backport-ig/StructureDefinition"
NCIT = "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl"
#: Grade -> its code in those guides.
GRADES = {1: "C41338", 2: "C41339", 3: "C41340", 4: "C41337", 5: "C48275"}
#: How an event is related to the cells -> its code in those guides.
RELATIONS = {"not-related": "C53256", "unlikely": "C53257", "possible": "C53258", "related": "C53260"}


class Calendar:
    """Turns study days into dates, by the day of the infusion."""

    def __init__(self, day0: str) -> None:
        self.day0 = date.fromisoformat(day0)
        #: The last study day of which the export can hold anything.
        self.last = (SCREENED_ON - self.day0).days - 1

    def date(self, day: int) -> str:
        """Return the date of study day ``day``."""
        return (self.day0 + timedelta(days=day)).isoformat()

    def at(self, day: int, clock: str) -> str:
        """Return an instant of study day ``day`` at the hospital's local time, "08:30"."""
        return f"{self.date(day)}T{clock}:00+08:00"

    def back(self, day: int) -> int:
        """Return how many days before the screening study day ``day`` is."""
        return (SCREENED_ON - self.day0).days - day


def enrolled(hospital: Hospital, patient: str, days: Calendar, arm: str) -> Resource:
    """Export that the patient takes part in this trial, in ``arm``."""
    content: Resource = {
        "status": "on-study",
        "period": {"start": days.date(-10)},
        "study": {"reference": STUDY},
        "assignedArm": arm,
    }
    return hospital.add("ResearchSubject", patient, days.at(-10, "16:00"), content, "individual")


def stayed(hospital: Hospital, patient: str, days: Calendar, first: int, last: int, clock: str = "11:30") -> Resource:
    """Export a stay in the ward that ended on day ``last``; one that goes on beyond the export has no end."""
    is_over = last <= days.last
    kind = {"system": f"{TERMINOLOGY}/v3-ActCode", "code": "IMP", "display": "inpatient encounter"}
    content: Resource = {
        "status": "finished" if is_over else "in-progress",
        "class": kind,
        "period": {"start": days.at(first, "10:00"), **({"end": days.at(last, clock)} if is_over else {})},
        "serviceType": {"text": "风湿免疫科"},
    }
    return hospital.add("Encounter", patient, days.at(last if is_over else first, clock), content)


def infused(
    hospital: Hospital,
    patient: str,
    days: Calendar,
    dose: tuple[str, str] | None,
    day: int = 0,
    *,
    packed: bool = False,
    **changes: Any,
) -> Resource:
    """Export an infusion of the cells under the hospital's own code; ``dose`` is a number and its printed unit.

    ``packed``: the code is that of the Medication to which the infusion refers.
    """
    reference = {"medicationReference": {"reference": "Medication/yts109", "display": DRUGS["yts109"].name}}
    dosage: Resource = {"text": "YTS109细胞静脉输注", "route": {"text": "静脉滴注"}}
    if dose:
        dosage["dose"] = quantity(*dose)
    content: Resource = {
        "status": "completed",
        **(reference if packed else {"medicationCodeableConcept": concept(DRUGS["yts109"])}),
        "effectivePeriod": {"start": days.at(day, "10:30"), "end": days.at(day, "10:55")},
        "dosage": dosage,
    }
    return hospital.add("MedicationAdministration", patient, days.at(day, "11:00"), content | changes)


def lymphodepleted(hospital: Hospital, patient: str, days: Calendar) -> None:
    """Export fludarabine and cyclophosphamide on the days -5 to -3."""
    for day in (-5, -4, -3):
        given(hospital, patient, "fludarabine", days.date(day), "45", "09:00:00")
        given(hospital, patient, "cyclophosphamide", days.date(day), "480")


def dosed(hospital: Hospital, patient: str, days: Calendar, name: str, day: int, dose: str, clock: str) -> Resource:
    """Export one intravenous administration of ``dose`` milligrams."""
    return given(hospital, patient, name, days.date(day), dose, f"{clock}:00")


def ran(
    hospital: Hospital, patient: str, days: Calendar, name: str, start: tuple[int, str], end: tuple[int, str]
) -> Resource:
    """Export a drug that ran by pump from ``start`` to ``end``."""
    content: Resource = {
        "status": "completed",
        "medicationCodeableConcept": concept(DRUGS[name]),
        "effectivePeriod": {"start": days.at(*start), "end": days.at(*end)},
        "dosage": {"text": "静脉泵入", "route": {"text": "静脉泵入"}},
    }
    return hospital.add("MedicationAdministration", patient, days.at(*end), content)


def supported(
    hospital: Hospital, patient: str, days: Calendar, code: str, name: str, start: tuple[int, str], end: tuple[int, str]
) -> Resource:
    """Export a procedure under SNOMED CT that went on from ``start`` to ``end``."""
    period = {"start": days.at(*start), "end": days.at(*end)}
    content = {"status": "completed", "code": concept(Named(SNOMED, code, name)), "performedPeriod": period}
    return hospital.add("Procedure", patient, days.at(*end), content)


def ill(
    hospital: Hospital, patient: str, days: Calendar, code: str, name: str, first: int, last: int | None = None
) -> Resource:
    """Export a diagnosis that began on day ``first`` and was over on day ``last`` (``None``: it goes on)."""
    over: Resource = {}
    if last is not None:
        clinical = status_of(f"{TERMINOLOGY}/condition-clinical", "resolved")
        over = {"clinicalStatus": clinical, "abatementDateTime": days.date(last)}
    return diagnosis(hospital, patient, code, name, days.date(first), **over)


def observed(
    hospital: Hospital,
    patient: str,
    days: Calendar,
    day: int,
    clock: str,
    temperature: str = "36.6",
    pressure: int = 118,
    saturation: str = "98",
) -> None:
    """Export one round at the bedside: temperature, oxygen saturation, and blood pressure as a panel."""
    for code, name, value, unit, ucum in (
        ("8310-5", "体温", temperature, "℃", "Cel"),
        ("59408-5", "经皮血氧饱和度", saturation, "%", "%"),
    ):
        found: Resource = {"code": concept(Named(LOINC, code, name)), "valueQuantity": quantity(value, unit, ucum)}
        _seen(hospital, patient, days.at(day, clock), "vital-signs", found)
    parts = [
        {"code": concept(Named(LOINC, code, name)), "valueQuantity": quantity(str(value), "mmHg", "mm[Hg]")}
        for code, name, value in (("8480-6", "收缩压", pressure), ("8462-4", "舒张压", pressure * 5 // 8))
    ]
    panel = {"code": concept(Named(LOINC, "85354-9", "血压")), "component": parts}
    _seen(hospital, patient, days.at(day, clock), "vital-signs", panel)


def breathing(hospital: Hospital, patient: str, days: Calendar, day: int, clock: str, device: str) -> Resource:
    """Export the device by which oxygen was given, in the ward's own words."""
    code = concept(Named(TRIAL_CODES, "oxygen-device", "吸氧装置"))
    return _seen(hospital, patient, days.at(day, clock), "vital-signs", {"code": code, "valueString": device})


def scored(hospital: Hospital, patient: str, days: Calendar, what: str, scores: Mapping[int, str], clock: str) -> None:
    """Export a score of the trial that a physician gave on each of some days; ``what`` is its code and its name."""
    code, _, name = what.partition(" ")
    unit = ("分", "{score}") if code == "ice-score" else ("级", "{grade}")
    for day, score in scores.items():
        content: Resource = {
            "code": concept(Named(TRIAL_CODES, code, name)),
            "valueQuantity": quantity(score, *unit),
            "performer": [{"reference": "Practitioner/dr-li"}],
        }
        _seen(hospital, patient, days.at(day, clock), "survey", content)


def _seen(hospital: Hospital, patient: str, when: str, category: str, content: Resource) -> Resource:
    kind = status_of(f"{TERMINOLOGY}/observation-category", category)
    common: Resource = {"status": "final", "category": [kind], "effectiveDateTime": when, "issued": when}
    return hospital.add("Observation", patient, when, common | content)


def late(
    hospital: Hospital, patient: str, days: Calendar, analyte: str, value: str, day: int, known: int, clock: str
) -> None:
    """Export a result that reached the system on day ``known`` only."""
    found = measured(hospital, patient, analyte, value, days.back(day), f"{clock}:00")
    found |= {"issued": days.at(known, "10:05")}
    found["meta"]["lastUpdated"] = days.at(known, "10:06")


def corrected(
    hospital: Hospital, patient: str, days: Calendar, analyte: str, wrong: str, right: str, day: int, clock: str
) -> None:
    """Export a result of day ``day`` and its correction of the next day: two versions of one resource."""
    first = measured(hospital, patient, analyte, wrong, days.back(day), f"{clock}:00")
    second = measured(hospital, patient, analyte, right, days.back(day), f"{clock}:00")
    second |= {"id": first["id"], "status": "corrected", "issued": days.at(day + 1, "09:38")}
    second["meta"] |= {"versionId": "2", "lastUpdated": days.at(day + 1, "09:40")}


def reported(
    hospital: Hospital,
    patient: str,
    days: Calendar,
    event: Named,
    words: str,
    grade: int,
    first: tuple[int, str],
    last: tuple[int, str],
    *,
    related: str = "possible",
    criterion: tuple[str, str] | None = None,
    expected: bool = True,
) -> Resource:
    """Export an adverse event that the investigator reported and saw resolve, as R4 with the backport's extensions.

    ``criterion`` is the code and the name of what makes it serious.
    """
    serious = ("serious", "Serious") if criterion else ("non-serious", "Non-serious")
    suspect = {
        "url": f"{BACKPORT}/suspect-entity",
        "extension": [
            {"url": "instance", "valueCodeableConcept": concept(DRUGS["yts109"])},
            {"url": "causality", "extension": [_part("entityRelatedness", RELATIONS[related])]},
        ],
    }
    extensions = [
        {"url": f"{BACKPORT}/ae-grade", "valueCodeableConcept": status_of(NCIT, GRADES[grade])},
        {"url": f"{BACKPORT}/resolve-date", "valueDateTime": days.at(*last)},
        {"url": f"{BACKPORT}/expected-in-research-study", "valueBoolean": expected},
        suspect,
    ]
    if criterion:
        parts = [{"url": "criterionPresent", "valueBoolean": True}, _part("criterionCode", criterion[0])]
        extensions.append({"url": f"{BACKPORT}/seriousness-criteria", "extension": parts})
    content: Resource = {
        "extension": extensions,
        "modifierExtension": [{"url": f"{BACKPORT}/status", "valueCode": "completed"}],
        "actuality": "actual",
        "event": concept(event, words),
        "date": days.at(*first),
        "recordedDate": days.at(last[0], "17:30"),
        "seriousness": concept(Named(f"{TERMINOLOGY}/adverse-event-seriousness", *serious)),
        "outcome": concept(Named(f"{TERMINOLOGY}/adverse-event-outcome", "resolved", "Resolved")),
        "recorder": {"reference": "Practitioner/dr-li"},
        "study": [{"reference": STUDY}],
    }
    return hospital.add("AdverseEvent", patient, days.at(last[0], "17:31"), content)


def _part(name: str, code: str) -> Resource:
    return {"url": name, "valueCodeableConcept": status_of(NCIT, code)}


def assessed(hospital: Hospital, patient: str, days: Calendar, day: int, event: str, **answers: str | bool) -> Resource:
    """Export what the principal investigator answered to the trial's questions about one adverse event."""
    items = [{"linkId": "id", "answer": [{"valueString": event}]}]
    for name, answer in answers.items():
        given_ = {"valueBoolean": answer} if isinstance(answer, bool) else {"valueCoding": _relation(answer)}
        items.append({"linkId": name, "answer": [given_]})
    content: Resource = {
        "questionnaire": f"{TRIAL}/Questionnaire/event-assessment",
        "status": "completed",
        "authored": days.at(day, "15:00"),
        "author": {"reference": "Practitioner/dr-wang"},
        "item": [{"linkId": "event", "item": items}],
    }
    return hospital.add("QuestionnaireResponse", patient, days.at(day, "15:01"), content)


def _relation(name: str) -> Resource:
    return {"system": NCIT, "code": RELATIONS[name]}
