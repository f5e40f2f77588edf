"""Which resources are used at all, by their status: one table for all types.

A status that is not in the table, and any modifierExtension or implicitRules, is never used: what is not understood
may say the opposite. "preliminary" is there but certain of nothing: it keeps absence, and an older result, from being
claimed. Sources: FHIR R4, R4B and R5 required bindings; the choice of what counts as evidence is ours.
"""

from collections.abc import Mapping, Set
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
    "unknown": "preliminary",
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
#: MedicationRequest.intent. One that is not said is taken for an order, which is never more than a prescription.
INTENT: Final[dict[str, Use]] = {
    "": "use",
    "order": "use",
    "original-order": "use",
    "reflex-order": "use",
    "filler-order": "use",
    "instance-order": "use",
    "proposal": "draft",
    "plan": "draft",
    "option": "draft",
}
MEDICATION_ADMINISTRATION: Final[dict[str, Use]] = {
    "completed": "use",
    "in-progress": "use",
    "stopped": "use",
    "on-hold": "use",
    "unknown": "preliminary",
    "not-done": "not-done",
    "entered-in-error": "entered-in-error",
}
MEDICATION_STATEMENT: Final[dict[str, Use]] = {
    "active": "use",
    "completed": "use",
    "stopped": "use",
    "on-hold": "use",
    "unknown": "preliminary",
    "recorded": "use",
    "intended": "draft",
    "draft": "draft",
    "not-taken": "not-done",
    "entered-in-error": "entered-in-error",
}
#: MedicationStatement.adherence of R5, in words of the statuses of R4; what has no word here is not understood.
ADHERENCE: Final = {
    "taking": "active",
    "taking-as-directed": "active",
    "taking-not-as-directed": "active",
    "on-hold": "on-hold",
    "on-hold-as-directed": "on-hold",
    "on-hold-not-as-directed": "on-hold",
    "stopped": "stopped",
    "stopped-as-directed": "stopped",
    "stopped-not-as-directed": "stopped",
    "not-taking": "not-taken",
    "unknown": "unknown",
}
#: Nothing was handed over for certain before a dispense is completed.
MEDICATION_DISPENSE: Final[dict[str, Use]] = {
    "completed": "use",
    "in-progress": "preliminary",
    "stopped": "preliminary",
    "on-hold": "preliminary",
    "unknown": "preliminary",
    "preparation": "draft",
    "cancelled": "cancelled",
    "declined": "cancelled",
    "entered-in-error": "entered-in-error",
}
#: A procedure that was not brought to its end may not have reached it.
PROCEDURE: Final[dict[str, Use]] = {
    "completed": "use",
    "in-progress": "preliminary",
    "stopped": "preliminary",
    "on-hold": "preliminary",
    "unknown": "preliminary",
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
    "unknown": "malformed",
    "entered-in-error": "entered-in-error",
}
QUESTIONNAIRE_RESPONSE: Final[dict[str, Use]] = {
    "completed": "use",
    "amended": "use",
    "in-progress": "draft",
    "stopped": "draft",
    "entered-in-error": "entered-in-error",
}
#: R4 has other names than R5 for the same states.
ENCOUNTER: Final[dict[str, Use]] = {
    "arrived": "use",
    "triaged": "use",
    "in-progress": "use",
    "onleave": "use",
    "on-hold": "use",
    "finished": "use",
    "discharged": "use",
    "completed": "use",
    "discontinued": "use",
    "unknown": "preliminary",
    "planned": "draft",
    "cancelled": "cancelled",
    "entered-in-error": "entered-in-error",
}
#: R4 itself has no status; that an event took place does not hang on how far its record has come.
ADVERSE_EVENT: Final[dict[str, Use]] = {
    "": "use",
    "in-progress": "use",
    "completed": "use",
    "unknown": "use",
    "entered-in-error": "entered-in-error",
}
#: AdverseEvent.actuality: what only might have happened did not. One that is not said is taken to have happened.
ACTUALITY: Final[dict[str, Use]] = {"": "use", "actual": "use", "potential": "not-relevant"}
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


def combined(view: Resource, concept: CodeableConcept | None, table: Mapping[str, Use]) -> Use:
    """Return how ``view`` may be used by a status given as a CodeableConcept.

    Codings that differ, and a status in words alone, leave it uncertain: it is kept, but settles nothing. Codes of
    the hospital's own beside one that is in the table are passed over; alone, they are not understood.
    """
    reason = refused(view)
    if reason:
        return reason
    codes = codes_of(concept)
    uses = {table[code] for code in codes if code in table}
    if len(uses) == 1:
        return uses.pop()
    if uses:
        return "preliminary"
    return "malformed" if codes else "preliminary" if _is_said(concept) else table.get("", "malformed")


def active(concept: CodeableConcept | None) -> bool | None:
    """Return whether a clinical status says that something is active; ``None`` where it says nothing, or both."""
    said = {ACTIVE[code] for code in codes_of(concept) if code in ACTIVE}
    return said.pop() if len(said) == 1 else None


def codes_of(concept: CodeableConcept | None) -> Set[str]:
    """Return every code of a status given as a CodeableConcept."""
    return {coding.code for coding in concept.coding if coding.code} if concept else frozenset()


def _is_said(concept: CodeableConcept | None) -> bool:
    """Whether ``concept`` holds words, in its text or as the display of a coding."""
    return concept is not None and bool(concept.text or any(coding.display for coding in concept.coding))
