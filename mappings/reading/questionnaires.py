"""QuestionnaireResponse -> attestations: what a named person answered to the trial's own checklist."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from mappings.clauses import CLAUSE
from mappings.facts import Attestation, Fact, Source, Unanswered
from mappings.findings import SetAsideReason
from mappings.intervals import When
from mappings.reading.context import Context
from mappings.reading.datatypes import Reference
from mappings.reading.dates import first_of
from mappings.reading.statuses import QUESTIONNAIRE_RESPONSE, use_of
from mappings.reading.views import Item, QuestionAnswer, QuestionnaireResponse

CHECKLIST: Final = "Questionnaire/eligibility-checklist"
PEOPLE: Final = frozenset({"Practitioner", "PractitionerRole"})
#: Who else may be named as the author; of any other we cannot tell who they are.
OTHERS: Final = frozenset({"Device", "Patient", "RelatedPerson", "Organization"})
HOLDS: Final = {"met": True, "not-met": False}


def read(view: QuestionnaireResponse, context: Context) -> list[Fact] | SetAsideReason:
    """Return what ``view`` attests, or why it attests nothing. Raises ValueError for dates.

    Only answers to this trial's checklist by a practitioner count; what a Device answered is our own output, and
    what a practitioner wrote down for a patient is the patient's.
    """
    use = use_of(view, view.status, QUESTIONNAIRE_RESPONSE)
    if use != "use" and use != "preliminary":
        return use
    if view.questionnaire.split("|")[0] != f"{context.site.canonical_base}/{CHECKLIST}":
        return "not-relevant"
    if view.author is None:
        return "not-relevant"
    reason = _refused(view.author) or (_refused(view.source) if view.source else None)
    if reason:
        return reason
    when = first_of(context.zone, view.authored)
    if when is None:
        return "no-date"
    source, author = context.source(view, "QuestionnaireResponse"), _name_of(view.author)
    return [_said(item, told, source, when, author) for item, told in _answers(view.item).items()] or "no-result"


def _refused(who: Reference) -> SetAsideReason | None:
    """Return why what ``who`` says is no attestation; ``None`` for a practitioner."""
    kind = _kind_of(who)
    if kind in PEOPLE and (who.reference or who.identifier):
        return None
    if kind == "Device":
        return "own-output"
    return "not-relevant" if kind in OTHERS else "unresolved-reference"


def _kind_of(who: Reference) -> str:
    """Return the type that a reference names by its path, else by its ``type`` (a name, or its canonical url)."""
    parts = who.reference.split("/_history/")[0].split("/")
    return parts[-2] if len(parts) > 1 else "" if who.reference else who.type.rpartition("/")[2]


def _name_of(who: Reference) -> str:
    return who.reference or (f"{who.identifier.system}|{who.identifier.value}" if who.identifier else "")


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
    for item in _all(items):
        if item.link_id.split(".")[0] in CLAUSE and item.answer:
            found[item.link_id] |= set(map(_holds, item.answer))
    return found


def _all(items: Sequence[Item]) -> Iterator[Item]:
    for item in items:
        yield item
        yield from _all(item.item)
        for answer in item.answer:
            yield from _all(answer.item)


def _holds(answer: QuestionAnswer) -> bool | None:
    if answer.value_coding:
        return HOLDS.get(answer.value_coding.code)
    return HOLDS.get(answer.value_string) if answer.value_string else answer.value_boolean
