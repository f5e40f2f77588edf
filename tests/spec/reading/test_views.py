"""Narrow views: that their elements are those of FHIR, and what decoding makes of what is sent."""

import typing
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from fhir.resources import get_fhir_model_class as r5_model
from fhir.resources.R4B import get_fhir_model_class as r4b_model

from mappings.reading import datatypes, views
from mappings.reading.chart import READERS
from mappings.reading.datatypes import View
from mappings.reading.views import READ

title = "Views"
#: Views of parts of resources, by the models of fhir.resources that they are views of.
PARTS = {
    "Component": ["ObservationComponent"],
    "Link": ["PatientLink"],
    "DoseAndRate": ["DosageDoseAndRate"],
    "AdministeredDosage": ["MedicationAdministrationDosage"],
    "Dispensing": ["MedicationRequestDispenseRequest"],
    "Adherence": ["MedicationStatementAdherence"],
    "Ingredient": ["MedicationIngredient"],
    "Manifestation": ["CodeableConcept", "CodeableReference"],
    "Reaction": ["AllergyIntoleranceReaction"],
    "Provision": ["ConsentProvision"],
    "ProvisionData": ["ConsentProvisionData"],
    "ReferenceExtension": ["Extension"],
    "QuestionAnswer": ["QuestionnaireResponseItemAnswer"],
    "Item": ["QuestionnaireResponseItem"],
    "SubjectState": ["ResearchSubjectProgress"],
    "ReferenceRange": ["ObservationReferenceRange"],
    "Repeat": ["TimingRepeat"],
    "NestedExtension": ["Extension"],
    "Causality": ["AdverseEventSuspectEntityCausality"],
    "SuspectEntity": ["AdverseEventSuspectEntity"],
    "Participant": ["AdverseEventParticipant"],
    "EncounterClass": ["Coding", "CodeableConcept"],
}
#: Shared by several views, and no type by themselves.
ABSTRACT = {"View", "Resource", "Valued", "Medicated"}


def classes() -> list[type[View]]:
    """Return every view of a resource, of a part of one, and of a data type."""
    found = {
        one.__name__: one
        for module in (datatypes, views)
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, View) and one.__name__ not in ABSTRACT
    }
    return [found[name] for name in sorted(found)]


def elements(name: str) -> Iterator[str]:
    """Yield the element names of ``name`` in R4B, which are those of R4, and in R5."""
    for model in (r4b_model, r5_model):
        try:
            yield from model(name).elements_sequence()
        except (KeyError, ValueError):  # not in this release
            continue


@pytest.mark.parametrize("view", classes(), ids=lambda view: view.__name__)
def test_every_element_of_a_view_is_one_of_fhir(view: type[View]) -> None:
    """A misspelt name would be read as an element that nobody ever sends; "occurence" is how R5 spells it."""
    names = {name for model in PARTS.get(view.__name__, [view.__name__]) for name in elements(model)}
    shared = (
        {field.encode_name for field in msgspec.structs.fields(views.Resource)} if view is views.Component else set()
    )
    assert {field.encode_name for field in msgspec.structs.fields(view)} <= names | shared


def test_the_views_are_of_the_types_that_are_read() -> None:
    """Each has a reader, is the patient, or is pointed to by others; nothing is decoded for nobody."""
    others = {views.Patient, views.Medication, views.ResearchStudy}
    assert set(typing.get_args(READ)) == {*READERS, *others}


def decoded(text: str) -> Any:
    return msgspec.json.decode(text.encode(), type=READ)


def test_the_type_says_which_view_and_what_is_not_needed_is_passed_over() -> None:
    """Unknown and unneeded elements, whatever they hold, are no reason to lose a resource."""
    text = '{"id": "1", "outcome": 7, "x": {"y": []}, "status": "completed", "resourceType": "Procedure"}'
    assert decoded(text) == views.Procedure(id="1", status="completed")


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ('{"resourceType": "Procedure", "status": 1}', r"\$\.status"),
        ('{"resourceType": "Condition", "code": "I26.9"}', r"\$\.code"),
        ('{"resourceType": "Condition", "verificationStatus": "refuted"}', r"\$\.verificationStatus"),
        ('{"resourceType": "MedicationRequest", "doNotPerform": "true"}', r"\$\.doNotPerform"),
        ('{"resourceType": "MedicationRequest", "modifierExtension": {"url": "x"}}', r"\$\.modifierExtension"),
        ('{"resourceType": "Appointment"}', r"\$\.resourceType"),
        ('{"id": "1"}', "resourceType"),
    ],
)
def test_an_element_of_the_wrong_type_is_an_error_with_its_path(text: str, path: str) -> None:
    """It is never coerced: "true" is no boolean, and a bare code no CodeableConcept."""
    with pytest.raises(msgspec.ValidationError, match=path):
        decoded(text)


def test_numbers_keep_their_digits() -> None:
    """7.300 is not 7.3."""
    raw = msgspec.json.decode(b'{"value": 7.300}', type=datatypes.Quantity).value
    assert bytes(raw) == b"7.300"
