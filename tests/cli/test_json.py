"""The screening as JSON is a contract: keys, their order, their types, numbers as strings."""

import json
import re
from typing import Any

import pytest

from mappings.clauses import CLAUSES
from tests.cli.command import SITE, lines_of, screened, written

TOP = "patient identifier study at protocol decision cohorts eligible_from eligible_until findings missing set_aside".split()
FINDING = "clause kind cohort state effect reason text value limit evidence".split()
EVIDENCE = "reference version time raw value unit factor".split()
DECISIONS = {"eligible", "ineligible", "undetermined"}
NUMBER = re.compile(r"-?\d+(\.\d+)?")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The screenings of sample patients who differ in every way that matters here."""
    names = ("ln-01", "itp-01", "e08-1", "e12", "i03-2", "open-hbv", "open-uncoded", "open-birth", "open-unit")
    source = written(tmp_path_factory.mktemp("source") / "a.ndjson", b"\n".join(lines_of(*names)))
    return screened(source, "--site", SITE).patients


def in_order(keys: list[str], wanted: list[str]) -> bool:
    """Whether ``wanted`` are among ``keys`` in that order; further keys may stand between them."""
    return [key for key in keys if key in wanted] == wanted


def test_a_screening_has_the_keys_of_the_contract(found: list[dict[str, Any]]) -> None:
    """One object a patient, with every key in its order and the decisions in words."""
    for one in found:
        assert in_order(list(one), TOP)
        assert re.fullmatch(r"Patient/[A-Za-z0-9.-]+", one["patient"])
        assert (one["study"], one["protocol"]) == ("NCT06943937", "2025-05-13")
        assert one["identifier"] is None or list(one["identifier"]) == ["system", "value"]
        assert list(one["cohorts"]) == ["LN", "ITP"]
        assert {one["decision"], *one["cohorts"].values()} <= DECISIONS
        assert all(
            one[key] is None or re.fullmatch(r"\d{4}-\d\d-\d\d", one[key])
            for key in ("eligible_from", "eligible_until")
        )


def test_every_clause_is_answered_in_protocol_order(found: list[dict[str, Any]]) -> None:
    """Findings come for all 38 clauses, in protocol order, with their keys, words and polarity."""
    for one in found:
        assert [each["clause"] for each in one["findings"]] == [clause.id for clause in CLAUSES]
        for each, clause in zip(one["findings"], CLAUSES, strict=True):
            assert in_order(list(each), FINDING)
            assert (each["kind"], each["cohort"]) == (clause.kind, clause.cohort)
            assert each["state"] in {"met", "not-met", "unknown", "judgement", "not-applicable"}
            assert each["effect"] in {"allows", "bars", "open"}
            assert list(each["text"]) == ["en", "zh"]
            assert all(each["text"].values())


def test_numbers_are_strings_with_all_their_digits(found: list[dict[str, Any]]) -> None:
    """Values, limits and factors are strings of digits without an exponent, so that no reader loses any."""
    amounts = [each[key] for one in found for each in one["findings"] for key in ("value", "limit") if each[key]]
    evidence = [proof for one in found for each in one["findings"] for proof in each["evidence"]]
    assert amounts
    assert all(list(amount) == ["value", "unit"] and NUMBER.fullmatch(amount["value"]) for amount in amounts)
    assert all(list(proof) == EVIDENCE for proof in evidence)
    numbers = [proof[key] for proof in evidence for key in ("value", "factor") if proof[key] is not None]
    assert all(NUMBER.fullmatch(number) for number in numbers)
    assert {type(proof["version"]) for proof in evidence} <= {str, type(None)}


def test_what_is_missing_says_what_it_settles(found: list[dict[str, Any]]) -> None:
    """Each missing item names a clause, what is needed, the concept and every open clause it settles."""
    items = [(one, each) for one in found for each in one["missing"]]
    assert items
    for one, each in items:
        opened = [finding["clause"] for finding in one["findings"] if finding["effect"] == "open"]
        assert list(each) == ["clause", "needed", "concept", "settles"]
        assert each["clause"] == each["settles"][0]
        assert set(each["settles"]) <= set(opened)


def test_what_was_set_aside_has_a_reference_and_a_reason(found: list[dict[str, Any]]) -> None:
    """Nothing of a patient is dropped silently: what was not used is listed."""
    aside = [each for one in found for each in one["set_aside"]]
    assert aside
    assert all(list(each) == ["reference", "reason"] for each in aside)


def test_no_number_is_a_json_number(found: list[dict[str, Any]]) -> None:
    """There is no bare number anywhere in a screening."""
    bare: list[str] = []
    for one in found:
        json.loads(
            json.dumps(one), parse_int=lambda text: bare.append(text), parse_float=lambda text: bare.append(text)
        )
    assert bare == []
