"""Sightings of one term joined into events: what overlaps or touches is one.

Results that show an event are one with the next as long as none in between shows that it is over, and at most as many
days lie between them as ``definitions.adverse_events.apart`` says.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from mappings.followed import EventTerm, Sighting
from mappings.intervals import When
from mappings.safety.states import chronologically, clears, last_seen, same_event, shows, stream
from mappings.site import Occasion


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Sightings of one event in order: ``shown`` show it, ``unclear`` leave open whether it was still there.

    ``cleared`` is the one with grade 0 that ended it. ``goes_on``: it is a state of which nobody said that it is over.
    """

    shown: tuple[Sighting, ...]
    unclear: tuple[Sighting, ...] = ()
    cleared: Sighting | None = None
    end: When | None = None
    goes_on: bool = False

    @property
    def term(self) -> EventTerm:
        """What kind of event it is: as its first sighting says, a report only where there is nothing else."""
        return (self.derived or self.shown)[0].term

    @property
    def derived(self) -> tuple[Sighting, ...]:
        """What shows it besides persons' reports."""
        return tuple(one for one in self.shown if one.origin != "reported")

    @property
    def onset(self) -> When:
        """When the first sighting of it was, by the time by which each surely was."""
        return self.shown[0].when


class _State(msgspec.Struct, frozen=True):
    """A sighting that shows the event; ``reach``: what begins by then belongs to it (``None``: whatever comes)."""

    sighting: Sighting
    reach: datetime | None
    cleared: Sighting | None = None


def joined(sightings: Iterable[Sighting], on: Occasion) -> list[Event]:
    """Return the events that ``sightings`` show, by term and time."""
    by_term: dict[tuple[str, str], list[Sighting]] = defaultdict(list)
    for one in chronologically(sightings):
        by_term[same_event(one.term)].append(one)
    return [event for _, found in sorted(by_term.items()) for event in _of_one_term(found, on)]


def onset_day(shown: Sequence[Sighting], on: Occasion) -> str:
    """Return the day under which an event is known: that of the first sighting which is no report, if there is one.

    So it keeps its name when a person takes it over.
    """
    derived = [one for one in shown if one.origin != "reported"]
    return on.day_of((derived or shown)[0].when.earliest).isoformat()


def _of_one_term(found: list[Sighting], on: Occasion) -> list[Event]:
    shown = [one for one in found if shows(one)]
    clear = _sure([one for one in found if clears(one)], shown)
    unclear = [one for one in found if not shows(one) and not clears(one)]
    groups = _one_a_day(_grouped([_state(one, clear, on) for one in shown]), on)
    starts = [group[0].sighting.when.earliest for group in groups]
    limits: list[datetime | None] = [*starts[1:], None]
    return [_event(group, limit, unclear) for group, limit in zip(groups, limits, strict=True)] if groups else []


def _sure(clear: list[Sighting], shown: list[Sighting]) -> list[Sighting]:
    """Return those of ``clear`` that nothing of the same stream and time contradicts."""
    return [
        one
        for one in clear
        if not any(
            stream(other) == stream(one)
            and other.when.earliest <= one.when.latest
            and last_seen(other) >= one.when.earliest
            for other in shown
        )
    ]


def _state(one: Sighting, clear: list[Sighting], on: Occasion) -> _State:
    """Return how far ``one`` reaches: a state until its end, a moment until it is cleared or too long ago."""
    if one.lasts:
        return _State(one, one.until.latest if one.until else None)
    days = on.definitions.adverse_events.apart.days + 1
    limit = on.midnight(on.day_of(last_seen(one)) + timedelta(days=days)) - timedelta(microseconds=1)
    later = (each for each in clear if each.when.earliest > last_seen(one) and _speaks_of(each, one))
    cleared = min(later, key=lambda each: each.when.earliest, default=None)
    return _State(one, min(limit, cleared.when.earliest) if cleared else limit, cleared)


def _speaks_of(clear: Sighting, one: Sighting) -> bool:
    """Whether ``clear`` says that ``one`` is over: it is of its stream, or that is told by no measurement."""
    return one.origin in ("diagnosis", "reported") or stream(clear) == stream(one)


def _grouped(states: list[_State]) -> list[list[_State]]:
    groups: list[list[_State]] = []
    reach: datetime | None = None
    for state in states:
        if groups and (reach is None or state.sighting.when.earliest <= reach):
            groups[-1].append(state)
            reach = None if reach is None or state.reach is None else max(reach, state.reach)
        else:
            groups.append([state])
            reach = state.reach
    return groups


def _one_a_day(groups: list[list[_State]], on: Occasion) -> list[list[_State]]:
    """Return ``groups`` with those joined that would be known under one day."""
    by_day: dict[str, list[_State]] = defaultdict(list)
    for group in groups:
        by_day[onset_day([state.sighting for state in group], on)] += group
    return list(by_day.values())


def _event(group: list[_State], limit: datetime | None, unclear: list[Sighting]) -> Event:
    shown = tuple(state.sighting for state in group)
    goes_on = any(one.lasts and one.until is None for one in shown)
    ends = [_end(state, limit) for state in group]
    known = [end for end in ends if end]
    end = max(known, key=lambda one: one.latest) if known and len(known) == len(ends) and not goes_on else None
    cleared = next((state.cleared for state in group if state.cleared and state.cleared.when == end), None)
    until = end.latest if end else limit
    start = shown[0].when.earliest
    between = (one for one in unclear if one.when.latest >= start and (until is None or one.when.earliest <= until))
    return Event(shown=shown, unclear=tuple(between), cleared=cleared, end=end, goes_on=goes_on)


def _end(state: _State, limit: datetime | None) -> When | None:
    """Return when what ``state`` shows was over; a result after the next event began says nothing of this one."""
    if state.sighting.lasts:
        return state.sighting.until
    if state.cleared is None or (limit and state.cleared.when.earliest >= limit):
        return None
    return state.cleared.when
