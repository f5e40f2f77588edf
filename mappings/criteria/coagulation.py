"""I03-7: INR and prothrombin time."""

from typing import Final

import msgspec

from mappings.criteria.measured import at_most_times_normal, by_latest
from mappings.criteria.verdicts import unknown
from mappings.facts import Measurement
from mappings.findings import Finding
from mappings.record import Record
from mappings.site import Occasion

CLAUSE: Final = "I03-7"
INR: Final = "lab.inr"
#: Prothrombin activity in percent falls as clotting slows: it is no multiple of anything here.
TESTS: Final = (INR, "lab.pt_seconds")


def coagulation(record: Record, on: Occasion) -> Finding:
    """INR and prothrombin time, as far as measured and at least one of them, are at most 1.5 times the upper limit
    of normal.

    One that is too old to count is passed over only where it was within the limit: a bad result is not forgotten by
    waiting.
    """
    days = on.limits.result_window.days
    found = {test: _answer(test, record, on, days) for test in TESTS}
    fresh = [test for test in TESTS if found[test].reason not in ("missing", "outdated")]
    if not fresh:
        return min(found.values(), key=lambda one: one.reason == "missing")
    old = [test for test in TESTS if found[test].reason == "outdated"]
    counting = [*fresh, *(test for test in old if _answer(test, record, on, None).state != "met")]
    return _together([found[test] for test in counting], on)


def _answer(test: str, record: Record, on: Occasion, days: int | None) -> Finding:
    finding = by_latest(record, on, CLAUSE, (test,), days, lambda one: _held(one, on))
    is_named = finding.state != "met" and finding.reason != "missing"
    return msgspec.structs.replace(finding, about=test) if is_named else finding


def _held(one: Measurement, on: Occasion) -> Finding:
    assert one.value is not None
    if one.value.exact == 0:
        return unknown(CLAUSE, "no-value", [one], concept=min(one.concepts))
    if INR in one.concepts and one.low_normal is not None and one.low_normal > 1:
        # Normal plasma has an INR of 1: a range above it is what anticoagulation aims at.
        one = msgspec.structs.replace(one, low_normal=None, high_normal=None)
    return at_most_times_normal(CLAUSE, one, on.limits.coagulation_maximum, on)


def _together(found: list[Finding], on: Occasion) -> Finding:
    """Return what decides first, resting on every test that counts."""
    wanted = "not-met" if on.site.interpretations.coagulation == "all-available" else "met"
    first, *others = sorted(found, key=lambda one: (one.state != wanted, one.state == "met", one.state == "not-met"))
    evidence = (*first.evidence, *(each for one in others for each in one.evidence))
    turns = tuple(sorted({turn for one in found for turn in one.turns}))
    return msgspec.structs.replace(first, evidence=evidence, turns=turns)
