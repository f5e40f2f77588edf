"""Encounter -> a stay."""

from typing import Any

import pytest

from mappings.facts import Stay
from mappings.reading.context import Context
from mappings.reading.encounters import read
from mappings.reading.statuses import ENCOUNTER
from tests.spec.reading.fragments import coded, view

title = "Encounters"


def stay(**elements: Any) -> Stay:
    found = read(view("Encounter", **{"status": "finished", **elements}), Context(follows=True))
    assert isinstance(found, list)
    (fact,) = found
    assert isinstance(fact, Stay)
    return fact


@pytest.mark.parametrize(
    ("kind", "inpatient", "raw"),
    [
        ({"code": "IMP"}, True, "IMP"),
        ({"code": "ACUTE"}, True, "ACUTE"),
        ({"code": "NONAC"}, True, "NONAC"),
        ({"code": "AMB"}, False, "AMB"),
        ({"code": "VR"}, False, "VR"),
        ({"code": "EMER"}, None, "EMER"),
        ({"code": "SS"}, None, "SS"),
        ({"code": "OBSENC"}, None, "OBSENC"),
        ({"code": "01", "display": "住院"}, True, "01"),
        ({"display": "门诊"}, False, "门诊"),
        ([coded("IMP")], True, "IMP"),
        ([coded("AMB"), coded("IMP")], True, "AMB|IMP"),
        ([coded("EMER"), coded("AMB")], False, "EMER|AMB"),
        ([{"text": "住院"}], True, "住院"),
        ({"coding": [{"code": "IMP"}]}, True, "IMP"),
        ([], None, ""),
        (None, None, ""),
    ],
)
def test_its_class_says_whether_one_is_admitted(kind: Any, inpatient: bool | None, raw: str) -> None:
    """A coding in R4, a list of concepts in R5; an emergency, a short stay and an observation leave it open."""
    found = stay(**{"class": kind})
    assert (found.inpatient, found.raw) == (inpatient, raw)


@pytest.mark.parametrize("status", ENCOUNTER)
def test_what_is_planned_cancelled_or_wrong_is_no_stay(status: str) -> None:
    """Of an unknown status nobody says that it took place."""
    use = ENCOUNTER[status]
    if use in {"use", "preliminary"}:
        assert stay(status=status).problem == ("preliminary" if status == "unknown" else None)
    else:
        assert read(view("Encounter", status=status), Context(follows=True)) == use


@pytest.mark.parametrize(
    ("elements", "when", "ended", "ongoing"),
    [
        ({"period": {"start": "2025-03-01", "end": "2025-03-05"}}, "2025-03-01", "2025-03-05", False),
        ({"actualPeriod": {"start": "2025-03-01"}, "status": "in-progress"}, "2025-03-01", None, True),
        ({"period": {"start": "2025-03-01", "end": "2025-03-05"}, "status": "in-progress"}, "2025-03-01", "2025-03-05", False),
        ({"period": {"start": "2025-03-01"}, "status": "finished"}, "2025-03-01", None, False),
        ({"period": {"start": "2025-03-01", "end": "9999-12-31"}, "status": "onleave"}, "2025-03-01", None, True),
        ({"period": {"start": "2025-03-05", "end": "2025-03-01"}}, "2025-03-05", None, False),
        ({"period": {"end": "2025-03-01"}}, None, "2025-03-01", False),
        ({}, None, None, False),
    ],
)  # fmt: skip
def test_it_lasts_as_its_period_does(
    elements: dict[str, Any], when: str | None, ended: str | None, ongoing: bool
) -> None:
    """``period`` became ``actualPeriod``; an end before the start is none."""
    found = stay(**elements)
    assert (found.when.text if found.when else None, found.ended.text if found.ended else None) == (when, ended)
    assert (found.ongoing, found.source.reference) == (ongoing, "Encounter/x")


def test_what_is_not_understood_is_set_aside() -> None:
    """An unknown modifier may say the opposite; a date that is none is an error."""
    modified = view("Encounter", status="finished", modifierExtension=[{"url": "http://x"}])
    assert read(modified, Context(follows=True)) == "unknown-modifier"
    assert read(view("Encounter", status="nonsense"), Context(follows=True)) == "malformed"
    with pytest.raises(ValueError, match="not a FHIR date"):
        stay(period={"start": "2025/03/01"})
