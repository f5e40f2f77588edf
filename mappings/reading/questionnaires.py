"""QuestionnaireResponse -> attestations: what a named person answered to the trial's own checklist."""

from collections.abc import Iterator, Sequence
from typing import Final

from mappings.clauses import CLAUSE
from mappings.facts import Attestation, Fact
from mappings.findings import SetAsideReason
from mappings.reading.context import Context
from mappings.reading.dates import first_of
from mappings.reading.statuses import QUESTIONNAIRE_RESPONSE, use_of
from mappings.reading.views import Item, QuestionAnswer, QuestionnaireResponse

CHECKLIST: Final = "Questionnaire/eligibility-checklist"
PEOPLE: Final = ("Practitioner/", "PractitionerRole/")
HOLDS: Final = {"met": True, "not-met": False}


def read(view: QuestionnaireResponse, context: Context) -> list[Fact] | SetAsideReason:
    """Return what ``view`` attests, or why it attests nothing. Raises ValueError for dates.

    Only answers to this trial's checklist by a practitioner count; what a Device answered is our own output.
    """
    use = use_of(view, view.status, QUESTIONNAIRE_RESPONSE)
    if use != "use" and use != "preliminary":
        return use
    if view.questionnaire.split("|")[0] != f"{context.site.canonical_base}/{CHECKLIST}":
        return "not-relevant"
    author = view.author.reference if view.author else ""
    if "Device/" in author:
        return "own-output"
    if not any(kind in author for kind in PEOPLE):
        return "not-relevant"
    when = first_of(context.zone, view.authored)
    if when is None:
        return "no-date"
    source = context.source(view, "QuestionnaireResponse")
    return [
        Attestation(source=source, when=when, raw="met" if holds else "not-met", item=item, holds=holds, author=author)
        for item, holds in _answers(view.item)
    ]


def _answers(items: Sequence[Item]) -> Iterator[tuple[str, bool]]:
    for item in items:
        told = [holds for holds in map(_holds, item.answer) if holds is not None]
        if item.link_id.split(".")[0] in CLAUSE and len(told) == 1:
            yield item.link_id, told[0]
        yield from _answers(item.item)
        for answer in item.answer:
            yield from _answers(answer.item)


def _holds(answer: QuestionAnswer) -> bool | None:
    if answer.value_coding:
        return HOLDS.get(answer.value_coding.code)
    return answer.value_boolean
