"""Observation -> results."""

import json
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from mappings.codes import LOINC, Code
from mappings.facts import CodedResult, Measurement
from mappings.reading.context import Context
from mappings.reading.observations import read
from mappings.reading.units import unit_of
from mappings.reading.views import Observation
from tests.spec.tables import interval

title = "Observations"
LOCAL = "http://hospital.example.cn/lab"
TRIAL = "https://yts109.example.org/fhir/CodeSystem/trial"


def observation(of: str = "777-3", system: str = LOINC, **elements: Any) -> Observation:
    """Return a final Observation of 2025-05-20 with these elements."""
    base = {
        "resourceType": "Observation",
        "id": "o1",
        "status": "final",
        "code": {"coding": [{"system": system, "code": of}]},
        "effectiveDateTime": "2025-05-20T08:00:00+08:00",
    }
    return msgspec.json.decode(json.dumps({**base, **elements}).encode(), type=Observation)


def coded(*codings: tuple[str, str, str]) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, "display": display} for system, code, display in codings]}


def quantity(value: float, unit: str = "", **more: Any) -> dict[str, Any]:
    return {"value": value, **({"unit": unit} if unit else {}), **more}


def one(view: Observation, context: Context | None = None) -> Any:
    found = read(view, context or Context())
    assert isinstance(found, list)
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(
    ("code", "elements", "value", "raw"),
    [
        ("777-3", {"valueQuantity": quantity(42, "10*9/L", code="10*9/L")}, "42", "42 10*9/L"),
        ("777-3", {"valueQuantity": quantity(0, "10*9/L")}, "0", "0 10*9/L"),
        ("777-3", {"valueQuantity": quantity(42000, "个/uL", code="/uL")}, "42", "42000 个/uL"),
        ("777-3", {"valueQuantity": quantity(42, "血小板单位", code="10*9/L")}, "42", "42 血小板单位"),
        ("34366-5", {"valueQuantity": quantity(160.6, "mg/mmol")}, "1.419704", "160.6 mg/mmol"),
        ("8310-5", {"valueQuantity": quantity(100.94, "degF")}, "38.3", "100.94 degF"),
        ("777-3", {"valueString": "50×10^9/L"}, "50", "50×10^9/L"),
        ("6301-6", {"valueQuantity": quantity(1.1)}, "1.1", "1.1"),
        ("5048-4", {"valueString": "1:320 核颗粒型"}, "320", "1:320 核颗粒型"),
        ("5048-4", {"valueCodeableConcept": {"text": "1:320"}}, "320", "1:320"),
        ("5048-4", {"valueRatio": {"numerator": {"value": 1}, "denominator": {"value": 320}}}, "320", "1:320"),
        ("9269-2", {"valueInteger": 15}, "15", "15"),
        ("777-3", {"valueRange": {"low": quantity(30, "K/uL"), "high": quantity(50, "K/uL")}}, "30..50", "30..50"),
        ("6298-4", {"valueQuantity": quantity(4.1, "mEq/L")}, "4.1", "4.1 mEq/L"),
    ],
)
def test_a_number_comes_in_the_own_unit_of_its_concept(
    code: str, elements: dict[str, Any], value: str, raw: str
) -> None:
    """Quantity, text, ratio, range and integer alike; what was sent is kept beside it."""
    found = one(observation(code, **elements))
    assert isinstance(found, Measurement)
    assert (found.value, found.raw, found.problem) == (interval(value), raw, None)
    assert found.unit == unit_of(min(found.concepts))
    assert found.when is not None
    assert found.source.reference == "Observation/o1"


def test_the_factor_of_a_conversion_is_kept() -> None:
    """A person can repeat the conversion."""
    assert one(observation("2160-0", valueQuantity=quantity(1.2, "mg/dL"))).factor == Decimal("88.4")


