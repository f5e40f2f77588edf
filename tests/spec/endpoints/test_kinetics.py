"""Kinetics: peak, last value, area and half-life, and which of them a doubtful sample takes away."""

from decimal import Decimal

import msgspec
import pytest

from mappings.definitions import DEFINITIONS, Choice, Definitions
from mappings.endpoints.kinetics import kinetics
from mappings.followed import Expansion, Timeline
from mappings.record import Record
from mappings.site import Occasion
from tests.spec.tables import AT, INFUSED, day, treated

LINE = Timeline(day0=INFUSED.date(), infused=day("-90"), baseline=INFUSED)
#: Of these, only the day of infusion is on record.
DAY_ONLY = Timeline(day0=INFUSED.date(), infused=day("-90.5..-89.51"), baseline=INFUSED)
PARAMETERS = ("cmax", "tmax", "clast", "tlast", "auc", "auc_to", "truncated", "half_life", "fit")


def changed(**parameters: str) -> Definitions:
    """The definitions with other parameters of kinetics."""
    group = DEFINITIONS.kinetics
    new = {
        name: msgspec.structs.replace(old, value=value if isinstance(old, Choice) else Decimal(value))
        for name, value in parameters.items()
        for old in [getattr(group, name)]
    }
    return msgspec.structs.replace(DEFINITIONS, kinetics=msgspec.structs.replace(group, **new))


def expanded(table: str, line: Timeline = LINE, **parameters: str) -> dict[int, Expansion]:
    """The one expansion of every patient of ``table``."""
    on = Occasion(AT, definitions=changed(**parameters))
    return {number: _only(record, line, on) for number, record in treated(table).items()}


def _only(record: Record, line: Timeline, on: Occasion) -> Expansion:
    (found,) = kinetics(record, line, on)
    return found


def figures(table: str, line: Timeline = LINE, **parameters: str) -> dict[int, str]:
    """Cmax@Tmax, Clast@Tlast, the area to its end ("~" where it is truncated), and why anything is not there."""
    found = expanded(table, line, **parameters)
    return {number: _written(one) for number, one in found.items()}


def _written(one: Expansion) -> str:
    area = "-" if one.auc is None else f"{one.auc.normalize():f}{'~' if one.truncated else '/'}{one.auc_to}"
    return f"{one.cmax}@{one.tmax} {one.clast}@{one.tlast} {area} {one.reason}"


def notes(one: Expansion) -> list[str]:
    """Every sample as "day value note"; the value of one that lies below a limit is "<limit"."""
    return [
        f"{each.day} {each.value.value if each.value else f'<{each.below.value}' if each.below else each.text}"
        f"{'' if each.used else ' not used:'} {each.note}".rstrip()
        for each in one.samples
    ]


def test_the_parameters_of_a_textbook_curve() -> None:
    """The peak, the last quantified value and the area by linear trapezoid from zero at Day 0, to exactly Day 28."""
    table = """
        patient | day | pk.transgene_copies
        --------+-----+--------------------
              1 | -1  | <50
              1 | 10  | 1000
              1 | 20  | 500
              1 | 28  | 100
              2 | 10  | 1000
              2 | 18  | 1000
              2 | 38  | 0
              3 | 10  | 1000
              3 | 27  | 500
              4 | 10  | 1000
              4 | 28  | 500
              5 | 10  | 1000
              5 | 27  | 600
              5 | 29  | 400
    """
    assert figures(table) == {
        1: "1000@10 100@28 14900/28 too-few-points",
        2: "1000@10 1000@18 20500/28 too-few-points",
        3: "1000@10 500@27 17750~27 too-few-points",
        4: "1000@10 500@28 18500/28 too-few-points",
        5: "1000@10 400@29 19150/28 too-few-points",
    }
    assert figures(table, auc_days="20")[1] == "1000@10 100@28 12500/20 too-few-points"


def test_the_area_ends_with_the_last_sample_before_day_28() -> None:
    """A curve is never drawn beyond its last sample: one day after the infusion it reaches one day."""
    table = """
        patient | day | pk.star_cells
        --------+-----+--------------
              1 | 1   | 4
              2 | 1   | 4
              2 | 3   | <1
    """
    assert figures(table) == {1: "4@1 4@1 2~1 too-few-points", 2: "4@1 4@1 6~3 too-few-points"}


