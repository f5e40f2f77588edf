"""One sentence for every finding, in English and in Chinese, made from its clause, its reason and its numbers."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Final

from mappings.clauses import CLAUSE, Bilingual
from mappings.codes import catalogue
from mappings.findings import Amount, Finding, Reason

#: Reason -> sentence. {subject}, {value}, {limit} and {about} are filled in; a missing number leaves its part out.
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
        "Records that could not be read may hold {subject}.",
        "存在无法识别的记录，不能排除{subject}。",
    ),
    "needs-person": Bilingual("A person must judge {subject}.", "{subject}须由研究者判断。"),
    "attested": Bilingual("A person answered for {subject}.", "{subject}已由研究者确认。"),
    "not-applicable": Bilingual("The clause does not apply: {about}.", "该条款不适用：{about}。"),
    "deceased": Bilingual("The record says that the patient has died.", "记录显示患者已死亡。"),
}

#: Clauses whose subject is several things.
PLURAL: Final = frozenset({"I02-ITP-2", "I03-7"})
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
    "attestation": Bilingual("a person's answer", "研究者确认"),
    "patient.birthDate": Bilingual("the full date of birth", "完整出生日期"),
    "patient.gender": Bilingual("the sex of the patient", "患者性别"),
}


def sentence(finding: Finding) -> Bilingual:
    """Return why ``finding`` is what it is, in one sentence for people."""
    if finding.reason not in ("in-range", "below-limit", "above-limit"):
        return _without_numbers(finding.clause, finding.reason, finding.about)
    subject, template = CLAUSE[finding.clause].subject, SENTENCES[finding.reason]
    raw = finding.evidence[0].raw if finding.evidence else "?"
    value = _amount(finding.value) if finding.value else Bilingual(raw, raw)
    limit = _amount(finding.limit) if finding.limit else Bilingual("?", "?")
    english = template.en.replace(" is ", " are ", 1) if finding.clause in PLURAL else template.en
    english = english.format(subject=subject.en, value=value.en, limit=limit.en)
    return _noted(english, template.zh.format(subject=subject.zh, value=value.zh, limit=limit.zh), finding.about)


@cache
def _without_numbers(clause: str, reason: Reason, about: str | None) -> Bilingual:
    subject, template, thing = CLAUSE[clause].subject, SENTENCES[reason], label(about or clause)
    if reason == "not-applicable":
        return Bilingual(template.en.format(about=thing.en), template.zh.format(about=thing.zh))
    return _noted(template.en.format(subject=subject.en), template.zh.format(subject=subject.zh), about)


def _noted(english: str, chinese: str, about: str | None) -> Bilingual:
    """Return a sentence that names in brackets what it is about where that is narrower than its clause."""
    if about is None:
        return Bilingual(english, chinese)
    thing = label(about)
    return Bilingual(f"{english.removesuffix('.')} ({thing.en}).", f"{chinese.removesuffix('。')}（{thing.zh}）。")


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
        return Bilingual(f"a person's answer on {about.en}", f"研究者对{about.zh}的判断")
    name = label(item)
    if item.startswith(_SINGLE):
        return name
    plain_name = name.en if name.en[1:2].isupper() or name.en[1:2] == "-" else name.en[:1].lower() + name.en[1:]
    return Bilingual(f"records of {plain_name}", f"{name.zh}的相关记录")


def _amount(amount: Amount) -> Bilingual:
    """Return a number as people write it: in full, without an exponent, without a unit that is only a remark."""
    number, unit = plain(amount.value), amount.unit
    if unit in ("1", ""):
        return Bilingual(number, number)
    english = f"{number} {UNIT_NAMES.get(unit, unit)}"
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
