"""What people attested, laid beside what software found: the one place where the two meet."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Final

import msgspec

from mappings.clauses import CLAUSE
from mappings.criteria.verdicts import evidence_of
from mappings.facts import Allergy, Attestation, Diagnosis, Fact
from mappings.findings import Finding, Reason, State
from mappings.record import Record
from mappings.site import Occasion

#: What an investigator found against a patient stands until one says otherwise.
LASTING: Final = frozenset({"E14"})
#: Clauses of what once happened: what is recorded later does not undo what a person said of it.
FOR_GOOD: Final = frozenset({"I02", "I02-LN-1", "I02-ITP-1"})
#: Clauses whose results are shown to the person, day by day, and speak against nothing unless the finding says so.
SHOWN: Final = frozenset({"I03-8", "E13"})
#: What such a finding is about where results do speak against it.
SIGNS: Final = frozenset({"unstable", "perhaps-pregnant"})


def settled(finding: Finding, record: Record, on: Occasion) -> Finding:
    """Return ``finding`` with the latest attestation for its clause taken into account.

    An attestation settles what software left open, unless that rests on something that happened, or was first
    written down, after it was given.
    Where software decided the other way from something on record, the clause is open again ("conflict"); where it
    decided from silence, the person's word stands. Nothing that a person said is lost: their answer is always among
    the evidence when it is of age to count.
    """
    said = _latest(finding.clause, record)
    if not said:
        return finding
    if not _counts(said, on):
        return _lapsed(finding, said)
    if len({one.holds for one in said}) > 1:
        return _open(finding, "conflict", said, on)
    state: State = "met" if said[0].holds else "not-met"
    if finding.state in ("unknown", "judgement"):
        overtaken = not _bars(said[0]) and _is_overtaken(finding, said, record)
        return _with(finding, said) if overtaken else _attested(finding, said, state, on)
    if finding.state == state or (finding.state == "not-applicable" and not _bars(said[0])):
        return _with(finding, said)
    if finding.reason == "absent":
        return _attested(finding, said, state, on)
    return _open(finding, "conflict", said, on)


def _latest(clause: str, record: Record) -> list[Attestation]:
    """Return the attestations for ``clause`` that may be the latest one: one, or several that cannot be told apart."""
    found = [one for one in record.attestations if one.item == clause and one.when]
    start = max((one.when.earliest for one in found if one.when), default=None)
    return [one for one in found if one.when and start and one.when.latest >= start]


def _counts(said: Iterable[Attestation], on: Occasion) -> bool:
    """Whether all of ``said`` are young enough to count, or are of a kind that does not lapse."""
    opens = on.days_back(on.limits.attestation_window.days)
    return all((one.item in LASTING and one.holds) or (one.when and one.when.earliest >= opens) for one in said)


def _bars(one: Attestation) -> bool:
    """Whether what was said keeps the patient out."""
    return (CLAUSE[one.item].kind == "exclusion") == one.holds


def _lapsed(finding: Finding, said: list[Attestation]) -> Finding:
    """Return the finding beside words too old to count: what kept a patient out does not lapse into silence."""
    silent = finding.reason in ("absent", "not-applicable")
    return _open(finding, "outdated", said) if silent and any(map(_bars, said)) else finding


def _is_overtaken(finding: Finding, said: Iterable[Attestation], record: Record) -> bool:
    """Whether ``finding`` rests on what happened, or was first known, after ``said``: nobody took it into account."""
    if finding.clause in FOR_GOOD:
        return False
    given = max(one.when.latest for one in said if one.when)
    behind = {evidence.reference for evidence in finding.evidence}
    weighs = finding.clause not in SHOWN or finding.about in SIGNS
    facts = [*_others(record), *(one for found in record.results.values() if weighs for one in found)]
    return any(_came_after(one, given) for one in facts if one.source.reference in behind)


def _others(record: Record) -> Iterable[Fact]:
    """Return every fact but the results."""
    return chain(record.diagnoses, record.exposures, record.procedures, record.allergies, record.participations)


def _came_after(fact: Fact, instant: datetime) -> bool:
    """Whether ``fact`` began, or was first written down, after ``instant``; one without either, when it was sent."""
    recorded = fact.recorded if isinstance(fact, Diagnosis | Allergy) else None
    times = [one.earliest for one in (fact.when, recorded) if one]
    sent = [fact.source.issued] if fact.source.issued and not times else []
    return any(time > instant for time in (*times, *sent))


def _with(finding: Finding, said: list[Attestation]) -> Finding:
    """Return ``finding`` unchanged but for what was said."""
    return msgspec.structs.replace(finding, evidence=(*evidence_of(said), *finding.evidence))


def _attested(finding: Finding, said: list[Attestation], state: State, on: Occasion) -> Finding:
    answered = msgspec.structs.replace(_with(finding, said), state=state, reason="attested", concept=None)
    return msgspec.structs.replace(answered, turns=(*finding.turns, *_expiry(said, on)))


def _open(finding: Finding, reason: Reason, said: list[Attestation], on: Occasion | None = None) -> Finding:
    opened = msgspec.structs.replace(_with(finding, said), state="unknown", reason=reason, concept="attestation")
    return msgspec.structs.replace(opened, turns=(*finding.turns, *(_expiry(said, on) if on else ())))


def _expiry(said: Iterable[Attestation], on: Occasion) -> tuple[date, ...]:
    """Return the first day on which one of ``said`` is too old to count."""
    days = timedelta(days=on.limits.attestation_window.days + 1)
    lapsing = (one for one in said if not (one.item in LASTING and one.holds))
    return tuple(sorted({on.day_of(one.when.earliest) + days for one in lapsing if one.when}))
