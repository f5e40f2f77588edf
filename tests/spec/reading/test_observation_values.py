"""Observation -> results: every type of value, in every way that it may mislead."""

from typing import Any

import pytest

from mappings.codes import LOINC
from mappings.facts import CodedResult, Measurement
from mappings.reading.context import Context
from mappings.reading.observations import read
from tests.spec.reading.test_observations import LOCAL, coded, observation, one, quantity
from tests.spec.tables import interval

title = "Values of observations"
SNOMED = "http://snomed.info/sct"
HBSAG, PLATELETS = "5195-3", "777-3"


@pytest.mark.parametrize(
    "value",
    [
        {"valueDateTime": "2025-05-20"},
        {"valueTime": "08:00:00"},
        {"valuePeriod": {"start": "2025-05-20"}},
        {"valueSampledData": {"origin": {"value": 0}, "period": 1, "dimensions": 1, "data": "42"}},
        {"valueAttachment": {"contentType": "application/pdf"}},
        {"valueReference": {"reference": "MolecularSequence/1"}},
        {},
    ],
)
@pytest.mark.parametrize("code", [HBSAG, PLATELETS])
def test_a_value_that_is_no_result_is_there_without_one(code: str, value: dict[str, Any]) -> None:
    """A date, a curve or a document decides nothing, but hides no older result."""
    found = one(observation(code, **value))
    assert (found.problem, found.answer) == ("no-value", None)


@pytest.mark.parametrize(
    ("value", "answer", "problem"),
    [
        ({"text": "阴性", "coding": [{"system": SNOMED, "code": "260385009"}]}, "negative", None),
        ({"text": "阳性", "coding": [{"system": SNOMED, "code": "260385009"}]}, "indeterminate", "conflict"),
        ({"coding": [{"system": SNOMED, "code": "260385009", "display": "阳性"}]}, "indeterminate", "conflict"),
        ({"coding": [{"code": "260385009"}, {"code": "10828004"}]}, "indeterminate", "conflict"),
        ({"coding": [{"code": "260385009"}, {"code": "10828004"}], "text": "阴性"}, "indeterminate", "conflict"),
        ({"coding": [{"system": LOCAL, "code": "1", "display": "阴性"}], "text": "阳性"}, "indeterminate", "conflict"),
        ({"coding": [{"system": LOCAL, "code": "1"}], "text": "阴性"}, "negative", None),
        ({"coding": [{"system": LOCAL, "code": "1"}]}, None, None),
        ({"coding": [{"system": LOCAL, "code": "1", "display": "弱阳性"}]}, "indeterminate", None),
    ],
)
def test_codes_and_words_that_differ_settle_nothing(value: Any, answer: str | None, problem: str | None) -> None:
    """A code for "negative" under the word for "positive" is a conflict, whichever was meant."""
    found = one(observation(HBSAG, valueCodeableConcept=value))
    assert (found.answer, found.problem) == (answer, problem)


@pytest.mark.parametrize(
    ("interpretation", "value", "problem"),
    [
        ([coded(("", "NEG", ""))], "阴性", None),
        ([coded(("", "POS", ""))], "阴性", "conflict"),
        ([coded(("", "POS", "")), coded(("", "NEG", ""))], "阴性", "conflict"),
        ([{"text": "阳性"}], "阴性", "conflict"),
        ([{"coding": [{"system": LOCAL, "code": "1", "display": "阳性"}]}], "阴性", "conflict"),
        ([coded(("", "WR", ""))], "阴性", "conflict"),
        ([coded(("", "A", ""))], "阴性", None),
    ],
)
def test_an_interpretation_that_differs_from_the_words_settles_nothing(
    interpretation: Any, value: str, problem: str | None
) -> None:
    """In codes or in words; "abnormal" alone says neither."""
    found = one(observation(HBSAG, valueString=value, interpretation=interpretation))
    assert (found.answer, found.problem) == ("indeterminate" if problem else "negative", problem)


