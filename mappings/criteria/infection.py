"""E02: infection."""

from typing import Final

from mappings.criteria.history import ends, for_a_person, may_be_active
from mappings.findings import Finding
from mappings.record import Record
from mappings.site import Occasion

INFECTIONS: Final = (
    "dx.infection",
    "dx.infection_bacterial",
    "dx.infection_viral",
    "dx.infection_fungal",
    "dx.infection_fungal_superficial",
    "dx.infection_parasitic",
    "dx.infection_tb",
    "dx.infection_latent_tb",
    "dx.hbv",
    "dx.hcv",
    "dx.hiv",
    "dx.syphilis",
)


def infection(record: Record, on: Occasion) -> Finding:
    """The patient has an uncontrolled or untreated infection.

    Whether an infection is controlled is for a person: any that may be active is laid before one.
    """
    found = [one for one in record.diagnosed(INFECTIONS) if may_be_active(one, on)]
    return for_a_person(record, on, "E02", found, "dx.infection", turns=ends(found, on))
