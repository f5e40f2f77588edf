"""The dose that was given, against the body weight and the planned levels."""

from decimal import Decimal

import msgspec

from mappings.definitions import DEFINITIONS
from mappings.followed import Timeline
from mappings.site import Occasion
from mappings.timeline import timeline
from tests.spec.tables import AT, treated
from tests.spec.test_timeline import ON, lines, told


def dose(table: str, on: Occasion = ON) -> dict[int, str]:
    """Return each patient's cells per kg, cells, weight and level, and the problems."""

    def shown(line: Timeline) -> str:
        given = line.dose
        numbers = (None if one is None else f"{one:f}" for one in (given.per_kg, given.cells, given.weight))
        return " ".join(map(str, (*numbers, given.level)))

    return told(table, shown, on)


def test_the_level_is_the_planned_one_that_is_near_enough() -> None:
    """Twenty percent of the planned level is near, and what is farther is like neither."""
    table = """
    patient | day | infusion
    1       | 0   | 0.79999E+6/kg
    2       | 0   | 0.8E+6/kg
    3       | 0   | 1.2E+6/kg
    4       | 0   | 1.20001E+6/kg
    5       | 0   | 1.6E+6/kg
    6       | 0   | 2.4E+6/kg
    7       | 0   | 2.40001E+6/kg
    8       | 0   | 0/kg
    9       | 0   | none
    """
    assert dose(table) == {
        1: "799990 None None None dose-unlike-any-level",
        2: "800000 None None 1",
        3: "1200000 None None 1",
        4: "1200010 None None None dose-unlike-any-level",
        5: "1600000 None None 2",
        6: "2400000 None None 2",
        7: "2400010 None None None dose-unlike-any-level",
        8: "0 None None None dose-unlike-any-level",
        9: "None None None None no-dose",
    }


def test_cells_are_related_to_the_weight() -> None:
    """Compared exactly, shown with four digits; zero cells are a dose, and without a weight cells tell no level."""
    table = """
    patient | day | infusion  | vital.weight
    1       | 0   | 6.3E+7    |
    1       | -1  |           | 61.7
    2       | 0   | 7.2E+7    |
    2       | -1  |           | 60
    3       | 0   | 72000001  |
    3       | -1  |           | 60
    4       | 0   | 6E+7      |
    5       | 0   | 0         |
    5       | -1  |           | 60
    6       | 0   | 2E+6/kg   |
    6       | -1  |           | 60.5
    """
    assert dose(table) == {
        1: "1021000 63000000 61.7 1",
        2: "1200000 72000000 60 1",
        3: "1200000 72000001 60 None dose-unlike-any-level",
        4: "None 60000000 None None no-weight",
        5: "0 0 60 None dose-unlike-any-level",
        6: "2000000 121000000 60.5 2",
    }


def test_the_weight_is_the_last_one_before_the_infusion() -> None:
    """Nearest to it on Day 0 or before, within thirty days, usable, and one only; a later one never counts."""
    table = """
    patient | day      | infusion | vital.weight | problem
    1       | 0        | 6E+7     |              |
    1       | -2       |          | 70           |
    1       | -1       |          | 60           |
    1       | 0.51     |          | 80           |
    2       | 0        | 6E+7     |              |
    2       | 0.49     |          | 60           |
    3       | 0        | 6E+7     |              |
    3       | 0.5      |          | 60           |
    4       | 0        | 6E+7     |              |
    4       | -30      |          | 60           |
    5       | 0        | 6E+7     |              |
    5       | -31      |          | 60           |
    6       | 0        | 6E+7     |              |
    6       | -1       |          | 60           | unit
    6       | -2       |          | 60           |
    7       | 0        | 6E+7     |              |
    7       | -3..-1   |          | 60           |
    7       | -2       |          | 61           |
    8       | 0        | 6E+7     |              |
    8       | -1       |          | 60           |
    8       | -1       |          | 60.0         |
    9       | 0        | 6E+7     |              |
    9       | -1       |          | >60          |
    10      | 0        | 6E+7     |              |
    10      |          |          | 60           |
    """
    assert dose(table) == {
        1: "1000000 60000000 60 1",
        2: "1000000 60000000 60 1",
        3: "None 60000000 None None no-weight",
        4: "1000000 60000000 60 1",
        5: "None 60000000 None None no-weight",
        6: "None 60000000 None None no-weight",
        7: "None 60000000 None None no-weight",
        8: "1000000 60000000 60.0 1",
        9: "None 60000000 None None no-weight",
        10: "None 60000000 None None no-weight",
    }