def test_a_share_of_sclerosed_glomeruli_may_be_a_ratio() -> None:
    """6 of 20 glomeruli are 30 %."""
    ratio = {"numerator": {"value": 6}, "denominator": {"value": 20}}
    found = one(observation("glomerulosclerosis", TRIAL, valueRatio=ratio))
    assert (found.value, found.unit) == (interval("30.0"), "%")


@pytest.mark.parametrize(
    ("code", "elements", "problem"),
    [
        ("777-3", {"valueQuantity": quantity(42)}, "unit"),
        ("777-3", {"valueQuantity": quantity(42, "mg/dL")}, "unit"),
        ("777-3", {"valueQuantity": quantity(42, "10*12/L", code="10*9/L")}, "unit"),
        ("777-3", {"valueString": "42"}, "unit"),
        ("777-3", {"valueString": "1:320"}, "unit"),
        ("777-3", {"valueQuantity": {"value": "42", "unit": "10*9/L"}}, "no-value"),
        ("777-3", {"valueQuantity": quantity(42, "10*9/L", comparator="ad")}, "no-value"),
        ("777-3", {"dataAbsentReason": {"text": "unknown"}}, "no-value"),
        ("777-3", {"status": "preliminary"}, "preliminary"),
        ("777-3", {"status": "unknown", "valueQuantity": quantity(42)}, "preliminary"),
        ("777-3", {"valueQuantity": quantity(42, "10*9/L"), "valueString": "52"}, "conflict"),
        ("777-3", {"valueQuantity": quantity(42, "10*9/L"), "dataAbsentReason": {"text": "error"}}, "no-value"),
        ("777-3", {"status": "preliminary", "dataAbsentReason": {"text": "error"}}, "preliminary"),
        ("5195-3", {"interpretation": [coded(("", "NEG", ""))], "dataAbsentReason": {"text": "error"}}, "no-value"),
        ("5195-3", {"valueString": "阴性", "valueBoolean": True}, "conflict"),
        ("777-3", {"status": "unknown"}, "preliminary"),
        ("777-3", {"status": "preliminary", "valueQuantity": quantity(42)}, "preliminary"),
        ("5195-3", {}, "no-value"),
    ],
)
def test_what_cannot_be_used_says_why(code: str, elements: dict[str, Any], problem: str) -> None:
    """It is still a result that is there, so that nobody claims that there is none."""
    found = one(observation(code, **elements))
    assert found.problem == problem
    assert getattr(found, "value", None) is None


@pytest.mark.parametrize(
    ("code", "elements", "answer"),
    [
        ("5195-3", {"valueString": "阴性"}, "negative"),
        ("5195-3", {"valueString": "弱阳性(±)"}, "indeterminate"),
        ("5195-3", {"valueCodeableConcept": coded(("http://snomed.info/sct", "10828004", ""))}, "positive"),
        ("5195-3", {"valueCodeableConcept": coded((LOCAL, "ND", "Not done"))}, None),
        ("5195-3", {"valueCodeableConcept": {"text": "未检出"}}, "negative"),
        ("5195-3", {"valueBoolean": True}, "positive"),
        ("5195-3", {"valueBoolean": False}, "negative"),
        ("31348-6", {"valueQuantity": quantity(12, "U"), "interpretation": [coded(("", "H", ""))]}, "positive"),
        ("31348-6", {"valueQuantity": quantity(12, "U"), "interpretation": [coded(("", "N", ""))]}, "negative"),
        ("31348-6", {"valueQuantity": quantity(12, "U"), "interpretation": [coded(("", "L", ""))]}, None),
        ("31348-6", {"valueQuantity": quantity(12, "U")}, None),
        ("42595-9", {"valueString": "<20 未检出"}, "negative"),
        ("42595-9", {"valueString": "标本溶血"}, None),
    ],
)
def test_a_result_in_words_is_a_coded_result(code: str, elements: dict[str, Any], answer: str | None) -> None:
    """Words, codes and yes or no; a word that stands beside a number without a usable unit counts by itself."""
    found = one(observation(code, **elements))
    assert isinstance(found, CodedResult)
    assert (found.answer, found.problem) == (answer, None if found.text or answer else "no-value")


