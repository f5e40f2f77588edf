"""E07: end-stage renal failure."""

from typing import Final

from mappings.criteria.history import about, ends, for_a_person, may_be_active
from mappings.criteria.verdicts import met
from mappings.facts import Fact
from mappings.findings import Finding
from mappings.record import Record
from mappings.site import Occasion

CLAUSE: Final = "E07"
END_STAGE: Final = ("dx.esrd", "dx.dialysis_dependence", "dx.kidney_transplant_status")
TRANSPLANT: Final = ("proc.kidney_transplant",)
#: Stage 5 covers end-stage disease in WHO's ICD-10; a dialysis may have been an acute one.
UNCLEAR: Final = ("dx.ckd5", "dx.renal_failure_unspecified")
DIALYSIS: Final = ("proc.dialysis",)


def renal_failure(record: Record, on: Occasion) -> Finding:
    """The patient has end-stage renal failure.

    Dependence on dialysis and a transplant count as such; chronic kidney disease stage 5 and single dialyses are for
    a person.
    """
    states = [one for one in record.diagnosed(END_STAGE) if may_be_active(one, on)]
    barring: list[Fact] = [*(one for one in states if one.certain), *record.underwent(TRANSPLANT)]
    if barring:
        return met(CLAUSE, "present", barring, turns=ends(states, on), about=about(barring))
    unclear = [one for one in record.diagnosed(UNCLEAR) if may_be_active(one, on)]
    turns = ends([*states, *unclear], on)
    found = [*states, *unclear, *record.underwent(DIALYSIS)]
    return for_a_person(record, on, CLAUSE, found, END_STAGE[0], ("Condition", "Procedure"), turns=turns)
