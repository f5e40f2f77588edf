"""I03-1: neutrophils, without colony-stimulating factor."""

from datetime import timedelta
from typing import Final

from mappings.criteria.measured import at_least, by_latest
from mappings.criteria.verdicts import judgement, unknown
from mappings.criteria.washout import MEDICATION_TYPES, last_exposure
from mappings.drugs import GCSF, SHORT_ACTING_GCSF
from mappings.facts import Exposure, Measurement
from mappings.findings import Finding
from mappings.intervals import When
from mappings.record import Record
from mappings.site import Occasion

CLAUSE: Final = "I03-1"
NEUTROPHILS: Final = ("lab.neutrophil_abs",)


def neutrophils(record: Record, on: Occasion) -> Finding:
    """Neutrophils within 14 days are at least 1.0 x10^9/L, with no G-CSF in the 14 days before the sample.

    Too few bar whatever was given. Enough under G-CSF (a long-acting form: in the 21 days before) is for a person, and
    enough counts only where the source holds every medication record, as G-CSF might have been given elsewhere.
    """
    days = on.limits.neutrophil_window.days
    return by_latest(record, on, CLAUSE, NEUTROPHILS, days, lambda count: _unaided(count, record, on))


def _unaided(count: Measurement, record: Record, on: Occasion) -> Finding:
    finding = at_least(CLAUSE, count, on.limits.neutrophils_minimum)
    if finding.state != "met":
        return finding
    assert count.when is not None
    sampled = on.day_of(count.when.earliest)
    given = [one for one in record.exposed(GCSF) if _may_act(one, count.when, on)]
    if given:
        value, limit = finding.value, finding.limit
        return judgement(CLAUSE, "needs-person", [count, *given], value=value, limit=limit, about="g-csf")
    opens = sampled - timedelta(days=on.limits.long_acting_gcsf_window.days)
    doubt = record.no_absence(on, MEDICATION_TYPES, opens)
    if doubt:
        return unknown(CLAUSE, doubt, [count], concept=GCSF[0], limit=finding.limit, about="g-csf")
    return finding


def _may_act(given: Exposure, sampled: When, on: Occasion) -> bool:
    """Whether a drug may have been given before the sample, and not so long before that it no longer counts."""
    if given.when is not None and given.when.earliest > sampled.latest:
        return False
    is_short = not given.concepts.isdisjoint(SHORT_ACTING_GCSF)
    window = on.limits.neutrophil_window if is_short else on.limits.long_acting_gcsf_window
    opens = on.midnight(on.day_of(sampled.earliest) - timedelta(days=window.days))
    return last_exposure(given, on)[1] >= opens
