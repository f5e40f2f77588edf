"""The tables of the trial's endpoints over all treated participants: adverse events, dose-limiting toxicities, responses.

The registered record asks for types, severity and frequency. A type is a term, its severity the worst grade of each
participant, and as "frequency" can be read in two ways, participants and events are both counted. Intervals of
confidence are for the trial's statistician: an exact one takes a quantile of the beta distribution.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Literal

import msgspec

from mappings.facts import GradeNumber
from mappings.findings import Cohort
from mappings.followed import (
    DltEvent,
    DltState,
    DltWatch,
    Episode,
    Followed,
    Interest,
    PlateletResult,
    RenalResult,
    Response,
)

Level = Literal[1, 2, "unknown"]
LEVELS: Final[tuple[Level, ...]] = (1, 2, "unknown")
#: A grade of a table; what nobody could grade stands last.
Severity = Literal[1, 2, 3, 4, 5, "not-graded"]
SEVERITIES: Final[tuple[Severity, ...]] = (1, 2, 3, 4, 5, "not-graded")
#: What a row is about: one term, or a total over all events, the serious ones, or those of one special interest.
Kind = Literal["any", "serious", "interest", "term"]
KINDS: Final[tuple[Kind, ...]] = ("any", "serious", "interest", "term")
Endpoint = Literal["renal", "platelets"]
_ENDPOINTS: Final[dict[Endpoint, Cohort]] = {"renal": "LN", "platelets": "ITP"}
Result = RenalResult | PlateletResult


class CountedEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One adverse event as it is counted; ``emergent`` ``None``: nobody can tell whether it came with the treatment."""

    term: str
    severity: Severity
    emergent: Literal[True] | None
    serious: bool = False
    interest: Interest | None = None


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """One treated participant as the tables count them, made by :func:`counted`."""

    level: Level
    cohort: Cohort | None
    events: tuple[CountedEvent, ...] = ()
    dlt: DltState
    evaluable: bool | None
    toxicities: tuple[DltEvent, ...] = ()
    renal: Response
    platelets: Response


class SafetyRow(msgspec.Struct, frozen=True, kw_only=True):
    """How many participants have ``about`` at this dose level with this as their worst grade, and how many events do.

    ``subjects`` and ``events`` are of events that came with the treatment; those of which nobody can tell whether they
    did stand beside them as ``subjects_unknown`` and ``events_unknown``.
    """

    kind: Kind
    about: str
    level: Level
    severity: Severity
    subjects: int = 0
    events: int = 0
    subjects_unknown: int = 0
    events_unknown: int = 0


class SafetyTable(msgspec.Struct, frozen=True):
    """Types of events by worst grade and dose level; ``treated`` is the number of participants at each level."""

    treated: dict[Level, int]
    rows: tuple[SafetyRow, ...]


class DltRow(msgspec.Struct, frozen=True, kw_only=True):
    """The windows of one dose level. ``evaluable_unknown``: the number of whom it cannot be told yet."""

    level: Level
    treated: int
    evaluable: int
    evaluable_unknown: int
    with_dlt: int
    none: int
    open: int
    data_gap: int
    toxicities: tuple[DltEvent, ...]


class DltTable(msgspec.Struct, frozen=True):
    """Dose-limiting toxicities by dose level, each with its type, grade, day of onset and duration."""

    rows: tuple[DltRow, ...]


class ResponseRow(msgspec.Struct, frozen=True, kw_only=True):
    """The answers of one cohort and dose level to one endpoint.

    ``responders`` are so by the composite strategy: who is not evaluable once week 12 is over is none, and is listed in
    ``results`` by that name. ``decided`` is the number of whom it is known whether they respond.
    """

    endpoint: Endpoint
    cohort: Cohort | None
    level: Level
    subjects: int
    decided: int
    responders: int
    results: dict[Result, int]


class ResponseTable(msgspec.Struct, frozen=True):
    """Responses at week 12 by endpoint, cohort and dose level."""

    rows: tuple[ResponseRow, ...]


def counted(followed: Followed) -> Counted:
    """Return ``followed`` as it is counted: without events that are none by a person's word, or not of the treatment."""
    return Counted(
        level=followed.timeline.dose.level or "unknown",
        cohort=followed.timeline.cohort,
        events=tuple(
            _counted(one, True if one.emergent else None)
            for one in followed.events
            if one.confirmed is not False and one.emergent is not False
        ),
        dlt=followed.dlt.state,
        evaluable=followed.dlt.evaluable,
        toxicities=_toxicities(followed.dlt),
        renal=followed.renal,
        platelets=followed.platelets,
    )


def _counted(episode: Episode, emergent: Literal[True] | None) -> CountedEvent:
    """Return ``episode`` under its worst grade; one that nobody graded under the grade that it reaches for sure."""
    grade: GradeNumber = episode.at_least if episode.worst_grade is None else episode.worst_grade
    return CountedEvent(
        term=episode.term.name,
        severity=grade or "not-graded",
        emergent=emergent,
        serious=episode.serious is True,
        interest=episode.term.interest,
    )


