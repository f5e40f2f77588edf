"""Numbers as hospitals send them."""

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.intervals import Interval, exactly
from mappings.reading.datatypes import Quantity, Range, Ratio, ReferenceRange
from mappings.reading.quantities import (
    Measure,
    Normal,
    bounded,
    measure,
    normal,
    number,
    of_range,
    of_ratio,
    of_text,
)
from tests.spec.tables import interval

title = "Quantities"


def decoded(text: str, kind: type) -> object:
    return msgspec.json.decode(text.encode(), type=kind)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"7.300", "7.300"),
        (b"0", "0"),
        (b"-1.5", "-1.5"),
        (b"1.0E+2", "1.0E+2"),
        (b'"7.3"', None),
        (b"null", None),
        (b"true", None),
        (b"{}", None),
        (b"", None),
        (b"-", None),
        (b"1e999999999", None),
        (b"1e-999999999", None),
        (b"1" * 31, None),
        (b"1\xff", None),
    ],
)
def test_a_number_keeps_its_digits_and_nothing_else_is_a_number(raw: bytes, expected: str | None) -> None:
    """Strings, null and monstrous numbers are no measurement; trailing zeros stay."""
    found = number(raw)
    assert (None if found is None else str(found)) == expected


@pytest.mark.parametrize(
    ("comparator", "value", "expected"),
    [
        ("", "20", exactly(Decimal(20))),
        ("<", "20", Interval(Decimal(0), Decimal(20), high_open=True)),
        ("<", "0", Interval(None, Decimal(0), high_open=True)),
        ("<=", "20", Interval(Decimal(0), Decimal(20))),
        ("<=", "-1", Interval(None, Decimal(-1))),
        (">", "20", Interval(Decimal(20), None, low_open=True)),
        (">=", "20", Interval(Decimal(20), None)),
        ("ad", "20", None),
        ("~", "20", None),
    ],
)
def test_a_comparator_makes_an_interval(comparator: str, value: str, expected: Interval | None) -> None:
    """A comparator that bounds nothing ("ad": sufficient to achieve) leaves no value."""
    assert bounded(Decimal(value), comparator) == expected


@pytest.mark.parametrize(
    ("text", "cell", "unit", "titre"),
    [
        ("1:320", "320", "", True),
        ("1：320", "320", "", True),
        ("1:320 核颗粒型", "320", "", True),
        ("阳性(1:1000)", "1000", "", True),
        (">1:1280", ">1280", "", True),
        ("12.5", "12.5", "", False),
        ("=12.5", "12.5", "", False),
        ("１２．５", "12.5", "", False),
        ("12.5 g/L", "12.5", "g/L", False),
        ("≥100", "100..", "", False),
        (">100", ">100", "", False),
        ("0.0--21.0", "0.0..21.0", "", False),
        ("9-50", "9..50", "", False),
        ("0～40 U/L", "0..40", "U/L", False),
        ("5.0×10^3 IU/mL", "5.0E+3", "IU/mL", False),
        ("5.0×10³IU/ml", "5.0E+3", "IU/ml", False),
        ("50×10^9/L", "50", "×10^9/L", False),
        ("12.5 g/L 偏低", "12.5", "g/L", False),
        ("12.5 (偏低)", "12.5", "", False),
        ("60 mL/min/1.73m2", "60", "mL/min/1.73m2", False),
        ("3-5 /HP", "3..5", "/HP", False),
        ("1:320.", "320", "", True),
    ],
)
def test_a_text_that_is_a_number_is_read_as_one(text: str, cell: str, unit: str, titre: bool) -> None:
    """Titres, bounds, spans, powers and full-width digits come out as intervals with the unit as written."""
    expected = Interval(Decimal(cell[:-2]), None) if cell.endswith("..") else interval(cell)
    assert of_text(text) == Measure(expected, unit, titre)


@pytest.mark.parametrize(("text", "high"), [("<1:80", "80"), ("<20 未检出", "20"), ("<1.0E+02", "1.0E+2")])
def test_less_than_starts_at_zero(text: str, high: str) -> None:
    """What is measured here cannot be less than nothing."""
    found = of_text(text)
    assert found is not None
    assert found.value == Interval(Decimal(0), Decimal(high), high_open=True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "阴性",
        "溶血",
        "2024-05-01",
        "50-9",
        "1:80-1:160",
        "1e999999999",
        "9-1e999999999",
        "1.2E3 x10^3 IU/mL",
        "约 5",
        "45 (125-350)",
        "45, 52",
        "0-40(女) 0-50(男)",
        "<20 未检出(检出限20)",
        "12.5 g/L 2025",
    ],
)
def test_a_text_that_is_not_one_number_is_none(text: str) -> None:
    """Dates, words, spans in the wrong order and two numbers at once are not read as one."""
    assert of_text(text) is None


