"""E11: other clinical trials within 3 months."""

from datetime import timedelta
from typing import Final

from mappings.criteria.history import for_a_person
from mappings.criteria.thrombosis import months_before
from mappings.criteria.verdicts import met
from mappings.facts import Fact, Participation
from mappings.findings import Finding
from mappings.record import Record
from mappings.site import Occasion

CLAUSE: Final = "E11"
TYPES: Final = ("ResearchSubject", "Condition")
HINTS: Final = ("status.trial_participant",)
ENROLMENT: Final = ("proc.clinical_trial_enrollment",)


def other_trials(record: Record, on: Occasion) -> Finding:
    """The patient took part in another clinical trial within 3 months.

    Counted from the end of the participation. One whose dates are not known, and a code that only says that there
    was a trial, are for a person.
    """
    months = int(on.limits.trial_months.value)
    opens = months_before(on.today, months)
    recent = [one for one in record.participations if _is_recent(one, on) is not False]
    ends = [end for one in recent if one.ended for end in (one.ended.earliest, one.ended.latest)]
    turns = tuple(sorted({months_before(on.day_of(end), -months) + timedelta(days=1) for end in ends}))
    barring = [one for one in recent if _is_recent(one, on)]
    if barring:
        return met(CLAUSE, "present", barring, turns=turns)
    hints: list[Fact] = [*record.diagnosed(HINTS), *record.underwent(ENROLMENT)]
    return for_a_person(record, on, CLAUSE, [*recent, *hints], HINTS[0], TYPES, opens)


def _is_recent(one: Participation, on: Occasion) -> bool | None:
    if one.active:
        return True
    opens = on.midnight(months_before(on.today, int(on.limits.trial_months.value)))
    return one.ended.since(opens) if one.ended else None
