"""The times that stand beside the evidence."""

from typing import Any

import pytest

from mappings.criteria.verdicts import evidence_of
from mappings.facts import Exposure, Fact, Source
from mappings.intervals import When
from tests.spec.tables import AT

SOURCE = Source("MedicationStatement/1")


def at(text: str) -> When:
    return When(AT, AT, text)


def time_of(fact: Fact) -> str | None:
    return evidence_of([fact])[0].time


@pytest.mark.parametrize(
    ("known", "time"),
    [
        ({"when": at("2025-03-10"), "ended": at("2025-05-28")}, "2025-03-10/2025-05-28"),
        ({"when": at("2025-03-10"), "ongoing": True}, "2025-03-10/.."),
        ({"when": at("2025-03-10"), "ended": at("2025-05-28"), "ongoing": True}, "2025-03-10/.."),
        ({"when": at("2025-05-28"), "ended": at("2025-05-28")}, "2025-05-28"),
        ({"ended": at("2025-05-28")}, "../2025-05-28"),
        ({"when": at("2025-03-10")}, "2025-03-10"),
        ({}, None),
    ],
)
def test_a_drug_stands_from_its_first_day_to_its_last(known: dict[str, Any], time: str | None) -> None:
    """As an ISO 8601 interval, open where it goes on; a single day stands by itself, and so does a start alone."""
    assert time_of(Exposure(source=SOURCE, kind="statement", **known)) == time


def test_what_lasts_no_time_stands_by_its_own() -> None:
    """Any other fact has the time that was sent."""
    assert time_of(Fact(source=SOURCE, when=at("2025-03"))) == "2025-03"
