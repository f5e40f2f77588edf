"""Every result of a patient that a term of the CTCAE grades, with its grade.

The baseline is the last usable value at or before an instant. Calcium is graded as corrected for albumin; a strip that
says "2+" counts as two.
"""

import re
from collections.abc import Collection, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Final

import msgspec

from mappings.criteria.measured import is_below_zero, of_one_day
from mappings.facts import CodedResult, Exposure, Measurement, Result
from mappings.intervals import Interval, When, exactly, stamp
from mappings.record import Record
from mappings.safety.grading import TABLES, Against, Grade, grade
from mappings.safety.terms import Term, Version
from mappings.site import Occasion

ANTICOAGULANT: Final = "rx.anticoagulant."
#: Total calcium, of which about half is bound to albumin.
TOTAL_CALCIUM: Final = frozenset({"lab.calcium_mass", "lab.calcium_molar"})
#: Calcium in mmol/L that each g/L of albumin below 40 hides.
PER_ALBUMIN: Final = Decimal("0.02")
NORMAL_ALBUMIN: Final = Decimal(40)
STRIP: Final = "lab.urine_protein_dipstick"
_PLUSES: Final = re.compile(
    r"(?:阳性|positive)?\s*[(（]?\s*(?:([1-4])\s*\+|(\+{1,4})|\+\s*([1-4]))\s*[)）]?", re.IGNORECASE
)
_TRACE: Final = re.compile(r"±|\+\s*/?\s*-|-\s*/?\s*\+|trace|微量", re.IGNORECASE)


class Graded(msgspec.Struct, frozen=True):
    """One result under one term. ``measured`` is what was graded, ``baseline`` what it was held against."""

    result: Result
    term: Term
    version: Version
    grade: Grade
    measured: Measurement | None = None
    baseline: Measurement | None = None


def graded(record: Record, on: Occasion, version: Version, baseline: datetime | None = None) -> list[Graded]:
    """Return every gradable result of ``record`` under each term that grades it, the earliest first.

    Without a ``baseline`` every result is graded as one that was taken before it: by its normal range alone.
    """
    found = [one for term in TABLES[version] for one in _by_term(term, version, record, on, baseline)]
    return sorted(found, key=_order)


def _order(one: Graded) -> tuple[float, str]:
    return stamp(one.result.when.latest) if one.result.when else 0.0, one.result.source.reference


def _by_term(term: Term, version: Version, record: Record, on: Occasion, instant: datetime | None) -> Iterator[Graded]:
    results = record.series(term.concepts)
    baseline = _baseline(results, term, instant) if instant else None
    for result in results:
        measured, why = _measured(result, record, on)
        if measured is None:
            yield Graded(result, term, version, why)
            continue
        against = Against(on, False, baseline, _anticoagulated(record, result))
        found = {grade(measured, term, msgspec.structs.replace(against, after=one)) for one in _after(result, instant)}
        only = found.pop() if len(found) == 1 else _either(found)
        yield Graded(result, term, version, only, measured, baseline if True in _after(result, instant) else None)


def _either(found: Collection[Grade]) -> Grade:
    """Return what is known of a result that is before the baseline or after it."""
    least, most = min(one.at_least for one in found), max(one.at_most for one in found)
    return Grade(None, "partial-date", least, most)


def _after(result: Result, instant: datetime | None) -> tuple[bool, ...]:
    """Return whether ``result`` was taken after the baseline: both where its date does not say."""
    if instant is None:
        return (False,)
    before = None if result.when is None else result.when.until(instant)
    return (False, True) if before is None else (not before,)


def _baseline(results: list[Result], term: Term, instant: datetime) -> Measurement | None:
    """Return the last usable value of ``results`` by ``instant``; ``None`` also where dates do not tell which it is.

    Several of one time count as one value somewhere between them.
    """
    usable = [
        one for one in results if _is_usable(one, term.unit) and one.when and one.when.until(instant) is not False
    ]
    start = max((one.when.earliest for one in usable if one.when), default=None)
    last = [one for one in usable if start and one.when and one.when.latest >= start]
    if not last or any(one.when is None or one.when.until(instant) is None for one in last):
        return None
    return _between([one for one in last if isinstance(one, Measurement)])


