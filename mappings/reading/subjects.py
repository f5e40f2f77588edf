"""ResearchSubject -> taking part in another trial."""

from mappings.facts import Fact, Participation
from mappings.findings import SetAsideReason
from mappings.reading.consents import STUDY_IDS, names_this_study
from mappings.reading.context import Context
from mappings.reading.datatypes import Period, Reference
from mappings.reading.dates import first_of
from mappings.reading.statuses import refused
from mappings.reading.views import ResearchSubject

#: R4 subject states that are over, and those in which nobody has taken part yet (THO research-subject-state).
OVER = frozenset({"off-study", "withdrawn", "not-registered", "ineligible"})
NOT_YET = frozenset({"potential-candidate", "candidate", "screening", "eligible", "pending-on-study"})
NEVER = frozenset({"not-registered", "ineligible", "withdrawn"})


def read(view: ResearchSubject, context: Context) -> list[Fact] | SetAsideReason:
    """Return the participation in another study, or why there is none. Raises ValueError for dates.

    R4 has the subject's state in ``status``; R5 has it in ``progress`` (its ``status`` is that of the record).
    """
    reason = refused(view)
    if reason:
        return reason
    if view.study and is_this_study(view.study, context):
        return "own-output"
    state = _state(view)
    if state == "entered-in-error":
        return "entered-in-error"
    if state in NEVER or state in NOT_YET:
        return "not-relevant"
    period = view.period or Period()
    return [
        Participation(
            source=context.source(view, "ResearchSubject"),
            when=first_of(context.zone, period.start),
            raw=state,
            active=state not in OVER and not period.end,
            ended=first_of(context.zone, period.end),
        )
    ]


def _state(view: ResearchSubject) -> str:
    states = [one.subject_state for one in view.progress if one.subject_state]
    codings = states[-1].coding if states else ()
    return codings[0].code if codings else view.status


def is_this_study(reference: Reference, context: Context) -> bool:
    """Whether ``reference`` names this trial, by its id, its registry number, or the ResearchStudy it points to."""
    name = reference.reference.split("/_history/")[0].rpartition("/")[2]
    study = context.studies.get(name)
    by_identifier = reference.identifier is not None and names_this_study(reference.identifier)
    return name in STUDY_IDS or by_identifier or bool(study and any(map(names_this_study, study.identifier)))
