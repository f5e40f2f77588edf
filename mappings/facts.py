"""Facts: what a reader could say about a patient from one resource. Frozen, unit-safe, free of FHIR.

Every fact keeps its source. A fact that cannot decide anything says why in ``problem`` (a reason of
``findings.Reason``): it still counts as something that is there, so that absence is never claimed beside it.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

import msgspec

from mappings.codes import Code
from mappings.findings import Cohort, Reason
from mappings.intervals import Interval, When


class Source(msgspec.Struct, frozen=True):
    """The resource behind a fact: relative reference, version where the server gave one, and when it was known."""

    reference: str
    version: str | None = None
    issued: datetime | None = None


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """What all facts share. ``concepts`` are names of value sets; ``raw`` is the value as it was sent."""

    source: Source
    concepts: frozenset[str] = frozenset()
    when: When | None = None
    raw: str = ""
    problem: Reason | None = None


Answer = Literal["positive", "negative", "indeterminate"]


class Measurement(Fact, frozen=True, kw_only=True):
    """A number with a unit. ``value``, ``low_normal`` and ``high_normal`` are in ``unit``, the concept's own unit.

    ``factor`` turned the number sent into ``value`` (1 where nothing was converted). ``answer`` is the word that
    came along ("未检出", an interpretation code). ``flag`` is where the laboratory places it in its own range.
    """

    unit: str
    value: Interval | None = None
    factor: Decimal = Decimal(1)
    low_normal: Decimal | None = None
    high_normal: Decimal | None = None
    answer: Answer | None = None
    flag: Literal["low", "normal", "high"] | None = None


class CodedResult(Fact, frozen=True, kw_only=True):
    """A result in words or codes: ``answer`` where it says yes or no, ``codes`` and ``text`` as sent."""

    answer: Answer | None = None
    codes: tuple[Code, ...] = ()
    text: str = ""


Result = Measurement | CodedResult


class Diagnosis(Fact, frozen=True, kw_only=True):
    """A Condition. ``when`` is its onset (the recorded date only bounds it), ``ended`` its abatement.

    ``active`` is ``None`` where the record does not say. ``certain`` is false for unconfirmed, provisional and
    differential diagnoses. ``placed`` is false when no code says what it is: then nothing can be ruled out. ``codes``
    are those that were sent, ``text`` is what it is called.
    """

    active: bool | None = None
    certain: bool = True
    placed: bool = True
    ended: When | None = None
    recorded: When | None = None
    severity: Literal["mild", "moderate", "severe"] | None = None
    text: str = ""
    codes: tuple[Code, ...] = ()


ExposureKind = Literal["administration", "statement", "dispense", "request"]


class Exposure(Fact, frozen=True, kw_only=True):
    """A drug given, taken, dispensed or ordered. ``when`` is its start, ``ended`` its last day where known.

    ``ongoing`` is ``None`` where the record does not say. ``dose_mg`` is one dose and ``daily_mg`` a day's dose, in
    milligrams; ``daily_mg_per_kg`` where it was written per kilogram. ``placed`` as in :class:`Diagnosis`.
    """

    kind: ExposureKind
    ended: When | None = None
    ongoing: bool | None = None
    dose_mg: Decimal | None = None
    daily_mg: Decimal | None = None
    daily_mg_per_kg: Decimal | None = None
    route: str | None = None
    placed: bool = True


class ProcedureDone(Fact, frozen=True, kw_only=True):
    """A procedure that was carried out; ``when`` is its (last) day."""

    placed: bool = True


class Allergy(Fact, frozen=True, kw_only=True):
    """An allergy or intolerance. ``severe`` where criticality, a reaction's severity or its kind says so.

    ``when`` is the first day on which it was there, ``recorded`` the one on which somebody wrote it down.
    """

    active: bool | None = None
    certain: bool = True
    drug: bool | None = None
    severe: bool | None = None
    recorded: When | None = None


class ConsentGiven(Fact, frozen=True, kw_only=True):
    """A Consent that names this study; ``when`` is the day it was signed, ``ended`` the end of its period."""

    active: bool
    permits: bool
    ended: When | None = None


class Attestation(Fact, frozen=True, kw_only=True):
    """The answer of a named person to one clause: whether its sentence holds. ``item`` is a clause or an item id."""

    item: str
    holds: bool
    author: str
    until: date | None = None


class Unanswered(Fact, frozen=True, kw_only=True):
    """The answer of a named person that is neither yes nor no: what was attested on ``item`` before stands no more."""

    when: When
    item: str


class Participation(Fact, frozen=True, kw_only=True):
    """A ResearchSubject of another study; ``ended`` is the end of its period."""

    active: bool | None = None
    ended: When | None = None


class Infusion(Fact, frozen=True, kw_only=True):
    """An infusion of YTS109 cells: ``when`` it began, ``ended`` when it was over, ``kind`` of resource that tells it.

    ``cells`` is how many STAR+ T cells were given, ``cells_per_kg`` how many for each kilogram of body weight, as far
    as the resource says. ``stopped``: it was broken off, or nobody says that it was brought to its end.
    """

    kind: Literal["administration", "procedure"]
    ended: When | None = None
    cells: Decimal | None = None
    cells_per_kg: Decimal | None = None
    stopped: bool = False


class Enrolment(Fact, frozen=True, kw_only=True):
    """A ResearchSubject of this study that a person wrote: ``arm`` where it names one, ``left`` when it ended."""

    state: str
    arm: Cohort | None = None
    left: When | None = None


class Stay(Fact, frozen=True, kw_only=True):
    """An Encounter: from ``when`` to ``ended``. ``inpatient`` is ``None`` where its class does not say."""

    inpatient: bool | None = None
    ended: When | None = None
    ongoing: bool = False


#: The grades of the CTCAE and the ASTCT; 0 is "looked for, and none".
GradeNumber = Literal[0, 1, 2, 3, 4, 5]
Outcome = Literal["resolved", "recovering", "ongoing", "resolved-with-sequelae", "fatal", "unknown"]
Relatedness = Literal["not-related", "unlikely", "possible", "related"]
SeriousnessCriterion = Literal[
    "death", "life-threatening", "hospitalisation", "disability", "congenital-anomaly", "medically-important",
    "intervention",
]  # fmt: skip


class EventReport(Fact, frozen=True, kw_only=True):
    """An AdverseEvent that a person reported: ``when`` it began, ``ended`` where it says, everything as it was sent.

    ``codes`` are those of the event, MedDRA's among them where a site sends them; ``term`` is what it is called.
    ``related`` is to the study product. ``proposal`` is the id of a proposal of ours that a person took over.
    """

    term: str
    codes: tuple[Code, ...] = ()
    ended: When | None = None
    grade: GradeNumber | None = None
    serious: bool | None = None
    criteria: tuple[SeriousnessCriterion, ...] = ()
    outcome: Outcome | None = None
    related: Relatedness | None = None
    expected: bool | None = None
    author: str = ""
    proposal: str | None = None


class Assessment(Fact, frozen=True, kw_only=True):
    """What a named person answered to the trial's questionnaire about one adverse event, the one with the id ``event``.

    ``None`` is "not answered". ``confirmed``: whether it is an adverse event at all; ``dlt``: whether it limits the dose.
    """

    event: str
    author: str
    confirmed: bool | None = None
    related: Relatedness | None = None
    expected: bool | None = None
    serious: bool | None = None
    dlt: bool | None = None


Sex = Literal["female", "male"]


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Who the patient is, as far as the protocol asks. ``replaced``: another Patient resource stands for them now.

    ``died`` is when the patient died, within bounds that may be as wide as a life; ``None`` where no death is known.
    """

    reference: str
    source: Source
    identifier: tuple[str, str] | None = None
    born: tuple[date, date] | None = None
    born_text: str = ""
    sex: Sex | None = None
    died: When | None = None
    replaced: bool = False
