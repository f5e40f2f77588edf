"""From findings to a decision: the only place where clauses combine."""

from collections.abc import Iterable, Mapping
from typing import Final

from mappings.clauses import CLAUSE, CLAUSES
from mappings.findings import Cohort, Decision, Effect, Finding, Kind, Missing, State
from mappings.wording import wanted

COHORTS: Final[tuple[Cohort, ...]] = ("LN", "ITP")

#: What the answer to a clause does to enrolment. Not knowing never allows.
EFFECTS: Final[Mapping[tuple[Kind, State], Effect]] = {
    ("inclusion", "met"): "allows",
    ("inclusion", "not-met"): "bars",
    ("inclusion", "unknown"): "open",
    ("inclusion", "judgement"): "open",
    ("inclusion", "not-applicable"): "allows",
    ("exclusion", "met"): "bars",
    ("exclusion", "not-met"): "allows",
    ("exclusion", "unknown"): "open",
    ("exclusion", "judgement"): "open",
    ("exclusion", "not-applicable"): "allows",
}


#: The same by clause, as every finding of every patient is looked up here.
_EFFECT: Final = {(c.id, state): effect for c in CLAUSES for (kind, state), effect in EFFECTS.items() if kind == c.kind}


def effect_of(finding: Finding) -> Effect:
    """Return what ``finding`` does to enrolment."""
    return _EFFECT[finding.clause, finding.state]


def cohorts_of(findings: Iterable[Finding]) -> dict[Cohort, Decision]:
    """Return the decision in each cohort: every common clause and every clause of that cohort counts."""
    effects: dict[Cohort | None, set[Effect]] = {None: set(), "LN": set(), "ITP": set()}
    for finding in findings:
        effects[CLAUSE[finding.clause].cohort].add(effect_of(finding))
    return {cohort: _decided(effects[None] | effects[cohort]) for cohort in COHORTS}


def _decided(effects: set[Effect]) -> Decision:
    if "bars" in effects:
        return "ineligible"
    return "undetermined" if "open" in effects else "eligible"


def decision_of(cohorts: Mapping[Cohort, Decision]) -> Decision:
    """Return the decision overall: eligible in one cohort, ineligible when none is possible."""
    decisions = set(cohorts.values())
    if "eligible" in decisions:
        return "eligible"
    return "ineligible" if decisions == {"ineligible"} else "undetermined"


def missing_from(findings: Iterable[Finding]) -> tuple[Missing, ...]:
    """Return what is missing, each item once with every clause it would settle; that which settles most first."""
    open_: dict[str, list[str]] = {}
    for finding in findings:
        if effect_of(finding) == "open":
            open_.setdefault(_item(finding), []).append(finding.clause)
    items = [Missing(settles[0], wanted(item, settles).en, item, tuple(settles)) for item, settles in open_.items()]
    return tuple(sorted(items, key=lambda item: -len(item.settles)))


def _item(finding: Finding) -> str:
    """Return what would settle ``finding``: a person answers clause by clause, a result may answer several."""
    concept = finding.concept or "attestation"
    return f"attestation.{finding.clause}" if concept == "attestation" else concept
