"""Estimated glomerular filtration rate by CKD-EPI 2021, from serum creatinine, age and sex.

Inker LA et al., N Engl J Med 2021;385:1737-49: 142 x min(Scr/k, 1)^a x max(Scr/k, 1)^-1.200 x 0.9938^age, times 1.012
for women, in mL/min/1.73 m2; Scr in mg/dL, k 0.7 and a -0.241 for women, k 0.9 and a -0.302 for men. A rate that a
laboratory reports is not used: nobody can tell which equation it was computed by.
"""

from collections.abc import Mapping, Sequence
from decimal import Context, Decimal
from typing import Final

from mappings.criteria.age import completed_years
from mappings.criteria.creatinine_clearance import CREATININE, UMOL_PER_MG_DL
from mappings.criteria.verdicts import amount_of
from mappings.endpoints.responses import Question, any_of, at_least_share, shown
from mappings.endpoints.visits import hull, study_day, usable
from mappings.facts import Measurement, Person, Sex
from mappings.follow_reasons import Note
from mappings.followed import Check, Input
from mappings.intervals import Interval
from mappings.site import Occasion

UNIT: Final = "mL/min/{1.73_m2}"
_KAPPA: Final[Mapping[Sex, Decimal]] = {"female": Decimal("0.7"), "male": Decimal("0.9")}
_ALPHA: Final[Mapping[Sex, Decimal]] = {"female": Decimal("-0.241"), "male": Decimal("-0.302")}
_FACTOR: Final[Mapping[Sex, Decimal]] = {"female": Decimal("1.012"), "male": Decimal(1)}
_CONTEXT: Final = Context(prec=34)


def filtration(creatinine: Measurement, person: Person, on: Occasion) -> Interval | None:
    """Return the rate by a creatinine in umol/L at the age on its day; ``None`` without birth date, sex, or a number.

    It falls with creatinine and with age, so that bounds of either become bounds of the rate.
    """
    if person.born is None or person.sex is None or creatinine.when is None or creatinine.value is None:
        return None
    if creatinine.value.exact == 0:
        return None
    oldest = completed_years(person.born[0], on.day_of(creatinine.when.latest))
    youngest = completed_years(person.born[1], on.day_of(creatinine.when.earliest))
    low, high = creatinine.value.low, creatinine.value.high
    return Interval(
        ckd_epi_2021(high, oldest, person.sex) if high else None,
        ckd_epi_2021(low, youngest, person.sex) if low else None,
        creatinine.value.high_open,
        creatinine.value.low_open,
    )


def ckd_epi_2021(creatinine: Decimal, age: int, sex: Sex) -> Decimal:
    """Return the rate in mL/min/1.73 m2 from creatinine in umol/L and age in completed years."""
    power, ratio = _CONTEXT.power, _CONTEXT.divide(creatinine, UMOL_PER_MG_DL * _KAPPA[sex])
    one = Decimal(1)
    by_creatinine = power(min(ratio, one), _ALPHA[sex]) * power(max(ratio, one), Decimal("-1.200"))
    return 142 * by_creatinine * power(Decimal("0.9938"), Decimal(age)) * _FACTOR[sex]


def filters(ask: Question, found: Sequence[Measurement], base: Sequence[Measurement]) -> Check:
    """Return whether the kidneys filter at week 12 as the definition asks, by the creatinines of the visit and baseline.

    Asked is a share of baseline (REGENCY), or else a rate of 60 or no confirmed fall from baseline (AURORA 1).
    """
    ours = ask.on.definitions.renal_response
    rates, reference = _rates(ask, found), _reference(ask, base)
    is_share = ours.filtration.value == "share-of-baseline"
    share = (ours.filtration_share.value if is_share else 100 - ours.filtration_fall.value) / 100
    least = shown(_times(reference, share), UNIT) if isinstance(reference, Interval) else None
    limit = least if is_share else amount_of(ours.filtration_floor)
    if rates is None or not ask.is_visit(found):
        doubt: Note = "partial-date" if rates else "no-rate" if found else "missing"
        return Check(rule="filtration", holds=None, reason=doubt, value=shown(rates, UNIT), limit=limit)
    kept = at_least_share(rates, reference, share) if isinstance(reference, Interval) else None
    if not is_share:
        kept = any_of((rates.at_least(ours.filtration_floor.value), _unconfirmed(ask, kept, reference, share)))
    reason: Note = "" if kept is not None else reference if isinstance(reference, str) else "censored"
    return Check(rule="filtration", holds=kept, reason=reason, value=shown(rates, UNIT), limit=limit)


def rate_inputs(ask: Question, found: Sequence[Measurement]) -> list[Input]:
    """Return the rates that creatinines come to as inputs of their own."""
    rated = [(one, filtration(one, ask.record.person, ask.on)) for one in found]
    return [
        Input(
            name="egfr",
            day=study_day(one.when, ask.line, ask.on),
            value=shown(rate, UNIT),
            text="CKD-EPI 2021",
            used=rate is not None,
            note="" if rate else "no-rate",
        )
        for one, rate in rated
    ]


def _rates(ask: Question, found: Sequence[Measurement]) -> Interval | None:
    """Return the bounds of the rate by ``found``; ``None`` where it cannot be computed from one of them."""
    rates = [filtration(one, ask.record.person, ask.on) for one in found]
    return hull(rates) if rates and None not in rates else None


def _reference(ask: Question, base: Sequence[Measurement]) -> Interval | Note:
    """Return the bounds of the rate at baseline, or why there is none."""
    reference = ask.reference(base)
    return reference if isinstance(reference, str) else _rates(ask, base) or "no-rate"


def _times(value: Interval, share: Decimal) -> Interval:
    low, high = (None if bound is None else bound * share for bound in (value.low, value.high))
    return Interval(low, high)


def _unconfirmed(ask: Question, kept: bool | None, reference: Interval | Note, share: Decimal) -> bool | None:
    """Whether there is no confirmed fall: after one, another creatinine of the window says whether it is confirmed."""
    if kept is not False or isinstance(reference, str):
        return kept
    others = [one for one in usable(ask.record, CREATININE) if ask.is_visit([one])]
    rates = [filtration(one, ask.record.person, ask.on) for one in others]
    answers = [at_least_share(rate, reference, share) for rate in rates if rate]
    return any_of(answers) if len(answers) > 1 else None
