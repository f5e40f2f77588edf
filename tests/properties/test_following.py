"""What holds of everybody who was treated: the participants of the sample ward, changed at random, and followed again."""

import copy
import random
import re
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Context, Decimal
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mappings.followed import Followed
from tests.properties.participants import (
    as_exported,
    cited,
    followed,
    followed_if,
    grades,
    in_any_order,
    known,
    names,
    reference_of,
    resources_of,
    told,
    versions,
)
from tests.properties.patients import AT, Resource, mapped

participants = st.sampled_from(names())
HOUR = timedelta(hours=1)
#: Responses that say that something was reached.
REACHED = {"CRR", "PRR", "CR", "PR"}


@given(participants, st.randoms(use_true_random=False))
@settings(max_examples=20, deadline=None)
def test_the_order_of_the_records_changes_nothing(name: str, chance: random.Random) -> None:
    """Whatever order the lines of a participant come in, everything that follows is the same."""
    shuffled = resources_of(name)
    chance.shuffle(shuffled)
    assert followed(shuffled) == as_exported(name)


#: A person's word about an event of ours names its id, and that hangs on the day.
datable = participants.filter(lambda name: name != "t-refuted-1")


@given(datable, st.integers(-3, 5))
@settings(max_examples=12, deadline=None)
def test_moving_every_date_by_whole_leap_cycles_moves_every_date(name: str, cycles: int) -> None:
    """Shifting the record and the instant together by 1461 days shifts every day that is named, and nothing else."""
    shift = timedelta(days=1461 * cycles)
    assert _moved(name, shift) == mapped(told(as_exported(name)), lambda leaf: _shifted(leaf, shift))


@given(datable, st.integers(-2000, 2000))
@settings(max_examples=12, deadline=None)
def test_moving_every_date_by_any_number_of_days_moves_every_date(name: str, days: int) -> None:
    """So does a shift by any number of days, but for the filtration, which hangs on completed years of age."""
    shift, by_age = timedelta(days=days), ("renal", "dynamics", "series", "activity")
    assert _moved(name, shift, *by_age) == mapped(told(as_exported(name), *by_age), lambda leaf: _shifted(leaf, shift))


#: A date, an instant, or a span from one to the other.
_DATE = r"(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}:\d{2}[^/]*)?"
_DATES = re.compile(rf"{_DATE}(/({_DATE}|\.\.))?")
#: What an event is known by hangs on its day.
_EVENT = re.compile(r"yts109-[0-9a-f]{40}")


def _moved(name: str, shift: timedelta, *without: str) -> Any:
    moved = [mapped(one, lambda leaf: _shifted(leaf, shift)) for one in resources_of(name)]
    return mapped(told(followed(moved, AT + shift), *without), lambda leaf: _shifted(leaf, timedelta()))


def _shifted(value: Any, shift: timedelta) -> Any:
    """Return a text with its dates shifted, and without the names of events."""
    if isinstance(value, str) and _DATES.fullmatch(value):
        return re.sub(_DATE, lambda found: f"{date.fromisoformat(found[1]) + shift}{found[2] or ''}", value)
    return _EVENT.sub("an event", value) if isinstance(value, str) else value


@given(participants, st.randoms(use_true_random=False))
@settings(max_examples=20, deadline=None)
def test_renaming_every_record_changes_references_alone(name: str, chance: random.Random) -> None:
    """Ids carry no meaning: with every id replaced, all that is said is the same, of the records under their new names."""
    resources = [one for one in resources_of(name) if one["resourceType"] != "Patient"]
    numbers = [f"r{number}" for number in range(len(resources))]
    chance.shuffle(numbers)
    renamed = {reference_of(one): f"{one['resourceType']}/{new}" for one, new in zip(resources, numbers, strict=True)}
    changed = [mapped(one, lambda leaf: _named(leaf, renamed)) for one in resources_of(name)]
    for one in changed:
        one["id"] = renamed.get(reference_of(one), reference_of(one)).partition("/")[2]
    back = {new: old for old, new in renamed.items()}
    after = mapped(told(followed(changed)), lambda leaf: _named(leaf, back))
    assert in_any_order(after) == in_any_order(told(as_exported(name)))


def _named(value: Any, by: dict[str, str]) -> Any:
    return by.get(value, value) if isinstance(value, str) else value


#: LOINC code of results -> another unit, and how many of the unit that they are sent in one of it is.
UNITS = {
    "14682-9": ("mg/dL", "88.4"),  # creatinine in umol/L
    "2890-2": ("mg/mmol", "0.00884"),  # UPCR in g/g
    "718-7": ("g/dL", "10"),  # haemoglobin in g/L
    "751-8": ("/uL", "0.001"),  # neutrophils in 10*9/L
    "1742-6": ("ukat/L", "60"),  # ALT in U/L
    "8116-6": ("10*9/L", "1E+3"),  # B cells in /uL
    "2465-3": ("mg/dL", "0.01"),  # IgG in g/L
}
#: What retells a value as it was sent, and as it was converted.
SENT = ("raw", "value", "unit", "factor", "text")


