"""Numbers as hospitals send them: quantities, comparators, titres, texts and normal ranges, as intervals."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Final

import msgspec

from mappings.intervals import ZERO, Interval, exactly
from mappings.reading.datatypes import Quantity, Range, Ratio, ReferenceRange

_NUMBER: Final = r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?"
_TITRE: Final = re.compile(r"([<>≤≥]=?)?\s*(?<![\d.])1\s*:\s*([<>≤≥]=?)?\s*(\d{1,7})(?![\d:]|[.,]\d)")
_BOUNDED: Final = re.compile(rf"([<>≤≥]=?|=)?\s*({_NUMBER})\s*(.*)")
_SPAN: Final = re.compile(rf"({_NUMBER})\s*(?:--|-|~|～|—|–|至|to)\s*({_NUMBER})\s*(.*)")
#: "5.0×10^3 IU/mL" is a number and a unit, "50×10^9/L" a number of 10^9/L.
_POWER: Final = re.compile(r"[x×*]\s*10\^?(\d{1,2})\s*(?![\d/])")
_UNIT: Final = re.compile(r"([^\s\u4e00-\u9fff()]*)(.*)", re.DOTALL)
_DIGIT: Final = re.compile(r"\d")
_DIGITS_WANTED: Final = 30
#: Names of the type of a normal range, where it has no code.
_NORMAL: Final = frozenset(
    {"", "normal", "normal range", "reference range", "正常", "正常值", "正常范围", "参考值", "参考范围", "参考区间"}
)
_SUPERSCRIPT: Final = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹]+")


class Measure(msgspec.Struct, frozen=True):
    """A number within bounds and the unit it was written with; ``titre`` for 1:320.

    ``printed`` is the unit for people where it differs from the one for machines.
    """

    value: Interval
    unit: str = ""
    titre: bool = False
    printed: str = ""


def number(raw: bytes) -> Decimal | None:
    """Return the number that a JSON token is, with its digits; ``None`` for a string, null, or nothing."""
    return _decimal(raw.decode("ascii", "replace")) if raw and raw[0] in b"-0123456789" else None


def _decimal(digits: str) -> Decimal | None:
    """Return ``digits`` as a number; one too long or too large to be a measurement is none.

    Nothing that is reckoned with it can then overflow, or cost more than it is worth.
    """
    if len(digits) > _DIGITS_WANTED:
        return None
    try:
        found = Decimal(digits)
    except InvalidOperation:
        return None
    return found if abs(found.adjusted()) < _DIGITS_WANTED else None


def bounded(value: Decimal, comparator: str) -> Interval | None:
    """Return the interval that ``value`` with a FHIR comparator stands for; ``None`` for one that bounds nothing."""
    match comparator:
        case "":
            return exactly(value)
        case "<":
            return Interval(ZERO if value > 0 else None, value, high_open=True)
        case "<=":
            return Interval(ZERO if value > 0 else None, value)
        case ">":
            return Interval(value, None, low_open=True)
        case ">=":
            return Interval(value, None)
    return None


def measure(quantity: Quantity) -> Measure | None:
    """Return the number of a Quantity; its UCUM code says the unit, else what was printed."""
    value = number(bytes(quantity.value))
    interval = None if value is None else bounded(value, quantity.comparator)
    if interval is None:
        return None
    printed = "" if quantity.unit == quantity.code else quantity.unit
    return Measure(interval, quantity.code, False, printed) if quantity.code else Measure(interval, printed)


def of_ratio(ratio: Ratio) -> Measure | None:
    """Return a Ratio as a titre (1:320), or as a quotient whose unit names both of its units."""
    above = measure(ratio.numerator) if ratio.numerator else None
    below = measure(ratio.denominator) if ratio.denominator else None
    if not above or not below or above.value.exact is None or not below.value.exact:
        return None
    if not above.unit and not below.unit and above.value.exact == 1:
        return Measure(below.value, "", titre=True)
    unit = f"{above.unit}/{below.unit}" if above.unit != below.unit else "1"
    return Measure(exactly(above.value.exact / below.value.exact), unit)


def of_range(span: Range) -> Measure | None:
    """Return a Range, which may be open on one side."""
    low, high = (measure(side) if side else None for side in (span.low, span.high))
    known = [side for side in (low, high) if side]
    if not known or len({side.unit for side in known}) > 1:
        return None
    bounds = _between(low.value.exact if low else None, high.value.exact if high else None)
    return Measure(bounds, known[0].unit) if bounds else None


def _between(low: Decimal | None, high: Decimal | None) -> Interval | None:
    """Return the interval between two numbers in order; ``None`` where there is none, or neither is known."""
    if low is None and high is None:
        return None
    return None if low is not None and high is not None and low > high else Interval(low, high)


@lru_cache(maxsize=16_384)
def of_text(text: str) -> Measure | None:
    """Return the number that a text result holds: "1:320 核颗粒型", "阳性(1:1000)", "<20 未检出", "12.5 g/L", "0.0--21.0".

    A text with another number behind the unit ("45 (125-350)", "45, 52") does not say which one is the result.
    """
    plain = _plain(text)
    titres = list(_TITRE.finditer(plain))
    if titres:
        return _titre_in(titres[0]) if len(titres) == 1 else None
    span = _SPAN.fullmatch(plain)
    if span:
        low, high = _decimal(span[1]), _decimal(span[2])
        between = None if low is None or high is None else _between(low, high)
        return _with_unit(between, span[3])
    found = _BOUNDED.fullmatch(plain)
    return _bounded_in(found[1], found[2], found[3]) if found else None


def _titre_in(found: re.Match[str]) -> Measure | None:
    interval = bounded(Decimal(found[3]), _comparator(found[1] or found[2]))
    return Measure(interval, "", titre=True) if interval else None


def _bounded_in(sign: str | None, digits: str, rest: str) -> Measure | None:
    power = _POWER.match(rest)
    value = _decimal(f"{digits}e{power[1]}" if power else digits)
    interval = None if value is None else bounded(value, _comparator(sign))
    return _with_unit(interval, rest[power.end() :] if power else rest)


def _plain(text: str) -> str:
    """Return ``text`` in plain digits and signs; full-width and doubled ones are common in print."""
    raised = _SUPERSCRIPT.sub(lambda found: f"^{found[0]}", text)
    return unicodedata.normalize("NFKC", raised).strip()


def _comparator(sign: str | None) -> str:
    return {"=": "", "≤": "<=", "≥": ">=", "≤=": "<=", "≥=": ">="}.get(sign or "", sign or "")


def _with_unit(interval: Interval | None, rest: str) -> Measure | None:
    """Return a measure whose unit is the first word of ``rest``; ``None`` where a number stands behind that."""
    unit, others = _UNIT.fullmatch(rest).groups()  # type: ignore[union-attr]  # it matches whatever there is
    return None if interval is None or _DIGIT.search(others) else Measure(interval, unit)


class Normal(msgspec.Struct, frozen=True):
    """A normal range as it was sent; the unit is empty where it is that of the value."""

    low: Decimal | None = None
    high: Decimal | None = None
    unit: str = ""


def normal(ranges: list[ReferenceRange]) -> Normal | None:
    """Return the one normal range among ``ranges``; ``None`` where there is none, or several that differ.

    Ranges of another kind than "normal" (therapeutic, critical), and those for other people, are not looked at:
    nothing here knows which of several applies (FHIR R4 Observation.referenceRange).
    """
    found = {one for one in map(_normal, filter(_is_normal, ranges)) if one}
    return found.pop() if len(found) == 1 else None


def _is_normal(one: ReferenceRange) -> bool:
    if one.type is None:
        return True
    if one.type.coding:
        return any(coding.code == "normal" for coding in one.type.coding)
    return one.type.text.casefold() in _NORMAL


def _normal(one: ReferenceRange) -> Normal | None:
    low, high = (measure(side) if side else None for side in (one.low, one.high))
    if low or high:
        unit = next((side.unit for side in (high, low) if side and side.unit), "")
        return Normal(low.value.exact if low else None, high.value.exact if high else None, unit)
    found = of_text(one.text) if one.text else None
    if found is None or found.titre or found.value.exact is not None:
        return None
    return Normal(found.value.low, found.value.high, found.unit)
