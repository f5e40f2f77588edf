"""E09: deep vein thrombosis and pulmonary embolism within 6 months."""

from datetime import date, timedelta
from typing import Final

from mappings.criteria.history import about, last_known, silence
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
    opens = months_before(on.today, int(on.limits.thrombosis_months.value))
    found = record.diagnosed((*THROMBOSIS, *OTHER_SITES))
    recent = [one for one in found if _is_recent(one, on, opens) is not False]
    turns = _turns(recent, on)
    barring = [one for one in recent if one.certain and _is_recent(one, on, opens) and set(THROMBOSIS) & one.concepts]
    if barring:
        return met(CLAUSE, "present", barring, turns=turns, about=about(barring))
    if recent:
        return judgement(CLAUSE, "needs-person", recent, turns=turns, about=about(recent))
    quiet = silence(record, on, CLAUSE, THROMBOSIS[0], since=opens)
    return not_met(CLAUSE, "absent", found) if quiet.state == "not-met" else quiet


def _is_recent(one: Diagnosis, on: Occasion, opens: date) -> bool | None:
    """Whether a thrombosis began in the window; ``None`` where it may have, or is said to go on."""
    if one.when is None:
        seen = last_known(one)
        return False if seen and seen.until(on.midnight(opens)) and not one.active else None
    began = one.when.since(on.midnight(opens))
    return None if began is False and one.active else began


def _turns(found: list[Diagnosis], on: Occasion) -> tuple[date, ...]:
    months = int(on.limits.thrombosis_months.value)
    ends = [end for one in found if one.when and not one.active for end in (one.when.earliest, one.when.latest)]
    return tuple(sorted({months_before(on.day_of(end), -months) + timedelta(days=1) for end in ends}))


def months_before(day: date, months: int) -> date:
    """Return the same day of the month ``months`` months before ``day``, or the last day of a shorter month."""
    number = day.year * 12 + day.month - 1 - months
    year, month = number // 12, number % 12 + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month, min(day.day, last))
