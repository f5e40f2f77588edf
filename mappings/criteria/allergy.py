"""E01: severe drug allergy."""

from typing import Final

from mappings.criteria.history import silence
from mappings.criteria.verdicts import judgement, met, not_met
from mappings.facts import Allergy
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

    A confirmed life-threatening reaction to a drug bars. Other severe ones, to whatever and even when said to be
    over, and drug allergies whose severity is not known, are for a person; mild ones do not count.
    """
    barring = [one for one in record.allergies if _bars(one)]
    if barring:
        return met(CLAUSE, "present", barring)
    doubtful = [*filter(_may_be_severe, record.allergies), *record.diagnosed(DIAGNOSES)]
    if doubtful:
        return judgement(CLAUSE, "needs-person", doubtful)
    quiet = silence(record, on, CLAUSE, "allergy.drug", TYPES)
    return not_met(CLAUSE, "absent", record.allergies) if quiet.state == "not-met" else quiet


def _bars(one: Allergy) -> bool:
    known = one.severe and one.certain and one.drug and one.active is not False
    return bool(known and LIFE_THREATENING & one.concepts)


def _may_be_severe(one: Allergy) -> bool:
    """Whether an allergy is severe, or is to a drug, perhaps, and nobody says that it is mild."""
    return bool(one.severe) or (one.severe is None and one.drug is not False)
