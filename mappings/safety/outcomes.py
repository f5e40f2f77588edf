"""How an event ended, as far as anybody knows: a person's word first, else what its last sightings say."""

from collections.abc import Sequence
from datetime import timedelta

from mappings.facts import Diagnosis, EventReport, Outcome
from mappings.intervals import When
from mappings.safety.grades import Reached
from mappings.safety.joining import Event
from mappings.safety.words import latest
from mappings.site import Occasion


def outcome(event: Event, grades: Reached, reports: Sequence[EventReport], on: Occasion) -> Outcome:
    """Return the outcome of ``event``: "unknown" where nothing is known after it was last seen."""
    told = [one for one in reports if one.outcome != "unknown"]
    if any(one.outcome == "fatal" for one in told) or grades.at_least == 5:
        return "fatal"
    said: Outcome | None = latest(told, "outcome")
    if said:
        return said
    if event.end or _is_over(event):
        return "resolved"
    if not event.goes_on and any(one.when.latest > event.seen for one in event.unclear):
        return "unknown"
    if grades.last is not None and grades.worst is not None and grades.last < grades.worst:
        return "recovering"
    recent = on.day_of(event.seen) + timedelta(days=on.definitions.adverse_events.apart.days) >= on.today
    return "ongoing" if event.goes_on or recent else "unknown"


def end_of(event: Event, reports: Sequence[EventReport], on: Occasion) -> When | None:
    """Return when ``event`` was over: as a person reported it, else as the data show it."""
    said: When | None = latest(reports, "ended")
    return said if said and said.earliest <= on.at else event.end


def _is_over(event: Event) -> bool:
    """Whether all that is known of it is diagnoses of which a person says, without a date, that they are over."""
    facts = [fact for one in event.shown for fact in one.facts]
    return all(isinstance(fact, Diagnosis) and fact.active is False for fact in facts)