@pytest.mark.parametrize(
    ("text", "kind", "value", "answer"),
    [
        ("<20 未检出", CodedResult, None, "negative"),
        ("<20 IU/mL 未检出", Measurement, "0..20", "negative"),
        ("0.0--21.0 IU/mL", Measurement, "0.0..21.0", None),
        ("阳性(+)", CodedResult, None, "positive"),
        ("弱阳性", CodedResult, None, "indeterminate"),
        ("(-)", CodedResult, None, "negative"),
        ("阴性 0.05", CodedResult, None, "negative"),
        ("35, 52 IU/mL", CodedResult, None, None),
        ("35 IU/mL (0-20)", CodedResult, None, None),
        ("无", CodedResult, None, None),
        ("--", CodedResult, None, None),
    ],
)
def test_texts_of_laboratories(text: str, kind: type, value: str | None, answer: str | None) -> None:
    """A viral load as it is printed: a number where there is one number, words where there are words."""
    found = one(observation("42595-9", valueString=text))
    assert (type(found), found.answer) == (kind, answer)
    if isinstance(found, Measurement):
        assert value is not None
        assert found.value is not None
        assert (found.value.low, found.value.high) == (interval(value).low, interval(value).high)


PART = {"code": coded((LOCAL, "S/CO", "")), "valueQuantity": quantity(5)}
COUNT = {"code": coded((LOINC, PLATELETS, "")), "valueQuantity": quantity(42, "10*9/L")}


def test_an_interpretation_beside_components_is_a_result() -> None:
    """A test that is read as positive stays so, whatever its parts are called."""
    found = one(observation(HBSAG, interpretation=[coded(("", "POS", ""))], component=[PART]))
    assert (found.concepts, found.answer) == ({"lab.hbsag_qual"}, "positive")


def test_a_test_whose_parts_are_not_known_is_there_without_a_value() -> None:
    """Its result may be in a part that we cannot place, so that no older one is the latest."""
    found = one(observation(HBSAG, component=[PART]))
    assert (found.concepts, found.problem) == ({"lab.hbsag_qual"}, "no-value")


def test_a_part_without_a_value_is_there_without_one() -> None:
    """A component says why it has no value, as an Observation does."""
    absent = {"code": coded((LOINC, PLATELETS, "")), "dataAbsentReason": {"text": "error"}}
    assert one(observation("58410-2", component=[absent])).problem == "no-value"


def test_a_panel_with_members_is_no_result() -> None:
    """Its members are Observations of their own."""
    members = {"hasMember": [{"reference": "Observation/1"}]}
    assert read(observation("58410-2", **members), Context()) == "not-relevant"
    assert one(observation("58410-2", component=[COUNT], **members)).value == interval("42")


@pytest.mark.parametrize(
    ("ranges", "high"),
    [
        ([{"high": quantity(40)}], "40"),
        ([{"high": quantity(40), "type": coded(("", "normal", ""))}], "40"),
        ([{"high": quantity(40), "type": {"text": "参考范围"}}], "40"),
        ([{"high": quantity(40)}, {"high": quantity(300), "type": coded(("", "critical", ""))}], "40"),
        ([{"high": quantity(40)}, {"high": quantity(300), "type": {"text": "危急值"}}], "40"),
        ([{"high": quantity(300), "type": {"text": "治疗范围"}}], None),
        ([{"high": quantity(50), "appliesTo": [{"text": "男"}]}, {"high": quantity(40), "appliesTo": [{"text": "女"}]}], None),
        ([{"high": quantity(40), "age": {"low": quantity(18)}}, {"high": quantity(40)}], "40"),
        ([{"text": "0-40(女) 0-50(男)"}], None),
        ([{"text": "40"}], None),
        ([{"text": "<40"}], "40"),
        ([{"text": "1:40"}], None),
        ([], None),
    ],
)  # fmt: skip
def test_one_normal_range_counts_and_several_that_differ_do_not(ranges: Any, high: str | None) -> None:
    """Nothing here knows for whom which of several is meant; a critical or therapeutic one is not normal."""
    found = one(observation("1742-6", valueQuantity=quantity(30, "U/L"), referenceRange=ranges))
    assert (None if found.high_normal is None else str(found.high_normal)) == high
