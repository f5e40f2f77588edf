"""I03-8: haemodynamic stability."""

from typing import Final

from mappings.criteria.history import may_be_active
from mappings.criteria.verdicts import judgement
from mappings.facts import Fact, Measurement
from mappings.findings import Finding
from mappings.record import Record
from mappings.site import Occasion

INSTABILITY: Final = ("dx.hemodynamic_instability", "dx.cardiogenic_shock", "ae.hypotension")
PRESSURE: Final = ("vital.sbp",)
RATE: Final = ("vital.heart_rate",)


def haemodynamics(record: Record, on: Occasion) -> Finding:
    """The patient is haemodynamically stable.

    Not defined in the registered text, so always for a person: what speaks against it comes first, then the latest
    pressure and heart rate.
    """
    against: list[Fact] = [one for one in record.diagnosed(INSTABILITY) if may_be_active(one, on)]
    vitals = [*record.latest(PRESSURE), *record.latest(RATE)]
    unsafe = [one for one in vitals if isinstance(one, Measurement) and _is_unsafe(one, on)]
    about = "unstable" if against or unsafe else None
    return judgement("I03-8", "needs-person", [*against, *(unsafe or vitals)], about=about)


def _is_unsafe(one: Measurement, on: Occasion) -> bool:
    if one.value is None or one.when is None or one.when.since(on.days_back(on.limits.vitals_window.days)) is False:
        return False
    if one.concepts & set(PRESSURE):
        return one.value.below(on.limits.systolic_minimum.value) is True
    return one.value.above(on.limits.heart_rate_maximum.value) is True
