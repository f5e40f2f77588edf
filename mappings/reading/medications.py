"""MedicationRequest, -Administration, -Statement and -Dispense -> exposures."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from mappings.drugs import BIOLOGIC, OTHER_SUPPRESSANT, SUPPRESSANT
from mappings.facts import Exposure, ExposureKind, Fact
from mappings.findings import SetAsideReason
from mappings.intervals import When
from mappings.reading import infusions
from mappings.reading.context import Context, Meaning
from mappings.reading.datatypes import CodeableConcept, CodeableReference, Period, Reference, Timing
from mappings.reading.dates import ending, first_of
from mappings.reading.dosages import (
    Course,
    Dose,
    after,
    course_of,
    latest,
    of_administration,
    of_instructions,
    of_timing,
)
from mappings.reading.statuses import (
    ADHERENCE,
    INTENT,
    MEDICATION_ADMINISTRATION,
    MEDICATION_DISPENSE,
    MEDICATION_REQUEST,
    MEDICATION_STATEMENT,
    Use,
    codes_of,
    refused,
    use_of,
)
from mappings.reading.views import (
    Dispensing,
    Ingredient,
    Medicated,
    MedicationAdministration,
    MedicationDispense,
    MedicationRequest,
    MedicationStatement,
)

Read = list[Fact] | SetAsideReason
#: Whether a drug is still taken, by the status of its resource.
ONGOING: Final = {"active": True, "in-progress": True, "completed": False, "stopped": False, "ended": False}
#: An administration in one of these states may go on after the moment that is recorded of it.
UNDER_WAY: Final = frozenset({"in-progress", "on-hold", "unknown"})


def read_request(view: MedicationRequest, context: Context) -> Read:
    """Return what was ordered. Raises ValueError for dates.

    It ends when the last of its instructions and its supply, with all repeats, are over. The day until which it may
    be dispensed says nothing of that by itself.
    """
    use = use_of(view, view.status, MEDICATION_REQUEST)
    if use == "use":
        use = "negated" if view.do_not_perform else _intent(view)
    zone, whole = context.zone, view.effective_dose_period or Period()
    ordered = None if _is_reported(view) else first_of(zone, view.authored_on)
    course = course_of(view.dosage_instruction, ordered, zone)
    start = first_of(zone, whole.start) or course.start or ordered
    ends = [ending(whole.end, zone), course.ended, *_supplied(view.dispense_request, start, zone)]
    understood = view.dispense_request is None or not view.dispense_request.modifier_extension
    taken = Course(start, latest(ends) if understood else None)
    return _exposure(view, context, use, "request", taken, of_instructions(view.dosage_instruction), view.status)


def _intent(view: MedicationRequest) -> Use:
    """Return how an order may be used by its intent; a plan that is only reported is how patients' own drugs are told.

    Source: US Core, medication list guidance.
    """
    return "use" if view.intent == "plan" and _is_reported(view) else INTENT.get(view.intent, "malformed")


def _is_reported(view: MedicationRequest) -> bool:
    """Whether somebody else's order, or none, is told of; then it was not written on the day that it bears."""
    by_patient = view.requester is not None and "Patient/" in view.requester.reference
    return bool(view.reported or view.reported_boolean or view.reported_reference or by_patient)


def _supplied(supply: Dispensing | None, start: When | None, zone: ZoneInfo) -> Iterator[When | None]:
    """Yield the last day of a supply that is fetched at once, and of one that is fetched as late as it may be."""
    if supply:
        yield after(start, supply.expected_supply_duration, 1 + (supply.number_of_repeats_allowed or 0))
        until = ending(supply.validity_period.end, zone) if supply.validity_period else None
        yield after(until, supply.expected_supply_duration)


def read_administration(view: MedicationAdministration, context: Context) -> Read:
    """Return what was given, and until when. Raises ValueError for dates."""
    use, zone = use_of(view, view.status, MEDICATION_ADMINISTRATION), context.zone
    moment = first_of(zone, view.effective_date_time, view.occurence_date_time)
    taken = _taken(view.effective_period or view.occurence_period, view.occurence_timing, zone)
    if moment:
        taken = Course(moment, None if view.status in UNDER_WAY else moment)
    found = _exposure(view, context, use, "administration", taken, of_administration(view.dosage), view.status)
    return found if isinstance(found, str) else [*found, *infusions.of_administration(view, found, context)]


def read_statement(view: MedicationStatement, context: Context) -> Read:
    """Return what somebody says was taken, and until when. Raises ValueError for dates.

    A statement that names no time stays undated: on the day that it was made, the drug may long have been taken.
    """
    use, status = _stated(view)
    zone = context.zone
    taken = _taken(view.effective_period, view.effective_timing, zone)
    if view.effective_date_time:
        taken = Course(first_of(zone, view.effective_date_time))
    return _exposure(view, context, use, "statement", taken, of_instructions(view.dosage), status)


def _stated(view: MedicationStatement) -> tuple[Use, str]:
    """Return how a statement may be used, and its status in words of R4; R5 says in ``adherence`` what R4 has there."""
    use = use_of(view, view.status, MEDICATION_STATEMENT)
    if view.adherence is None or use != "use":
        return use, view.status
    if view.adherence.modifier_extension:
        return "unknown-modifier", view.status
    codes = codes_of(view.adherence.code)
    said = {ADHERENCE[code] for code in codes if code in ADHERENCE}
    if codes and not said:
        return "malformed", view.status
    status = said.pop() if len(said) == 1 else "unknown"
    return MEDICATION_STATEMENT[status], status


