"""I03-8: haemodynamic stability."""

from typing import Final

from mappings.criteria.history import may_be_active
from mappings.criteria.verdicts import judgement
from mappings.criteria.washout import last_exposure
from mappings.drugs import VASOPRESSORS
from mappings.facts import Fact, Measurement, Result
from mappings.findings import Finding
from mappings.record import Record
from mappings.site import Occasion

INSTABILITY: Final = ("dx.hemodynamic_instability", "dx.cardiogenic_shock", "ae.hypotension")
PRESSURE: Final = ("vital.sbp",)
RATE: Final = ("vital.heart_rate",)


def haemodynamics(record: Record, on: Occasion) -> Finding:
    """The patient is haemodynamically stable.

    Not defined in the registered text, so always for a person: what speaks against it comes first (a diagnosis, a
    vasopressor since yesterday, a low pressure, a fast pulse), then the latest pressure and heart rate.
    """
    opens = on.days_back(on.limits.vitals_window.days)
    vitals: list[Result] = [*record.latest(PRESSURE), *record.latest(RATE)]
    against: list[Fact] = [
        *(one for one in record.diagnosed(INSTABILITY) if may_be_active(one, on)),
        *(one for one in record.exposed(VASOPRESSORS) if last_exposure(one, on)[1] >= opens),
        *(one for one in vitals if isinstance(one, Measurement) and _is_unsafe(one, on)),
    ]
    others = [one for one in vitals if one not in against]
    return judgement("I03-8", "needs-person", [*against, *others], about="unstable" if against else None)


def _is_unsafe(one: Measurement, on: Occasion) -> bool:
    """Whether a sign of yesterday or today lies beyond the site's limits; one that may be older counts."""
    if one.value is None or (one.when and one.when.since(on.days_back(on.limits.vitals_window.days)) is False):
        return False
    if one.concepts & set(PRESSURE):
        return one.value.below(on.limits.systolic_minimum.value) is True
    return one.value.above(on.limits.heart_rate_maximum.value) is True