def _is_usable(result: Result, unit: str) -> bool:
    if not isinstance(result, Measurement) or result.problem or result.unit != unit:
        return False
    return result.value is not None and not is_below_zero(result.value)


def _between(found: list[Measurement]) -> Measurement:
    """Return the one measurement that ``found`` are, with a value between the lowest and the highest of them."""
    first, values = found[0], [one.value for one in found if one.value]
    ranges = {(one.low_normal, one.high_normal) for one in found}
    low, high = ranges.pop() if len(ranges) == 1 else (None, None)
    return msgspec.structs.replace(first, value=_hull(values), low_normal=low, high_normal=high)


def _hull(values: list[Interval]) -> Interval:
    """Return the interval that holds every one of ``values``."""
    lows, highs = [one.low for one in values], [one.high for one in values]
    low = None if None in lows else min(one for one in lows if one is not None)
    high = None if None in highs else max(one for one in highs if one is not None)
    return values[0] if len(set(values)) == 1 else Interval(low, high)


def _measured(result: Result, record: Record, on: Occasion) -> tuple[Measurement | None, Grade]:
    """Return ``result`` as the number that is graded; or no number, and why."""
    if STRIP in result.concepts and result.problem in (None, "unit"):
        result = _pluses(result) or result
    if isinstance(result, CodedResult):
        return None, Grade(None, result.problem or "no-value")
    if TOTAL_CALCIUM.isdisjoint(result.concepts) or not _is_usable(result, result.unit):
        return result, Grade(None, "no-value")
    return _corrected(result, record, on), Grade(None, "no-albumin")


def _pluses(result: Result) -> Measurement | None:
    """Return how many pluses a strip shows, "2+" or "++"; ``None`` where it does not say: a bare "positive"."""
    text = result.raw.strip()
    said = _PLUSES.fullmatch(text)
    if said:
        count = len(said[2]) if said[2] else int(said[1] or said[3])
    elif result.answer == "negative" or _TRACE.fullmatch(text):
        count = 0
    else:
        return None
    return Measurement(
        source=result.source,
        concepts=result.concepts,
        when=result.when,
        raw=result.raw,
        unit="{plus}",
        value=exactly(Decimal(count)),
    )


def _corrected(calcium: Measurement, record: Record, on: Occasion) -> Measurement | None:
    """Return total calcium as it would be at a normal albumin; ``None`` without an albumin of the same day."""
    albumins = [one for one in record.series(("lab.albumin",)) if _is_usable(one, "g/L")]
    same_day = [one for one in albumins if isinstance(one, Measurement) and of_one_day(one, calcium, on)]
    values = [one.value for one in same_day if one.value]
    if not values or calcium.value is None:
        return None
    albumin, value = _hull(values), calcium.value
    low = None if value.low is None or albumin.high is None else value.low + _hidden(albumin.high)
    high = None if value.high is None or albumin.low is None else value.high + _hidden(albumin.low)
    corrected = Interval(low, high, value.low_open or albumin.high_open, value.high_open or albumin.low_open)
    return msgspec.structs.replace(calcium, value=corrected)


def _hidden(albumin: Decimal) -> Decimal:
    return PER_ALBUMIN * (NORMAL_ALBUMIN - albumin)


def _anticoagulated(record: Record, result: Result) -> bool:
    """Whether the record shows for sure that the patient was on an anticoagulant when ``result`` was taken."""
    return any(_covers(one, result.when) for one in record.exposures if any(map(_thins, one.concepts)))


def _thins(concept: str) -> bool:
    return concept.startswith(ANTICOAGULANT)


def _covers(drug: Exposure, when: When | None) -> bool:
    """Whether ``drug`` was taken at ``when`` for sure; an order is no proof of that."""
    if drug.problem or drug.kind == "request" or when is None or drug.when is None:
        return False
    lasts = drug.ongoing is True if drug.ended is None else drug.ended.earliest >= when.latest
    return lasts and drug.when.latest <= when.earliest
