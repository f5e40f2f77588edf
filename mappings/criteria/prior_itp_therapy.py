"""I02-ITP-1: what was given for immune thrombocytopenia before."""

from datetime import timedelta
from typing import Final

from mappings.criteria.glucocorticoid_courses import Course, courses
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
    laid before a person too. Without a course the clause bars only where every medication record is there.
    """
    found = courses(record, on)
    for course in found:
        agents = _agents(course, record, on)
        alone = course.kind == "pulse" and on.site.interpretations.itp_suppressant == "high-dose-only"
        if agents or alone:
            facts = [*course.exposures, *agents[:1]]
            return judgement(CLAUSE, "needs-person", facts, about=course.kind)
    doubt = record.no_absence(on, MEDICATION_TYPES)
    facts = [one for course in found for one in course.exposures]
    if doubt:
        return unknown(CLAUSE, "missing", facts, concept="rx.glucocorticoid.methylprednisolone")
    return not_met(CLAUSE, "absent", facts)


def _agents(course: Course, record: Record, on: Occasion) -> list[Exposure]:
    """Return the immunosuppressants that were given within some months of ``course``."""
    near = timedelta(days=on.limits.combination_window.days)
    start, end = on.midnight(course.first) - near, on.midnight(course.last) + near
    return [
        one
        for one in record.exposures
        if one.kind != "request"
        and any(concept.startswith((SUPPRESSANT, BIOLOGIC)) for concept in one.concepts)
        and one.when
        and one.when.latest <= end
        and last_exposure(one, on)[1] >= start
    ]
