"""I03-6: creatinine clearance by Cockcroft and Gault.

Cockcroft DW, Gault MH. Nephron 1976;16:31-41: (140 - age) x weight / (72 x serum creatinine in mg/dL), times 0.85 for
women. Actual body weight; the result is in mL/min and is not normalised to body surface.
"""

from datetime import timedelta
from decimal import Decimal
from typing import Final

import msgspec

from mappings.criteria.age import completed_years
from mappings.criteria.measured import at_least, by_latest
from mappings.criteria.verdicts import evidence_of, unknown
from mappings.facts import Measurement, Person
from mappings.findings import Evidence, Finding
from mappings.intervals import Interval
from mappings.record import Record
from mappings.site import Occasion

CLAUSE: Final = "I03-6"
#: All are read in umol/L.
CREATININE: Final = ("lab.creatinine_molar", "lab.creatinine_mass", "lab.creatinine_unspecified_mass_or_molar")
UMOL_PER_MG_DL: Final = Decimal("88.4")


def creatinine_clearance(record: Record, on: Occasion) -> Finding:
    """Creatinine clearance by Cockcroft-Gault is at least 30 mL/min; an acute decline is for a person to judge."""
    days = on.limits.result_window.days
    return by_latest(record, on, CLAUSE, CREATININE, days, lambda creatinine: _cleared(creatinine, record, on))


def _cleared(creatinine: Measurement, record: Record, on: Occasion) -> Finding:
    person, weight = record.person, _weight_near(creatinine, record, on)
    lacking = "patient.birthDate" if person.born is None else "patient.gender" if person.sex is None else None
    if weight is None or lacking:
        return unknown(CLAUSE, "missing", [creatinine], concept=lacking or "vital.weight")
    assert creatinine.value is not None
    clearance = cockcroft_gault(creatinine, weight, person, on)
    made = msgspec.structs.replace(creatinine, value=clearance, unit="mL/min")
    finding = at_least(CLAUSE, made, on.limits.clearance_minimum)
    who = Evidence(person.reference, person.source.version, None, f"{person.born_text} {person.sex}")
    finding = msgspec.structs.replace(finding, evidence=(*evidence_of([creatinine, weight]), who))
    acute = finding.state == "not-met" and _fell_acutely(creatinine, record, on)
    if acute and on.site.interpretations.acute_decline == "judgement":
        return msgspec.structs.replace(finding, state="judgement", concept="attestation", about="acute decline")
    return finding


def cockcroft_gault(creatinine: Measurement, weight: Measurement, person: Person, on: Occasion) -> Interval:
    """Return the clearance in mL/min from creatinine in umol/L and weight in kg, at the age on the day of the sample."""
    assert creatinine.value is not None
    assert creatinine.when is not None
    assert person.born is not None
    assert weight.value is not None
    assert weight.value.exact is not None
    day = on.day_of(creatinine.when.earliest)
    oldest, youngest = (completed_years(born, day) for born in person.born)
    share = Decimal("0.85") if person.sex == "female" else Decimal(1)

    def clearance(age: int, umol: Decimal | None) -> Decimal | None:
        return (140 - age) * weight_kg * share * UMOL_PER_MG_DL / (72 * umol) if umol else None

    weight_kg, value = weight.value.exact, creatinine.value
    return Interval(clearance(oldest, value.high), clearance(youngest, value.low), value.high_open, value.low_open)


def _weight_near(creatinine: Measurement, record: Record, on: Occasion) -> Measurement | None:
    """Return the weight taken nearest to the sample, within some weeks of it."""
    assert creatinine.when is not None
    sampled, most = creatinine.when.earliest, timedelta(days=on.limits.weight_window.days + 1)
    weights = [
        (abs(one.when.earliest - sampled), index, one)
        for index, one in enumerate(record.series(("vital.weight",)))
        if isinstance(one, Measurement) and one.value and one.value.exact and one.when and not one.problem
    ]
    nearest = min(weights, default=None)
    return nearest[2] if nearest and nearest[0] < most else None


def _fell_acutely(creatinine: Measurement, record: Record, on: Occasion) -> bool:
    """Whether creatinine rose as in acute kidney injury: by 26.5 umol/L in 48 h or to 1.5 times the week's lowest.

    KDIGO clinical practice guideline for acute kidney injury, Kidney Int Suppl 2012;2:1-138, section 2.1.
    """
    assert creatinine.value is not None
    assert creatinine.when is not None
    now, taken = creatinine.value.exact, creatinine.when.earliest
    if now is None:
        return False
    week = [
        (taken - one.when.earliest, one.value.exact)
        for one in record.series(CREATININE)
        if isinstance(one, Measurement) and one.when and one.value and one.value.exact and not one.problem
    ]
    earlier = [(age, value) for age, value in week if timedelta() < age <= timedelta(days=7)]
    rise = any(
        now - value >= on.limits.acute_decline_rise.value for age, value in earlier if age <= timedelta(hours=48)
    )
    return rise or any(now >= value * on.limits.acute_decline_ratio.value for _, value in earlier)
