"""Whether an event is serious, by the criteria of ICH E2A: a person's word first, else what the record shows.

Shown are death, a stay in hospital that began while the event was there (unless it is a laboratory value below grade 3,
of which a person must say so), and grade 4 of an event that is more than a laboratory value. Nothing shown means "not serious" only where every Encounter since Day 0 is on record.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

import msgspec

from mappings.facts import EventReport, GradeNumber, SeriousnessCriterion, Stay
from mappings.followed import Timeline
from mappings.intervals import When
from mappings.record import Record
from mappings.safety import ctcae_v5, ctcae_v6
from mappings.safety.vocabulary import RENAMED
from mappings.site import Occasion

_GRADED: Final = (*ctcae_v5.TERMS, *ctcae_v6.TERMS)
#: Terms that are graded by a laboratory value, by the names of both versions.
_VALUES: Final = frozenset(name for term in _GRADED for name in (term.name, RENAMED.get(term.name, term.name)))
#: Those of which a number alone reaches grade 4: then that grade is no danger to life by itself.
_MERE_VALUES: Final = frozenset(
    name for term in _GRADED if 4 in term.written for name in (term.name, RENAMED.get(term.name, term.name))
)
#: A laboratory value of this grade may bring a patient into hospital by itself.
SEVERE: Final = 3
Seriousness = tuple[bool | None, tuple[SeriousnessCriterion, ...]]


class Course(msgspec.Struct, frozen=True):
    """What makes an event serious: its name, when it was there, and how bad it was."""

    name: str
    onset: When
    end: When | None
    grade: GradeNumber | None
    at_least: GradeNumber
    is_fatal: bool


def seriousness(
    course: Course, word: bool | None, reports: tuple[EventReport, ...], record: Record, line: Timeline, on: Occasion
) -> Seriousness:
    """Return whether an event is serious and by which criteria; ``word`` is what a person said."""
    told = tuple(dict.fromkeys(one for report in reports for one in report.criteria))
    if word is not None or told:
        return (bool(told) if word is None else word), told
    stays = [_attributed(_belongs(stay, course, line, on), course) for stay in record.stays]
    shown = tuple(_shown(course, True in stays))
    if shown:
        return True, shown
    is_open = None in stays or (course.grade is None and not _is_mere(course)) or line.day0 is None
    return (None if is_open or _may_lack_stays(record, line.day0, on) else False), ()


def _shown(course: Course, is_hospitalised: bool) -> Iterator[SeriousnessCriterion]:
    if course.is_fatal:
        yield "death"
    if course.at_least == 4 and not _is_mere(course):
        yield "life-threatening"
    if is_hospitalised:
        yield "hospitalisation"


def _is_mere(course: Course) -> bool:
    return course.name in _MERE_VALUES


def _may_lack_stays(record: Record, since: date | None, on: Occasion) -> bool:
    return since is None or record.no_absence(on, ("Encounter",), since) is not None


def _belongs(stay: Stay, course: Course, line: Timeline, on: Occasion) -> bool | None:
    """Whether a patient was taken into hospital while the event was there; not into the stay for the treatment."""
    if stay.inpatient is False:
        return False
    if stay.when is None:
        return None
    first, last = on.day_of(stay.when.earliest), on.day_of(stay.when.latest)
    began, over = on.day_of(course.onset.latest), course.end
    if last < on.day_of(course.onset.earliest) or (over and stay.when.earliest > over.latest):
        return False
    if _covers(stay, line.day0, on):
        return False
    is_certain = first >= began and (over is None or stay.when.latest <= over.latest)
    return True if is_certain and stay.inpatient and not stay.problem else None


def _attributed(belongs: bool | None, course: Course) -> bool | None:
    """Return whether a stay is for the event, as far as a record shows: a laboratory value below grade 3 may have been
    there by the way, while something else brought the patient in. That a person must say."""
    return None if belongs and course.name in _VALUES and (course.grade or course.at_least) < SEVERE else belongs


def _covers(stay: Stay, day0: date | None, on: Occasion) -> bool:
    """Whether the stay is the one in which the patient was treated."""
    if stay.when is None or day0 is None or on.day_of(stay.when.latest) > day0:
        return False
    return stay.ended is None or on.day_of(stay.ended.latest) >= day0