@given(participants, st.sampled_from(sorted(UNITS)))
@settings(max_examples=20, deadline=None)
def test_results_in_another_unit_are_the_same_results(name: str, code: str) -> None:
    """All results of an analyte sent in another unit, exactly converted, with their ranges, come to the same."""
    unit, factor = UNITS[code][0], Decimal(UNITS[code][1])
    ours, theirs = resources_of(name), resources_of(name)
    for one, other in zip(ours, theirs, strict=True):
        if code in _codes(one):
            for quantity, same in zip(_quantities(one), _quantities(other), strict=True):
                same |= {"value": quantity["value"] / factor, "unit": unit, "code": unit}
                same["value"] = Context(prec=4).create_decimal(same["value"])
                quantity["value"] = same["value"] * factor
    before, after = followed(ours), followed(theirs)
    assert told(after, "evidence", "text") == told(before, "evidence", "text")
    assert cited(after) == cited(before)


def _codes(resource: Resource) -> set[str]:
    return {coding["code"] for coding in resource.get("code", {}).get("coding", ())}


def _quantities(result: Resource) -> Iterable[dict[str, Any]]:
    sides = [each.get(side) for each in result.get("referenceRange", ()) for side in ("low", "high")]
    return [quantity for quantity in (result["valueQuantity"], *sides) if quantity]


@given(participants, st.data())
@settings(max_examples=60, deadline=None)
def test_losing_a_record_makes_no_event_worse_and_no_window_clean(name: str, data: st.DataObject) -> None:
    """Without any one record no term reaches a higher grade, or for the first time; a window with a toxicity or a gap is
    clean only where the record was evidence of it; and a response changes only if it, or Day 0, rested on the record.

    A correction is no such record: without it the wrong result stands again.
    """
    resources = resources_of(name)
    lost = resources.pop(data.draw(st.integers(0, len(resources) - 1)))
    assume(lost["resourceType"] != "Patient" and reference_of(lost) not in map(reference_of, resources))
    before, after, reference = as_exported(name), followed_if(resources), reference_of(lost)
    if after is None:
        assert lost["resourceType"] == "MedicationAdministration"
        return
    worst = grades(before)
    assert {term: grade for term, grade in grades(after).items() if grade > worst.get(term, -1)} == {}
    if after.dlt.state == "none" and before.dlt.state in ("dlt", "data-gap"):
        assert reference in cited(before.events, before.dlt, before.timeline)
    for one, other in ((before.renal, after.renal), (before.platelets, after.platelets)):
        assert one.result == other.result or reference in cited(one, before.timeline)


def test_without_results_nothing_is_graded_by_one() -> None:
    """Where no result is on record no event rests on one, no response is reached, and no cell has expanded."""
    for name in names():
        found = followed(
            [one for one in resources_of(name) if one["resourceType"] not in ("Observation", "DiagnosticReport")]
        )
        origins = {step.origin for event in found.events for step in event.course}
        assert origins <= {"reported", "diagnosis", "vital-sign"}, name
        assert not any(one.startswith("Observation/") for one in cited(found)), name
        assert REACHED.isdisjoint({found.renal.result, found.platelets.result}), name
        assert all(one.cmax is None and one.auc is None for one in found.expansions), name
        assert (found.dynamics.b_cells.depleted, found.dynamics.b_cells.nadir) == (None, None), name
        assert not any(item.present for visit in found.activity for item in visit.items), name


def test_without_a_baseline_no_event_appears() -> None:
    """Where nothing was measured before the treatment, no term is reached that was not, and none at a higher grade."""
    for name in names():
        before, worst = as_exported(name), grades(as_exported(name))
        since = before.timeline.baseline or AT
        after = followed(
            [one for one in resources_of(name) if one["resourceType"] != "Observation" or known(one) > since]
        )
        assert {term: grade for term, grade in grades(after).items() if grade > worst.get(term, -1)} == {}, name


@given(participants, st.integers(0, 100), st.booleans())
@settings(max_examples=40, deadline=None)
def test_what_nobody_saw_is_neither_clean_nor_reached(name: str, days: int, covered: bool) -> None:
    """Of a follow-up that ended on some day, looked at much later: the window is not clean where the end lies more than a
    week before its own, and no response is reached where nobody was there around week 12, whatever is declared complete.
    """
    line = as_exported(name).timeline
    assume(line.infused is not None)
    assert line.infused is not None
    end = line.infused.latest + timedelta(days=days)
    kept = [one for one in resources_of(name) if one["resourceType"] == "Patient" or known(one) <= end + 12 * HOUR]
    found = followed(kept, covered=covered)
    assert found.dlt.state != "none" or days >= 28 - 7
    assert REACHED.isdisjoint({found.renal.result, found.platelets.result}) or days >= 84 - 7


