"""The tables over all participants as MeasureReports: the numbers of the tables, by dose level, and nobody's identity."""

import json
from typing import Any, get_args

import msgspec

from mappings.emitting.datatypes import Release
from mappings.emitting.measure import measures
from mappings.emitting.measure_report import measure_reports
from mappings.emitting.table_words import words
from mappings.followed import DltWatch, Dose, Followed, Interest, Response
from mappings.safety.tabulation import Counted, counted
from mappings.site import CANONICAL_BASE
from tests.spec.emitting.treated import LIMITING, NOT_THEIRS, ON, RENAL, WINDOW, crs, episode, followed

Node = dict[str, Any]


def _treated(*events: Any, level: Any = 1, cohort: Any = "LN", **more: Any) -> Counted:
    one: Followed = followed(*events, **more)
    line = msgspec.structs.replace(one.timeline, dose=Dose(level=level), cohort=cohort)
    return counted(msgspec.structs.replace(one, timeline=line))


def _groups(release: Release, *subjects: Counted) -> dict[str, Node]:
    """Return every group of every report by its code."""
    return {
        one["code"]["coding"][0]["code"]: one
        for made in measure_reports(subjects, release, ON)
        for one in made["group"]
    }


def _numbers(node: Node) -> dict[str, int]:
    return {one["code"]["coding"][0]["code"]: one["count"] for one in node["population"]}


def _code(concept: Node) -> str:
    return str(concept["coding"][0]["code"] if "coding" in concept else concept["text"])


def _strata(group: Node, number: int) -> dict[tuple[str, ...], dict[str, int]]:
    """Return the numbers of each stratum of one stratifier by the codes of its values, of either release."""
    found = {}
    for stratum in group["stratifier"][number]["stratum"]:
        values = [one.get("value") or one["valueCodeableConcept"] for one in stratum.get("component", [stratum])]
        found[tuple(map(_code, values))] = _numbers(stratum)
    return found


def test_adverse_events_are_counted_by_type_grade_and_level(release: Release) -> None:
    """Participants once under their worst grade, every event, and apart those of which nobody knows."""
    vague = episode(id="v", emergent=None, worst_grade=None)
    group = _groups(release, _treated(crs(), episode()), _treated(vague, level=2))["adverse-events"]
    assert _numbers(group) == {
        "initial-population": 2, "participants": 1, "events": 2, "participants-unknown": 1, "events-unknown": 1,
    }  # fmt: skip
    levels = _strata(group, 0)
    assert [(key, one["initial-population"], one["participants"]) for key, one in levels.items()] == [
        (("dose-level-1",), 1, 1),
        (("dose-level-2",), 1, 0),
        (("dose-level-unknown",), 0, 0),
    ]
    rows = _strata(group, 1)
    assert rows["any", "dose-level-1", "grade-3"]["participants"] == 1
    assert rows["serious", "dose-level-1", "grade-2"]["events"] == 1
    assert rows["crs", "dose-level-1", "grade-2"]["participants"] == 1
    assert rows["C143704", "dose-level-1", "grade-3"]["events"] == 1
    assert rows["C143704", "dose-level-2", "grade-not-graded"]["events-unknown"] == 1


def test_a_term_of_the_site_is_told_in_words(release: Release) -> None:
    """What the CTCAE has no code for is counted under its name."""
    named = episode(term=episode().term.__class__("Something else"))
    assert ("Something else", "dose-level-1", "grade-3") in _strata(
        _groups(release, _treated(named))["adverse-events"], 1
    )


