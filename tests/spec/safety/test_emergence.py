"""Which events came with the treatment: onset after the infusion, and worse than at the baseline."""

from decimal import Decimal

import pytest

from mappings.definitions import AdverseEvents, Definitions
from mappings.followed import Episode
from mappings.limits import Limit
from mappings.site import Occasion
from tests.spec.safety.events import chosen, episodes_of, found, only, told
from tests.spec.tables import AT, parse, treated

#: Neutrophils with a lower limit of 2.0 (1.5 grade 2, 1.0 grade 3, 0.5 grade 4); fludarabine is given on days -5 to -3.
COUNTS = """
counts                   | lymphodepleted | episodes                           | emergent | base | why
-------------------------+----------------+------------------------------------+----------+------+--------------------------------
-3=3 5=0.4 9=3           | F              | 4(4) 5-9 resolved                  | True     | 0    | new
-29=3 5=0.4 9=3          | F              | 4(4) 5-9 resolved                  | None     | None | a baseline of 29 days before
-28=3 5=0.4 9=3          | F              | 4(4) 5-9 resolved                  | True     | 0    | one of 28 days before
5=0.4 9=3                | F              | 4(4) 5-9 resolved                  | None     | None | no baseline
-3=none 5=0.4 9=3        | F              | 4(4) 5-9 resolved                  | None     | None | a baseline without a number
-9=3 -3=none 5=0.4 9=3   | F              | 4(4) 5-9 resolved                  | True     | 0    | and one with a number before it
-3=1.2 5=1.2 9=3         | F              | 2(2) -3-9 resolved                 | False    | 2    | no worse than before
-3=1.2 5=1.6 9=3         | F              | 2(1) -3-9 resolved                 | False    | 2    | better than before
-3=1.2 5=0.9 9=3         | F              | 3(3) 5-9 resolved                  | True     | 2    | worse from day 5 on
-3=1.2 2=1.2 5=0.9 9=1.4 | F              | 3(2) 5- recovering                 | True     | 2    | only what is worse is new
-3=1.2 2=3 5=1.2 9=3     | F              | 2(2) 5-9 resolved                  | False    | 2    | gone in between, no worse
-3=1.2 2=3               | F              | 2(2) -3-2 resolved                 | -        | -    | over with the first count
-3=<1.5 5=0.9 9=3        | F              | 3(3) -3-9 resolved                 | None     | None | a baseline that cannot be graded
-3=1.2 5=<1.5 9=3        | F              | 2(None) -3-9 resolved              | None     | 2    | what cannot be graded may be worse
0=0.4 9=3                | F              | 4(4) 0-9 resolved                  | False    | 4    | at the moment of the infusion
-3=3 -1..1=0.4 9=3       | F              | 4(4) -1-9 resolved                 | None     | 0    | before it or after it
-9=3 -1=0.4 5=0.4 9=3    | T              | 4(4) -1-9 resolved                 | None     | 0    | grade 4 by the lymphodepletion
-9=3 -1=1.2 5=0.4 9=3    | T              | 4(4) 5-9 resolved                  | True     | 0    | made worse after it
-9=3 -1=0.4 5=3          | T              | 4(4) -1-5 resolved                 | -        | -    | over by then
"""


def _table(counts: str, lymphodepleted: str) -> str:
    rows = ["patient | day | lab.neutrophil_abs | low | rx"]
    rows += [f"1 | {day} | | | rx.lymphodepletion.fludarabine" for day in (-5, -4, -3) if lymphodepleted == "T"]
    for count in counts.split():
        day, _, value = count.partition("=")
        rows.append(f"1 | {day} | {value} | 2.0 |")
    return "\n".join(rows)


@pytest.mark.parametrize("row", [one for one in parse(COUNTS) if one["emergent"] != "-"], ids=lambda row: row["why"])
def test_a_measured_event_is_held_against_the_baseline(row: dict[str, str]) -> None:
    """A measured event is emergent when it began after the infusion, and is worse than at the baseline."""
    one = only(_table(row["counts"], row["lymphodepleted"]))
    assert (told(one), str(one.emergent), str(one.baseline_grade)) == (row["episodes"], row["emergent"], row["base"])


@pytest.mark.parametrize("row", [one for one in parse(COUNTS) if one["emergent"] == "-"], ids=lambda row: row["why"])
def test_what_was_over_before_the_infusion_is_not_listed(row: dict[str, str]) -> None:
    """An event of which nothing shows that it was still there after the infusion is history."""
    assert found(_table(row["counts"], row["lymphodepleted"])) == ()


