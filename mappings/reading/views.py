"""Narrow typed views of the resources that the readers use: only the elements they need, R4, R4B and R5 together.

An element that changed its name between releases stands here under both names; one that changed its type is a
union. A wrong JSON type in a named element is a ``msgspec.ValidationError`` with its path.
Sources: FHIR R4 4.0.1, R4B 4.3.0 and R5 5.0.0 element definitions.
"""

from collections.abc import Sequence

from msgspec import Raw, field

from mappings.reading.datatypes import (
    ABSENT,
    CodeableConcept,
    CodeableReference,
    Coding,
    Extension,
    Identifier,
    Meta,
    Period,
    Quantity,
    Reference,
    Timing,
    View,
)


class Resource(View, tag_field="resourceType", tag=str):
    """What every resource is looked at for before it is used."""

    id: str = ""
    meta: Meta | None = None
    implicit_rules: str = ""
    modifier_extension: Sequence[Extension] = ()


class Valued(Resource):
    """What Observation and its components share: a code and one value. What repeats between them stays raw."""

    code: Raw = ABSENT
    value_quantity: Quantity | None = None
    value_codeable_concept: Raw = ABSENT
    value_string: str | None = None
    value_boolean: bool | None = None
    value_integer: Raw = ABSENT
    value_range: Raw = ABSENT
    value_ratio: Raw = ABSENT
    data_absent_reason: Raw = ABSENT
    interpretation: Raw = ABSENT
    reference_range: Raw = ABSENT


class Component(Valued, tag=False):
    """A part of an Observation with a code and a value of its own."""


class Observation(Valued):
    status: str = ""
    focus: Raw = ABSENT
    effective_date_time: str = ""
    effective_period: Period | None = None
    effective_instant: str = ""
    effective_timing: Timing | None = None
    issued: str = ""
    component: Sequence[Component] = ()


class Link(View):
    other: Reference | None = None
    type: str = ""


class Patient(Resource):
    identifier: Sequence[Identifier] = ()
    active: bool | None = None
    gender: str = ""
    birth_date: str = ""
    deceased_boolean: bool | None = None
    deceased_date_time: str = ""
    link: Sequence[Link] = ()


class Condition(Resource):
    clinical_status: CodeableConcept | None = None
    verification_status: CodeableConcept | None = None
    code: CodeableConcept | None = None
    onset_date_time: str = ""
    onset_period: Period | None = None
    abatement_date_time: str = ""
    abatement_period: Period | None = None
    recorded_date: str = ""


class DoseAndRate(View):
    dose_quantity: Quantity | None = None


class Dosage(View):
    timing: Timing | None = None
    as_needed_boolean: bool | None = None
    as_needed_codeable_concept: CodeableConcept | None = None
    as_needed: bool | None = None
    as_needed_for: Sequence[CodeableConcept] = ()
    route: CodeableConcept | None = None
    dose_and_rate: Sequence[DoseAndRate] = ()
    modifier_extension: Sequence[Extension] = ()


class AdministeredDosage(View):
    route: CodeableConcept | None = None
    dose: Quantity | None = None
    modifier_extension: Sequence[Extension] = ()


class Medicated(Resource):
    """The drug, as R4 and R5 name it."""

    medication_codeable_concept: CodeableConcept | None = None
    medication_reference: Reference | None = None
    medication: CodeableReference | None = None


class Dispensing(View):
    validity_period: Period | None = None
    expected_supply_duration: Quantity | None = None
    number_of_repeats_allowed: int | None = None
    modifier_extension: Sequence[Extension] = ()


class MedicationRequest(Medicated):
    status: str = ""
    intent: str = ""
    do_not_perform: bool | None = None
    reported: bool | None = None
    reported_boolean: bool | None = None
    reported_reference: Reference | None = None
    requester: Reference | None = None
    authored_on: str = ""
    effective_dose_period: Period | None = None
    dosage_instruction: Sequence[Dosage] = ()
    dispense_request: Dispensing | None = None


class MedicationAdministration(Medicated):
    status: str = ""
    effective_date_time: str = ""
    effective_period: Period | None = None
    occurence_date_time: str = ""
    occurence_period: Period | None = None
    occurence_timing: Timing | None = None
    dosage: AdministeredDosage | None = None


class MedicationStatement(Medicated):
    status: str = ""
    adherence: "Adherence | None" = None
    effective_date_time: str = ""
    effective_period: Period | None = None
    effective_timing: Timing | None = None
    dosage: Sequence[Dosage] = ()


class Adherence(View):
    """R5: whether the drug is taken."""

    code: CodeableConcept | None = None
    modifier_extension: Sequence[Extension] = ()


class MedicationDispense(Medicated):
    status: str = ""
    when_prepared: str = ""
    when_handed_over: str = ""
    days_supply: Quantity | None = None
    dosage_instruction: Sequence[Dosage] = ()


class Ingredient(View):
    item_codeable_concept: CodeableConcept | None = None
    item_reference: Reference | None = None
    item: CodeableReference | None = None
    modifier_extension: Sequence[Extension] = ()


class Medication(Resource):
    code: CodeableConcept | None = None
    status: str = ""
    ingredient: Sequence[Ingredient] = ()


class Procedure(Resource):
    status: str = ""
    code: CodeableConcept | None = None
    performed_date_time: str = ""
    performed_period: Period | None = None
    occurrence_date_time: str = ""
    occurrence_period: Period | None = None


