"""Adverse events of a treated patient: all that the record shows of them, joined, graded, and with persons' words.

What is derived here is a proposal until a person confirms it; what a person reported keeps the person's grade, and
what the data say stands beside it.
"""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from mappings.codes import Code
from mappings.criteria.verdicts import evidence_of
from mappings.facts import Diagnosis, EventReport
from mappings.findings import Evidence
from mappings.followed import Episode, Sighting, Step, Timeline
from mappings.intervals import When
from mappings.record import Record
from mappings.safety.death import death
from mappings.safety.emergence import baselines, emergent, last_collected, since_treatment, start
from mappings.safety.gathering import gathered
from mappings.safety.grades import reached
from mappings.safety.joining import Event, id_of, joined, one_a_day
from mappings.safety.outcomes import end_of, outcome
from mappings.safety.reported import reported
from mappings.safety.seriousness import Course, seriousness
from mappings.safety.states import chronologically
from mappings.safety.words import unmatched, words_on
from mappings.site import Occasion

__all__ = ["episodes", "unmatched"]


def episodes(record: Record, line: Timeline, on: Occasion) -> tuple[Episode, ...]:
    """Return the adverse events of ``record``, the earliest first.

    Without a sure Day 0 nothing is derived, and only what persons reported is there.
    """
    told = reported(record, line, on)
    derived = gathered(record, line, on)
    sightings = [*derived, *_taken_over(told, derived, record, line, on)]
    before = baselines(sightings, line, on)
    found = [_episode(each, before.get(each.kind), record, line, on) for each in _events(sightings, line, on)]
    return tuple(sorted([*found, *death(found, record, line, on)], key=_order))


def _order(one: Episode) -> tuple[object, ...]:
    return one.onset.earliest, one.onset.latest, one.term.name, one.id


def _events(sightings: Iterable[Sighting], line: Timeline, on: Occasion) -> list[Event]:
    begin = start(line, on)
    found = joined(sightings, on)
    since = found if begin is None else [event for each in found if (event := since_treatment(each, begin))]
    return one_a_day(since, on)


def _taken_over(
    told: Sequence[Sighting], derived: Sequence[Sighting], record: Record, line: Timeline, on: Occasion
) -> Iterator[Sighting]:
    """Yield the reports, those that took over a proposal of ours under its term and from its onset on."""
    proposals = {id_of(event, record, on): event for event in _events(derived, line, on)} if told else {}
    for one in told:
        event = next((proposals.get(report.proposal or "") for report in _reports([one])), None)
        yield msgspec.structs.replace(one, term=event.term, when=event.onset) if event else one


def _episode(event: Event, baseline: Sighting | None, record: Record, line: Timeline, on: Occasion) -> Episode:
    reports = _reports(event.shown)
    identity, references = id_of(event, record, on), tuple(one.source.reference for one in reports)
    words = words_on(record, (identity, *references), reports)
    data, said = reached(event.derived), reached([one for one in event.shown if one.origin == "reported"])
    grades = said if reports else data
    ended, onset = end_of(event, reports, on), _onset(event, reports)
    how = outcome(event, grades, reports, on)
    course = Course(event.term.name, onset, ended, grades.worst, grades.at_least, how == "fatal")
    serious, criteria = seriousness(course, words.serious, reports, record, line, on)
    return Episode(
        id=identity,
        term=event.term,
        scale=grades.scale or "as reported",
        source="reported" if reports else "derived",
        confirmed=words.confirmed,
        grade=grades.last,
        worst_grade=grades.worst,
        at_least=max(grades.at_least, data.at_least) if grades.worst is None else grades.at_least,
        proposed_grade=data.worst if reports else None,
        reason=grades.reason,
        onset=onset,
        end=ended,
        outcome=how,
        baseline_grade=baseline.grade if baseline else None,
        emergent=_emergent(event, onset, baseline, line, on),
        serious=serious,
        criteria=criteria,
        related=words.related,
        expected=words.expected,
        assessed_by=words.author,
        dlt=words.dlt,
        codes=_codes(event),
        reports=references,
        course=tuple(_course(event)),
        evidence=_evidence(event),
    )


def _reports(sightings: Iterable[Sighting]) -> tuple[EventReport, ...]:
    return tuple(fact for one in sightings for fact in one.facts if isinstance(fact, EventReport))


def _onset(event: Event, reports: Iterable[EventReport]) -> When:
    """Return when it began: as a person reported it, else as the data show it."""
    return next((one.when for one in reports if one.when), event.onset)


def _emergent(event: Event, onset: When, baseline: Sighting | None, line: Timeline, on: Occasion) -> bool | None:
    begin, last = start(line, on), last_collected(line, on)
    return emergent(event, onset, baseline, begin, last) if begin and last else None


def _codes(event: Event) -> tuple[Code, ...]:
    """Return every code that the site sent for the event, MedDRA's among them."""
    facts = (fact for one in event.shown for fact in one.facts)
    return tuple(
        dict.fromkeys(code for fact in facts if isinstance(fact, EventReport | Diagnosis) for code in fact.codes)
    )


def _seen(event: Event) -> list[Sighting]:
    return chronologically([*event.shown, *event.unclear, *event.cleared])


def _course(event: Event) -> Iterator[Step]:
    """Yield the steps: a diagnosis without a grade is one only as long as nothing has told a grade."""
    is_told = False
    for one in _seen(event):
        if one.origin != "diagnosis" or one.grade is not None or not is_told:
            yield _step(one)
        is_told = is_told or one.grade is not None


def _step(one: Sighting) -> Step:
    return Step(
        when=one.when,
        grade=one.grade,
        at_least=one.at_least,
        origin=one.origin,
        reason=one.reason,
        evidence=evidence_of(one.facts),
    )


def _evidence(event: Event) -> tuple[Evidence, ...]:
    return tuple(dict.fromkeys(each for one in _seen(event) for each in evidence_of(one.facts)))
