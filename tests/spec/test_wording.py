"""One sentence for every finding, in English and in Chinese."""

import re
from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.clauses import CLAUSE, CLAUSES, Bilingual
from mappings.codes import catalogue
from mappings.findings import Amount, Evidence, Finding, Reason
from mappings.wording import ABOUT, SENTENCES, label, plain, sentence, wanted

title = "Wording"
NUMBERED = ("in-range", "below-limit", "above-limit")
THINGS = [None, *sorted(ABOUT), *sorted(catalogue().titles), *sorted(CLAUSE)]


def said(reason: str, about: str | None = None, clause: str = "I03-2", **more: object) -> tuple[str, str]:
    found = sentence(Finding(clause=clause, state="unknown", reason=reason, about=about, **more))  # type: ignore[arg-type]
    return found.en, found.zh


@pytest.mark.parametrize("reason", get_args(Reason))
def test_every_reason_makes_a_sentence_about_everything(reason: str) -> None:
    """In both languages: begun and ended as a sentence, filled in, without a gap or a doubled space."""
    for about in THINGS:
        for clause in CLAUSE if about is None or about in ABOUT else ("I02",):
            english, chinese = said(reason, about, clause)
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
            "The haemoglobin is >60 g/L, within the limit of 60 g/L.",
            "血红蛋白为>60 g/L，符合限值60 g/L。",
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
    amount = Amount(Decimal(2), unit)
    assert f"is {text}, within" in said("in-range", value=amount)[0]


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
        ("attestation.E06", "a person's answer on malignancy within 5 years", "研究者对5年内恶性肿瘤的判断"),
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
