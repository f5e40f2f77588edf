"""Sightings of one term joined into events: what overlaps or touches is one.

Results that show an event are one with the next as long as none in between shows that it is over, and at most as many
days lie between them as ``definitions.adverse_events.apart`` says.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from mappings.emitting.identifiers import logical_id
from mappings.followed import EventTerm, Sighting
from mappings.intervals import When
from mappings.record import Record
from mappings.safety.states import chronologically, clears, dated, is_dated, kind_of, last_seen, shows, stream
from mappings.site import Occasion


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Sightings of one event in order: ``shown`` show it, ``unclear`` leave open whether it was still there.

    ``cleared`` are those with grade 0 that ended it, or would have. ``goes_on``: nobody said that it is over.
    """

    shown: tuple[Sighting, ...]
    unclear: tuple[Sighting, ...] = ()
    cleared: tuple[Sighting, ...] = ()
    end: When | None = None
    goes_on: bool = False

    @property
    def term(self) -> EventTerm:
        """What kind of event it is: as its first sighting says, a report only where there is nothing else."""
        return (self.derived or self.shown)[0].term

    @property
    def kind(self) -> str:
        """What all names of this kind of event have in common."""
        return kind_of(self.term)

    @property
    def derived(self) -> tuple[Sighting, ...]:
        """What shows it besides persons' reports."""
        return tuple(one for one in self.shown if one.origin != "reported")

    @property
    def onset(self) -> When:
        """When the first sighting of it was, by the time by which each surely was."""
        return self.shown[0].when

    @property
    def seen(self) -> datetime:
        """The last instant at which it was seen."""
        return max(map(last_seen, dated(self.shown)))


class _State(msgspec.Struct, frozen=True):
    """A sighting that shows the event; ``reach``: what begins by then belongs to it (``None``: whatever comes)."""

    sighting: Sighting
    reach: datetime | None
    cleared: Sighting | None = None


def joined(sightings: Iterable[Sighting], on: Occasion) -> list[Event]:
    """Return the events that ``sightings`` show, by term and time."""
    by_term: dict[str, list[Sighting]] = defaultdict(list)
    for one in chronologically(sightings):
        by_term[kind_of(one.term)].append(one)
    return [event for _, found in sorted(by_term.items()) for event in _of_one_term(found, on)]


def one_a_day(events: Iterable[Event], on: Occasion) -> list[Event]:
    """Return ``events`` with those joined that would be known under one day."""
    by_day: dict[tuple[str, str], list[Event]] = defaultdict(list)
    for event in events:
        by_day[event.kind, onset_day(event.shown, on)].append(event)
    return [_together(found) for found in by_day.values()]


def _together(events: Sequence[Event]) -> Event:
    goes_on = any(event.goes_on for event in events)
    return Event(
        shown=tuple(chronologically(one for event in events for one in event.shown)),
        unclear=tuple(one for event in events for one in event.unclear),
        cleared=tuple(one for event in events for one in event.cleared),
        end=None if goes_on else max(events, key=lambda event: event.seen).end,
        goes_on=goes_on,
    )


def onset_day(shown: Sequence[Sighting], on: Occasion) -> str:
    """Return the day under which an event is known: that of the first sighting which is no report, if there is one.

    So it keeps its name when a person takes it over.
    """
    derived = [one for one in shown if one.origin != "reported"]
    return on.day_of((derived or shown)[0].when.earliest).isoformat()


def id_of(event: Event, record: Record, on: Occasion) -> str:
    """Return the id of ``event``: the same in every run as long as its term and the day of its onset are."""
    return event_id(event.kind, onset_day(event.shown, on), record)


def event_id(kind: str, day: str, record: Record) -> str:
    """Return the id of the event of this ``kind`` that a patient had from ``day`` on."""
    person = record.person
    return logical_id("adverse-event", *(person.identifier or (person.reference,)), kind, day)


def _of_one_term(found: list[Sighting], on: Occasion) -> list[Event]:
    shown = [one for one in found if shows(one)]
    clearings = _clearings([one for one in found if clears(one)], shown)
    unclear = [one for one in found if not shows(one) and not clears(one)]
    groups = _grouped([_state(one, clearings, on) for one in shown])
    limits: list[datetime | None] = [*(group[0].sighting.when.earliest for group in groups[1:]), None]
    return [_event(group, limit, unclear) for group, limit in zip(groups, limits, strict=False)]


def _clearings(clear: list[Sighting], shown: list[Sighting]) -> dict[str, list[Sighting]]:
    """Return by stream what clears it, the earliest first: what nothing of the same stream and time contradicts.

    Under "" is what clears a state of which no measurement tells whether it is over: that of every stream.
    """
    spans: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    for one in filter(is_dated, shown):
        spans[stream(one)].append((one.when.earliest, last_seen(one)))
    found: dict[str, list[Sighting]] = defaultdict(list)
    for one in sorted(clear, key=_earliest):
        where, when = stream(one), one.when
        if not any(first <= when.latest and last >= when.earliest for first, last in spans[where]):
            found[where].append(one)
            found[""].append(one)
    return found


def _earliest(one: Sighting) -> datetime:
    return one.when.earliest


def _state(one: Sighting, clearings: Mapping[str, list[Sighting]], on: Occasion) -> _State:
    """Return how far ``one`` reaches: a state until its end, a moment until it is cleared or too long ago."""
    if one.lasts:
        return _State(one, one.until.latest if one.until else None)
    days = on.definitions.adverse_events.apart.days + 1
    limit = on.midnight(on.day_of(last_seen(one)) + timedelta(days=days)) - timedelta(microseconds=1)
    of_stream = clearings.get("" if one.origin in ("diagnosis", "reported") else stream(one), [])
    later = of_stream[bisect_right(of_stream, last_seen(one), key=_earliest) :]
    return _State(one, min(limit, later[0].when.earliest), later[0]) if later else _State(one, limit)


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


def _event(group: list[_State], limit: datetime | None, unclear: list[Sighting]) -> Event:
    shown = tuple(chronologically(state.sighting for state in group))
    goes_on = any(one.lasts and one.until is None for one in shown)
    counted = set(map(id, dated(shown)))
    ends = [_end(state, limit) for state in group if id(state.sighting) in counted]
    known = [end for end in ends if end]
    end = max(known, key=lambda one: one.latest) if len(known) == len(ends) and not goes_on else None
    until, start = end.latest if end else limit, shown[0].when.earliest
    between = (one for one in unclear if one.when.latest >= start and (until is None or one.when.earliest <= until))
    return Event(shown=shown, unclear=tuple(between), cleared=_cleared(group, limit, end), end=end, goes_on=goes_on)


def _end(state: _State, limit: datetime | None) -> When | None:
    """Return when what ``state`` shows was over; a result after the next event began says nothing of this one."""
    if state.sighting.lasts:
        return state.sighting.until
    if state.cleared is None or (limit and state.cleared.when.earliest >= limit):
        return None
    return state.cleared.when


def _cleared(group: list[_State], limit: datetime | None, end: When | None) -> tuple[Sighting, ...]:
    """Return the results with grade 0 that stand in the course: those that end it, or all where there is one stream."""
    found = {id(state.cleared): state.cleared for state in group if state.cleared and _end(state, limit)}
    is_one = len(set(map(stream, found.values()))) == 1
    return tuple(one for one in found.values() if is_one or one.when == end)
