"""The counterfactual in time: from which day, and until which, a patient is eligible if no new fact arrives.

Every finding names the days on which it could turn by itself (a washout ends, a result expires, a birthday). The
screening is simply made again on each of those days, so the answer cannot drift from the rules.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Final

import msgspec

from mappings.clauses import CLAUSE
from mappings.eligibility import COHORTS, cohorts_of, decision_of, effect_of
from mappings.findings import Finding
from mappings.record import Record
from mappings.site import Occasion

Judge = Callable[[Record, Occasion], Sequence[Finding]]

#: Turns that are followed before giving up; a record has a few dozen facts that expire.
MOST_TURNS: Final = 100


def eligible_days(
    record: Record, on: Occasion, findings: Sequence[Finding], judge: Judge
) -> tuple[date | None, date | None]:
    """Return the first and the last day on which ``record`` is eligible with what is known now.

    ``None`` for the first day means that no day is known; ``None`` for the last, that nothing would end it.
    """
    if not _may_turn(findings, on):
        return None, None
    first, day, today = None, on.today, findings
    for _ in range(MOST_TURNS):
        eligible = decision_of(cohorts_of(today)) == "eligible"
        if eligible and first is None:
            first = day
        if first is not None and not eligible:
            return first, day - timedelta(days=1)
        coming = [turn for finding in today for turn in finding.turns if turn > day]
        if not coming:
            break
        day = min(coming)
        today = judge(record, msgspec.structs.replace(on, at=on.midnight(day)))
    else:
        return first, first and day - timedelta(days=1)
    return first, None


def _may_turn(findings: Sequence[Finding], on: Occasion) -> bool:
    """Whether in some cohort everything that stands in the way may turn by itself: most patients end here."""
    stuck = {
        CLAUSE[finding.clause].cohort
        for finding in findings
        if effect_of(finding) != "allows" and not any(turn > on.today for turn in finding.turns)
    }
    return None not in stuck and not stuck.issuperset(COHORTS)
