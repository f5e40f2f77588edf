"""What the course of an event says about a grade: whether it was reached, and whether it went on too long.

A grade counts from the moment at which it was first seen until the first moment at which a lower one was. Nothing is
read into the time between two steps: an answer needs a step on the right side of the limit, whatever the true grade of
an ungraded step was, and in whatever order two steps came that cannot be told apart in time. Else it is ``None``.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Final

import msgspec

from mappings.follow_reasons import DltAsk
from mappings.followed import Episode, Origin, Step
from mappings.intervals import When
from mappings.site import Occasion

Ask = DltAsk
#: In which order a person should be asked.
ORDER: Final[tuple[Ask, ...]] = ("attribution", "grade", "symptoms", "duration", "dlt")
TICK: Final = timedelta(microseconds=1)
#: The highest grade of an event that nobody graded: whoever dies is known to have died.
UNGRADED: Final = 4


class Point(msgspec.Struct, frozen=True):
    """One moment of a course and the grades between which the event then lay.

    ``symptoms``: only symptoms would make it the higher one. ``is_end``: it is where the event is said to have ended,
    so that whatever was seen on the same day came before.
    """

    when: When
    low: int
    high: int
    origin: Origin
    symptoms: bool = False
    is_end: bool = False


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """An event that may limit the dose: its course since the infusion, ``began`` its onset or when it became worse.

    ``opens`` and ``closes`` are the first and the last instant of the window, ``died`` is when the participant did.
    """

    episode: Episode
    points: tuple[Point, ...]
    began: When
    opens: datetime
    closes: datetime
    died: When | None = None
    on: Occasion


class Ruling(msgspec.Struct, frozen=True):
    """Whether a rule is fulfilled: since ``at``; or ``None``, where the record should have told by ``at``."""

    holds: bool | None
    at: datetime | None = None
    ask: tuple[Ask, ...] = ()


NO: Final = Ruling(False)
#: From the start of a grade: the first instant at which it has lasted too long, and the last at which its end is in time.
Span = Callable[[datetime], tuple[datetime, datetime]]


def points_of(episode: Episode) -> tuple[Point, ...]:
    """Return the course of ``episode``. A grade that is in no step of it is taken to be that of its onset."""
    found = [_point(step, episode) for step in episode.course]
    whole = _whole(episode)
    if whole.low > max((one.low for one in found), default=-1) or whole.high > max(one.high for one in found):
        found.append(whole)
    if episode.end and episode.outcome not in ("fatal", "ongoing"):
        found.append(Point(episode.end, 0, 0, "reported", is_end=True))
    return tuple(sorted(found, key=_order))


def _point(step: Step, episode: Episode) -> Point:
    """Return ``step`` with its bounds. Data do not raise the grade that a person reported for sure, nor lower it."""
    low = step.at_least if step.grade is None else step.grade
    symptoms = step.reason == "symptoms"
    high = max(low, UNGRADED) if step.grade is None else low + symptoms
    said = episode.worst_grade if episode.source == "reported" else None
    if said is None:
        return Point(step.when, low, high, step.origin, symptoms)
    return Point(step.when, min(low, said), high if low > said else min(high, said), step.origin, symptoms)


def _whole(episode: Episode) -> Point:
    """Return the onset with the worst grade of all that the living have, which no step need bear."""
    low = episode.at_least if episode.worst_grade is None else min(episode.worst_grade, UNGRADED)
    if episode.worst_grade is None:
        return Point(episode.onset, low, low if episode.course else UNGRADED, "reported")
    return Point(episode.onset, low, max(low, episode.proposed_grade or 0), "reported")


def _order(one: Point) -> tuple[datetime, datetime, bool, int, int]:
    return one.when.latest, one.when.earliest, one.is_end, one.low, one.high


def reaches(event: Candidate, severe: int) -> Ruling:
    """Return whether the event reached grade ``severe`` within the window."""
    sure = [one.when.latest for one in event.points if one.low >= severe and one.when.latest <= event.closes]
    if sure:
        return Ruling(True, min(sure))
    possible = [one for one in event.points if one.high >= severe and one.when.earliest <= event.closes]
    if not possible:
        return NO
    at = min(event.closes, *(one.when.latest for one in possible))
    return Ruling(None, at, _doubts(possible, severe) or ("dlt",))


def outlasts(event: Candidate, severe: int, span: Span) -> Ruling:
    """Return whether grade ``severe``, reached within the window, went on for longer than ``span`` allows."""
    sure, possible = (_lasting(event, severe, span, sure=sure) for sure in (True, False))
    if sure.holds:
        return sure
    if possible.holds is False:
        return NO
    doubts = _doubts(event.points, severe)
    is_open = not doubts or None in (sure.holds, possible.holds)
    latest = span(event.closes)[1]  # whatever began in the window, and went on for too long, is known by then
    at = min(possible.at, latest) if possible.at else latest
    return Ruling(None, at, (*doubts, "duration") if is_open else doubts)


def _doubts(points: Sequence[Point], severe: int) -> tuple[Ask, ...]:
    """Return what must be asked to tell whether ``points`` have the grade."""
    unclear = [one for one in points if one.low < severe <= one.high]
    return in_order("symptoms" if one.symptoms else "grade" for one in unclear)


def _lasting(event: Candidate, severe: int, span: Span, *, sure: bool) -> Ruling:
    """Return the answer if only points with the grade for ``sure`` have it, or all that may have it."""
    runs = _runs(event.points, severe, sure=sure)
    return any_of(*(_ruled(run, end, span) for run, end in runs if _began(run, sure=sure) <= event.closes))


def _began(run: Sequence[Point], *, sure: bool) -> datetime:
    """Return by when a run had begun for ``sure``, or when it may have begun."""
    return min(one.when.latest if sure else one.when.earliest for one in run)


def _ruled(run: Sequence[Point], end: Point | None, span: Span) -> Ruling:
    """Return whether one unbroken run of a grade was too long: from the first point of ``run`` to ``end``."""
    began = _began(run, sure=True)
    too_long, in_time = span(began)
    if max(one.when.earliest for one in run) >= too_long:
        return Ruling(True, max(too_long, began))
    if end and end.when.latest <= span(_began(run, sure=False))[1]:
        return NO
    return Ruling(None, in_time)


def _runs(points: Sequence[Point], severe: int, *, sure: bool) -> list[tuple[list[Point], Point | None]]:
    """Return each run of points with the grade, and the point without it that ends the run."""
    runs: list[tuple[list[Point], Point | None]] = []
    run: list[Point] = []
    shown: set[Origin] = set()
    for one, alike in zip(points, _alike(points), strict=True):
        if _has(alike, severe, sure=sure):
            run.append(one)
            shown.add(one.origin)
            continue
        shown = set() if sure or _speaks_of_all(one) else shown - {one.origin}
        if run and not shown:
            runs.append((run, one))
            run = []
    return [*runs, (run, None)] if run else runs


def _speaks_of_all(one: Point) -> bool:
    """Whether a lower grade is one of the event as such: a diagnosis of grade 3 is not over for a milder sign elsewhere."""
    return one.is_end or one.high == 0 or one.origin == "laboratory"


def _has(alike: Sequence[Point], severe: int, *, sure: bool) -> bool:
    """Whether a point has the grade: those that may have come in either order are sure only where all agree."""
    if not alike:
        return False
    return all(one.low >= severe for one in alike) if sure else any(one.high >= severe for one in alike)


def _alike(points: Sequence[Point]) -> Iterator[list[Point]]:
    """Yield with each point those that may have come in either order with it, itself among them; with an end none."""
    ordered = sorted((one for one in points if not one.is_end), key=_over)
    over = list(map(_over, ordered))
    begun = list(accumulate((one.when.earliest for one in reversed(ordered)), min))[::-1]
    for one in points:
        yield [] if one.is_end else list(_overlapping(one.when, ordered, over, begun))


def _over(one: Point) -> datetime:
    return one.when.latest


def _overlapping(
    when: When, ordered: Sequence[Point], over: Sequence[datetime], begun: Sequence[datetime]
) -> Iterator[Point]:
    """Yield the points at the time of ``when``: a bedside has thousands, so they are looked up by when they were ``over``.

    ``begun`` is, from each place on, the earliest time at which a point began.
    """
    for place in range(bisect_left(over, when.earliest), len(ordered)):
        if begun[place] > when.latest:
            return
        if ordered[place].when.earliest <= when.latest:
            yield ordered[place]


def any_of(*rulings: Ruling) -> Ruling:
    """Return whether one of several rules is fulfilled, and since when the first of them is."""
    return _joined(rulings, True, min)


def all_of(*rulings: Ruling) -> Ruling:
    """Return whether all of several rules are fulfilled, and since when all of them are."""
    return _joined(rulings, False, max)


def _joined(rulings: Sequence[Ruling], decides: bool, pick: Callable[[list[datetime]], datetime]) -> Ruling:
    """Return the answer that ``decides`` if any has it, else "nobody can tell" if any cannot, else the other answer."""
    for holds in (decides, None, not decides):
        found = [one for one in rulings if one.holds is holds]
        if found:
            times = [one.at for one in found if one.at]
            return Ruling(holds, pick(times) if times else None, in_order(ask for one in found for ask in one.ask))
    return NO


def in_order(asks: Iterable[Ask]) -> tuple[Ask, ...]:
    """Return each of ``asks`` once, in their order."""
    wanted = set(asks)
    return tuple(one for one in ORDER if one in wanted)