def test_the_first_day_of_the_peak_is_the_time_of_the_peak() -> None:
    """Of equal peaks the first counts."""
    table = """
        patient | day | pk.star_cells_pct
        --------+-----+------------------
              1 | 7   | 40
              1 | 10  | 60
              1 | 14  | 60
    """
    assert figures(table)[1].startswith("60@10 60@14 ")


def test_times_are_exact_where_sample_and_infusion_have_a_time() -> None:
    """Days are counted in fractions from the infusion; where either only has a day, study days count."""
    table = """
        patient | day            | pk.star_cells
        --------+----------------+--------------
              1 | 0.25           | 4
              2 | 7.25           | 4
              3 | 6.5..7.49      | 4
              4 | 7.25..7.250694 | 4
              5 | 7.25..7.252    | 4
    """
    assert [one.tmax for one in expanded(table).values()] == [Decimal(text) for text in "0.25 7.25 7 7.25 7".split()]
    later = table.replace("0.25 ", "1.25 ")
    assert [one.tmax for one in expanded(later, DAY_ONLY).values()] == [Decimal(one) for one in (1, 7, 7, 7, 7)]


def test_below_the_limit_is_zero_up_to_the_peak_and_half_the_limit_between_values() -> None:
    """After the last quantified value it is zero again; before the peak it is zero even between values."""
    table = """
        patient | day | pk.transgene_copies
        --------+-----+--------------------
              1 | 1   | <50
              1 | 2   | 1000
              1 | 3   | <50
              1 | 4   | 100
              1 | 5   | <50
              2 | 1   | 100
              2 | 2   | <50
              2 | 3   | 1000
              3 | 1   | 1000
              3 | 2   | 0
              3 | 3   | 100
    """
    assert figures(table) == {
        1: "1000@2 100@4 1125~5 too-few-points",
        2: "1000@3 1000@3 600~3 too-few-points",
        3: "1000@1 100@3 1050~3 too-few-points",
    }
    assert figures(table, below_limit="zero")[1] == "1000@2 100@4 1100~5 too-few-points"
    assert notes(expanded(table)[1])[:2] == ["1 <50", "2 1000"]


def test_undetected_is_below_a_limit_that_is_not_told() -> None:
    """It is zero at the ends, and between values, where half of its limit would count, it takes the area away."""
    table = """
        patient | day | pk.star_cells | answer
        --------+-----+---------------+---------
              1 | 1   | negative      |
              1 | 2   | 10            |
              1 | 3   | none          | negative
              2 | 1   | 10            |
              2 | 2   | negative      |
              2 | 3   | 4             |
              3 | 1   | negative      |
    """
    assert figures(table) == {
        1: "10@2 10@2 10~3 too-few-points",
        2: "10@1 4@3 - limit-not-told too-few-points",
        3: "None@None None@None - never-quantified",
    }
    assert figures(table, below_limit="zero")[2] == "10@1 4@3 12~3 too-few-points"


