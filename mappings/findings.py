"""Findings: the answer to one clause for one patient at one instant, and the screening they add up to."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

import msgspec

State = Literal["met", "not-met", "unknown", "judgement", "not-applicable"]
Effect = Literal["allows", "bars", "open"]
Decision = Literal["eligible", "ineligible", "undetermined"]
Kind = Literal["inclusion", "exclusion"]
Cohort = Literal["LN", "ITP"]

#: Why a finding is what it is. ``wording.py`` has a sentence for each, and a test that none is missing.
Reason = Literal[
    "in-range",
    "below-limit",
    "above-limit",
    "absent",
    "present",
    "positive",
    "negative",
    "undetected",
    "listed",
    "not-listed",
    "withdrawn",
    "missing",
    "outdated",
    "unit",
    "no-range",
    "partial-date",
    "no-end",
    "only-prescribed",
    "censored",
    "conflict",
    "preliminary",
    "no-value",
    "not-covered",
    "not-understood",
    "needs-person",
    "attested",
    "not-applicable",
    "deceased",
]

#: Why a resource was not used.
SetAsideReason = Literal[
    "not-relevant",
    "unknown-type",
    "malformed",
    "duplicate-key",
    "unknown-code",
    "no-code",
    "display-contradicts",
    "entered-in-error",
    "refuted",
    "not-done",
    "cancelled",
    "no-result",
    "draft",
    "unknown-modifier",
    "implicit-rules",
    "negated",
    "no-patient",
    "unknown-patient",
    "no-date",
    "bad-date",
    "superseded",
    "duplicate",
    "conflicting-copies",
    "deleted",
    "after-at",
    "not-yet-known",
    "unresolved-reference",
    "own-output",
    "test-patient",
    "inactive",
]


class Amount(msgspec.Struct, frozen=True):
    """A number and its UCUM unit."""

    value: Decimal
    unit: str


class Evidence(msgspec.Struct, frozen=True):
    """One resource behind a finding: what was sent (``raw``) and what it was converted to, and by which factor."""

    reference: str
    version: str | None = None
    time: str | None = None
    raw: str = ""
    value: Decimal | None = None
    unit: str | None = None
    factor: Decimal | None = None


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to one clause.

    ``margin`` is how far ``value`` lies on the allowing side of ``limit`` (negative on the other), in its unit.
    ``concept`` names what would settle an open finding. ``turns`` are the days, in the site's time zone, on which
    the answer could change although no new fact arrives. ``about`` names what the sentence is about where that is
    narrower than the clause (a drug, a test).
    """

    clause: str
    state: State
    reason: Reason
    evidence: tuple[Evidence, ...] = ()
    value: Amount | None = None
    limit: Amount | None = None
    margin: Amount | None = None
    concept: str | None = None
    turns: tuple[date, ...] = ()
    about: str | None = None


class Missing(msgspec.Struct, frozen=True):
    """One item that would settle something: the clause it is asked for, and every clause it would settle."""

    clause: str
    needed: str
    concept: str
    settles: tuple[str, ...]


class SetAside(msgspec.Struct, frozen=True):
    """A resource that was not used, and why."""

    reference: str
    reason: SetAsideReason


class Screening(msgspec.Struct, frozen=True, kw_only=True):
    """All findings for one patient at one instant, in protocol order, and the decision that follows."""

    patient: str
    identifier: tuple[str, str] | None
    at: datetime
    known_at: datetime | None
    decision: Decision
    cohorts: dict[Cohort, Decision]
    eligible_from: date | None
    eligible_until: date | None
    findings: tuple[Finding, ...]
    missing: tuple[Missing, ...]
    set_aside: tuple[SetAside, ...]
