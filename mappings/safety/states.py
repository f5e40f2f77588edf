"""What one sighting says by itself: whether it shows the event, how far it reaches, and to which stream it belongs.

A result belongs to the *stream* of its analyte, and what is seen at the bedside is one stream: only a later one of the
stream can say that what was shown is over. A diagnosis and a report are states of their own.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final

from mappings.codes import analyte
from mappings.facts import Diagnosis, EventReport, Fact, GradeNumber
from mappings.followed import EventTerm, Sighting
from mappings.intervals import When
from mappings.safety.vocabulary import named
from mappings.site import Occasion

#: Nothing is told of a living patient before it.
LONG_AGO: Final = date(1900, 1, 1)
#: Why a result that lies outside of its normal range may have no grade: it shows something all the same.
ABNORMAL: Final = frozenset({"no-baseline", "needs-person", "not-fasting"})


def level(sighting: Sighting) -> GradeNumber:
    """Return the grade of ``sighting``, or the one that it reaches for sure."""
    return sighting.at_least if sighting.grade is None else sighting.grade


def shows(sighting: Sighting) -> bool:
    """Whether the event is there, or may be: it reaches grade 1, a person said it, or only its baseline is unknown."""
    match sighting.origin:
        case "reported":
            return True
        case "diagnosis" if sighting.grade is None:
            return True
        case "laboratory" if sighting.grade is None and sighting.reason in ABNORMAL:
            return True
    return level(sighting) > 0


def clears(sighting: Sighting) -> bool:
    """Whether the event was looked for, and was not there."""
    return sighting.grade == 0 and not shows(sighting)


def stream(sighting: Sighting) -> str:
    """Return what must be looked at again to know whether the event goes on."""
    stated = [fact.source.reference for fact in sighting.facts if isinstance(fact, Diagnosis | EventReport)]
    if stated and sighting.origin in ("diagnosis", "reported"):
        return min(stated)
    if sighting.origin == "laboratory":
        return min(analyte(concept) for fact in sighting.facts for concept in fact.concepts)
    return "bedside"


def telling(sightings: Sequence[Sighting]) -> Sequence[Sighting]:
    """Return ``sightings`` without diagnoses that have no grade, where something else tells one."""
    return [one for one in sightings if one.origin != "diagnosis" or one.grade is not None] or sightings


def is_dated(sighting: Sighting) -> bool:
    """Whether anything tells when it was: what may be of any time contradicts nothing."""
    return any(fact.when for fact in sighting.facts)


def dated(sightings: Sequence[Sighting]) -> Sequence[Sighting]:
    """Return those of ``sightings`` that bear a date, where any does."""
    return list(filter(is_dated, sightings)) or sightings


def last_seen(sighting: Sighting) -> datetime:
    """Return the last instant at which ``sighting`` may show the event."""
    return (sighting.until or sighting.when).latest


def chronologically(sightings: Iterable[Sighting]) -> list[Sighting]:
    """Return ``sightings`` in the order of the time by which they surely began, whatever order they came in."""
    return sorted(sightings, key=_order)


def _order(one: Sighting) -> tuple[object, ...]:
    references = tuple(fact.source.reference for fact in one.facts)
    return one.when.latest, one.when.earliest, one.origin, level(one), one.reason, references


def kind_of(term: EventTerm) -> str:
    """Return what all names of one kind of event have in common: what CTCAE 5.0 calls it, in small letters."""
    return (named(term.name) or term).name.strip().casefold()


def began(fact: Fact, on: Occasion, recorded: When | None = None) -> When:
    """Return when ``fact`` began; without a date somewhere before it was recorded, or before it was known."""
    if fact.when:
        return fact.when
    bounds = [on.at, *([recorded.latest] if recorded else []), *([fact.source.issued] if fact.source.issued else [])]
    return When(on.midnight(LONG_AGO), min(bounds))
