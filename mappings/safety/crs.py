"""Cytokine release syndrome by the consensus of the ASTCT.

Source: Lee DW et al., Biol Blood Marrow Transplant 2019;25:625-638. Fever, which no other cause explains, is grade 1;
low blood pressure and low oxygen make it worse, and the worse of both is the grade. After a drug against cytokines or
a glucocorticoid, fever is no longer asked for. Whether another cause explains it, only a person can say.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

import msgspec

from mappings.criteria.glucocorticoid_courses import systemic
from mappings.facts import Exposure, GradeNumber
from mappings.followed import Sighting, Timeline
from mappings.intervals import When
from mappings.record import Record
from mappings.safety.assessed import assessed, unless_assessed
from mappings.safety.bedside import Bedside, Reached, after_infusion, bedside, in_order, judged, seen, sure, worst
from mappings.safety.fever import TEMPERATURE
from mappings.safety.oxygen import DEVICE, FLOW, SATURATION, SHARE, oxygen, ventilation
from mappings.safety.pressure import SYSTOLIC, pressure, vasopressors
from mappings.safety.states import chronologically, clears, last_seen, level
from mappings.safety.support import Support
from mappings.safety.vocabulary import CRS, FEVER, HYPOTENSION, HYPOXIA
from mappings.site import Occasion

GRADE: Final = "obs.crs_grade"
ANTICYTOKINE: Final = ("rx.biologic.tocilizumab", "rx.biologic.siltuximab", "rx.biologic.anakinra")
READINGS: Final = (TEMPERATURE, SYSTOLIC, SATURATION, DEVICE, FLOW, SHARE)


def crs(record: Record, line: Timeline, on: Occasion) -> list[Sighting]:
    """Return the grade at each moment at which something that bears on it changed, and every grade that a person gave.

    It begins with a fever within days of the infusion; a later one is proposed as nothing but a fever.
    """
    if line.day0 is None or line.infused is None:
        return []
    told = assessed(record, GRADE, CRS)
    return [*told, *unless_assessed(_proposed(_signs(record, on), told, line, on), told, on)]


class _Signs(msgspec.Struct, frozen=True):
    """What bears on the grade; ``drugs`` are those after which fever is no longer asked for."""

    bed: Bedside
    given: list[Support]
    under_way: list[Support]
    drugs: list[Exposure]

    def moments(self) -> set[When]:
        """Return every moment at which one of them changed."""
        readings = {one.when for concept in READINGS for one in self.bed.results(concept) if one.when}
        return readings | {moment for one in (*self.given, *self.under_way) for moment in one.moments()}

    def changed(self, moment: When) -> Reached:
        """Return the support that begins or ends at ``moment``, as no grade by itself: it shows that something changed."""
        return sure(0, [one.fact for one in (*self.given, *self.under_way) if moment in one.moments()])

    def axes(self, moment: When) -> Reached:
        """Return the worse of blood pressure and oxygen."""
        return worst(pressure(self.bed, self.given, moment), oxygen(self.bed, self.under_way, moment))

    def fever(self, moment: When) -> tuple[bool | None, Reached]:
        """Return whether there is a fever, and the readings as the grade that it leaves possible."""
        readings, limit = self.bed.numbers(TEMPERATURE, moment), self.bed.on.definitions.adverse_events.fever.value
        if not readings:
            return None, Reached(0, 1, "missing")
        is_warm = judged(readings, lambda one: one.value.at_least(limit) if one.value else None)
        return is_warm, Reached(1 if is_warm else 0, 0 if is_warm is False else 1, "censored", readings)

    def treated(self, began: When, moment: When) -> list[Exposure]:
        """Return the drugs since ``began`` after which fever is no longer asked for."""
        found = [(one, one.when) for one in self.drugs if one.when]
        return [one for one, when in found if when.latest >= began.earliest and when.earliest <= moment.latest]


def _signs(record: Record, on: Occasion) -> _Signs:
    drugs = [*record.exposed(ANTICYTOKINE), *systemic(record)]
    taken = [one for one in drugs if one.kind != "request" and not one.problem]
    return _Signs(bedside(record, on, READINGS), vasopressors(record, on), ventilation(record, on), taken)


class _Course(msgspec.Struct, frozen=True):
    """A syndrome under way: when it began, and when it was last seen."""

    began: When
    last: datetime


def _proposed(signs: _Signs, told: list[Sighting], line: Timeline, on: Occasion) -> Iterator[Sighting]:
    """Yield the grade of every moment from the infusion on, as long as there is a syndrome or one may begin."""
    course: _Course | None = None
    known = {one.when: one.grade for one in sorted(told, key=level) if one.grade is not None}
    moments = [one for one in signs.moments() | known.keys() if after_infusion(one, line)]
    for moment in sorted(moments, key=in_order):
        found = sure(known[moment]) if moment in known else _at(moment, course, signs, line, on)
        if found is None:
            continue
        if moment not in known:
            shown = worst(found, signs.changed(moment))
            yield seen(CRS, "vital-sign", moment, "ASTCT 2019", shown, "attribution")
        if found.low:
            course = _Course(course.began if course else moment, moment.latest)
        elif not found.high:
            course = None


def _at(moment: When, course: _Course | None, signs: _Signs, line: Timeline, on: Occasion) -> Reached | None:
    """Return the grade of ``moment``; ``None`` where there is no syndrome and none begins."""
    rules = on.definitions.adverse_events
    is_warm, fever = signs.fever(moment)
    is_carried = course is not None and moment.earliest - course.last <= timedelta(days=rules.treatment_window.days)
    is_early = line.day0 is not None and on.day_of(moment.earliest) - line.day0 <= timedelta(days=rules.crs_onset.days)
    if is_warm and (is_early or is_carried):
        return worst(fever, signs.axes(moment))
    if course:
        found = _waning(moment, course, signs, fever)
        return found if is_carried or not found.high else None
    return fever if is_early and fever.high and fever.facts else None


def _waning(moment: When, course: _Course, signs: _Signs, fever: Reached) -> Reached:
    """Return the grade without a fever: over when all signs are gone; else by what is left, if fever no longer counts.

    Without a drug that takes away fever on record nobody knows: antipyretics are seldom recorded.
    """
    axes, treated = signs.axes(moment), signs.treated(course.began, moment)
    found = worst(axes, fever)
    if treated:
        return msgspec.structs.replace(found, facts=(*found.facts, *treated))
    return Reached(0, found.high, found.doubt or "no-fever", found.facts)


#: The terms of the CTCAE that are signs of the syndrome, and the grade from which on it has them.
_SIGNS: Final = {FEVER.name: 1, HYPOTENSION.name: 2, HYPOXIA.name: 2}


def part_of_crs(sighting: Sighting, crs_sightings: Iterable[Sighting], on: Occasion) -> bool:
    """Whether a fever, hypotension or hypoxia by the CTCAE is a sign of a syndrome that was there at the time."""
    return bool(signs_of_crs((sighting,), crs_sightings, on))


def signs_of_crs(sightings: Iterable[Sighting], crs_sightings: Iterable[Sighting], on: Occasion) -> list[Sighting]:
    """Return those of ``sightings`` that are signs of a syndrome; both are never recorded for the same episode.

    A syndrome of grade 1 has neither hypotension nor hypoxia.
    """
    spans = _spans(crs_sightings, on)
    return [one for one in sightings if any(_is_sign(one, span) for span in spans)]


def _is_sign(one: Sighting, span: "_Span") -> bool:
    least = _SIGNS.get(one.term.name)
    return least is not None and span.worst >= least and span.first <= one.when.latest and one.when.earliest < span.last


class _Span(msgspec.Struct, frozen=True):
    """From when to when there was a syndrome, and how bad it was for sure."""

    first: datetime
    last: datetime
    worst: GradeNumber


def _spans(sightings: Iterable[Sighting], on: Occasion) -> list[_Span]:
    """Return when there was a syndrome; one that is seen holds for its day, and goes on to the next within days of it."""
    window = timedelta(days=on.definitions.adverse_events.treatment_window.days)
    found: list[_Span] = []
    is_open = False
    for one in chronologically(sightings):
        if level(one):
            end = on.midnight(on.day_of(last_seen(one)) + timedelta(days=1))
            if is_open and one.when.earliest - found[-1].last <= window:
                before = found.pop()
                found.append(_Span(before.first, max(before.last, end), max(before.worst, level(one))))
            else:
                found.append(_Span(_first(one, on), end, level(one)))
            is_open = True
        elif clears(one) and is_open:
            found[-1] = msgspec.structs.replace(found[-1], last=one.when.earliest)
            is_open = False
    return found


def _first(one: Sighting, on: Occasion) -> datetime:
    """Return from when on signs are its own: a person graded the day, of which the record may tell from its morning on."""
    return on.midnight(on.day_of(one.when.earliest)) if one.origin == "assessment" else one.when.earliest
