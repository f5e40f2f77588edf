"""``yts109 explain`` on what follows treatment: by endpoint with every condition and input, and in short beside a screening."""

import json
import re

import pytest

from tests.cli.command import AT, HOSPITAL, ROOT, SITE, Done, yts109

TREATED = ROOT / "samples" / "treated"
IDS = ("P1", "P2", "S1", "S2", "X1")


def explained(patient: str, *clause: str) -> Done:
    """Explain a participant of the sample ward at the instant of the samples."""
    return yts109("explain", TREATED, patient, *clause, "--site", SITE, "--at", AT)


@pytest.mark.parametrize("clause", IDS)
def test_every_endpoint_is_explained_in_both_languages(clause: str) -> None:
    """Who, as of when, what is asked, what it came to, and the definition by its name."""
    done = explained("t-crr-1", clause.lower())
    head, empty, asked, *lines = done.out.splitlines()
    assert done.status == 0
    assert head == f"Patient/t-crr-1 · NCT06943937 · {AT}"
    assert (empty, asked[:3]) == ("", f"{clause} ")
    assert all(re.search(r"[\u4e00-\u9fff]", line) for line in (asked, lines[0]))
    assert re.search(r"definition 定义: (DLT|AE|CRR|ITP|PK)_v1, ", done.out)


def test_a_response_is_told_with_every_condition_and_every_input() -> None:
    """Value and limit of each condition; reference, version, day and value of each input, used or not and why."""
    told = explained("t-itp-bleeding", "S2").out
    assert "platelet count high enough above baseline: holds, value 120 x10^9/L, limit 76 x10^9/L" in told
    assert re.search(
        r"- Platelet count 血小板计数 Day 84 第84天: 120 x10\^9/L \[Observation/\S+ version 1, \S+: 120 ×10\^9/L\]",
        told,
    )
    told = explained("t-itp-rescue", "S2").out
    assert "no rescue treatment: does not hold; rescue treatment is on record" in told
    _, _, unused = told.partition("not used 未采用:")
    assert "a receptor agonist may have lifted it 可能受血小板生成素受体激动剂影响" in unused


def test_the_window_is_told_day_by_day_with_its_events() -> None:
    """Every day of the window is in one of the spans, and an event that limits the dose stands with its evidence."""
    told = explained("t-icans-3", "P1").out
    spans = [tuple(map(int, found)) for found in re.findall(r"^  Day (\d+)-(\d+), ", told, re.MULTILINE)]
    single = [(int(found), int(found)) for found in re.findall(r"^  Day (\d+), ", told, re.MULTILINE)]
    days = [day for first, last in sorted([*spans, *single]) for day in range(first, last + 1)]
    assert days == list(range(29))
    assert "by the rule for ICANS; a person must confirm: whether the treatment caused it." in told
    assert re.search(r"^    Observation/t-icans-3-obse-\d+ version 1, \S+: 2 分$", told, re.MULTILINE)


def test_every_event_is_told_with_its_id_and_its_course() -> None:
    """The events are those of ``follow``, each with a sentence, its id and every step with its resource."""
    line = yts109("follow", TREATED, "--site", SITE, "--at", AT, "--format", "ndjson").out.splitlines()
    whole = next(one for one in map(json.loads, line) if one["patient"] == "Patient/t-prr-1")
    told = explained("t-prr-1", "P2").out
    for event in whole["adverse_events"]:
        assert f"  {event['text']['en']} {event['text']['zh']}\n    id: {event['id']}\n" in told
        for step in event["course"]:
            assert all(one["reference"] in told for one in step["evidence"])


def test_kinetics_are_told_with_every_sample_and_items_without_a_total() -> None:
    """Peak, samples, changes from baseline, and the items that only a person can judge by name."""
    told = explained("t-crr-1", "X1").out
    assert "peak 145920 copies/ug on Day" in told
    assert "- Day 7 第7天: 93440 copies/ug [Observation/" in told
    assert "W4: 8.1 g/L, change from baseline 较基线变化 -5.1 g/L (-38.64 %)" in told
    assert "- a person must say 须由研究者判断: seizure 癫痫发作 (8)" in told


def test_without_a_sure_day_0_nothing_is_told_but_why() -> None:
    """Two infusions leave everything open, and every endpoint says so."""
    for clause, said in (
        ("P1", "there is no sure Day 0"),
        ("S1", "the record tells of more than one infusion"),
        ("X1", "B cells: there is no sure Day 0."),
    ):
        assert said in explained("t-two-infusions", clause).out


def test_without_a_clause_the_treatment_is_told_in_short_after_the_screening() -> None:
    """Day 0, dose, the window, counts of events and responses, and the ids by which each is explained."""
    screened, _, followed = explained("t-death-1").out.partition("After treatment 治疗后")
    assert "I01 allows" in screened
    assert ", ".join(IDS) in followed
    assert "Infused on 2025-04-22 (Day 0): 1.00E+6 STAR+ T cells per kg, dose level 1, cohort LN." in followed
    assert re.search(
        r"P2 Adverse events: \d+, of which 0 reported, \d+ proposed and to be confirmed, 1 serious\.", followed
    )
    assert "S1 No response (NR): alive at the end of week 12: does not hold" in followed
    assert all(f"\n  {name} " in followed for name in IDS)


def test_one_clause_of_a_screening_says_nothing_of_the_treatment() -> None:
    """Who asks about a clause hears about it alone."""
    assert "After treatment" not in explained("t-crr-1", "I01").out


def test_who_was_not_treated_has_nothing_to_explain() -> None:
    """That is an answer, not a mistake; without a clause nothing is added to the screening."""
    given = ("--site", SITE, "--at", AT)
    done = yts109("explain", HOSPITAL, "ln-01", "P1", *given)
    assert (done.status, done.out.splitlines()[-1]) == (
        0,
        "No infusion of the cells is on record, so that nothing follows it. 记录中无细胞回输，故无治疗后随访内容。",
    )
    assert "After treatment" not in yts109("explain", HOSPITAL, "ln-01", *given).out


def test_an_unknown_id_or_patient_is_a_usage_error() -> None:
    """An id that is none names all that are, those of what follows treatment among them."""
    done = explained("t-crr-1", "P3")
    assert (done.status, done.out) == (2, "")
    assert done.err.rstrip().endswith("E14, P1, P2, S1, S2, X1")
    assert explained("nobody", "P1").status == 2
