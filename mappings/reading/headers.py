"""The first look at a line: of which patient it is, and whether this protocol has any use for it.

A hospital's export holds millions of lines in no useful order. This look decodes as little of each as it can, so
that lines can be sorted by patient before anything is read in earnest.
"""

import re
from typing import Any, Final

import msgspec
from msgspec import Raw, field

from mappings.findings import SetAsideReason
from mappings.reading.context import Context
from mappings.reading.datatypes import ABSENT, CodeableConcept, Identifier, Reference, View
from mappings.reading.views import Link
from mappings.record import ANY_TYPE

#: Every resource type of R4, R4B and R5: others are not FHIR as we know it.
RESOURCE_TYPES: Final = frozenset(
    """
    Account ActivityDefinition ActorDefinition AdministrableProductDefinition AdverseEvent
    AllergyIntolerance Appointment AppointmentResponse ArtifactAssessment AuditEvent Basic Binary
    BiologicallyDerivedProduct BiologicallyDerivedProductDispense BodyStructure Bundle
    CapabilityStatement CarePlan CareTeam CatalogEntry ChargeItem ChargeItemDefinition Citation Claim
    ClaimResponse ClinicalImpression ClinicalUseDefinition CodeSystem Communication CommunicationRequest
    CompartmentDefinition Composition ConceptMap Condition ConditionDefinition Consent Contract Coverage
    CoverageEligibilityRequest CoverageEligibilityResponse DetectedIssue Device DeviceAssociation
    DeviceDefinition DeviceDispense DeviceMetric DeviceRequest DeviceUsage DeviceUseStatement
    DiagnosticReport DocumentManifest DocumentReference EffectEvidenceSynthesis Encounter
    EncounterHistory Endpoint EnrollmentRequest EnrollmentResponse EpisodeOfCare EventDefinition
    Evidence EvidenceReport EvidenceVariable ExampleScenario ExplanationOfBenefit FamilyMemberHistory
    Flag FormularyItem GenomicStudy Goal GraphDefinition Group GuidanceResponse HealthcareService
    ImagingSelection ImagingStudy Immunization ImmunizationEvaluation ImmunizationRecommendation
    ImplementationGuide Ingredient InsurancePlan InventoryItem InventoryReport Invoice Library Linkage
    List Location ManufacturedItemDefinition Measure MeasureReport Media Medication
    MedicationAdministration MedicationDispense MedicationKnowledge MedicationRequest
    MedicationStatement MedicinalProduct MedicinalProductAuthorization MedicinalProductContraindication
    MedicinalProductDefinition MedicinalProductIndication MedicinalProductIngredient
    MedicinalProductInteraction MedicinalProductManufactured MedicinalProductPackaged
    MedicinalProductPharmaceutical MedicinalProductUndesirableEffect MessageDefinition MessageHeader
    MolecularSequence NamingSystem NutritionIntake NutritionOrder NutritionProduct Observation
    ObservationDefinition OperationDefinition OperationOutcome Organization OrganizationAffiliation
    PackagedProductDefinition Parameters Patient PaymentNotice PaymentReconciliation Permission Person
    PlanDefinition Practitioner PractitionerRole Procedure Provenance Questionnaire
    QuestionnaireResponse RegulatedAuthorization RelatedPerson RequestGroup RequestOrchestration
    Requirements ResearchDefinition ResearchElementDefinition ResearchStudy ResearchSubject
    RiskAssessment RiskEvidenceSynthesis Schedule SearchParameter ServiceRequest Slot Specimen
    SpecimenDefinition StructureDefinition StructureMap Subscription SubscriptionStatus
    SubscriptionTopic Substance SubstanceDefinition SubstanceNucleicAcid SubstancePolymer
    SubstanceProtein SubstanceReferenceInformation SubstanceSourceMaterial SubstanceSpecification
    SupplyDelivery SupplyRequest Task TerminologyCapabilities TestPlan TestReport TestScript Transport
    ValueSet VerificationResult VisionPrescription
    """.split()
)


_TYPE: Final = re.compile(rb'"resourceType"\s*:\s*"([A-Za-z]{1,60})"')


class Header(View, tag_field="resourceType", tag=str):
    """What is looked at in every line of a type that the readers use."""

    id: str = ""
    contained: Raw = ABSENT
    subject: Raw = ABSENT
    patient: Raw = ABSENT
    individual: Raw = ABSENT


class Observation(Header):
    """The commonest type by far: what repeats from line to line stays raw, and is understood once."""

    code: Raw = ABSENT
    component: Raw = ABSENT


class Patient(Header):
    identifier: tuple[Identifier, ...] = ()
    link: tuple[Link, ...] = ()


class Shared(Header):
    """A resource that belongs to no patient but that patients' resources point to."""


class Followed(Header):
    """A resource of a patient that tells only of what happens after treatment."""


class Unused(View, tag_field="resourceType", tag=str):
    """A type that this protocol has no use for."""

    id: str = ""
    contained: Raw = field(default=ABSENT)


