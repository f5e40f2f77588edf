"""The watch over dose-limiting toxicities, the trial's primary endpoint: per participant and for each day of the window.

It is a proposal until a person confirms it, and a pure function of the record: a result that comes late or is corrected
re-judges the past. A window is called clean only when it is over, was followed to its end, and no event is left open.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from mappings.criteria.verdicts import evidence_of
from mappings.definitions import named
from mappings.facts import Assessment
from mappings.findings import Evidence
from mappings.followed import DltDay, DltEvent, DltState, DltWatch, Episode, Timeline
from mappings.intervals import When
from mappings.record import Record
from mappings.safety.dlt_course import NO, TICK, Ask, Candidate, Ruling, in_order, points_of
from mappings.safety.dlt_days import WEIGHT, Pending, days_of, death_day
from mappings.safety.dlt_doubts import doubts
from mappings.safety.dlt_rules import is_fatal, ruled
from mappings.safety.vocabulary import DEATH, UNNAMED
from mappings.safety.words import latest, strays
from mappings.site import Occasion
from mappings.timeline import day_on, is_after, study_day


def watch(episodes: Iterable[Episode], record: Record, line: Timeline, on: Occasion) -> DltWatch:
    """Return the state of the window, of each of its days, and the events that limit the dose or may."""
    if line.day0 is None:
        return DltWatch(state="data-gap", definition=named("dlt", on), why="no-day-0")
    found = sorted(episodes, key=lambda one: (one.onset.latest, one.onset.earliest, one.id))
    pending = [one for episode in found if (one := _judged(episode, line, on))] + _unexplained(found, record, line, on)
    pending += [*_in_doubt(pending, record, line, on), *_strayed(found, record, line, on)]
    days = days_of(line, pending, record, on)
    worst = max(days, key=lambda day: WEIGHT.index(day.state))
    return DltWatch(
        state=worst.state,
        definition=named("dlt", on),
        window=(days[0].on, days[-1].on),
        days=days,
        events=tuple(one.event for one in pending),
        evaluable=_evaluable(worst, pending, line, on),
        why=worst.why,
    )


def _judged(episode: Episode, line: Timeline, on: Occasion) -> Pending | None:
    """Return ``episode`` as one that limits the dose, or may, or would but for a person's word; else ``None``.

    A person's yes counts whatever else is said of the event.
    """
    event = _candidate(episode, line, on)
    rule, ruling = ruled(event) if event else ("other", NO)
    if not episode.dlt and (ruling.holds is False or _is_out(episode, on)):
        return None
    ruling = _as_sure_as(episode, event, ruling)
    made = DltEvent(
        episode=episode.id,
        term=episode.term.name,
        grade=episode.worst_grade,
        onset=episode.onset,
        day=_day_of(episode.onset, line, on),
        lasted=_lasted(episode, line, on),
        rule="person" if ruling.holds is False else rule,
        certain=ruling.holds is not None,
        confirmed=episode.dlt,
        ask=_asks(episode, ruling, on),
        evidence=episode.evidence,
    )
    return _pending(made, ruling, event.began if event else episode.onset, line, on)


def _candidate(episode: Episode, line: Timeline, on: Occasion) -> Candidate | None:
    """Return ``episode`` with its course since the infusion; ``None`` if it did not come in the window and after it.

    An event that was there before and has become worse begins with the first step that is above its baseline. A
    cytopenia of lymphodepletion began before the infusion, and may be one that does not recover.
    """
    if episode.confirmed is False or (episode.emergent is False and episode.term.interest != "cytopenia"):
        return None
    opens = on.midnight(day_on(line, 0))
    closes = on.midnight(day_on(line, on.definitions.dlt.window.days + 1)) - TICK
    points = tuple(one for one in points_of(episode) if is_after(line, one.when) is not False)
    worse = [one.when for one in points if one.high > (episode.baseline_grade or 0)]
    onset = _onset(episode, line, on)
    began = onset if onset.latest >= opens else min(worse, key=_first, default=None)
    if began is None or began.earliest > closes:
        return None
    return Candidate(episode=episode, points=points, began=began, opens=opens, closes=closes, died=line.died, on=on)


def _onset(episode: Episode, line: Timeline, on: Occasion) -> When:
    """Return the onset; of a death of which the day is not known, not before the day on which the participant was last seen."""
    day, onset = death_day(line, on), episode.onset
    if day is None or episode.term != DEATH:
        return onset
    return When(max(onset.earliest, on.midnight(day)), onset.latest, onset.text)


def _first(when: When) -> tuple[datetime, datetime]:
    return when.latest, when.earliest


def _is_out(episode: Episode, on: Occasion) -> bool:
    """Whether a person's word on causality takes the event out; a death only if it is clearly unrelated."""
    if on.definitions.dlt.causality.value == "any":
        return False
    return episode.related == "not-related" or (episode.related == "unlikely" and not is_fatal(episode))


def _as_sure_as(episode: Episode, event: Candidate | None, ruling: Ruling) -> Ruling:
    """Return ``ruling``, which is not known where it is not known that the event came with the treatment, in the window."""
    if not ruling.holds or (episode.emergent and event and event.began.latest <= event.closes):
        return ruling
    return Ruling(None, ruling.at, ("dlt",))


def _asks(episode: Episode, ruling: Ruling, on: Occasion) -> tuple[Ask, ...]:
    """Return what a person must say: nothing more where one has decided."""
    if episode.dlt is not None:
        return ()
    is_asked = episode.related is None and on.definitions.dlt.causality.value == "possibly-related"
    attribution: tuple[Ask, ...] = ("attribution",) if is_asked else ()
    return in_order((*attribution, *ruling.ask)) or ("dlt",)


