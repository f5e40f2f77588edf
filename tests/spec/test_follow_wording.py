"""Sentences about what follows treatment: none lacks, and each says what, why, and what a person must confirm."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, get_args

import msgspec
import pytest

from mappings import follow_words as words
from mappings.clauses import Bilingual
from mappings.definitions import NAMES
from mappings.emitting.result_words import DLT_STATES
from mappings.endpoints.activity import COMPUTABLE, FOR_A_PERSON
from mappings.facts import Outcome, Relatedness, SeriousnessCriterion
from mappings.findings import Amount
from mappings.follow_reasons import (
    BCellReason,
    CheckRule,
    DltAsk,
    DltRule,
    DltWhy,
    ExpansionReason,
    Note,
    SightingReason,
    TimelineProblem,
)
from mappings.follow_wording import (
    RESULTS,
    b_cells_text,
    check_text,
    day_of,
    defined,
    dlt_text,
    event_text,
    expansion_text,
    graded,
    limiting_text,
    measured,
    number,
    response_text,
    rounded,
    treatment_text,
)
from mappings.followed import (
    BCells,
    Check,
    DltEvent,
    DltState,
    DltWatch,
    Dose,
    Episode,
    EventTerm,
    Expansion,
    Input,
    Origin,
    PlateletResult,
    RenalResult,
    Response,
    Step,
    Timeline,
)
from mappings.intervals import When
from mappings.safety.grading import GradeReason
from mappings.site import Occasion, Site

title = "Wording of what follows treatment"
ON = Occasion(datetime(2025, 6, 1, tzinfo=UTC), Site())
DAY5 = When(datetime(2025, 3, 6, 1, tzinfo=UTC), datetime(2025, 3, 6, 1, tzinfo=UTC), "2025-03-06T09:00:00+08:00")
DAY9 = When(datetime(2025, 3, 10, tzinfo=UTC), datetime(2025, 3, 10, tzinfo=UTC))
MARCH = When(datetime(2025, 2, 28, 16, tzinfo=UTC), datetime(2025, 3, 31, 15, tzinfo=UTC), "2025-03")


def members(kind: Any) -> set[str]:
    """Every word of a closed list, and of those that it is made of; "" says nothing."""
    if isinstance(kind, str):
        return {kind} - {""}
    return {word for one in get_args(kind) for word in members(one)}


TABLES = {
    "notes": (words.NOTES, Note),
    "conditions": (words.RULES, CheckRule),
    "sightings": (words.SIGHTINGS, SightingReason),
    "problems": (words.PROBLEMS, TimelineProblem),
    "window": (words.DLT_WHY, DltWhy),
    "states": (DLT_STATES, DltState),
    "rules": (words.DLT_RULES, DltRule),
    "asks": (words.ASKS, DltAsk),
    "kinetics": (words.EXPANSION, ExpansionReason),
    "b-cells": (words.B_CELLS, BCellReason),
    "outcomes": (words.OUTCOMES, Outcome),
    "criteria": (words.CRITERIA, SeriousnessCriterion),
    "related": (words.RELATED, Relatedness),
    "origins": (words.ORIGINS, Origin),
    "results": (RESULTS, RenalResult | PlateletResult),
}


@pytest.mark.parametrize("name", TABLES)
def test_no_word_of_a_closed_list_lacks_its_words(name: str) -> None:
    """Every reason, rule, state and ask has a text, and none is there for what cannot be said."""
    table, kind = TABLES[name]
    assert set(table) == members(kind)


def test_every_definition_and_every_item_has_its_words() -> None:
    """The names that outputs bear, with or without changed parameters, and the 24 items of the SLEDAI-2K."""
    assert set(words.DEFINITIONS) == set(NAMES.values())
    assert defined("CRR_v1 (upcr=0.7)") == words.DEFINITIONS["CRR_v1"]
    assert set(words.ITEMS) == {item.id for item in COMPUTABLE} | set(FOR_A_PERSON)


def test_the_reasons_of_laboratory_grades_are_among_those_of_sightings() -> None:
    """What grades a result is told as one sighting of an event."""
    assert members(GradeReason) <= members(SightingReason)


ALL = [(name, key, text) for name, (table, _) in TABLES.items() for key, text in table.items()]
ALL += [("items", key, text) for key, text in words.ITEMS.items()]
ALL += [("definitions", key, text) for key, text in words.DEFINITIONS.items()]


@pytest.mark.parametrize(("name", "key", "text"), ALL, ids=[f"{name}-{key}" for name, key, _ in ALL])
def test_words_fit_into_a_sentence_in_both_languages(name: str, key: str, text: Bilingual) -> None:
    """No full stop, no gap, no placeholder; the Chinese is Chinese."""
    assert re.search(r"[\u4e00-\u9fff]", text.zh), (name, key)
    for one in (text.en, text.zh):
        assert one == one.strip()
        assert not re.search(r"[{}]|  |[.。]$", one), one


def limiting(**more: Any) -> DltEvent:
    given = {"episode": "e", "term": "Sepsis", "grade": 4, "onset": DAY5, "day": 5, "rule": "other", "certain": True}
    return DltEvent(**{**given, **more})


@pytest.mark.parametrize(
    ("more", "english"),
    [
        (
            {"ask": ("attribution",)},
            "Sepsis grade 4 from Day 5 limits the dose, by the rule for every other event of grade 3 or more; "
            "a person must confirm: whether the treatment caused it.",
        ),
        (
            {"certain": False, "grade": None, "day": None, "ask": ("grade", "duration")},
            "Sepsis of unknown grade may limit the dose, by the rule for every other event of grade 3 or more; "
            "a person must confirm: which grade it had, how long it lasted.",
        ),
        ({"confirmed": True}, "Sepsis grade 4 from Day 5: a person says that it limits the dose."),
        ({"confirmed": False}, "Sepsis grade 4 from Day 5: a person says that it does not limit the dose."),
    ],
)
def test_an_event_that_limits_the_dose_says_how_sure_it_is(more: dict[str, Any], english: str) -> None:
    """By which rule, and what a person must confirm, until one has spoken."""
    assert limiting_text(limiting(**more)).en == english


def test_the_window_says_its_state_and_why() -> None:
    """With its days where there are any, and each event after it."""
    watch = DltWatch(state="data-gap", definition="DLT_v1", why="no-day-0")
    assert dlt_text(watch) == Bilingual(
        "Window for dose-limiting toxicities: cannot be told: data are lacking; there is no sure Day 0.",
        "剂量限制性毒性观察窗：资料缺失，无法判断；第0天不确定。",
    )
    open_ = msgspec.structs.replace(
        watch,
        state="open",
        why="not-over",
        window=(date(2025, 3, 1), date(2025, 3, 29)),
        events=(limiting(confirmed=True),),
    )
    assert dlt_text(open_).en == (
        "Window for dose-limiting toxicities (2025-03-01..2025-03-29): still open; it is not over. "
        "Sepsis grade 4 from Day 5: a person says that it limits the dose."
    )


def event(**more: Any) -> Episode:
    given: dict[str, Any] = {
        "id": "e", "term": EventTerm("Fever"), "scale": "CTCAE 5.0", "source": "derived", "confirmed": None, "grade": 1,
        "worst_grade": 2, "onset": DAY5,
    }  # fmt: skip
    return Episode(**{**given, **more})


@pytest.mark.parametrize(
    ("more", "english"),
    [
        (
            {"course": (Step(when=DAY5, grade=2, origin="vital-sign"),)},
            "Fever: grade 2 at worst (CTCAE 5.0), from 2025-03-06; how it ended is not known. Whether it came with the "
            "treatment is not known, whether it is serious is not known, its cause is for a person to say. It is proposed "
            "from vital signs or their treatment; a person must confirm that it is an adverse event.",
        ),
        (
            {"end": DAY9, "outcome": "resolved", "emergent": True, "serious": False},
            "Fever: grade 2 at worst (CTCAE 5.0), from 2025-03-06 to 2025-03-10; it is over. It came with the treatment, it "
            "is not serious, its cause is for a person to say. It is proposed; a person must confirm that it is an "
            "adverse event.",
        ),
        (
            {
                "source": "reported", "proposed_grade": 3, "emergent": False, "serious": True,
                "criteria": ("hospitalisation",), "related": "possible", "onset": MARCH,
            },
            "Fever: grade 2 at worst (CTCAE 5.0) (by the data 3), from 2025-03-01..2025-03-31; how it ended is not known. It "
            "did not come with the treatment, it is serious (a stay in hospital), possibly related to the treatment. It "
            "was reported by a person.",
        ),
        (
            {"worst_grade": None, "at_least": 2, "reason": "no-device", "confirmed": True, "assessed_by": "Dr Li"},
            "Fever: grade not known, but at least 2 (how the oxygen was given is not known), from 2025-03-06; how it ended "
            "is not known. Whether it came with the treatment is not known, whether it is serious is not known, its cause "
            "is for a person to say. It was confirmed as adverse event by Dr Li.",
        ),
        (
            {"worst_grade": None, "reason": "no-grade", "confirmed": False},
            "Fever: grade not known (nobody has given it a grade), from 2025-03-06; how it ended is not known. Whether it "
            "came with the treatment is not known, whether it is serious is not known, its cause is for a person to say. "
            "It was said to be no adverse event.",
        ),
    ],
)  # fmt: skip
def test_an_event_says_what_it_is_and_whose_word(more: dict[str, Any], english: str) -> None:
    """Grade, days, end, treatment, seriousness, cause, and whether a person has spoken."""
    assert event_text(event(**more), ON).en == english


def test_an_event_is_told_in_chinese_too() -> None:
    """With the name of its term as the criteria have it."""
    assert event_text(event(end=DAY9, outcome="resolved", emergent=True, serious=False), ON).zh == (
        "Fever：最高2级（CTCAE 5.0），2025-03-06至2025-03-10；已痊愈。为治疗中出现，非严重不良事件，因果关系须由研究者判断。"
        "本条为软件建议，须由研究者确认其是否为不良事件。"
    )
    assert graded(event(proposed_grade=2)).zh == "最高2级（CTCAE 5.0）"


HOLDS = Check(rule="alive", holds=True)
HIGH = Check(rule="upcr", holds=False, value=Amount(Decimal("0.88"), "g/g"), limit=Amount(Decimal("0.5"), "g/g"))
OPEN = Check(rule="filtration", holds=None, reason="no-baseline")


@pytest.mark.parametrize(
    ("result", "reason", "checks", "english"),
    [
        ("CRR", "", (HOLDS, OPEN), "Complete renal response (CRR): every condition holds."),
        (
            "PRR", "", (HOLDS, HIGH),
            "Partial renal response (PRR): urine protein/creatinine ratio low enough for a complete response: does not hold, "
            "value 0.88 g/g, limit 0.5 g/g.",
        ),
        (
            "NR", "upcr", (HOLDS, OPEN, HIGH),
            "No response (NR): urine protein/creatinine ratio low enough for a complete response: does not hold, value 0.88 "
            "g/g, limit 0.5 g/g.",
        ),
        (
            "not-evaluable", "no-baseline", (HIGH, OPEN),
            "Not evaluable (not-evaluable): filtration rate kept: nobody can tell; there is no usable baseline value.",
        ),
        ("not-evaluable", "not-yet", (HOLDS, OPEN), "Not evaluable (not-evaluable): its time is not over yet."),
        (
            "not-applicable", "other-cohort", (),
            "Not asked of this participant (not-applicable): the participant belongs to the other cohort.",
        ),
    ],
)  # fmt: skip
def test_a_response_says_which_condition_decided(
    result: str, reason: str, checks: tuple[Check, ...], english: str
) -> None:
    """The first that decided, with its value and limit; of a partial response why it is no complete one."""
    given: Mapping[str, Any] = {"result": result, "reason": reason, "checks": checks}
    assert response_text(Response(definition="CRR_v1", **given)).en == english


def test_a_condition_is_told_in_chinese_too() -> None:
    """With value, limit and reason."""
    assert check_text(HIGH).zh == "尿蛋白/肌酐达到完全缓解：不成立，数值0.88 g/g，限值0.5 g/g"
    assert check_text(OPEN).zh == "滤过率保持：无法判断；无可用基线值"


def test_the_treatment_says_day_dose_and_what_is_unsure() -> None:
    """Without a sure Day 0 nothing but why."""
    assert treatment_text(Timeline(day0=None, problems=("two-infusions",))).en == (
        "Day 0 is not sure, so that nothing is related to it: the record tells of more than one infusion."
    )
    line = Timeline(day0=date(2025, 3, 1), dose=Dose(per_kg=Decimal(1000000), level=1), cohort="LN")
    assert treatment_text(line).en == (
        "Infused on 2025-03-01 (Day 0): 1.00E+6 STAR+ T cells per kg, dose level 1, cohort LN."
    )
    unsure = Timeline(day0=date(2025, 3, 1), problems=("no-dose", "cohort-unknown"))
    assert treatment_text(unsure) == Bilingual(
        "Infused on 2025-03-01 (Day 0): the dose is not known, dose level not known, cohort not known. "
        "To be settled: the dose is not on record, the cohort is not known.",
        "2025-03-01回输（第0天）：剂量不明，剂量水平不明，队列不明。待澄清：未记录回输剂量、队列不明。",
    )


def test_kinetics_say_what_was_found_and_what_was_not() -> None:
    """Measured values with all their digits, computed ones with four, and every reason."""
    empty = Expansion(analyte="pk.star_cells", unit="/uL", definition="PK_v1", reason="no-sample")
    assert expansion_text(empty).en == "STAR-positive T cells in blood: there is no sample of after the infusion."
    whole = msgspec.structs.replace(
        empty, reason="", cmax=Decimal("145920"), tmax=Decimal("9.8333"), clast=Decimal("0.5"), tlast=Decimal(56),
        auc=Decimal("1926.25"), auc_to=Decimal(28), truncated=False, half_life=Decimal("6.05731"),
    )  # fmt: skip
    assert expansion_text(whole).en == (
        "STAR-positive T cells in blood: peak 145920 /uL on Day 9.833, last quantified 0.5 /uL on Day 56, "
        "area 1926 /uL.d to Day 28, half-life 6.057 days."
    )
    short = msgspec.structs.replace(
        empty, reason="peak-in-doubt too-few-points", auc=Decimal(7), auc_to=Decimal(3), truncated=True
    )
    assert expansion_text(short).en == (
        "STAR-positive T cells in blood: area 7 /uL.d to Day 3, cut short, a sample that does not count may hold the peak, "
        "no half-life: too few values after the peak."
    )


def test_b_cells_say_when_they_went_and_came_back() -> None:
    """And the lowest count, which may only be known to lie below a limit."""
    nadir = Input(name="lab.cd19_abs", below=Amount(Decimal("0.001"), "10*9/L"))
    assert b_cells_text(BCells(depleted=7, recovered=84, aplasia_days=77, nadir=nadir)).en == (
        "B cells: depleted from Day 7, back on Day 84, after 77 days, lowest count <0.001 x10^9/L."
    )
    exact = Input(name="lab.cd19_abs", value=Amount(Decimal("0.004"), "10*9/L"))
    assert b_cells_text(BCells(reason="never-depleted nadir-in-doubt", nadir=exact)).zh == (
        "B细胞：最低值0.004 x10^9/L、计数均高于限值、最低值存疑。"
    )
    assert b_cells_text(BCells(reason="no-counts", nadir=Input(name="lab.cd19_abs"))).en == (
        "B cells: there is no count of after the infusion."
    )


def test_numbers_days_and_names_are_those_that_people_use() -> None:
    """Units without brackets, days in the site's zone, and a name for what no value set names."""
    assert number(Amount(Decimal("104.42"), "mL/min/{1.73_m2}")).en == "104.42 mL/min/1.73 m2"
    assert rounded(Decimal("0.0123456")) == "0.01235"
    assert rounded(Decimal(28)) == "28"
    assert day_of(MARCH, ON) == "2025-03-01..2025-03-31"
    assert measured("egfr").en == "Filtration rate (CKD-EPI 2021)"
    assert measured("lab.platelet").en == "Platelet count"
