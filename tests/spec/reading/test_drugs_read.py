"""Which drug a medication resource is about: by its own code, by a Medication, and by ingredients."""

import json
from typing import Any

import msgspec
import pytest

from mappings.codes import ATC
from mappings.reading.context import Context
from mappings.reading.views import Medication, MedicationStatement
from tests.spec.reading.test_medications import one, read

title = "Drugs"
ACID = "rx.immunosuppressant.mycophenolic_acid"
TACROLIMUS = "rx.immunosuppressant.tacrolimus"
OTHER = "rx.immunosuppressant.other"
MODIFIED = {"modifierExtension": [{"url": "http://x"}]}


def atc(*codes: str, **more: Any) -> dict[str, Any]:
    return {"coding": [{"system": ATC, "code": code, **more} for code in codes]}


def knowing(**elements: Any) -> Context:
    """Return a context that holds one Medication, "m", with these elements."""
    view = msgspec.json.decode(json.dumps({"resourceType": "Medication", "id": "m", **elements}), type=Medication)
    return Context(medications={view.id: view})


def by_reference(reference: Any = "Medication/m", **elements: Any) -> dict[str, Any]:
    given = {"reference": reference} if isinstance(reference, str) else reference
    return {"medicationCodeableConcept": None, "medicationReference": given, **elements}


@pytest.mark.parametrize(
    ("codes", "concepts"),
    [
        (["L04AA06"], {ACID}),
        (["L04AX99"], {OTHER}),
        (["L04AA06", "L04AX99"], {ACID}),
        (["L01FA01"], {"rx.biologic.rituximab"}),
        (["L01BB05"], {"rx.lymphodepletion.fludarabine", OTHER}),
        (["L01CA02"], {"rx.other.vincristine", OTHER}),
        (["H02AB06", "L04AX99"], {"rx.glucocorticoid.prednisolone", OTHER}),
        (["H02AB06"], {"rx.glucocorticoid.prednisolone"}),
        (["A02BC01", "L04AA06"], {ACID}),
    ],
)
def test_a_drug_is_all_that_its_codings_say(codes: list[str], concepts: set[str]) -> None:
    """A suppressant we know by name is no "other" one besides; fludarabine and vincristine stay one."""
    assert one(MedicationStatement, medicationCodeableConcept=atc(*codes)).concepts == concepts


@pytest.mark.parametrize(
    "reference",
    [
        "Medication/m",
        "Medication/m/_history/3",
        "http://hospital.example.cn/fhir/Medication/m",
        "http://hospital.example.cn/fhir/Medication/m/_history/3",
    ],
)
def test_a_drug_may_be_named_by_reference(reference: str) -> None:
    """Relative, absolute and versioned references come to the same Medication, in R4 and in R5."""
    context = knowing(code=atc("L04AD02"))
    assert one(MedicationStatement, context, **by_reference(reference)).concepts == {TACROLIMUS}
    r5 = {"medicationCodeableConcept": None, "medication": {"reference": {"reference": reference}}}
    assert one(MedicationStatement, context, **r5).concepts == {TACROLIMUS}


@pytest.mark.parametrize(
    "reference",
    ["Medication/n", "Substance/m", "m", "#m", "urn:uuid:m", "Medication/", "", {"display": "他克莫司"}, {}],
)
def test_a_reference_to_anything_else_is_unresolved(reference: Any) -> None:
    """Nothing is guessed from its display, nor from a Medication without an id."""
    context = Context(medications={**knowing(code=atc("L04AD02")).medications, "": Medication()})
    assert read(MedicationStatement, context, **by_reference(reference)) == "unresolved-reference"


@pytest.mark.parametrize(
    ("elements", "reason"),
    [
        ({"status": "entered-in-error"}, "unresolved-reference"),
        (MODIFIED, "unknown-modifier"),
        ({"implicitRules": "http://x"}, "implicit-rules"),
        ({"code": atc("A02BC01")}, "not-relevant"),
        ({"code": atc("L04AD02", display="prednisone")}, "display-contradicts"),
        ({"code": None, "ingredient": [{"itemCodeableConcept": atc("L04AD02", display="prednisone")}]}, "display-contradicts"),
        ({"code": None, "ingredient": [{"itemCodeableConcept": atc("A02BC01")}]}, "not-relevant"),
    ],
)  # fmt: skip
def test_a_medication_that_is_not_used_spoils_what_points_to_it(elements: dict[str, Any], reason: str) -> None:
    """Its reason is that of the statement, so that the drug is not taken for another one."""
    assert read(MedicationStatement, knowing(**{"code": atc("L04AD02"), **elements}), **by_reference()) == reason


