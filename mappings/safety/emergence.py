"""Whether an event came with the treatment: its onset and its worst grade against the infusion and the baseline.

ICH E9 calls an event treatment-emergent that emerged after treatment, or worsened relative to the state before it.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

import msgspec

from mappings.followed import Sighting, Timeline
from mappings.intervals import When
from mappings.safety.diagnoses import is_underlying
from mappings.safety.grading import ORDER
from mappings.safety.joining import Event
from mappings.safety.states import chronologically, kind_of, last_seen, level, stream, telling
from mappings.site import Occasion

_TICK: Final = timedelta(microseconds=1)


def start(line: Timeline, on: Occasion) -> When | None:
    """Return the time since which events come with the treatment: the infusion, or where chosen the lymphodepletion."""
    if on.definitions.adverse_events.emergent_from.value == "lymphodepletion" and line.depletion:
        first, last = (on.midnight(on.day_of(one)) for one in (line.depletion.earliest, line.depletion.latest))
        return When(first, last)
    return line.infused


def last_collected(line: Timeline, on: Occasion) -> datetime | None:
    """Return the last instant at which an event may begin to be collected."""
    if line.day0 is None:
        return None
    return on.midnight(line.day0 + timedelta(days=on.definitions.adverse_events.collected.days + 1)) - _TICK


def standing(sightings: Iterable[Sighting], instant: datetime, since: datetime | None = None) -> Sighting | None:
    """Return the worst of what each stream showed last, at or before ``instant`` and not before ``since``."""
    before = [one for one in sightings if one.when.latest <= instant and _holds(one, instant, since)]
    last = {stream(one): one for one in chronologically(before)}
    return max(telling([*last.values()]), key=lambda one: (level(one), one.grade is None), default=None)


def _holds(one: Sighting, instant: datetime, since: datetime | None) -> bool:
    """Whether ``one`` still counts at ``instant``: a state that is not over, or a usable result not too long ago."""
    if one.grade is None and not one.at_least and one.reason not in ORDER:
        return False
    if one.lasts:
        return one.until is None or last_seen(one) >= instant
    return since is None or one.when.earliest >= since


def baselines(sightings: Iterable[Sighting], line: Timeline, on: Occasion) -> dict[str, Sighting | None]:
    """Return, by kind of event, what stood at the baseline, by results of the days that a baseline may be old."""
    if line.baseline is None:
        return {}
    days = on.definitions.treatment.baseline_window.days
    since = on.midnight(on.day_of(line.baseline) - timedelta(days=days))
    by_kind: dict[str, list[Sighting]] = defaultdict(list)
    for one in sightings:
        if one.when.latest <= line.baseline:
            by_kind[kind_of(one.term)].append(one)
    return {kind: standing(found, line.baseline, since) for kind, found in by_kind.items()}


def since_treatment(event: Event, begin: When) -> Event | None:
    """Return ``event`` from where it got worse after ``begin``, whole if it did not or is new, ``None`` if it is old.

    A measured event that stood before and stands still is listed; a diagnosis of before is the patient's history.
    """
    is_reported = len(event.derived) < len(event.shown)
    before = [one for one in event.derived if one.when.latest < begin.earliest]
    later = [one for one in event.derived if one.when.latest >= begin.earliest]
    if not before:
        return event if is_reported or not _is_history(event, begin) else None
    worse = _first_worse(later, standing(before, begin.earliest - _TICK))
    if worse:
        return _from(event, worse)
    return event if is_reported or any(one.origin != "diagnosis" for one in later) else None


def _first_worse(later: Iterable[Sighting], stood: Sighting | None) -> Sighting | None:
    if stood is None or stood.grade is None:
        return None
    return next((one for one in later if level(one) > stood.grade), None)


def _from(event: Event, first: Sighting) -> Event:
    """Return ``event`` without what came before ``first``, but for what persons reported."""
    shown = event.shown[event.shown.index(first) :]
    reports = [one for one in event.shown if one.origin == "reported" and one not in shown]
    unclear, cleared = (
        tuple(one for one in found if one.when.latest >= first.when.earliest)
        for found in (event.unclear, event.cleared)
    )
    shown = tuple(chronologically([*reports, *shown]))
    return msgspec.structs.replace(event, shown=shown, unclear=unclear, cleared=cleared)


def _is_history(event: Event, begin: When) -> bool:
    """Whether an event is a disease under study that does not surely begin after ``begin``."""
    return _is_underlying(event) and event.onset.since(begin.latest) is not True


def _is_underlying(event: Event) -> bool:
    return all(any(map(is_underlying, one.facts)) for one in event.shown)


def emergent(event: Event, onset: When, baseline: Sighting | None, begin: When, last: datetime) -> bool | None:
    """Whether ``event`` came with the treatment that began at ``begin``; one that begins after ``last`` did not.

    A measured event must be worse than at the baseline; one that a person reported, or that is not measured, need only
    begin after the treatment. What began before it and is worse after it than at the baseline, nobody can tell; nor
    whether a disease under study that begins anew has flared up.
    """
    if onset.earliest > last:
        return False
    after = None if onset.latest > last else _is_after(onset, begin)
    is_worse = None if baseline is None else _is_worse(event, baseline, begin)
    is_measured = baseline is not None or all(one.origin == "laboratory" for one in event.shown)
    if any(one.origin == "reported" for one in event.shown) or not (is_measured or _is_underlying(event)):
        return None if is_worse and not after else after
    return is_worse if after or is_worse is False else None


def _is_after(onset: When, begin: When) -> bool | None:
    return True if onset.earliest >= begin.latest else False if onset.latest < begin.earliest else None


def _is_worse(event: Event, baseline: Sighting, begin: When) -> bool | None:
    """Whether ``event`` reached more after ``begin`` than at the baseline."""
    if baseline.grade is None:
        return None
    later = [one for one in event.shown if one.when.latest >= begin.earliest]
    if any(level(one) > baseline.grade for one in later):
        return True
    return False if all(one.grade is not None for one in later) else None
