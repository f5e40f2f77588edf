"""What people attested, laid beside what software found: the one place where the two meet."""

from datetime import date, timedelta

import msgspec

from mappings.clauses import CLAUSE
from mappings.criteria.verdicts import evidence_of
from mappings.facts import Attestation
from mappings.findings import Finding, State
from mappings.record import Record
from mappings.site import Occasion


def settled(finding: Finding, record: Record, on: Occasion) -> Finding:
    """Return ``finding`` with the latest attestation for its clause taken into account.

    An attestation settles what software left open. Where software decided the other way from something on record, the
    clause is open again ("conflict"); where it decided from silence, the person's word stands. Nothing that a person
    said is lost: their answer is always among the evidence when it is of age to count.
    """
    said = _latest(finding.clause, record, on)
    if not said:
        return finding
    if len({one.holds for one in said}) > 1:
        return _open(finding, said)
    state: State = "met" if said[0].holds else "not-met"
    if finding.state in ("unknown", "judgement") or (finding.state != state and finding.reason == "absent"):
        return _attested(finding, said, state, on)
    if finding.state == "not-applicable":
        barring = (CLAUSE[finding.clause].kind == "exclusion") == said[0].holds
        return _open(finding, said) if barring else finding
    return finding if finding.state == state else _open(finding, said)


def _latest(clause: str, record: Record, on: Occasion) -> list[Attestation]:
    """Return the latest attestation for ``clause`` that is not too old; several when they are of one instant."""
    opens = on.days_back(on.limits.attestation_window.days)
    found = [one for one in record.attestations if one.item == clause and one.when and one.when.earliest >= opens]
    newest = max((one.when.latest for one in found if one.when), default=None)
    return [one for one in found if one.when and one.when.latest == newest]


def _attested(finding: Finding, said: list[Attestation], state: State, on: Occasion) -> Finding:
    evidence = (*evidence_of(said), *finding.evidence)
    turns = (*finding.turns, _expiry(said[0], on))
    return msgspec.structs.replace(
        finding, state=state, reason="attested", evidence=evidence, concept=None, turns=turns
    )


def _expiry(said: Attestation, on: Occasion) -> date:
    assert said.when is not None
    return on.day_of(said.when.earliest) + timedelta(days=on.limits.attestation_window.days + 1)


def _open(finding: Finding, said: list[Attestation]) -> Finding:
    evidence = (*evidence_of(said), *finding.evidence)
    return msgspec.structs.replace(
        finding, state="unknown", reason="conflict", evidence=evidence, concept="attestation"
    )
