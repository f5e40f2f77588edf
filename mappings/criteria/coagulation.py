"""I03-7: INR and prothrombin time."""

from typing import Final

import msgspec

from mappings.criteria.measured import at_most_times_normal, by_latest
from mappings.findings import Finding
from mappings.record import Record
from mappings.site import Occasion

CLAUSE: Final = "I03-7"
#: Prothrombin activity in percent falls as clotting slows: it is no multiple of anything here.
TESTS: Final = (("lab.inr",), ("lab.pt_seconds",))


def coagulation(record: Record, on: Occasion) -> Finding:
    """INR and prothrombin time, as far as measured and at least one of them, are at most 1.5 times the upper limit
    of normal.
    """
    limit, days = on.limits.coagulation_maximum, on.limits.result_window.days
    found = [
        by_latest(record, on, CLAUSE, test, days, lambda one: at_most_times_normal(CLAUSE, one, limit, on))
        for test in TESTS
    ]
    measured = [one for one in found if one.reason not in ("missing", "outdated")]
    if not measured:
        return found[0]
    wanted = "not-met" if on.site.interpretations.coagulation == "all-available" else "met"
    order = sorted(measured, key=lambda one: (one.state != wanted, one.state == "met", one.state == "not-met"))
    turns = tuple(turn for one in measured for turn in one.turns)
    return msgspec.structs.replace(order[0], turns=turns)
