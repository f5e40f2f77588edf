"""Which value counts at a visit, and which is the baseline."""

import msgspec

from mappings.endpoints.visits import baseline, before, hull, looked_at, nearest, within
from mappings.facts import CodedResult, Measurement, Source
from mappings.followed import Timeline
from mappings.intervals import Interval
from mappings.record import Record
from mappings.site import Occasion
from mappings.timeline import timeline
from tests.spec.endpoints.responses import occasion, on_day
from tests.spec.tables import interval, treated

title = "Visits"
ON = occasion()
CONCEPT = ("lab.crp",)


def line_of(record: Record, on: Occasion = ON) -> Timeline:
    """The timeline of a treated patient."""
    line = timeline(record, on)
    assert line is not None
    return line


def at_week_4(table: str) -> dict[int, list[str]]:
    """The values that may be that of week 4: Day 28, with 3 days on either side."""
    treatment = ON.definitions.treatment
    found = {}
    for number, record in treated(table).items():
        rivals = nearest(record, CONCEPT, line_of(record), ON, treatment.week_4, treatment.week_4_window)
        found[number] = sorted(one.raw for one in rivals)
    return found


def test_the_value_of_a_visit_is_the_closest_of_its_window() -> None:
    """Calendar days count; of one distance the later day, of one day the later hour; rivals where dates do not tell."""
    assert at_week_4(
        """
        patient | day    | lab.crp | issued
        --------+--------+---------+-------
              1 | 24     | 1       |
              1 | 32     | 2       |
              2 | 25     | 1       |
              2 | 31     | 2       |
              3 | 27     | 1       |
              3 | 29     | 2       |
              4 | 28     | 1       |
              4 | 28.2   | 2       |
              5 | 25..26 | 1       |
              5 | 30     | 2       |
              6 | 25..28 | 1       |
              6 | 30     | 2       |
              7 | 26..30 | 1       |
              7 | 27     | 2       |
              8 | 28     | 1       | 28
              8 | 28     | 2       | 29
              9 | 28     | 1       |
              9 | 28     | 2       | 29
             10 |        | 1       |
             10 | 28     | 2       |
             11 | 20..27 | 1       |
             11 | 25     | 2       |
             12 | 29..31 | 1       |
             12 | 27     | 2       |
             13 | 28..29 | 1       |
             13 | 28.2   | 2       |
        """
    ) == {
        1: [],
        2: ["2"],
        3: ["2"],
        4: ["2"],
        5: ["2"],
        6: ["1", "2"],
        7: ["1", "2"],
        8: ["2"],
        9: ["1", "2"],
        10: ["1", "2"],
        11: ["1", "2"],
        12: ["1", "2"],
        13: ["1", "2"],
    }


def test_baseline_is_the_last_value_before_treatment() -> None:
    """Before lymphodepletion and at most 28 days before; a value of after it is none, one that may be is a rival."""
    table = """
        patient | day    | lab.crp | rx                             | kind           | end
        --------+--------+---------+--------------------------------+----------------+----
              1 | -14    | 1       |                                |                |
              1 | -7     | 2       |                                |                |
              1 | 1      | 3       |                                |                |
              2 | -7     | 1       |                                |                |
              2 | -3     | 2       |                                |                |
              2 | -5     |         | rx.lymphodepletion.fludarabine | administration | -5
              3 | -29    | 1       |                                |                |
              4 | -20..-5| 1       |                                |                |
              4 | -7     | 2       |                                |                |
              5 | -20..-8| 1       |                                |                |
              5 | -7     | 2       |                                |                |
              6 |        | 1       |                                |                |
              6 | -7     | 2       |                                |                |
    """
    found = {
        number: sorted(one.raw for one in baseline(record, CONCEPT, line_of(record), ON))
        for number, record in treated(table).items()
    }
    assert found == {1: ["2"], 2: ["1"], 3: [], 4: ["1", "2"], 5: ["2"], 6: ["1", "2"]}


def test_without_an_instant_of_baseline_nothing_lies_before_it() -> None:
    """Where lymphodepletion cannot be dated there is no baseline value."""
    record = treated("patient | day | lab.crp\n1 | -7 | 2")[1]
    assert before(on_day(-7), msgspec.structs.replace(line_of(record), baseline=None), ON) is False


def test_a_moment_lies_within_days_or_may() -> None:
    """Both days belong to the span; what may lie on either side of its ends is open, and so is a moment unknown."""
    first, last = (ON.day_of(on_day(day).latest) for day in (25, 31))
    spans = {(25, 31): True, (24, 25): None, (31, 32): None, (20, 24): False, (32, 40): False, (20, 40): None}
    assert {span: within(on_day(*span), first, last, ON) for span in spans} == spans
    assert within(None, first, last, ON) is None


def test_a_hull_holds_every_number() -> None:
    """Between the lowest and the highest; a bound is left out only where nothing holds it."""
    hulls = {
        ("1", "3"): Interval(interval("1").low, interval("3").high),
        ("<3", "3"): Interval(None, interval("3").high),
        (">1", ">1"): interval(">1"),
        ("<3", ">1"): Interval(None, None, low_open=False, high_open=False),
    }
    found = {names: hull(map(interval, names)) for names in hulls}
    assert {names: (one.low, one.high) for names, one in found.items()} == {
        names: (one.low, one.high) for names, one in hulls.items()
    }
    assert not found["<3", "3"].high_open
    assert found[">1", ">1"].low_open


def test_an_input_tells_the_value_and_its_day() -> None:
    """A number with its unit where it is known, the words as they were sent, and no day where there is none for sure."""
    record = treated("patient | day | lab.crp\n1 | 28 | 5\n1 | 25..26 | <5")[1]
    line = line_of(record)
    exact, vague = (looked_at(one, line, ON) for one in record.series(CONCEPT))
    assert (exact.name, exact.day, exact.text, exact.used) == ("lab.crp", 28, "5", True)
    assert exact.value is not None
    assert (exact.value.value, exact.value.unit) == (5, "mg/L")
    assert (vague.day, vague.value, vague.text) == (None, None, "<5")
    words = CodedResult(source=Source("Observation/x"), concepts=frozenset(CONCEPT), raw="high", when=on_day(28))
    told = looked_at(words, line, ON, "no-value")
    assert (told.value, told.used, told.note) == (None, False, "no-value")
    assert isinstance(record.series(CONCEPT)[0], Measurement)
