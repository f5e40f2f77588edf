"""ResearchSubject -> taking part in another trial, or in this one where treatment is followed."""

import re
from collections.abc import Mapping
from typing import Final

import msgspec

from mappings.emitting.subject_status import OWNER, STATUS_SET
from mappings.facts import Enrolment, Fact, Participation
from mappings.findings import Cohort, SetAsideReason
from mappings.intervals import When
from mappings.reading.context import Context
from mappings.reading.datatypes import Period
from mappings.reading.dates import ending, first_of
from mappings.reading.statuses import codes_of, refused
from mappings.reading.this_study import is_this_study
from mappings.reading.views import NestedExtension, ResearchSubject

#: Subject states (R4 research-subject-status, in R5 research-subject-state) of who takes part, and who no longer does.
TAKES_PART: Final = frozenset({"on-study", "on-study-intervention", "on-study-observation", "follow-up"})
OVER: Final = frozenset({"off-study"})
#: States of who has not taken part: not yet, or never. Who leaves after enrolment is "off-study", not "withdrawn".
NOT_PART: Final = frozenset(
    """
    potential-candidate candidate screening eligible pending-on-study not-registered ineligible withdrawn
    """.split()
)
#: States of who has left.
LEFT: Final = frozenset({"off-study", "withdrawn"})
#: Words by which an arm names its cohort.
_ARMS: Final[Mapping[str, Cohort]] = {
    "ln": "LN",
    "lupus nephritis": "LN",
    "狼疮性肾炎": "LN",
    "狼疮肾炎": "LN",
    "itp": "ITP",
    "immune thrombocytopenia": "ITP",
    "免疫性血小板减少": "ITP",
}
_EXTENSIONS: Final = msgspec.json.Decoder(list[NestedExtension])
_NO_WORD: Final = re.compile(r"[\W_]+")


def read(view: ResearchSubject, context: Context) -> list[Fact] | SetAsideReason:
    """Return the participation in another study, or in this one, or why there is none. Raises ValueError for dates.

    R4 has the subject's state in ``status``; R5 has it in ``progress`` (its ``status`` is that of the record). Whoever
    took part once did so, whatever state came later. With an end, the end says whether it is over.
    """
    reason = refused(view)
    if reason:
        return reason
    is_here, states = bool(view.study and is_this_study(view.study, context)), _states(view)
    if is_here and (not context.follows or _is_ours(view, states[-1])):
        return "own-output"
    if "entered-in-error" in (view.status, states[-1]):
        return "entered-in-error"
    if is_here:
        return [_enrolment(view, states[-1], context)]
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


def _is_ours(view: ResearchSubject, state: str) -> bool:
    """Whether the state is the one that a screening of ours set, and nobody else has touched."""
    extensions = _EXTENSIONS.decode(view.extension) if view.extension else []
    written = [one.value_code for one in extensions if one.url.endswith(f"/{STATUS_SET}")]
    return OWNER.get(state) == "adapter" and written == [state]


def _enrolment(view: ResearchSubject, state: str, context: Context) -> Enrolment:
    """Return what a person recorded of the participant. What the arm names, and another arm does not deny, is the cohort."""
    period = view.period or Period()
    first = min((one.start_date for one in view.progress if one.start_date), default="")
    groups = (view.actual_arm, view.assigned_arm, view.actual_comparison_group, view.assigned_comparison_group)
    arms = {arm for group in groups for arm in _arms_in(group)}
    return Enrolment(
        source=context.source(view, "ResearchSubject"),
        when=first_of(context.zone, period.start, first),
        raw=state,
        state=state,
        arm=arms.pop() if len(arms) == 1 else None,
        left=_left(view, context),
    )


def _arms_in(group: str) -> set[Cohort]:
    """Return the cohorts that the name or the id of an arm names: "Arm LN", "cohort-itp-dl1", "狼疮性肾炎组"."""
    plain = f" {_NO_WORD.sub(' ', group).casefold()} "
    return {arm for word, arm in _ARMS.items() if (word if not word.isascii() else f" {word} ") in plain}


def _left(view: ResearchSubject, context: Context) -> When | None:
    """Return when the participant left: the end of the period, else the day on which the last state began, if it is that."""
    ended = ending(view.period.end, context.zone) if view.period else None
    steps = sorted((one for one in view.progress if one.subject_state), key=lambda one: one.start_date or one.end_date)
    last = steps[-1] if steps and not LEFT.isdisjoint(codes_of(steps[-1].subject_state)) else None
    return ended or (first_of(context.zone, last.start_date) if last else None)
