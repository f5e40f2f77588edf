"""I02-LN-1: what was given for lupus nephritis before."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, Literal

from mappings.criteria.glucocorticoid_courses import systemic
from mappings.criteria.verdicts import amount_of, judgement, not_met, unknown
from mappings.criteria.washout import MEDICATION_TYPES, last_exposure
from mappings.drugs import BIOLOGIC, OTHER_SUPPRESSANT, SUPPRESSANT
from mappings.facts import Exposure
from mappings.findings import Amount, Finding
from mappings.record import Record
from mappings.site import Occasion

CLAUSE: Final = "I02-LN-1"


def prior_therapy(record: Record, on: Occasion) -> Finding:
    """Lupus nephritis did not remit under glucocorticoid and at least two immunosuppressants or biologics.

    That enough was given is told from exposures of some weeks each, prescriptions aside; that it failed, only a
    person can say. Too few agents bar only where the source holds every medication record, and none of these may be
    another agent: one prescribed, given for a short or unknown time, or of a kind that we do not know.
    """
    given, steroids = _agents(record, on), systemic(record)
    agents = {name: _taken(found) for name, found in given.items() if _is_proven(name, _taken(found), on)}
    proven = _taken(steroids)
    limit = amount_of(on.limits.refractory_agents)
    number = Amount(Decimal(len(agents)), limit.unit)
    facts = [*(one[-1] for one in agents.values()), *(proven or steroids)[:1]]
    if len(agents) >= limit.value and proven:
        return judgement(CLAUSE, "needs-person", facts, value=number, limit=limit)
    others = [one[-1] for name, one in given.items() if name not in agents]
    enough = steroids and len(agents) + len(others) >= limit.value
    if enough or record.no_absence(on, MEDICATION_TYPES):
        concept = "rx.immunosuppressant.other" if steroids else "rx.glucocorticoid.prednisone"
        found = [*facts, *others]
        return unknown(CLAUSE, "missing", found, concept=concept, value=number, limit=limit, turns=_turns(given, on))
    reason: Literal["below-limit", "absent"] = "below-limit" if agents and steroids else "absent"
    return not_met(CLAUSE, reason, facts, value=number, limit=limit)


def _agents(record: Record, on: Occasion) -> dict[str, list[Exposure]]:
    """Return the exposures to each agent, prescribed or given: each concept is one, and so is each unknown drug."""
    classes = [SUPPRESSANT]
    if on.site.interpretations.prior_agents == "suppressants-or-biologics":
        classes.append(BIOLOGIC)
    given: dict[str, list[Exposure]] = {}
    for exposure in record.exposures:
        for concept in exposure.concepts:
            if concept.startswith(tuple(classes)):
                name = exposure.source.reference if concept == OTHER_SUPPRESSANT else concept
                given.setdefault(name, []).append(exposure)
    return dict(sorted(given.items()))


def _taken(found: Iterable[Exposure]) -> list[Exposure]:
    return [one for one in found if one.kind != "request"]


def _is_proven(name: str, taken: list[Exposure], on: Occasion) -> bool:
    """Whether a known agent was given on enough days; one infusion of a biologic lasts by itself."""
    if name.startswith(BIOLOGIC):
        return bool(taken)
    return name.startswith(SUPPRESSANT) and _days(taken, on) >= on.limits.exposure_days.days


def _days(given: Iterable[Exposure], on: Occasion) -> int:
    """Return the number of days from the first to the last proven day of an agent."""
    dated = [one for one in given if one.when]
    starts = [on.day_of(one.when.latest) for one in dated if one.when]
    ends = [on.day_of(last_exposure(one, on)[0]) for one in dated]
    return (max(ends) - min(starts)).days + 1 if dated else 0


def _turns(given: Mapping[str, list[Exposure]], on: Occasion) -> tuple[date, ...]:
    """Return the days on which an agent that is still taken will have been taken for long enough."""
    starts = {on.day_of(one.when.latest) for found in given.values() for one in _taken(found) if one.when}
    days = {start + timedelta(days=on.limits.exposure_days.days - 1) for start in starts}
    return tuple(sorted(day for day in days if day > on.today))
