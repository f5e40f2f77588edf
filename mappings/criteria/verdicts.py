"""The five answers a clause can give, each with the facts it rests on."""

from collections.abc import Iterable
from datetime import date
from typing import TypedDict, Unpack

from mappings.facts import Exposure, Fact, Measurement
from mappings.findings import Amount, Evidence, Finding, Reason
from mappings.limits import Limit


class Details(TypedDict, total=False):
    """What an answer may carry besides its facts; :class:`mappings.findings.Finding` explains each."""

    value: Amount | None
    limit: Amount | None
    margin: Amount | None
    concept: str | None
    turns: tuple[date, ...]
    about: str | None


def met(clause: str, reason: Reason, facts: Iterable[Fact] = (), **details: Unpack[Details]) -> Finding:
    """The clause's sentence holds."""
    return Finding(clause=clause, state="met", reason=reason, evidence=evidence_of(facts), **details)


def not_met(clause: str, reason: Reason, facts: Iterable[Fact] = (), **details: Unpack[Details]) -> Finding:
    """The clause's sentence does not hold."""
    return Finding(clause=clause, state="not-met", reason=reason, evidence=evidence_of(facts), **details)


def unknown(clause: str, reason: Reason, facts: Iterable[Fact] = (), **details: Unpack[Details]) -> Finding:
    """Nobody can tell from what is there; ``concept`` names what would settle it."""
    return Finding(clause=clause, state="unknown", reason=reason, evidence=evidence_of(facts), **details)


def judgement(clause: str, reason: Reason, facts: Iterable[Fact] = (), **details: Unpack[Details]) -> Finding:
    """Only a person may decide; the facts are laid before them."""
    details.setdefault("concept", "attestation")
    return Finding(clause=clause, state="judgement", reason=reason, evidence=evidence_of(facts), **details)


def not_applicable(clause: str, facts: Iterable[Fact] = (), *, about: str) -> Finding:
    """The clause does not concern this patient; ``about`` names why (a key of ``wording.ABOUT``)."""
    evidence = evidence_of(facts)
    return Finding(clause=clause, state="not-applicable", reason="not-applicable", evidence=evidence, about=about)


def evidence_of(facts: Iterable[Fact]) -> tuple[Evidence, ...]:
    """Return the resources behind ``facts`` with what they said, and what that was converted to."""
    return tuple(map(_evidence, facts))


def _evidence(fact: Fact) -> Evidence:
    time = _time(fact)
    if not isinstance(fact, Measurement):
        return Evidence(fact.source.reference, fact.source.version, time, fact.raw)
    value = fact.value.exact if fact.value else None
    return Evidence(fact.source.reference, fact.source.version, time, fact.raw, value, fact.unit, fact.factor)


def _time(fact: Fact) -> str | None:
    """Return when a fact was, as it was sent: of a drug from its first day to its last, as an ISO 8601 interval."""
    start = fact.when.text if fact.when else None
    if not isinstance(fact, Exposure) or (fact.ended is None and not fact.ongoing):
        return start
    end = fact.ended.text if fact.ended and not fact.ongoing else ".."
    return start if start == end else f"{start or '..'}/{end}"


def amount_of(limit: Limit) -> Amount:
    """Return the number of ``limit`` with its unit."""
    return Amount(limit.value, limit.unit)
