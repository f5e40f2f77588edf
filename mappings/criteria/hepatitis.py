"""E08-1 and E08-2: hepatitis B and C. Serology does not expire by default; the latest of each test counts."""

from typing import Final, Literal

from mappings.criteria.serology import latest_answer, open_serology
from mappings.criteria.verdicts import judgement, met, not_met, unknown
from mappings.facts import Measurement, Result
from mappings.findings import Finding
from mappings.record import Record
from mappings.site import Occasion

ANTIGEN: Final = ("lab.hbsag_qual", "lab.hbsag_quant", "lab.hbsag_confirm")
CORE: Final = ("lab.hbcab_total",)
HBV_DNA: Final = ("lab.hbv_dna_quant_iu", "lab.hbv_dna_quant_copies", "lab.hbv_dna_qual")
HCV_ANTIBODY: Final = ("lab.hcv_ab", "lab.hcv_ab_signal_cutoff", "lab.hcv_ab_immunoblot")
HCV_RNA: Final = ("lab.hcv_rna_quant_iu", "lab.hcv_rna_quant_copies", "lab.hcv_rna_qual", "lab.hcv_rna_log")

Load = Literal["above", "below", "detected-below", "unclear", "none"]


def hepatitis_b(record: Record, on: Occasion) -> Finding:
    """HBsAg or HBcAb is positive and HBV DNA lies above the detection limit.

    Positive without a DNA result is unknown. HBsAg with DNA below the limit, and DNA that is detected below it, are
    for a person.
    """
    clause = "E08-1"
    antigen, first = latest_answer(record, ANTIGEN)
    core, second = latest_answer(record, CORE)
    load, third = viral_load(record, HBV_DNA)
    facts = [*first, *second, *third]
    if antigen == "positive" and on.site.interpretations.hepatitis_b == "antigen-alone-bars":
        return met(clause, "positive", facts)
    if "positive" not in (antigen, core):
        if antigen == core == "negative":
            return not_met(clause, "negative", facts)
        lacking = ANTIGEN[0] if antigen != "negative" else CORE[0]
        return open_serology(clause, first if antigen != "negative" else second, lacking)
    if load == "above":
        return met(clause, "positive", facts)
    if load in ("none", "unclear"):
        return unknown(clause, "missing" if load == "none" else "no-value", facts, concept=HBV_DNA[0])
    if load == "detected-below" or antigen == "positive":
        return judgement(clause, "needs-person", facts)
    if antigen == "negative":
        return not_met(clause, "negative", facts)
    return open_serology(clause, first, ANTIGEN[0])


def hepatitis_c(record: Record, on: Occasion) -> Finding:
    """HCV antibody and HCV RNA are both positive.

    Antibody positive without an RNA result is unknown.
    """
    clause = "E08-2"
    antibody, first = latest_answer(record, HCV_ANTIBODY)
    load, second = viral_load(record, HCV_RNA)
    facts = [*first, *second]
    if antibody == "negative":
        return not_met(clause, "negative", facts)
    if antibody != "positive":
        return open_serology(clause, first, HCV_ANTIBODY[0])
    if load == "above":
        return met(clause, "positive", facts)
    if load == "below":
        return not_met(clause, "negative", facts)
    if load == "detected-below":
        return judgement(clause, "needs-person", facts)
    return unknown(clause, "missing" if load == "none" else "no-value", facts, concept=HCV_RNA[0])


def viral_load(record: Record, concepts: tuple[str, ...]) -> tuple[Load, list[Result]]:
    """Return where the latest viral load lies against the assay's detection limit, and the results that say so."""
    rivals = record.latest(concepts)
    loads = {_load_of(one) for one in rivals}
    if not loads:
        return "none", []
    return (loads.pop() if len(loads) == 1 else "unclear"), rivals


def _load_of(one: Result) -> Load:
    """Return what one result says: "<20" is below, "<20 检出" is detected below, a number without a sign is above."""
    if one.problem:
        return "unclear"
    if isinstance(one, Measurement) and one.value is not None:
        is_bound = one.value.high_open or one.value.exact is None
        if is_bound and one.value.high is not None:
            return "detected-below" if one.answer == "positive" else "below"
        if one.answer == "negative":
            return "below"
        return "below" if one.value.exact == 0 else "above"
    return {"positive": "above", "negative": "below"}.get(one.answer or "", "unclear")  # type: ignore[return-value]
