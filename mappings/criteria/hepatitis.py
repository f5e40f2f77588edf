"""E08-1 and E08-2: hepatitis B and C. Serology does not expire by default; the latest of each test counts."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final, Literal

from mappings.criteria.serology import expiring, latest_answer, open_serology, why_open
from mappings.criteria.verdicts import judgement, met, not_met, unknown
from mappings.facts import Measurement, Result
from mappings.findings import Finding
from mappings.intervals import Interval
from mappings.record import Record
from mappings.site import Occasion

ANTIGEN: Final = ("lab.hbsag_qual", "lab.hbsag_quant", "lab.hbsag_confirm")
#: A positive IgM is a positive HBcAb; a negative one does not say that the total is negative.
CORE: Final = ("lab.hbcab_total",)
CORE_IGM: Final = ("lab.hbcab_igm",)
HBV_DNA: Final = ("lab.hbv_dna_quant_iu", "lab.hbv_dna_quant_copies", "lab.hbv_dna_qual")
HCV_ANTIBODY: Final = ("lab.hcv_ab", "lab.hcv_ab_signal_cutoff", "lab.hcv_ab_immunoblot")
HCV_RNA: Final = ("lab.hcv_rna_quant_iu", "lab.hcv_rna_quant_copies", "lab.hcv_rna_qual", "lab.hcv_rna_log")

Load = Literal["above", "below", "detected-below", "unclear", "conflict", "none"]


def hepatitis_b(record: Record, on: Occasion) -> Finding:
    """HBsAg or HBcAb is positive and HBV DNA lies above the detection limit.

    Positive without a DNA result is unknown. HBsAg with DNA below the limit, DNA that is detected below it, and DNA
    without either marker are for a person.
    """
    clause = "E08-1"
    return expiring(_hepatitis_b(clause, record, on), record, on, (*ANTIGEN, *CORE, *CORE_IGM))


def _hepatitis_b(clause: str, record: Record, on: Occasion) -> Finding:
    antigen, first = latest_answer(record, on, ANTIGEN)
    core, second = _core(record, on)
    markers = [*first, *second]
    if antigen == "positive" and on.site.interpretations.hepatitis_b == "antigen-alone-bars":
        return met(clause, "positive", markers)
    load, third = viral_load(record, HBV_DNA)
    if "positive" in (antigen, core):
        finding = _by_load(clause, markers, load, third, HBV_DNA[0], on)
        if finding.state != "not-met":
            return finding
        if antigen == "positive":
            return judgement(clause, "needs-person", [*markers, *third])
    if antigen != "negative":
        return open_serology(clause, first, ANTIGEN[0], on)
    if core is None or core == "indeterminate":
        return open_serology(clause, second, CORE[0], on)
    if core == "positive":
        return not_met(clause, "undetected", [*markers, *third])
    return _unless_detected(clause, markers, load, third)


def hepatitis_c(record: Record, on: Occasion) -> Finding:
    """HCV antibody and HCV RNA are both positive.

    Antibody positive without an RNA result is unknown; RNA without antibody is for a person.
    """
    clause = "E08-2"
    return expiring(_hepatitis_c(clause, record, on), record, on, HCV_ANTIBODY)


def _hepatitis_c(clause: str, record: Record, on: Occasion) -> Finding:
    antibody, markers = latest_answer(record, on, HCV_ANTIBODY)
    load, found = viral_load(record, HCV_RNA)
    if antibody == "positive":
        return _by_load(clause, markers, load, found, HCV_RNA[0], on)
    if antibody != "negative":
        return open_serology(clause, markers, HCV_ANTIBODY[0], on)
    return _unless_detected(clause, markers, load, found)


def _core(record: Record, on: Occasion) -> tuple[str | None, list[Result]]:
    """Return the answer for HBcAb, of whatever class."""
    total, igm = latest_answer(record, on, CORE), latest_answer(record, on, CORE_IGM)
    return igm if igm[0] == "positive" and total[0] != "positive" else total


def _by_load(
    clause: str, markers: Sequence[Result], load: Load, loads: list[Result], concept: str, on: Occasion
) -> Finding:
    """Answer by the viral load of a patient whose markers are positive."""
    facts = [*markers, *loads]
    if load == "above":
        return met(clause, "positive", facts)
    if load in ("none", "unclear", "conflict"):
        return unknown(clause, "conflict" if load == "conflict" else why_open(loads, on), facts, concept=concept)
    if _is_older(loads, markers, on):
        return unknown(clause, "outdated", facts, concept=concept)
    if load == "detected-below":
        return judgement(clause, "needs-person", facts)
    return not_met(clause, "undetected", facts)


def _unless_detected(clause: str, markers: Sequence[Result], load: Load, loads: Sequence[Result]) -> Finding:
    """Answer for a patient whose markers are negative: a virus that was, or may have been, found is for a person."""
    if load not in ("below", "none"):
        return judgement(clause, "needs-person", [*loads, *markers])
    return not_met(clause, "negative", [*markers, *loads])


def _is_older(loads: Sequence[Result], markers: Sequence[Result], on: Occasion) -> bool:
    """Whether a viral load was taken so long before the markers that it says nothing of the infection they show."""
    span = timedelta(days=on.limits.result_window.days)
    taken = min((one.when.earliest for one in loads if one.when), default=None)
    shown = max((one.when.latest for one in markers if one.when), default=None)
    return taken is None or (shown is not None and taken < shown - span)


def viral_load(record: Record, concepts: tuple[str, ...]) -> tuple[Load, list[Result]]:
    """Return where the latest viral load lies against the assay's detection limit, and the results that say so."""
    rivals = record.latest(concepts)
    loads = {_load_of(one) for one in rivals}
    if not loads:
        return "none", []
    return (loads.pop() if len(loads) == 1 else "conflict"), rivals


def _load_of(one: Result) -> Load:
    """Return what one result says: "<20" is below, "<20 检出" is detected below, a number without a sign is above."""
    if one.problem:
        return "unclear"
    if isinstance(one, Measurement) and one.value is not None:
        return _load_in(one, one.value)
    if one.answer == "positive":
        return "above"
    return "below" if one.answer == "negative" else "unclear"


def _load_in(one: Measurement, value: Interval) -> Load:
    """Return where a number lies: the upper bound of the result's own range is the assay's limit, where it has one."""
    if value.high is not None and value.high < 0:
        return "unclear"
    if value.high is not None and not value.low:
        return "detected-below" if one.answer == "positive" else "below"
    if one.high_normal and value.below(one.high_normal):
        return "detected-below"
    return "unclear" if one.answer == "negative" else "above"
