"""Day 0 and what hangs on it: the infusion, lymphodepletion and baseline, the cohort, and how far the record reaches."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest

from mappings.definitions import DEFINITIONS
from mappings.facts import Infusion, Source
from mappings.followed import Timeline
from mappings.intervals import When
from mappings.reading.dates import when
from mappings.site import Occasion, Site
from mappings.timeline import around, day_on, is_after, study_day, timeline
from tests.spec.tables import AT, INFUSED, records, treated

ON = Occasion(AT)
#: A whole Day 0 in study days, which count from noon to noon.
WHOLE_DAY = "-0.5..0.499999"
TICK = timedelta(microseconds=1)


def lines(table: str, on: Occasion = ON) -> dict[int, Timeline]:
    """Return the timeline of each patient of ``table``, all of whom were infused."""
    found = {number: timeline(record, on) for number, record in treated(table).items()}
    return {number: line for number, line in found.items() if line}


def told(table: str, shown: Callable[[Timeline], object], on: Occasion = ON) -> dict[int, str]:
    """Return what ``shown`` picks from each timeline, with the problems but for the cohort that most tables leave out."""
    return {
        number: " ".join([str(shown(line)), *(problem for problem in line.problems if problem != "cohort-unknown")])
        for number, line in lines(table, on).items()
    }


def zero(line: Timeline) -> object:
    return "none" if line.day0 is None else (line.day0 - INFUSED.date()).days


def on_day(moment: datetime) -> float:
    """Return study days, with their fraction from midnight."""
    return round((moment - INFUSED) / timedelta(days=1), 3) + 0.5


def test_who_was_never_infused_has_no_timeline() -> None:
    """However ill: only an infusion starts one."""
    [record] = records("patient | dx\n1 | dx.lupus_nephritis").values()
    assert timeline(record, ON) is None


def test_day_0_is_the_day_of_the_infusion() -> None:
    """An administration and a procedure of one day are one infusion told twice, whichever knows the time."""
    table = f"""
    patient | day         | infusion | kind
    1       | 0           | 1E+6/kg  |
    2       | 0           | 1E+6/kg  | procedure
    3       | 0.2         | 1E+6/kg  |
    3       | 0.1         | none     | procedure
    4       | {WHOLE_DAY} | 1E+6/kg  |
    4       | 0.2         | 1E+6/kg  | procedure
    5       | -0.5        | 1E+6/kg  |
    6       | 0.499999    | 1E+6/kg  |
    7       | 0.5         | 1E+6/kg  |
    8       | {WHOLE_DAY} | 1E+6/kg  |
    """
    assert told(table, zero) == {1: "0", 2: "0", 3: "0", 4: "0", 5: "0", 6: "0", 7: "1", 8: "0"}
    began = {number: line.infused for number, line in lines(table).items()}
    assert {number: on_day(one.earliest) for number, one in began.items() if one} == {
        1: 0.5, 2: 0.5, 3: 0.6, 4: 0.7, 5: 0, 6: 1, 7: 1, 8: 0,
    }  # fmt: skip


def test_several_infusions_are_never_chosen_between() -> None:
    """On two days nobody knows Day 0; on one day it is that day, and the dose is not known."""
    table = """
    patient | day | infusion | kind
    1       | 0   | 1E+6/kg  |
    1       | 7   | 1E+6/kg  |
    2       | 0   | 1E+6/kg  |
    2       | 1   | 1E+6/kg  | procedure
    3       | 0   | 1E+6/kg  |
    3       | 0.1 | 1E+6/kg  |
    4       | 0   | 1E+6/kg  | procedure
    4       | 0   | 1E+6/kg  | procedure
    4       | 0   | 1E+6/kg  |
    5       | 0   | 1E+6/kg  |
    5       | 0   | 2E+6/kg  | procedure
    6       | 0   | 1E+6/kg  |
    6       | 0   | 1.25E+6/kg  | procedure
    """
    assert told(table, lambda line: (zero(line), line.dose.per_kg)) == {
        1: "('none', None) two-infusions",
        2: "('none', None) two-infusions",
        3: "(0, None) two-infusions",
        4: "(0, None) two-infusions",
        5: "(0, None) two-infusions",
        6: "(0, Decimal('1E+6'))",
    }


def test_an_infusion_whose_day_is_not_known_gives_no_day_0() -> None:
    """Nor does one that may lie on either of two days, nor a second that has no date."""
    table = """
    patient | day      | infusion | kind
    1       |          | 1E+6/kg  |
    2       | -0.6..0  | 1E+6/kg  |
    3       | -2..28   | 1E+6/kg  | procedure
    4       | 0        | 1E+6/kg  |
    4       |          | 1E+6/kg  | procedure
    5       |          | 1E+6/kg  |
    5       |          | 1E+6/kg  |
    """
    assert told(table, zero) == {
        1: "none infusion-undated",
        2: "none infusion-undated",
        3: "none infusion-undated",
        4: "none infusion-undated",
        5: "none two-infusions infusion-undated",
    }
    [line, *_] = lines(table).values()
    assert (line.infused, line.baseline, line.dose.per_kg, line.evidence[0].reference) == (
        None, None, None, "infusion/r1-0",
    )  # fmt: skip


def test_an_infusion_that_may_not_have_taken_place_gives_no_day_0() -> None:
    """Copies that contradict each other, or a status that says nothing; a second resource may be sure of it."""
    table = """
    patient | day | infusion | kind           | problem
    1       | 0   | 1E+6/kg  |                | conflict
    2       | 0   | 1E+6/kg  |                | preliminary
    3       | 0   | 1E+6/kg  |                | conflict
    3       | 0   | 1E+6/kg  | procedure      |
    4       | 0   | none     |                | unit
    """
    assert told(table, zero) == {
        1: "none infusion-doubtful",
        2: "none infusion-doubtful",
        3: "0 infusion-doubtful",
        4: "0 no-dose",
    }


def test_two_copies_of_one_resource_are_not_two_infusions() -> None:
    """Copies that cannot be put in order are both in the record, under one reference."""
    [record] = treated("patient | day | infusion | problem\n1 | 0 | 1E+6/kg | conflict").values()
    [infusion] = record.infusions
    other = msgspec.structs.replace(infusion, cells_per_kg=None)
    clean = msgspec.structs.replace(infusion, kind="procedure", problem=None, source=Source("Procedure/1"))
    line = timeline(msgspec.structs.replace(record, infusions=(infusion, other, clean)), ON)
    assert line is not None
    assert line.problems == ("infusion-doubtful", "cohort-unknown")


def test_an_infusion_that_was_stopped_is_day_0_all_the_same() -> None:
    """Cells were given."""
    assert told("patient | day | infusion\n1 | 0 | stopped", zero) == {1: "0 infusion-stopped no-dose"}


def test_nobody_is_infused_after_death() -> None:
    """One of the two dates is wrong; on the day of death itself both may be right."""
    table = f"""
    patient | died        | day | infusion
    1       | -1          |     |
    1       |             | 0   | 1E+6/kg
    2       | {WHOLE_DAY} | 0   | 1E+6/kg
    3       | -30..30     | 0   | 1E+6/kg
    4       | 12          | 0   | 1E+6/kg
    5       | 0           | {WHOLE_DAY} | 1E+6/kg
    """
    assert told(table, zero) == {1: "none infusion-after-death", 2: "0", 3: "0", 4: "0", 5: "0"}
    assert [line.died and line.died.earliest - INFUSED for line in lines(table).values()][3] == timedelta(days=12)


@pytest.mark.parametrize(
    ("sent", "zone", "day"),
    [
        ("2025-03-03T23:30:00+08:00", "Asia/Shanghai", "2025-03-03"),
        ("2025-03-03T15:30:00Z", "Asia/Shanghai", "2025-03-03"),
        ("2025-03-03T16:00:00Z", "Asia/Shanghai", "2025-03-04"),
        ("2025-03-03T23:30:00+08:00", "Europe/Berlin", "2025-03-03"),
        ("2025-03-03T04:00:00+08:00", "Europe/Berlin", "2025-03-02"),
        ("2025-03-30", "Europe/Berlin", "2025-03-30"),
        ("2025-03-03", "Asia/Shanghai", "2025-03-03"),
        ("2025-03", "Asia/Shanghai", "None"),
        ("2025", "Asia/Shanghai", "None"),
    ],
)
def test_day_0_is_a_day_at_the_site(sent: str, zone: str, day: str) -> None:
    """In whatever time zone the time was sent, and however long the day is."""
    [record] = records("patient | vital.weight\n1 | 60").values()
    infusion = Infusion(source=Source("Procedure/1"), kind="procedure", when=when(sent, ZoneInfo(zone)))
    on = Occasion(AT, Site(time_zone=zone))
    line = timeline(msgspec.structs.replace(record, infusions=(infusion,)), on)
    assert line is not None
    assert str(line.day0) == day


def test_days_are_told_from_day_0() -> None:
    """By calendar days: an hour past midnight is the next day, and the window of a visit holds whole days."""
    [line] = lines("patient | day\n1 | 1").values()
    midnight = INFUSED - timedelta(hours=12)
    moments = [midnight - TICK, midnight, midnight + timedelta(days=1) - TICK, midnight + timedelta(days=1)]
    assert [study_day(line, moment, ON) for moment in moments] == [-1, 0, 0, 1]
    assert [day_on(line, day) for day in (0, 84)] == [date(2025, 3, 3), date(2025, 5, 26)]
    planned = DEFINITIONS.treatment
    first, after = around(line, ON, planned.week_12, planned.week_12_window)
    assert [study_day(line, moment, ON) for moment in (first - TICK, first, after - TICK, after)] == [76, 77, 91, 92]


def test_without_a_day_0_no_day_is_told() -> None:
    """A day that somebody could take for one would be a guess."""
    line = Timeline(day0=None)
    with pytest.raises(ValueError, match="not sure"):
        study_day(line, AT, ON)
    with pytest.raises(ValueError, match="not sure"):
        day_on(line, 0)
    assert is_after(line, When(AT, AT)) is None


def test_what_began_after_the_infusion_is_told_where_the_times_tell() -> None:
    """At its very instant is not after it; a day on which it lay, or no date, leaves it open."""
    hour = timedelta(hours=1)
    [timed, dated] = lines(f"patient | day | infusion\n1 | 0 | none\n2 | {WHOLE_DAY} | none").values()
    noon, after, before = (When(INFUSED + each, INFUSED + each) for each in (0 * hour, TICK, -TICK))
    day0, day1 = (When(INFUSED - (12 - 24 * n) * hour, INFUSED + (12 + 24 * n) * hour - TICK) for n in (0, 1))
    asked = (before, noon, after, day0, day1, None)
    assert [is_after(timed, one) for one in asked] == [False, False, True, None, True, None]
    assert [is_after(dated, one) for one in asked] == [None, None, None, None, True, None]


def test_a_timeline_names_its_definition() -> None:
    """With what the site changed."""
    treatment = msgspec.structs.replace(
        DEFINITIONS.treatment, baseline=msgspec.structs.replace(DEFINITIONS.treatment.baseline, value="before-infusion")
    )
    on = Occasion(AT, definitions=msgspec.structs.replace(DEFINITIONS, treatment=treatment))
    [line] = lines("patient | day\n1 | 1", on).values()
    assert line.definition == "Treatment_v1 (baseline=before-infusion)"
