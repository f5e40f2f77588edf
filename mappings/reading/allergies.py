"""AllergyIntolerance -> allergy."""

from typing import Final

from mappings.facts import Allergy, Fact
from mappings.findings import SetAsideReason
from mappings.reading.context import Context
from mappings.reading.datatypes import CodeableConcept
from mappings.reading.dates import first_of
from mappings.reading.statuses import ACTIVE, VERIFICATION, code_of, use_of
from mappings.reading.views import AllergyIntolerance

#: SNOMED CT statements that there is no allergy: they are no allergy, and prove nothing by themselves.
NO_ALLERGY: Final = frozenset({"716186003", "409137002", "428607008", "716184000", "716185004"})
SEVERE: Final = frozenset({"allergy.anaphylaxis", "allergy.severe_cutaneous", "allergy.angioedema"})
DRUG: Final = frozenset({"medication", "biologic"})


def read(view: AllergyIntolerance, context: Context) -> list[Fact] | SetAsideReason:
    """Return the allergy in ``view``, or why it is of no use. Raises ValueError for dates."""
    use = use_of(view, code_of(view.verification_status), VERIFICATION)
    if use != "use" and use != "preliminary":
        return use
    if code_of(view.code) in NO_ALLERGY:
        return "negated"
    meaning = context.meaning(view.code)
    if meaning.contradicted:
        return "display-contradicts"
    concepts = meaning.concepts.union(*(context.meaning(each).concepts for each in _manifestations(view)))
    return [
        Allergy(
            source=context.source(view, "AllergyIntolerance"),
            concepts=concepts,
            when=first_of(context.zone, view.last_occurrence, view.onset_date_time, view.recorded_date),
            raw=meaning.text,
            active=ACTIVE.get(code_of(view.clinical_status)),
            certain=use == "use",
            drug=_is_to_a_drug(view, concepts),
            severe=_is_severe(view, concepts),
        )
    ]


def _manifestations(view: AllergyIntolerance) -> list[CodeableConcept]:
    return [each.concept or each for reaction in view.reaction for each in reaction.manifestation]


def _is_to_a_drug(view: AllergyIntolerance, concepts: frozenset[str]) -> bool | None:
    """Whether it is to a drug, by its category; without one, a drug among its codes says so, and nothing denies it."""
    if view.category:
        return not DRUG.isdisjoint(view.category)
    return True if any(name.startswith(("allergy.drug", "rx.")) for name in concepts) else None


def _is_severe(view: AllergyIntolerance, concepts: frozenset[str]) -> bool | None:
    """Whether a criticality, a reaction's severity or its kind says that it is severe, or all say that it is not."""
    said = {reaction.severity for reaction in view.reaction if reaction.severity}
    if view.criticality == "high" or "severe" in said or not SEVERE.isdisjoint(concepts):
        return True
    return False if view.criticality == "low" or said else None
