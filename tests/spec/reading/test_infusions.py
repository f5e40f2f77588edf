"""The infusion of YTS109 cells, told by a MedicationAdministration or a Procedure."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from mappings.codes import ATC, Code
from mappings.facts import Exposure, Fact, Infusion, ProcedureDone
from mappings.reading import medications, procedures
from mappings.reading.context import Context
from mappings.reading.views import READ
from tests.spec.reading.fragments import coded, line, view

title = "Infusions"
TRIAL = "https://yts109.example.org/fhir/CodeSystem/trial"
CELLS = coded("yts109", system=TRIAL)
LOCAL = {("http://hospital.example.cn", "YS1"): Code(TRIAL, "yts109")}
BAG = view("Medication", id="bag", code=CELLS)


def context(**elements: Any) -> Context:
    return Context(**{"follows": True, "medications": {"bag": BAG}, "local_codes": LOCAL, **elements})


def given(settings: Context | None = None, **elements: Any) -> list[Fact]:
    """What is read of an administration of the cells."""
    whole = {"status": "completed", "medicationCodeableConcept": CELLS, "effectiveDateTime": "2025-03-03", **elements}
    found = medications.read_administration(view("MedicationAdministration", **whole), settings or context())
    return [] if isinstance(found, str) else found


def done(settings: Context | None = None, **elements: Any) -> list[Fact]:
    """What is read of the same as a procedure."""
    whole = {"status": "completed", "code": CELLS, "performedDateTime": "2025-03-03", **elements}
    found = procedures.read(view("Procedure", **whole), settings or context())
    return [] if isinstance(found, str) else found


def only(found: list[Fact]) -> Infusion:
    (infusion,) = [one for one in found if isinstance(one, Infusion)]
    return infusion


def dosed(value: Any, unit: str = "", code: str = "", **more: Any) -> tuple[Decimal | None, Decimal | None]:
    dose = {"value": value, "unit": unit, "code": code, **more}
    infusion = only(given(dosage={"dose": {name: each for name, each in dose.items() if each != ""}}))
    return infusion.cells, infusion.cells_per_kg


@pytest.mark.parametrize(
    ("unit", "cells", "per_kg"),
    [
        ("{cells}", "6", None),
        ("cells", "6", None),
        ("10*6", "6E6", None),
        ("10*6{cells}", "6E6", None),
        ("10*6.{cells}", "6E6", None),
        ("×10^6 cells", "6E6", None),
        ("x10⁶个细胞", "6E6", None),
        ("1E6 cells", "6E6", None),
        ("万个", "6E4", None),
        ("百万", "6E6", None),
        ("亿", "6E8", None),
        ("million STAR+ T cells", "6E6", None),
        ("10*6/kg", None, "6E6"),
        ("10*6.{cells}/kg", None, "6E6"),
        ("{cells}/kg", None, "6"),
        ("×10^6/kg", None, "6E6"),
        ("10^6 cells/kg BW", None, "6E6"),
        ("10^6个/公斤体重", None, "6E6"),
        ("万/kg", None, "6E4"),
        ("/kg", None, "6"),
    ],
)
def test_a_dose_counts_cells_or_cells_per_kilogram(unit: str, cells: str | None, per_kg: str | None) -> None:
    """In the many ways in which a number of cells is written, printed or coded."""
    expected = tuple(None if one is None else Decimal(one) for one in (cells, per_kg))
    assert dosed(6, unit) == expected
    assert dosed(6, code=unit) == expected


@pytest.mark.parametrize(
    ("value", "unit", "code", "more"),
    [
        (1, "bag", "{bag}", {}),
        (6, "", "", {}),
        (6, "", "1", {}),
        (6, " ", ".", {}),
        (50, "mL", "mL", {}),
        (6, "10*6/m2", "", {}),
        (6, "x10^6 nucleated cells", "", {}),
        (6, "x10^6 CAR+ cells", "", {}),
        (6, "10^6 cells/kg", "10*6", {}),
        (-6, "10*6/kg", "", {}),
        (6, "10*6/kg", "", {"comparator": "<"}),
        ("6", "10*6/kg", "", {}),
    ],
)
def test_a_dose_that_does_not_say_what_it_counts_is_none(
    value: Any, unit: str, code: str, more: dict[str, Any]
) -> None:
    """A bag, a volume, other cells, a bound, no number, and two units that differ: nothing is guessed."""
    assert dosed(value, unit, code, **more) == (None, None)


def test_a_unit_for_people_that_says_nothing_leaves_that_for_machines() -> None:
    """ "IU" printed beside a code of millions is no contradiction; nor is one unit in two spellings; zero is a dose."""
    assert dosed(6, "单位", "10*6/kg") == (None, Decimal("6E6"))
    assert dosed(6, "×10^6 cells/kg", "10*6/kg") == (None, Decimal("6E6"))
    assert dosed(0, "10*6/kg") == (None, 0)


def test_a_dose_with_an_unknown_modifier_is_none() -> None:
    """It may say the opposite."""
    dosage = {"dose": {"value": 1, "code": "10*6/kg"}, "modifierExtension": [{"url": "http://x"}]}
    assert only(given(dosage=dosage)).cells_per_kg is None
    assert only(given(dosage={"text": "1×10^6/kg"})).cells_per_kg is None


@pytest.mark.parametrize(
    "drug",
    [
        {"medicationCodeableConcept": CELLS},
        {"medicationCodeableConcept": coded("YS1", system="http://hospital.example.cn")},
        {"medicationCodeableConcept": None, "medicationReference": {"reference": "Medication/bag"}},
        {"medicationCodeableConcept": None, "medication": {"concept": CELLS}},
        {"medicationCodeableConcept": None, "medication": {"reference": {"reference": "Medication/bag"}}},
    ],
)
def test_the_cells_are_known_by_code(drug: dict[str, Any]) -> None:
    """By the trial's code, by a local one that is translated, or by the Medication that is pointed to, R4 and R5."""
    found = given(**drug, dosage={"dose": {"value": 1, "unit": "10*6/kg"}})
    assert [type(one) for one in found] == [Exposure, Infusion]
    infusion = only(found)
    assert (infusion.kind, infusion.raw, infusion.stopped) == ("administration", "1 10*6/kg", False)
    assert infusion.concepts == {"rx.cart.yts109"}


