"""I02-ITP-3: causes of thrombocytopenia other than lupus."""

from typing import Final

from mappings.criteria.history import about, ends, may_be_active
from mappings.criteria.infection import INFECTIONS
from mappings.criteria.verdicts import judgement, met, unknown
from mappings.findings import Finding
from mappings.record import Record
from mappings.site import Occasion

CLAUSE: Final = "I02-ITP-3"
OTHER_CAUSES: Final = (
    *INFECTIONS,
    "dx.myelosuppression",
    "dx.mds_leukemia",
    "dx.hypersplenism",
    "dx.splenomegaly",
    "dx.cirrhosis",
    "dx.liver_disease_severe",
    "dx.ttp_tma",
    "dx.tma_hus",
    "dx.dic",
    "ae.dic",
    "dx.hit",
    "dx.aps",
    "dx.drug_induced_thrombocytopenia",
    "dx.secondary_thrombocytopenia",
    "dx.thrombocytopenia_congenital",
    "dx.thrombocytopenia_other_primary",
    "dx.secondary_thrombocytopenia",
)


def other_causes(record: Record, on: Occasion) -> Finding:
    """Causes of thrombocytopenia other than lupus have been excluded.

    A possible cause on record is laid before a person; the clause holds by itself only where every diagnosis is on
    record and none of them is a possible cause. It is never barred by software: a person says that a cause remains.
    """
    found = [one for one in record.diagnosed(OTHER_CAUSES) if may_be_active(one, on)]
    if found:
        return judgement(CLAUSE, "needs-person", found, turns=ends(found, on), about=about(found))
    doubt = record.no_absence(on, ("Condition",))
    return unknown(CLAUSE, doubt, concept="dx.hypersplenism") if doubt else met(CLAUSE, "absent")
