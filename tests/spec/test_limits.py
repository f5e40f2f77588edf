"""Numbers of the protocol, and readings of its unclear sentences."""

import ast
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec
import pytest

import mappings
from mappings.clauses import CLAUSE, CLAUSES
from mappings.interpretations import READINGS, Interpretations
from mappings.limits import LIMITS, NEVER, Limits
from tests.docs.render import interpretations

title = "Limits and readings"
ROOT = Path(next(iter(mappings.__path__)))
NAMES = LIMITS.__struct_fields__
SETTINGS = Interpretations.__struct_fields__

REGISTERED = {
    "age_minimum": "18 a",
    "age_maximum": "65 a",
    "refractory_agents": "2 {agents}",
    "upcr_minimum": "1.0 g/g",
    "sclerosis_maximum": "50 %",
    "pulse_dose": "1000 mg",
    "pulse_days": "3 d",
    "high_dose": "1 mg/kg",
    "platelets_below": "50 10*9/L",
    "platelets_above": "30 10*9/L",
    "platelet_counts": "2 {counts}",
    "neutrophils_minimum": "1.0 10*9/L",
    "neutrophil_window": "14 d",
    "haemoglobin_minimum": "60 g/L",
    "alt_maximum": "3 {ULN}",
    "ast_maximum": "3 {ULN}",
    "bilirubin_maximum": "1.5 {ULN}",
    "clearance_minimum": "30 mL/min",
    "coagulation_maximum": "1.5 {ULN}",
    "hcg_window": "7 d",
    "contraception_months": "12 mo",
    "malignancy_years": "5 a",
    "thrombosis_months": "6 mo",
    "trial_months": "3 mo",
    "half_lives": "5 {half-lives}",
    "biologic_days": "28 d",
}


@cache
def used() -> frozenset[str]:
    """Return every name that the rules read of a limit or a setting: as an attribute, or from a table of names."""
    found = set[str]()
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute):
                found.add(node.attr)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and path.parent.name == "criteria":
                found.add(node.value)
    return frozenset(found)


def test_the_registered_numbers_are_those_of_the_record() -> None:
    """Every number that the registered record names, with its unit, and no other is called registered."""
    found = {name: getattr(LIMITS, name) for name in NAMES}
    stated = {name: f"{one.value} {one.unit}" for name, one in found.items() if one.asked == "registered"}
    assert stated == REGISTERED


@pytest.mark.parametrize("name", NAMES)
def test_every_number_belongs_to_a_clause_and_decides_something(name: str) -> None:
    """A number that no rule reads would be a promise that nothing keeps."""
    limit = getattr(LIMITS, name)
    assert limit.clause in CLAUSE
    assert limit.unit
    assert name in used() or name in UNREAD


#: Stated to people only: what is promised for the months after treatment cannot be measured before it.
UNREAD = {"contraception_months"}


@pytest.mark.parametrize("name", [name for name in NAMES if getattr(LIMITS, name).asked != "registered"])
def test_every_number_that_the_record_leaves_open_is_told(name: str) -> None:
    """INTERPRETATIONS.md lists each default, so that the sponsor can confirm it."""
    limit = getattr(LIMITS, name)
    number = "no limit" if str(limit.value) == NEVER else f"{limit.value} {limit.unit}"
    assert f"| `{name}` | {number} | {limit.clause} |" in interpretations()


def test_numbers_that_were_not_read_in_a_source_are_defaults() -> None:
    """Of the others, only the classification's come from a publication that was opened."""
    published = {name for name in NAMES if getattr(LIMITS, name).asked == "published"}
    assert {getattr(LIMITS, name).clause for name in published} == {"I02"}


def test_days_are_whole() -> None:
    """A window in days is counted in calendar days."""
    assert LIMITS.biologic_days.days == 28
    assert all(limit.value == limit.days for name in NAMES if (limit := getattr(LIMITS, name)).unit == "d")


