"""Observation -> results: several codings, components, and which of them a number speaks of."""

import pytest

from mappings.codes import LOINC
from mappings.reading.context import Context
from mappings.reading.observations import read
from tests.spec.reading.test_observations import LOCAL, coded, observation, one, quantity
from tests.spec.tables import interval

title = "Parts of observations"


def test_codings_of_one_analyte_are_one_result() -> None:
    """Mass and amount of creatinine are one analyte, whichever of its codes was sent first."""
    both = coded((LOINC, "2160-0", ""), (LOINC, "14682-9", ""), (LOCAL, "CREA", ""))
    found = one(observation(code=both, valueQuantity=quantity(1, "mg/dL")))
    assert (found.value, len(found.concepts)) == (interval("88.4"), 2)


@pytest.mark.parametrize(
    ("codes", "unit", "concepts", "own"),
    [
        (("42595-9", "29615-2"), "copies/mL", {"lab.hbv_dna_quant_copies"}, "{copies}/mL"),
        (("42595-9", "29615-2"), "IU/mL", {"lab.hbv_dna_quant_iu"}, "[IU]/mL"),
        (("5195-3", "63557-3"), "IU/mL", {"lab.hbsag_quant"}, "[IU]/mL"),
        (("5195-3", "63557-3"), "RLU", {"lab.hbsag_qual"}, "RLU"),
    ],
)
def test_the_unit_says_which_of_several_concepts_is_meant(
    codes: tuple[str, str], unit: str, concepts: set[str], own: str
) -> None:
    """A viral load is in copies or in units, an antigen in units or an index: never in both."""
    both = coded(*((LOINC, code, "") for code in codes))
    found = one(observation(code=both, valueQuantity=quantity(5, unit)))
    assert (found.concepts, found.unit) == (concepts, own)


def test_the_code_of_an_arbitrary_unit_goes_before_its_print() -> None:
    """Only two units that we know can contradict each other."""
    assert one(observation("5130-0", valueQuantity=quantity(5, "单位", code="[IU]/mL"))).unit == "[IU]/mL"
    assert one(observation("777-3", valueQuantity=quantity(5, "10*9/L", code="zz"))).value == interval("5")


PRESSURE = [
    {"code": coded((LOINC, "8480-6", "")), "valueQuantity": quantity(120, "mmHg")},
    {"code": coded((LOINC, "8462-4", "")), "valueQuantity": quantity(80, "mmHg")},
]


@pytest.mark.parametrize("code", ["85354-9", "2093-3"])
def test_components_are_results_of_their_own(code: str) -> None:
    """A panel without a value gives its parts only, whether or not we know the panel."""
    found = read(observation(code, component=PRESSURE), Context())
    assert isinstance(found, list)
    assert [min(fact.concepts) for fact in found] == ["vital.sbp", "vital.dbp"]


def test_a_value_stands_beside_its_components() -> None:
    """An Observation with a value and components gives both."""
    found = read(observation(valueQuantity=quantity(42, "10*9/L"), component=PRESSURE), Context())
    assert len(found) == 3


def test_components_that_are_none_of_ours_say_why() -> None:
    """The first reason that may hide something goes before "not relevant"; a component's modifier is respected."""
    strange = {"code": coded((LOCAL, "X", "")), "valueString": "1"}
    modified = {**PRESSURE[0], "modifierExtension": [{"url": "http://x"}]}
    assert read(observation("2093-3", component=[strange, modified]), Context()) == "unknown-code"
    assert read(observation("2093-3", component=[modified]), Context()) == "unknown-modifier"
