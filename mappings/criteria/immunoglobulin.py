"""E05: congenital immunoglobulin deficiency."""

from typing import Final

from mappings.criteria.history import about, for_a_person
from mappings.criteria.verdicts import met
from mappings.findings import Finding
from mappings.record import Record
from mappings.site import Occasion

CLAUSE: Final = "E05"
CONGENITAL: Final = ("dx.congenital_immunoglobulin_deficiency",)
#: Low immunoglobulins without a word on their origin: nephrotic loss and rituximab are commoner than genes.
UNCLEAR: Final = ("dx.hypogammaglobulinemia",)


def immunoglobulin(record: Record, on: Occasion) -> Finding:
    """The patient has a congenital immunoglobulin deficiency.

    A low IgG alone says nothing of its origin and is not looked at.
    """
    congenital = record.diagnosed(CONGENITAL)
    certain = [one for one in congenital if one.certain]
    if certain:
        return met(CLAUSE, "present", certain, about=about(certain))
    return for_a_person(record, on, CLAUSE, [*congenital, *record.diagnosed(UNCLEAR)], CONGENITAL[0])
