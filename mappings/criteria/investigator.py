"""E14: another reason found by the investigator."""

from typing import Final

from mappings.criteria.verdicts import not_met, unknown
from mappings.findings import Finding
from mappings.record import ANY_TYPE, Record
from mappings.site import Occasion

CLAUSE: Final = "E14"


def investigator(record: Record, on: Occasion) -> Finding:
    """The investigator found another reason against taking part.

    Silence is no reason: only an attestation can make this clause bar. An answer that nobody understood, or may be in a
    checklist that could not be read, is no silence.
    """
    if CLAUSE in record.unanswered or not record.not_understood.isdisjoint(("QuestionnaireResponse", ANY_TYPE)):
        return unknown(CLAUSE, "not-understood", concept="attestation")
    return not_met(CLAUSE, "absent")
