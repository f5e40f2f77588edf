"""Dynamics: depletion and recovery of B cells, and the change of what is measured beside them."""

from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest

from mappings.definitions import DEFINITIONS, Definitions
from mappings.endpoints.dynamics import dynamics, series
from mappings.followed import BCells, Change, Course, Input, Timeline
from mappings.record import Record
from mappings.site import Occasion
from tests.spec.tables import AT, INFUSED, day, treated

LINE = Timeline(day0=INFUSED.date(), infused=day("-90"), baseline=INFUSED - timedelta(days=5))
ON = Occasion(AT)


def changed(**parameters: str) -> Definitions:
    """The definitions with other parameters of dynamics."""
    group = DEFINITIONS.dynamics
    new = {
        name: msgspec.structs.replace(getattr(group, name), value=Decimal(value)) for name, value in parameters.items()
    }
    return msgspec.structs.replace(DEFINITIONS, dynamics=msgspec.structs.replace(group, **new))


def counts(*cells: str, **parameters: str) -> BCells:
    """What is told of B cells whose counts are ``cells``, each "day count" with a problem where it has one."""
    rows = "".join(f"1 | {' | '.join([*cell.split(), ''][:3])}\n" for cell in cells)
    record = treated(f"patient | day | lab.cd19_abs | problem\n{rows}1 | 0 | |\n")[1]
    return dynamics(record, LINE, Occasion(AT, definitions=changed(**parameters))).b_cells


def spans(*cells: str, **parameters: str) -> str:
    """First day of depletion, of recovery, the days between, and why any is not there."""
    found = counts(*cells, **parameters)
    return f"{found.depleted} {found.recovered} {found.aplasia_days} {found.reason}".strip()


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ("-9 0.2, 7 0.02, 14 0.01, 28 0.005, 56 0.02, 84 0.03", "14 56 42"),
        ("14 0.011, 28 0.02", "None None None never-depleted"),
        ("14 <0.01, 28 0.02, 56 0.02", "14 28 14"),
        ("14 0, 28 0.01, 56 0.011, 70 0.011", "14 56 42"),
        ("14 0.005, 28 0.02", "14 None None not-recovered"),
        ("14 0.005, 28 0.02, 35 0.005, 42 0.02, 49 0.02", "14 42 28"),
        ("14 0.005, 28 0.02, 35 0.01, 42 0.02", "14 None None not-recovered"),
        ("14 0.005", "14 None None not-recovered"),
        ("0 0.005, 1 0.02, 2 0.02", "0 1 1"),
        ("-1 0.005, 1 0.02, 2 0.02", "None None None depleted-before-infusion never-depleted"),
        ("-6 0.005, -1 0.2, 1 0.02", "None None None depleted-at-baseline never-depleted"),
        ("-6 0.2, -1 0.005, 1 0.005", "1 None None depleted-before-infusion not-recovered"),
        ("-2 0.005, -1 0.2, 1 0.005", "1 None None not-recovered"),
        ("-6 0.2", "None None None no-counts"),
        ("-6 0.005", "None None None depleted-at-baseline no-counts"),
        ("-50 0.005, 1 0.02", "None None None depleted-before-infusion never-depleted"),
    ],
)
def test_depletion_and_recovery(cells: str, expected: str) -> None:
    """Depleted at or below the limit on Day 0 or later, recovered with the first of two counts in a row above it."""
    assert spans(*cells.split(", ")) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ("7 <0.02, 14 0.02", "None None None undecided-counts"),
        ("7 <0.02, 14 0.005", "None None None undecided-counts nadir-in-doubt"),
        ("7 0.005, 14 <0.02, 28 0.02, 35 0.02", "7 None None undecided-counts nadir-in-doubt"),
        ("7 0.005, 14 0.02, 28 0.02, 35 <0.02", "7 14 7 nadir-in-doubt"),
        ("7 0.005, 14 <0.02, 21 0.005, 28 0.02, 35 0.02", "7 28 21 nadir-in-doubt"),
        ("7 0.005, 14 0.02 preliminary, 28 0.02, 35 0.02", "7 None None undecided-counts nadir-in-doubt"),
        ("7 0.005, 14 none, 28 0.02", "7 None None undecided-counts nadir-in-doubt"),
        ("7 0.005, 14 #clotted, 28 0.02", "7 None None undecided-counts nadir-in-doubt"),
        ("7 0.005, 14 -1, 28 0.02", "7 None None undecided-counts nadir-in-doubt"),
        ("7 0.005, 14 0.02, 14 0.03, 28 0.005", "7 None None not-recovered"),
        ("7 0.005, 14 0.02, 14 0.005, 21 0.02, 28 0.02", "7 None None undecided-counts"),
        ("7 0.005, 14 0.02, 14 none, 21 0.02", "7 14 7 nadir-in-doubt"),
        ("7 0.005, 10..20 0.02, 28 0.02", "None None None partial-date"),
        ("-9..-7 0.005, 7 0.005", "7 None None depleted-at-baseline not-recovered"),
        ("-4..-2 0.005, 7 0.005", "7 None None not-recovered"),
        ("-4..2 0.005, 7 0.005", "None None None partial-date"),
    ],
)
def test_counts_that_cannot_be_placed_leave_open_what_turns_on_them(cells: str, expected: str) -> None:
    """What is the same on whichever side of the limit an unclear count lies is told, and nothing else."""
    assert spans(*cells.split(", ")) == expected