def read_dispense(view: MedicationDispense, context: Context) -> Read:
    """Return what was handed over; from then on it lasts for the days it supplies. Raises ValueError for dates."""
    use = use_of(view, view.status, MEDICATION_DISPENSE)
    handed_over = first_of(context.zone, view.when_handed_over)
    start = handed_over or first_of(context.zone, view.when_prepared)
    taken = Course(start, after(handed_over, view.days_supply))
    return _exposure(view, context, use, "dispense", taken, of_instructions(view.dosage_instruction), "")


def _taken(period: Period | None, timing: Timing | None, zone: ZoneInfo) -> Course:
    """Return from when to when a drug was taken, by a period or else by the moments of a timing."""
    if period is None:
        return of_timing(timing, None, zone) if timing else Course()
    return Course(first_of(zone, period.start), ending(period.end, zone))


def _exposure(
    view: Medicated, context: Context, use: Use, kind: ExposureKind, taken: Course, dose: Dose, status: str
) -> Read:
    """Return the exposure. An end that lies before the start contradicts it, and is none."""
    if use != "use" and use != "preliminary":
        return use
    meaning = _drug(view, context)
    if isinstance(meaning, str):
        return meaning
    if meaning.contradicted:
        return "display-contradicts"
    if meaning.placed and not meaning.concepts:
        return "not-relevant"
    start, ended = taken.start, taken.ended
    return [
        Exposure(
            source=context.source(view, type(view).__name__),
            concepts=meaning.concepts,
            when=start,
            raw=_raw(meaning.text, dose.milligrams),
            problem="preliminary" if use == "preliminary" else None,
            kind=kind,
            ended=None if start and ended and ended.latest < start.earliest else ended,
            ongoing=ONGOING.get(status),
            dose_mg=dose.milligrams,
            daily_mg=dose.daily,
            daily_mg_per_kg=dose.daily_per_kg,
            route=dose.route,
            placed=meaning.placed,
        )
    ]


def _raw(text: str, dose: Decimal | None) -> str:
    return text if dose is None else f"{text} {dose:f} mg".strip()


def _drug(view: Medicated, context: Context) -> Meaning | SetAsideReason:
    """Return what the drug is, by its own code and by the Medication it points to, or why that cannot be told."""
    both = view.medication or CodeableReference()
    concept, reference = view.medication_codeable_concept or both.concept, view.medication_reference or both.reference
    told = [_meaning(concept, context)] if concept else []
    pointed = _pointed_at(reference, context) if reference else "unresolved-reference"
    if not isinstance(pointed, str):
        told.append(pointed)
    return _joined(told, any(one.placed for one in told)) if told else pointed


def _pointed_at(reference: Reference, context: Context, deep: bool = True) -> Meaning | SetAsideReason:
    """Return what the Medication that ``reference`` names is: by its code and its ingredients, one level ``deep``.

    A code that we can place says what the whole is, unless an ingredient is a resource of its own that says nothing.
    """
    kind, _, name = reference.reference.split("/_history/")[0].rpartition("/")
    found = context.medications.get(name) if name and kind.rpartition("/")[2] == "Medication" else None
    if found is None or found.status == "entered-in-error":
        return "unresolved-reference"
    reason = refused(found)
    if reason:
        return reason
    whole, parts = _meaning(found.code, context), [_part(one, context, deep) for one in found.ingredient]
    known = [one for one in parts if not isinstance(one, str)]
    if len(known) < len(parts):
        return _joined([whole, *known], False)
    return _joined([whole, *known], whole.placed or (bool(known) and all(one.placed for one in known)))


def _part(one: Ingredient, context: Context, deep: bool) -> Meaning | SetAsideReason:
    """Return what an ingredient is: by its own code, else by the Medication it points to."""
    if one.modifier_extension:
        return "unknown-modifier"
    item = one.item or CodeableReference(one.item_codeable_concept, one.item_reference)
    if item.concept is None and item.reference is not None:
        found = _pointed_at(item.reference, context, False) if deep else "unresolved-reference"
        return found if isinstance(found, str) or found.placed or found.concepts else "unresolved-reference"
    return _meaning(item.concept, context)


def _meaning(concept: CodeableConcept | None, context: Context) -> Meaning:
    """Return which drugs ``concept`` names; one that is known by name is no "other" suppressant besides."""
    found = context.meaning(concept)
    drugs = frozenset(name for name in found.concepts if name.startswith("rx."))
    named = drugs - {OTHER_SUPPRESSANT}
    is_named = any(name.startswith((SUPPRESSANT, BIOLOGIC)) for name in named)
    return msgspec.structs.replace(found, concepts=named if is_named else drugs)


def _joined(told: Sequence[Meaning], placed: bool) -> Meaning:
    """Return one meaning for all that is told of a drug."""
    return Meaning(
        frozenset(name for one in told for name in one.concepts),
        placed,
        any(one.contradicted for one in told),
        tuple(code for one in told for code in one.codes),
        next((one.text for one in told if one.text), ""),
    )
