"""I02-LN-2: protein in the urine."""

from mappings.criteria.measured import at_least, by_latest
from mappings.findings import Finding
from mappings.record import Record
from mappings.site import Occasion

#: Protein, not albumin; the ratio, not a 24-hour mass: the registered text names the UPCR.
RATIO = (
    "lab.upcr_mass_ratio",
    "lab.upcr_ratio_unspecified",
    "lab.upcr_24h_mass_ratio",
    "lab.upcr_24h_ratio",
    "lab.upcr_12h_mass_ratio",
)


def proteinuria(record: Record, on: Occasion) -> Finding:
    """The latest urine protein/creatinine ratio is at least 1.0 g/g."""
    limit, days = on.limits.upcr_minimum, on.limits.result_window.days
    return by_latest(record, on, "I02-LN-2", RATIO, days, lambda ratio: at_least("I02-LN-2", ratio, limit))