def test_a_number_and_a_word_stand_together() -> None:
    """ "Not detected" with "<20" is negative and lies below 20."""
    found = one(observation("42595-9", valueString="<20 IU/mL 未检出"))
    assert isinstance(found, Measurement)
    assert found.answer == "negative"
    assert found.value is not None
    assert (found.value.low, found.value.high, found.value.high_open) == (0, 20, True)


@pytest.mark.parametrize(
    ("interpretation", "answer", "flag"),
    [
        ([coded(("", "POS", ""))], "positive", None),
        (coded(("", "ND", "")), "negative", None),
        ([coded(("", "HH", "")), coded(("", "DET", ""))], "positive", "high"),
        ([{"text": "↓"}], None, "low"),
        ([{"text": "阳性"}], "positive", None),
        ([coded(("", "POS", "")), coded(("", "NEG", ""))], "indeterminate", None),
        ([{"text": "阳性", "coding": [{"code": "1"}]}], "positive", None),
        ([{"coding": [{"code": "1", "display": "阳性"}]}], "positive", None),
        ([coded(("", "H", "")), coded(("", "L", ""))], None, None),
        ([coded(("", "A", ""))], None, None),
    ],
)
def test_an_interpretation_gives_an_answer_or_a_place_in_the_range(
    interpretation: Any, answer: str | None, flag: str | None
) -> None:
    """Codes of v3-ObservationInterpretation, or words beside codes of the hospital's own; two that differ settle nothing."""
    found = one(observation("42595-9", valueQuantity=quantity(30, "[IU]/mL"), interpretation=interpretation))
    assert (found.answer, found.flag) == (answer, flag)


def test_a_word_alone_in_the_interpretation_is_a_result() -> None:
    """A measured concept with nothing but an interpretation has an answer and no number."""
    found = one(observation("42595-9", interpretation=[coded(("", "ND", ""))]))
    assert (found.value, found.answer, found.problem) == (None, "negative", None)


@pytest.mark.parametrize("value", [{"valueString": "阴性"}, {"valueString": "<20 IU/mL 未检出"}])
def test_a_word_and_an_interpretation_that_differ_settle_nothing(value: dict[str, Any]) -> None:
    """Negative in words and POS as interpretation is a conflict."""
    found = one(observation("42595-9", interpretation=[coded(("", "POS", ""))], **value))
    assert (found.answer, found.problem) == ("indeterminate", "conflict")


@pytest.mark.parametrize(
    ("range_", "low", "high"),
    [
        ({"low": quantity(44), "high": quantity(133)}, "44", "133"),
        ({"high": quantity(1.5, "mg/dL")}, None, "132.6"),
        ({"high": quantity(1.5, "g/mol")}, None, None),
        ({"text": "44-133"}, "44", "133"),
        ({"text": "44-133 umol/L"}, "44", "133"),
        ({"text": "见说明"}, None, None),
    ],
)
def test_the_normal_range_comes_in_the_same_unit_as_the_value(
    range_: dict[str, Any], low: str | None, high: str | None
) -> None:
    """A range without a unit is in the value's; one in a unit that is not known is none."""
    found = one(observation("2160-0", valueQuantity=quantity(80, "umol/L"), referenceRange=[range_]))
    wanted = tuple(None if side is None else Decimal(side) for side in (low, high))
    assert (found.low_normal, found.high_normal) == wanted


def test_an_arbitrary_unit_keeps_its_own_range() -> None:
    """RU/mL are comparable with RU/mL, and with nothing else."""
    range_ = [{"high": quantity(100, "RU/mL")}]
    found = one(observation("5130-0", valueQuantity=quantity(300, "RU/mL"), referenceRange=range_))
    assert (found.unit, found.high_normal, found.problem) == ("RU/mL", 100, None)
    other = one(observation("5130-0", valueQuantity=quantity(300, "IU/mL"), referenceRange=range_))
    assert (other.unit, other.high_normal) == ("[IU]/mL", None)


