"""Which resources are used at all, by their status: one table for all types.

A status that is not in the table, and any modifierExtension or implicitRules, is never used: what is not understood
may say the opposite. Sources: FHIR R4 and R5 required bindings; the choice of what counts as evidence is ours.
"""

from collections.abc import Mapping
from typing import Final, Literal

from mappings.findings import SetAsideReason
from mappings.reading.datatypes import CodeableConcept
from mappings.reading.views import Resource

Use = Literal["use", "preliminary"] | SetAsideReason

OBSERVATION: Final[dict[str, Use]] = {
    "final": "use",
    "amended": "use",
    "corrected": "use",
    "preliminary": "preliminary",
    "registered": "no-result",
    "cancelled": "cancelled",
    "entered-in-error": "entered-in-error",
}
REPORT: Final[dict[str, Use]] = OBSERVATION | {
    "appended": "use",
    "modified": "use",
    "partial": "preliminary",
}
MEDICATION_REQUEST: Final[dict[str, Use]] = {
    "active": "use",
    "on-hold": "use",
    "completed": "use",
    "stopped": "use",
    "ended": "use",
    "unknown": "use",
    "cancelled": "cancelled",
    "draft": "draft",
    "entered-in-error": "entered-in-error",
}
#: An order in one of these intents says that somebody thought of a drug, not that it was ordered.
NOT_ORDERED: Final = frozenset({"proposal", "plan", "option"})
MEDICATION_ADMINISTRATION: Final[dict[str, Use]] = {
    "completed": "use",
    "in-progress": "use",
    "stopped": "use",
    "on-hold": "use",
    "unknown": "use",
    "not-done": "not-done",
    "entered-in-error": "entered-in-error",
}
MEDICATION_STATEMENT: Final[dict[str, Use]] = {
    "active": "use",
    "completed": "use",
    "stopped": "use",
    "on-hold": "use",
    "unknown": "use",
    "recorded": "use",
    "intended": "draft",
    "draft": "draft",
    "not-taken": "not-done",
    "entered-in-error": "entered-in-error",
}
MEDICATION_DISPENSE: Final[dict[str, Use]] = {
    "completed": "use",
    "in-progress": "use",
    "stopped": "use",
    "on-hold": "use",
    "unknown": "use",
    "preparation": "draft",
    "cancelled": "cancelled",
    "declined": "cancelled",
    "entered-in-error": "entered-in-error",
}
PROCEDURE: Final[dict[str, Use]] = {
    "completed": "use",
    "in-progress": "use",
    "stopped": "use",
    "on-hold": "use",
    "unknown": "use",
    "preparation": "draft",
    "not-done": "not-done",
    "entered-in-error": "entered-in-error",
}
CONSENT: Final[dict[str, Use]] = {
    "active": "use",
    "inactive": "use",
    "rejected": "use",
    "draft": "draft",
    "proposed": "draft",
    "not-done": "not-done",
    "entered-in-error": "entered-in-error",
}
QUESTIONNAIRE_RESPONSE: Final[dict[str, Use]] = {
    "completed": "use",
    "amended": "use",
    "in-progress": "draft",
    "stopped": "draft",
    "entered-in-error": "entered-in-error",
}
#: verificationStatus of Condition and AllergyIntolerance; "use" is certain, "preliminary" is not.
VERIFICATION: Final[dict[str, Use]] = {
    "": "use",
    "confirmed": "use",
    "unconfirmed": "preliminary",
    "provisional": "preliminary",
    "differential": "preliminary",
    "presumed": "preliminary",
    "refuted": "refuted",
    "entered-in-error": "entered-in-error",
}
#: clinicalStatus of Condition and AllergyIntolerance: whether it is active; ``None`` where that is not said.
ACTIVE: Final[dict[str, bool | None]] = {
    "": None,
    "unknown": None,
    "active": True,
    "recurrence": True,
    "relapse": True,
    "inactive": False,
    "remission": False,
    "resolved": False,
}


def refused(view: Resource) -> SetAsideReason | None:
    """Return why ``view`` must not be used whatever its status, if so."""
    if view.modifier_extension:
        return "unknown-modifier"
    return "implicit-rules" if view.implicit_rules else None


def use_of(view: Resource, status: str, table: Mapping[str, Use]) -> Use:
    """Return how ``view`` may be used; an unknown status is "malformed"."""
    return refused(view) or table.get(status, "malformed")


def code_of(concept: CodeableConcept | None) -> str:
    """Return the code of a status given as a CodeableConcept; empty where there is none."""
    return concept.coding[0].code if concept and concept.coding else ""
