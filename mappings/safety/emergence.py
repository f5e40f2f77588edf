"""Whether an event came with the treatment: its onset and its worst grade against the infusion and the baseline.

ICH E9 calls an event treatment-emergent that emerged after treatment, or worsened relative to the state before it.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

import msgspec

from mappings.facts import GradeNumber
from mappings.followed import Sighting, Timeline
from mappings.intervals import When
from mappings.safety.diagnoses import is_underlying
from mappings.safety.grading import ORDER
from mappings.safety.joining import Event
from mappings.safety.states import chronologically, last_seen, level, stream
from mappings.site import Occasion

_TICK: Final = timedelta(microseconds=1)


def start(line: Timeline, on: Occasion) -> When | None:
    """Return the time since which events come with the treatment: the infusion, or where chosen the lymphodepletion."""
    if on.definitions.adverse_events.emergent_from.value == "lymphodepletion" and line.lymphodepleted:
        first = on.midnight(line.lymphodepleted)
        return When(first, first)
    return line.infused


def standing(sightings: Iterable[Sighting], instant: datetime, since: datetime | None = None) -> Sighting | None:
    """Return the worst of what each stream showed last, at or before ``instant`` and not before ``since``."""
    before = [one for one in sightings if one.when.latest <= instant and _holds(one, instant, since)]
    last = {stream(one): one for one in chronologically(before)}
    return max(last.values(), key=lambda one: (level(one), one.grade is None), default=None)


def _holds(one: Sighting, instant: datetime, since: datetime | None) -> bool:
    """Whether ``one`` still counts at ``instant``: a state that is not over, or a usable result not too long ago."""
    if one.grade is None and not one.at_least and one.reason not in ORDER:
        return False
    if one.lasts:
        return one.until is None or last_seen(one) >= instant
    return since is None or one.when.earliest >= since


def at_baseline(of_term: Iterable[Sighting], line: Timeline, on: Occasion) -> Sighting | None:
    """Return what stood at the baseline, by results of the days that a baseline may be old."""
    if line.baseline is None:
        return None
    days = on.definitions.treatment.baseline_window.days
    return standing(of_term, line.baseline, on.midnight(on.day_of(line.baseline) - timedelta(days=days)))


def since_treatment(event: Event, begin: When) -> Event | None:
    """Return ``event`` from where it got worse after ``begin``, whole where it did not or is new, ``None`` if it is old.

    A measured event that stood before and stands still is listed; a diagnosis of before is the patient's history.
    """
    reports = [one for one in event.shown if one.origin == "reported"]
    before = [one for one in event.derived if one.when.latest < begin.earliest]
    later = [one for one in event.derived if one.when.latest >= begin.earliest]
    if not before:
        return event if reports or not _is_history(event, begin) else None
    stood = standing(before, begin.earliest - _TICK)
    if stood and stood.grade is not None:
        worse = next((number for number, one in enumerate(later) if level(one) > stood.grade), None)
        if worse is not None:
            return msgspec.structs.replace(event, shown=tuple(chronologically([*reports, *later[worse:]])))
    is_measured = any(one.origin != "diagnosis" for one in later)
    return event if reports or is_measured else None


def _is_history(event: Event, begin: When) -> bool:
    """Whether an event is a disease under study that does not surely begin after ``begin``."""
    return _is_underlying(event) and event.onset.since(begin.latest) is not True


def _is_underlying(event: Event) -> bool:
    return all(any(map(is_underlying, one.facts)) for one in event.shown)


def emergent(event: Event, onset: When, baseline: Sighting | None, begin: When, last: datetime) -> bool | None:
    """Whether ``event`` came with the treatment that began at ``begin``; events that begin after ``last`` did not.

    A measured event must be worse than at the baseline. A disease under study that begins anew may be a flare.
    """
    after = _within(onset, begin, last)
    if not after or any(one.origin == "reported" for one in event.shown):
        return after
    if _is_underlying(event):
        return None
    if baseline is None:
        return None if all(one.origin == "laboratory" for one in event.shown) else True
    return _is_worse(event, baseline)


def _within(onset: When, begin: When, last: datetime) -> bool | None:
    is_after = True if onset.earliest >= begin.latest else False if onset.latest < begin.earliest else None
    in_time = onset.until(last)
    if is_after is False or in_time is False:
        return False
    return is_after and in_time


def _is_worse(event: Event, baseline: Sighting) -> bool | None:
    reached: GradeNumber = max(map(level, event.shown))
    if baseline.grade is None:
        return None
    if reached > baseline.grade:
        return True
    return False if all(one.grade is not None for one in event.shown) else None
