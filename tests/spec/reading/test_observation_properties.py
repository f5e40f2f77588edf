"""Observation -> results: what holds for whatever a hospital sends."""

import json
from decimal import Decimal
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from mappings.reading.context import Context
from mappings.reading.datatypes import Quantity
from mappings.reading.observations import read
from mappings.reading.units import FAMILIES
from tests.spec.reading.test_observations import observation, one

title = "Observations, whatever they hold"
CODES = {"lab.platelet": "777-3", "lab.creatinine_mass": "2160-0", "vital.weight": "29463-7", "lab.alt": "1742-6"}


@given(
    st.sampled_from(sorted(CODES)),
    st.decimals("0.001", "99999", places=3),
    st.sampled_from(["", "<", "<=", ">", ">="]),
    st.data(),
)
def test_every_listed_unit_gives_the_same_interval(
    concept: str, value: Decimal, sign: str, data: st.DataObject
) -> None:
    """A value that is converted to any other listed unit and read back is the same."""
    family = FAMILIES[concept][0]
    unit = data.draw(st.sampled_from(sorted(family.factors)))
    sent = f"{value / family.factors[unit]:.18e}"
    text = {"value": float(value), "comparator": sign, "unit": family.unit}
    here = one(observation(CODES[concept], valueQuantity=text))
    raw = json.dumps({**text, "unit": unit, "value": "@"}).replace('"@"', sent)
    view = observation(CODES[concept])
    view.value_quantity = msgspec.json.decode(raw.encode(), type=Quantity)
    there = one(view)
    for a, b in ((here.value.low, there.value.low), (here.value.high, there.value.high)):
        assert (a is None) == (b is None)
        assert a is None or abs(a - b) <= abs(a) * Decimal("1e-9")
    assert (here.value.low_open, here.value.high_open) == (there.value.low_open, there.value.high_open)


_WORD = st.sampled_from(["", "阳性", "<20", "1:80", "g/L", "10*9/L", "%", "1e999999999", "\x00", "H"]) | st.text(
    max_size=6
)
_CONCEPT = st.fixed_dictionaries(
    {}, optional={"text": _WORD, "coding": st.lists(st.fixed_dictionaries({"code": _WORD}), max_size=2)}
)
_QUANTITY = st.fixed_dictionaries(
    {},
    optional={
        "value": st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _WORD | st.none(),
        "comparator": st.sampled_from(["<", ">", "<=", ">=", "ad", "~"]),
        "unit": _WORD,
        "code": _WORD,
    },
)
_VALUE = st.one_of(
    st.tuples(st.just("valueQuantity"), _QUANTITY),
    st.tuples(st.just("valueString"), _WORD),
    st.tuples(st.just("valueCodeableConcept"), _CONCEPT),
    st.tuples(st.just("valueInteger"), st.integers()),
    st.tuples(st.just("valueRatio"), st.fixed_dictionaries({}, optional={"numerator": _QUANTITY, "denominator": _QUANTITY})),
    st.tuples(st.just("valueRange"), st.fixed_dictionaries({}, optional={"low": _QUANTITY, "high": _QUANTITY})),
    st.tuples(st.just("interpretation"), st.lists(_CONCEPT, max_size=2)),
    st.tuples(st.just("referenceRange"), st.lists(st.fixed_dictionaries({"text": _WORD}, optional={"low": _QUANTITY, "high": _QUANTITY}))),
)  # fmt: skip


@given(
    st.sampled_from(["777-3", "5048-4", "5195-3", "6301-6", "2890-2", "8310-5", "5130-0"]), st.lists(_VALUE, max_size=4)
)
def test_no_observation_makes_the_reader_fail(code: str, elements: list[tuple[str, Any]]) -> None:
    """Whatever a hospital sends in an Observation that decodes is read as something, or as a problem."""
    found = read(observation(code, **dict(elements)), Context())
    assert isinstance(found, list)