def test_without_a_quantified_value_nothing_is_claimed() -> None:
    """All below the limit, only samples before the infusion, and only unusable ones are told apart."""
    table = """
        patient | day | pk.transgene_copies | problem
        --------+-----+---------------------+------------
              1 | 7   | <50                 |
              1 | 14  | 0                   |
              2 | -3  | <50                 |
              8 | -0.5..0.49 | <50          |
              3 | 7   | none                | unit
              4 | 7   | <50                 |
              4 | 10  | 100                 | preliminary
              5 | 7   | #haemolysed         |
              6 | 7   | -1                  |
              7 | 7   | none                |
    """
    nothing = "None@None None@None -"
    assert figures(table) == {
        1: f"{nothing} never-quantified",
        2: f"{nothing} no-sample",
        3: f"{nothing} unusable-samples",
        4: f"{nothing} unusable-samples",
        5: f"{nothing} unusable-samples",
        6: f"{nothing} unusable-samples",
        7: f"{nothing} unusable-samples",
        8: f"{nothing} no-sample",
    }
    assert notes(expanded(table)[4]) == ["7 <50", "10 100 not used: preliminary"]
    assert [notes(expanded(table)[number])[0] for number in (5, 6, 7)] == [
        "7 #haemolysed not used: no-value",
        "7 -1 not used: no-value",
        "7 none not used: no-value",
    ]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("10 | 900        |", "1000@7 100@28"),
        ("10..12 | 900    |", "1000@7 100@28 too-few-points"),
        ("10..12 | 1000   |", "None@None 100@28 peak-in-doubt"),
        ("10..12 | 1001   |", "None@None 100@28 peak-in-doubt"),
        ("10 | >500       |", "None@None 100@28 peak-in-doubt"),
        ("10 | 500..999   |", "1000@7 100@28 too-few-points"),
        ("10 | 500..1000  |", "None@None 100@28 peak-in-doubt"),
        ("10 | 5          | preliminary", "None@None 100@28 peak-in-doubt"),
        ("   | 900        |", "1000@7 None@None last-in-doubt too-few-points"),
        ("   | 1100       |", "None@None None@None last-in-doubt peak-in-doubt"),
        ("26..29 | 900    |", "1000@7 None@None last-in-doubt too-few-points"),
        ("26..29 | <50    |", "1000@7 100@28 too-few-points"),
        ("29 | none       | unit", "None@None None@None last-in-doubt peak-in-doubt"),
        ("29 | 50..60     |", "1000@7 None@None last-in-doubt too-few-points"),
        ("10 | <1000      |", "1000@7 100@28 too-few-points"),
        ("10 | <1001      |", "None@None 100@28 peak-in-doubt"),
        ("10..12 | <1001  |", "None@None 100@28 peak-in-doubt"),
        ("-5..-3 | <50    |", "1000@7 100@28 too-few-points"),
        ("-5..-3 | 1100   |", "1000@7 100@28 quantified-before-infusion too-few-points"),
        ("-5..3 | 1100    |", "None@None 100@28 peak-in-doubt"),
        ("0 | 5           | preliminary", "1000@7 100@28 too-few-points"),
        ("28 | 50..60     |", "1000@7 100@28 too-few-points"),
        ("-3 | >500       |", "1000@7 100@28 quantified-before-infusion too-few-points"),
    ],
)
def test_a_doubtful_sample_takes_away_what_it_touches(cell: str, expected: str) -> None:
    """What may be the peak, or may be the last value, leaves none; what is below the peak for sure only does not count."""
    table = f"""
        patient | day | pk.transgene_copies | problem
              1 | 7   | 1000                |
              1 | 14  | 500                 |
              1 | 28  | 100                 |
              1 | {cell}
    """
    found = expanded(table)[1]
    assert f"{found.cmax}@{found.tmax} {found.clast}@{found.tlast} {found.reason}".strip() == expected
    assert (found.auc is None) == any(why in found.reason for why in ("peak-in-doubt", "before-infusion"))


def test_values_of_one_time_count_once_or_not_at_all() -> None:
    """The same value twice is one; different ones are a conflict that is the peak for all anybody knows."""
    table = """
        patient | day | pk.transgene_copies
        --------+-----+--------------------
              1 | 7   | 1000
              1 | 7   | 1000
              1 | 14  | 500
              2 | 7   | 1000
              2 | 7   | 1100
              2 | 14  | 500
              3 | 7   | 1000
              3 | 14  | 400
              3 | 14  | 500
              3 | 21  | 100
              4 | 7   | 1000
              4 | 14  | <50
              4 | 14  | 500
    """
    assert figures(table) == {
        1: "1000@7 500@14 8750~14 too-few-points",
        2: "None@None 500@14 - peak-in-doubt",
        3: "1000@7 100@21 11200~21 too-few-points",
        4: "1000@7 None@None 3500~7 last-in-doubt too-few-points",
    }
    found = expanded(table)
    assert notes(found[1]) == ["7 1000", "7 1000 not used: duplicate", "14 500"]
    assert notes(found[3])[1:3] == ["14 400 not used: conflict", "14 500 not used: conflict"]