def test_other_drugs_are_no_infusion_and_nothing_is_told_unless_treatment_is_followed() -> None:
    """Other engineered cells are another product; a screening asks for exposures only."""
    assert [type(one) for one in given(medicationCodeableConcept=coded("L01XL03", system=ATC))] == [Exposure]
    assert [type(one) for one in given(context(follows=False))] == [Exposure]
    assert [type(one) for one in done(context(follows=False))] == [ProcedureDone]
    assert [type(one) for one in done(code=coded("302497006"))] == [ProcedureDone]


@pytest.mark.parametrize("kind", ["MedicationRequest", "MedicationStatement", "MedicationDispense"])
def test_what_is_ordered_told_or_handed_over_is_no_infusion(kind: str) -> None:
    """Only what was given counts."""
    readers: dict[str, Any] = {
        "MedicationRequest": medications.read_request,
        "MedicationStatement": medications.read_statement,
        "MedicationDispense": medications.read_dispense,
    }
    order = {"status": "completed", "intent": "order", "medicationCodeableConcept": CELLS}
    sent = msgspec.json.decode(line(kind, **order), type=READ)
    assert [type(one) for one in readers[kind](sent, context())] == [Exposure]


@pytest.mark.parametrize(
    ("status", "stopped", "problem"),
    [
        ("completed", False, None),
        ("stopped", True, None),
        ("in-progress", True, None),
        ("on-hold", True, None),
        ("unknown", True, "preliminary"),
    ],
)
def test_only_what_was_completed_is_not_stopped(status: str, stopped: bool, problem: str | None) -> None:
    """Of one whose status is unknown nobody says that it took place at all."""
    for found in (given(status=status), done(status=status)):
        assert (only(found).stopped, only(found).problem) == (stopped, problem)


@pytest.mark.parametrize("status", ["not-done", "entered-in-error", "nonsense"])
def test_what_did_not_take_place_is_set_aside(status: str) -> None:
    """As any other drug or procedure is."""
    assert given(status=status) == done(status=status) == []


@pytest.mark.parametrize(
    ("elements", "when", "ended"),
    [
        ({}, "2025-03-03", "2025-03-03"),
        ({"performedDateTime": None, "occurrenceDateTime": "2025-03-03T10:00:00+08:00"}, *["2025-03-03T10:00:00+08:00"] * 2),
        ({"performedDateTime": None, "performedPeriod": {"start": "2025-03-03T10:00:00Z", "end": "2025-03-03T10:30:00Z"}},
         "2025-03-03T10:00:00Z", "2025-03-03T10:30:00Z"),
        ({"performedDateTime": None, "occurrencePeriod": {"start": "2025-03-03"}}, "2025-03-03", None),
        ({"performedDateTime": None, "occurrencePeriod": {"end": "2025-03-03"}}, None, "2025-03-03"),
        ({"performedDateTime": None}, None, None),
    ],
)  # fmt: skip
def test_a_procedure_begins_with_its_period(elements: dict[str, Any], when: str | None, ended: str | None) -> None:
    """The time of the procedure is its whole span; that of the infusion is its start, and unknown without one."""
    infusion = only(done(**elements))
    assert infusion.kind == "procedure"
    assert (infusion.when.text if infusion.when else None, infusion.ended.text if infusion.ended else None) == (
        when,
        ended,
    )


@pytest.mark.parametrize(
    ("elements", "when", "ended"),
    [
        ({"effectiveDateTime": "2025-03-03T10:00"}, "2025-03-03T10:00", "2025-03-03T10:00"),
        ({"effectiveDateTime": None, "effectivePeriod": {"start": "2025-03-03", "end": "2025-03-04"}}, "2025-03-03", "2025-03-04"),
        ({"effectiveDateTime": None, "occurencePeriod": {"start": "2025-03-03"}}, "2025-03-03", None),
        ({"effectiveDateTime": None, "occurenceDateTime": "2025-03"}, "2025-03", "2025-03"),
        ({"effectiveDateTime": None}, None, None),
    ],
)  # fmt: skip
def test_an_administration_begins_as_the_exposure_does(
    elements: dict[str, Any], when: str | None, ended: str | None
) -> None:
    """R4 and R5, as a moment or as a period."""
    infusion = only(given(**elements))
    assert (infusion.when.text if infusion.when else None, infusion.ended.text if infusion.ended else None) == (
        when,
        ended,
    )