def test_an_undated_count_may_be_any() -> None:
    """A count without a date may lie anywhere after the infusion, so that no day is sure."""
    record = treated("patient | day | lab.cd19_abs\n1 | | 0.02\n1 | 7 | 0.005\n1 | 14 | 0.02")[1]
    found = dynamics(record, LINE, ON).b_cells
    assert (found.depleted, found.reason) == (None, "partial-date")


def test_the_definition_says_how_low_and_how_often() -> None:
    """The limit and the number of counts are those in force, and the definition's name tells a site's own."""
    cells = ("7 0.02, 14 0.06, 28 0.06, 35 0.06").split(", ")
    assert spans(*cells, depleted="0.02", recovery_counts="3") == "7 14 7"
    assert spans(*cells, depleted="0.05", recovery_counts="4") == "7 None None not-recovered"
    record = treated("patient | day | lab.igg\n1 | 7 | 8")[1]
    assert dynamics(record, LINE, ON).definition == "PD_v1"
    on = Occasion(AT, definitions=changed(depleted="0.02"))
    assert dynamics(record, LINE, on).definition == "PD_v1 (depleted=0.02)"


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ("-6 0.2, 7 0.02, 14 0.005, 28 0.005", "14 0.005 2.5"),
        ("-6 0.2, 7 0", "7 0 0"),
        ("-6 0.2, 7 <0.01, 14 0.02", "7 <0.01 None"),
        ("-6 0.2, 7 <0.01, 14 <0.01", "7 <0.01 None"),
        ("-6 0.2, 7 <0.01, 14 0.005", "14 0.005 None nadir-in-doubt"),
        ("-6 0.2, 7 0.005, 14 >0.01", "7 0.005 2.5"),
        ("-6 0.2, 7 >0.01", "None None nadir-in-doubt"),
        ("-6 0.2, 7 0.005, 14 0.001 preliminary", "7 0.005 None nadir-in-doubt"),
        ("-6 0, 7 0.005", "7 0.005 None"),
        ("-6 <0.5, 7 0.005", "7 0.005 None"),
        ("-4 0.2, 7 0.005", "7 0.005 None"),
        ("7 0.01, 14 <0.01", "14 <0.01 None"),
    ],
)
def test_the_nadir_is_the_lowest_count(cells: str, expected: str) -> None:
    """The lowest, the first of several, with its share of the baseline; what may be lower yet puts it in doubt."""
    found = counts(*cells.split(", "))
    doubt = "nadir-in-doubt" if "nadir-in-doubt" in found.reason.split() else ""
    shown = "None" if found.nadir is None else f"{found.nadir.day} {value(found.nadir)}"
    percent = None if found.nadir_percent is None else f"{found.nadir_percent.normalize():f}"
    assert f"{shown} {percent} {doubt}".strip() == expected


def value(one: Input) -> str:
    """The number of an input, or the limit below which it lies."""
    if one.value:
        return str(one.value.value)
    return f"<{one.below.value}" if one.below else one.text


