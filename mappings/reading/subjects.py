"""ResearchSubject -> taking part in another trial."""

from typing import Final

from mappings.facts import Fact, Participation
from mappings.findings import SetAsideReason
from mappings.reading.context import Context
from mappings.reading.datatypes import Period
from mappings.reading.dates import ending, first_of
from mappings.reading.statuses import codes_of, refused
from mappings.reading.this_study import is_this_study
from mappings.reading.views import ResearchSubject

#: Subject states (R4 research-subject-status, in R5 research-subject-state) of who takes part, and who no longer does.
TAKES_PART: Final = frozenset({"on-study", "on-study-intervention", "on-study-observation", "follow-up"})
OVER: Final = frozenset({"off-study"})
#: States of who has not taken part: not yet, or never. Who leaves after enrolment is "off-study", not "withdrawn".
NOT_PART: Final = frozenset(
    """
    potential-candidate candidate screening eligible pending-on-study not-registered ineligible withdrawn
    """.split()
)


def read(view: ResearchSubject, context: Context) -> list[Fact] | SetAsideReason:
    """Return the participation in another study, or why there is none. Raises ValueError for dates.

    R4 has the subject's state in ``status``; R5 has it in ``progress`` (its ``status`` is that of the record). Whoever
    took part once did so, whatever state came later. With an end, the end says whether it is over.
    """
    reason = refused(view)
    if reason:
        return reason
    if view.study and is_this_study(view.study, context):
        return "own-output"
    states = _states(view)
    if "entered-in-error" in (view.status, states[-1]):
        return "entered-in-error"
    if NOT_PART.issuperset(states):
        return "not-relevant"
    period = view.period or Period()
    ended = ending(period.end, context.zone)
    return [
        Participation(
            source=context.source(view, "ResearchSubject"),
            when=first_of(context.zone, period.start),
            raw=states[-1],
            active=None if ended else _is_active(states[-1]),
            ended=ended,
        )
    ]


def _states(view: ResearchSubject) -> list[str]:
    """Return the states the subject went through, the latest last, at least one; two codes are a state of their own."""
    dated = sorted(view.progress, key=lambda one: one.start_date or one.end_date)
    coded = [sorted(codes_of(one.subject_state)) for one in dated if one.subject_state]
    return ["|".join(codes) for codes in coded] or [view.status]


def _is_active(state: str) -> bool | None:
    return True if state in TAKES_PART else False if state in OVER or state in NOT_PART else None