_OF_PATIENTS: Final = (
    "Condition MedicationRequest MedicationAdministration MedicationStatement MedicationDispense Procedure "
    "DiagnosticReport AllergyIntolerance Consent QuestionnaireResponse ResearchSubject"
).split()
_SHARED: Final = ("Medication", "ResearchStudy")
_FOLLOWED: Final = ("Encounter", "AdverseEvent")


OF_PATIENTS: Final = [msgspec.defstruct(name, [], bases=(Header,), gc=False) for name in _OF_PATIENTS]
SHARED: Final = [msgspec.defstruct(name, [], bases=(Shared,), gc=False) for name in _SHARED]
FOLLOWED: Final = [msgspec.defstruct(name, [], bases=(Followed,), gc=False) for name in _FOLLOWED]
_KNOWN: Final = {"Observation", "Patient", *_OF_PATIENTS, *_SHARED, *_FOLLOWED}
UNUSED: Final = [msgspec.defstruct(name, [], bases=(Unused,), gc=False) for name in sorted(RESOURCE_TYPES - _KNOWN)]


def _decoder() -> msgspec.json.Decoder[Any]:
    union: Any = Observation | Patient
    for view in (*OF_PATIENTS, *SHARED, *FOLLOWED, *UNUSED):
        union = union | view
    return msgspec.json.Decoder(union)


_DECODER: Final = _decoder()


class Refused(msgspec.Struct, frozen=True):
    """A line that could not be looked at: not JSON, of no known type, or with an element of the wrong type."""

    reason: SetAsideReason


Looked = Header | Unused | Refused


def look(block: bytes) -> list[Looked]:
    """Return what each line of ``block`` is; one bad line does not spoil the others."""
    try:
        found: list[Looked] = _DECODER.decode_lines(block)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return [_look_at(line) for line in block.split(b"\n") if line.strip()]
    return found


def _look_at(line: bytes) -> Looked:
    try:
        found: Looked = _DECODER.decode(line)
    except msgspec.ValidationError as error:
        return Refused("unknown-type" if "resourceType" in str(error) and _is_whole(line) else "malformed")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Refused("malformed")
    return found


def _is_whole(line: bytes) -> bool:
    """Whether ``line`` is JSON to its end: a type that we do not know is no reason to look further."""
    try:
        msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


def patient_in(header: Header) -> bytes:
    """Return the raw reference to the patient that a line is of, empty when it names none."""
    return bytes(header.subject or header.patient or header.individual)


def key_of(reference: Reference) -> str:
    """Return the patient's id that ``reference`` names, "|system|value" for a logical one, else nothing.

    Relative, absolute and versioned references come to the same id (FHIR R4 references, section 2.3.0.1).
    """
    text = reference.reference
    if text.startswith("Patient/") and text.count("/") == 1:
        return text[8:]
    parts = text.split("/_history/")[0].split("/")
    if len(parts) > 1 and parts[-2] == "Patient":
        return parts[-1]
    identifier = reference.identifier
    if text or not identifier or not identifier.value or reference.type.rpartition("/")[2] not in ("", "Patient"):
        return ""
    return f"|{identifier.system}|{identifier.value}"


class _Named(msgspec.Struct, rename="camel"):
    resource_type: str = "Resource"
    id: Raw = Raw(b'"?"')
    subject: Raw = ABSENT
    patient: Raw = ABSENT
    individual: Raw = ABSENT


def named_in(line: bytes) -> tuple[str, bytes]:
    """Return the reference of a line that was refused, and the raw reference to its patient, as far as it has them."""
    try:
        named = msgspec.json.decode(line, type=_Named)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return "Resource/?", b""
    name = bytes(named.id).strip(b'"').decode("ascii", "replace")
    return f"{named.resource_type}/{name}", bytes(named.subject or named.patient or named.individual)


def types_in(line: bytes) -> set[str]:
    """Return the types that a damaged line names, so that it is known of what something is lost; else ``ANY_TYPE``."""
    named = {name.decode() for name in _TYPE.findall(line)}
    return named if named and named <= RESOURCE_TYPES else {ANY_TYPE}


def use_for(header: Observation, context: Context) -> SetAsideReason | None:
    """Return why an Observation is of no use to this protocol by its codes alone; ``None`` when it must be read."""
    if header.component:
        return None
    try:
        return context.use_of_code(bytes(header.code))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return "malformed"


def key_of_raw(raw: bytes) -> str:
    """Return the key of the patient that a raw Reference names, empty when it names none."""
    try:
        return key_of(_REFERENCE.decode(raw)) if raw else ""
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""


def codes_in(raw: bytes) -> tuple[tuple[str, str], ...]:
    """Return every (system, code) of a raw CodeableConcept."""
    try:
        concept = _CONCEPT.decode(raw) if raw else CodeableConcept()
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ()
    return tuple([(coding.system, coding.code) for coding in concept.coding])


_REFERENCE: Final = msgspec.json.Decoder(Reference)
_CONCEPT: Final = msgspec.json.Decoder(CodeableConcept)