@given(participants, st.sampled_from(["0.1", "0.5", "0.9", "2", "10"]), st.data())
@settings(max_examples=40, deadline=None)
def test_a_corrected_result_changes_what_depends_on_it(name: str, times: str, data: st.DataObject) -> None:
    """Events, endpoints, curves and items that rest on no result of the analyte are the same, and the old version is
    evidence of nothing; before the correction was known the old answer stands.
    """
    resources = resources_of(name)
    old, new = _corrected(resources, Decimal(times), data)
    before, after = as_exported(name), followed([*resources, new])
    theirs = {reference_of(one) for one in resources if _codes(one) & _codes(old)}
    was, became = _parts(before), _parts(after)
    for name in was.keys() | became.keys():
        if theirs.isdisjoint(cited(was.get(name), became.get(name))):
            assert told(was.get(name)) == told(became.get(name)), name
    assert versions(reference_of(old), after) <= {new["meta"]["versionId"]}
    earlier = followed([*resources, new], known_at=known(new) - HOUR)
    assert told(earlier, "known_at", "set_aside") == told(before, "known_at", "set_aside")


def _corrected(resources: list[Resource], times: Decimal, data: st.DataObject) -> tuple[Resource, Resource]:
    """Return a laboratory result, and a later version of it with another value."""
    laboratory = "'laboratory'"
    found = [one for one in resources if laboratory in str(one.get("category")) and "valueQuantity" in one]
    old = data.draw(st.sampled_from(found))
    new = copy.deepcopy(old)
    new |= {"status": "corrected", "meta": {"versionId": "9", "lastUpdated": (AT - HOUR).isoformat()}}
    new["valueQuantity"]["value"] *= times
    new.pop("interpretation", None)
    return old, new


def _parts(found: Followed) -> dict[str, Any]:
    """Return what a result consists of, each part under a name."""
    parts: dict[str, Any] = {"timeline": found.timeline, "renal": found.renal, "platelets": found.platelets}
    parts |= {f"event {one.id}": one for one in found.events}
    parts |= {f"limits {one.episode} {one.term}": one for one in found.dlt.events}
    parts |= {f"expansion {one.analyte} {one.unit}": one for one in found.expansions}
    parts |= {f"course {one.analyte} {one.unit}": one for one in (*found.dynamics.courses, *found.series)}
    parts |= {f"{visit.visit} {one.item}": one for visit in found.activity for one in visit.items}
    return parts | {"B cells": found.dynamics.b_cells}


@given(participants, st.sampled_from(["<", "<=", ">", ">="]), st.sampled_from(["1.05", "1.5", "4"]), st.data())
@settings(max_examples=60, deadline=None)
def test_a_vaguer_result_decides_nothing_else(name: str, sign: str, times: str, data: st.DataObject) -> None:
    """A result of which only a bound is told reaches no higher grade and no other response than the number within it, and
    cleans no window.
    """
    resources, before = resources_of(name), as_exported(name)
    inputs = cited(before.renal, before.platelets)
    found = [one for one in resources if "comparator" not in one.get("valueQuantity", {"comparator": ""})]
    telling = [one for one in found if reference_of(one) in inputs]
    one = data.draw(st.sampled_from(telling or found) | st.sampled_from(found))
    quantity = one["valueQuantity"]
    limit = quantity["value"] * Decimal(times) if "<" in sign else quantity["value"] / Decimal(times)
    quantity |= {"value": Context(prec=6).create_decimal(limit), "comparator": sign}
    one.pop("interpretation", None)
    after, worst = followed(resources), grades(before)
    assert {term: grade for term, grade in grades(after).items() if grade > worst.get(term, 0)} == {}
    assert (before.dlt.state, after.dlt.state) not in {("dlt", "none"), ("data-gap", "none")}
    for was, became in ((before.renal, after.renal), (before.platelets, after.platelets)):
        assert became.result in (was.result, "not-evaluable") or became.result.startswith("unconfirmed")


@given(participants, st.integers(0, 140))
@settings(max_examples=30, deadline=None)
def test_nothing_is_told_before_it_was_there(name: str, days: int) -> None:
    """Looked at on an earlier day, no event began, changed or ended later; no window is clean that was not over, and no
    response reached before week 12.
    """
    line = as_exported(name).timeline
    assume(line.infused is not None)
    assert line.infused is not None
    at = line.infused.latest + timedelta(days=days)
    found = followed(resources_of(name), at)
    times = [step.when for event in found.events for step in event.course]
    times += [one for event in found.events for one in (event.onset, event.end) if one]
    assert [one.text for one in times if one.earliest > at] == []
    assert found.dlt.state != "none" or days > 28
    assert REACHED.isdisjoint({found.renal.result, found.platelets.result}) or days >= 84 - 7
