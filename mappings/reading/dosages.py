"""Doses in milligrams, by administration and by day."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import msgspec

from mappings.reading.datatypes import Quantity, Repeat, Timing
from mappings.reading.quantities import measure, number
from mappings.reading.views import AdministeredDosage, Dosage

MILLIGRAMS: Final = {"mg": Decimal(1), "g": Decimal(1000), "ug": Decimal("0.001"), "mcg": Decimal("0.001"),
                     "毫克": Decimal(1), "克": Decimal(1000)}  # fmt: skip
#: Times a day, by GTSAbbreviation codes and the Latin ones that hospitals write.
TIMES_A_DAY: Final = {
    "QD": Decimal(1), "AM": Decimal(1), "PM": Decimal(1), "QN": Decimal(1), "BID": Decimal(2), "TID": Decimal(3),
    "QID": Decimal(4), "QOD": Decimal("0.5"), "Q12H": Decimal(2), "Q8H": Decimal(3), "Q6H": Decimal(4),
    "Q4H": Decimal(6), "QW": Decimal(1) / 7, "WK": Decimal(1) / 7,
}  # fmt: skip
DAYS_IN: Final = {"d": Decimal(1), "h": Decimal(1) / 24, "wk": Decimal(7), "min": Decimal(1) / 1440}


class Dose(msgspec.Struct, frozen=True):
    """One dose and a day's dose in milligrams, a day's dose per kilogram, and the route as it was coded or written."""

    milligrams: Decimal | None = None
    daily: Decimal | None = None
    daily_per_kg: Decimal | None = None
    route: str | None = None


def of_instructions(instructions: Sequence[Dosage]) -> Dose:
    """Return the dose of a prescription; several instructions are not added up, so only a single one counts."""
    if len(instructions) != 1:
        return Dose()
    one = instructions[0]
    quantity = next((each.dose_quantity for each in one.dose_and_rate if each.dose_quantity), None)
    times = _times_a_day(one.timing)
    amount, per_kg = milligrams(quantity)
    daily = None if amount is None or times is None else amount * times
    return Dose(
        None if per_kg else amount,
        None if per_kg else daily,
        daily if per_kg else None,
        _route(one),
    )


def of_administration(dosage: AdministeredDosage | None) -> Dose:
    """Return the dose that was given; a day's dose is the sum of its administrations and is not known here."""
    if dosage is None:
        return Dose()
    amount, per_kg = milligrams(dosage.dose)
    return Dose(None if per_kg else amount, route=_route(dosage))


def milligrams(quantity: Quantity | None) -> tuple[Decimal | None, bool]:
    """Return a quantity of drug in milligrams, and whether that is per kilogram of body weight."""
    found = measure(quantity) if quantity else None
    if found is None or found.value.exact is None:
        return None, False
    unit, _, per = found.unit.partition("/")
    factor = MILLIGRAMS.get(unit.strip())
    return (
        (None, False)
        if factor is None or per not in ("", "kg", "d", "kg/d")
        else (found.value.exact * factor, "kg" in per)
    )


def _route(dosage: Dosage | AdministeredDosage) -> str | None:
    route = dosage.route
    return (route.coding[0].code if route.coding else route.text) if route else None


def _times_a_day(timing: Timing | None) -> Decimal | None:
    if timing is None:
        return None
    if timing.repeat and timing.repeat.frequency:
        return _repeated(timing.repeat)
    codes = [coding.code.upper() for coding in timing.code.coding] if timing.code else []
    return next((TIMES_A_DAY[code] for code in codes if code in TIMES_A_DAY), None)


def _repeated(repeat: Repeat) -> Decimal | None:
    period, days = number(bytes(repeat.period)), DAYS_IN.get(repeat.period_unit)
    if not period or days is None or repeat.frequency is None:
        return None
    return repeat.frequency / (period * days)
