"""E11: other clinical trials within 3 months."""

from datetime import date
from typing import Final

from mappings.criteria.history import for_a_person
from mappings.criteria.months import bounds, covered, months_before, passing
from mappings.criteria.verdicts import met
from mappings.facts import Fact, Participation
from mappings.findings import Finding
from mappings.record import Record
from mappings.site import Occasion

CLAUSE: Final = "E11"
TYPES: Final = ("ResearchSubject", "Condition", "Procedure")
HINTS: Final = ("status.trial_participant",)
ENROLMENT: Final = ("proc.clinical_trial_enrollment",)


def other_trials(record: Record, on: Occasion) -> Finding:
    """The patient took part in another clinical trial within 3 months.

    Counted in calendar months from the end of the participation. One whose end is not known, and a code that only
    says that there was a trial, are for a person.
    """
    months = int(on.limits.trial_months.value)
    opens = months_before(on.today, months)
    recent = [one for one in record.participations if _is_recent(one, on, opens) is not False]
    barring = [one for one in recent if _is_recent(one, on, opens)]
    ends = passing([end for one in recent if not one.active for end in bounds(one.ended)], months, on)
    if barring:
        return met(CLAUSE, "present", barring, turns=ends)
    hints: list[Fact] = [*record.diagnosed(HINTS), *record.underwent(ENROLMENT)]
    turns = (*ends, *covered(TYPES, months, on))
    return for_a_person(record, on, CLAUSE, [*recent, *hints], HINTS[0], TYPES, opens, turns)


def _is_recent(one: Participation, on: Occasion, opens: date) -> bool | None:
    """Whether a participation reached into the window; ``None`` where the record does not say."""
    if one.active:
        return True
    return one.ended.since(on.midnight(opens)) if one.ended else None
