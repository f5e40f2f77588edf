"""The grade of an event from its sightings: the worst one, the last one, and what is reached for sure."""

from collections.abc import Sequence

import msgspec

from mappings.facts import GradeNumber
from mappings.follow_reasons import SightingReason
from mappings.followed import Scale, Sighting
from mappings.safety.states import level, stream, telling


class Reached(msgspec.Struct, frozen=True):
    """What ``sightings`` reach: the worst and the last grade (``None``: cannot be graded, by ``reason``)."""

    worst: GradeNumber | None = None
    last: GradeNumber | None = None
    at_least: GradeNumber = 0
    reason: SightingReason = "graded"
    scale: Scale | None = None


def reached(sightings: Sequence[Sighting]) -> Reached:
    """Return what ``sightings``, in order of time, reach.

    What cannot be graded leaves the worst grade open only where it reaches more for sure than any grade that is known.
    A diagnosis without a grade is not the last one where something else has one.
    """
    if not sightings:
        return Reached()
    worst = max(sightings, key=lambda one: (level(one), one.grade is not None))
    last = max(
        {stream(one): one for one in telling(sightings)}.values(), key=lambda one: (level(one), one.grade is None)
    )
    return Reached(worst.grade, last.grade, level(worst), worst.reason, worst.scale)
