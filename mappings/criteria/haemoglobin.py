"""I03-2: haemoglobin."""

from typing import Final

from mappings.criteria.measured import at_least, by_latest
from mappings.findings import Finding
from mappings.record import Record
from mappings.site import Occasion

#: Both are read in g/L.
HAEMOGLOBIN: Final = ("lab.hemoglobin_mass", "lab.hemoglobin_molar")


def haemoglobin(record: Record, on: Occasion) -> Finding:
    """Haemoglobin is at least 60 g/L."""
    limit, days = on.limits.haemoglobin_minimum, on.limits.result_window.days
    return by_latest(record, on, "I03-2", HAEMOGLOBIN, days, lambda one: at_least("I03-2", one, limit))
