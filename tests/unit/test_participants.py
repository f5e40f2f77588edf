"""The treated participants of the sample hospital: what is derived of them is what was told by hand in each story."""

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final, get_args

import msgspec
import pytest

from adapter.settings import load_site
from mappings.follow_reasons import DltRule
from mappings.followed import DltEvent, Followed
from mappings.following import follow
from mappings.reading.chart import Clock, chart
from mappings.reading.context import Context, context_with
from mappings.record import Record
from mappings.site import Occasion
from samples import SCREENED_AT

SAMPLES: Final = Path(__file__).parents[2] / "samples"
EXPECTED: Final[dict[str, dict[str, Any]]] = json.loads((SAMPLES / "expected-followed.json").read_text())
#: Nothing is set aside for any other reason: what no rule of the following asks for, and the wrong version of a result.
HARMLESS: Final = {"not-relevant", "superseded"}


@cache
def exported() -> dict[str, list[bytes]]:
    """Return the lines of the ward by participant; under "" those that are of nobody."""
    found: dict[str, list[bytes]] = defaultdict(list)
    for path in sorted((SAMPLES / "treated").glob("*.ndjson")):
        for line in path.read_bytes().splitlines():
            one = json.loads(line)
            subject = one.get("subject") or one.get("patient") or one.get("individual") or {}
            named = subject.get("reference", f"{one['resourceType']}/{one['id']}").removeprefix("Patient/")
            found["" if "/" in named else named].append(line)
    return found


@cache
def context() -> Context:
    """Return the ward as every reader knows it."""
    loaded = load_site(SAMPLES / "site.toml")
    shared = [line for line in exported()[""] if b'"Practitioner"' not in line[:40]]
    return context_with(loaded.site, loaded.local_codes, shared, follows=True)


def record(name: str, clock: Clock) -> Record:
    """Return the record of a participant."""
    found = chart(exported()[name], (), context(), clock, strictly=True)
    assert found is not None
    return found


def followed(name: str, at: str = SCREENED_AT, known_at: str = "") -> Followed:
    """Return what a participant comes to at an instant, by what was known then."""
    clock = Clock(datetime.fromisoformat(at), datetime.fromisoformat(known_at) if known_at else None)
    found = follow(record(name, clock), Occasion(clock.at, context().site), clock)
    assert found is not None
    return found


def worst(found: Followed, term: str) -> int | None:
    """Return the worst grade of ``term``, or the one that is reached for sure; ``None`` without such an event."""
    grades = [one.worst_grade or one.at_least for one in found.events if one.term.name == term]
    return max(grades, default=None)


def rules(events: Iterable[DltEvent], *, certain: bool) -> list[str]:
    """Return by which rules events limit the dose, or may, if no person says that they do not."""
    return sorted({one.rule for one in events if one.certain is certain and one.confirmed is not False})


@pytest.mark.parametrize("name", EXPECTED)
def test_a_participant_comes_out_as_told(name: str) -> None:
    """Day 0, dose level, window, answers of week 12 and worst grades are those that were told beside the story."""
    found, told = followed(name), EXPECTED[name]
    assert msgspec.to_builtins(found.timeline.day0) == told["day0"]
    assert found.timeline.dose.level == told["dose_level"]
    assert list(found.timeline.problems) == told["problems"]
    assert {
        "state": found.dlt.state,
        "rules": rules(found.dlt.events, certain=True),
        "undecided": rules(found.dlt.events, certain=False),
        "evaluable": found.dlt.evaluable,
    } == told["dlt"]
    assert (found.renal.result, found.platelets.result) == (told["crr_week12"], told["itp_week12"])
    assert {term: worst(found, term) for term in told["worst_grades"]} == told["worst_grades"]


@pytest.mark.parametrize("name", EXPECTED)
def test_everything_in_the_ward_is_understood(name: str) -> None:
    """No resource of a participant is set aside because it cannot be read, and no person's word is lost."""
    found = followed(name)
    assert {one.reason for one in found.set_aside} <= HARMLESS
    assert found.unmatched == ()


def test_the_ward_has_every_kind_of_participant() -> None:
    """Each rule but a person's own word, each state of the window and each answer of week 12 has its participant."""
    told = EXPECTED.values()
    assert {rule for one in told for rule in one["dlt"]["rules"]} == set(get_args(DltRule)) - {"person"}
    assert {one["dlt"]["state"] for one in told} == {"none", "open", "dlt", "data-gap"}
    assert {one["crr_week12"] for one in told} == {"CRR", "PRR", "NR", "not-evaluable", "not-applicable"}
    assert {one["itp_week12"] for one in told} == {"CR", "PR", "NR", "unconfirmed-CR", "not-applicable"}


def test_a_late_result_judges_the_past_anew() -> None:
    """Potassium of day 10 that became known on day 40 is there afterwards, and was not there before."""
    before = followed("t-itp-nr", at="2025-02-20T09:00:00+08:00", known_at="2025-02-20T09:00:00+08:00")
    assert worst(before, "Hypokalemia") is None
    assert worst(followed("t-itp-nr", at="2025-02-20T09:00:00+08:00"), "Hypokalemia") == 3


def test_a_correction_changes_the_grade() -> None:
    """ALT of 880 is grade 4 as long as nobody has corrected it to 88."""
    known = "2025-02-23T18:00:00+08:00"
    assert worst(followed("t-itp-pr", at=known, known_at=known), "Alanine aminotransferase increased") == 4


def test_a_toxicity_limits_the_dose_until_a_person_says_otherwise() -> None:
    """ALT of grade 3 is waited for on its fifth day, limits the dose on its tenth, and no more once a person has spoken."""
    assert followed("t-refuted-1", at="2025-04-22T09:00:00+08:00").dlt.state == "open"
    assert followed("t-refuted-1", at="2025-04-27T09:00:00+08:00").dlt.state == "dlt"
    assert followed("t-refuted-1").dlt.state == "none"


def test_a_window_is_open_until_its_last_day_is_over() -> None:
    """A participant without any toxicity is not called clean on Day 28."""
    assert followed("t-crr-1", at="2025-02-12T23:00:00+08:00").dlt.state == "open"
    assert followed("t-crr-1", at="2025-02-13T09:00:00+08:00").dlt.state == "none"
