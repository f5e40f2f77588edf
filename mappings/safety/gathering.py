"""All that data and diagnoses show of adverse events, told once: signs of a CRS stand under it and not beside it."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import accumulate

import msgspec

from mappings.followed import Sighting, Timeline
from mappings.record import Record
from mappings.safety.clinical import clinical
from mappings.safety.crs import crs, signs_of_crs
from mappings.safety.diagnoses import diagnosed, specified
from mappings.safety.icans import icans
from mappings.safety.joining import id_of, joined
from mappings.safety.results import measured
from mappings.safety.states import chronologically, kind_of, shows
from mappings.safety.vocabulary import CRS
from mappings.safety.words import words_on
from mappings.site import Occasion


def gathered(record: Record, line: Timeline, on: Occasion) -> list[Sighting]:
    """Return every derived sighting; nothing is derived without a sure Day 0."""
    if line.day0 is None:
        return []
    found = [
        *measured(record, line, on),
        *diagnosed(record, line, on),
        *map(specified, clinical(record, line, on)),
        *crs(record, line, on),
        *icans(record, line, on),
    ]
    syndromes = _not_refuted([one for one in found if kind_of(one.term) == kind_of(CRS)], record, on)
    signs = signs_of_crs(filter(shows, found), syndromes, on)
    return _folded(found, signs, filter(shows, syndromes))


def _not_refuted(syndromes: Iterable[Sighting], record: Record, on: Occasion) -> list[Sighting]:
    """Return ``syndromes`` without those of which a person says that they are none: their signs stand alone."""
    events = joined(syndromes, on)
    refuted = [one for one in events if words_on(record, (id_of(one, record, on),), ()).confirmed is False]
    return [one for one in syndromes if not any(one in event.shown for event in refuted)]


def _folded(found: Iterable[Sighting], signs: Sequence[Sighting], syndromes: Iterable[Sighting]) -> list[Sighting]:
    """Return ``found`` without ``signs``, each of which is evidence of the last syndrome that was seen before it."""
    by_time = chronologically(syndromes)
    last_before = _last_before(by_time)
    evidence: dict[int, list[Sighting]] = {}
    for sign in signs:
        evidence.setdefault(id(by_time[last_before(sign.when.latest)]), []).append(sign)
    dropped = set(map(id, signs))
    return [_with(one, evidence.get(id(one), [])) for one in found if id(one) not in dropped]


def _last_before(by_time: Sequence[Sighting]) -> Callable[[datetime], int]:
    """Return what tells the place of the last of ``by_time`` that may have begun by an instant; of all, where none has.

    There are thousands of either at a bedside, so it is looked up and not looked for.
    """
    order = sorted(range(len(by_time)), key=lambda place: by_time[place].when.earliest)
    begun = [by_time[place].when.earliest for place in order]
    last = list(accumulate(order, max))

    def found(instant: datetime) -> int:
        count = bisect_right(begun, instant)
        return last[count - 1] if count else len(by_time) - 1

    return found


def _with(syndrome: Sighting, signs: Iterable[Sighting]) -> Sighting:
    facts = {id(fact): fact for one in (syndrome, *signs) for fact in one.facts}
    return msgspec.structs.replace(syndrome, facts=tuple(facts.values()))