@pytest.mark.parametrize(
    ("text", "unit"), [("21:30", ":30"), ("1:3.2", ":3.2"), ("1:1,280", ":1,280"), ("0.1:20", ":20")]
)
def test_what_only_looks_like_a_titre_is_none(text: str, unit: str) -> None:
    """A time of day, a ratio and a number with separators are numbers in a unit that nobody knows."""
    found = of_text(text)
    assert found is not None
    assert not found.titre
    assert found.unit == unit


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"value": 5, "unit": "g/L"}', Measure(exactly(Decimal(5)), "g/L")),
        ('{"value": 5, "unit": "g/L", "code": "g/L"}', Measure(exactly(Decimal(5)), "g/L")),
        ('{"value": 5, "unit": "克/升", "code": "g/L"}', Measure(exactly(Decimal(5)), "g/L", False, "克/升")),
        ('{"value": "5", "unit": "g/L"}', None),
        ('{"unit": "g/L"}', None),
        ('{"value": 5, "comparator": "ad"}', None),
    ],
)
def test_a_quantity_is_a_number_with_its_unit_by_code(text: str, expected: Measure | None) -> None:
    """The code is for machines and goes first; the printed unit is kept where it says something else."""
    assert measure(decoded(text, Quantity)) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"numerator": {"value": 1}, "denominator": {"value": 320}}', Measure(exactly(Decimal(320)), "", True)),
        (
            '{"numerator": {"value": 160, "unit": "mg"}, "denominator": {"value": 2, "unit": "mmol"}}',
            Measure(exactly(Decimal(80)), "mg/mmol"),
        ),
        ('{"numerator": {"value": 6}, "denominator": {"value": 20}}', Measure(exactly(Decimal("0.3")), "1")),
        ('{"numerator": {"value": 6}, "denominator": {"value": 0}}', None),
        ('{"numerator": {"value": 6, "comparator": "<"}, "denominator": {"value": 20}}', None),
        ('{"numerator": {"value": 6}}', None),
        ("{}", None),
    ],
)
def test_a_ratio_is_a_titre_or_a_quotient(text: str, expected: Measure | None) -> None:
    """1:320 is a titre; anything else is divided, and its unit names both units."""
    assert of_ratio(decoded(text, Ratio)) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"low": {"value": 1, "unit": "g/L"}, "high": {"value": 2, "unit": "g/L"}}', "1..2"),
        ('{"low": {"value": 2, "unit": "g/L"}, "high": {"value": 1, "unit": "g/L"}}', None),
        ('{"low": {"value": 1, "unit": "g/L"}, "high": {"value": 2, "unit": "g/dL"}}', None),
        ('{"low": {"value": 1, "comparator": "<"}}', None),
        ("{}", None),
    ],
)
def test_a_range_is_an_interval_in_one_unit(text: str, expected: str | None) -> None:
    """Two units, or bounds in the wrong order, say nothing."""
    found = of_range(decoded(text, Range))  # type: ignore[arg-type]
    assert (None if found is None else found.value) == (None if expected is None else interval(expected))


def test_a_range_may_be_open() -> None:
    """One bound is enough."""
    found = of_range(Range(high=decoded('{"value": 2, "unit": "g/L"}', Quantity)))  # type: ignore[arg-type]
    assert found == Measure(Interval(None, Decimal(2)), "g/L")


NORMAL = '"type": {"coding": [{"code": "normal"}]}'
CRITICAL = '"type": {"coding": [{"code": "critical"}]}'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[{"high": {"value": 40}}]', (None, "40", "")),
        ('[{"low": {"value": 9, "unit": "U/L"}, "high": {"value": 50}}]', ("9", "50", "U/L")),
        (f'[{{"high": {{"value": 40}}, {NORMAL}}}, {{"high": {{"value": 400}}, {CRITICAL}}}]', (None, "40", "")),
        (f'[{{"high": {{"value": 400}}, {CRITICAL}}}]', None),
        ('[{"high": {"value": 40}}, {"high": {"value": 35}}]', None),
        ('[{"high": {"value": 40}}, {"high": {"value": 40}}]', (None, "40", "")),
        ('[{"text": "9-50"}]', ("9", "50", "")),
        ('[{"text": "<41"}]', ("0", "41", "")),
        ('[{"text": "≤1.5倍"}]', ("0", "1.5", "")),
        ('[{"text": "0.0--21.0"}]', ("0.0", "21.0", "")),
        ('[{"text": "0～40"}]', ("0", "40", "")),
        ('[{"text": "<1:80"}]', None),
        ('[{"text": "男 9-50 女 7-40"}]', None),
        ("[{}]", None),
        ("[]", None),
    ],
)
def test_the_normal_range_is_the_one_that_applies(text: str, expected: tuple[str | None, str, str] | None) -> None:
    """Other kinds of range are not looked at; several that differ cannot be told apart and give none."""
    found = normal(decoded(text, list[ReferenceRange]))  # type: ignore[arg-type]
    if expected is None:
        assert found is None
    else:
        low, high, unit = expected
        assert found == Normal(None if low is None else Decimal(low), Decimal(high), unit)


@given(st.text() | st.from_regex(r"[<>≤≥]?[-+]?\d+(\.\d+)?([eE][-+]?\d+)?\s?([x×]10\^?\d+)?.*"))
def test_no_text_makes_the_reader_fail(text: str) -> None:
    """Whatever is typed is read as a number or as none, and can be reckoned with."""
    found = of_text(text)
    if found and found.value.high is not None:
        assert (found.value.high * Decimal("8840")).is_finite()


@given(st.binary())
def test_no_token_makes_the_reader_fail(raw: bytes) -> None:
    """Whatever the bytes are, they are a number or none."""
    found = number(raw)
    assert found is None or found.is_finite()