@pytest.mark.parametrize("status", ["active", "inactive", ""])
def test_a_medication_out_of_use_still_names_its_drug(status: str) -> None:
    """It may not be prescribed any more; it was."""
    assert one(MedicationStatement, knowing(code=atc("L04AD02"), status=status), **by_reference()).concepts == {
        TACROLIMUS
    }


@pytest.mark.parametrize(
    ("code", "ingredients", "concepts", "placed"),
    [
        (None, [{"itemCodeableConcept": atc("L04AD02")}], {TACROLIMUS}, True),
        (None, [{"item": {"concept": atc("L04AD02")}}], {TACROLIMUS}, True),
        (None, [{"itemCodeableConcept": atc("L04AD02")}, {"itemCodeableConcept": {"text": "辅料"}}], {TACROLIMUS}, False),
        (None, [{"itemCodeableConcept": atc("H02AB06")}, {"itemCodeableConcept": atc("L04AX99")}],
         {"rx.glucocorticoid.prednisolone", OTHER}, True),
        (None, [{"itemCodeableConcept": atc("L04AD02")}, {"itemCodeableConcept": atc("L04AX99")}], {TACROLIMUS, OTHER}, True),
        (atc("L04AD02"), [{"itemCodeableConcept": atc("L04AA06")}], {TACROLIMUS, ACID}, True),
        (atc("V03A"), [{"itemCodeableConcept": atc("L04AD02")}], {TACROLIMUS}, True),
        (atc("L04AD02"), [{"itemCodeableConcept": {"text": "辅料"}}], {TACROLIMUS}, True),
        ({"text": "复方"}, [{"itemReference": {"reference": "Substance/1"}}], set(), False),
        ({"text": "复方"}, [{"item": {"reference": {"reference": "Substance/1"}}}], set(), False),
        ({"text": "复方"}, [{"itemCodeableConcept": atc("L04AD02"), **MODIFIED}], set(), False),
        (atc("V07AB"), [{"itemReference": {"reference": "Substance/1"}}, {"itemCodeableConcept": atc("L04AD02")}], {TACROLIMUS}, False),
        (atc("V07AB"), [{"itemReference": {"reference": "Medication/m"}}], set(), False),
        ({"text": "复方"}, [], set(), False),
        (None, [], set(), False),
    ],
)  # fmt: skip
def test_a_medication_is_its_code_and_its_ingredients(
    code: Any, ingredients: list[Any], concepts: set[str], placed: bool
) -> None:
    """One ingredient that we cannot place leaves it open what else is in it; an unlisted suppressant stays beside a listed."""
    fact = one(MedicationStatement, knowing(code=code, ingredient=ingredients), **by_reference())
    assert (set(fact.concepts), fact.placed) == (concepts, placed)


def test_an_ingredient_may_be_a_medication_of_its_own() -> None:
    """A bag of glucose with a suppressant in it is the suppressant, whatever code the bag has."""
    inner = msgspec.structs.replace(knowing(code=atc("L04AD02")).medications["m"], id="inner")
    bag = knowing(code=atc("V07AB"), ingredient=[{"itemReference": {"reference": "Medication/inner"}}])
    context = Context(medications={**bag.medications, "inner": inner})
    fact = one(MedicationStatement, context, **by_reference())
    assert (set(fact.concepts), fact.placed) == ({TACROLIMUS}, True)


@pytest.mark.parametrize(
    ("concept", "reference", "concepts", "placed"),
    [
        (atc("L04AA06"), "Medication/m", {ACID, TACROLIMUS}, True),
        ({"text": "免疫抑制剂"}, "Medication/m", {TACROLIMUS}, True),
        (atc("A02BC01"), "Medication/m", {TACROLIMUS}, True),
        (atc("L04AA06"), "Medication/nowhere", {ACID}, True),
        ({"text": "免疫抑制剂"}, "Medication/nowhere", set(), False),
    ],
)
def test_a_concept_and_a_reference_are_both_read(
    concept: Any, reference: str, concepts: set[str], placed: bool
) -> None:
    """R5's CodeableReference may hold both; what either says counts."""
    both = {"concept": concept, "reference": {"reference": reference}}
    fact = one(MedicationStatement, knowing(code=atc("L04AD02")), medicationCodeableConcept=None, medication=both)
    assert (set(fact.concepts), fact.placed) == (concepts, placed)


def test_the_name_of_the_drug_is_kept() -> None:
    """By the Medication's own text, else by that of an ingredient."""
    ingredients = [{"itemCodeableConcept": {"text": "吗替麦考酚酯"}}]
    assert (
        one(MedicationStatement, knowing(code={"text": "骁悉"}, ingredient=ingredients), **by_reference()).raw == "骁悉"
    )
    assert one(MedicationStatement, knowing(ingredient=ingredients), **by_reference()).raw == "吗替麦考酚酯"
