"""I03-3, I03-4, I03-5: liver enzymes and bilirubin, in multiples of the upper limit of normal."""

import msgspec

from mappings.criteria.measured import at_most_times_normal, by_latest
from mappings.facts import Measurement
from mappings.findings import Finding
from mappings.limits import Limit
from mappings.record import Record
from mappings.site import Occasion


def alt(record: Record, on: Occasion) -> Finding:
    """ALT is at most 3 times the upper limit of normal, or its elevation is attested as disease-related."""
    return _at_most(record, on, "I03-3", ("lab.alt",), on.limits.alt_maximum)


def ast(record: Record, on: Occasion) -> Finding:
    """AST is at most 3 times the upper limit of normal, or its elevation is attested as disease-related."""
    return _at_most(record, on, "I03-4", ("lab.ast",), on.limits.ast_maximum)


def bilirubin(record: Record, on: Occasion) -> Finding:
    """Total bilirubin is at most 1.5 times the upper limit of normal, or its elevation is attested as disease-related."""
    concepts = ("lab.bilirubin_total_mass", "lab.bilirubin_total_molar")
    return _at_most(record, on, "I03-5", concepts, on.limits.bilirubin_maximum)


def _at_most(record: Record, on: Occasion, clause: str, concepts: tuple[str, ...], limit: Limit) -> Finding:
    def judge(measured: Measurement) -> Finding:
        finding = at_most_times_normal(clause, measured, limit, on)
        strict = on.site.interpretations.disease_related == "strict"
        if finding.state != "not-met" or strict:
            return finding
        return msgspec.structs.replace(finding, state="judgement", concept="attestation")

    return by_latest(record, on, clause, concepts, on.limits.result_window.days, judge)