def _toxicities(watch: DltWatch) -> tuple[DltEvent, ...]:
    """Return the events that make the window's state ``dlt``: by a person's word, else by every number of their rule."""
    return tuple(one for one in watch.events if one.confirmed or (one.confirmed is None and one.certain))


def safety_table(subjects: Iterable[Counted]) -> SafetyTable:
    """Return the table of adverse events: totals first, then every term by its name."""
    found = tuple(subjects)
    totals: dict[tuple[Kind, str, Level, Severity], Counter[str]] = defaultdict(Counter)
    for subject in found:
        for (kind, about), events in _groups(subject.events).items():
            _add(totals, kind, about, subject.level, [one for one in events if one.emergent], "")
            _add(totals, kind, about, subject.level, [one for one in events if not one.emergent], "_unknown")
    rows = [
        SafetyRow(kind=kind, about=about, level=level, severity=severity, **numbers)
        for (kind, about, level, severity), numbers in totals.items()
    ]
    return SafetyTable({level: _treated(found, level) for level in LEVELS}, tuple(sorted(rows, key=_place)))


def _groups(events: Iterable[CountedEvent]) -> dict[tuple[Kind, str], list[CountedEvent]]:
    """Return ``events`` by every row that they belong to."""
    groups: dict[tuple[Kind, str], list[CountedEvent]] = defaultdict(list)
    for one in events:
        groups["any", ""].append(one)
        groups["term", one.term].append(one)
        if one.serious:
            groups["serious", ""].append(one)
        if one.interest:
            groups["interest", one.interest].append(one)
    return groups


def _add(
    totals: dict[tuple[Kind, str, Level, Severity], Counter[str]],
    kind: Kind,
    about: str,
    level: Level,
    events: Sequence[CountedEvent],
    column: str,
) -> None:
    """Add one participant's ``events``: the participant once, under the worst grade that is known."""
    for one in events:
        totals[kind, about, level, one.severity]["events" + column] += 1
    if events:
        totals[kind, about, level, _worst(events)]["subjects" + column] += 1


def _worst(events: Iterable[CountedEvent]) -> Severity:
    graded = [one.severity for one in events if one.severity != "not-graded"]
    return max(graded, default="not-graded")


def _place(row: SafetyRow) -> tuple[int, str, int, int]:
    return KINDS.index(row.kind), row.about, LEVELS.index(row.level), SEVERITIES.index(row.severity)


def _treated(subjects: Iterable[Counted], level: Level) -> int:
    return sum(one.level == level for one in subjects)


def dlt_table(subjects: Iterable[Counted]) -> DltTable:
    """Return the table of dose-limiting toxicities; a planned dose level is in it even if nobody was treated at it."""
    found = tuple(subjects)
    rows = [_dlt_row(level, [one for one in found if one.level == level]) for level in LEVELS]
    return DltTable(tuple(row for row in rows if row.treated or row.level != "unknown"))


def _dlt_row(level: Level, subjects: Sequence[Counted]) -> DltRow:
    states = Counter(one.dlt for one in subjects)
    evaluable = Counter(one.evaluable for one in subjects)
    toxicities = [event for one in subjects for event in one.toxicities]
    return DltRow(
        level=level,
        treated=len(subjects),
        evaluable=evaluable[True],
        evaluable_unknown=evaluable[None],
        with_dlt=states["dlt"],
        none=states["none"],
        open=states["open"],
        data_gap=states["data-gap"],
        toxicities=tuple(sorted(toxicities, key=lambda one: (one.term, one.onset.latest, one.episode))),
    )


def response_table(subjects: Iterable[Counted]) -> ResponseTable:
    """Return the table of responses: each endpoint in its cohort, and wherever else it applies to somebody."""
    groups: dict[tuple[Endpoint, Cohort | None, Level], list[Response]] = defaultdict(list)
    for subject in subjects:
        for endpoint, response in _responses(subject):
            groups[endpoint, subject.cohort, subject.level].append(response)
    rows = [_response_row(*key, found) for key, found in groups.items()]
    return ResponseTable(
        tuple(sorted(rows, key=lambda row: (row.endpoint != "renal", row.cohort or "~", LEVELS.index(row.level))))
    )


def _responses(subject: Counted) -> Iterator[tuple[Endpoint, Response]]:
    answers: dict[Endpoint, Response] = {"renal": subject.renal, "platelets": subject.platelets}
    for endpoint, response in answers.items():
        if subject.cohort == _ENDPOINTS[endpoint] or response.result != "not-applicable":
            yield endpoint, response


def _response_row(endpoint: Endpoint, cohort: Cohort | None, level: Level, found: Sequence[Response]) -> ResponseRow:
    results = Counter(one.result for one in found)
    return ResponseRow(
        endpoint=endpoint,
        cohort=cohort,
        level=level,
        subjects=len(found),
        decided=sum(one.responder is not None for one in found),
        responders=sum(one.responder is True for one in found),
        results={result: results[result] for result in sorted(results)},
    )
