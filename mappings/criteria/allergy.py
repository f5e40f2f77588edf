"""E01: severe drug allergy."""

from typing import Final

from mappings.criteria.history import silence
from mappings.criteria.verdicts import judgement, met, not_met
from mappings.findings import Finding
from mappings.record import Record
from mappings.site import Occasion

CLAUSE: Final = "E01"
TYPES: Final = ("AllergyIntolerance", "Condition")
LIFE_THREATENING: Final = frozenset({"allergy.anaphylaxis", "allergy.severe_cutaneous"})
#: Diagnoses that say as much as an allergy record does.
DIAGNOSES: Final = (
    "allergy.anaphylaxis",
    "allergy.severe_cutaneous",
    "allergy.angioedema",
    "allergy.drug",
    "allergy.drug_history",
    "allergy.drug_reaction",
    "allergy.hypersensitivity",
    "allergy.reaction_other",
)


def allergy(record: Record, on: Occasion) -> Finding:
    """The patient has a severe drug allergy or hypersensitivity.

    A confirmed life-threatening reaction to a drug bars. Other severe ones, and those whose severity or cause is not
    known, are for a person; mild ones and allergies to food or pollen do not count.
    """
    known = [one for one in record.allergies if one.active is not False and one.drug is not False]
    barring = [one for one in known if one.severe and one.certain and one.drug and LIFE_THREATENING & one.concepts]
    if barring:
        return met(CLAUSE, "present", barring)
    doubtful = [*(one for one in known if one.severe is not False), *record.diagnosed(DIAGNOSES)]
    if doubtful:
        return judgement(CLAUSE, "needs-person", doubtful)
    quiet = silence(record, on, CLAUSE, "allergy.drug", TYPES)
    return not_met(CLAUSE, "absent", record.allergies) if quiet.state == "not-met" else quiet
