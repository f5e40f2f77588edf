"""Results as Observations: coded values with their definition, and reasons where nobody can tell."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from mappings.emitting.outcomes import outcomes
from mappings.followed import BCells, DltEvent, DltWatch, Dynamics, Episode, Followed, Response, Timeline
from mappings.site import Occasion
from tests.spec.emitting.treated import COPIES, LIMITING, ON, RENAL, WINDOW, crs, episode, followed
from tests.spec.tables import AT

Node = dict[str, Any]


def _named(name: str, about: Followed, on: Occasion = ON) -> Node:
    """Return the Observation with this code."""
    return next(one for one in outcomes(about, on) if one["code"]["coding"][0]["code"] == name)


def _parts(made: Node, name: str) -> list[Node]:
    return [one for one in made["component"] if one["code"]["coding"][0]["code"] == name]


def _code(concept: Node) -> str:
    return str(concept["coding"][0]["code"])


def _notes(made: Node) -> str:
    return "\n".join(one["text"] for one in made["note"])


def test_a_response_has_its_code_definition_and_sources() -> None:
    """The value is coded, the method names the definition, and derivedFrom holds what was used, by version."""
    made = _named("renal-response", followed())
    assert _code(made["valueCodeableConcept"]) == "CRR"
    assert made["method"] == {"text": "CRR_v1"}
    assert made["derivedFrom"] == [{"reference": "Observation/u84/_history/1"}]
    assert made["effectivePeriod"] == {"start": "2025-03-03", "end": "2025-06-01"}
    assert made["device"]["reference"].startswith("Device/")
    assert "performer" not in made
    assert "Not used: UPCR, day 95 (Observation/u95): outside the window" in _notes(made)


def test_conditions_of_a_response_are_components() -> None:
    """Each condition says whether it holds, with its number and limit, or why nobody can tell."""
    checks = _parts(_named("renal-response", followed()), "check")
    assert [one["code"]["text"] for one in checks] == [
        "upcr", "upcr: value", "filtration", "filtration: value", "no-rescue",
    ]  # fmt: skip
    assert [one.get("valueBoolean") for one in checks] == [True, None, True, None, None]
    assert checks[1]["valueQuantity"]["value"] == Decimal("0.4")
    assert checks[1]["referenceRange"] == [{"text": "Limit: 0.5 g/g"}]
    assert "referenceRange" not in checks[3]
    assert checks[4]["dataAbsentReason"]["text"] == "needs-person"


@pytest.mark.parametrize(
    ("result", "reason", "absent"),
    [
        ("not-applicable", "other-cohort", "not-applicable"),
        ("not-evaluable", "not-yet", "temp-unknown"),
        ("not-evaluable", "no-baseline", "unknown"),
        ("not-evaluable", "", "unknown"),
    ],
)
def test_a_response_that_nobody_can_tell_has_a_reason(result: Any, reason: str, absent: str) -> None:
    """In place of a value stands why there is none, and never a code."""
    made = _named("platelet-response", followed(platelets=Response(result=result, definition="ITP_v1", reason=reason)))
    assert _code(made["dataAbsentReason"]) == absent
    assert made["dataAbsentReason"].get("text", "") == reason
    assert "valueCodeableConcept" not in made
    assert made["status"] == "preliminary"
    assert _code(_parts(made, "responder")[0]["dataAbsentReason"]) == "unknown"


@pytest.mark.parametrize(("day", "status"), [(90, "preliminary"), (91, "preliminary"), (92, "final")])
def test_a_response_is_final_once_its_time_is_over(day: int, status: str) -> None:
    """Week 12 with its window ends with Day 91; until then a later result may change the answer."""
    at = AT + timedelta(days=day - 90)
    assert _named("renal-response", followed(at=at), Occasion(at))["status"] == status


def test_what_is_not_confirmed_is_never_final() -> None:
    """A second count may still come."""
    at = AT + timedelta(days=30)
    one = Response(result="unconfirmed-CR", definition="ITP_v1")
    assert _named("platelet-response", followed(at=at, platelets=one), Occasion(at))["status"] == "preliminary"


def test_without_a_sure_day_0_a_result_is_about_now() -> None:
    """No span of days is claimed."""
    nobody = followed(
        timeline=Timeline(day0=None),
        expansions=(),
        dlt=DltWatch(state="data-gap", definition="DLT_v1", why="no-day-0"),
    )
    for made in outcomes(nobody, ON):
        assert made["effectiveDateTime"] == "2025-06-01T12:00:00+08:00"
        assert made["status"] == "preliminary"


def test_the_window_for_toxicities_has_its_state_and_events() -> None:
    """The state is coded; each event says by which rule, and what a person must still say."""
    made = _named("dlt-state", followed())
    assert _code(made["valueCodeableConcept"]) == "open"
    assert made["effectivePeriod"] == {"start": "2025-03-03", "end": "2025-03-31"}
    told = _parts(made, "dlt-event")[0]["valueString"]
    assert told == (
        "Cytokine release syndrome, grade not known, rule crs, not certain by its numbers, not confirmed; "
        "to be said: attribution, grade (yts109-event-2)"
    )
    assert "an event is open" in _notes(made)
    assert _code(_parts(made, "evaluable")[0]["dataAbsentReason"]) == "unknown"


@pytest.mark.parametrize(("confirmed", "word"), [(True, "confirmed by a person"), (False, "refused by a person")])
def test_a_limiting_event_says_what_a_person_said(confirmed: bool, word: str) -> None:
    """Yes and no are told apart, and nothing is asked where nothing is open."""
    changes: Node = {"confirmed": confirmed, "certain": True, "grade": 4, "ask": ()}
    event: DltEvent = msgspec.structs.replace(LIMITING, **changes)
    watch = DltWatch(state="dlt", definition="DLT_v1", window=WINDOW, events=(event,), evaluable=True)
    made = _named("dlt-state", followed(dlt=watch))
    assert f"grade 4, rule crs, certain by its numbers, {word} (" in _parts(made, "dlt-event")[0]["valueString"]
    assert _parts(made, "evaluable")[0]["valueBoolean"] is True


def test_a_window_that_lies_ahead_ends_today() -> None:
    """Nothing is said of days to come."""
    at = AT - timedelta(days=80)
    made = _named("dlt-state", followed(at=at), Occasion(at))
    assert made["effectivePeriod"] == {"start": "2025-03-03", "end": "2025-03-13"}


def test_kinetics_are_components_in_their_units() -> None:
    """Peak, times and area with UCUM units; what cannot be told has the reason; unused samples are named."""
    made = _named("cell-kinetics", followed())
    told = {_code(one["code"]): one for one in made["component"]}
    assert (told["cmax"]["valueQuantity"]["value"], told["cmax"]["valueQuantity"]["code"]) == (120_000, "{copies}/ug")
    assert told["tmax"]["valueQuantity"]["code"] == told["auc-to"]["valueQuantity"]["code"] == "d"
    assert told["auc"]["valueQuantity"]["code"] == "{copies}/ug.d"
    assert told["half-life"]["dataAbsentReason"]["text"] == "few-points"
    assert "({copies}/ug)" in told["analyte"]["valueString"]
    assert made["derivedFrom"] == [{"reference": "Observation/k10/_history/1"}]
    assert "The last sample lies before the end" in _notes(made)
    assert "Not used: copies, day 12 (Observation/k12): no unit" in _notes(made)


def test_a_quotient_is_rounded() -> None:
    """Three thirds have no end; a number that was sent keeps its digits."""
    made = _named("cell-kinetics", followed(expansions=(msgspec.structs.replace(COPIES, auc=Decimal(3074) / 3),)))
    assert _parts(made, "auc")[0]["valueQuantity"]["value"] == Decimal("1024.66666667")
    assert str(_parts(_named("renal-response", followed()), "check")[1]["valueQuantity"]["value"]) == "0.40"


def test_each_analyte_has_kinetics_of_its_own() -> None:
    """Two units of one analyte are two results with two ids."""
    other = msgspec.structs.replace(COPIES, unit="{copies}/mL", truncated=False)
    made = [one for one in outcomes(followed(expansions=(COPIES, other)), ON) if "cell-kinetics" in str(one["code"])]
    assert len({one["id"] for one in made}) == 2
    assert "The last sample" not in _notes(made[1])


def test_depletion_is_told_with_its_days() -> None:
    """Days and nadir where they are known, the reason elsewhere; only counts of B cells are behind it."""
    made = _named("b-cell-depletion", followed())
    told = {_code(one["code"]): one for one in made["component"]}
    assert told["depleted"]["valueQuantity"]["value"] == 7
    assert told["recovered"]["dataAbsentReason"]["text"] == "not-recovered"
    assert (told["nadir"]["valueQuantity"]["value"], told["nadir"]["valueQuantity"]["code"]) == (
        Decimal("0.002"),
        "10*9/L",
    )
    assert made["derivedFrom"] == [{"reference": "Observation/b7/_history/1"}]
    nothing = _named("b-cell-depletion", followed(dynamics=Dynamics(definition="PD_v1", b_cells=BCells())))
    assert all("dataAbsentReason" in one for one in nothing["component"])
    assert "derivedFrom" not in nothing


def _grades(*events: Episode) -> list[Node]:
    return [one for one in outcomes(followed(*events), ON) if _code(one["code"]) == "event-grade"]


def test_what_data_say_of_a_reported_event_stands_beside_it() -> None:
    """The event is named by the hospital's own reference; without a word of the data there is nothing to write."""
    reported = episode(source="reported", scale="as reported", proposed_grade=4, reports=("AdverseEvent/theirs",))
    made = _grades(reported, episode(id="x", source="reported", scale="as reported", at_least=3))
    assert len(made) == 1
    assert made[0]["method"] == {"text": "CTCAE 5.0"}
    assert made[0]["valueQuantity"]["value"] == 4
    assert "Neutrophil count decreased (AdverseEvent/theirs)" in _parts(made[0], "event")[0]["valueString"]
    assert made[0]["effectivePeriod"] == {"start": "2025-03-08", "end": "2025-03-15"}