def test_a_site_may_count_from_lymphodepletion_on() -> None:
    """With the other reading an event of the days of lymphodepletion is emergent, and one that was over by the infusion too."""
    on = chosen(emergent_from="lymphodepletion")
    standing = only(_table("-9=3 -1=0.4 5=0.4 9=3", "T"), on)
    over = only(_table("-9=3 -3=0.4 -1=3", "T"), on)
    assert [(told(one), one.emergent) for one in (standing, over)] == [
        ("4(4) -1-9 resolved", True),
        ("4(4) -3--1 resolved", True),
    ]
    assert only(_table("-3=3 5=0.4 9=3", "F"), on).emergent is True, "without lymphodepletion the infusion counts"


DIAGNOSES = """
patient | day     | dx                 | recorded | issued
--------+---------+--------------------+----------+-------
1       | 5       | dx.aki             |          |
2       | -5      | dx.aki             |          |
3       |         | dx.aki             | -5       |
4       |         | dx.aki             | 5        |
5       |         | dx.aki             |          | -5
6       |         | dx.aki             |          |
7       | -40..40 | dx.aki             |          |
8       |         | dx.sle             | 5        |
9       | -500    | dx.lupus_nephritis |          |
10      | 5       | dx.lupus_nephritis |          |
"""
LISTED = {
    1: [True],
    2: [],
    3: [],  # recorded before
    4: [None],  # recorded after, of unknown onset
    5: [],  # known before
    6: [None],
    7: [None],
    8: [],  # the disease under study
    9: [],
    10: [None],  # it begins anew: a flare, or none
}


@pytest.mark.parametrize("patient", LISTED)
def test_a_diagnosis_of_before_is_the_patients_history(patient: int) -> None:
    """A diagnosis is an event when it may have begun after the infusion; a disease under study only when it surely did."""
    assert [one.emergent for one in episodes_of(treated(DIAGNOSES)[patient])] == LISTED[patient]


def _reported(day: str) -> list[Episode]:
    return list(found(f"patient | day | report\n1 | {day} | Headache"))


@pytest.mark.parametrize(("day", "emergent"), [("5", True), ("-5", False), ("0", True), ("-1..1", None), ("", None)])
def test_a_reported_event_is_always_listed(day: str, emergent: bool | None) -> None:
    """What a person reported is listed whenever it began; it is emergent when it began after the infusion."""
    assert [one.emergent for one in _reported(day)] == [emergent]


def test_a_report_of_before_does_not_hide_what_became_worse() -> None:
    """An event reported as begun before the infusion, and worse after it than at the baseline, may have come with it."""
    table = """
        patient | day | lab.neutrophil_abs | low | rx                             | report
        1       | -9  | {}                 | 2.0 |                                |
        1       | -5  |                    |     | rx.lymphodepletion.fludarabine |
        1       | -1  |                    |     |                                | Neutrophil count decreased
        1       | 5   | 0.4                | 2.0 |                                |
        1       | 9   | 3                  | 2.0 |                                |
    """
    assert [only(table.format(before)).emergent for before in ("3", "0.4")] == [None, False]


def test_a_report_of_before_stays_with_what_became_worse() -> None:
    """A report of before the infusion is not lost when the event is told from where it became worse."""
    table = """
        patient | day | lab.neutrophil_abs | low | rx                             | report
        1       | -9  | 3                  | 2.0 |                                |
        1       | -5  |                    |     | rx.lymphodepletion.fludarabine |
        1       | -2  | 1.8                | 2.0 |                                |
        1       | -1  |                    |     |                                | Neutrophil count decreased
        1       | 5   | 0.4                | 2.0 |                                |
    """
    one = only(table)
    assert (one.source, [step.origin for step in one.course]) == ("reported", ["reported", "laboratory"])


def test_an_event_that_was_over_is_no_baseline() -> None:
    """A diagnosis that was over before the baseline does not stand at it: the next one is new."""
    table = "patient | day | dx | ended\n1 | -20 | dx.aki | -15\n1 | 5 | dx.aki | 9"
    assert only(table).emergent is True


def test_a_report_brings_back_what_data_would_not_list() -> None:
    """A diagnosis that was there before the infusion is listed when a person reports it as an event."""
    table = "patient | day | dx | report\n1 | -9 | dx.aki | \n1 | 5 | | Acute kidney injury"
    assert [(told(one), one.emergent) for one in found(table)] == [("None(None) 5- ongoing", True)]


@pytest.mark.parametrize(
    ("days", "day", "emergent"), [(90, "60", True), (60, "60", True), (59, "60", False), (60, "55..65", None)]
)
def test_events_are_collected_for_a_number_of_days(days: int, day: str, emergent: bool | None) -> None:
    """An event that begins after the last day on which they are collected did not come with the treatment."""
    rules = AdverseEvents(collected=Limit(Decimal(days), "d", "P2"))
    on = Occasion(AT, definitions=Definitions(adverse_events=rules))
    assert only(f"patient | day | dx\n1 | {day} | dx.aki", on).emergent is emergent
