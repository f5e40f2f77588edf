"""Graded results as sightings: the moments at which a measured value shows an event, shows none, or leaves it open."""

from typing import cast

from mappings.codes import Code
from mappings.criteria.measured import lower_normal, upper_normal
from mappings.follow_reasons import SightingReason
from mappings.followed import EventTerm, Sighting, Timeline
from mappings.record import Record
from mappings.safety.bedside import ctcae
from mappings.safety.laboratory import Graded, graded
from mappings.safety.states import began, shows
from mappings.safety.terms import Version
from mappings.safety.vocabulary import FEVER, NCIT, TERMS, named
from mappings.site import Occasion


def measured(record: Record, line: Timeline, on: Occasion) -> list[Sighting]:
    """Return every result that a term of the CTCAE grades, held against ``line.baseline``.

    A result without a date counts only where it shows something: then it may be of any time. Fever hangs on how long it
    lasts, and is told with the other signs at the bedside.
    """
    version = cast("Version", on.definitions.adverse_events.version.value)
    found = [one for one in graded(record, on, version, line.baseline) if one.term.name != FEVER.name]
    return [sighting for one in found if shows(sighting := _sighting(one, on)) or one.result.when]


def _sighting(one: Graded, on: Occasion) -> Sighting:
    known = named(one.term.name)
    interest = known.interest if known else None
    return Sighting(
        term=TERMS.get(one.term.name) or EventTerm(one.term.name, Code(NCIT, one.term.ncit, one.term.name), interest),
        origin="laboratory",
        facts=(one.result,),
        when=began(one.result, on),
        grade=one.grade.grade,
        at_least=one.grade.at_least,
        scale=ctcae(on),
        reason=_reason(one, on),
    )


def _reason(one: Graded, on: Occasion) -> SightingReason:
    """Return why a result has the grade that it has, or none: where only a baseline is missing, whether it is abnormal."""
    measured = one.measured
    if one.grade.reason != "no-baseline" or measured is None or measured.value is None:
        return one.grade.reason
    is_high = one.term.direction == "high"
    limit = upper_normal(measured, on) if is_high else lower_normal(measured, on)
    if limit is None:
        return "no-range"
    outside = measured.value.above(limit) if is_high else measured.value.below(limit)
    return "no-baseline" if outside else "censored" if outside is None else "in-range"
