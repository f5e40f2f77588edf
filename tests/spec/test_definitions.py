"""Definitions of what follows treatment: their names, and that they are fit to be shown and changed."""

from decimal import Decimal

import msgspec
import pytest

from mappings.definitions import DEFINITIONS, NAMES, Choice, Definitions, named
from mappings.limits import Limit
from mappings.site import Occasion
from tests.spec.tables import AT


def changed(group: str, **values: str | Decimal) -> Occasion:
    """Return an occasion on which parameters of one group are set to other values."""
    ours = getattr(DEFINITIONS, group)
    other = {name: msgspec.structs.replace(getattr(ours, name), value=value) for name, value in values.items()}
    definitions = msgspec.structs.replace(DEFINITIONS, **{group: msgspec.structs.replace(ours, **other)})
    return Occasion(AT, definitions=definitions)


def test_every_definition_has_a_name() -> None:
    """Each group of parameters has one, with its version, and each is another."""
    assert set(NAMES) == set(Definitions.__struct_fields__)
    assert len(set(NAMES.values())) == len(NAMES)
    assert [named(group, Occasion(AT)) for group in NAMES] == list(NAMES.values())


def test_an_output_names_what_was_changed() -> None:
    """In the order of declaration, whatever order the site chose, and of that group alone."""
    on = changed("renal_response", filtration="sixty-or-no-fall", upcr=Decimal("0.70"))
    assert named("renal_response", on) == "CRR_v1 (upcr=0.7, filtration=sixty-or-no-fall)"
    assert named("platelet_response", on) == "ITP_v1"


@pytest.mark.parametrize(
    ("value", "name"),
    [("28.0", "DLT_v1"), ("2.8E+1", "DLT_v1"), ("30", "DLT_v1 (window=30)"), ("0", "DLT_v1 (window=0)")],
)
def test_a_default_that_is_written_otherwise_is_no_change(value: str, name: str) -> None:
    """Numbers are compared, not their spelling, and are written plainly."""
    assert named("dlt", changed("dlt", window=Decimal(value))) == name


def test_a_choice_begins_with_its_default() -> None:
    """The word in force is the first of at least two, all of them different."""
    choices = [
        parameter
        for group in NAMES
        for parameter in msgspec.structs.astuple(getattr(DEFINITIONS, group))
        if isinstance(parameter, Choice)
    ]
    assert choices
    for choice in choices:
        assert choice.value == choice.among[0]
        assert len(set(choice.among)) == len(choice.among) > 1


def test_registered_numbers_are_those_of_the_record() -> None:
    """The dose levels and week 12, and nothing else: the record defines no more."""
    registered = {
        name: f"{parameter.value:f} {parameter.unit}"
        for group in NAMES
        for name in getattr(DEFINITIONS, group).__struct_fields__
        if isinstance(parameter := getattr(getattr(DEFINITIONS, group), name), Limit)
        and parameter.asked == "registered"
    }
    assert registered == {"dose_level_1": "1000000 /kg", "dose_level_2": "2000000 /kg", "week_12": "84 d"}
