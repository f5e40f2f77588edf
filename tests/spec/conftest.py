"""The one shape of a spec test: a clause's function, a table of patients, and what each must come out as."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Literal

import pytest

from adapter.settings import limits_of
from mappings.clauses import CLAUSE
from mappings.findings import Finding
from mappings.interpretations import Interpretations
from mappings.record import Record
from mappings.site import Occasion, Site
from tests.spec.tables import AT, records

SpecCase = Callable[..., None]


@pytest.fixture
def spec_case() -> SpecCase:
    """Run ``rule`` on each patient of ``table``; ``expected`` maps its number to "state reason"."""
    return check


def check(
    rule: Callable[[Record, Occasion], Finding],
    table: str,
    expected: Mapping[int, str],
    *,
    coverage: Literal["full", "none"] | Mapping[str, date] = "none",
    readings: Mapping[str, str] | None = None,
    limits: Mapping[str, str] | None = None,
    site: Mapping[str, Any] | None = None,
) -> None:
    """Compare every patient's finding with ``expected``, and what every finding must have with what it has."""
    declared = coverage if not isinstance(coverage, str) else {}
    settings = Site(
        coverage=declared,
        interpretations=Interpretations(**(readings or {})),  # type: ignore[arg-type]
        limits={name: Decimal(value) for name, value in (limits or {}).items()},
        **(site or {}),
    )
    occasion = Occasion(AT, settings, limits_of(settings), full_coverage=coverage == "full")
    found = {number: rule(record, occasion) for number, record in records(table).items()}
    assert {number: f"{finding.state} {finding.reason}" for number, finding in found.items()} == dict(expected)
    for finding in found.values():
        assert finding.clause in CLAUSE
        if finding.state in ("unknown", "judgement"):
            assert finding.concept, "an open finding names what would settle it"
        if finding.reason in ("in-range", "below-limit", "above-limit", "positive", "present", "outdated", "unit"):
            assert finding.evidence, f"{finding.reason} rests on something"
