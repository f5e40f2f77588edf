"""One result, one term of the CTCAE: the grade that the number alone gives, or why it gives none.

"Cannot be graded" is ``None`` with a reason and never grade 0, which says that the number reaches no grade. What the
CTCAE asks besides the number (symptoms, an intervention, danger to life) is for a person; the term names it.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final, Literal

import msgspec

from mappings.criteria.measured import is_below_zero, lower_normal, upper_normal
from mappings.facts import Measurement
from mappings.findings import Reason
from mappings.intervals import Interval, exactly, opposite
from mappings.reading.units import conversion
from mappings.safety import ctcae_v5, ctcae_v6
from mappings.safety.terms import Bound, Criterion, Group, Term, Version
from mappings.site import Occasion

TABLES: Final[Mapping[Version, tuple[Term, ...]]] = {"5.0": ctcae_v5.TERMS, "6.0": ctcae_v6.TERMS}

#: Why a number has no grade; that which a person should see to first comes first.
Ungraded = Literal[
    "no-albumin", "partial-date", "no-range", "no-baseline", "not-fasting", "needs-person", "censored",
]  # fmt: skip
ORDER: Final[tuple[Ungraded, ...]] = (
    "no-albumin", "partial-date", "no-range", "no-baseline", "not-fasting", "needs-person", "censored",
)  # fmt: skip
#: Why a grade is what it is: "symptoms" has the grade of a patient without any, and symptoms would raise it.
GradeReason = Literal["graded", "symptoms", "not-reached"] | Ungraded | Reason


class Grade(msgspec.Struct, frozen=True):
    """A grade and its reason; ``at_least`` is the grade that is reached for sure, ``at_most`` the highest it may be."""

    grade: Literal[0, 1, 2, 3, 4] | None
    reason: GradeReason
    at_least: Literal[0, 1, 2, 3, 4] = 0
    at_most: Literal[0, 1, 2, 3, 4] = 4


class Against(msgspec.Struct, frozen=True):
    """What a result is graded against besides its own normal range.

    ``after``: whether it was taken after the baseline. One that was not is graded by the normal range alone, whatever
    the baseline: a baseline that is held against itself would always come out as unchanged. ``baseline`` is ``None``
    where none is known. ``anticoagulated``: whether the patient was on anticoagulation for sure.
    """

    on: Occasion
    after: bool = False
    baseline: Measurement | None = None
    anticoagulated: bool = False


def grade(measured: Measurement, term: Term, against: Against) -> Grade:
    """Return the grade of ``measured`` by ``term``: decided only where everything that may be true gives one grade."""
    if measured.problem:
        return Grade(None, measured.problem)
    if measured.value is None or is_below_zero(measured.value):
        return Grade(None, "no-value")
    if measured.unit != term.unit:
        return Grade(None, "unit")
    outcomes = [_outcome(term, scene) for scene in _scenes(measured, measured.value, term, against)]
    possible = {severity for outcome in outcomes for severity in outcome.possible}
    if len(possible) == 1:
        return _decided(possible.pop(), symptoms=any(outcome.symptoms for outcome in outcomes))
    reasons = {reason for outcome in outcomes for reason in outcome.reasons} or {_why_unlike(against)}
    return Grade(None, next(reason for reason in ORDER if reason in reasons), min(possible), max(possible))


def _decided(found: Literal[0, 1, 2, 3, 4], *, symptoms: bool) -> Grade:
    reason: GradeReason = "symptoms" if symptoms else "graded" if found else "not-reached"
    return Grade(found, reason, found, found)


class _Scene(msgspec.Struct, frozen=True):
    """One state of affairs that may be true: in it, everything is known as well as it can be."""

    value: Interval
    ratio: Decimal | None  # of the other unit, where the value was sent in it
    lower: Decimal | None
    upper: Decimal | None
    baseline: Interval
    known: bool
    group: Group
    after: bool
    anticoagulated: bool


class _Outcome(msgspec.Struct, frozen=True):
    """Which grades a scene leaves possible, and why more than one."""

    possible: frozenset[Literal[0, 1, 2, 3, 4]]
    reasons: frozenset[Ungraded]
    symptoms: bool = False


def _scenes(measured: Measurement, value: Interval, term: Term, against: Against) -> list[_Scene]:
    """Return every state of affairs: one, or one for each place in its range where the baseline may have been."""
    lower, upper = lower_normal(measured, against.on), upper_normal(measured, against.on)
    ratio = _other_ratio(measured, term)
    before: dict[Group, Interval] = {"normal": _ANY}
    groups = _groups(against.baseline or measured, against) if against.after else before
    known = against.baseline is not None
    return [
        _Scene(value, ratio, lower, upper, baseline, known, group, against.after, against.anticoagulated)
        for group, baseline in groups.items()
    ]


_ANY: Final = Interval(None, None)


def _groups(ranged: Measurement, against: Against) -> dict[Group, Interval]:
    """Return the groups that the patient may belong to, each with what the baseline then was.

    ``ranged`` has the normal range: the baseline itself, or where there is none the result.
    """
    baseline = (against.baseline and against.baseline.value) or _ANY
    lower, upper = lower_normal(ranged, against.on), upper_normal(ranged, against.on)
    is_high = None if upper is None else baseline.above(upper)
    is_low = None if lower is None else baseline.below(lower)
    groups: dict[Group, Interval] = {}
    if is_high is not False:
        groups["high"] = _cut(baseline, Interval(upper, None, low_open=True))
    if not is_high and is_low is not False:
        groups["low"] = _cut(baseline, Interval(None, lower, high_open=True))
    if not is_high and not is_low:
        groups["normal"] = _cut(baseline, Interval(None, upper))
    return groups


def _cut(one: Interval, other: Interval) -> Interval:
    """Return what two intervals that overlap have in common."""
    low, low_open = max(_lower_end(one), _lower_end(other))
    high, high_open = min(_upper_end(one), _upper_end(other))
    return Interval(None if low.is_infinite() else low, None if high.is_infinite() else high, low_open, not high_open)


def _lower_end(one: Interval) -> tuple[Decimal, bool]:
    return (Decimal("-Infinity"), False) if one.low is None else (one.low, one.low_open)


def _upper_end(one: Interval) -> tuple[Decimal, bool]:
    return (Decimal("Infinity"), True) if one.high is None else (one.high, not one.high_open)


def _why_unlike(against: Against) -> Ungraded:
    """Return why it is not known where the baseline lay."""
    baseline = against.baseline
    if baseline is None:
        return "no-baseline"
    ends = (lower_normal(baseline, against.on), upper_normal(baseline, against.on))
    return "no-range" if None in ends else "censored"


def _other_ratio(measured: Measurement, term: Term) -> Decimal | None:
    """Return the factor of the term's other unit where ``measured`` was sent in it, or in a power of ten of it."""
    change = conversion(term.concepts[0], term.other_unit) if term.other_unit else None
    return change.ratio if change and _digits(change.ratio) == _digits(measured.factor) else None


