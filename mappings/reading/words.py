"""Results in words: what laboratories print, as positive, negative or neither."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from mappings.facts import Answer

#: Codes of answers: SNOMED CT qualifiers and LOINC answers. They are numbers that no other system uses. The last
#: three of each are those of a pregnancy status (HL7 International Patient Summary) and of the wish to conceive.
ANSWERS: Final[Mapping[str, Answer]] = {
    "10828004": "positive",
    "260373001": "positive",
    "11214006": "positive",
    "52101004": "positive",
    "LA6576-8": "positive",
    "LA11882-0": "positive",
    "LA15255-5": "positive",
    "LA9633-4": "positive",
    "77386006": "positive",
    "LA15173-0": "positive",
    "LA26438-4": "positive",
    "260385009": "negative",
    "260415000": "negative",
    "131194007": "negative",
    "2667000": "negative",
    "LA6577-6": "negative",
    "LA11883-8": "negative",
    "LA15256-3": "negative",
    "LA9634-2": "negative",
    "60001007": "negative",
    "LA26683-5": "negative",
    "LA26440-0": "negative",
    "102874004": "indeterminate",
    "LA26439-2": "indeterminate",
    "LA14072-5": "indeterminate",
    "82334004": "indeterminate",
    "42425007": "indeterminate",
    "LA11884-6": "indeterminate",
}
#: v3-ObservationInterpretation. Only there does ND mean "not detected": as a hospital's own answer it is "not done".
#: A and N say abnormal and normal of words too, but not of which; R is resistant.
INTERPRETATIONS: Final[Mapping[str, Answer]] = {
    "POS": "positive",
    "DET": "positive",
    "RR": "positive",
    "NEG": "negative",
    "ND": "negative",
    "NR": "negative",
    "IND": "indeterminate",
    "E": "indeterminate",
    "WR": "indeterminate",
}

#: Words and signs, the longer first: "非反应性" holds "反应性", "弱阳性" holds "阳性". A name of the limit says nothing.
_WORDS: Final[tuple[tuple[str, Answer | None], ...]] = (
    ("假阳性", "indeterminate"),
    ("假阴性", "indeterminate"),
    ("false positive", "indeterminate"),
    ("false negative", "indeterminate"),
    ("非阴性", "indeterminate"),
    ("不阴性", "indeterminate"),
    ("非阳性", "indeterminate"),
    ("弱阳性", "indeterminate"),
    ("可疑", "indeterminate"),
    ("灰区", "indeterminate"),
    ("不确定", "indeterminate"),
    ("weakly positive", "indeterminate"),
    ("weak positive", "indeterminate"),
    ("indeterminate", "indeterminate"),
    ("equivocal", "indeterminate"),
    ("borderline", "indeterminate"),
    ("inconclusive", "indeterminate"),
    ("弱反应性", "indeterminate"),
    ("weakly reactive", "indeterminate"),
    ("非反应性", "negative"),
    ("无反应性", "negative"),
    ("未检出", "negative"),
    ("未见", "negative"),
    ("未检测到", "negative"),
    ("低于检测", "negative"),
    ("低于检出", "negative"),
    ("低于最低检", "negative"),
    ("小于检", "negative"),
    ("<检", "negative"),
    ("< 检", "negative"),
    ("<最低检", "negative"),
    ("高于检", "positive"),
    ("大于检", "positive"),
    (">检", "positive"),
    ("检出限", None),
    ("检出下限", None),
    ("小于最低检", "negative"),
    ("阴性", "negative"),
    ("non-reactive", "negative"),
    ("nonreactive", "negative"),
    ("non reactive", "negative"),
    ("not reactive", "negative"),
    ("not detected", "negative"),
    ("none detected", "negative"),
    ("non-detected", "negative"),
    ("nondetected", "negative"),
    ("undetected", "negative"),
    ("undetectable", "negative"),
    ("negative", "negative"),
    ("absent", "negative"),
    ("反应性", "positive"),
    ("阳性", "positive"),
    ("检出", "positive"),
    ("reactive", "positive"),
    ("positive", "positive"),
    ("detected", "positive"),
    ("present", "positive"),
)
_SIGNS: Final[Mapping[str, Answer]] = {
    "+": "positive", "++": "positive", "+++": "positive", "++++": "positive", "1+": "positive", "2+": "positive",
    "3+": "positive", "4+": "positive", "-": "negative", "±": "indeterminate", "+-": "indeterminate",
    "+/-": "indeterminate", "pos": "positive", "neg": "negative",
}  # fmt: skip
_SIGN: Final = re.compile(r"(?<!\S)\(?([-+±]|[+]{2,4})\)?(?!\S)")
_NEGATED: Final = re.compile(
    r"\b(no|not|non|none|never|neither|nor|cannot|without)\b|n't\b|不是|并非|无明显|排除|未做|未测"
    r"|部分|待|复查|复检|复测|\?"
)


@lru_cache(maxsize=16_384)
def answer_in(text: str) -> Answer | None:
    """Return the answer that ``text`` gives; ``None`` when it gives none, or gives two that differ."""
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    if plain.strip("() ") in _SIGNS:
        return _SIGNS[plain.strip("() ")]
    given: set[Answer] = set()
    for word, answer in _WORDS:
        if word in plain:
            given |= {answer} if answer else set()
            plain = plain.replace(word, " ")
    given |= {_SIGNS[sign] for sign in _SIGN.findall(plain) if given and given != {"indeterminate"}}
    if len(given) != 1 or _NEGATED.search(plain):
        return None
    return given.pop()
