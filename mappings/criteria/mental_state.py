"""E10: severe mental illness and cognitive impairment."""

from typing import Final

from mappings.criteria.history import for_a_person
from mappings.findings import Finding
from mappings.record import Record
from mappings.site import Occasion

DISORDERS: Final = (
    "dx.severe_mental_illness",
    "dx.cognitive_impairment",
    "dx.psychosis",
    "dx.organic_brain_syndrome",
    "dx.mental_illness_unspecified",
)


def mental_state(record: Record, on: Occasion) -> Finding:
    """The patient has a severe mental illness or cognitive impairment.

    Severity is for a person: every one on record is laid before one, in remission or not.
    """
    return for_a_person(record, on, "E10", record.diagnosed(DISORDERS), DISORDERS[0])
