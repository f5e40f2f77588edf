"""One sentence for every finding, in English and in Chinese."""

import re
from datetime import date
from decimal import Decimal
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.clauses import CLAUSE, CLAUSES, Bilingual
from mappings.codes import catalogue
from mappings.findings import Amount, Evidence, Finding, Reason
from mappings.wording import ABOUT, SENTENCES, in_words, label, plain, sentence, wanted

title = "Wording"
NUMBERED = ("in-range", "below-limit", "above-limit")
THINGS = [None, *sorted(ABOUT), *sorted(catalogue().titles), *sorted(CLAUSE)]


def said(
    reason: str, about: str | None = None, clause: str = "I03-2", state: str = "unknown", **more: object
) -> tuple[str, str]:
    found = sentence(Finding(clause=clause, state=state, reason=reason, about=about, **more))  # type: ignore[arg-type]
    return found.en, found.zh


def amount(text: str) -> Amount:
    number, unit = text.split()
    return Amount(Decimal(number), unit)


@pytest.mark.parametrize("reason", get_args(Reason))
def test_every_reason_makes_a_sentence_about_everything(reason: str) -> None:
    """In both languages: begun and ended as a sentence, filled in, without a gap or a doubled space."""
    for about in THINGS:
        for clause in CLAUSE if about is None or about in ABOUT else ("I02",):
            (english, chinese), (other, _) = said(reason, about, clause, "met"), said(reason, about, clause, "not-met")
            assert (english == other) == (reason != "attested"), english
            assert english[0].isupper(), english
            assert re.fullmatch(r"[^{}]+\.", english), english
            assert re.fullmatch(r"[^{}]+。", chinese), chinese
            assert re.search(r"[\u4e00-\u9fff]", chinese), chinese
            for text in (english, chinese):
                assert not re.search(r"  | [.,]|\.\.|。。|None|\(\)|（）", text), text


@pytest.mark.parametrize(
    ("finding", "english", "chinese"),
    [
        (
            {"reason": "below-limit", "value": Amount(Decimal("59.0"), "g/L"), "limit": Amount(Decimal(60), "g/L")},
            "The haemoglobin is 59.0 g/L, below the limit of 60 g/L.",
            "血红蛋白为59.0 g/L，低于限值60 g/L。",
        ),
        (
            {"reason": "in-range", "evidence": (Evidence("Observation/1", raw=">60 g/L"),), "limit": Amount(Decimal(60), "g/L")},
            "The haemoglobin is >60 g/L, within the limit of at least 60 g/L.",
            "血红蛋白为>60 g/L，符合限值≥60 g/L。",
        ),
        ({"reason": "below-limit", "clause": "I03-7"}, "The INR and prothrombin time are ?, below the limit of ?.", "INR及凝血酶原时间为?，低于限值?。"),
        ({"reason": "above-limit"}, "The haemoglobin is ?, above the limit of ?.", "血红蛋白为?，高于限值?。"),
        (
            {"reason": "not-applicable", "clause": "I04-3", "about": "male"},
            "The clause does not apply: the patient is a man.",
            "该条款不适用：患者为男性。",
        ),
        (
            {"reason": "missing", "about": "consent", "clause": "I05"},
            "What is needed for informed consent is not in the record (a signed consent to this study).",
            "记录中缺少判断知情同意所需的资料（已签署的本研究知情同意书）。",
        ),
        ({"reason": "deceased", "clause": "I05"}, "The record says that the patient has died.", "记录显示患者已死亡。"),
    ],
)  # fmt: skip
def test_a_sentence_says_the_numbers_and_what_it_is_about(
    finding: dict[str, object], english: str, chinese: str
) -> None:
    """Value and limit with their units; without a number what was sent stands there."""
    assert said(**finding) == (english, chinese)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("clause", "value", "limit", "english", "chinese"),
    [
        ("I01", "29 a", "18 a", "The age is 29 years, within the limit of at least 18 years.", "年龄为29岁，符合限值≥18岁。"),
        ("I01", "65 a", "65 a", "The age is 65 years, within the limit of at most 65 years.", "年龄为65岁，符合限值≤65岁。"),
        (
            "I02-LN-4", "50 %", "50 %", "The share of sclerosed glomeruli is 50 %, within the limit of at most 50 %.",
            "肾小球硬化比例为50 %，符合限值≤50 %。",
        ),
        (
            "I03-1", "3.1 10*9/L", "1.0 10*9/L",
            "The neutrophil count is 3.1 x10^9/L, within the limit of at least 1.0 x10^9/L.",
            "中性粒细胞计数为3.1 x10^9/L，符合限值≥1.0 x10^9/L。",
        ),
        (
            "I02-ITP-2", "42 10*9/L", "50 10*9/L",
            "The consecutive platelet counts reach 42 x10^9/L, within the limit of less than 50 x10^9/L.",
            "连续血小板计数最高为42 x10^9/L，符合限值<50 x10^9/L。",
        ),
        (
            "I02", "20 {score}", "10 {score}",
            "The EULAR/ACR 2019 score is 20 points, within the limit of at least 10 points.",
            "EULAR/ACR 2019总分为20分，符合限值≥10分。",
        ),
    ],
)  # fmt: skip
def test_a_limit_says_which_side_of_it_allows(clause: str, value: str, limit: str, english: str, chinese: str) -> None:
    """At least, at most or less than; of age the nearer of two limits is told."""
    assert said("in-range", clause=clause, value=amount(value), limit=amount(limit)) == (english, chinese)


