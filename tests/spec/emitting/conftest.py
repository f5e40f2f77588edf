"""A screening to write, made by hand: every clause open, but for those that a test says something about."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from mappings.clauses import CLAUSES
from mappings.eligibility import cohorts_of, decision_of, missing_from
from mappings.emitting.datatypes import Release
from mappings.findings import Evidence, Finding, Screening
from mappings.site import Occasion

AT = datetime(2025, 6, 1, 1, tzinfo=UTC)
ON = Occasion(AT)
Made = Callable[..., Screening]


def finding(clause: str, state: str, reason: str, *references: str, **more: Any) -> Finding:
    """Return a finding with evidence that is named by its references."""
    evidence = more.pop("evidence", tuple(Evidence(one, "1") for one in references))
    return Finding(clause=clause, state=state, reason=reason, evidence=evidence, **more)  # type: ignore[arg-type]


def allowing() -> list[Finding]:
    """Return findings under which everything allows."""
    return [finding(c.id, "met" if c.kind == "inclusion" else "not-met", "attested") for c in CLAUSES]


@pytest.fixture
def screened() -> Made:
    """Make a screening from findings (the clauses that are not named allow) and from what else it should say."""

    def make(*found: Finding, **more: Any) -> Screening:
        named = {one.clause: one for one in found}
        findings = tuple(named.get(one.clause, one) for one in allowing())
        cohorts = cohorts_of(findings)
        return Screening(
            **{
                "patient": "Patient/p1",
                "identifier": ("http://hospital.example.org/mrn", "0001"),
                "at": AT,
                "known_at": None,
                "decision": decision_of(cohorts),
                "cohorts": cohorts,
                "eligible_from": None,
                "eligible_until": None,
                "findings": findings,
                "missing": missing_from(findings),
                "set_aside": (),
                **more,
            }
        )

    return make


@pytest.fixture(params=["R4", "R5"])
def release(request: pytest.FixtureRequest) -> Release:
    """Each release that is written."""
    return request.param  # type: ignore[no-any-return]
