"""E07: end-stage renal failure."""

from collections.abc import Sequence
from typing import Final

from mappings.criteria.history import about, ends, for_a_person, may_be_active
from mappings.criteria.verdicts import met
from mappings.facts import Fact, Measurement
from mappings.findings import Finding
from mappings.record import Record
from mappings.site import Occasion

CLAUSE: Final = "E07"
END_STAGE: Final = ("dx.esrd", "dx.dialysis_dependence", "dx.kidney_transplant_status")
TRANSPLANT: Final = ("proc.kidney_transplant",)
#: Stage 5 covers end-stage disease in WHO's ICD-10; a dialysis may have been an acute one.
UNCLEAR: Final = ("dx.ckd5", "dx.renal_failure_unspecified")
DIALYSIS: Final = ("proc.dialysis",)
FILTRATION: Final = (
    "lab.egfr_ckdepi2021",
    "lab.egfr_ckdepi_older",
    "lab.egfr_mdrd",
    "lab.egfr_cr_cys_2021",
    "lab.egfr_unspecified",
)


def renal_failure(record: Record, on: Occasion) -> Finding:
    """The patient has end-stage renal failure.

    Dependence on dialysis, a transplant, and a filtration rate below 15 for 90 days count as such. Those that are
    uncertain or said to be over, chronic kidney disease stage 5, single dialyses and lower rates since less than 90
    days are for a person.
    """
    states, transplants = record.diagnosed(END_STAGE), record.underwent(TRANSPLANT)
    held = [one for one in states if one.certain and may_be_active(one, on)]
    rates = _low_rates(record, on)
    lasting = rates if _span(rates) >= on.limits.end_stage_days.days else []
    barring: list[Fact] = [*held, *(one for one in transplants if not one.problem), *lasting]
    if barring:
        return met(CLAUSE, "present", barring, turns=ends(held, on), about=about(barring))
    unclear = [one for one in record.diagnosed(UNCLEAR) if may_be_active(one, on)]
    found = [*states, *unclear, *transplants, *record.underwent(DIALYSIS), *rates]
    types = ("Condition", "Procedure")
    return for_a_person(record, on, CLAUSE, found, END_STAGE[0], types, turns=ends(unclear, on))


def _low_rates(record: Record, on: Occasion) -> list[Measurement]:
    """Return the latest filtration rates back to the last one that was not surely end-stage, the latest first."""
    limit, found = on.limits.end_stage_filtration.value, []
    for one in record.series(FILTRATION):
        if not isinstance(one, Measurement) or one.value is None or one.value.below(limit) is not True:
            break
        found.append(one)
    return found


def _span(rates: Sequence[Measurement]) -> int:
    """Return for how many days at least ``rates`` have lasted."""
    dated = [one.when for one in rates if one.when]
    return (dated[0].earliest - dated[-1].latest).days if dated else 0