class DiagnosticReport(Resource):
    status: str = ""
    code: CodeableConcept | None = None
    effective_date_time: str = ""
    effective_period: Period | None = None
    issued: str = ""
    conclusion: str = ""
    conclusion_code: Sequence[CodeableConcept] = ()


class Manifestation(CodeableConcept):
    """R4: a concept; R5: a concept inside a reference."""

    concept: CodeableConcept | None = None


class Reaction(View):
    substance: CodeableConcept | None = None
    manifestation: Sequence[Manifestation] = ()
    severity: str = ""


class AllergyIntolerance(Resource):
    clinical_status: CodeableConcept | None = None
    verification_status: CodeableConcept | None = None
    type: str | CodeableConcept = ""
    category: Sequence[str] = ()
    criticality: str = ""
    code: CodeableConcept | None = None
    onset_date_time: str = ""
    recorded_date: str = ""
    last_occurrence: str = ""
    reaction: Sequence[Reaction] = ()


class Provision(View):
    type: str = ""
    period: Period | None = None
    extension: Sequence["ReferenceExtension"] = ()
    data: Sequence["ProvisionData"] = ()
    provision: "Sequence[Provision] | Provision | None" = None


class ReferenceExtension(View):
    url: str = ""
    value_reference: Reference | None = None


class ProvisionData(View):
    reference: Reference | None = None


class Consent(Resource):
    status: str = ""
    scope: CodeableConcept | None = None
    category: Sequence[CodeableConcept] = ()
    date_time: str = ""
    date: str = ""
    decision: str = ""
    period: Period | None = None
    policy_rule: CodeableConcept | None = None
    extension: Sequence[ReferenceExtension] = ()
    provision: Provision | Sequence[Provision] | None = None


class QuestionAnswer(View):
    item: Sequence["Item"] = ()
    value_boolean: bool | None = None
    value_coding: Coding | None = None
    value_string: str | None = None
    value_date: str | None = None


class Item(View):
    link_id: str = ""
    answer: Sequence[QuestionAnswer] = ()
    item: Sequence["Item"] = ()


class QuestionnaireResponse(Resource):
    questionnaire: str = ""
    status: str = ""
    authored: str = ""
    author: Reference | None = None
    source: Reference | None = None
    item: Sequence[Item] = ()


class NestedExtension(Extension):
    """An extension whose value is read: one of the kinds that the guides on adverse events use, or more extensions."""

    value_code: str = ""
    value_boolean: bool | None = None
    value_date_time: str = ""
    value_codeable_concept: CodeableConcept | None = None
    value_reference: Reference | None = None
    extension: Sequence["NestedExtension"] = ()


class Causality(View):
    """R4 has ``assessment`` and ``product_relatedness``, R5 ``entity_relatedness``."""

    assessment: CodeableConcept | None = None
    product_relatedness: str = ""
    entity_relatedness: CodeableConcept | None = None


class SuspectEntity(View):
    instance: Reference | None = None
    instance_reference: Reference | None = None
    instance_codeable_concept: CodeableConcept | None = None
    causality: Sequence[Causality] | Causality | None = None


class Participant(View):
    actor: Reference | None = None


class AdverseEvent(Resource):
    modifier_extension: Sequence[NestedExtension] = ()
    extension: Sequence[NestedExtension] = ()
    identifier: Sequence[Identifier] | Identifier = ()
    status: str = ""
    actuality: str = ""
    event: CodeableConcept | None = None
    code: CodeableConcept | None = None
    date: str = ""
    occurrence_date_time: str = ""
    occurrence_period: Period | None = None
    occurrence_timing: Timing | None = None
    detected: str = ""
    recorded_date: str = ""
    seriousness: CodeableConcept | None = None
    outcome: Sequence[CodeableConcept] | CodeableConcept = ()
    recorder: Reference | None = None
    contributor: Sequence[Reference] = ()
    participant: Sequence[Participant] = ()
    suspect_entity: Sequence[SuspectEntity] = ()
    expected_in_research_study: bool | None = None


class EncounterClass(CodeableConcept):
    """R4: a coding; R5: a concept."""

    system: str = ""
    code: str = ""
    display: str = ""


class Encounter(Resource):
    status: str = ""
    kind: Sequence[EncounterClass] | EncounterClass = field(default=(), name="class")
    period: Period | None = None
    actual_period: Period | None = None


class SubjectState(View):
    subject_state: CodeableConcept | None = None
    start_date: str = ""
    end_date: str = ""


class ResearchSubject(Resource):
    identifier: Sequence[Identifier] = ()
    extension: Raw = ABSENT
    status: str = ""
    period: Period | None = None
    study: Reference | None = None
    progress: Sequence[SubjectState] = ()
    assigned_arm: str = ""
    actual_arm: str = ""
    assigned_comparison_group: str = ""
    actual_comparison_group: str = ""


class ResearchStudy(Resource):
    identifier: Sequence[Identifier] = ()


#: Every type the readers use; a resource of another type is set aside.
READ = (
    Patient
    | Observation
    | Condition
    | MedicationRequest
    | MedicationAdministration
    | MedicationStatement
    | MedicationDispense
    | Medication
    | Procedure
    | DiagnosticReport
    | AllergyIntolerance
    | Consent
    | QuestionnaireResponse
    | ResearchSubject
    | ResearchStudy
    | Encounter
    | AdverseEvent
)
