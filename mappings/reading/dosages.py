"""Doses in milligrams, by administration and by day, and the time that a course of doses is to last."""

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from mappings.codes import SNOMED_CT
from mappings.intervals import When
from mappings.reading.datatypes import Quantity, Repeat, Timing
from mappings.reading.dates import ending, first_of, when
from mappings.reading.quantities import measure, number
from mappings.reading.views import AdministeredDosage, Dosage

MILLIGRAMS: Final = {
    "mg": Decimal(1), "g": Decimal(1000), "ug": Decimal("0.001"), "mcg": Decimal("0.001"), "μg": Decimal("0.001"),
    "µg": Decimal("0.001"), "毫克": Decimal(1), "克": Decimal(1000), "微克": Decimal("0.001"),
}  # fmt: skip
#: What a dose may be written per: per kilogram of body weight, and per day.
_PER: Final = {"": (False, False), "kg": (True, False), "d": (False, True), "kg/d": (True, True), "d/kg": (True, True),
               "(kg.d)": (True, True), "天": (False, True), "日": (False, True), "kg/天": (True, True)}  # fmt: skip
_SIGNS: Final = str.maketrans(
    {"天": "日", "两": "二", "1": "一", "2": "二", "3": "三", "4": "四", " ": None, ".": None}
)


def _spelling(word: str) -> str:
    """Return an abbreviation or a Chinese word for a frequency in one of its spellings: "b.i.d.", "一天2次"."""
    plain = unicodedata.normalize("NFKC", word).upper().translate(_SIGNS)
    return f"每日{plain[2:]}" if plain.startswith("一日") else plain


#: Times a day, by GTSAbbreviation codes, and by the Latin and Chinese words that hospitals write.
TIMES_A_DAY: Final = {
    _spelling(word): times
    for times, words in (
        (Decimal(1), "QD AM PM QN QM BED HS 每日一次 每晚一次 每晨一次 一次/日"),
        (Decimal(2), "BID Q12H 每日二次 每12小时一次 二次/日"),
        (Decimal(3), "TID Q8H 每日三次 每8小时一次 三次/日"),
        (Decimal(4), "QID Q6H 每日四次 每6小时一次 四次/日"),
        (Decimal(6), "Q4H 每4小时一次"),
        (Decimal("0.5"), "QOD 隔日一次"),
        (Decimal(1) / 7, "QW WK 每周一次 一次/周"),
        (Decimal(2) / 7, "BIW 每周二次 二次/周"),
    )
    for word in words.split()
}
#: A month and a year as long as they can be, so that no supply is taken to end before it does.
DAYS_IN: Final = {
    "d": Decimal(1), "h": Decimal(1) / 24, "min": Decimal(1) / 1440, "wk": Decimal(7), "mo": Decimal(31),
    "a": Decimal(366), "day": Decimal(1), "days": Decimal(1), "天": Decimal(1), "日": Decimal(1), "周": Decimal(7),
    "月": Decimal(31), "个月": Decimal(31),
}  # fmt: skip
#: No supply and no course that is written as a number of days lasts longer.
MOST_DAYS: Final = 36_500


class Dose(msgspec.Struct, frozen=True):
    """One dose and a day's dose in milligrams, a day's dose per kilogram, and the route as it was coded or written."""

    milligrams: Decimal | None = None
    daily: Decimal | None = None
    daily_per_kg: Decimal | None = None
    route: str | None = None


class Mass(msgspec.Struct, frozen=True):
    """Milligrams of a drug, at a time or by day, as such or per kilogram of body weight."""

    milligrams: Decimal
    per_kg: bool = False
    per_day: bool = False


class Course(msgspec.Struct, frozen=True):
    """When a drug is first and last to be taken, as far as it is said."""

    start: When | None = None
    ended: When | None = None


def of_instructions(instructions: Sequence[Dosage]) -> Dose:
    """Return the dose of a prescription; several instructions are not added up, so only a single one counts.

    What is taken as needed has no day's dose. Of several doses (ordered, calculated) none can be told to be the one.
    """
    if len(instructions) != 1 or instructions[0].modifier_extension:
        return Dose()
    one = instructions[0]
    doses = [each.dose_quantity for each in one.dose_and_rate]
    given = mass(doses[0]) if len(doses) == 1 else None
    daily = None if given is None or _is_as_needed(one) else _daily(given, one.timing)
    per_kg = given is not None and given.per_kg
    at_a_time = None if given is None or given.per_kg or given.per_day else given.milligrams
    return Dose(at_a_time, None if per_kg else daily, daily if per_kg else None, _route(one))


def of_administration(dosage: AdministeredDosage | None) -> Dose:
    """Return the dose that was given; a day's dose is the sum of its administrations and is not known here."""
    if dosage is None or dosage.modifier_extension:
        return Dose()
    given = mass(dosage.dose)
    return Dose(None if given is None or given.per_kg or given.per_day else given.milligrams, route=_route(dosage))


