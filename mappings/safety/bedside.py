"""What the record shows of a moment at the bedside: the readings that hold, the support that is under way.

A reading holds on its calendar day until the next one, and not beyond: of the next day it says nothing. What an input
leaves open stays open, so that a grade is a span (:class:`Reached`) until everything that bears on it is known.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime

import msgspec

from mappings.criteria.measured import is_below_zero
from mappings.facts import Fact, GradeNumber, Measurement, Result
from mappings.follow_reasons import SightingReason
from mappings.followed import EventTerm, Origin, Scale, Sighting, Timeline
from mappings.intervals import When
from mappings.record import Record
from mappings.site import Occasion


class Reached(msgspec.Struct, frozen=True):
    """Which grade is reached: ``low`` for sure, ``high`` at most; ``doubt`` says why they differ, ``facts`` why at all."""

    low: GradeNumber
    high: GradeNumber
    doubt: SightingReason = ""
    facts: tuple[Fact, ...] = ()


def sure(grade: GradeNumber, facts: Iterable[Fact] = ()) -> Reached:
    """Return that ``grade`` is reached, no more and no less."""
    return Reached(grade, grade, "", tuple(facts))


def worst(*found: Reached) -> Reached:
    """Return what several signs come to together: as much as the worst of them."""
    low, high = max(one.low for one in found), max(one.high for one in found)
    doubt: SightingReason = next((one.doubt for one in found if one.high > low), "")
    facts = {id(fact): fact for one in found for fact in one.facts}
    return Reached(low, high, doubt, tuple(facts.values()))


def stepped(result: Measurement, steps: Mapping[GradeNumber, Callable[[Measurement], bool | None]]) -> Reached:
    """Return the highest of ``steps``, the worst first, that ``result`` takes; it may be that it takes a higher one."""
    high: GradeNumber | None = None
    for grade, takes in steps.items():
        answer = takes(result)
        if answer:
            return Reached(grade, high or grade, "censored", (result,))
        if answer is None and high is None:
            high = grade
    return Reached(0, high or 0, "censored", (result,))


def seen(
    term: EventTerm, origin: Origin, when: When, scale: Scale, found: Reached, why: SightingReason = "graded"
) -> Sighting:
    """Return the sighting that ``found`` is: graded, with ``why``, where only one grade is left."""
    grade = found.low if found.low == found.high else None
    reason = found.doubt if grade is None else why if grade else "not-reached"
    return Sighting(
        term=term,
        origin=origin,
        facts=found.facts,
        when=when,
        grade=grade,
        at_least=found.low,
        scale=scale,
        reason=reason,
    )


def ctcae(on: Occasion) -> Scale:
    """Return the name of the version of the CTCAE in force."""
    return "CTCAE 6.0" if on.definitions.adverse_events.version.value == "6.0" else "CTCAE 5.0"


def is_usable(result: Result) -> bool:
    """Whether ``result`` is a number that could have been measured, or an answer in words, and can decide anything."""
    if result.problem or result.when is None:
        return False
    return not isinstance(result, Measurement) or (result.value is not None and not is_below_zero(result.value))


def graded(result: Result, judge: Callable[[Measurement], Reached]) -> Reached:
    """Return what ``judge`` says of a number that can decide something; what cannot may be anything."""
    if isinstance(result, Measurement) and is_usable(result):
        return judge(result)
    return Reached(0, 4, result.problem or "no-value", (result,))


def after_infusion(when: When, line: Timeline) -> bool:
    """Whether ``when`` may lie at or after the infusion, as far as its date says."""
    return line.infused is not None and when.latest >= line.infused.earliest


def day_of(when: When, on: Occasion) -> date | None:
    """Return the calendar day on which ``when`` lies for sure."""
    first, last = on.day_of(when.earliest), on.day_of(when.latest)
    return first if first == last else None


def in_order(when: When) -> tuple[datetime, datetime]:
    """Return the key by which moments are put in order."""
    return when.earliest, when.latest


class Bedside(msgspec.Struct, frozen=True):
    """Usable results of some concepts by concept and calendar day, each day's the earliest first."""

    record: Record
    on: Occasion
    days: Mapping[tuple[str, date], tuple[Result, ...]]

    def holding(self, concept: str, moment: When, *, or_next: bool = False) -> tuple[Result, ...]:
        """Return the last results of the day up to ``moment``: one, or several that cannot be told apart in time.

        ``or_next``: with none up to then, the first of the day after it.
        """
        day = day_of(moment, self.on)
        found = [(one, one.when) for one in self.days.get((concept, day), ()) if one.when] if day else []
        before = [(one, when) for one, when in found if when.earliest <= moment.latest]
        if before:
            start = max(when.earliest for _, when in before)
            return tuple(one for one, when in before if when.latest >= start)
        end = min((when.latest for _, when in found), default=None)
        return tuple(one for one, when in found if or_next and end and when.earliest <= end)

    def numbers(self, concept: str, moment: When, *, or_next: bool = False) -> tuple[Measurement, ...]:
        """Return those of :meth:`holding` that are numbers."""
        return tuple(one for one in self.holding(concept, moment, or_next=or_next) if isinstance(one, Measurement))

    def results(self, concept: str) -> Iterator[Result]:
        """Yield every result of ``concept`` of which the day is sure."""
        for (name, _), found in self.days.items():
            if name == concept:
                yield from found


def bedside(record: Record, on: Occasion, concepts: Iterable[str]) -> Bedside:
    """Return what ``record`` holds of ``concepts`` by day; a result of which the day is not sure is on none."""
    days: dict[tuple[str, date], list[Result]] = defaultdict(list)
    for concept in concepts:
        for result in filter(is_usable, record.series((concept,))):
            day = day_of(result.when, on) if result.when else None
            if day:
                days[concept, day].append(result)
    ordered = {key: tuple(sorted(found, key=_recency)) for key, found in days.items()}
    return Bedside(record, on, ordered)


def _recency(result: Result) -> tuple[datetime, datetime, str]:
    assert result.when is not None
    return *in_order(result.when), result.source.reference


def or_later(look: Callable[[bool], Reached]) -> Reached:
    """Return what ``look`` finds up to a moment; where that is nothing, a later reading of the day that shows no sign.

    Readings of one round are minutes apart. One that shows a sign says nothing of the time before it.
    """
    found = look(False)
    later = look(True) if found.doubt == "missing" else found
    return later if later.high == 0 else found


def judged(found: Iterable[Measurement], test: Callable[[Measurement], bool | None]) -> bool | None:
    """Whether ``test`` holds of any of ``found``, which are of one time; ``None`` where it may."""
    answers = {test(one) for one in found}
    return True if True in answers else None if None in answers else False
