"""E09: deep vein thrombosis and pulmonary embolism within 6 months."""

from datetime import date
from typing import Final

from mappings.criteria.history import CONDITION, about, ends, last_known, silence
from mappings.criteria.months import bounds, covered, months_before, passing
from mappings.criteria.verdicts import judgement, met, not_met
from mappings.facts import Diagnosis
from mappings.findings import Finding
from mappings.record import Record
from mappings.site import Occasion

CLAUSE: Final = "E09"
THROMBOSIS: Final = ("dx.dvt", "dx.pe")
#: Other sites may or may not be meant.
OTHER_SITES: Final = ("dx.venous_thrombosis_other_site",)


def thrombosis(record: Record, on: Occasion) -> Finding:
    """The patient had a deep vein thrombosis or pulmonary embolism within 6 months.

    Counted in calendar months from its onset, the day of the month still within. Other sites, uncertain ones, undated
    ones and those that are old but still active are for a person.
    """
    months = int(on.limits.thrombosis_months.value)
    opens = months_before(on.today, months)
    found = record.diagnosed((*THROMBOSIS, *OTHER_SITES))
    recent = [one for one in found if _is_recent(one, on, opens) is not False]
    starts = [start for one in recent for start in bounds(last_known(one))]
    turns = tuple(sorted({*passing(starts, months, on), *ends(recent, on)}))
    barring = [one for one in recent if one.certain and _is_recent(one, on, opens) and set(THROMBOSIS) & one.concepts]
    if barring:
        return met(CLAUSE, "present", barring, turns=turns, about=about(barring))
    if recent:
        return judgement(CLAUSE, "needs-person", recent, turns=turns, about=about(recent))
    quiet = silence(record, on, CLAUSE, THROMBOSIS[0], since=opens, turns=covered(CONDITION, months, on))
    return not_met(CLAUSE, "absent", found) if quiet.state == "not-met" else quiet


def _is_recent(one: Diagnosis, on: Occasion, opens: date) -> bool | None:
    """Whether a thrombosis began in the window; ``None`` where it may have, or was going on at the time."""
    seen = last_known(one)
    began = seen.since(on.midnight(opens)) if seen else None
    if began is False:
        return None if one.active or ends([one], on) else False
    return began if one.when else None
