"""What the cells do: depletion of B cells, and the courses of what is measured beside them."""

from decimal import Decimal
from typing import Final

import msgspec

from mappings.criteria.creatinine_clearance import CREATININE
from mappings.criteria.proteinuria import RATIO
from mappings.definitions import named
from mappings.endpoints.b_cells import CD19, b_cells
from mappings.endpoints.courses import courses
from mappings.endpoints.filtration import UNIT, filtration
from mappings.endpoints.visits import usable
from mappings.facts import Measurement
from mappings.followed import Course, Dynamics, Timeline
from mappings.record import Record
from mappings.site import Occasion

ANALYTES: Final = (
    "lab.igg",
    "lab.iga",
    "lab.igm",
    "lab.anti_dsdna_quant",
    "lab.c3",
    "lab.c4",
    "lab.il6",
    "lab.ferritin",
    "lab.crp",
    CD19,
)
#: What is not pharmacodynamics, but is looked at over time beside the response. All ratios are in g/g.
MONITORED: Final = ("lab.platelet", *RATIO)
#: How the rate that is computed from a creatinine is called.
EGFR: Final = "derived.egfr"


def dynamics(record: Record, line: Timeline, on: Occasion) -> Dynamics:
    """Return depletion and recovery of B cells, and each analyte over time with its change from baseline at the visits."""
    found = courses(record, ANALYTES, line, on) if line.day0 else ()
    return Dynamics(definition=named("dynamics", on), b_cells=b_cells(record, line, on), courses=found)


def series(record: Record, line: Timeline, on: Occasion) -> tuple[Course, ...]:
    """Return platelets (10*9/L), urine protein/creatinine ratios (g/g) and eGFR (mL/min/1.73 m2) over time, for pictures."""
    if line.day0 is None:
        return ()
    rates = {EGFR: tuple(_rate(one, record, on) for one in usable(record, CREATININE))}
    return courses(msgspec.structs.replace(record, results={**record.results, **rates}), (*MONITORED, EGFR), line, on)


def _rate(creatinine: Measurement, record: Record, on: Occasion) -> Measurement:
    """Return the rate by one creatinine, which stays its source; without birth date or sex there is no number."""
    rate, concepts = filtration(creatinine, record.person, on), frozenset({EGFR})
    return msgspec.structs.replace(creatinine, concepts=concepts, unit=UNIT, value=rate, raw="", factor=Decimal(1))
