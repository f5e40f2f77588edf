"""Bleeding in the days before a platelet count: whether there was none of the grade that denies a response."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Final

import msgspec

from mappings.criteria.history import last_known
from mappings.endpoints.responses import Question, all_of
from mappings.endpoints.visits import is_usable, looked_at, study_day, within
from mappings.facts import CodedResult, Diagnosis, Result
from mappings.followed import Check, Episode, Input, Timeline
from mappings.intervals import opposite
from mappings.reading.event_words import grade_told
from mappings.site import Occasion

RECORDED: Final = ("Condition", "AdverseEvent")
CONCEPT: Final = "ae.bleeding"
GRADE: Final = ("obs.bleeding_grade",)
_DAY: Final = timedelta(days=1)
#: How the severity of a diagnosis reads as a grade (CTCAE 5.0: mild is grade 1, moderate grade 2, severe grade 3).
_GRADES: Final = {"mild": 1, "moderate": 2, "severe": 3}


def no_bleeding(ask: Question, days: tuple[date, date]) -> tuple[Check, list[Input]]:
    """Return whether there was no bleeding of the limit's grade or worse within some days before the count of ``days``.

    A bleeding whose grade is not known leaves it open, and so does a record that need not hold every diagnosis. What
    denies the response, or may, is returned beside.
    """
    ours, on, line = ask.on.definitions.platelet_response, ask.on, ask.line
    span = days[0] - timedelta(days=ours.bleeding_days.days), days[1]
    least = ours.bleeding_grade.value
    diagnoses, grades = ask.record.diagnosed((CONCEPT,)), ask.record.series(GRADE)
    found = [
        *((_episode(one, span, least, on), _told(one, line, on)) for one in ask.episodes),
        *((_diagnosis(one, span, least, on), looked_at(one, line, on)) for one in diagnoses),
        *((_grade(one, span, least, on), looked_at(one, line, on)) for one in grades),
    ]
    inputs = [
        one if answer else msgspec.structs.replace(one, used=False, note="bleeding-unclear")
        for answer, one in found
        if answer is not False
    ]
    if any(answer for answer, _ in found):
        return Check(rule="no-bleeding", holds=False, reason="bleeding"), inputs
    doubt = "bleeding-unclear" if inputs else ask.record.no_absence(on, RECORDED, span[0])
    return Check(rule="no-bleeding", holds=None if doubt else True, reason=doubt or ""), inputs


def _told(one: Episode, line: Timeline, on: Occasion) -> Input:
    evidence = one.evidence[0] if one.evidence else None
    return Input(name=one.term.name, day=study_day(one.onset, line, on), text=one.id, evidence=evidence)


def _episode(one: Episode, span: tuple[date, date], least: Decimal, on: Occasion) -> bool | None:
    """Whether an adverse event is such a bleeding within ``span``."""
    if one.term.interest != "bleeding" or one.confirmed is False:
        return False
    begun = within(one.onset, date.min, span[1], on)
    over = within(one.end, date.min, span[0] - _DAY, on) if one.end else False
    grade = one.worst_grade if one.worst_grade is not None else one.at_least if one.at_least >= least else None
    return all_of((begun, opposite(over), None if grade is None else grade >= least))


def _diagnosis(one: Diagnosis, span: tuple[date, date], least: Decimal, on: Occasion) -> bool | None:
    """Whether a diagnosis is such a bleeding within ``span``; one that is over on a day unknown may have been."""
    begun = within(last_known(one), date.min, span[1], on)
    over = within(one.ended, date.min, span[0] - _DAY, on) if one.ended else None if one.active is False else False
    grade = _GRADES.get(one.severity or "")
    is_sure = True if one.certain else None
    return all_of((begun, opposite(over), is_sure, None if grade is None else grade >= least))


def _grade(one: Result, span: tuple[date, date], least: Decimal, on: Occasion) -> bool | None:
    """Whether a bleeding grade within ``span``, in a number, a word or a code, reaches the limit; one unread may have."""
    if one.problem == "no-value":
        return False
    return all_of((within(one.when, *span, on), _reaches(one, least)))


def _reaches(one: Result, least: Decimal) -> bool | None:
    if isinstance(one, CodedResult):
        told = grade_told(((code.system, code.code, code.display) for code in one.codes), one.text)
        return None if told is None or one.problem else told >= least
    return one.value.at_least(least) if one.value and is_usable(one) else None
