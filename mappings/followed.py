"""What following a treated participant comes to: timeline, adverse events, dose-limiting toxicities, endpoints.

These are results only; each is made by the function that its docstring names. ``None`` is always "nobody can tell".
Days are study days: Day 0 is the calendar day, in the site's time zone, on which the infusion began.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

import msgspec

from mappings.codes import Code
from mappings.facts import Fact, GradeNumber, Outcome, Relatedness, SeriousnessCriterion
from mappings.findings import Amount, Cohort, Evidence, SetAside
from mappings.follow_reasons import (
    CheckRule,
    DltAsk,
    DltRule,
    DltWhy,
    Note,
    ResponseReason,
    SightingReason,
    TimelineProblem,
)
from mappings.intervals import When


class Dose(msgspec.Struct, frozen=True, kw_only=True):
    """What was given: STAR+ T cells per kilogram and in all, the weight in kg, and the planned level it is nearest to."""

    per_kg: Decimal | None = None
    cells: Decimal | None = None
    weight: Decimal | None = None
    level: Literal[1, 2] | None = None
    evidence: tuple[Evidence, ...] = ()


class Timeline(msgspec.Struct, frozen=True, kw_only=True):
    """Made by :func:`mappings.timeline.timeline`.

    ``day0`` is ``None`` where it is not sure; then ``problems`` says why, and nothing is related to it. ``infused`` is
    when the infusion began. ``baseline`` is the instant at or before which values are baseline values, by
    ``baseline_rule``. ``seen`` is the last calendar day on which anything about the patient is on record.
    ``depletion`` is when the first drug of the lymphodepletion was given, within bounds where its day is not known;
    ``lymphodepleted`` is that day where it is. ``left`` is the day on which the participant left the study, as a person recorded it. ``definition`` names what dose
    levels, lymphodepletion, baseline and visits are.
    """

    day0: date | None
    definition: str = ""
    infused: When | None = None
    dose: Dose = Dose()
    lymphodepletion: tuple[Evidence, ...] = ()
    depletion: When | None = None
    lymphodepleted: date | None = None
    baseline: datetime | None = None
    baseline_rule: Literal["before-lymphodepletion", "before-infusion"] = "before-infusion"
    cohort: Cohort | None = None
    seen: date | None = None
    died: When | None = None
    left: When | None = None
    problems: tuple[TimelineProblem, ...] = ()
    evidence: tuple[Evidence, ...] = ()


#: Which scale a grade is on; the version is part of its name.
Scale = Literal["CTCAE 5.0", "CTCAE 6.0", "ASTCT 2019", "as reported"]
#: Events of special interest.
Interest = Literal[
    "crs", "icans", "gvhd", "iec-hs", "infection", "cytopenia", "hypogammaglobulinaemia", "malignancy", "hbv",
    "bleeding",
]  # fmt: skip


class EventTerm(msgspec.Struct, frozen=True):
    """What kind of event: a term of the CTCAE with its NCIt code, or a name that the site sent (``code``: its first code)."""

    name: str
    code: Code | None = None
    interest: Interest | None = None


Origin = Literal["reported", "diagnosis", "laboratory", "vital-sign", "assessment"]


class Sighting(msgspec.Struct, frozen=True, kw_only=True):
    """One moment or span at which the record shows ``term``, or shows that it is not there (grade 0).

    ``when`` is the moment, or the start of a span that goes on until ``until``. ``lasts``: it is a state that goes on
    until its end is said (a diagnosis, a report), not a moment (a result). ``grade`` ``None`` is "cannot be graded", with the
    reason and ``at_least`` which grade is reached for sure.
    """

    term: EventTerm
    origin: Origin
    facts: tuple[Fact, ...]
    when: When
    until: When | None = None
    lasts: bool = False
    grade: GradeNumber | None = None
    at_least: GradeNumber = 0
    scale: Scale
    reason: SightingReason = "graded"


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step of an episode's course: the grade from ``when`` on."""

    when: When
    grade: GradeNumber | None
    at_least: GradeNumber = 0
    origin: Origin
    reason: SightingReason = "graded"
    evidence: tuple[Evidence, ...] = ()


class Episode(msgspec.Struct, frozen=True, kw_only=True):
    """One adverse event, made by :func:`mappings.safety.episodes.episodes`.

    ``id`` is the same in every run as long as its term and onset are. ``source`` is "reported" where a person reported
    it as an adverse event; else it is our proposal, until ``confirmed`` by a person (``False``: a person says that it is
    none). ``grade`` is the last one, ``worst_grade`` the highest; of a reported event they are the person's, and what
    the data say stands beside them in ``proposed_grade``. ``serious`` ``None``: nothing on record says that it is, and the
    record need not be complete. ``reports`` are the references of the AdverseEvent resources that report it.
    """

    id: str
    term: EventTerm
    scale: Scale
    source: Literal["reported", "derived"]
    confirmed: bool | None
    grade: GradeNumber | None
    worst_grade: GradeNumber | None
    at_least: GradeNumber = 0
    proposed_grade: GradeNumber | None = None
    reason: SightingReason = "graded"
    onset: When
    end: When | None = None
    outcome: Outcome = "unknown"
    baseline_grade: GradeNumber | None = None
    emergent: bool | None = None
    serious: bool | None = None
    criteria: tuple[SeriousnessCriterion, ...] = ()
    related: Relatedness | None = None
    expected: bool | None = None
    assessed_by: str | None = None
    dlt: bool | None = None
    codes: tuple[Code, ...] = ()
    reports: tuple[str, ...] = ()
    course: tuple[Step, ...] = ()
    evidence: tuple[Evidence, ...] = ()


DltState = Literal["open", "none", "dlt", "data-gap"]


class DltEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event that limits the dose, or may. ``certain``: every number of the rule is on record; only a person's word lacks.

    ``confirmed`` is the person's word. ``ask`` names what a person must say: ``attribution``, ``grade``, ``duration`` ...
    ``day`` is the study day of the onset, and ``lasted`` the calendar days from it to the end, the first and the last
    counted; ``None`` where they are not known. ``episode`` is empty for a death that no event explains, and
    for results that cannot be graded and may show a toxicity: they show no event.
    """

    episode: str
    term: str
    grade: GradeNumber | None
    onset: When
    day: int | None = None
    lasted: int | None = None
    rule: DltRule
    certain: bool
    confirmed: bool | None = None
    ask: tuple[DltAsk, ...] = ()
    evidence: tuple[Evidence, ...] = ()


class DltDay(msgspec.Struct, frozen=True):
    """The state of one day of the window."""

    day: int
    on: date
    state: DltState
    why: DltWhy


class DltWatch(msgspec.Struct, frozen=True, kw_only=True):
    """Made by :func:`mappings.safety.dlt.watch`. ``evaluable``: infused as planned, and followed to the end or with a DLT."""

    state: DltState
    definition: str
    window: tuple[date, date] | None = None
    days: tuple[DltDay, ...] = ()
    events: tuple[DltEvent, ...] = ()
    evaluable: bool | None = None
    why: DltWhy = "not-over"


class Input(msgspec.Struct, frozen=True, kw_only=True):
    """One value that a result was made from. ``used`` is false for one that was there and does not count, ``note`` says why.

    ``below`` is the bound of a value that has no number, of "<50" for instance.
    """

    name: str
    day: int | None = None
    value: Amount | None = None
    below: Amount | None = None
    text: str = ""
    used: bool = True
    note: Note = ""
    evidence: Evidence | None = None


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One condition of a definition: whether it holds (``None``: nobody can tell, ``reason`` says why), and its limit."""

    rule: CheckRule
    holds: bool | None
    reason: Note = ""
    value: Amount | None = None
    limit: Amount | None = None


RenalResult = Literal["CRR", "PRR", "NR", "not-evaluable", "not-applicable"]
PlateletResult = Literal["CR", "PR", "NR", "unconfirmed-CR", "unconfirmed-PR", "not-evaluable", "not-applicable"]


class Response(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to one endpoint, made by ``mappings.endpoints``: by which definition, why, and from which inputs.

    ``responder`` is the answer as the composite strategy counts it: not evaluable, once week 12 is over, is no response.
    """

    result: RenalResult | PlateletResult
    definition: str
    reason: ResponseReason = ""
    responder: bool | None = None
    checks: tuple[Check, ...] = ()
    inputs: tuple[Input, ...] = ()


class Expansion(msgspec.Struct, frozen=True, kw_only=True):
    """Kinetics of one analyte in one unit, made by :func:`mappings.endpoints.kinetics.kinetics`.

    Times are days from the infusion. ``auc`` reaches to ``auc_to``; ``truncated``: the last sample lies before the end
    of the planned span. ``half_life`` in days is only there with enough points that fit.
    """

    analyte: str
    unit: str
    definition: str
    cmax: Decimal | None = None
    tmax: Decimal | None = None
    clast: Decimal | None = None
    tlast: Decimal | None = None
    auc: Decimal | None = None
    auc_to: Decimal | None = None
    truncated: bool | None = None
    half_life: Decimal | None = None
    fit: Decimal | None = None
    reason: str = ""
    samples: tuple[Input, ...] = ()


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One analyte at one visit: the value nearest to the visit's day, and its change from baseline."""

    visit: str
    value: Input
    change: Decimal | None = None
    percent: Decimal | None = None


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """One pharmacodynamic analyte over time."""

    analyte: str
    unit: str
    baseline: Input | None = None
    visits: tuple[Change, ...] = ()
    values: tuple[Input, ...] = ()


class BCells(msgspec.Struct, frozen=True, kw_only=True):
    """Depletion and recovery of B cells: the first day at or below the limit, the first of the counts above it again."""

    depleted: int | None = None
    recovered: int | None = None
    aplasia_days: int | None = None
    nadir: Input | None = None
    nadir_percent: Decimal | None = None
    reason: str = ""


class Dynamics(msgspec.Struct, frozen=True, kw_only=True):
    """Made by :func:`mappings.endpoints.dynamics.dynamics`."""

    definition: str
    b_cells: BCells = BCells()
    courses: tuple[Course, ...] = ()


class ActivityItem(msgspec.Struct, frozen=True, kw_only=True):
    """One item of the SLEDAI-2K: whether it is there; ``computable`` is false for those that only a person can judge."""

    item: str
    weight: int
    present: bool | None
    computable: bool
    reason: Note = ""
    inputs: tuple[Input, ...] = ()


class Activity(msgspec.Struct, frozen=True, kw_only=True):
    """Items of the SLEDAI-2K at one visit. There is no total: most items are for a person."""

    visit: str
    items: tuple[ActivityItem, ...]


class Followed(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about one treated participant at one instant, made by :func:`mappings.following.follow`.

    ``series`` are what the responses are judged by, over time, as :func:`mappings.endpoints.dynamics.series` tells them.
    """

    patient: str
    identifier: tuple[str, str] | None
    at: datetime
    known_at: datetime | None
    timeline: Timeline
    events: tuple[Episode, ...]
    dlt: DltWatch
    renal: Response
    platelets: Response
    expansions: tuple[Expansion, ...]
    dynamics: Dynamics
    activity: tuple[Activity, ...]
    series: tuple[Course, ...] = ()
    unmatched: tuple[str, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
