"""What holds of every screening, whoever the patient is: the sample patients, changed at random, and screened again."""

import json
import random
import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from fhir.resources.R4B import get_fhir_model_class
from hypothesis import given, settings
from hypothesis import strategies as st

from adapter.fhir.xml import parse
from mappings.clauses import CLAUSES
from mappings.eligibility import effect_of
from mappings.reading.units import FAMILIES
from tests.properties.patients import AT, Resource, answers, line_of, mapped, names, resources_of, screened

EXCLUSIONS = {clause.id for clause in CLAUSES if clause.kind == "exclusion"}
#: Clauses that count in calendar years or months, or in completed years of age.
BY_CALENDAR = {"I01", "I03-6", "E06", "E09", "E11"}
DAY = timedelta(days=1)
patients = st.sampled_from(names())


@given(patients, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_the_records_changes_nothing(name: str, chance: random.Random) -> None:
    """Whatever order the lines of a patient come in, the whole screening is the same."""
    resources = resources_of(name)
    shuffled = list(resources)
    chance.shuffle(shuffled)
    assert screened(shuffled) == screened(resources)


@given(patients, st.integers(0, 5))
@settings(max_examples=40, deadline=None)
def test_moving_every_date_by_whole_leap_cycles_changes_nothing(name: str, cycles: int) -> None:
    """Shifting the record and the screening together by 1461 days keeps every finding, and moves the days it names."""
    shift = timedelta(days=1461 * cycles)
    before, after = screened(resources_of(name)), screened(_shifted(name, shift), AT + shift)
    assert answers(after) == answers(before)
    moved = [day and day + shift for day in (before.eligible_from, before.eligible_until)]
    assert [after.eligible_from, after.eligible_until] == moved


@given(patients.filter(lambda name: name != "open-birth"), st.integers(-2000, 2000))
@settings(max_examples=40, deadline=None)
def test_moving_every_date_by_any_number_of_days_changes_no_window(name: str, days: int) -> None:
    """Windows that are counted in days or hours do not depend on the calendar."""
    shift = timedelta(days=days)
    before, after = answers(screened(resources_of(name))), answers(screened(_shifted(name, shift), AT + shift))
    assert {c: a for c, a in after.items() if c not in BY_CALENDAR} == {
        c: a for c, a in before.items() if c not in BY_CALENDAR
    }


_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}:\d{2}.*)?|\d{4}")


def _shifted(name: str, shift: timedelta) -> list[Resource]:
    def change(value: Any) -> Any:
        found = _DATE.fullmatch(value) if isinstance(value, str) else None
        if not found:
            return value
        if not found[1]:
            return str((date(int(value), 7, 1) + shift).year)
        return (date.fromisoformat(found[1]) + shift).isoformat() + (found[2] or "")

    return [mapped(one, change) for one in resources_of(name)]


@given(patients, st.text("abcdefghij0123456789-.", min_size=1, max_size=20))
@settings(max_examples=40, deadline=None)
def test_renaming_every_record_changes_nothing(name: str, prefix: str) -> None:
    """Ids carry no meaning: with every id of the patient's records replaced, every clause is answered the same."""
    resources = resources_of(name)
    ids = {one["id"]: f"{prefix}{index}" for index, one in enumerate(resources)}
    renamed = [one | {"id": ids[one["id"]]} for one in resources]
    assert answers(screened(renamed)) == answers(screened(resources))


@given(patients, st.data())
@settings(max_examples=60, deadline=None)
def test_a_result_in_another_unit_is_the_same_result(name: str, data: st.DataObject) -> None:
    """A number sent in another unit that we accept, exactly converted, with its range, is answered the same."""
    resources = resources_of(name)
    choices = [(one, units) for one in resources if (units := _other_units(one))]
    one, units = data.draw(st.sampled_from(choices))
    unit, factor = data.draw(st.sampled_from(units))
    before = answers(screened(resources))
    _convert(one, unit, factor)
    assert answers(screened(resources)) == before


def _other_units(one: Resource) -> list[tuple[str, Decimal]]:
    """Return the units that a numeric result may also be sent in, with exact factors from its own unit to them."""
    code = one.get("code", {}).get("coding", [{}])[0].get("code")
    family = FAMILIES[CONCEPTS[code]][0] if code in CONCEPTS and "valueQuantity" in one else None
    own = family.factors.get(one["valueQuantity"].get("code", "")) if family else None
    if family is None or own is None:
        return []
    ratios = [(unit, own / factor) for unit, factor in family.factors.items() if "~" not in unit]
    return [(unit, ratio) for unit, ratio in ratios if len(ratio.as_tuple().digits) < 8]


CONCEPTS = {"718-7": "lab.hemoglobin_mass", "751-8": "lab.neutrophil_abs", "1742-6": "lab.alt", "14682-9": "lab.creatinine_molar",
            "21198-7": "lab.hcg_serum_quant", "29463-7": "vital.weight", "4485-9": "lab.c3"}  # fmt: skip


