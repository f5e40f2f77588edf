"""AllergyIntolerance -> allergy."""

from typing import Final

from mappings.facts import Allergy, Fact
from mappings.findings import SetAsideReason
from mappings.intervals import When
from mappings.reading.context import Context
from mappings.reading.datatypes import CodeableConcept
from mappings.reading.dates import first_of
from mappings.reading.statuses import VERIFICATION, active, codes_of, combined
from mappings.reading.views import AllergyIntolerance

#: SNOMED CT statements that there is no allergy: they are no allergy, and prove nothing by themselves.
NO_ALLERGY: Final = frozenset({"716186003", "409137002", "428607008", "716184000", "716185004"})
SEVERE: Final = frozenset({"allergy.anaphylaxis", "allergy.severe_cutaneous", "allergy.angioedema"})
DRUG: Final = frozenset({"medication", "biologic"})
OTHER: Final = frozenset({"food", "environment"})
MILD: Final = frozenset({"mild", "moderate"})


def read(view: AllergyIntolerance, context: Context) -> list[Fact] | SetAsideReason:
    """Return the allergy in ``view``, or why it is of no use. Raises ValueError for dates."""
    use = combined(view, view.verification_status, VERIFICATION)
    if use != "use" and use != "preliminary":
        return use
    meaning = context.meaning(view.code)
    if meaning.contradicted:
        return "display-contradicts"
    if not meaning.concepts and not NO_ALLERGY.isdisjoint(codes_of(view.code)) and not _is_told(view):
        return "negated"
    concepts = meaning.concepts.union(*(context.meaning(each).concepts for each in _said_of_reactions(view)))
    return [
        Allergy(
            source=context.source(view, "AllergyIntolerance"),
            concepts=concepts,
            when=_first_known(view, context),
            raw=meaning.text,
            active=active(view.clinical_status),
            certain=use == "use",
            drug=_is_to_a_drug(view, concepts),
            severe=_is_severe(view, concepts),
            recorded=first_of(context.zone, view.recorded_date),
        )
    ]


def _is_told(view: AllergyIntolerance) -> bool:
    """Whether a reaction or a high criticality is told, which what is no allergy cannot have."""
    return bool(view.reaction) or view.criticality == "high"


def _first_known(view: AllergyIntolerance, context: Context) -> When | None:
    """Return the first day on which it was there; what happened again later did not begin then."""
    dates = (view.onset_date_time, view.recorded_date, view.last_occurrence)
    known = [day for day in (first_of(context.zone, text) for text in dates) if day]
    return min(known, key=lambda day: (day.earliest, day.latest), default=None)


def _said_of_reactions(view: AllergyIntolerance) -> list[CodeableConcept]:
    manifestations = [each.concept or each for reaction in view.reaction for each in reaction.manifestation]
    return manifestations + [reaction.substance for reaction in view.reaction if reaction.substance]


def _is_to_a_drug(view: AllergyIntolerance, concepts: frozenset[str]) -> bool | None:
    """Whether it is to a drug, by its codes or its category; only a category of known others denies it."""
    if any(name.startswith(("allergy.drug", "rx.")) for name in concepts) or not DRUG.isdisjoint(view.category):
        return True
    return False if view.category and OTHER.issuperset(view.category) else None


def _is_severe(view: AllergyIntolerance, concepts: frozenset[str]) -> bool | None:
    """Whether a criticality, a reaction's severity or its kind says that it is severe, or all say that it is not."""
    said = {reaction.severity for reaction in view.reaction if reaction.severity}
    if view.criticality == "high" or "severe" in said or not SEVERE.isdisjoint(concepts):
        return True
    return False if said <= MILD and (said or view.criticality == "low") else None
