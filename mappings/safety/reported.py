"""AdverseEvent resources that a person wrote, as sightings with the person's own grade."""

from typing import Final

from mappings.facts import EventReport, Outcome
from mappings.followed import Sighting, Timeline
from mappings.record import Record
from mappings.safety.states import began
from mappings.safety.vocabulary import term_of
from mappings.site import Occasion

#: With these outcomes an event without an end still goes on.
_GOES_ON: Final[frozenset[Outcome | None]] = frozenset({"ongoing", "recovering"})


def reported(record: Record, _line: Timeline, on: Occasion) -> list[Sighting]:
    """Return a sighting of each reported event, from its onset until its end.

    One of which neither end nor outcome is told is there when it began; how long it lasted nobody said.
    """
    return [_sighting(one, on) for one in record.reports]


def _sighting(one: EventReport, on: Occasion) -> Sighting:
    is_over = one.ended is not None and one.ended.earliest <= on.at
    return Sighting(
        term=term_of(one.term, one.codes, one.concepts),
        origin="reported",
        facts=(one,),
        when=began(one, on),
        until=one.ended if is_over else None,
        lasts=is_over or one.outcome in _GOES_ON,
        grade=one.grade,
        at_least=1 if one.grade is None else one.grade,
        scale="as reported",
        reason=one.problem or ("graded" if one.grade is not None else "no-grade"),
    )