def _digits(factor: Decimal) -> tuple[int, ...]:
    return factor.normalize().as_tuple().digits


def _outcome(term: Term, scene: _Scene) -> _Outcome:
    possible: set[Literal[0, 1, 2, 3, 4]] = set()
    reasons: set[Ungraded] = set()
    for severity, criteria in term.steps:
        answers = {criterion: _passes(criterion, scene) for criterion in criteria}
        passed = [criterion for criterion, answer in answers.items() if answer is True]
        if passed:
            symptoms = any(criterion.leaves_open == "symptoms" for criterion in passed)
            return _Outcome(frozenset({*possible, severity}), frozenset(reasons), symptoms)
        unsure = {answer for answer in answers.values() if not isinstance(answer, bool)}
        if unsure:
            possible.add(severity)
            reasons |= unsure
    return _Outcome(frozenset({*possible, 0}), frozenset(reasons))


def _passes(criterion: Criterion, scene: _Scene) -> bool | Ungraded:
    """Whether the value passes every bound of ``criterion``, or why nobody can tell."""
    bounds = criterion.bounds if scene.after else [one for one in criterion.bounds if not one.is_baseline_itself]
    if not _concerns(criterion, bounds, scene):
        return False
    answers = [_beyond(bound, scene) for bound in bounds]
    if False in answers:
        return False
    unsure = {answer for answer in answers if not isinstance(answer, bool)}
    if criterion.leaves_open in ("needs-person", "not-fasting"):
        unsure.add(criterion.leaves_open)
    return next((reason for reason in ORDER if reason in unsure), True)


def _concerns(criterion: Criterion, bounds: Iterable[Bound], scene: _Scene) -> bool:
    """Whether ``criterion`` is meant for this patient; before the baseline nothing is held against it."""
    if not scene.after and any(bound.scale in ("BL", "BL+") for bound in bounds):
        return False
    match criterion.group:
        case "normal":  # or less than normal
            return scene.group != "high"
        case "high" | "low":
            return scene.group == criterion.group
        case "anticoagulated":
            return scene.anticoagulated
    return True


def _beyond(bound: Bound, scene: _Scene) -> bool | Ungraded:
    limit = _limit(bound, scene)
    if limit is None:
        return "no-range"
    answer = _compared(bound, scene.value, limit)
    if answer is None:
        return "no-baseline" if bound.scale in ("BL", "BL+") and not scene.known else "censored"
    return answer


def _limit(bound: Bound, scene: _Scene) -> Interval | None:
    """Return what a value must lie beyond, within bounds where it hangs on the baseline; ``None`` without a range."""
    match bound.scale:
        case "number":
            if bound.other is not None and scene.ratio is not None:
                return exactly(bound.other * scene.ratio)
            return exactly(bound.figure)
        case "LLN":
            return None if scene.lower is None else exactly(scene.lower * bound.figure)
        case "ULN":
            return None if scene.upper is None else exactly(scene.upper * bound.figure)
    low, high = (_moved(end, bound) for end in (scene.baseline.low, scene.baseline.high))
    return Interval(low, high, scene.baseline.low_open, scene.baseline.high_open)


def _moved(end: Decimal | None, bound: Bound) -> Decimal | None:
    if end is None:
        return None
    return end * bound.figure if bound.scale == "BL" else end + bound.figure


def _compared(bound: Bound, value: Interval, limit: Interval) -> bool | None:
    match bound.sign:
        case ">":
            return _above(value, limit)
        case "<=":
            return opposite(_above(value, limit))
        case ">=":
            return opposite(_above(limit, value))
    return _above(limit, value)


def _above(one: Interval, other: Interval) -> bool | None:
    """Whether the number in ``one`` is more than the number in ``other``, whichever they are."""
    if one.low is not None and other.high is not None:
        touching = one.low == other.high and (one.low_open or other.high_open)
        if one.low > other.high or touching:
            return True
    if one.high is not None and other.low is not None and one.high <= other.low:
        return False
    return None
