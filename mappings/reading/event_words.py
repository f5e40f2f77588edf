"""What codes and words say of an adverse event: grade, seriousness, outcome, and whether treatment caused it.

Codes are those of HL7's guides for adverse events in clinical research (NCIt), of the draft guide to the CTCAE, and those
that R4 itself gives; words are what people write in their place. A severity (mild, moderate, severe) is no grade.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final

from mappings.emitting.event_codes import CRITERIA, GRADES, OUTCOMES, RELATEDNESS
from mappings.facts import GradeNumber, Outcome, Relatedness, SeriousnessCriterion
from mappings.reading.datatypes import CodeableConcept

#: The system of grades of the draft guide to the CTCAE: 0 is "looked for, and none".
CTCAE_GRADE: Final = "http://hl7.org/fhir/us/ctcae/CodeSystem/ctcae-grade-code-system"
_NUMBERS: Final[Mapping[str, GradeNumber]] = {
    "0": 0, "1": 1, "2": 2, "3": 3, "4": 4, "5": 5, "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5,
}  # fmt: skip
_GRADE_CODES: Final = {code.code: grade for grade, code in GRADES.items()}
_GRADE: Final = re.compile(r"(?:ctcae|astct|crs|icans)?\s*(?:grade|g)?\s*([0-5]|i{1,3}|iv|v)\s*级?")
_OUTCOMES: Final[Mapping[str, Outcome]] = {code.code.lower(): outcome for outcome, code in OUTCOMES.items()} | {
    "resolved": "resolved",
    "recovering": "recovering",
    "ongoing": "ongoing",
    "resolvedwithsequelae": "resolved-with-sequelae",
    "fatal": "fatal",
    "unknown": "unknown",
    "痊愈": "resolved",
    "已恢复": "resolved",
    "好转": "recovering",
    "未恢复": "ongoing",
    "持续": "ongoing",
    "有后遗症": "resolved-with-sequelae",
    "死亡": "fatal",
}
_CRITERIA: Final[Mapping[str, SeriousnessCriterion]] = {
    code.code.lower(): criterion for criterion, code in CRITERIA.items()
} | {
    "seriousresultsindeath": "death",
    "seriousislifethreatening": "life-threatening",
    "seriousresultsinhospitalization": "hospitalisation",
    "seriousresultsindisability": "disability",
    "seriousisbirthdefect": "congenital-anomaly",
    "seriousrequirespreventimpairment": "intervention",
}
_SERIOUS: Final[Mapping[str, bool]] = {
    **dict.fromkeys(("serious", "sae", "严重", "严重不良事件", *_CRITERIA), True),
    **dict.fromkeys(("non-serious", "not serious", "非严重", "不严重"), False),
}
#: The first four of the words are those of HL7's causality codes (WHO-UMC); what cannot be judged is not related for sure
#: to nothing. The Chinese ones are the five grades that trials use.
_RELATED: Final[Mapping[str, Relatedness]] = {code.code.lower(): value for value, code in RELATEDNESS.items()} | {
    "certain": "related",
    "probably-likely": "related",
    "probable": "related",
    "possible": "possible",
    "unlikely": "unlikely",
    "related": "related",
    "definitely related": "related",
    "probably related": "related",
    "possibly related": "possible",
    "unlikely related": "unlikely",
    "not related": "not-related",
    "not-related": "not-related",
    "unrelated": "not-related",
    "肯定有关": "related",
    "很可能有关": "related",
    "有关": "related",
    "可能有关": "possible",
    "可能无关": "unlikely",
    "肯定无关": "not-related",
    "无关": "not-related",
}
#: From the weakest to the strongest.
STRENGTH: Final[tuple[Relatedness, ...]] = ("not-related", "unlikely", "possible", "related")


def plainly(word: str) -> str:
    """Return ``word`` without what people write differently: width, case, and blanks at its ends."""
    return unicodedata.normalize("NFKC", word).strip().casefold()


def words_in(concept: CodeableConcept | None) -> list[str]:
    """Return the codes of ``concept`` and what it is called, written plainly."""
    if concept is None:
        return []
    named = [*(one.code for one in concept.coding), *(one.display for one in concept.coding), concept.text]
    return [plainly(name) for name in named if name]


def grade_in(concept: CodeableConcept | None) -> GradeNumber | None:
    """Return the grade that ``concept`` names; ``None`` where it names none, or two."""
    if concept is None:
        return None
    return grade_told(((one.system, one.code, one.display) for one in concept.coding), concept.text)


def grade_told(codes: Iterable[tuple[str, str, str]], text: str) -> GradeNumber | None:
    """Return the grade that codes (each with its system and display) and a text name; ``None`` for none, or for two."""
    told = {_grade_of(*code) for code in codes} | {_grade_named(text)}
    told.discard(None)
    return told.pop() if len(told) == 1 else None


def _grade_of(system: str, code: str, display: str) -> GradeNumber | None:
    if code in _GRADE_CODES:
        return _GRADE_CODES[code]
    return _NUMBERS.get(code) if system == CTCAE_GRADE else _grade_named(display)


def _grade_named(name: str) -> GradeNumber | None:
    found = _GRADE.fullmatch(plainly(name))
    return _NUMBERS[found[1]] if found else None


def serious_by(concept: CodeableConcept | None) -> bool | None:
    """Whether ``concept`` says that an event is serious; where it says both, it may be."""
    told = {_SERIOUS[word] for word in words_in(concept) if word in _SERIOUS}
    return True if True in told else False if told else None


def criteria_in(concept: CodeableConcept | None) -> list[SeriousnessCriterion]:
    """Return why ``concept`` says that an event is serious."""
    return list(dict.fromkeys(_CRITERIA[word] for word in words_in(concept) if word in _CRITERIA))


def outcome_in(concepts: tuple[CodeableConcept, ...]) -> Outcome | None:
    """Return the outcome that ``concepts`` name; of several that differ a death counts, else nobody knows."""
    told = {_OUTCOMES[word] for concept in concepts for word in words_in(concept) if word in _OUTCOMES}
    if len(told) > 1:
        return "fatal" if "fatal" in told else "unknown"
    return told.pop() if told else None


def related_by(*words: str) -> Relatedness | None:
    """Return how an event is related to something by ``words`` or codes; of several that differ the strongest."""
    told = {_RELATED[word] for word in map(plainly, words) if word in _RELATED}
    return max(told, key=STRENGTH.index, default=None)
