"""The doctor's letter on a source."""

from collections import Counter
from datetime import UTC, datetime

import msgspec
import pytest

from adapter.doctor import ADVICE, MOST_CODES, OF_THE_SOURCE, report
from adapter.run import Job, Results, Summary
from adapter.scale.sorting import Problem
from mappings.findings import Reason
from mappings.record import ANY_TYPE
from mappings.site import EVER, Site

JOB = Job(datetime(2025, 6, 1, tzinfo=UTC))


def letter(*opened: list[tuple[str, str]], job: Job = JOB, **summary: object) -> list[str]:
    """The letter on a source whose patients have these open clauses, each with its reason."""
    counted = msgspec.structs.replace(Summary(patients=len(opened)), **summary)
    return report(Results(counted, {"doctor": iter(map(msgspec.json.encode, opened))}), job, "HEAD").splitlines()


def test_each_clause_is_counted_by_reason_with_advice() -> None:
    """How many patients a clause stays open for, out of how many, why, and what the site can do about it."""
    lines = letter([("I03-3", "unit"), ("E09", "not-covered")], [("I03-3", "unit")], [])
    assert lines[0] == "HEAD"
    assert "  I03-3          2 of 3 unit: send UCUM units in Quantity.code" in lines
    assert (
        "  E09            1 of 3 not-covered: declare in [coverage] of the site file what the source holds completely"
        in lines
    )


def test_what_only_the_patient_can_change_is_no_fault_of_the_source() -> None:
    """A clause that is open for a person's judgement is nothing that the source could mend."""
    assert "  nothing that the source could mend" in letter([("E04", "needs-person")])


@pytest.mark.parametrize("reason", OF_THE_SOURCE)
def test_every_reason_has_advice(reason: Reason) -> None:
    """Whatever keeps a clause open, the letter says what to do about it."""
    [line] = [line for line in letter([("E08-1", reason)]) if line.startswith("  E08-1")]
    assert line.split(f"{reason}: ")[1] == ADVICE[reason]


@pytest.mark.parametrize(
    ("clause", "advice"),
    [("I05", "send the signed Consent"), ("I02-LN-1", "send treatments"), ("I01", "send Patient.")],
)
def test_what_is_missing_is_asked_for_by_what_the_clause_needs(clause: str, advice: str) -> None:
    """No mapping of codes brings a consent, a treatment or a date of birth."""
    [line] = [line for line in letter([(clause, "missing")]) if line.startswith(f"  {clause} ")]
    assert f"missing: {advice}" in line
    assert "check the mapping" not in line


def test_what_may_be_of_any_type_is_said_in_words() -> None:
    """As the screening says it."""
    lines = letter(lost={ANY_TYPE, "Observation"})
    assert "Lost, and perhaps anyone's, so that absence proves nothing: Observation, resources of any type" in lines


def test_coverage_is_named() -> None:
    """What is declared complete is named: nothing, some types, or everything."""
    some = msgspec.structs.replace(JOB, site=Site(coverage={"Procedure": EVER, "Condition": EVER}))
    assert "Declared complete in the site file: nothing" in letter()
    assert "Declared complete in the site file: Condition, Procedure" in letter(job=some)
    assert "Declared complete in the site file: everything" in letter(
        job=msgspec.structs.replace(JOB, full_coverage=True)
    )


def test_what_was_lost_and_where_is_told() -> None:
    """Lines that nobody could be given are told with place and reason, and the types that they make incomplete."""
    lines = letter(
        lost={"Condition"}, problems=[Problem("a.ndjson", 7, "", "malformed")], set_aside=Counter({"malformed": 1}),
        failures=["KeyError at x.py:1"],
    )  # fmt: skip
    assert "Lost, and perhaps anyone's, so that absence proves nothing: Condition" in lines
    assert "  a.ndjson:7 malformed" in lines
    assert "         1 malformed" in lines
    assert "  KeyError at x.py:1" in lines


def test_codes_that_nothing_maps_come_by_number() -> None:
    """The commonest local codes come first, and not more of them than anybody would read."""
    codes = Counter({("urn:local", f"C{number}"): number + 1 for number in range(MOST_CODES + 5)})
    lines = letter(unknown_codes=codes)
    shown = lines[lines.index("Result codes that nothing maps:") + 1 :]
    assert shown[0] == f"  {MOST_CODES + 5:8} urn:local|C{MOST_CODES + 4}"
    assert len(shown) == MOST_CODES
