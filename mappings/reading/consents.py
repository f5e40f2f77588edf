"""Consent -> consent to this study."""

from collections.abc import Iterator, Sequence
from typing import Final

from mappings.clauses import STUDY
from mappings.facts import ConsentGiven, Fact
from mappings.findings import SetAsideReason
from mappings.reading.context import Context
from mappings.reading.datatypes import Coding, Identifier, Reference
from mappings.reading.dates import first_of
from mappings.reading.statuses import CONSENT, use_of
from mappings.reading.views import Consent, Provision

#: Extension by which a Consent names a study (HL7 FHIR extensions pack).
STUDY_CONTEXT: Final = "http://hl7.org/fhir/StructureDefinition/consent-ResearchStudyContext"
REGISTRIES: Final = frozenset({"https://clinicaltrials.gov", "http://clinicaltrials.gov"})
STUDY_IDS: Final = frozenset({STUDY, "yts109"})


def read(view: Consent, context: Context) -> list[Fact] | SetAsideReason:
    """Return the consent in ``view`` when it names this study, or why it is of no use. Raises ValueError for dates."""
    use = use_of(view, view.status, CONSENT)
    if use != "use" and use != "preliminary":
        return use
    provisions = _provisions(view)
    if not any(map(_is_this_study, _studies(view, provisions))) and not _is_coded(view):
        return "not-relevant"
    zone = context.zone
    period = next((one.period for one in provisions if one.period), None) or view.period
    return [
        ConsentGiven(
            source=context.source(view, "Consent"),
            when=first_of(zone, view.date_time, view.date, period.start if period else ""),
            raw=view.status,
            active=view.status == "active",
            permits="deny" not in (view.decision, *(one.type for one in provisions)),
            ended=first_of(zone, period.end if period else ""),
        )
    ]


def _provisions(view: Consent) -> Sequence[Provision]:
    given = view.provision
    return [given] if isinstance(given, Provision) else given or ()


def _studies(view: Consent, provisions: Sequence[Provision]) -> Iterator[Reference]:
    for one in provisions:
        yield from (item.reference for item in one.data if item.reference)
    for extension in (*view.extension, *(each for one in provisions for each in one.extension)):
        if extension.url == STUDY_CONTEXT and extension.value_reference:
            yield extension.value_reference


def _is_this_study(reference: Reference) -> bool:
    kind, _, name = reference.reference.split("/_history/")[0].rpartition("/")
    by_id = kind.endswith("ResearchStudy") and name in STUDY_IDS
    return by_id or (reference.identifier is not None and names_this_study(reference.identifier))


def names_this_study(one: Identifier | Coding) -> bool:
    """Whether an identifier or a code is this study's number in the registry."""
    value = one.value if isinstance(one, Identifier) else one.code
    return one.system in REGISTRIES and value == STUDY


def _is_coded(view: Consent) -> bool:
    concepts = [*view.category, *([view.policy_rule] if view.policy_rule else [])]
    return any(names_this_study(coding) for concept in concepts for coding in concept.coding)