def course(record: Record, analyte: str, on: Occasion = ON) -> list[Course]:
    """The courses of ``analyte``, one for each unit."""
    return [one for one in dynamics(record, LINE, on).courses if one.analyte == f"lab.{analyte}"]


def visits(one: Course) -> list[str]:
    """Every visit as "visit: value (day) change percent", or the reason why there is no value."""
    return [f"{each.visit}: {_visited(each)}" for each in one.visits]


def _visited(one: Change) -> str:
    if not one.value.used:
        return one.value.note
    percent = None if one.percent is None else one.percent.quantize(Decimal("0.1"))
    return f"{value(one.value)} ({one.value.day}) {one.change} {percent}"


def test_changes_from_baseline_at_the_visits() -> None:
    """The value nearest to each visit in its window, held against the last value before lymphodepletion."""
    table = """
        patient | day | lab.igg
        --------+-----+--------
              1 | -9  | 13
              1 | -6  | 12
              1 | -1  | 6
              1 | 24  | 1
              1 | 25  | 9
              1 | 30  | 8
              1 | 47  | 2
              1 | 64  | 3
              1 | 77  | 15
              2 | -6  | <1
              2 | 28  | 3
              2 | 56  | <1
              3 | -6  | 0
              3 | 28  | 3
              4 | 28  | 3
    """
    found = {number: course(record, "igg")[0] for number, record in treated(table).items()}
    assert found[1].baseline is not None
    assert (found[1].baseline.day, value(found[1].baseline)) == (-6, "12")
    assert visits(found[1]) == ["W4: 8 (30) -4 -33.3", "W8: missing", "W12: 15 (77) 3 25.0", "W24: not-yet"]
    assert visits(found[2])[:2] == ["W4: 3 (28) None None", "W8: <1 (56) None None"]
    assert visits(found[3])[0] == "W4: 3 (28) 3 None"
    assert visits(found[4])[0] == "W4: 3 (28) None None"
    assert found[4].baseline == Input(name="lab.igg", used=False, note="missing")
    assert [(each.day, value(each)) for each in found[1].values][:3] == [(-9, "13"), (-6, "12"), (-1, "6")]


def test_a_visit_is_missing_only_when_its_window_is_over() -> None:
    """On the last day of the window a value may still come; the day after it is missing."""
    record = treated("patient | day | lab.igg\n1 | -6 | 12")[1]
    last = Occasion(AT - timedelta(days=90 - 31))
    assert visits(course(record, "igg", last)[0])[:2] == ["W4: not-yet", "W8: not-yet"]
    over = Occasion(AT - timedelta(days=90 - 32))
    assert visits(course(record, "igg", over)[0])[:2] == ["W4: missing", "W8: not-yet"]


def test_values_that_cannot_be_told_apart_do_not_count() -> None:
    """Different values of one time are a conflict; a value that may lie outside the window is no value of the visit."""
    table = """
        patient | day    | lab.c3 | problem
        --------+--------+--------+------------
              1 | -6     | 0.5    |
              1 | -6     | 0.6    |
              1 | 28     | 0.7    |
              1 | 28     | 0.7    |
              1 | 56     | 0.7    |
              1 | 56     | 0.8    |
              1 | 75..79 | 0.8    |
              2 | -8..-6 | 0.5    |
              2 | -7     | 0.6    |
              2 | 28     | 0.7    | preliminary
              2 | 55..57 | 0.7    |
              2 | 80..84 | 0.7    |
              2 | 84..85 | 0.8    |
              3 |        | 0.5    |
              3 | -6     | none   |
              4 | 28     | 0.7    |
              4 | 24..32 | 0.7    |
    """
    found = {number: course(record, "c3")[0] for number, record in treated(table).items()}
    assert visits(found[1]) == ["W4: 0.7 (28) None None", "W8: conflict", "W12: partial-date", "W24: not-yet"]
    assert visits(found[2])[:3] == ["W4: missing", "W8: 0.7 (None) None None", "W12: partial-date"]
    assert visits(found[4])[0].startswith("W4: 0.7 (")
    notes = [one.baseline.note for one in found.values() if one.baseline]
    assert notes == ["conflict", "partial-date", "partial-date", "missing"]
    assert [(each.day, each.note) for each in found[2].values] == [
        (None, "partial-date"),
        (-7, ""),
        (28, "preliminary"),
        (None, "partial-date"),
        (None, "partial-date"),
        (None, "partial-date"),
    ]
    assert [(each.day, each.note) for each in found[3].values] == [(None, "partial-date"), (-6, "no-value")]


