"""E05: congenital immunoglobulin deficiency."""

from typing import Final

from mappings.criteria.history import about, for_a_person
from mappings.criteria.verdicts import met
from mappings.findings import Finding
from mappings.record import Record
from mappings.site import Occasion

CLAUSE: Final = "E05"
CONGENITAL: Final = ("dx.congenital_immunoglobulin_deficiency",)
#: Low immunoglobulins of another origin, or without a word on it: nephrotic loss and rituximab are commoner than genes.
UNCLEAR: Final = (
    "dx.hypogammaglobulinemia",
    "dx.hypogammaglobulinemia_acquired",
    "dx.common_variable_immunodeficiency",
)


def immunoglobulin(record: Record, on: Occasion) -> Finding:
    """The patient has a congenital immunoglobulin deficiency.

    At any time, as it does not pass. Nonfamilial and common variable deficiencies are for a person. A low IgG alone
    says nothing of its origin and is not looked at.
    """
    found = record.diagnosed((*CONGENITAL, *UNCLEAR))
    barring = [one for one in found if one.certain and not set(UNCLEAR) & one.concepts]
    if barring:
        return met(CLAUSE, "present", barring, about=about(barring))
    return for_a_person(record, on, CLAUSE, found, CONGENITAL[0])
