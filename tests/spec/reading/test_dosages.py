"""Doses, how often a day, and for how long."""

import json
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from mappings.codes import SNOMED_CT
from mappings.reading.context import Context
from mappings.reading.datatypes import Quantity, Timing
from mappings.reading.dates import when
from mappings.reading.dosages import Dose, after, course_of, mass, of_administration, of_instructions, times_a_day
from mappings.reading.views import AdministeredDosage, Dosage

title = "Dosages"
ZONE = Context().zone
MODIFIED = {"modifierExtension": [{"url": "http://x"}]}
DAILY = {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}


def instruction(dose: Any = None, timing: Any = DAILY, **elements: Any) -> Dosage:
    """Return an instruction with one dose quantity and these elements; once daily unless told otherwise."""
    doses = {} if dose is None else {"doseAndRate": [{"doseQuantity": dose}]}
    return msgspec.json.decode(json.dumps({**doses, "timing": timing, **elements}).encode(), type=Dosage)


def mg(value: float, unit: str = "mg") -> dict[str, Any]:
    return {"value": value, "code": unit}


def timing(**elements: Any) -> Timing:
    return msgspec.json.decode(json.dumps(elements).encode(), type=Timing)


def exactly(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


@pytest.mark.parametrize(
    ("quantity", "milligrams", "per_kg", "per_day"),
    [
        ({"value": 500, "code": "mg"}, "500", False, False),
        ({"value": 500, "unit": "mg"}, "500", False, False),
        ({"value": 1.5, "code": "g"}, "1500", False, False),
        ({"value": 0.5, "unit": "克"}, "500", False, False),
        ({"value": 40, "unit": "毫克"}, "40", False, False),
        ({"value": 300, "code": "ug"}, "0.3", False, False),
        ({"value": 300, "code": "mcg"}, "0.3", False, False),
        ({"value": 300, "unit": "μg"}, "0.3", False, False),
        ({"value": 300, "unit": "µg"}, "0.3", False, False),
        ({"value": 300, "unit": "微克"}, "0.3", False, False),
        ({"value": 0, "code": "mg"}, "0", False, False),
        ({"value": 1, "code": "mg/kg"}, "1", True, False),
        ({"value": 60, "code": "mg/d"}, "60", False, True),
        ({"value": 1, "code": "mg/kg/d"}, "1", True, True),
        ({"value": 1, "code": "mg/(kg.d)"}, "1", True, True),
        ({"value": 1, "unit": "mg / kg"}, "1", True, False),
        ({"value": 1, "unit": "mg/kg/天"}, "1", True, True),
    ],
)
def test_a_mass_of_drug_is_in_milligrams(
    quantity: dict[str, Any], milligrams: str, per_kg: bool, per_day: bool
) -> None:
    """By its UCUM code, else by what is printed; per kilogram and per day are told apart."""
    found = mass(msgspec.json.decode(json.dumps(quantity).encode(), type=Quantity))
    assert found is not None
    assert (found.milligrams, found.per_kg, found.per_day) == (Decimal(milligrams), per_kg, per_day)


@pytest.mark.parametrize(
    "quantity",
    [
        None,
        {},
        {"value": 2, "unit": "片"},
        {"value": 2, "code": "{tbl}", "unit": "mg"},
        {"value": 10, "code": "mL"},
        {"value": 1, "code": "mg/m2"},
        {"value": 1, "code": "mg/h"},
        {"value": 1, "code": "ug/kg/min"},
        {"value": 1000000, "code": "[iU]"},
        {"value": 500},
        {"value": "500", "code": "mg"},
        {"value": 500, "code": "mg", "comparator": "<"},
        {"value": 500, "code": "mg/mg"},
    ],
)
def test_tablets_and_other_units_are_no_mass(quantity: dict[str, Any] | None) -> None:
    """How much is in a tablet is not known here; a bounded number is no dose."""
    assert mass(msgspec.json.decode(json.dumps(quantity).encode(), type=Quantity | None)) is None


@pytest.mark.parametrize(
    ("one", "dose", "daily", "per_kg"),
    [
        (instruction(mg(500)), "500", "500", None),
        (instruction(mg(0.5, "g"), {"code": {"text": "bid"}}), "500", "1000", None),
        (instruction(mg(1, "mg/kg")), None, None, "1"),
        (instruction(mg(1, "mg/kg/d"), {"code": {"text": "bid"}}), None, None, "1"),
        (instruction(mg(60, "mg/d"), {"code": {"text": "bid"}}), None, "60", None),
        (instruction(mg(60, "mg/d"), None), None, "60", None),
        (instruction(mg(500), None), "500", None, None),
        (instruction(mg(500), asNeededBoolean=True), "500", None, None),
        (instruction(mg(500), asNeeded=True), "500", None, None),
        (instruction(mg(500), asNeededFor=[{"text": "pain"}]), "500", None, None),
        (instruction(mg(500), asNeededCodeableConcept={"text": "pain"}), "500", None, None),
        (instruction(mg(500), asNeededBoolean=False), "500", "500", None),
        (instruction({"value": 2, "unit": "片"}), None, None, None),
        (instruction(), None, None, None),
        (instruction(doseAndRate=[{"doseRange": {"low": mg(250), "high": mg(500)}}]), None, None, None),
        (instruction(doseAndRate=[{"rateQuantity": mg(1, "mg/h")}]), None, None, None),
        (instruction(doseAndRate=[{"doseQuantity": mg(500)}, {"doseQuantity": mg(250)}]), None, None, None),
        (instruction(mg(500), **MODIFIED), None, None, None),
    ],
)
def test_a_single_instruction_gives_its_dose(
    one: Dosage, dose: str | None, daily: str | None, per_kg: str | None
) -> None:
    """One dose, a day's dose, or a day's dose per kilogram; ranges, tablets and drugs as needed give none by day."""
    assert of_instructions([one]) == Dose(exactly(dose), exactly(daily), exactly(per_kg))


@pytest.mark.parametrize("instructions", [[], [instruction(mg(60)), instruction(mg(40))]])
def test_several_instructions_give_no_dose(instructions: list[Dosage]) -> None:
    """A taper is no single dose; its steps are not added up."""
    assert of_instructions(instructions) == Dose()


@pytest.mark.parametrize(
    ("dosage", "milligrams"),
    [
        (None, None),
        ({}, None),
        ({"dose": mg(1, "g")}, "1000"),
        ({"dose": mg(15, "mg/kg")}, None),
        ({"dose": mg(60, "mg/d")}, None),
        ({"dose": mg(1, "g"), **MODIFIED}, None),
    ],
)
def test_an_administration_gives_one_dose(dosage: dict[str, Any] | None, milligrams: str | None) -> None:
    """Never a day's, which is the sum of its administrations."""
    view = msgspec.json.decode(json.dumps(dosage).encode(), type=AdministeredDosage | None)
    assert of_administration(view) == Dose(exactly(milligrams))


@pytest.mark.parametrize(
    ("route", "expected"),
    [
        ({"coding": [{"system": SNOMED_CT, "code": "26643006", "display": "Oral"}]}, "26643006"),
        ({"coding": [{"system": "http://h", "code": "1"}, {"system": SNOMED_CT, "code": "26643006"}]}, "26643006"),
        ({"coding": [{"system": "http://h", "code": "1"}], "text": "外用"}, "1"),
        ({"coding": [{"display": "外用"}]}, "外用"),
        ({"text": "吸入", "coding": [{"display": "雾化"}]}, "吸入"),
        ({"coding": []}, None),
        (None, None),
    ],
)
def test_a_route_is_a_code_or_words(route: Any, expected: str | None) -> None:
    """SNOMED CT goes before the hospital's own code, a code before words."""
    assert of_instructions([instruction(route=route)]).route == expected
    view = msgspec.json.decode(json.dumps({"route": route}).encode(), type=AdministeredDosage)
    assert of_administration(view).route == expected


@pytest.mark.parametrize(
    ("word", "times"),
    [
        ("QD", "1"), ("qd", "1"), ("q.d.", "1"), ("AM", "1"), ("PM", "1"), ("BED", "1"), ("HS", "1"), ("qn", "1"),
        ("qm", "1"), ("BID", "2"), ("b.i.d.", "2"), ("ＢＩＤ", "2"), ("TID", "3"), ("QID", "4"), ("q12h", "2"),
        ("Q 8 h", "3"), ("Q6H", "4"), ("Q4H", "6"), ("qod", "0.5"), ("每日一次", "1"), ("每日1次", "1"),
        ("每天一次", "1"), ("一日一次", "1"), ("1日1次", "1"), ("每晚一次", "1"), ("每日两次", "2"), ("一天2次", "2"),
        ("2次/日", "2"), ("每12小时一次", "2"), ("每8小时1次", "3"), ("一天三次", "3"), ("每日4次", "4"), ("隔日一次", "0.5"),
    ],
)  # fmt: skip
def test_a_code_or_word_for_a_frequency_is_known(word: str, times: str) -> None:
    """GTSAbbreviation, the Latin of hospitals, and Chinese; as a code, as its display, or in words alone."""
    for code in ({"coding": [{"code": word}]}, {"coding": [{"code": "01", "display": word}]}, {"text": word}):
        assert times_a_day(timing(code=code)) == Decimal(times)


@pytest.mark.parametrize(("word", "times"), [("QW", 1), ("WK", 1), ("每周一次", 1), ("biw", 2), ("每周两次", 2)])
def test_a_weekly_frequency_is_a_part_of_one_a_day(word: str, times: int) -> None:
    """Once a week is a seventh."""
    assert times_a_day(timing(code={"text": word})) == Decimal(times) / 7


@pytest.mark.parametrize(
    "code",
    [{}, {"text": "遵医嘱"}, {"text": "st"}, {"text": "一日"}, {"coding": [{"code": "QD"}, {"code": "BID"}]},
     {"coding": [{"code": "QD"}], "text": "每日两次"}],
)  # fmt: skip
def test_a_frequency_we_do_not_know_is_none(code: dict[str, Any]) -> None:
    """Nor are two that differ."""
    assert times_a_day(timing(code=code)) is None


@pytest.mark.parametrize(
    ("repeat", "times"),
    [
        ({"frequency": 2, "period": 1, "periodUnit": "d"}, "2"),
        ({"frequency": 1, "period": 12, "periodUnit": "h"}, "2"),
        ({"frequency": 1, "period": 2, "periodUnit": "d"}, "0.5"),
        ({"period": 1, "periodUnit": "d"}, "1"),
        ({"frequency": 7, "period": 1, "periodUnit": "wk"}, "1"),
        ({"frequency": 1, "period": 0.5, "periodUnit": "d"}, "2"),
        ({"frequency": 1, "frequencyMax": 3, "period": 1, "periodUnit": "d"}, None),
        ({"frequency": 1, "period": 4, "periodMax": 6, "periodUnit": "h"}, None),
        ({"frequency": 1, "period": 1, "periodUnit": "d", "dayOfWeek": ["mon", "thu"]}, None),
        ({"frequency": 1, "period": 0, "periodUnit": "d"}, None),
        ({"frequency": 1, "period": -1, "periodUnit": "d"}, None),
        ({"frequency": 0, "period": 1, "periodUnit": "d"}, None),
        ({"frequency": 10**40, "period": 1, "periodUnit": "d"}, None),
        ({"frequency": 1, "period": "1", "periodUnit": "d"}, None),
        ({"frequency": 1, "period": 1}, None),
        ({"frequency": 1, "period": 1, "periodUnit": "fortnight"}, None),
    ],
)
def test_a_frequency_spelt_out_is_so_many_times_a_day(repeat: dict[str, Any], times: str | None) -> None:
    """Once where it is not said how often; ranges and weekdays are none."""
    found = times_a_day(timing(repeat=repeat, code={"text": "QID"}))
    assert (found if found is None else round(found, 20)) == exactly(times)


def test_a_timing_with_a_modifier_says_nothing() -> None:
    """Neither how often nor until when."""
    modified = timing(code={"text": "QD"}, event=["2025-05-01"], **MODIFIED)
    assert times_a_day(modified) is None
    assert of_course({"event": ["2025-05-01"], **MODIFIED}) == (None, None)


def of_course(*timings: Any, ordered: str = "2025-05-01") -> tuple[str | None, str | None]:
    """Return the first and the last day of a course of these timings."""
    views = [instruction(timing=one) for one in timings]
    course = course_of(views, when(ordered, ZONE), ZONE)
    moments = (course.start and course.start.earliest, course.ended and course.ended.latest)
    start, ended = (moment and f"{moment.date()}" for moment in moments)
    return start, ended


def bounds(start: str = "", end: str = "") -> dict[str, Any]:
    return {"repeat": {"boundsPeriod": {"start": start, "end": end}}}


@pytest.mark.parametrize(
    ("timings", "start", "ended"),
    [
        ([bounds("2025-05-02", "2025-05-10")], "2025-05-02", "2025-05-10"),
        ([bounds("2025-05-02", "2025-05-10"), bounds("2025-05-11", "2025-06-10")], "2025-05-02", "2025-06-10"),
        ([bounds("2025-05-11", "2025-06-10"), bounds("2025-05-02", "2025-05-10")], "2025-05-02", "2025-06-10"),
        ([bounds("2025-05-02", "2025-05-10"), bounds("2025-05-11")], "2025-05-02", None),
        ([bounds("2025-05-02", "2025-05-10"), bounds("", "2025-06-10")], None, "2025-06-10"),
        ([bounds("2025-05-02", "2025-05-10"), DAILY], None, None),
        ([bounds("2025-05-02", "2025-05-10"), None], None, None),
        ([bounds("2025-05-02", "9999-12-31")], "2025-05-02", None),
        ([{"repeat": {"boundsDuration": {"value": 14, "code": "d"}}}], None, "2025-05-14"),
        ([{"repeat": {"boundsRange": {"high": {"value": 14, "code": "d"}}}}], None, None),
        ([{"event": ["2025-05-15", "2025-05-02", "2025-05-29"]}], "2025-05-02", "2025-05-29"),
        ([DAILY], None, None),
        ([], None, None),
    ],
)
def test_a_course_lasts_from_its_first_instruction_to_its_last(
    timings: list[Any], start: str | None, ended: str | None
) -> None:
    """A taper ends with its last step; one instruction that does not say leaves that side open."""
    assert of_course(*timings) == (start, ended)


def test_an_instruction_with_a_modifier_leaves_its_course_open() -> None:
    """Its own bounds may not be what they seem."""
    modified = instruction(timing=bounds("2025-05-02", "2025-05-10"), **MODIFIED)
    course = course_of([modified], when("2025-05-01", ZONE), ZONE)
    assert (course.start, course.ended) == (None, None)


@pytest.mark.parametrize(
    ("supply", "times", "last"),
    [
        ({"value": 28, "code": "d"}, 1, "2025-05-28"),
        ({"value": 28, "unit": "天"}, 1, "2025-05-28"),
        ({"value": 28, "code": "d"}, 3, "2025-07-23"),
        ({"value": 1, "code": "d"}, 1, "2025-05-01"),
        ({"value": 4, "code": "wk"}, 1, "2025-05-28"),
        ({"value": 1, "code": "mo"}, 1, "2025-05-31"),
        ({"value": 1, "code": "a"}, 1, "2026-05-01"),
        ({"value": 36, "code": "h"}, 1, "2025-05-02"),
        ({"value": 0, "code": "d"}, 1, None),
        ({"value": -3, "code": "d"}, 1, None),
        ({"value": 28, "code": "d"}, 0, None),
        ({"value": 28, "code": "d"}, 10**30, None),
        ({"value": 1e20, "code": "d"}, 1, None),
        ({"value": 28, "code": "d", "comparator": ">"}, 1, None),
        ({"value": 28}, 1, None),
        ({"value": 28, "unit": "片"}, 1, None),
        ({}, 1, None),
        (None, 1, None),
    ],
)
def test_a_supply_lasts_for_its_days(supply: dict[str, Any] | None, times: int, last: str | None) -> None:
    """The first day counts; months are long ones; none, and one without end, says nothing."""
    quantity = msgspec.json.decode(json.dumps(supply).encode(), type=Quantity | None)
    found = after(when("2025-05-01", ZONE), quantity, times)
    assert (f"{found.latest.date()}" if found else None) == last
    assert after(None, quantity, times) is None


def test_a_supply_from_an_unknown_day_of_a_month_ends_on_an_unknown_day() -> None:
    """The uncertainty of the start is that of the end."""
    found = after(when("2025-05", ZONE), Quantity(value=msgspec.Raw(b"10"), code="d"))
    assert found is not None
    assert (f"{found.earliest.date()}", f"{found.latest.date()}") == ("2025-05-10", "2025-06-09")