def test_cells_and_cells_per_kg_are_held_against_each_other() -> None:
    """A weight that follows from both may differ by ten percent from the one on record; without one they stand."""
    table = """
    patient | day | infusion | kind      | vital.weight
    1       | 0   | 1E+6/kg  |           |
    1       | 0   | 6.6E+7   | procedure |
    1       | -1  |          |           | 60
    2       | 0   | 1E+6/kg  |           |
    2       | 0   | 66000001 | procedure |
    2       | -1  |          |           | 60
    3       | 0   | 1E+6/kg  |           |
    3       | 0   | 53999999 | procedure |
    3       | -1  |          |           | 60
    4       | 0   | 1E+6/kg  |           |
    4       | 0   | 9E+7     | procedure |
    """
    assert dose(table) == {
        1: "1000000 66000000 60 1",
        2: "1000000 66000001 60 None dose-contradicts-weight",
        3: "1000000 53999999 60 None dose-contradicts-weight",
        4: "1000000 90000000 None 1",
    }


def test_of_an_infusion_that_was_stopped_only_its_own_dose_counts() -> None:
    """What a procedure tells beside it may be the plan; what the administration itself gives was given."""
    table = """
    patient | day | infusion | kind
    1       | 0   | stopped  |
    1       | 0   | 1E+6/kg  | procedure
    2       | 0   | 1E+6/kg  |
    2       | 0   | stopped  | procedure
    """
    assert dose(table) == {
        1: "None None None None infusion-stopped no-dose",
        2: "None None None None infusion-stopped no-dose",
    }
    [record] = treated("patient | day | infusion\n1 | 0 | 5E+5/kg").values()
    stopped = msgspec.structs.replace(record.infusions[0], stopped=True)
    line = timeline(msgspec.structs.replace(record, infusions=(stopped,)), ON)
    assert line is not None
    assert line.dose.per_kg == Decimal("5E+5")
    assert line.problems == ("infusion-stopped", "cohort-unknown", "dose-unlike-any-level")


def test_a_dose_that_nobody_could_read_is_none() -> None:
    """A second resource may tell it."""
    table = """
    patient | day | infusion | kind      | problem
    1       | 0   | 1E+6/kg  |           | unit
    2       | 0   | 2E+6/kg  |           | unit
    2       | 0   | 1E+6/kg  | procedure |
    """
    assert dose(table) == {1: "None None None None no-dose", 2: "1000000 None None 1"}


def test_the_dose_rests_on_the_infusion_and_the_weights() -> None:
    """All that may be the nearest, so that a person sees which differ."""
    table = """
    patient | day    | infusion | vital.weight
    1       | 0      | 6E+7     |
    1       | -3..-1 |          | 60
    1       | -2     |          | 61
    """
    [line] = lines(table).values()
    assert sorted(one.reference for one in line.dose.evidence) == [
        "Observation/r1-1", "Observation/r1-2", "infusion/r1-0",
    ]  # fmt: skip


def test_the_tolerances_are_settings() -> None:
    """Of the level and of the weight."""
    ours = DEFINITIONS.treatment
    other = msgspec.structs.replace(
        ours,
        dose_tolerance=msgspec.structs.replace(ours.dose_tolerance, value=Decimal(5)),
        weight_tolerance=msgspec.structs.replace(ours.weight_tolerance, value=Decimal(0)),
    )
    on = Occasion(AT, definitions=msgspec.structs.replace(DEFINITIONS, treatment=other))
    table = """
    patient | day | infusion  | kind      | vital.weight
    1       | 0   | 1.06E+6/kg |          |
    2       | 0   | 1E+6/kg   |           |
    2       | 0   | 60000001  | procedure |
    2       | -1  |           |           | 60
    """
    assert dose(table, on) == {
        1: "1060000 None None None dose-unlike-any-level",
        2: "1000000 60000001 60 None dose-contradicts-weight",
    }
