"""Lymphodepletion, and the instant up to which values are baseline values."""

from decimal import Decimal

import msgspec
import pytest

from mappings.definitions import DEFINITIONS
from mappings.followed import Timeline
from mappings.site import Occasion
from tests.spec.tables import AT, INFUSED
from tests.spec.test_timeline import ON, WHOLE_DAY, lines, on_day, told

FLUDARABINE = "rx.lymphodepletion.fludarabine"
CYCLOPHOSPHAMIDE = "rx.immunosuppressant.cyclophosphamide"


def depleted(line: Timeline) -> str:
    """Return the first day of lymphodepletion, and until when values are baseline values, from midnight of Day 0."""
    assert line.baseline is not None
    first = line.lymphodepleted and (line.lymphodepleted - INFUSED.date()).days
    return f"{first} until {on_day(line.baseline):g}"


def setting(**values: str | Decimal) -> Occasion:
    """Return an occasion with other settings of the treatment."""
    ours = DEFINITIONS.treatment
    other = {name: msgspec.structs.replace(getattr(ours, name), value=value) for name, value in values.items()}
    return Occasion(
        AT, definitions=msgspec.structs.replace(DEFINITIONS, treatment=msgspec.structs.replace(ours, **other))
    )


def test_the_baseline_ends_where_lymphodepletion_begins() -> None:
    """At the instant of its first dose; where only the day of one is known, with the day before."""
    table = f"""
    patient | day        | rx
    1       | -5         | {FLUDARABINE}
    1       | -4         | {FLUDARABINE}
    1       | -3         | {CYCLOPHOSPHAMIDE}
    2       | -5.5..-4.500001 | {FLUDARABINE}
    3       | -5         | {FLUDARABINE}
    3       | -5.5..-4.500001 | {CYCLOPHOSPHAMIDE}
    4       | -5.5       | {CYCLOPHOSPHAMIDE}
    """
    assert told(table, depleted) == {
        1: "-5 until -4.5",
        2: "-5 until -5",
        3: "-5 until -5",
        4: "-5 until -5",
    }
    found = lines(table)
    assert [len(line.lymphodepletion) for line in found.values()] == [3, 1, 2, 1]
    assert {line.baseline_rule for line in found.values()} == {"before-lymphodepletion"}
    day_only, timed = (found[number].baseline for number in (2, 4))
    assert day_only is not None
    assert timed is not None
    assert (ON.day_of(day_only), ON.day_of(timed)) < (ON.day_of(timed), ON.day_of(timed) + INFUSED.resolution)


def test_without_lymphodepletion_the_baseline_ends_with_the_infusion() -> None:
    """At its start; where only its day is known, with the day before: nobody can tell what of that day came first."""
    table = f"""
    patient | day         | infusion
    1       | 0           | 1E+6/kg
    2       | {WHOLE_DAY} | 1E+6/kg
    """
    assert told(table, depleted) == {1: "None until 0.5", 2: "None until 0"}
    found = lines(table)
    assert {line.baseline_rule for line in found.values()} == {"before-infusion"}
    assert [str(line.baseline and line.baseline.time()) for line in found.values()] == ["12:00:00", "23:59:59.999999"]


def test_only_drugs_shortly_before_the_infusion_are_lymphodepletion() -> None:
    """Within fourteen calendar days, the first included, and not begun after it; other drugs are none at all."""
    table = f"""
    patient | day         | rx
    1       | -14.5       | {CYCLOPHOSPHAMIDE}
    2       | -14.6       | {CYCLOPHOSPHAMIDE}
    3       | 0           | {CYCLOPHOSPHAMIDE}
    4       | 0.01        | {CYCLOPHOSPHAMIDE}
    5       | {WHOLE_DAY} | {CYCLOPHOSPHAMIDE}
    6       | -5          | rx.immunosuppressant.mycophenolic_acid
    """
    assert told(table, depleted) == {
        1: "-14 until -14",
        2: "None until 0.5",
        3: "0 until 0.5",
        4: "None until 0.5",
        5: "0 until 0",
        6: "None until 0.5",
    }


def test_a_dose_whose_day_is_not_known_may_have_been_the_first() -> None:
    """The baseline then ends at the earliest that it may; one that lies outside the window for sure plays no part."""
    table = f"""
    patient | day      | rx                 | problem
    1       |          | {FLUDARABINE}      |
    2       | -8..-4   | {CYCLOPHOSPHAMIDE} |
    3       | -30..-4  | {CYCLOPHOSPHAMIDE} |
    4       | -30..-15 | {CYCLOPHOSPHAMIDE} |
    5       | -5       | {FLUDARABINE}      |
    5       | -8..-6   | {CYCLOPHOSPHAMIDE} |
    6       | 1..30    | {CYCLOPHOSPHAMIDE} |
    7       | -5       | {FLUDARABINE}      | preliminary
    """
    assert told(table, depleted) == {
        1: "None until -14 lymphodepletion-undated",
        2: "None until -7.5 lymphodepletion-undated",
        3: "None until -14 lymphodepletion-undated",
        4: "None until 0.5",
        5: "None until -7.5 lymphodepletion-undated",
        6: "None until 0.5",
        7: "None until -4.5 lymphodepletion-undated",
    }


def test_lymphodepletion_began_within_bounds() -> None:
    """Of doses of one day the first that has a time bounds it; one whose day is not known leaves it open to the infusion."""
    table = f"""
    patient | day             | rx
    1       | -5              | {FLUDARABINE}
    1       | -4              | {FLUDARABINE}
    2       | -5.5..-4.500001 | {FLUDARABINE}
    2       | -5              | {CYCLOPHOSPHAMIDE}
    3       | -5              | {FLUDARABINE}
    3       |                 | {CYCLOPHOSPHAMIDE}
    4       | 1               | {FLUDARABINE}
    """
    began = {number: line.depletion for number, line in lines(table).items()}
    assert {n: one and (on_day(one.earliest), on_day(one.latest)) for n, one in began.items()} == {
        1: (-4.5, -4.5), 2: (-5, -4.5), 3: (-14, 0.5), 4: None,
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["statement", "dispense", "request"])
def test_drugs_that_were_not_administered_tell_no_day(kind: str) -> None:
    """Where they are all there is, dated within the window, they were likely given, on a day that nobody knows."""
    table = f"""
    patient | day    | rx                 | kind
    1       | -6     | {FLUDARABINE}      | {kind}
    2       | -6     | {FLUDARABINE}      | {kind}
    2       | -5     | {FLUDARABINE}      | administration
    3       |        | {CYCLOPHOSPHAMIDE} | {kind}
    4       | -90    | {CYCLOPHOSPHAMIDE} | {kind}
    5       | -90..0 | {CYCLOPHOSPHAMIDE} | {kind}
    """
    assert told(table, depleted) == {
        1: "None until -5.5 lymphodepletion-undated",
        2: "-5 until -4.5",
        3: "None until 0.5",
        4: "None until 0.5",
        5: "None until 0.5",
    }


def test_the_baseline_and_the_window_are_settings() -> None:
    """Values up to the infusion may count as well, whatever was given before, and the window may be shorter."""
    table = f"patient | day | rx\n1 | -5 | {FLUDARABINE}\n2 | | {FLUDARABINE}"
    assert told(table, depleted, setting(baseline="before-infusion")) == {
        1: "-5 until 0.5",
        2: "None until 0.5 lymphodepletion-undated",
    }
    shorter = setting(lymphodepletion_window=Decimal(4))
    assert told(table, depleted, shorter) == {1: "None until 0.5", 2: "None until -4 lymphodepletion-undated"}
