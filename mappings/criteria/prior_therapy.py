"""I02-LN-1: what was given for lupus nephritis before."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Final

from mappings.criteria.verdicts import amount_of, judgement, not_met, unknown
from mappings.criteria.washout import MEDICATION_TYPES, last_exposure
from mappings.drugs import BIOLOGIC, GLUCOCORTICOID, OTHER_SUPPRESSANT, SUPPRESSANT
from mappings.facts import Exposure
from mappings.findings import Amount, Finding
from mappings.record import Record
from mappings.site import Occasion

CLAUSE: Final = "I02-LN-1"


def prior_therapy(record: Record, on: Occasion) -> Finding:
    """Lupus nephritis did not remit under glucocorticoid and at least two immunosuppressants or biologics.

    That enough was given is told from exposures of some weeks each, prescriptions aside; that it failed, only a
    person can say. Too few agents bar only where the source holds every medication record.
    """
    agents = agents_given(record, on)
    steroids = [one for one in record.exposures if one.kind != "request" and _is(one, GLUCOCORTICOID)]
    facts = [*(one[-1] for one in agents.values()), *steroids[:1]]
    limit = amount_of(on.limits.refractory_agents)
    number = Amount(Decimal(len(agents)), limit.unit)
    if len(agents) >= limit.value and steroids:
        return judgement(CLAUSE, "needs-person", facts, value=number, limit=limit)
    doubt = record.no_absence(on, MEDICATION_TYPES)
    if doubt:
        return unknown(CLAUSE, "missing", facts, concept="rx.immunosuppressant.other", limit=limit)
    return not_met(CLAUSE, "below-limit", facts, value=number, limit=limit)


def agents_given(record: Record, on: Occasion) -> dict[str, list[Exposure]]:
    """Return the exposures to each agent that was given for long enough to count; each concept is one agent."""
    classes = [SUPPRESSANT]
    if on.site.interpretations.prior_agents == "suppressants-or-biologics":
        classes.append(BIOLOGIC)
    given: dict[str, list[Exposure]] = {}
    for exposure in record.exposures:
        for concept in exposure.concepts:
            if exposure.kind != "request" and concept.startswith(tuple(classes)) and concept != OTHER_SUPPRESSANT:
                given.setdefault(concept, []).append(exposure)
    least = on.limits.exposure_days.days
    enough = {concept: found for concept, found in given.items() if _long_enough(concept, found, least, on)}
    return dict(sorted(enough.items()))


def _long_enough(concept: str, found: list[Exposure], least: int, on: Occasion) -> bool:
    """Whether an agent's exposures span enough days; one infusion of a biologic lasts by itself."""
    return concept.startswith(BIOLOGIC) or _span(found, on) >= timedelta(days=least)


def _span(found: Iterable[Exposure], on: Occasion) -> timedelta:
    """Return the time from the first to the last proven day of an agent."""
    starts = [one.when.latest for one in found if one.when]
    ends = [last_exposure(one, on)[0] for one in found if one.when]
    return max(ends) - min(starts) + timedelta(days=1) if starts else timedelta()


def _is(exposure: Exposure, prefix: str) -> bool:
    return any(concept.startswith(prefix) for concept in exposure.concepts)