def test_arbitrary_units_are_not_compared() -> None:
    """Anti-dsDNA by two methods makes two courses, each with the baseline of its own; words go with the usual unit."""
    table = """
        patient | day | lab.anti_dsdna_quant
        --------+-----+---------------------
              1 | -6  | 200
              1 | 28  | 60
              1 | 56  | 20
              1 | 84  | negative
    """
    record = treated(table)[1]
    last, middle, *others = record.results["lab.anti_dsdna_quant"][1:]
    assert not others[1:]
    own = msgspec.structs.replace(middle, unit="AU/mL")
    results = {"lab.anti_dsdna_quant": (record.results["lab.anti_dsdna_quant"][0], last, own, *others)}
    found = course(msgspec.structs.replace(record, results=results), "anti_dsdna_quant")
    assert [(one.unit, len(one.values)) for one in found] == [("AU/mL", 1), ("[IU]/mL", 3)]
    assert visits(found[0])[0] == "W4: 60 (28) None None"
    assert visits(found[1])[:3] == ["W4: missing", "W8: 20 (56) -180 -90.0", "W12: not-yet"]
    assert found[1].values[-1].note == "no-value"


def test_analytes_come_in_one_order_and_only_where_measured() -> None:
    """The courses stand in the order of the protocol's list; what was never measured has none."""
    cells = {
        "crp": "3",
        "cd19_abs": "0.2",
        "igm": "1",
        "il6": "4",
        "ferritin": "90",
        "iga": "1",
        "c4": "0.1",
        "alt": "9",
    }
    rows = "".join(f"1 | 7 | {' | '.join(v if k == n else '' for n in cells)}\n" for k, v in cells.items())
    record = treated(f"patient | day | {' | '.join(f'lab.{name}' for name in cells)}\n{rows}")[1]
    assert [one.analyte for one in dynamics(record, LINE, ON).courses] == [
        f"lab.{name}" for name in ("iga", "igm", "c4", "il6", "ferritin", "crp", "cd19_abs")
    ]


def test_nothing_is_derived_without_a_day_0() -> None:
    """Without a Day 0 there is no course, and the reason is said."""
    record = treated("patient | day | lab.cd19_abs\n1 | 7 | 0.2")[1]
    found = dynamics(record, Timeline(day0=None), ON)
    assert (found.courses, found.b_cells, found.definition) == ((), BCells(reason="no-day-0"), "PD_v1")
    assert series(record, Timeline(day0=None), ON) == ()


def test_the_series_of_the_responses() -> None:
    """Platelets, urine protein/creatinine ratios and the rate computed from creatinine are shown over time."""
    table = """
        patient | day | lab.platelet | lab.upcr_24h_ratio | lab.creatinine_molar
        --------+-----+--------------+--------------------+---------------------
              1 | -6  | 40           | 2.5                | 61.88
              1 | 28  | 90           | 1.5                | 61.88
    """
    record = treated(table)[1]
    found = series(record, LINE, ON)
    assert [(one.analyte, one.unit, len(one.values)) for one in found] == [
        ("lab.platelet", "10*9/L", 2),
        ("lab.upcr_24h_ratio", "g/g", 2),
        ("derived.egfr", "mL/min/{1.73_m2}", 2),
    ]
    rate = found[2].values[0]
    assert rate.value is not None
    assert rate.value.value.quantize(Decimal("0.1")) == Decimal("115.6")
    assert rate.evidence is not None
    assert rate.evidence.reference.startswith("Observation/")
    unborn = msgspec.structs.replace(record, person=msgspec.structs.replace(record.person, born=None))
    assert [each.note for each in series(unborn, LINE, ON)[2].values] == ["no-value", "no-value"]