@pytest.mark.parametrize(
    ("finding", "value", "limit", "english", "chinese"),
    [
        (
            {"clause": "I02-ITP-2", "reason": "below-limit"}, "30 10*9/L", "30 10*9/L",
            "One of the consecutive platelet counts is 30 x10^9/L, not above the limit of 30 x10^9/L.",
            "连续血小板计数中有一次为30 x10^9/L，未高于限值30 x10^9/L。",
        ),
        (
            {"clause": "I02-ITP-2", "reason": "above-limit"}, "50 10*9/L", "50 10*9/L",
            "One of the consecutive platelet counts is 50 x10^9/L, not below the limit of 50 x10^9/L.",
            "连续血小板计数中有一次为50 x10^9/L，未低于限值50 x10^9/L。",
        ),
        (
            {"clause": "I02-LN-1", "reason": "below-limit"}, "1 {agents}", "2 {agents}",
            "The record shows 1 agent given long enough beside glucocorticoid, below the limit of 2 agents.",
            "记录显示与激素联用且疗程足够的药物为1种，低于限值2种。",
        ),
        (
            {"clause": "E12", "reason": "present", "about": "rx.immunosuppressant.tacrolimus", "turns": (date(2025, 6, 4), date(2025, 6, 5))},
            "6.3 d", "9.166666666666666666666666667 d",
            "The last use of immunosuppressant tacrolimus on record was 6.3 days ago, within its washout of 9.2 days; "
            "the first day after it is 2025-06-05 at the earliest.",
            "记录中他克莫司末次使用距今6.3天，在洗脱期9.2天内；洗脱期后首日最早为2025-06-05。",
        ),
        (
            {"clause": "E12", "reason": "present", "about": "rx.biologic.rituximab"}, "0 d", "28 d",
            "The use of biologic rituximab is on record up to now; its washout is 28 days.",
            "截至目前仍有利妥昔单抗使用记录；洗脱期为28天。",
        ),
    ],
)  # fmt: skip
def test_what_bars_says_by_how_much(
    finding: dict[str, Any], value: str, limit: str, english: str, chinese: str
) -> None:
    """Limits that themselves bar are not called below or above; a washout tells when it ends."""
    assert said(**finding, value=amount(value), limit=amount(limit)) == (english, chinese)


