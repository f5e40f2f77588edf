"""QuestionnaireResponse -> what a named person answered to the trial's own questionnaires.

The checklist becomes attestations; what is answered about an adverse event, assessments, where treatment is followed.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Final

from mappings.clauses import CLAUSE
from mappings.facts import Attestation, Fact, Source, Unanswered
from mappings.findings import SetAsideReason
from mappings.intervals import When
from mappings.reading.assessments import ASSESSMENT, assessed, everything
from mappings.reading.authors import name_of, refused
from mappings.reading.context import Context
from mappings.reading.dates import first_of
from mappings.reading.statuses import QUESTIONNAIRE_RESPONSE, use_of
from mappings.reading.views import Item, QuestionAnswer, QuestionnaireResponse

CHECKLIST: Final = "Questionnaire/eligibility-checklist"
HOLDS: Final = {"met": True, "not-met": False}


def read(view: QuestionnaireResponse, context: Context) -> list[Fact] | SetAsideReason:
    """Return what ``view`` says, or why it says nothing. Raises ValueError for dates.

    Only answers to this trial's questionnaires by a practitioner count; what a Device answered is our own output, and
    what a practitioner wrote down for a patient is the patient's.
    """
    use = use_of(view, view.status, QUESTIONNAIRE_RESPONSE)
    if use != "use" and use != "preliminary":
        return use
    tell = _reader(view.questionnaire.split("|")[0], context)
    if tell is None or view.author is None:
        return "not-relevant"
    reason = refused(view.author) or (refused(view.source) if view.source else None)
    if reason:
        return reason
    when = first_of(context.zone, view.authored)
    if when is None:
        return "no-date"
    is_dated = view.meta is not None and bool(view.meta.last_updated)
    source = context.source(view, "QuestionnaireResponse", "" if is_dated else view.authored)
    author = name_of(view.author)
    return tell(view.item, source, when, author) or "no-result"


def _reader(questionnaire: str, context: Context) -> Callable[[Sequence[Item], Source, When, str], list[Fact]] | None:
    """Return what reads the answers to ``questionnaire``; ``None`` for one that is not ours, or is not asked for."""
    base = context.site.canonical_base
    if questionnaire == f"{base}/{CHECKLIST}":
        return _attested
    return assessed if context.follows and questionnaire == f"{base}/{ASSESSMENT}" else None


def _attested(items: Sequence[Item], source: Source, when: When, author: str) -> list[Fact]:
    return [_said(item, told, source, when, author) for item, told in _answers(items).items()]


def _said(item: str, told: set[bool | None], source: Source, when: When, author: str) -> Fact:
    """Return an attestation; an answer that is neither yes nor no, or both, takes back what was attested before."""
    if told not in ({True}, {False}):
        return Unanswered(source=source, when=when, item=item)
    holds = told == {True}
    return Attestation(
        source=source, when=when, raw="met" if holds else "not-met", item=item, holds=holds, author=author
    )


def _answers(items: Sequence[Item]) -> dict[str, set[bool | None]]:
    """Return what was answered to each item of the checklist, wherever it stands and however often."""
    found: dict[str, set[bool | None]] = defaultdict(set)
    for item in everything(items):
        if item.link_id.split(".")[0] in CLAUSE and item.answer:
            found[item.link_id] |= set(map(_holds, item.answer))
    return found


def _holds(answer: QuestionAnswer) -> bool | None:
    if answer.value_coding:
        return HOLDS.get(answer.value_coding.code)
    return HOLDS.get(answer.value_string) if answer.value_string else answer.value_boolean