def _convert(one: Resource, unit: str, factor: Decimal) -> None:
    sides = [side for each in one.get("referenceRange", []) for side in (each.get("low"), each.get("high")) if side]
    for quantity in (one["valueQuantity"], *sides):
        quantity |= {"value": (quantity["value"] * factor).normalize(), "unit": unit, "code": unit}
    if not sides:
        one.pop("referenceRange", None)
    # A range in words has no unit of its own: it is in that of the value, so it would have to be written anew.


@given(st.sampled_from([name for name in names() if name.startswith(("ln-0", "itp-0", "e1", "open-h"))]))
@settings(max_examples=8, deadline=None)
def test_xml_says_the_same_as_json(name: str) -> None:
    """Records that were sent as XML are answered as the same records sent as JSON."""
    resources = resources_of(name)
    assert answers(screened([_through_xml(one) for one in resources])) == answers(screened(resources))


def _through_xml(one: Resource) -> Resource:
    model = get_fhir_model_class(one["resourceType"]).model_validate(json.loads(line_of(one)))
    found: Resource = json.loads(msgspec.json.encode(parse(model.model_dump_xml(), 64)), parse_float=Decimal)
    return found


@given(patients, st.data())
@settings(max_examples=80, deadline=None)
def test_without_coverage_losing_a_record_clears_no_exclusion(name: str, data: st.DataObject) -> None:
    """Where nothing is declared complete, no exclusion is cleared by what is not there, nor by what went missing: one
    that is cleared rests on a negative result or a person's word. (E14 is silent until a person speaks.)
    """
    resources = resources_of(name)
    kept = [one for one in resources if one["resourceType"] == "Patient" or data.draw(st.booleans())]
    for one in screened(kept, covered=False).findings:
        if one.clause in EXCLUSIONS - {"E14"} and effect_of(one) == "allows":
            assert one.evidence or one.state == "not-applicable", one.clause
            assert one.reason != "absent", one.clause


@given(
    st.sampled_from(["female", "male", "other", "unknown", None]),
    st.none() | st.dates(date(1900, 1, 1), date(2030, 1, 1)),
    st.booleans(),
)
@settings(deadline=None)
def test_nobody_of_whom_nothing_is_known_is_eligible(sex: str | None, born: date | None, covered: bool) -> None:
    """A patient with no record but themselves is never eligible, not even where everything is declared complete."""
    person: Resource = {"resourceType": "Patient", "id": "p"}
    person |= {"gender": sex} if sex else {}
    person |= {"birthDate": born.isoformat()} if born else {}
    found = screened([person], covered=covered)
    assert "eligible" not in found.cohorts.values()
    assert found.eligible_from is None


@given(patients, st.data())
@settings(max_examples=150, deadline=None)
def test_whatever_one_element_says_every_clause_is_answered(name: str, data: st.DataObject) -> None:
    """One element of one record replaced by anything else never stops the screening."""
    resources = resources_of(name)
    index = data.draw(st.integers(0, len(resources) - 1))
    _spoil(resources[index], data)
    found = screened(resources)
    assert [one.clause for one in found.findings] == [clause.id for clause in CLAUSES]


_ANYTHING = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just([]) | st.just({}) | st.just([None])
)


def _spoil(resource: Resource, data: st.DataObject) -> None:
    """Replace one member of ``resource``, at any depth, by anything."""
    tree: Any = resource
    members: list[Any] = [name for name in tree if name not in ("resourceType", "id")]
    while True:
        name = data.draw(st.sampled_from(members))
        child = tree[name]
        if not isinstance(child, dict | list) or not child or data.draw(st.booleans()):
            tree[name] = data.draw(_ANYTHING)
            return
        tree, members = child, list(child) if isinstance(child, dict) else list(range(len(child)))


@given(st.sampled_from(["ln-01", "odd-expiring", "e12", "e12-tacrolimus", "i01-young"]), st.integers(-300, 300))
@settings(max_examples=60, deadline=None)
def test_the_days_of_eligibility_are_those_on_which_the_patient_is_eligible(name: str, hours: int) -> None:
    """Screened again on the first and the last day the patient is eligible; on the day before and the day after, not."""
    at = AT + timedelta(hours=hours)
    found = screened(resources_of(name), at)
    first, last, today = found.eligible_from, found.eligible_until, at.date()
    assert (found.decision == "eligible") == (first == today)
    if first is None or last is None:
        return
    for day, expected in ((first - DAY, False), (first, True), (last, True), (last + DAY, False)):
        if day > today:  # what is known now, screened on that day: what happened in between is not known now
            again = screened(resources_of(name), at, on_day=day)
            assert (again.decision == "eligible") == expected


@pytest.mark.parametrize("name", ["ln-01", "e12"])
def test_nobody_is_called_eligible_on_a_line_that_says_two_things(name: str) -> None:
    """A haemoglobin whose status is there twice is read by some parsers as one, by others as the other: neither counts.

    That holds for who is eligible today, and for who will be from some day on.
    """
    lines = [line_of(one) for one in resources_of(name)]
    assert screened(lines).eligible_from is not None
    index = max(i for i, line in enumerate(lines) if b'"718-7"' in line)
    lines[index] = lines[index].replace(b'"status":"final"', b'"status":"final","status":"final"')
    found = screened(lines)
    assert found.eligible_from is None
    assert "eligible" not in found.cohorts.values()