def mass(quantity: Quantity | None) -> Mass | None:
    """Return a quantity of drug in milligrams; ``None`` for tablets, millilitres, and whatever is no mass."""
    found = measure(quantity) if quantity else None
    if found is None or found.value.exact is None:
        return None
    unit, _, per = found.unit.replace(" ", "").partition("/")
    factor = MILLIGRAMS.get(unit)
    return None if factor is None or per not in _PER else Mass(found.value.exact * factor, *_PER[per])


def _is_as_needed(one: Dosage) -> bool:
    return bool(one.as_needed or one.as_needed_boolean or one.as_needed_codeable_concept or one.as_needed_for)


def _route(dosage: Dosage | AdministeredDosage) -> str | None:
    """Return the route by its SNOMED CT code, else another code, else in words."""
    if dosage.route is None:
        return None
    codings = sorted((one for one in dosage.route.coding if one.code), key=lambda one: one.system != SNOMED_CT)
    words = (dosage.route.text, *(one.display for one in dosage.route.coding))
    return codings[0].code if codings else next((text for text in words if text), None)


def _daily(given: Mass, timing: Timing | None) -> Decimal | None:
    if given.per_day:
        return given.milligrams
    times = times_a_day(timing) if timing else None
    return None if times is None else given.milligrams * times


def times_a_day(timing: Timing) -> Decimal | None:
    """Return how often a day, by what is spelt out, else by a code that we know; codes that differ say nothing."""
    if timing.modifier_extension:
        return None
    if timing.repeat and (timing.repeat.frequency is not None or timing.repeat.period_unit):
        return _repeated(timing.repeat)
    code = timing.code
    words = [word for coding in code.coding for word in (coding.code, coding.display)] + [code.text] if code else []
    known = {TIMES_A_DAY[word] for word in map(_spelling, words) if word in TIMES_A_DAY}
    return known.pop() if len(known) == 1 else None


def _repeated(repeat: Repeat) -> Decimal | None:
    """Return the times a day of so many times a period; a range of either, and chosen weekdays, give none.

    A frequency that is not said is once (FHIR R4 Timing.repeat.frequency).
    """
    is_vague = repeat.frequency_max is not None or bytes(repeat.period_max) or repeat.day_of_week
    period, days = number(bytes(repeat.period)), DAYS_IN.get(repeat.period_unit)
    frequency = 1 if repeat.frequency is None else repeat.frequency
    if is_vague or not period or period < 0 or days is None or not 0 < frequency <= 1000:
        return None
    return frequency / (period * days)


def course_of(instructions: Sequence[Dosage], ordered: When | None, zone: ZoneInfo) -> Course:
    """Return the course that instructions add up to (tapering): from the first one's start to the last one's end.

    An instruction that does not say when it starts or ends leaves that side of the whole course open.
    """
    timings = [None if one.modifier_extension else one.timing for one in instructions]
    courses = [of_timing(timing, ordered, zone) if timing else Course() for timing in timings]
    starts, ends = [one.start for one in courses], [one.ended for one in courses]
    return Course(_earliest(starts), latest(ends) if all(ends) else None)


def of_timing(timing: Timing, ordered: When | None, zone: ZoneInfo) -> Course:
    """Return the course of one timing: by the moments it names, else by its bounds, a duration counted from its order."""
    if timing.modifier_extension:
        return Course()
    moments = [when(text, zone) for text in timing.event]
    if moments:
        return Course(_earliest(moments), latest(moments))
    repeat = timing.repeat or Repeat()
    if repeat.bounds_period:
        return Course(first_of(zone, repeat.bounds_period.start), ending(repeat.bounds_period.end, zone))
    return Course(None, after(ordered, repeat.bounds_duration))


def after(start: When | None, supply: Quantity | None, times: int = 1) -> When | None:
    """Return the last day of a supply that begins at ``start`` and is given ``times`` times."""
    found = measure(supply) if supply else None
    days = DAYS_IN.get(found.unit) if found else None
    if start is None or found is None or days is None or found.value.exact is None:
        return None
    length = found.value.exact * days * times
    if not 0 < length <= MOST_DAYS:
        return None
    last = timedelta(days=int(length.to_integral_value(ROUND_CEILING)) - 1)
    return When(start.earliest + last, start.latest + last, start.text)


def latest(moments: Iterable[When | None]) -> When | None:
    """Return the latest of ``moments``; ``None`` where none is known."""
    return max((one for one in moments if one), key=lambda one: one.latest, default=None)


def _earliest(moments: Sequence[When | None]) -> When | None:
    known = [one for one in moments if one]
    return min(known, key=lambda one: one.earliest) if known and len(known) == len(moments) else None
