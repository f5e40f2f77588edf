"""What the endpoints of week 12 have in common: who is asked, which values count, and three-valued conditions."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import ROUND_FLOOR, Context, Decimal
from typing import Final, Literal

import msgspec

from mappings.definitions import named
from mappings.endpoints.visits import baseline, before, hull, in_doubt, is_usable, looked_at, nearest, visit, within
from mappings.facts import Measurement, Result
from mappings.findings import Amount, Cohort
from mappings.follow_reasons import CheckRule, Note
from mappings.followed import Check, Episode, Input, Response, Timeline
from mappings.intervals import Interval, When
from mappings.record import Record
from mappings.site import Occasion

Group = Literal["renal_response", "platelet_response"]
NOTHING: Final[Mapping[int, Note]] = {}
_CENT: Final = Decimal("0.01")
_LONG: Final = Context(prec=99)


class Question(msgspec.Struct, frozen=True):
    """One participant with a sure Day 0, of whom a response at week 12 is asked on one occasion."""

    record: Record
    line: Timeline
    episodes: Sequence[Episode]
    on: Occasion

    @property
    def span(self) -> tuple[date, date]:
        """The days from Day 0 to the end of the window of week 12."""
        assert self.line.day0 is not None
        return self.line.day0, self.window[1]

    @property
    def window(self) -> tuple[date, date]:
        """The first and the last day of the window of week 12."""
        treatment = self.on.definitions.treatment
        return visit(self.line, treatment.week_12, treatment.week_12_window)

    @property
    def is_over(self) -> bool:
        """Whether the window has passed: from then on no new value can be of the visit."""
        return self.on.today > self.window[1]

    def at_visit(self, concepts: Sequence[str]) -> list[Measurement]:
        """Return the value of ``concepts`` closest to week 12, or those that may be it."""
        treatment = self.on.definitions.treatment
        week_12 = self.line, self.on, treatment.week_12, treatment.week_12_window
        found = nearest(self.record, concepts, *week_12)
        return [*found, *in_doubt(found, self.record, concepts, *week_12)]

    def at_baseline(self, concepts: Sequence[str]) -> list[Measurement]:
        """Return the baseline value of ``concepts``, or those that may be it."""
        return baseline(self.record, concepts, self.line, self.on)

    def is_visit(self, found: Iterable[Measurement]) -> bool:
        """Whether at least one of ``found`` was taken in the window for sure."""
        return any(within(one.when, *self.window, self.on) for one in found)

    def is_baseline(self, found: Iterable[Measurement]) -> bool:
        """Whether at least one of ``found`` was taken by baseline for sure."""
        return any(before(one.when, self.line, self.on) for one in found)

    def reference(self, found: Sequence[Measurement]) -> Interval | Note:
        """Return the bounds of a baseline value, or why there is none."""
        if not self.is_baseline(found):
            return "partial-date" if found else "no-baseline"
        return hull(one.value for one in found)

    def held(self, rule: CheckRule, found: Sequence[Measurement], answer: bool | None, limit: Amount | None) -> Check:
        """Return a condition on the values ``found`` of the visit; nobody can tell where none is of it for sure."""
        if not found:
            return Check(rule=rule, holds=None, reason="missing", limit=limit)
        number = hull(one.value for one in found).exact
        value = None if number is None else Amount(number, found[0].unit)
        if not self.is_visit(found):
            return Check(rule=rule, holds=None, reason="partial-date", value=value, limit=limit)
        reason: Note = "" if answer is not None else "censored" if len(found) == 1 else "conflict"
        return Check(rule=rule, holds=answer, reason=reason, value=value, limit=limit)

    def so_far(self, checks: Iterable[Check]) -> tuple[Check, ...]:
        """Return each condition once, as it can be told now: what holds may hold no more before the window is over."""
        told = dict.fromkeys(checks)
        if self.is_over:
            return tuple(told)
        return tuple(msgspec.structs.replace(one, holds=None, reason="not-yet") if one.holds else one for one in told)

    def still_there(self) -> list[Check]:
        """Return whether the participant neither died nor left the study by the end of week 12."""
        return [self._not_yet(self.line.died, "alive", "died"), self._not_yet(self.line.left, "in-study", "left")]

    def _not_yet(self, when: When | None, rule: CheckRule, reason: Note) -> Check:
        happened = False if when is None else within(when, date.min, self.window[1], self.on)
        if happened is None:
            return Check(rule=rule, holds=None, reason="partial-date")
        return Check(rule=rule, holds=not happened, reason=reason if happened else "")


def considered(
    results: Iterable[Result], used: Iterable[Result], ask: Question, notes: Mapping[int, Note] = NOTHING
) -> list[Input]:
    """Return every one of ``results`` that may be of the visit or of the baseline, or is ``used`` or noted.

    Those that are not used say why; ``notes`` are reasons by the ``id`` of a result.
    """
    chosen, line, on = {id(one) for one in used}, ask.line, ask.on
    return [
        looked_at(one, line, on, "" if id(one) in chosen else notes.get(id(one)) or _why_not(one))
        for one in results
        if id(one) in chosen
        or id(one) in notes
        or any_of((within(one.when, *ask.window, on), before(one.when, line, on))) is not False
    ]


def _why_not(one: Result) -> Note:
    return "not-closest" if is_usable(one) else one.problem or "no-value"


def not_asked(group: Group, cohort: Cohort, line: Timeline, on: Occasion) -> Response | None:
    """Return the answer for who is not asked: of the other cohort, or of none that is known, or without a sure Day 0."""
    definition = named(group, on)
    if line.cohort is not None and line.cohort != cohort:
        return Response(result="not-applicable", definition=definition, reason="other-cohort")
    if line.day0 is None:
        gaps = tuple(Check(rule="day-0", holds=None, reason=problem) for problem in line.problems)
        return Response(result="not-evaluable", definition=definition, reason="data-gap", checks=gaps)
    if line.cohort is None:
        return Response(result="not-evaluable", definition=definition, reason="cohort-unknown")
    return None


def all_of(answers: Iterable[bool | None]) -> bool | None:
    """Whether every answer is yes: one no is enough for no, one that nobody can tell leaves it open."""
    found = set(answers)
    return False if False in found else None if None in found else True


def any_of(answers: Iterable[bool | None]) -> bool | None:
    """Whether any answer is yes; one that nobody can tell leaves a no open."""
    found = set(answers)
    return True if True in found else None if None in found else False


def holding(checks: Iterable[Check]) -> bool | None:
    """Whether every condition holds."""
    return all_of(check.holds for check in checks)


def first_with(checks: Iterable[Check], holds: bool | None) -> Check:
    """Return the first of ``checks`` that has this answer."""
    return next(check for check in checks if check.holds is holds)


def at_least_share(value: Interval, reference: Interval, share: Decimal) -> bool | None:
    """Whether ``value`` is at least ``share`` times ``reference``, whichever numbers within their bounds they are."""
    if reference.high is not None and value.at_least(reference.high * share):
        return True
    return False if reference.low is not None and value.at_least(reference.low * share) is False else None


def at_most_share(value: Interval, reference: Interval, share: Decimal) -> bool | None:
    """Whether ``value`` is at most ``share`` times ``reference``, whichever numbers within their bounds they are."""
    if reference.low is not None and value.at_most(reference.low * share):
        return True
    return False if reference.high is not None and value.at_most(reference.high * share) is False else None


def shown(value: Interval | None, unit: str) -> Amount | None:
    """Return a number for people, cut to two decimals, which never lifts it to a limit; ``None`` for a mere bound."""
    number = value.exact if value else None
    return None if number is None else Amount(number.quantize(_CENT, ROUND_FLOOR, _LONG), unit)
