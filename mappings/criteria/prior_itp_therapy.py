"""I02-ITP-1: what was given for immune thrombocytopenia before."""

from datetime import timedelta
from typing import Final

from mappings.criteria.glucocorticoid_courses import Course, courses, turns, unclear_courses
from mappings.criteria.verdicts import judgement, not_met, unknown
from mappings.criteria.washout import MEDICATION_TYPES, last_exposure
from mappings.drugs import BIOLOGIC, SUPPRESSANT
from mappings.facts import Exposure
from mappings.findings import Finding
from mappings.record import Record
from mappings.site import Occasion

CLAUSE: Final = "I02-ITP-1"


def prior_itp_therapy(record: Record, on: Occasion) -> Finding:
    """Immune thrombocytopenia did not respond to a methylprednisolone pulse or high-dose glucocorticoid together
    with at least one immunosuppressant.

    Courses and agents are told from what was given; that they failed, only a person can say. A pulse below 1 g is
    laid before a person too. What was only prescribed, or is not known in full, proves no course and leaves the clause
    open; it bars only where every medication record is there and nothing in them may be what is asked for.
    """
    found, suppressants = courses(record, on), _suppressants(record)
    for course in found:
        agents = [one for one in _beside(course, suppressants, on) if one.kind != "request" and one.when]
        if agents or _is_enough_alone(course, on):
            return judgement(CLAUSE, "needs-person", [*course.exposures, *agents[:1]], about=course.kind)
    possible = [*found, *unclear_courses(record, on)]
    hopeful = [course for course in possible if _beside(course, suppressants, on) or _is_enough_alone(course, on)]
    facts = list(dict.fromkeys(one for course in hopeful or found for one in course.exposures))
    if hopeful or record.no_absence(on, MEDICATION_TYPES):
        concept = "rx.glucocorticoid.methylprednisolone"
        return unknown(CLAUSE, "missing", facts, concept=concept, turns=turns(record, on))
    return not_met(CLAUSE, "absent", facts)


def _is_enough_alone(course: Course, on: Occasion) -> bool:
    """Whether a course asks for no immunosuppressant beside it, as the site reads the sentence."""
    return course.kind != "high-dose" and on.site.interpretations.itp_suppressant == "high-dose-only"


def _suppressants(record: Record) -> list[Exposure]:
    return [one for one in record.exposures if any(name.startswith((SUPPRESSANT, BIOLOGIC)) for name in one.concepts)]


def _beside(course: Course, suppressants: list[Exposure], on: Occasion) -> list[Exposure]:
    """Return those of ``suppressants`` that may have been taken within some months of ``course``."""
    near = timedelta(days=on.limits.combination_window.days)
    return [
        one
        for one in suppressants
        if (one.when is None or on.day_of(one.when.earliest) - course.last <= near)
        and course.first - on.day_of(last_exposure(one, on)[1]) <= near
    ]