@pytest.mark.parametrize(
    ("finding", "english", "chinese"),
    [
        (
            {"clause": "E13", "reason": "attested", "state": "not-met"},
            "To “The patient is pregnant, breastfeeding or plans to conceive” an investigator answered no.",
            "对“妊娠、哺乳或计划受孕”，研究者答复：否。",
        ),
        (
            {"clause": "E13", "reason": "attested", "state": "met"},
            "To “The patient is pregnant, breastfeeding or plans to conceive” an investigator answered yes.",
            "对“妊娠、哺乳或计划受孕”，研究者答复：是。",
        ),
        (
            {"clause": "I02-ITP-3", "reason": "absent"},
            "There is no sign of other causes of thrombocytopenia in records declared complete.",
            "在声明完整的记录中未见其他原因所致血小板减少。",
        ),
        (
            {"clause": "I02-ITP-3", "reason": "not-understood"},
            "Records that could not be read may bear on other causes of thrombocytopenia.",
            "存在无法识别的记录，可能涉及其他原因所致血小板减少。",
        ),
        ({"clause": "E14", "reason": "absent"}, "No investigator has named another reason.", "研究者未提出其他原因。"),
        (
            {"clause": "E08-1", "reason": "undetected"},
            "A marker of hepatitis B is positive, but its virus lies below the limit of detection.",
            "乙型肝炎标志物为阳性，但病毒核酸低于检测下限。",
        ),
        (
            {"clause": "I05", "reason": "withdrawn"}, "The informed consent was refused or withdrawn, or has ended.",
            "知情同意已被拒绝、撤回或已到期。",
        ),
        (
            {"clause": "I02-LN-3", "reason": "not-listed"},
            "The ISN/RPS class of the kidney biopsy is not one that the clause asks for.",
            "肾活检ISN/RPS分型不属于本条所要求者。",
        ),
        (
            {"clause": "I02", "reason": "negative", "about": "ana"}, "The result for antinuclear antibodies is negative.",
            "抗核抗体结果为阴性。",
        ),
        (
            {"clause": "I03-1", "reason": "not-understood", "about": "g-csf"},
            "Records that could not be read may bear on G-CSF before the sample.",
            "存在无法识别的记录，可能涉及采样前使用粒细胞集落刺激因子。",
        ),
        (
            {"clause": "I03-1", "reason": "outdated"}, "The latest result for the neutrophil count is too old to count.",
            "中性粒细胞计数的最近结果已超出时间窗。",
        ),
        (
            {"clause": "E11", "reason": "absent"},
            "There is no sign of participation in another clinical trial in records declared complete.",
            "在声明完整的记录中未见参加其他临床试验。",
        ),
        (
            {"clause": "E12", "reason": "no-end", "about": "rx.immunosuppressant.tacrolimus"},
            "The record does not say when immunosuppressant tacrolimus was last used.",
            "记录中未注明他克莫司的末次使用日期。",
        ),
        (
            {"clause": "E12", "reason": "only-prescribed", "about": "rx.immunosuppressant.tacrolimus"},
            "The record says that immunosuppressant tacrolimus was prescribed, not whether it was used.",
            "记录显示已开具他克莫司，未显示是否使用。",
        ),
        (
            {"clause": "E06", "reason": "present", "about": "dx.malignancy_all_C_chapter"},
            "There is evidence of malignancy within 5 years (Malignant neoplasm).", "有5年内恶性肿瘤的证据（恶性肿瘤）。",
        ),
        (
            {"clause": "E04", "reason": "present", "about": "dx.heart_failure"}, "There is evidence of heart failure.",
            "有心力衰竭的证据。",
        ),
        (
            {"clause": "E04", "reason": "needs-person", "about": "obs.lvef"},
            "An investigator must judge heart failure (Left ventricular ejection fraction).",
            "心力衰竭须由研究者判断（左室射血分数）。",
        ),
    ],
)  # fmt: skip
def test_a_sentence_says_what_was_found(finding: dict[str, Any], english: str, chinese: str) -> None:
    """Which way a person answered, which result was negative, what the unread records may hold."""
    assert said(**finding) == (english, chinese)