@pytest.mark.parametrize(
    ("elements", "reason"),
    [
        ({"status": "entered-in-error"}, "entered-in-error"),
        ({"status": "cancelled"}, "cancelled"),
        ({"status": "registered"}, "no-result"),
        ({"status": "nonsense"}, "malformed"),
        ({"modifierExtension": [{"url": "http://x"}]}, "unknown-modifier"),
        ({"implicitRules": "http://x"}, "implicit-rules"),
        ({"focus": [{"reference": "RelatedPerson/donor"}]}, "unknown-modifier"),
        ({"code": {"text": "血小板"}}, "no-code"),
        ({"code": {"coding": [{"system": LOCAL, "code": "PLT"}]}}, "unknown-code"),
        ({"code": coded((LOINC, "2093-3", "Cholesterol"))}, "not-relevant"),
        ({"code": coded((LOINC, "777-3", "Hemoglobin [Mass/volume] in Blood"))}, "display-contradicts"),
        ({"code": coded((LOINC, "777-3", ""), (LOINC, "6690-2", ""))}, "display-contradicts"),
        ({"effectiveDateTime": ""}, "no-date"),
        (
            {"effectiveDateTime": "", "effectiveTiming": {"event": ["2024-01-01"]}, "issued": "2025-05-22T08:00:00Z"},
            "no-date",
        ),
    ],
)
def test_what_is_not_used_is_set_aside_with_its_reason(elements: dict[str, Any], reason: str) -> None:
    """Nothing is dropped silently."""
    assert read(observation(**{"valueQuantity": quantity(42, "10*9/L"), **elements}), Context()) == reason


def test_a_bad_date_is_an_error() -> None:
    """The chart sets the resource aside as "bad-date"."""
    with pytest.raises(ValueError, match="not a FHIR date"):
        read(observation(effectiveDateTime="20.5.2025", valueQuantity=quantity(1, "10*9/L")), Context())


@pytest.mark.parametrize(
    ("elements", "first", "last"),
    [
        ({}, 20, 20),
        ({"effectiveDateTime": "", "issued": "2025-05-22T08:00:00+08:00"}, 22, 22),
        ({"effectiveDateTime": "", "effectivePeriod": {"start": "2025-05-18", "end": "2025-05-19"}}, 18, 19),
        ({"effectiveDateTime": "", "effectiveInstant": "2025-05-17T08:00:00+08:00"}, 17, 17),
    ],
)
def test_the_clinically_relevant_time_goes_before_the_time_of_issue(
    elements: dict[str, Any], first: int, last: int
) -> None:
    """A period is an interval."""
    when = one(observation(valueQuantity=quantity(1, "10*9/L"), **elements)).when
    zone = Context().zone
    assert [moment.astimezone(zone).day for moment in (when.earliest, when.latest)] == [first, last]


def test_a_local_code_is_read_by_the_sites_concept_map() -> None:
    """The hospital's own code stands for the code it is mapped to."""
    context = Context(local_codes={(LOCAL, "PLT"): Code(LOINC, "777-3")})
    found = one(observation("PLT", LOCAL, valueQuantity=quantity(42, "10*9/L")), context)
    assert found.concepts == {"lab.platelet"}


def test_an_isn_rps_class_keeps_its_code() -> None:
    """The class is for the clause to read."""
    value = coded(("https://yts109.example.org/fhir/CodeSystem/isn-rps-class", "IV(A/C)", ""))
    found = one(observation("isn-rps-class", TRIAL, valueCodeableConcept=value))
    assert found.concepts == {"obs.isn_rps_class"}
    assert [code.code for code in found.codes] == ["IV(A/C)"]
