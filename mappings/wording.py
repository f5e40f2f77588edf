"""One sentence for every finding, in English and in Chinese, made from its clause, its reason and its numbers."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Final

from mappings.clauses import CLAUSE, Bilingual
from mappings.codes import catalogue
from mappings.findings import Amount, Finding, Reason
from mappings.limits import LIMITS

#: Reason -> sentence. {subject}, {value}, {limit}, {about}, {asks} and {answer} are filled in.
SENTENCES: Final[Mapping[Reason, Bilingual]] = {
    "in-range": Bilingual(
        "The {subject} is {value}, within the limit of {limit}.", "{subject}为{value}，符合限值{limit}。"
    ),
    "below-limit": Bilingual(
        "The {subject} is {value}, below the limit of {limit}.", "{subject}为{value}，低于限值{limit}。"
    ),
    "above-limit": Bilingual(
        "The {subject} is {value}, above the limit of {limit}.", "{subject}为{value}，高于限值{limit}。"
    ),
    "absent": Bilingual(
        "There is no sign of {subject} in records declared complete.", "在声明完整的记录中未见{subject}。"
    ),
    "present": Bilingual("There is evidence of {subject}.", "有{subject}的证据。"),
    "positive": Bilingual("The result for {subject} is positive.", "{subject}结果为阳性。"),
    "negative": Bilingual("The result for {subject} is negative.", "{subject}结果为阴性。"),
    "undetected": Bilingual(
        "A marker of {subject} is positive, but its virus lies below the limit of detection.",
        "{subject}标志物为阳性，但病毒核酸低于检测下限。",
    ),
    "listed": Bilingual("The {subject} is one that the clause asks for.", "{subject}属于本条所要求者。"),
    "not-listed": Bilingual("The {subject} is not one that the clause asks for.", "{subject}不属于本条所要求者。"),
    "withdrawn": Bilingual(
        "The {subject} was refused or withdrawn, or has ended.", "{subject}已被拒绝、撤回或已到期。"
    ),
    "missing": Bilingual("What is needed for {subject} is not in the record.", "记录中缺少判断{subject}所需的资料。"),
    "outdated": Bilingual("The latest result for {subject} is too old to count.", "{subject}的最近结果已超出时间窗。"),
    "unit": Bilingual(
        "The result for {subject} has no unit, or one that cannot be converted.", "{subject}结果无单位或单位无法换算。"
    ),
    "no-range": Bilingual(
        "The result for {subject} has no normal range, so multiples of it cannot be told.",
        "{subject}结果无参考范围，无法计算正常值上限倍数。",
    ),
    "partial-date": Bilingual("A date is too vague to decide on {subject}.", "日期不完整，无法判断{subject}。"),
    "no-end": Bilingual("The record does not say when {about} was last used.", "记录中未注明{about}的末次使用日期。"),
    "only-prescribed": Bilingual(
        "The record says that {about} was prescribed, not whether it was used.",
        "记录显示已开具{about}，未显示是否使用。",
    ),
    "censored": Bilingual(
        "The result for {subject} is only known within bounds that include the limit.",
        "{subject}结果仅为界值，无法与限值比较。",
    ),
    "conflict": Bilingual("The sources contradict each other about {subject}.", "关于{subject}的资料相互矛盾。"),
    "preliminary": Bilingual("The latest result for {subject} is preliminary.", "{subject}的最近结果为初步报告。"),
    "no-value": Bilingual(
        "The latest result for {subject} carries no usable value.", "{subject}的最近结果无可用数值。"
    ),
    "not-covered": Bilingual(
        "Nothing was found about {subject}, but the source does not declare its records complete.",
        "未见{subject}的记录，但数据来源未声明完整，不能据此排除。",
    ),
    "not-understood": Bilingual(
        "Records that could not be read may bear on {subject}.", "存在无法识别的记录，可能涉及{subject}。"
    ),
    "needs-person": Bilingual("An investigator must judge {subject}.", "{subject}须由研究者判断。"),
    "attested": Bilingual("To “{asks}” an investigator answered {answer}.", "对“{asks}”，研究者答复：{answer}。"),
    "not-applicable": Bilingual("The clause does not apply: {about}.", "该条款不适用：{about}。"),
    "deceased": Bilingual("The record says that the patient has died.", "记录显示患者已死亡。"),
}
#: Sentences of one clause that the general one does not fit.
OF_ONE_CLAUSE: Final[Mapping[tuple[str, Reason], Bilingual]] = {
    ("E12", "preliminary"): Bilingual(
        "The record leaves open whether {about} was used.", "记录未明确是否使用过{about}。"
    ),
    ("E14", "absent"): Bilingual("No investigator has named another reason.", "研究者未提出其他原因。"),
    ("I02-LN-1", "below-limit"): Bilingual(
        "The record shows {value} given long enough beside glucocorticoid, below the limit of {limit}.",
        "记录显示与激素联用且疗程足够的药物为{value}，低于限值{limit}。",
    ),
    ("I02-ITP-2", "in-range"): Bilingual(
        "The {subject} reach {value}, within the limit of {limit}.", "{subject}最高为{value}，符合限值{limit}。"
    ),
    ("I02-ITP-2", "below-limit"): Bilingual(
        "One of the {subject} is {value}, not above the limit of {limit}.",
        "{subject}中有一次为{value}，未高于限值{limit}。",
    ),
    ("I02-ITP-2", "above-limit"): Bilingual(
        "One of the {subject} is {value}, not below the limit of {limit}.",
        "{subject}中有一次为{value}，未低于限值{limit}。",
    ),
}
#: What is measured, where the subject of the clause is not the number itself.
MEASURED: Final[Mapping[str, Bilingual]] = {"I02": Bilingual("EULAR/ACR 2019 score", "EULAR/ACR 2019总分")}
#: The use of a drug within its washout: how long ago, and when that ends.
LAST_USE: Final = Bilingual(
    "The last use of {about} on record was {value} ago, within its washout of {limit}",
    "记录中{about}末次使用距今{value}，在洗脱期{limit}内",
)
IN_USE: Final = Bilingual(
    "The use of {about} is on record up to now; its washout is {limit}", "截至目前仍有{about}使用记录；洗脱期为{limit}"
)
FIRST_DAY: Final = Bilingual("; the first day after it is {day} at the earliest", "；洗脱期后首日最早为{day}")

YES: Final = Bilingual("yes", "是")
NO: Final = Bilingual("no", "否")
NUMBERED: Final = frozenset({"in-range", "below-limit", "above-limit"})
#: Sentences that are about the narrower thing itself, not about the subject of the clause.
ABOUT_ITSELF: Final = frozenset({"positive", "negative", "not-covered", "not-understood"})
#: Clauses whose subject is several things.
PLURAL: Final = frozenset({"I03-7"})
#: Clauses whose subject takes the article within a sentence.
WITH_ARTICLE: Final = frozenset("I01 I02 I02-LN-2 I02-LN-3 I02-LN-4 I02-ITP-2 I03-1 I03-6 I03-7 E08-3".split())
#: Clauses whose limit is the highest that allows; of all others it is the lowest.
AT_MOST: Final = frozenset({"I02-LN-4", "I03-3", "I03-4", "I03-5", "I03-7"})
#: What ``Finding.about`` may name besides a concept.
ABOUT: Final[Mapping[str, Bilingual]] = {
    "male": Bilingual("the patient is a man", "患者为男性"),
    "infertile": Bilingual("the patient cannot conceive", "患者无生育能力"),
    "perhaps-pregnant": Bilingual("signs of a pregnancy", "提示妊娠的检查"),
    "unstable": Bilingual("signs of instability", "存在不稳定征象"),
    "acute decline": Bilingual("signs of an acute decline", "存在肾功能急性下降征象"),
    "chronic lesions": Bilingual("chronic lesions only", "仅慢性病变"),
    "few glomeruli": Bilingual("too few glomeruli", "肾小球数量过少"),
    "pulse": Bilingual("methylprednisolone pulse", "甲泼尼龙冲击"),
    "small-pulse": Bilingual("pulse below 1 g a day", "每日不足1 g的冲击"),
    "high-dose": Bilingual("high-dose glucocorticoid", "大剂量激素"),
    "consent": Bilingual("a signed consent to this study", "已签署的本研究知情同意书"),
    "attestation": Bilingual("an investigator's answer", "研究者确认"),
    "ana": Bilingual("antinuclear antibodies", "抗核抗体"),
    "g-csf": Bilingual("G-CSF before the sample", "采样前使用粒细胞集落刺激因子"),
    "patient.birthDate": Bilingual("the full date of birth", "完整出生日期"),
    "patient.gender": Bilingual("the sex of the patient", "患者性别"),
}


def sentence(finding: Finding) -> Bilingual:
    """Return why ``finding`` is what it is, in one sentence for people."""
    if finding.reason in NUMBERED:
        return _with_numbers(finding)
    if finding.clause == "E12" and finding.reason == "present" and finding.about and finding.value and finding.limit:
        return _last_use(finding.about, finding.value, finding.limit, finding.turns)
    return _without_numbers(finding.clause, finding.reason, finding.about, finding.state == "met")


def _with_numbers(finding: Finding) -> Bilingual:
    clause, raw = finding.clause, finding.evidence[0].raw if finding.evidence else "?"
    subject = MEASURED.get(clause, CLAUSE[clause].subject)
    template = OF_ONE_CLAUSE.get((clause, finding.reason), SENTENCES[finding.reason])
    value = in_words(finding.value) if finding.value else Bilingual(raw, raw)
    limit = _directed(finding) if finding.reason == "in-range" else _limit(finding)
    english = template.en.replace(" is ", " are ", 1) if clause in PLURAL else template.en
    english = english.format(subject=subject.en, value=value.en, limit=limit.en)
    return _noted(
        english, template.zh.format(subject=subject.zh, value=value.zh, limit=limit.zh), clause, finding.about
    )


def _limit(finding: Finding) -> Bilingual:
    return in_words(finding.limit) if finding.limit else Bilingual("?", "?")


def _directed(finding: Finding) -> Bilingual:
    """Return the limit with the side of it that allows."""
    limit, clause = _limit(finding), finding.clause
    if clause == "I02-ITP-2":
        return Bilingual(f"less than {limit.en}", f"<{limit.zh}")
    # Of the two limits of age the nearer one is told.
    is_highest = clause == "I01" and finding.limit and finding.limit.value == LIMITS.age_maximum.value
    if clause in AT_MOST or is_highest:
        return Bilingual(f"at most {limit.en}", f"≤{limit.zh}")
    return Bilingual(f"at least {limit.en}", f"≥{limit.zh}")


def _last_use(about: str, value: Amount, limit: Amount, turns: Sequence[date]) -> Bilingual:
    template, drug = LAST_USE if value.value else IN_USE, label(about)
    ago, washout = in_words(value), in_words(limit)
    english = template.en.format(about=_inside(drug.en), value=ago.en, limit=washout.en)
    chinese = template.zh.format(about=drug.zh, value=ago.zh, limit=washout.zh)
    ends = turns[-1:]  # before, the clause may be open, but does not allow
    english += "".join(FIRST_DAY.en.format(day=day) for day in ends)
    return Bilingual(f"{english}.", chinese + "".join(FIRST_DAY.zh.format(day=day) for day in ends) + "。")


@cache
def _without_numbers(clause: str, reason: Reason, about: str | None, holds: bool) -> Bilingual:
    template, thing = OF_ONE_CLAUSE.get((clause, reason), SENTENCES[reason]), label(about or clause)
    told, asks, answer = Bilingual(_inside(thing.en), thing.zh), CLAUSE[clause].asks, YES if holds else NO
    is_itself = about is not None and reason in ABOUT_ITSELF
    subject = told if is_itself else _subject(clause, template)
    english = template.en.format(subject=subject.en, about=told.en, asks=asks.en.removesuffix("."), answer=answer.en)
    chinese = template.zh.format(subject=subject.zh, about=told.zh, asks=asks.zh.removesuffix("。"), answer=answer.zh)
    return _noted(english, chinese, clause, None if is_itself or "{about}" in template.en else about)


def _subject(clause: str, template: Bilingual) -> Bilingual:
    """Return the subject of a clause with its article, unless the sentence begins with that."""
    subject = CLAUSE[clause].subject
    is_bare = clause not in WITH_ARTICLE or template.en.startswith("The {subject}")
    return subject if is_bare else Bilingual(f"the {subject.en}", subject.zh)


def _noted(english: str, chinese: str, clause: str, about: str | None) -> Bilingual:
    """Return a sentence that names in brackets what it is about where that is narrower than its clause."""
    if about is None:
        return Bilingual(english, chinese)
    thing = label(about)
    narrow = Bilingual(_BRACKETS.sub("", thing.en), _BRACKETS.sub("", thing.zh))
    if narrow.en.lower() == CLAUSE[clause].subject.en.lower():
        return Bilingual(english, chinese)
    return Bilingual(f"{english.removesuffix('.')} ({narrow.en}).", f"{chinese.removesuffix('。')}（{narrow.zh}）。")


#: Brackets at the end of a name, which would stand within brackets.
_BRACKETS: Final = re.compile(r" ?[(（].*[)）]$")


def _inside(name: str) -> str:
    """Return a name as it stands within a sentence: an abbreviation keeps its capitals."""
    return name if name[1:2].isupper() or name[1:2] in ("-", "") or name[1:2].isdigit() else name[:1].lower() + name[1:]


@cache
def label(name: str) -> Bilingual:
    """Return what a person calls ``name``: a clause, a concept or a key of ``ABOUT``."""
    if name in CLAUSE:
        return CLAUSE[name].subject
    title = catalogue().titles.get(name)
    return ABOUT.get(name) or (Bilingual(title.en, title.zh) if title else Bilingual(name, name))


#: Concepts that are measured or stated once; of all others, what is missing is the record of them.
_SINGLE: Final = ("lab.", "vital.", "obs.", "patient.", "consent")


def wanted(item: str, clauses: Sequence[str]) -> Bilingual:
    """Return what a person calls something that is missing, and that would settle ``clauses``."""
    if item.startswith("attestation."):
        subjects = [CLAUSE[clause].subject for clause in clauses]
        about = Bilingual(", ".join(one.en for one in subjects), "、".join(one.zh for one in subjects))
        return Bilingual(f"an investigator's answer on {about.en}", f"研究者对{about.zh}的判断")
    name = label(item)
    if item.startswith(_SINGLE):
        return name
    return Bilingual(f"records of {_inside(name.en)}", f"{name.zh}的相关记录")


def in_words(amount: Amount) -> Bilingual:
    """Return a number as people write it: in full, without an exponent, without a unit that is only a remark.

    Days are told to the tenth: five half-lives seldom make a whole number of them.
    """
    number, unit = plain(amount.value), amount.unit
    if unit == "d" and len(number.partition(".")[2]) > 1:
        number = plain(amount.value.quantize(TENTH, ROUND_HALF_UP))
    if unit in ("1", ""):
        return Bilingual(number, number)
    name = UNIT_NAMES.get(unit, unit)
    english = f"{number} {name.removesuffix('s') if number == '1' and unit in COUNTED else name}"
    return Bilingual(english, f"{number}{UNIT_NAMES_ZH[unit]}" if unit in UNIT_NAMES_ZH else english)


def plain(value: Decimal) -> str:
    """Return all digits of ``value`` without an exponent, and without zeros that a conversion left at its end."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text and len(text) > 6 else text


UNIT_NAMES: Final = {
    "10*9/L": "x10^9/L",
    "{ULN}": "x ULN",
    "{score}": "points",
    "{agents}": "agents",
    "{counts}": "counts",
    "{titer}": "(titre)",
    "a": "years",
    "d": "days",
    "mo": "months",
}
#: Units whose names say whether there is one.
COUNTED: Final = frozenset({"{score}", "{agents}", "{counts}", "a", "d", "mo"})
TENTH: Final = Decimal("0.1")
#: Units that Chinese has its own words for, written without a space.
UNIT_NAMES_ZH: Final = {
    "{ULN}": "倍正常值上限",
    "{score}": "分",
    "{agents}": "种",
    "{counts}": "次",
    "a": "岁",
    "d": "天",
    "mo": "个月",
}