def test_samples_before_the_infusion_are_zero_or_a_contradiction() -> None:
    """Below the limit they are the zero at Day 0; a quantified one, of whatever value, leaves no area from zero."""
    table = """
        patient | day      | pk.transgene_copies
        --------+----------+--------------------
              1 | -2       | <50
              1 | 0        | <50
              1 | 10       | 1000
              2 | 0        | 60
              2 | 10       | 1000
              3 | 0.001    | 60
              3 | 10       | 1000
              4 | -0.5..0.49 | <50
              4 | 10       | 1000
              5 | -0.5..0.49 | 60
              5 | 10       | 1000
              6 | -0.5..0.49 | 60000
              6 | 10       | 1000
    """
    found = figures(table)
    assert found[1] == found[4] == "1000@10 1000@10 5000~10 too-few-points"
    assert found[2] == "1000@10 1000@10 - quantified-before-infusion too-few-points"
    assert found[3].startswith("1000@10 1000@10 5299.5~")
    assert found[5] == "1000@10 1000@10 5000~10 too-few-points"
    assert found[6] == "None@None 1000@10 - peak-in-doubt"
    assert notes(expanded(table)[4])[0] == "0 <50"
    assert notes(expanded(table)[5])[0] == "0 60 not used: before-or-after-infusion"


def half_life(*values: str, **parameters: str) -> Expansion:
    """The expansion of a participant with the peak 1000 on Day 7, and ``values`` every seventh day after."""
    rows = "".join(f"1 | {7 * number} | {value}\n" for number, value in enumerate(("1000", *values), 1))
    return expanded(f"patient | day | pk.transgene_copies\n{rows}", **parameters)[1]


def test_the_half_life_of_an_exponential_decline() -> None:
    """A value that halves every week has a half-life of seven days and fits perfectly."""
    found = half_life("500", "250", "125")
    assert found.half_life is not None
    assert found.fit is not None
    assert abs(found.half_life - 7) < Decimal("1E-20")
    assert abs(found.fit - 1) < Decimal("1E-20")
    assert found.reason == ""


def test_the_half_life_asks_for_points_that_fit() -> None:
    """Two points after the peak, a rise, a level, and a poor fit give none, each with why; below the limit is no point."""
    assert half_life("500", "250").reason == "too-few-points"
    assert half_life("500", "250", terminal_points="2").half_life is not None
    assert half_life("500", "<50", "250").reason == "too-few-points"
    assert half_life("100", "200", "300").reason == "no-decline"
    assert half_life("100", "100", "100").reason == "no-decline"
    assert half_life("100", "100", "100").fit == 0
    assert half_life("500", terminal_points="2").reason == "too-few-points"
    poor = half_life("500", "100", "400", "200")
    assert (poor.reason, poor.half_life) == ("poor-fit", None)
    assert poor.fit is not None
    assert half_life("500", "100", "400", "200", terminal_fit=str(poor.fit)).half_life is not None
    assert half_life("500", "100", "400", "200", terminal_fit=str(poor.fit + Decimal("0.01"))).half_life is None


def test_analytes_and_units_stand_apart() -> None:
    """Each analyte in each unit has its own kinetics; a word goes with the analyte's own unit."""
    table = """
        patient | day | pk.transgene_copies | pk.star_cells | pk.star_cells_pct
        --------+-----+---------------------+---------------+------------------
              1 | 7   | 1000                | 20            | 5
              1 | 14  | 3000                | negative      | 7
    """
    record = treated(table)[1]
    found = kinetics(record, LINE, Occasion(AT))
    assert [(one.analyte, one.unit, one.cmax) for one in found] == [
        ("pk.transgene_copies", "{copies}/ug", 3000),
        ("pk.star_cells", "/uL", 20),
        ("pk.star_cells_pct", "%", 7),
    ]
    assert {one.definition for one in found} == {"PK_v1"}
    assert half_life("500", auc_days="14").definition == "PK_v1 (auc_days=14)"
    results = record.results["pk.transgene_copies"]
    other = msgspec.structs.replace(results[0], unit="{copies}/mL")
    record = msgspec.structs.replace(record, results={"pk.transgene_copies": (other, results[1])})
    assert [(one.unit, one.cmax) for one in kinetics(record, LINE, Occasion(AT))] == [
        ("{copies}/mL", 3000),
        ("{copies}/ug", 1000),
    ]


def test_nothing_is_derived_without_a_time_of_infusion() -> None:
    """Without a Day 0 there is no time to count from, and without samples there is nothing to say."""
    record = treated("patient | day | pk.star_cells\n1 | 7 | 20")[1]
    assert kinetics(record, Timeline(day0=None, infused=LINE.infused), Occasion(AT)) == ()
    assert kinetics(record, Timeline(day0=LINE.day0), Occasion(AT)) == ()
    assert kinetics(treated("patient | day | lab.alt\n1 | 7 | 20")[1], LINE, Occasion(AT)) == ()
