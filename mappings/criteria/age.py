"""I01: age."""

from mappings.findings import Finding
from mappings.record import Record
from mappings.site import Occasion


def age(record: Record, on: Occasion) -> Finding:
    """The patient is 18 to 65 completed years old."""
    return Finding(clause="I01", state="unknown", reason="missing")
