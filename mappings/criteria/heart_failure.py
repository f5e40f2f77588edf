"""E04: heart failure."""

from typing import Final

from mappings.criteria.history import ends, for_a_person, may_be_active
from mappings.facts import Fact, Measurement
from mappings.findings import Finding
from mappings.record import Record
from mappings.site import Occasion

FAILURE: Final = ("dx.heart_failure", "dx.cardiogenic_shock", "dx.heart_failure_possible")
EJECTION_FRACTION: Final = ("obs.lvef",)


def heart_failure(record: Record, on: Occasion) -> Finding:
    """The patient has heart failure.

    The registered words are loose, so a heart failure that may be active, and a low ejection fraction, are for a
    person.
    """
    active = [one for one in record.diagnosed(FAILURE) if may_be_active(one, on)]
    found: list[Fact] = [*active, *_low_fractions(record, on)]
    return for_a_person(record, on, "E04", found, FAILURE[0], turns=ends(active, on))


def _low_fractions(record: Record, on: Occasion) -> list[Fact]:
    limit = on.limits.ejection_fraction_minimum.value
    latest = record.latest(EJECTION_FRACTION)
    return [one for one in latest if not (isinstance(one, Measurement) and one.value and one.value.at_least(limit))]
