"""Grades that a person gave and recorded as an observation, beside those that data propose."""

from collections.abc import Iterable
from typing import Final

from mappings.facts import CodedResult, GradeNumber, Measurement
from mappings.followed import EventTerm, Sighting
from mappings.reading.event_words import grade_told
from mappings.record import Record
from mappings.safety.bedside import Reached, day_of, graded, seen, sure
from mappings.site import Occasion

_GRADES: Final[dict[int, GradeNumber]] = {0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 5}


def assessed(record: Record, concept: str, term: EventTerm) -> list[Sighting]:
    """Return every grade of ``concept`` that was recorded, by the ASTCT: a whole number from 0 to 5, or a word or code for it."""
    return [
        seen(
            term,
            "assessment",
            one.when,
            "ASTCT 2019",
            _said(one) if isinstance(one, CodedResult) else graded(one, _grade),
        )
        for one in record.series((concept,))
        if one.when
    ]


def _said(one: CodedResult) -> Reached:
    told = grade_told(((code.system, code.code, code.display) for code in one.codes), one.text)
    if told is None or one.problem:
        return Reached(0, 4, one.problem or "not-understood", (one,))
    return sure(told, [one])


def _grade(one: Measurement) -> Reached:
    number = one.value.exact if one.value else None
    if number is None:
        return Reached(0, 4, "censored", (one,))
    return sure(_GRADES[int(number)], [one]) if number in _GRADES else Reached(0, 4, "no-value", (one,))


def unless_assessed(proposed: Iterable[Sighting], told: Iterable[Sighting], on: Occasion) -> list[Sighting]:
    """Return those of ``proposed`` on which no person's grade of the same day has the say.

    One that is worse, and surely came after the person had looked, stands.
    """
    graded_ = [one for one in told if one.grade is not None]
    return [one for one in proposed if not any(_is_answered(one, said, on) for said in graded_)]


def _is_answered(one: Sighting, said: Sighting, on: Occasion) -> bool:
    day = day_of(one.when, on)
    if day is None or day != day_of(said.when, on):
        return False
    is_later = one.when.earliest > said.when.latest
    return not (is_later and said.grade is not None and one.at_least > said.grade)