def _pending(event: DltEvent, ruling: Ruling, began: When, line: Timeline, on: Occasion) -> Pending:
    """Return what ``event`` does to the window. What was decided after its last day is shown on its last day."""
    first, last = day_on(line, 0), day_on(line, on.definitions.dlt.window.days)
    begins = min(max(on.day_of(began.earliest), first), last)
    at = ruling.at if ruling.holds or event.confirmed is None else None
    since = min(max(on.day_of(at), begins), last) if at else begins
    return Pending(event, _state(event, ruling, on), begins, since)


def _state(event: DltEvent, ruling: Ruling, on: Occasion) -> DltState:
    """Return what ``event`` comes to: a person's word, else the rule's, else whether its data are still to come."""
    if event.confirmed is not None:
        return "dlt" if event.confirmed else "none"
    if ruling.holds:
        return "dlt"
    return "open" if ruling.at and on.at <= ruling.at else "data-gap"


def _day_of(when: When | None, line: Timeline, on: Occasion) -> int | None:
    """Return the study day of ``when``, where it is known to the day."""
    days = {study_day(line, instant, on) for instant in (when.earliest, when.latest)} if when else set()
    return days.pop() if len(days) == 1 else None


def _lasted(episode: Episode, line: Timeline, on: Occasion) -> int | None:
    first, last = _day_of(episode.onset, line, on), _day_of(episode.end, line, on)
    return None if first is None or last is None else last - first + 1


def _unexplained(episodes: Sequence[Episode], record: Record, line: Timeline, on: Occasion) -> list[Pending]:
    """Return a death that may lie in the window, and that no event explains, as an event of its own."""
    first, last = death_day(line, on), day_on(line, on.definitions.dlt.window.days)
    if line.died is None or first is None or first > last:
        return []
    if any(_explains(one, line, on) for one in episodes):
        return []
    is_sure = on.day_of(line.died.latest) <= last
    person = record.person.source
    made = DltEvent(
        episode="",
        term=DEATH.name,
        grade=5,
        onset=line.died,
        day=_day_of(line.died, line, on),
        rule="death",
        certain=is_sure,
        ask=("attribution",),
        evidence=(Evidence(person.reference, person.version, line.died.text),),
    )
    return [_pending(made, Ruling(is_sure or None, on.midnight(first)), line.died, line, on)]


def _in_doubt(pending: Sequence[Pending], record: Record, line: Timeline, on: Occasion) -> list[Pending]:
    """Return what results that cannot be graded may show, as events of their own; not of a term that is waited for anyway."""
    terms = {one.event.term for one in pending}
    return [
        _doubtful(event, evidence, line, on)
        for event, evidence in doubts(record, line, on)
        if event.episode.term.name not in terms
    ]


def _doubtful(event: Candidate, evidence: tuple[Evidence, ...], line: Timeline, on: Occasion) -> Pending:
    rule, ruling = ruled(event)
    made = DltEvent(
        episode="",
        term=event.episode.term.name,
        grade=None,
        onset=event.began,
        day=_day_of(event.began, line, on),
        rule=rule,
        certain=False,
        ask=in_order(("grade", *ruling.ask)),
        evidence=evidence,
    )
    return _pending(made, ruling, event.began, line, on)


def _strayed(episodes: Sequence[Episode], record: Record, line: Timeline, on: Occasion) -> list[Pending]:
    """Return what persons called dose-limiting and no event on record is, as events of their own: no word is lost."""
    said: dict[str, list[Assessment]] = defaultdict(list)
    for one in strays(record, episodes):
        if one.dlt is not None:
            said[one.event].append(one)
    return [
        _stray(event, found, line, on) for event, found in sorted(said.items()) if latest(found, "dlt") is not False
    ]


def _stray(event: str, said: Sequence[Assessment], line: Timeline, on: Occasion) -> Pending:
    first, last = day_on(line, 0), day_on(line, on.definitions.dlt.window.days + 1)
    onset = When(on.midnight(first), on.midnight(last) - TICK)
    made = DltEvent(
        episode=event,
        term=UNNAMED,
        grade=None,
        onset=onset,
        rule="person",
        certain=False,
        ask=("dlt",),
        evidence=evidence_of(said),
    )
    return _pending(made, Ruling(None), onset, line, on)


def _explains(episode: Episode, line: Timeline, on: Occasion) -> bool:
    """Whether ``episode`` stands for the participant's death: as an event of the watch, or as one that a person took out."""
    if not is_fatal(episode) or episode.confirmed is False:
        return False
    return episode.dlt is not None or _is_out(episode, on) or _candidate(episode, line, on) is not None


def _evaluable(worst: DltDay, pending: Sequence[Pending], line: Timeline, on: Occasion) -> bool | None:
    """Return whether the participant counts among those in whom a toxicity could have been seen."""
    is_waiting = (
        worst.state == "open" or worst.why == "unread" or any(one.state in ("open", "data-gap") for one in pending)
    )
    is_followed = worst.state in ("none", "dlt") or (None if is_waiting else False)
    answers = (_is_dosed(line, on), is_followed)
    return False if False in answers else None if None in answers else True


def _is_dosed(line: Timeline, on: Occasion) -> bool | None:
    """Return whether enough of the planned dose was given; with a level that is not known, less than enough of either."""
    given, planned = line.dose.per_kg, on.definitions.treatment
    levels = {1: planned.dose_level_1.value, 2: planned.dose_level_2.value}
    share = on.definitions.dlt.evaluable_dose.value / 100
    if given is None:
        return None
    if line.dose.level is None:
        return False if given < share * min(levels.values()) else None
    return given >= share * levels[line.dose.level]
