"""I03-6: creatinine clearance by Cockcroft and Gault.

Cockcroft DW, Gault MH. Nephron 1976;16:31-41: (140 - age) x weight / (72 x serum creatinine in mg/dL), times 0.85 for
women. Actual body weight; the result is in mL/min and is not normalised to body surface. A clearance that a laboratory
reports is not used: nobody can tell what it was computed from.
"""

from collections.abc import Sequence
from datetime import timedelta
from decimal import ROUND_FLOOR, Context, Decimal
from typing import Final

import msgspec

from mappings.criteria.age import completed_years
from mappings.criteria.history import ends, may_be_active
from mappings.criteria.measured import at_least, by_latest
from mappings.criteria.verdicts import evidence_of, unknown
from mappings.criteria.weight import doubt_about, nearest
from mappings.facts import Fact, Measurement, Person
from mappings.findings import Amount, Evidence, Finding
from mappings.intervals import Interval
from mappings.record import Record
from mappings.site import Occasion

CLAUSE: Final = "I03-6"
#: All are read in umol/L.
CREATININE: Final = ("lab.creatinine_molar", "lab.creatinine_mass", "lab.creatinine_unspecified_mass_or_molar")
ACUTE: Final = ("dx.aki",)
UMOL_PER_MG_DL: Final = Decimal("88.4")
_CENT: Final = Decimal("0.01")
_LONG: Final = Context(prec=99)


def creatinine_clearance(record: Record, on: Occasion) -> Finding:
    """Creatinine clearance by Cockcroft-Gault is at least 30 mL/min; an acute decline is for a person to judge.

    Weight is that nearest to the sample; age is that of its day. Whatever is known only within bounds makes the
    clearance an interval.
    """
    days = on.limits.result_window.days
    return by_latest(record, on, CLAUSE, CREATININE, days, lambda creatinine: _cleared(creatinine, record, on))


def _cleared(creatinine: Measurement, record: Record, on: Occasion) -> Finding:
    assert creatinine.value is not None
    assert creatinine.when is not None
    person = record.person
    lacking = "patient.birthDate" if person.born is None else "patient.gender" if person.sex is None else None
    if lacking:
        return unknown(CLAUSE, "missing", [creatinine], concept=lacking)
    if creatinine.value.exact == 0:
        return unknown(CLAUSE, "no-value", [creatinine], concept=CREATININE[0])
    weights = nearest(record, creatinine.when)
    doubt = doubt_about(weights, creatinine.when, on)
    if doubt:
        return unknown(CLAUSE, doubt, [creatinine, *weights], concept="vital.weight")
    found = _held(creatinine, [one for one in weights if isinstance(one, Measurement)], person, on)
    return _unless_acute(found, creatinine, record, on)


def _held(creatinine: Measurement, weights: Sequence[Measurement], person: Person, on: Occasion) -> Finding:
    """Return the answer by the exact number.

    Shown is the number cut to two decimals, which never lifts it to the limit; of an interval, the bound that decides.
    """
    clearance = cockcroft_gault(creatinine, weights, person, on)
    limit = on.limits.clearance_minimum
    finding = at_least(CLAUSE, msgspec.structs.replace(creatinine, value=clearance, unit="mL/min"), limit)
    who = Evidence(person.reference, person.source.version, None, f"{person.born_text} {person.sex}")
    finding = msgspec.structs.replace(finding, evidence=(*evidence_of([creatinine, *weights]), who))
    bound = {"met": clearance.low, "not-met": clearance.high}.get(finding.state)
    if bound is None:
        return finding
    shown = bound.quantize(_CENT, ROUND_FLOOR, _LONG)
    value, margin = Amount(shown, "mL/min"), Amount(shown - limit.value, "mL/min")
    return msgspec.structs.replace(finding, value=value, margin=margin)


def cockcroft_gault(creatinine: Measurement, weights: Sequence[Measurement], person: Person, on: Occasion) -> Interval:
    """Return the clearance in mL/min from creatinine in umol/L and weight in kg, at the age on the day of the sample."""
    assert creatinine.value is not None
    assert creatinine.when is not None
    assert person.born is not None
    oldest = completed_years(person.born[0], on.day_of(creatinine.when.latest))
    youngest = completed_years(person.born[1], on.day_of(creatinine.when.earliest))
    share = Decimal("0.85") if person.sex == "female" else Decimal(1)
    known = [one.value for one in weights if one.value]
    lightest = min((one.low for one in known if one.low is not None), default=None)
    heaviest = None if any(one.high is None for one in known) else max(one.high for one in known if one.high)

    def clearance(age: int, kilograms: Decimal | None, umol: Decimal | None) -> Decimal | None:
        return (140 - age) * kilograms * share * UMOL_PER_MG_DL / (72 * umol) if kilograms and umol else None

    low, high = creatinine.value.low, creatinine.value.high
    return Interval(
        clearance(oldest, lightest, high),
        clearance(youngest, heaviest, low),
        creatinine.value.high_open,
        creatinine.value.low_open,
    )


def _unless_acute(finding: Finding, creatinine: Measurement, record: Record, on: Occasion) -> Finding:
    """Lay a clearance beside signs of an acute decline before a person: the words may forgive it, or exclude it."""
    diagnoses = [one for one in record.diagnosed(ACUTE) if may_be_active(one, on)]
    signs: list[Fact] = [*diagnoses, *_risen_from(creatinine, record, on)]
    if not signs or finding.state == "unknown":
        return finding
    found = msgspec.structs.replace(
        finding, evidence=(*finding.evidence, *evidence_of(signs)), turns=ends(diagnoses, on), about="acute decline"
    )
    if on.site.interpretations.acute_decline == "strict":
        return found
    return msgspec.structs.replace(found, state="judgement", concept="attestation")


def _risen_from(creatinine: Measurement, record: Record, on: Occasion) -> list[Measurement]:
    """Return earlier results from which creatinine rose as in acute kidney injury.

    By 26.5 umol/L in 48 h or to 1.5 times the lowest of a week: KDIGO clinical practice guideline for acute kidney
    injury, Kidney Int Suppl 2012;2:1-138, section 2.1.
    """
    earlier = [one for one in record.series(CREATININE) if isinstance(one, Measurement) and one is not creatinine]
    return [one for one in earlier if _is_sharp(one, creatinine, on)]


def _is_sharp(earlier: Measurement, creatinine: Measurement, on: Occasion) -> bool:
    assert creatinine.value is not None
    assert creatinine.when is not None
    if not earlier.value or not earlier.value.exact or not earlier.when or creatinine.value.low is None:
        return False
    before, now, apart = earlier.value.exact, creatinine.value.low, creatinine.when.earliest - earlier.when.latest
    if earlier.when.earliest >= creatinine.when.earliest or before < 0:
        return False
    quick = apart <= timedelta(hours=48) and now - before >= on.limits.acute_decline_rise.value
    return quick or (apart <= timedelta(days=7) and now >= before * on.limits.acute_decline_ratio.value)
