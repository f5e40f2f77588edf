"""Sightings: what a record says of something that needs only to have been there once, and the facts that say so."""

from collections.abc import Callable, Iterable
from typing import Final, Literal

import msgspec

from mappings.criteria.measured import is_below_zero
from mappings.facts import Fact, Measurement, Result
from mappings.record import Record
from mappings.site import Occasion

Seen = Literal["present", "candidate", "absent", "not-tested"]


class Sighting(msgspec.Struct, frozen=True):
    """What the record says of an item, and the facts that say so."""

    seen: Seen
    facts: tuple[Fact, ...] = ()


Look = Callable[[Record, Occasion], Sighting]
#: What says most comes first.
RANKS: Final[tuple[Seen, ...]] = ("present", "candidate", "absent", "not-tested")
Test = Callable[[Result], bool | None]


def either(*looks: Look) -> Look:
    """Look in several places: the one that says most counts."""
    return lambda record, on: min((look(record, on) for look in looks), key=lambda one: RANKS.index(one.seen))


def ever(record: Record, concepts: Iterable[str], test: Test, seen: Seen) -> Sighting:
    """Look through every usable result of ``concepts``: any that passes makes the item ``seen``."""
    tested = [(one, test(one)) for one in usable(record, *concepts)]
    passed = [one for one, answer in tested if answer]
    if passed:
        return Sighting(seen, tuple(passed[:3]))
    known = [one for one, answer in tested if answer is False]
    return Sighting("absent", tuple(known[:1])) if known else Sighting("not-tested")


def measured(concepts: tuple[str, ...], limit: str, side: Literal["above", "below"], seen: Seen) -> Look:
    """Look for a value ever strictly above or below the limit of that name."""

    def look(record: Record, on: Occasion) -> Sighting:
        bound = getattr(on.limits, limit).value

        def test(one: Result) -> bool | None:
            value = one.value if isinstance(one, Measurement) else None
            return None if value is None else value.above(bound) if side == "above" else value.below(bound)

        return ever(record, concepts, test, seen)

    return look


def diagnosed(*concepts: str) -> Look:
    """Look for a diagnosis ever; a record without one does not say that it never was."""

    def look(record: Record, on: Occasion) -> Sighting:
        found = record.diagnosed(concepts)
        return Sighting("candidate", tuple(found[:3])) if found else Sighting("not-tested")

    return look


def is_high(one: Result) -> bool | None:
    """Whether a result lies above its own range, or says that it is positive; what contradicts itself says neither.

    A range that ends at zero is what systems send for "none".
    """
    told = {"positive": True, "negative": False}.get(one.answer or "")
    if one.answer == "indeterminate" or not isinstance(one, Measurement):
        return told
    beyond = one.value.above(one.high_normal) if one.value and one.high_normal else None
    return _agreed(told, beyond, None if one.flag is None else one.flag == "high")


def is_low(one: Result) -> bool | None:
    """Whether a measured value lies below its own range; without a range or a flag, nobody can say."""
    if not isinstance(one, Measurement):
        return None
    beyond = one.value.below(one.low_normal) if one.value and one.low_normal else None
    return _agreed(beyond, None if one.flag is None else one.flag == "low")


def _agreed(*answers: bool | None) -> bool | None:
    known = {answer for answer in answers if answer is not None}
    return known.pop() if len(known) == 1 else None


def positive(concepts: tuple[str, ...], seen: Seen) -> Look:
    """Look for a result ever above its own range, or positive in words."""
    return lambda record, _: ever(record, concepts, is_high, seen)


def low(*concepts: str) -> Look:
    """Look for a result ever below its own range."""
    return lambda record, _: ever(record, concepts, is_low, "present")


def usable(record: Record, *concepts: str) -> list[Result]:
    """Return the results of ``concepts`` that can decide anything, the latest first."""
    return [one for one in record.series(concepts) if is_usable(one)]


def is_usable(one: Result) -> bool:
    """Whether a result can decide anything."""
    value = one.value if isinstance(one, Measurement) else None
    return one.problem is None and not (value and is_below_zero(value))
