"""Courses of glucocorticoid: pulses, high doses, and what may be part of one."""

from collections.abc import Mapping
from datetime import date

from mappings.criteria.glucocorticoid_courses import Course, courses, turns, unclear_courses
from mappings.record import Record
from mappings.site import Occasion
from tests.spec.tables import AT, records

ON = Occasion(AT)


def _record(table: str) -> Record:
    (record,) = records(table).values()
    return record


def _kinds(table: str) -> dict[int, list[str]]:
    return {number: [course.kind for course in courses(record, ON)] for number, record in records(table).items()}


def _unclear(table: str) -> dict[int, int]:
    return {number: len(unclear_courses(record, ON)) for number, record in records(table).items()}


def _pulse(patient: int, *doses: str, first: int = -90, **cells: str) -> list[dict[str, str]]:
    drug = {"patient": str(patient), "rx": "rx.glucocorticoid.methylprednisolone", "kind": "administration"}
    return [
        drug | {"day": str(first + day), "dose": dose, "end": str(first + day)} | cells
        for day, dose in enumerate(doses)
    ]


def _table(*rows: Mapping[str, str]) -> str:
    columns = ("patient", "day", "rx", "kind", "end", "ongoing", "dose", "daily", "daily_kg", "route", "vital.weight")
    lines = [" | ".join(row.get(column, "") for column in columns) for row in rows]
    return "\n".join([" | ".join(columns), *lines])


def test_a_pulse_is_1_g_on_three_consecutive_days() -> None:
    """Within 5 %, 950 mg is a pulse and 949 mg a small one; a day without, a day with half, and two days are none."""
    rows = [
        *_pulse(1, "1000", "1000", "1000"),
        *_pulse(2, "950", "950", "950"),
        *_pulse(3, "949", "1000", "1000"),
        *_pulse(4, "1000", "1000"),
        *_pulse(5, "1000", "0", "1000", "1000"),
        *_pulse(6, "500", "500", "500"),
        *_pulse(7, "474", "500", "500"),
        *_pulse(8, "500", "1000", "1000", "1000", "500"),
    ]
    assert _kinds(_table(*rows)) == {
        1: ["pulse"],
        2: ["pulse"],
        3: ["small-pulse"],
        4: [],
        5: [],
        6: ["small-pulse"],
        7: [],
        8: ["pulse"],
    }


def test_what_is_given_on_one_day_adds_up() -> None:
    """Two vials of 500 mg are 1 g; other glucocorticoids, swallowed tablets and drops into the eye add nothing."""
    half = ("500", "500", "500")
    rows = [
        *_pulse(1, *half),
        *_pulse(1, *half),
        *_pulse(2, *half),
        *_pulse(2, *half, rx="rx.glucocorticoid.prednisolone"),
        *_pulse(3, *half),
        *_pulse(3, *half, route="26643006"),
        *_pulse(4, *half),
        *_pulse(4, *half, route="54485002"),
        *_pulse(5, *half, route="47625008"),
        *_pulse(5, *half, route="静脉滴注"),
    ]
    assert _kinds(_table(*rows)) == {
        1: ["pulse"],
        2: ["small-pulse"],
        3: ["small-pulse"],
        4: ["small-pulse"],
        5: ["pulse"],
    }


def test_only_administrations_of_known_day_and_dose_make_a_pulse() -> None:
    """An order, a statement, a vague date and an unknown dose make none, but each may be part of one."""
    full = ("1000", "1000", "1000")
    rows = [
        *_pulse(1, *full, kind="request"),
        *_pulse(2, *full, kind="statement"),
        *_pulse(3, "1000", "1000", "1000", day="-100..-80"),
        *_pulse(4, "", "", ""),
        *_pulse(5, "1000", "1000", ""),
        *(_pulse(6, "1000", day=f"-99..{day}")[0] for day in (-90, -89, -88)),
    ]
    table = _table(*rows)
    assert _kinds(table) == {1: [], 2: [], 3: [], 4: [], 5: [], 6: []}
    assert _unclear(table) == {1: 3, 2: 3, 3: 3, 4: 3, 5: 3, 6: 3}


def _prednisone(patient: int, **cells: str) -> dict[str, str]:
    return {
        "patient": str(patient),
        "rx": "rx.glucocorticoid.prednisone",
        "kind": "statement",
        "day": "-90",
        "end": "-77",
        "daily": "60",
    } | cells


def _weighed(patient: int, weight: str = "60", day: str = "-90") -> dict[str, str]:
    return {"patient": str(patient), "day": day, "vital.weight": weight}


