"""Results in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.reading.words import ANSWERS, INTERPRETATIONS, answer_in

title = "Words"


@pytest.mark.parametrize(
    ("answer", "texts"),
    [
        (
            "positive",
            ["阳性", "阳性(+)", "阳性 +", "阳性(1:8)", "检出", "反应性", "有反应性", "Positive", "POSITIVE", "reactive", "Detected", "present",
             "+", "＋", "(+)", "++", "+++", "1+", "4+", "pos", "<20 检出", "高于检出限", "＞检测上限", "大于检测限"],
        ),
        (
            "negative",
            ["阴性", "阴性(-)", "阴性 -", "未检出", "<20 未检出", "未检测到", "非反应性", "无反应性", "低于检测下限", "低于检出限", "低于最低检出限",
             "小于检测下限", "Negative", "non-reactive", "Nonreactive", "not detected", "Target Not Detected", "undetectable", "absent",
             "-", "(-)", "neg", "<检出限", "＜ 检测下限", "<最低检出限", "未检出(检出限20)", "未检出（检出下限:20）", "none detected",
             "non-detected", "Not Reactive"],
        ),
        (
            "indeterminate",
            ["弱阳性", "弱阳性(±)", "弱阳性(+)", "可疑", "灰区", "±", "+/-", "indeterminate", "Equivocal", "borderline", "weakly reactive",
             "假阳性", "生物学假阳性", "false positive", "非阴性", "不阴性", "非阳性"],
        ),
        (
            None,
            ["", "ND", "溶血", "12.5", "阳性(-)", "阴性 (+)", "not positive", "无明显阳性", "排除阳性", "阳性或阴性", "标本量不足", "A", "N",
             "无", "有", "no", "yes", "--", "20(检出限)", "isn't positive", "never positive", "阳性对照未做",
             "阴性?", "阴性？", "阴性(复查中)", "阴性 待复检", "部分阴性", "阴性，待确认"],
        ),
    ],
)  # fmt: skip
def test_a_word_says_what_laboratories_mean_by_it(answer: str | None, texts: list[str]) -> None:
    """The longer word goes first; a denial, a sign that differs, or two answers at once say nothing."""
    assert {text: answer_in(text) for text in texts} == dict.fromkeys(texts, answer)


def test_codes_of_an_answer_and_of_an_interpretation_are_kept_apart() -> None:
    """ND is "not detected" as an interpretation, but "not done" in many a hospital's own answers."""
    assert "ND" not in ANSWERS
    assert INTERPRETATIONS["ND"] == "negative"
    assert not {"A", "AA", "N", "R", "H", "L"} & set(INTERPRETATIONS)


@given(st.text())
def test_no_text_makes_the_reader_fail(text: str) -> None:
    """Whatever is typed is an answer or none."""
    assert answer_in(text) in {None, "positive", "negative", "indeterminate"}
