"""Whom the trial looks for: one characteristic a clause, and the words of the registry record."""

from decimal import Decimal
from typing import Final

from mappings.clauses import CLAUSES, STUDY, Clause
from mappings.emitting.datatypes import Release, Resource, coding, quantity
from mappings.emitting.narrative import narrative
from mappings.findings import Amount
from mappings.limits import LIMITS

GROUP: Final = "yts109-eligibility"
ENROLMENT: Final = 36
NAME: Final = f"Whom {STUDY} looks for"


def group(release: Release, base: str) -> Resource:
    """Return the criteria as a Group that describes whom the trial looks for, not one of people."""
    made: Resource = {
        "resourceType": "Group",
        "id": GROUP,
        "text": narrative(NAME, map(_line, CLAUSES)),
        "identifier": [{"system": f"{base}/identifier/group", "value": GROUP}],
        "type": "person",
    }
    described = "Everybody who meets each inclusion clause, with those of one cohort, and no exclusion clause."
    made |= {"actual": False} if release == "R4" else {"membership": "definitional"}
    made |= {"name": NAME} | ({"description": described} if release == "R5" else {})
    return made | {
        "quantity": ENROLMENT,
        "characteristic": [*_registered(), *(_characteristic(c, base) for c in CLAUSES)],
    }


def _line(clause: Clause) -> str:
    return f"{clause.item} ({clause.id}): {clause.says}"


def _registered() -> list[Resource]:
    """Return what the record says beside its numbered criteria."""
    return [
        {"code": {"text": "Eligible sex"}, "valueCodeableConcept": {"text": "All"}, "exclude": False},
        {"code": {"text": "Accepts healthy volunteers"}, "valueBoolean": False, "exclude": False},
    ]


def _characteristic(clause: Clause, base: str) -> Resource:
    code = {"coding": [coding(f"{base}/CodeSystem/clause", clause.id, clause.subject.en)], "text": clause.asks.en}
    made: Resource = {"code": code}
    if clause.id == "I01":
        made["valueRange"] = {"low": _years(LIMITS.age_minimum.value), "high": _years(LIMITS.age_maximum.value)}
    else:
        made["valueCodeableConcept"] = {"text": clause.says}
    return made | {"exclude": clause.kind == "exclusion"}


def _years(value: Decimal) -> Resource:
    return quantity(Amount(value, "a"))