def test_a_high_dose_is_1_mg_per_kg_for_14_days() -> None:
    """60 mg of prednisone or 48 mg of methylprednisolone at 60 kg, both days counted; less, or shorter, is none."""
    methyl = {"rx": "rx.glucocorticoid.methylprednisolone"}
    table = _table(
        *(_weighed(patient) for patient in (1, 2, 3, 4, 5)),
        _prednisone(1),
        _prednisone(2, end="-78"),
        _prednisone(3, daily="59.9"),
        _prednisone(4, **methyl, daily="48"),
        _prednisone(5, **methyl, daily="47.9"),
        _prednisone(6, daily="", daily_kg="1"),
        _prednisone(7, daily="", daily_kg="0.99"),
        _prednisone(8, rx="rx.glucocorticoid.unheard-of", daily="", daily_kg="2"),
    )
    assert {number for number, kinds in _kinds(table).items() if kinds == ["high-dose"]} == {1, 4, 6}
    assert _unclear(table) == {1: 1, 2: 1, 3: 0, 4: 1, 5: 0, 6: 1, 7: 0, 8: 1}


def test_the_weight_nearest_to_the_start_counts() -> None:
    """Of several weights that can be used it is the nearest in time; without one the dose per kilogram is not known."""
    table = _table(
        _prednisone(1),
        _weighed(1, "60", "-95"),
        _weighed(1, "80", "-2"),
        _prednisone(2),
        _weighed(2, "60", "-2"),
        _weighed(2, "80", "-95"),
        _prednisone(3),
        _prednisone(4),
        _weighed(4, "0"),
        _prednisone(5),
        _weighed(5, "<70"),
        _prednisone(6, day=""),
        _weighed(6, "60"),
        _prednisone(7),
        _weighed(7, "-1"),
    )
    assert _kinds(table) == {1: ["high-dose"], 2: [], 3: [], 4: [], 5: [], 6: [], 7: []}
    assert _unclear(table) == {1: 1, 2: 0, 3: 1, 4: 1, 5: 1, 6: 1, 7: 1}


def test_a_high_dose_still_taken_lasts_until_now() -> None:
    """One that goes on, or is supplied beyond today, has lasted until today; one without an end proves no length."""
    table = _table(
        *(_weighed(patient) for patient in range(1, 7)),
        _prednisone(1, day="-13", end="", ongoing="T"),
        _prednisone(2, day="-12", end="", ongoing="T"),
        _prednisone(3, day="-13", end="9"),
        _prednisone(4, day="-12", end="9"),
        _prednisone(5, end=""),
        _prednisone(6, day="-90..-70", end="-60"),
    )
    assert _kinds(table) == {1: ["high-dose"], 2: [], 3: ["high-dose"], 4: [], 5: [], 6: []}


def test_administrations_day_by_day_make_a_high_dose_too() -> None:
    """What was given on each of 14 days in a row adds up per day; one day of unknown dose, or too little, breaks it."""
    half = ["24"] * 14
    table = _table(
        *(_weighed(patient) for patient in (1, 2, 3, 4)),
        *_pulse(1, *half),
        *_pulse(1, *half),
        *_pulse(2, *half),
        *_pulse(2, *half[:13]),
        *_pulse(3, *half),
        *_pulse(3, *half[:6], "", *half[7:]),
        *_pulse(4, *half),
    )
    assert _kinds(table) == {1: ["high-dose"], 2: [], 3: [], 4: []}
    assert _unclear(table) == {1: 28, 2: 26, 3: 28, 4: 0}


def test_full_courses_come_before_small_pulses_the_latest_first() -> None:
    """A later small pulse hides no full one, and the course names its days and what it was made of."""
    table = _table(
        *_pulse(1, "500", "500", "500", first=-20),
        *_pulse(1, "1000", "1000", "1000", first=-90),
        *_pulse(1, "1000", "1000", "1000", first=-300),
    )
    found = courses(_record(table), ON)
    assert [(course.kind, course.first, course.last) for course in found] == [
        ("pulse", date(2025, 3, 3), date(2025, 3, 5)),
        ("pulse", date(2024, 8, 5), date(2024, 8, 7)),
        ("small-pulse", date(2025, 5, 12), date(2025, 5, 14)),
    ]
    assert [len(course.exposures) for course in found] == [3, 3, 3]


def test_an_unclear_course_lies_anywhere_from_its_start_to_its_end() -> None:
    """Without a start it may have been at any time, without an end until today."""
    (open_ended,) = unclear_courses(_record(_table(_prednisone(1, end="", day="-90..-80"))), ON)
    assert (open_ended.first, open_ended.last) == (date(2025, 3, 3), date(2025, 6, 1))
    (undated,) = unclear_courses(_record(_table(_prednisone(1, day=""))), ON)
    assert (undated.first, undated.last) == (date.min, date(2025, 3, 16))
    assert isinstance(undated, Course)


def test_the_day_on_which_a_running_high_dose_is_long_enough_is_a_turn() -> None:
    """The 14th day of a high dose still taken is named; a low dose, a past one and a prescription turn nothing."""
    table = _table(
        _weighed(1),
        _prednisone(1, day="-5", end="", ongoing="T"),
        _prednisone(1, day="-4", end="", ongoing="T", daily="10"),
        _prednisone(1, day="-3", end="", ongoing="T", kind="request"),
        _prednisone(1),
    )
    assert turns(_record(table), ON) == (date(2025, 6, 9),)