def test_a_grade_that_is_not_known_has_its_bound() -> None:
    """Neither is an unknown grade dropped nor its bound taken for it."""
    vague = episode(source="reported", scale="as reported", worst_grade=None, at_least=3, reason="no-range", end=None)
    made = _grades(vague)[0]
    assert made["dataAbsentReason"]["text"] == "no-range"
    assert _parts(made, "at-least")[0]["valueQuantity"]["value"] == 3
    assert made["effectivePeriod"]["end"] == "2025-06-01"
    assert _grades(crs(source="reported", scale="as reported", proposed_grade=2))[0]["method"] == {"text": "ASTCT 2019"}


def test_only_scales_that_events_cannot_carry_have_grades_apart() -> None:
    """CTCAE grades stand in the event; ASTCT grades here, with the evidence that is no Observation in words."""
    made = _grades(crs(), episode(), crs(id="y", confirmed=False))
    assert [one["method"]["text"] for one in made] == ["ASTCT 2019"]
    assert "(AdverseEvent/yts109-event-2)" in _parts(made[0], "event")[0]["valueString"]
    assert "It also rests on: Condition without an id, Condition/c1/_history/1, Encounter/e1" in _notes(made[0])


def test_narratives_repeat_the_values() -> None:
    """A reader sees value, parts and notes; an absent value with its reason."""
    div = _named("renal-response", followed())["text"]["div"]
    assert "Complete renal response" in div
    assert "upcr: value: 0.40 g/g" in div
    assert "no-rescue: not known 未知: needs-person" in div
    assert "Counts as a response 计为应答: yes 是" in div
    silent = _named("platelet-response", followed(platelets=Response(result="not-evaluable", definition="ITP_v1")))
    assert "<p>not known 未知</p>" in silent["text"]["div"]
    refused = msgspec.structs.replace(RENAL, responder=False)
    assert "计为应答: no 否" in _named("renal-response", followed(renal=refused))["text"]["div"]
