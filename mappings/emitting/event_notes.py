"""What a reader of an adverse event must know and no element says: that it is a proposal, its grading, what is not known."""

from collections.abc import Iterator
from typing import Final

from mappings.clauses import Bilingual
from mappings.emitting.datatypes import moment
from mappings.followed import Episode
from mappings.site import Occasion

PROPOSAL: Final = Bilingual(
    "A proposal that software made from the record. A person must confirm that it is an adverse event, and judge "
    "its grade, its seriousness and its cause.",
    "本条为软件根据病历资料提出的建议，须由研究者确认其是否为不良事件，并判断分级、严重性及因果关系。",
)
CONFIRMED: Final = Bilingual(
    "Found in the record by software, and confirmed to be an adverse event by {}.",
    "由软件根据病历资料发现，并经{}确认为不良事件。",
)
SOMEBODY: Final = Bilingual("a person", "研究者")
LIMITING: Final = Bilingual("A person says that it limits the dose.", "研究者判定其为剂量限制性毒性。")
NOT_LIMITING: Final = Bilingual("A person says that it does not limit the dose.", "研究者判定其不属于剂量限制性毒性。")
DEATH: Final = Bilingual(
    "Data point to death (grade 5), but no outcome says so: a person must settle the outcome.",
    "资料提示死亡（5级），但结局未注明，须由研究者确定结局。",
)
#: What may not be known of an event.
OPEN: Final = {
    "outcome": Bilingual("its outcome", "结局"),
    "serious": Bilingual("whether it is serious", "是否为严重不良事件"),
    "criteria": Bilingual("by which criterion it is serious", "严重性标准"),
    "related": Bilingual("whether it is related to YTS109", "与YTS109的因果关系"),
    "expected": Bilingual("whether it was expected", "是否为预期事件"),
    "emergent": Bilingual("whether it came with the treatment", "是否为治疗中出现"),
}


def title(episode: Episode) -> str:
    """Return what the event is called with its grade, for the head of the narrative."""
    return f"Adverse event 不良事件: {episode.term.name}, {graded(episode)}"


def graded(episode: Episode) -> str:
    """Return the worst grade in words, with its scale, or as much of it as is known."""
    if episode.worst_grade is not None:
        return f"{episode.scale} grade {episode.worst_grade}"
    return f"{episode.scale} grade {episode.at_least} or more" if episode.at_least else "grade not known"


def stands_apart(episode: Episode) -> bool:
    """Whether the grade is on a scale that the guides have no codes for: then an Observation has it."""
    return episode.scale == "ASTCT 2019"


def notes(episode: Episode, on: Occasion, beside: str) -> Iterator[str]:
    """Yield the sentences, each in both languages; ``beside`` names evidence that no element may refer to."""
    yield _standing(episode)
    yield _grading(episode)
    if open_ := [OPEN[name] for name in _open(episode)]:
        english, chinese = ", ".join(one.en for one in open_), "、".join(one.zh for one in open_)
        yield f"Not known: {english}. 未知：{chinese}。"
    if says_death(episode) and episode.outcome != "fatal":
        yield _both(DEATH)
    if episode.dlt is not None:
        yield _both(LIMITING if episode.dlt else NOT_LIMITING)
    if moment(episode.onset, on) is None:
        first, last = (on.day_of(one) for one in (episode.onset.earliest, episode.onset.latest))
        yield f"It began between {first} and {last}. 起始于{first}至{last}之间。"
    if beside:
        yield f"Further evidence 其他依据: {beside}"


def says_death(episode: Episode) -> bool:
    """Whether grade or criteria say that the patient died, which only the outcome may say."""
    return episode.worst_grade == 5 or "death" in episode.criteria


def _both(text: Bilingual) -> str:
    return f"{text.en} {text.zh}"


def _standing(episode: Episode) -> str:
    if not episode.confirmed:
        return _both(PROPOSAL)
    who = Bilingual(episode.assessed_by, episode.assessed_by) if episode.assessed_by else SOMEBODY
    return f"{CONFIRMED.en.format(who.en)} {CONFIRMED.zh.format(who.zh)}"


def _grading(episode: Episode) -> str:
    """Return scale, version and grades; a grade that cannot be told comes with the reason."""
    grades = [("worst grade 最高级别", episode.worst_grade), ("last grade 最近级别", episode.grade)]
    grades += [("grade at baseline 基线级别", episode.baseline_grade)]
    told = [f"{name}: {'not known 未知' if grade is None else grade}" for name, grade in grades]
    if episode.worst_grade is None:
        told.append(f"at least 至少: {episode.at_least}; {episode.reason}")
    return f"Graded by 分级标准: {episode.scale}; {'; '.join(told)}."


def _open(episode: Episode) -> Iterator[str]:
    """Yield what nobody has said."""
    yield from ["outcome"] * (episode.outcome == "unknown")
    yield from ["serious"] * (episode.serious is None)
    yield from ["criteria"] * (episode.serious is True and not episode.criteria)
    for name in ("related", "expected", "emergent"):
        yield from [name] * (getattr(episode, name) is None)
