"""What people are asked about each adverse event that was found: whether it is one, its cause, its weight.

The answer of a named person to this questionnaire is what turns a proposal into an adverse event, or takes it back.
"""

from collections.abc import Mapping
from typing import Final

from mappings.clauses import STUDY, Bilingual
from mappings.emitting.datatypes import Release, Resource, coding, translated
from mappings.emitting.event_codes import RELATEDNESS
from mappings.emitting.terminology import metadata

NAME: Final = "event-assessment"
#: linkId -> type of the answer ("coding" is called "choice" before R5) and the question.
ASKED: Final[Mapping[str, tuple[str, Bilingual]]] = {
    "id": ("string", Bilingual("Identifier of the adverse event", "不良事件标识")),
    "confirmed": ("boolean", Bilingual("Is it an adverse event?", "是否为不良事件？")),
    "related": ("coding", Bilingual("Is it related to YTS109?", "与YTS109是否相关？")),
    "expected": ("boolean", Bilingual("Was it expected?", "是否为预期事件？")),
    "serious": ("boolean", Bilingual("Is it serious?", "是否为严重不良事件？")),
    "dlt": ("boolean", Bilingual("Does it limit the dose?", "是否为剂量限制性毒性？")),
}


def event_assessment(release: Release, base: str) -> Resource:
    """Return the questionnaire about adverse events; a question that is left out is not answered."""
    event = _item("event", "group", Bilingual("Adverse event", "不良事件"))
    questions = [_question(name, kind, text, release) for name, (kind, text) in ASKED.items()]
    return metadata("Questionnaire", NAME, f"Assessment of adverse events in {STUDY}", base) | {
        "description": "What a practitioner judges about adverse events, one group an event. The answers of others are "
        "no judgement; a question without an answer stays open.",
        "subjectType": ["Patient"],
        "item": [event | {"repeats": True, "item": questions}],
    }


def _question(name: str, kind: str, text: Bilingual, release: Release) -> Resource:
    if name == "id":
        return _item(name, kind, text) | {"required": True}
    if kind != "coding":
        return _item(name, kind, text)
    options = [{"valueCoding": coding(one.system, one.code, one.display)} for one in RELATEDNESS.values()]
    return _item(name, "choice" if release == "R4" else kind, text) | {"answerOption": options}


def _item(name: str, kind: str, text: Bilingual) -> Resource:
    return {"linkId": name, "text": text.en, "_text": translated(text), "type": kind}