def test_windows_are_counted_by_level(release: Release) -> None:
    """Evaluable participants and those with a toxicity, the open ones beside them; toxicities by type and grade."""
    sure = msgspec.structs.replace(LIMITING, certain=True, grade=4, confirmed=True)
    limited = DltWatch(state="dlt", definition="DLT_v1", window=WINDOW, events=(sure,), evaluable=True)
    group = _groups(release, _treated(dlt=limited), _treated(level=2))["dose-limiting-toxicities"]
    assert _strata(group, 0)[("dose-level-1",)] == {
        "initial-population": 1, "denominator": 1, "numerator": 1, "evaluable-unknown": 0,
        "none": 0, "open": 0, "data-gap": 0,
    }  # fmt: skip
    assert _numbers(group)["open"] == 1
    assert _strata(group, 1) == {("C143394", "dose-level-1", "grade-4"): {"events": 1}}


def test_a_toxicity_without_a_grade_is_counted(release: Release) -> None:
    """It is not graded, and not left out."""
    event = msgspec.structs.replace(LIMITING, confirmed=True)
    watch = DltWatch(state="dlt", definition="DLT_v1", window=WINDOW, events=(event,))
    group = _groups(release, _treated(dlt=watch))["dose-limiting-toxicities"]
    assert ("C143394", "dose-level-1", "grade-not-graded") in _strata(group, 1)


def test_responses_are_counted_by_cohort_level_and_result(release: Release) -> None:
    """Who is not evaluable is listed by that name; an endpoint that applies to nobody has zeros, and no strata."""
    late = Response(result="not-evaluable", definition="CRR_v1", reason="not-yet")
    groups = _groups(release, _treated(renal=RENAL), _treated(renal=late), _treated(renal=late, cohort=None))
    assert _numbers(groups["renal-response"]) == {"initial-population": 3, "denominator": 1, "numerator": 1}
    rows = _strata(groups["renal-response"], 1)
    assert rows["Lupus nephritis 狼疮性肾炎", "dose-level-1", "CRR"] == {"initial-population": 1}
    assert rows["Lupus nephritis 狼疮性肾炎", "dose-level-1", "not-evaluable"] == {"initial-population": 1}
    assert rows["Cohort unknown 队列未知", "dose-level-1", "not-evaluable"] == {"initial-population": 1}
    assert _numbers(groups["platelet-response"]) == {"initial-population": 0, "denominator": 0, "numerator": 0}
    assert all("stratum" not in one for one in groups["platelet-response"]["stratifier"])


def test_nobody_treated_is_zero_and_not_silence(release: Release) -> None:
    """Every group has its numbers all the same."""
    assert all(set(_numbers(one).values()) == {0} for one in _groups(release).values())


def test_reports_answer_their_measures(release: Release) -> None:
    """Each report names its measure; groups, numbers and dimensions are those of the measure, in its order."""
    defined = {f"{one['url']}|{one['version']}": one for one in measures(release, CANONICAL_BASE)}
    reports = measure_reports([_treated(crs(), episode())], release, ON)
    assert [one["measure"] for one in reports] == list(defined)
    for report in reports:
        for told, asked in zip(report["group"], defined[report["measure"]]["group"], strict=True):
            assert _numbers(told).keys() == {_code(one["code"]) for one in asked["population"]}
            assert told.get("linkId") == asked.get("linkId")
            for one, other in zip(told.get("stratifier", []), asked["stratifier"], strict=False):
                assert one.get("linkId") == other.get("linkId")


def test_reports_depend_on_no_order_and_name_nobody(release: Release) -> None:
    """The same participants in any order give the same reports, without patient, resource or event."""
    subjects = [_treated(crs()), _treated(episode(), level=2, platelets=NOT_THEIRS)]
    made = measure_reports(subjects, release, ON)
    assert made == measure_reports(reversed(subjects), release, ON)
    text = json.dumps(made)
    assert [
        secret for secret in ("Patient/", "0001", "Observation/", "yts109-event", "Practitioner") if secret in text
    ] == []
    assert [one["period"] for one in made] == [{"end": "2025-06-01"}] * 3


def test_every_special_interest_has_words() -> None:
    """Each kind of event that the tables may tell apart is a code of theirs."""
    assert set(get_args(Interest)) <= set(words())
