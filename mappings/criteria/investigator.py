"""E14: another reason found by the investigator."""

from mappings.criteria.verdicts import not_met
from mappings.findings import Finding
from mappings.record import Record
from mappings.site import Occasion


def investigator(record: Record, on: Occasion) -> Finding:
    """The investigator found another reason against taking part.

    Silence is no reason: only an attestation can make this clause bar.
    """
    return not_met("E14", "absent")
