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
_TITRE: Final = re.compile(r"([<>≤≥]=?)?\s*1\s*:\s*([<>≤≥]=?)?\s*(\d+)")
_BOUNDED: Final = re.compile(rf"([<>≤≥]=?|=)?\s*({_NUMBER})\s*(.*)")
_SPAN: Final = re.compile(rf"({_NUMBER})\s*(?:--|-|~|～|—|–|至|to)\s*({_NUMBER})\s*(.*)")
_UNIT: Final = re.compile(r"[^\s\u4e00-\u9fff()]*")
_DIGITS_WANTED: Final = 30


class Measure(msgspec.Struct, frozen=True):
    """A number within bounds and the unit it was written with; ``titre`` for 1:320."""

    value: Interval
    unit: str = ""
    titre: bool = False


def number(raw: bytes) -> Decimal | None:
    """Return the number that a JSON token is, with its digits; ``None`` for a string, null, or nothing.

    Numbers too long to be a measurement are refused, so that none costs more than it is worth.
    """
    if not raw or len(raw) > _DIGITS_WANTED or raw[0] not in b"-0123456789":
        return None
    try:
        return Decimal(raw.decode())
    except (InvalidOperation, UnicodeDecodeError):
        return None


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
    return None if interval is None else Measure(interval, quantity.code or quantity.unit)


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
    bounds = Interval(low.value.exact if low else None, high.value.exact if high else None)
    return Measure(bounds, known[0].unit)


@lru_cache(maxsize=16_384)
def of_text(text: str) -> Measure | None:
    """Return the number that a text result holds: "1:320 核颗粒型", "阳性(1:1000)", "<20 未检出", "12.5 g/L", "0.0--21.0"."""
    plain = _plain(text)
    titre = _TITRE.search(plain)
    if titre:
        interval = bounded(Decimal(titre[3]), _comparator(titre[1] or titre[2]))
        return Measure(interval, "", titre=True) if interval else None
    span = _SPAN.fullmatch(plain)
    if span:
        return Measure(Interval(Decimal(span[1]), Decimal(span[2])), _unit_in(span[3]))
    found = _BOUNDED.fullmatch(plain)
    if not found:
        return None
    interval = bounded(Decimal(found[2]), _comparator(found[1]))
    return Measure(interval, _unit_in(found[3])) if interval else None


def _plain(text: str) -> str:
    """Return ``text`` in plain digits and signs; full-width and doubled ones are common in print."""
    return unicodedata.normalize("NFKC", text).replace("：", ":").strip()


def _comparator(sign: str | None) -> str:
    return {"=": "", "≤": "<=", "≥": ">=", "≤=": "<=", "≥=": ">="}.get(sign or "", sign or "")


def _unit_in(rest: str) -> str:
    found = _UNIT.match(rest)
    return found[0] if found else ""


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
    codes = [coding.code for coding in one.type.coding] if one.type else []
    return not codes or "normal" in codes


def _normal(one: ReferenceRange) -> Normal | None:
    low, high = (measure(side) if side else None for side in (one.low, one.high))
    if low or high:
        unit = next((side.unit for side in (high, low) if side and side.unit), "")
        return Normal(low.value.exact if low else None, high.value.exact if high else None, unit)
    found = of_text(one.text) if one.text else None
    return Normal(found.value.low, found.value.high, found.unit) if found and not found.titre else None
