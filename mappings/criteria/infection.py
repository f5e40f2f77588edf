"""E02: infection."""

from datetime import date, timedelta
from typing import Final

from mappings.criteria.glucocorticoid_courses import ORAL_ROUTES
from mappings.criteria.history import about, ends, may_be_active, silence, strangers
from mappings.criteria.months import declared
from mappings.criteria.verdicts import judgement, unknown
from mappings.criteria.washout import MEDICATION_TYPES, last_exposure
from mappings.drugs import ANTI_INFECTIVE
from mappings.facts import Exposure, Fact
from mappings.findings import Finding
from mappings.record import Record
from mappings.site import Occasion

CLAUSE: Final = "E02"
INFECTIONS: Final = (
    "dx.infection",
    "dx.infection_bacterial",
    "dx.infection_viral",
    "dx.infection_fungal",
    "dx.infection_fungal_superficial",
    "dx.infection_parasitic",
    "dx.infection_tb",
    "dx.infection_latent_tb",
    "dx.hbv",
    "dx.hcv",
    "dx.hiv",
    "dx.syphilis",
)


def infection(record: Record, on: Occasion) -> Finding:
    """The patient has an uncontrolled or untreated infection.

    Whether an infection is controlled is for a person: any that may be active is laid before one, and so is treatment
    with an anti-infective drug in the last 14 days, unless by mouth, as prophylaxis is.
    """
    active = [one for one in record.diagnosed(INFECTIONS) if may_be_active(one, on)]
    treated = [one for one in record.exposed(ANTI_INFECTIVE) if _is_treatment(one, on)]
    found: list[Fact] = [*active, *treated]
    if found:
        turns = (*ends(active, on), *_expiries(treated, on))
        return judgement(CLAUSE, "needs-person", found, turns=turns, about=about(found))
    return _without_treatment(record, on) or silence(record, on, CLAUSE, "dx.infection")


def _without_treatment(record: Record, on: Occasion) -> Finding | None:
    """Return why nobody can tell that no infection is treated; ``None`` where that is known."""
    window = timedelta(days=on.limits.infection_treatment_window.days)
    doubt, since = record.no_absence(on, MEDICATION_TYPES, on.today - window), declared(MEDICATION_TYPES, on)
    turns = (since + window,) if since else ()
    if not doubt:
        return None
    return unknown(CLAUSE, doubt, strangers(record, MEDICATION_TYPES), concept=ANTI_INFECTIVE[0], turns=turns)


def _is_treatment(one: Exposure, on: Occasion) -> bool:
    opens = on.days_back(on.limits.infection_treatment_window.days)
    return one.route not in ORAL_ROUTES and last_exposure(one, on)[1] >= opens


def _expiries(treated: list[Exposure], on: Occasion) -> tuple[date, ...]:
    """Return the day from which the last of the treatments that have ended lies too far back to count."""
    days = on.limits.infection_treatment_window.days
    return tuple(sorted({on.day_of(one.ended.latest) + timedelta(days=days + 1) for one in treated if one.ended}))
