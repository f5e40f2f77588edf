"""I02-LN-3 and I02-LN-4: what the kidney biopsy shows.

Classes: Weening JJ et al., ISN/RPS classification of lupus nephritis 2003, J Am Soc Nephrol 2004;15:241-50; names of
the 2018 revision are read alike.
"""

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Final, Literal

import msgspec

from mappings.criteria.measured import agreed, by_latest, expiry, of_one_day, stale
from mappings.criteria.verdicts import amount_of, judgement, met, not_met, unknown
from mappings.facts import CodedResult, Fact, Measurement, Result
from mappings.findings import Amount, Finding
from mappings.record import Record
from mappings.site import Occasion

CLASS: Final = ("obs.isn_rps_class",)
SCLEROSIS: Final = ("obs.glomerulosclerosis_pct",)
GLOMERULI: Final = ("obs.glomeruli",)
BIOPSY: Final = ("proc.kidney_biopsy",)
#: WHO classes of SNOMED CT are not ISN/RPS classes; they only say that a biopsy should be asked for.
WHO_CLASSES: Final = tuple(f"dx.lupus_nephritis_class{number}" for number in range(1, 7))
SYSTEM_ENDS: Final = "/CodeSystem/isn-rps-class"
_PART: Final = re.compile(r"(VI|IV|V|III|II|I)(?:-[SG])?(?:\((A/C|A|C)\))?")


def biopsy_class(record: Record, on: Occasion) -> Finding:
    """The kidney biopsy shows ISN/RPS class III or IV, with or without V.

    The class of the latest biopsy counts, of any age unless the site sets one. A purely chronic III or IV, a class in words only, and one of
    WHO's classification are for a person.
    """
    clause = "I02-LN-3"
    rivals = _coded_first(record.latest(CLASS), on)
    if not rivals:
        hints = record.diagnosed(WHO_CLASSES)
        return judgement(clause, "needs-person", hints) if hints else unknown(clause, "missing", concept=CLASS[0])
    later = _later_biopsy(rivals[0], record, on)
    if later:
        return unknown(clause, "outdated", [*rivals, *later], concept=CLASS[0])
    return agreed([_classed(one, clause, on) for one in rivals], rivals)


def _coded_first(rivals: list[Result], on: Occasion) -> list[Result]:
    """Return several results of one biopsy without its words where a code of the same day says it already."""
    coded = [one for one in rivals if isinstance(one, CodedResult) and classes_of(one)]
    return [one for one in rivals if one in coded or not any(of_one_day(one, other, on) for other in coded)]


def _later_biopsy(found: Result, record: Record, on: Occasion) -> list[Fact]:
    """Return what shows that another biopsy was taken after the one that ``found`` is of."""
    if found.when is None:
        return []
    after = on.midnight(on.day_of(found.when.latest) + timedelta(days=on.limits.one_biopsy.days + 1))
    signs: list[Fact] = [*record.series((*CLASS, *SCLEROSIS, *GLOMERULI)), *record.underwent(BIOPSY)]
    return [one for one in signs if one.when and one.when.earliest >= after]


def _classed(one: Result, clause: str, on: Occasion) -> Finding:
    days = on.limits.biopsy_window.days
    expired = stale(one, on, clause, CLASS[0], days)
    if expired:
        return expired
    return msgspec.structs.replace(_class_in(one, clause), turns=expiry(one, on, days))


def _class_in(one: Result, clause: str) -> Finding:
    if one.problem:
        return unknown(clause, one.problem, [one], concept=CLASS[0])
    classes = classes_of(one) if isinstance(one, CodedResult) else set()
    if not classes:
        return judgement(clause, "needs-person", [one])
    proliferative = {activity for name, activity in classes if name in ("III", "IV")}
    if not proliferative:
        return not_met(clause, "not-listed", [one])
    if proliferative == {"C"}:
        return judgement(clause, "needs-person", [one], about="chronic lesions")
    return met(clause, "listed", [one])


def classes_of(one: CodedResult) -> set[tuple[str, str]]:
    """Return the ISN/RPS classes that a result is coded with, each with its activity (A, A/C, C or nothing)."""
    codes = [code.code for code in one.codes if code.system.endswith(SYSTEM_ENDS)]
    return {found for code in codes for found in _parts(code)}


def _parts(code: str) -> Iterable[tuple[str, str]]:
    matches = [_PART.fullmatch(part) for part in code.split("+")]
    return [(match[1], match[2] or "") for match in matches if match] if all(matches) else []


def sclerosis(record: Record, on: Occasion) -> Finding:
    """At most 50 % of the glomeruli in the kidney biopsy are sclerosed.

    The share in the latest biopsy counts, of any age unless the site sets one; one with too few glomeruli is for a person.
    """
    clause = "I02-LN-4"
    days = on.limits.biopsy_window.days
    return by_latest(record, on, clause, SCLEROSIS, days, lambda share: _sclerosed(share, record, on, clause))


def _sclerosed(share: Measurement, record: Record, on: Occasion, clause: str) -> Finding:
    assert share.value is not None
    limit = amount_of(on.limits.sclerosis_maximum)
    later = _later_biopsy(share, record, on)
    if later:
        return unknown(clause, "outdated", [share, *later], concept=SCLEROSIS[0], limit=limit)
    answer, number = share.value.at_most(limit.value), share.value.exact
    value = None if number is None else Amount(number, share.unit)
    margin = None if number is None else Amount(limit.value - number, share.unit)
    if answer is None:
        return unknown(clause, "censored", [share], concept=SCLEROSIS[0], limit=limit)
    few = _too_few(share, record, on)
    if few:
        return judgement(clause, "needs-person", [share, *few], value=value, limit=limit, about="few glomeruli")
    if answer:
        return met(clause, "in-range", [share], value=value, limit=limit, margin=margin)
    reason: Literal["above-limit"] = "above-limit"
    return not_met(clause, reason, [share], value=value, limit=limit, margin=margin)


def _too_few(share: Measurement, record: Record, on: Occasion) -> list[Result]:
    """Return the count of glomeruli of what may be the same day where it is, or may be, too small to tell a share."""
    least = on.limits.biopsy_glomeruli.value
    counted = [one for one in record.series(GLOMERULI) if isinstance(one, Measurement) and one.value]
    return [one for one in counted if one.value and _same_day(one, share, on) and one.value.below(least) is not False]


def _same_day(one: Result, other: Result, on: Occasion) -> bool:
    """Whether two results may be of one calendar day."""
    assert one.when is not None
    assert other.when is not None
    starts_before_end = on.day_of(one.when.earliest) <= on.day_of(other.when.latest)
    return starts_before_end and on.day_of(other.when.earliest) <= on.day_of(one.when.latest)
