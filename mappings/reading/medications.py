"""MedicationRequest, -Administration, -Statement and -Dispense -> exposures."""

from datetime import timedelta
from decimal import Decimal
from typing import Final

from mappings.drugs import OTHER_SUPPRESSANT
from mappings.facts import Exposure, ExposureKind, Fact
from mappings.findings import SetAsideReason
from mappings.intervals import When
from mappings.reading.context import Context, Meaning
from mappings.reading.datatypes import Quantity
from mappings.reading.dates import first_of
from mappings.reading.dosages import Dose, of_administration, of_instructions
from mappings.reading.quantities import measure
from mappings.reading.statuses import (
    MEDICATION_ADMINISTRATION,
    MEDICATION_DISPENSE,
    MEDICATION_REQUEST,
    MEDICATION_STATEMENT,
    NOT_ORDERED,
    Use,
    code_of,
    use_of,
)
from mappings.reading.views import (
    Medicated,
    MedicationAdministration,
    MedicationDispense,
    MedicationRequest,
    MedicationStatement,
)

Read = list[Fact] | SetAsideReason
#: Whether a drug is still taken, by the status of its resource.
ONGOING: Final = {"active": True, "in-progress": True, "completed": False, "stopped": False, "ended": False}
NOT_TAKEN: Final = frozenset({"not-taking", "not-taken"})
DAYS_IN: Final = {"d": 1, "wk": 7, "mo": 30, "天": 1, "日": 1, "周": 7, "day": 1, "days": 1}


def read_request(view: MedicationRequest, context: Context) -> Read:
    """Return what was ordered. Its end is that of the order's validity or supply. Raises ValueError for dates."""
    if view.do_not_perform:
        return "negated"
    if view.intent in NOT_ORDERED:
        return "draft"
    use = use_of(view, view.status, MEDICATION_REQUEST)
    supply, zone = view.dispense_request, context.zone
    start = first_of(zone, view.authored_on)
    bounds = next(
        (d.timing.repeat.bounds_period for d in view.dosage_instruction if d.timing and d.timing.repeat), None
    )
    ended = first_of(zone, bounds.end if bounds else "")
    if ended is None and supply:
        repeats = 1 + (supply.number_of_repeats_allowed or 0)
        ended = after(start, supply.expected_supply_duration, repeats)
        period = supply.validity_period
        ended = ended or first_of(zone, period.end if period else "")
    dose = of_instructions(view.dosage_instruction)
    return _exposure(view, context, use, "request", start, ended, dose, view.status)


def read_administration(view: MedicationAdministration, context: Context) -> Read:
    """Return what was given, and until when. Raises ValueError for dates."""
    use = use_of(view, view.status, MEDICATION_ADMINISTRATION)
    zone, period = context.zone, view.effective_period or view.occurence_period
    start = first_of(zone, view.effective_date_time, view.occurence_date_time, period.start if period else "")
    ended = first_of(zone, period.end if period else "") or (None if period else start)
    return _exposure(view, context, use, "administration", start, ended, of_administration(view.dosage), view.status)


def read_statement(view: MedicationStatement, context: Context) -> Read:
    """Return what somebody says was taken, and until when. Raises ValueError for dates."""
    adherence = code_of(view.adherence.code) if view.adherence else ""
    if adherence in NOT_TAKEN:
        return "not-done"
    use = use_of(view, view.status, MEDICATION_STATEMENT)
    zone, period = context.zone, view.effective_period
    start = first_of(zone, view.effective_date_time, period.start if period else "", view.date_asserted)
    ended = first_of(zone, period.end if period else "")
    status = {"taking": "active"}.get(adherence, view.status)
    return _exposure(view, context, use, "statement", start, ended, of_instructions(view.dosage), status)


def read_dispense(view: MedicationDispense, context: Context) -> Read:
    """Return what was handed over; it lasts for the days it supplies. Raises ValueError for dates."""
    use = use_of(view, view.status, MEDICATION_DISPENSE)
    start = first_of(context.zone, view.when_handed_over, view.when_prepared)
    dose = of_instructions(view.dosage_instruction)
    ended = after(start, view.days_supply, 1)
    return _exposure(view, context, use, "dispense", start, ended, dose, "completed" if ended else "unknown")


def after(start: When | None, supply: Quantity | None, times: int) -> When | None:
    """Return the last day of a supply that begins at ``start`` and is given ``times`` times."""
    found = measure(supply) if supply else None
    days = DAYS_IN.get(found.unit) if found else None
    if start is None or found is None or days is None or found.value.exact is None:
        return None
    last = timedelta(days=int(found.value.exact * days * times)) - timedelta(days=1)
    return When(start.earliest + last, start.latest + last, start.text)


def _exposure(
    view: Medicated,
    context: Context,
    use: Use,
    kind: ExposureKind,
    start: When | None,
    ended: When | None,
    dose: Dose,
    status: str,
) -> Read:
    if use != "use" and use != "preliminary":
        return use
    meaning = _drug(view, context)
    if meaning is None:
        return "unresolved-reference"
    if meaning.contradicted:
        return "display-contradicts"
    concepts = frozenset(name for name in meaning.concepts if name.startswith("rx."))
    if len(concepts) > 1:
        concepts -= {OTHER_SUPPRESSANT}
    if meaning.placed and not concepts:
        return "not-relevant"
    return [
        Exposure(
            source=context.source(view, type(view).__name__),
            concepts=concepts,
            when=start,
            raw=_raw(meaning.text, dose.milligrams),
            kind=kind,
            ended=ended,
            ongoing=False if ended is not None and kind != "request" else ONGOING.get(status),
            dose_mg=dose.milligrams,
            daily_mg=dose.daily,
            daily_mg_per_kg=dose.daily_per_kg,
            route=dose.route,
            placed=meaning.placed,
        )
    ]


def _raw(text: str, dose: Decimal | None) -> str:
    return text if dose is None else f"{text} {dose:f} mg".strip()


def _drug(view: Medicated, context: Context) -> Meaning | None:
    """Return what the drug is, by its own code or by the Medication it points to; ``None`` when that is not there."""
    concept = view.medication_codeable_concept or (view.medication.concept if view.medication else None)
    if concept:
        return context.meaning(concept)
    reference = view.medication_reference or (view.medication.reference if view.medication else None)
    name = reference.reference.split("/_history/")[0].rpartition("/")[2] if reference else ""
    medication = context.medications.get(name)
    if medication is None:
        return None
    meaning = context.meaning(medication.code)
    if meaning.concepts or not medication.ingredient:
        return meaning
    parts = [one.item_codeable_concept or (one.item.concept if one.item else None) for one in medication.ingredient]
    found = [context.meaning(part) for part in parts]
    return Meaning(
        frozenset(name for one in found for name in one.concepts),
        all(one.placed for one in found),
        any(one.contradicted for one in found),
        meaning.codes,
        meaning.text or found[0].text,
    )