def test_an_unknown_limit_is_refused() -> None:
    """A name that was misspelt in a settings file must not be passed over."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"agemaximum": {"value": Decimal(60), "unit": "a", "clause": "I01"}}, Limits)


#: The rows of the register of ambiguities, each with a word that its reading must hold.
AMBIGUITIES = {
    "S2": ("all", "cohort"),
    "S3": ("all", "day"),
    "S4": ("all", "result_window"),
    "S5": ("all", "differ"),
    "S6": ("all", "dose"),
    "S7": ("E12", "ymphodepletion"),
    "I1": ("I01", "66th"),
    "I2a": ("I02", "ever"),
    "I2b": ("I02-LN-1", "failure"),
    "I2c": ("I02-LN-1", "agents"),
    "I2d": ("I02-LN-1", "exposure_days"),
    "I2e": ("I02-LN-2", "UPCR"),
    "I2f": ("I02-LN-3", "chronic"),
    "I2g": ("I02-LN-4", "glomeruli"),
    "I2h": ("I02-ITP-1", "pulse"),
    "I2i": ("I02-ITP-1", "failure"),
    "I2j": ("I02-ITP-2", "floor"),
    "I2k": ("I02-ITP-2", "transfusion"),
    "I2l": ("I02-ITP-3", "other"),
    "I3a": ("I03-1", "G-CSF"),
    "I3b": ("I03-2", "transfus"),
    "I3c": ("I03-3", "elevation"),
    "I3d": ("I03-6", "acute"),
    "I3e": ("I03-6", "weight"),
    "I3f": ("I03-7", "INR"),
    "I3g": ("I03-8", "stab"),
    "I4a": ("I04-1", "contraception"),
    "I4b": ("I04-2", "fertile"),
    "I4c": ("I04-2", "serum"),
    "I5": ("I05", "comply"),
    "E1": ("E01", "severe"),
    "E2": ("E02", "infection_treatment_window"),
    "E3": ("E03", "listed"),
    "E3b": ("E03", "past"),
    "E4": ("E04", "ejection_fraction_minimum"),
    "E5": ("E05", "variable"),
    "E6": ("E06", "exempt"),
    "E6 date": ("E06", "counted from"),
    "E7": ("E07", "end_stage_filtration"),
    "E8a": ("E08-1", "HBsAg"),
    "E8b": ("E08-1", "detection limit"),
    "E8c": ("E08-2", "RNA"),
    "E8d": ("E08-3", "reactive"),
    "E8e": ("E08-4", "treponemal"),
    "E8f": ("E08-4", "immunoglobulin"),
    "E9": ("E09", "onset"),
    "E10": ("E10", "severe"),
    "E11": ("E11", "end of"),
    "E12a": ("E12", "half-li"),
    "E12b": ("E12", "wait"),
    "E12c": ("E12", "biologic_days"),
    "E12d": ("E12", "supply"),
    "E13": ("E13", "conce"),
    "E14": ("E14", "silence"),
}


@pytest.mark.parametrize(("clause", "word"), AMBIGUITIES.values(), ids=AMBIGUITIES)
def test_every_known_ambiguity_has_a_reading(clause: str, word: str) -> None:
    """Each unclear sentence is told with how it is read."""
    told = [one for one in READINGS if clause in one.clauses.split(", ")]
    assert any(word in f"{one.question} {' '.join(one.choices.values())} {one.why}" for one in told)


def test_every_reading_is_whole() -> None:
    """A question about clauses that exist, at least one choice, a reason, and whom to ask."""
    for one in READINGS:
        assert one.clauses == "all" or set(one.clauses.split(", ")) <= CLAUSE.keys()
        assert one.question.endswith("?")
        assert one.why
        assert one.settled_by in {"sponsor", "investigator", "site"}
        assert all(one.choices.values())
        assert bool(one.setting) == (len(one.choices) > 1)


def test_every_setting_has_one_reading_with_its_choices() -> None:
    """The first choice that is told is the default, and no choice is without a meaning."""
    told = {one.setting: one for one in READINGS if one.setting}
    assert list(told) == [one.setting for one in READINGS if one.setting]
    assert set(told) == set(SETTINGS)
    hints: dict[str, Any] = get_type_hints(Interpretations)
    for name in SETTINGS:
        assert tuple(told[name].choices) == get_args(hints[name])
        assert next(iter(told[name].choices)) == getattr(Interpretations(), name)


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_is_read_by_a_rule(name: str) -> None:
    """A choice without an effect would be a promise that nothing keeps."""
    assert name in used()


def test_limits_named_in_readings_exist() -> None:
    """What a reading names in back quotes is a limit of that name."""
    for one in READINGS:
        for text in one.choices.values():
            assert set(text.split("`")[1::2]) <= set(NAMES)


def test_every_clause_that_is_unclear_says_so_on_its_page() -> None:
    """No clause that a person must interpret is left without a reading."""
    told = {clause for one in READINGS for clause in one.clauses.split(", ")}
    assert {clause.id for clause in CLAUSES if clause.kind == "exclusion"} <= told