@pytest.mark.parametrize(
    ("number", "english", "chinese"),
    [
        ("1 {agents}", "1 agent", "1种"),
        ("2 {agents}", "2 agents", "2种"),
        ("1 {score}", "1 point", "1分"),
        ("1 d", "1 day", "1天"),
        ("9.166666 d", "9.2 days", "9.2天"),
        ("6.3 d", "6.3 days", "6.3天"),
        ("1 mg/dL", "1 mg/dL", "1 mg/dL"),
        ("1.419704 g/g", "1.419704 g/g", "1.419704 g/g"),
    ],
)
def test_a_number_goes_with_its_unit(number: str, english: str, chinese: str) -> None:
    """One of a kind is singular; days are told to the tenth, and nothing else is rounded."""
    assert in_words(amount(number)) == Bilingual(english, chinese)


@pytest.mark.parametrize(
    ("unit", "text"),
    [
        ("1", "2"),
        ("", "2"),
        ("10*9/L", "2 x10^9/L"),
        ("{ULN}", "2 x ULN"),
        ("mg/dL", "2 mg/dL"),
        ("{titer}", "2 (titre)"),
    ],
)
def test_a_unit_is_written_for_people(unit: str, text: str) -> None:
    """A unit that is only a remark in UCUM has a name of its own, or none."""
    assert f"is {text}, within" in said("in-range", value=Amount(Decimal(2), unit))[0]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("7.30", "7.30"),
        ("0", "0"),
        ("0.00", "0.00"),
        ("1E+3", "1000"),
        ("1E-7", "0.0000001"),
        ("106.0800", "106.08"),
        ("132.60000", "132.6"),
        ("1000.0000", "1000"),
        ("100000", "100000"),
        ("1.419704", "1.419704"),
    ],
)
def test_a_number_is_written_in_full(number: str, text: str) -> None:
    """Without an exponent, and without the zeros that a conversion leaves behind."""
    assert plain(Decimal(number)) == text


@given(st.decimals(allow_nan=False, allow_infinity=False).filter(lambda number: abs(number.adjusted()) < 60))
def test_no_digit_of_a_number_is_lost(number: Decimal) -> None:
    """What people read is the number itself."""
    text = plain(number)
    assert "E" not in text.upper()
    assert Decimal(text) == number


def test_everything_that_may_be_named_has_a_name() -> None:
    """Concepts and clauses by their titles; what nobody named goes by its own name."""
    assert label("lab.platelet").en == catalogue().titles["lab.platelet"].en
    assert label("male").en == "the patient is a man"
    assert label("I05").en == CLAUSE["I05"].subject.en
    assert label("rx.unheard-of").zh == "rx.unheard-of"
    assert set(SENTENCES) == set(get_args(Reason))
    assert len(CLAUSES) == len(CLAUSE)


@pytest.mark.parametrize(
    ("item", "en", "zh"),
    [
        ("attestation.E06", "an investigator's answer on malignancy within 5 years", "研究者对5年内恶性肿瘤的判断"),
        ("lab.hemoglobin_mass", "Haemoglobin", "血红蛋白"),
        ("dx.hypersplenism", "records of hypersplenism", "脾功能亢进的相关记录"),
        ("dx.hiv", "records of HIV infection", "HIV感染的相关记录"),
        ("rx.gcsf.filgrastim", "records of G-CSF filgrastim", "重组人粒细胞刺激因子的相关记录"),
    ],
)
def test_what_is_missing_has_a_name_in_both_languages(item: str, en: str, zh: str) -> None:
    """A test goes by its name, a history by its records, a judgement by what it is on."""
    assert wanted(item, (item.removeprefix("attestation."),)) == Bilingual(en, zh)


def test_every_concept_has_a_name_in_both_languages() -> None:
    """No concept goes by its technical name."""
    assert [name for name, title in catalogue().titles.items() if title.en == title.zh or "_" in title.en] == []
