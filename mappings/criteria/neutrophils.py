"""I03-1: neutrophils, without colony-stimulating factor."""

from datetime import timedelta
from typing import Final

from mappings.criteria.measured import at_least, by_latest
from mappings.criteria.verdicts import judgement, unknown
from mappings.criteria.washout import MEDICATION_TYPES, last_exposure
from mappings.drugs import GCSF
from mappings.facts import Measurement
from mappings.findings import Finding
from mappings.record import Record
from mappings.site import Occasion

CLAUSE: Final = "I03-1"
NEUTROPHILS: Final = ("lab.neutrophil_abs",)


def neutrophils(record: Record, on: Occasion) -> Finding:
    """Neutrophils within 14 days are at least 1.0 x10^9/L, with no G-CSF in the 14 days before the sample.

    Too few bar whatever was given. Enough under G-CSF is for a person, and enough counts only where the source
    holds every medication record, as G-CSF might have been given elsewhere.
    """
    days = on.limits.neutrophil_window.days
    return by_latest(record, on, CLAUSE, NEUTROPHILS, days, lambda count: _unaided(count, record, on))


def _unaided(count: Measurement, record: Record, on: Occasion) -> Finding:
    finding = at_least(CLAUSE, count, on.limits.neutrophils_minimum)
    if finding.state != "met" or count.when is None:
        return finding
    sampled = on.day_of(count.when.earliest)
    opens = sampled - timedelta(days=on.limits.neutrophil_window.days)
    given = [
        one
        for one in record.exposed(GCSF)
        if last_exposure(one, on)[1] >= on.midnight(opens)
        and (one.when is None or one.when.earliest <= count.when.latest)
    ]
    if given:
        return judgement(
            CLAUSE, "needs-person", [count, *given], value=finding.value, limit=finding.limit, about=GCSF[0]
        )
    doubt = record.no_absence(on, MEDICATION_TYPES, opens)
    return unknown(CLAUSE, doubt, [count], concept=GCSF[0], limit=finding.limit) if doubt else finding
