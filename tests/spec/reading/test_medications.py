"""MedicationRequest, -Administration, -Statement and -Dispense -> exposures: what, from when to when."""

import json
from typing import Any

import msgspec
import pytest

from mappings.codes import ATC, Code
from mappings.facts import Exposure
from mappings.reading import medications, statuses, views
from mappings.reading.context import Context

title = "Medications"
CONTEXT = Context()
TACROLIMUS = {"coding": [{"system": ATC, "code": "L04AD02"}]}
READERS: dict[type[views.Medicated], Any] = {
    views.MedicationRequest: medications.read_request,
    views.MedicationAdministration: medications.read_administration,
    views.MedicationStatement: medications.read_statement,
    views.MedicationDispense: medications.read_dispense,
}
MODIFIED = {"modifierExtension": [{"url": "http://x"}]}
WHOLE = {
    views.MedicationRequest: "active",
    views.MedicationAdministration: "completed",
    views.MedicationStatement: "active",
    views.MedicationDispense: "completed",
}


def read(kind: type[views.Medicated], context: Context = CONTEXT, **elements: Any) -> Any:
    """Return what is read of a resource about tacrolimus with these elements."""
    base = {"resourceType": kind.__name__, "id": "m1", "status": WHOLE[kind], "medicationCodeableConcept": TACROLIMUS}
    view = msgspec.json.decode(json.dumps({**base, **elements}).encode(), type=kind)
    return READERS[kind](view, context)


def one(kind: type[views.Medicated], context: Context = CONTEXT, **elements: Any) -> Exposure:
    found = read(kind, context, **elements)
    assert isinstance(found, list), found
    (fact,) = found
    assert isinstance(fact, Exposure)
    return fact


def days(fact: Exposure) -> tuple[str | None, str | None]:
    """Return the first day of an exposure and its last."""
    start, ended = fact.when and fact.when.earliest, fact.ended and fact.ended.latest
    return start and f"{start.date()}", ended and f"{ended.date()}"


TABLES = {
    views.MedicationRequest: statuses.MEDICATION_REQUEST,
    views.MedicationAdministration: statuses.MEDICATION_ADMINISTRATION,
    views.MedicationStatement: statuses.MEDICATION_STATEMENT,
    views.MedicationDispense: statuses.MEDICATION_DISPENSE,
}


@pytest.mark.parametrize(
    ("kind", "status", "ongoing"),
    [
        (views.MedicationRequest, "active", True),
        (views.MedicationRequest, "on-hold", None),
        (views.MedicationRequest, "completed", False),
        (views.MedicationRequest, "stopped", False),
        (views.MedicationRequest, "ended", False),
        (views.MedicationRequest, "unknown", None),
        (views.MedicationAdministration, "in-progress", True),
        (views.MedicationAdministration, "on-hold", None),
        (views.MedicationAdministration, "completed", False),
        (views.MedicationAdministration, "stopped", False),
        (views.MedicationAdministration, "unknown", None),
        (views.MedicationStatement, "active", True),
        (views.MedicationStatement, "on-hold", None),
        (views.MedicationStatement, "completed", False),
        (views.MedicationStatement, "stopped", False),
        (views.MedicationStatement, "recorded", None),
        (views.MedicationStatement, "unknown", None),
        (views.MedicationDispense, "completed", None),
        (views.MedicationDispense, "in-progress", None),
        (views.MedicationDispense, "on-hold", None),
        (views.MedicationDispense, "stopped", None),
        (views.MedicationDispense, "unknown", None),
    ],
)
def test_a_status_says_whether_a_drug_is_still_taken(
    kind: type[views.Medicated], status: str, ongoing: bool | None
) -> None:
    """A dispense says nothing of it: what was handed over may still be in the cupboard."""
    fact = one(kind, status=status)
    uncertain = TABLES[kind][status] == "preliminary"
    assert (fact.ongoing, fact.problem) == (ongoing, "preliminary" if uncertain else None)
    assert fact.source.reference == f"{kind.__name__}/m1"


@pytest.mark.parametrize("kind", TABLES)
def test_every_other_status_is_set_aside_with_its_reason(kind: type[views.Medicated]) -> None:
    """Not given, not taken, not handed over, only intended, or wrong."""
    for status, use in TABLES[kind].items():
        if use not in {"use", "preliminary"}:
            assert read(kind, status=status) == use, status


@pytest.mark.parametrize("kind", TABLES)
@pytest.mark.parametrize(
    ("elements", "reason"),
    [
        ({"status": ""}, "malformed"),
        ({"status": "nonsense"}, "malformed"),
        (MODIFIED, "unknown-modifier"),
        ({"implicitRules": "http://x"}, "implicit-rules"),
        ({"medicationCodeableConcept": None}, "unresolved-reference"),
        ({"medicationCodeableConcept": {"coding": [{"system": ATC, "code": "A02BC01"}]}}, "not-relevant"),
        (
            {"medicationCodeableConcept": {"coding": [{"system": ATC, "code": "L04AD02", "display": "prednisone"}]}},
            "display-contradicts",
        ),
        ({"medicationReference": {"reference": "Medication/nowhere"}, "medicationCodeableConcept": None}, "unresolved-reference"),
    ],
)  # fmt: skip
def test_what_is_not_used_is_set_aside_with_its_reason(
    kind: type[views.Medicated], elements: dict[str, Any], reason: str
) -> None:
    """Nothing is dropped silently."""
    assert read(kind, **elements) == reason


@pytest.mark.parametrize(
    ("elements", "reason"),
    [
        ({"intent": "proposal"}, "draft"),
        ({"intent": "option"}, "draft"),
        ({"intent": "plan"}, "draft"),
        ({"intent": "plan", "reportedBoolean": False}, "draft"),
        ({"intent": "plan", "requester": {"reference": "Practitioner/1"}}, "draft"),
        ({"intent": "proposal", "reportedBoolean": True}, "draft"),
        ({"intent": "nonsense", "reportedBoolean": True}, "malformed"),
        ({"intent": "nonsense"}, "malformed"),
        ({"doNotPerform": True}, "negated"),
        ({"doNotPerform": True, **MODIFIED}, "unknown-modifier"),
        ({"doNotPerform": True, "implicitRules": "http://x"}, "implicit-rules"),
        ({"intent": "plan", **MODIFIED}, "unknown-modifier"),
    ],
)
def test_a_drug_that_was_only_thought_of_or_forbidden_is_not_ordered(elements: dict[str, Any], reason: str) -> None:
    """A modifier that nobody here understands comes before both."""
    assert read(views.MedicationRequest, **elements) == reason


@pytest.mark.parametrize(
    "elements",
    [
        {},
        *({"intent": name} for name in ("order", "original-order", "reflex-order", "filler-order", "instance-order")),
        {"intent": "order", "doNotPerform": False},
        {"intent": "plan", "reportedBoolean": True},
        {"intent": "plan", "reported": True},
        {"intent": "plan", "reportedReference": {"reference": "Patient/1"}},
        {"intent": "plan", "requester": {"reference": "http://h/fhir/Patient/1"}},
    ],
)
def test_an_order_is_an_exposure_that_may_have_happened(elements: dict[str, Any]) -> None:
    """So is a plan that is only reported: this is how drugs that patients take by themselves are told (US Core)."""
    assert one(views.MedicationRequest, **elements).kind == "request"


def bounded(start: str = "", end: str = "") -> dict[str, Any]:
    return {"timing": {"repeat": {"boundsPeriod": {"start": start, "end": end}}}}


MONTH = {"expectedSupplyDuration": {"value": 30, "code": "d"}}


@pytest.mark.parametrize(
    ("elements", "start", "ended"),
    [
        ({}, "2025-05-01", None),
        ({"authoredOn": ""}, None, None),
        ({"dosageInstruction": [bounded("", "2025-05-20")]}, "2025-05-01", "2025-05-20"),
        ({"dosageInstruction": [bounded("2025-06-01", "2025-06-20")]}, "2025-06-01", "2025-06-20"),
        ({"dosageInstruction": [bounded("", "2025-05-20"), bounded("2025-05-21", "2025-06-20")]}, "2025-05-01", "2025-06-20"),
        ({"dosageInstruction": [bounded("", "2025-05-20"), {"text": "维持"}]}, "2025-05-01", None),
        ({"dosageInstruction": [bounded("", "9999-12-31")]}, "2025-05-01", None),
        ({"dosageInstruction": [bounded("", "2025-04-20")]}, "2025-05-01", None),
        ({"dosageInstruction": [bounded("", "2025-05-20") | MODIFIED]}, "2025-05-01", None),
        ({"effectiveDosePeriod": {"start": "2025-05-03", "end": "2025-05-20"}}, "2025-05-03", "2025-05-20"),
        ({"dispenseRequest": MONTH}, "2025-05-01", "2025-05-30"),
        ({"dispenseRequest": {**MONTH, "numberOfRepeatsAllowed": 2}}, "2025-05-01", "2025-07-29"),
        ({"dispenseRequest": {**MONTH, "validityPeriod": {"end": "2025-06-30"}}}, "2025-05-01", "2025-07-29"),
        ({"dispenseRequest": {**MONTH, "validityPeriod": {"start": "2025-05-01"}}}, "2025-05-01", "2025-05-30"),
        ({"dispenseRequest": {"validityPeriod": {"end": "2025-06-30"}}}, "2025-05-01", None),
        ({"dispenseRequest": {**MONTH, **MODIFIED}}, "2025-05-01", None),
        ({"dispenseRequest": MONTH, "dosageInstruction": [bounded("", "2025-05-20")]}, "2025-05-01", "2025-05-30"),
        ({"dispenseRequest": {"quantity": {"value": 60, "unit": "片"}}}, "2025-05-01", None),
        ({"dispenseRequest": MONTH, "reportedBoolean": True}, None, None),
    ],
)  # fmt: skip
def test_an_order_lasts_as_long_as_it_may(elements: dict[str, Any], start: str | None, ended: str | None) -> None:
    """The latest of its instructions and its supply; until when it may be dispensed ends nothing by itself."""
    assert days(one(views.MedicationRequest, **{"authoredOn": "2025-05-01", **elements})) == (start, ended)


def test_an_active_order_past_its_end_is_both() -> None:
    """The fact keeps the contradiction for the rules to see."""
    fact = one(views.MedicationRequest, authoredOn="2020-05-01", dispenseRequest=MONTH)
    assert (fact.ongoing, days(fact)) == (True, ("2020-05-01", "2020-05-30"))


@pytest.mark.parametrize(
    ("elements", "start", "ended"),
    [
        ({"effectiveDateTime": "2025-05-01"}, "2025-05-01", "2025-05-01"),
        ({"effectiveDateTime": "2025-05-01T08:00:00+08:00"}, "2025-05-01", "2025-05-01"),
        ({"effectiveDateTime": "2025-05"}, "2025-05-01", "2025-05-31"),
        ({"effectiveDateTime": "2025-05-01", "status": "stopped"}, "2025-05-01", "2025-05-01"),
        ({"effectiveDateTime": "2025-05-01", "status": "in-progress"}, "2025-05-01", None),
        ({"effectiveDateTime": "2025-05-01", "status": "on-hold"}, "2025-05-01", None),
        ({"effectiveDateTime": "2025-05-01", "status": "unknown"}, "2025-05-01", None),
        ({"effectivePeriod": {"start": "2025-05-01", "end": "2025-05-03"}}, "2025-05-01", "2025-05-03"),
        ({"effectivePeriod": {"start": "2025-05-01"}}, "2025-05-01", None),
        ({"effectivePeriod": {"end": "2025-05-03"}}, None, "2025-05-03"),
        ({"effectivePeriod": {"start": "2025-05-04", "end": "2025-05-03"}}, "2025-05-04", None),
        ({"occurenceDateTime": "2025-05-01"}, "2025-05-01", "2025-05-01"),
        ({"occurencePeriod": {"start": "2025-05-01", "end": "2025-05-03"}}, "2025-05-01", "2025-05-03"),
        ({"occurenceTiming": {"event": ["2025-05-08", "2025-05-01"]}}, "2025-05-01", "2025-05-08"),
        ({"occurenceTiming": {"code": {"text": "QD"}}}, None, None),
        ({}, None, None),
    ],
)
def test_an_administration_is_one_moment_or_a_time(
    elements: dict[str, Any], start: str | None, ended: str | None
) -> None:
    """One that goes on, and a period without an end, may have gone on since; R5 spells it "occurence"."""
    assert days(one(views.MedicationAdministration, **elements)) == (start, ended)


@pytest.mark.parametrize(
    ("elements", "start", "ended"),
    [
        ({"effectiveDateTime": "2025-05-01", "dateAsserted": "2025-05-09"}, "2025-05-01", None),
        ({"effectivePeriod": {"start": "2025-05-01", "end": "2025-05-03"}}, "2025-05-01", "2025-05-03"),
        ({"effectivePeriod": {"start": "2025-05-01", "end": "9999-12-31"}}, "2025-05-01", None),
        ({"effectivePeriod": {"start": "2025-05-01"}}, "2025-05-01", None),
        ({"effectivePeriod": {"end": "2025-05-03"}}, None, "2025-05-03"),
        ({"effectivePeriod": {"start": "2025-05-01", "end": "2024-05-03"}}, "2025-05-01", None),
        ({"effectiveTiming": {"event": ["2025-05-01", "2025-05-08"]}}, "2025-05-01", "2025-05-08"),
        ({"effectiveTiming": bounded("2025-05-01", "2025-05-08")["timing"]}, "2025-05-01", "2025-05-08"),
        ({"effectiveTiming": {"repeat": {"boundsDuration": {"value": 3, "code": "d"}}}}, None, None),
        ({"dateAsserted": "2025-05-09"}, None, None),
        ({}, None, None),
    ],
)
def test_a_statement_is_dated_by_the_time_it_speaks_of(
    elements: dict[str, Any], start: str | None, ended: str | None
) -> None:
    """Never by the day on which it was made; an end before the start is none."""
    assert days(one(views.MedicationStatement, **elements)) == (start, ended)


@pytest.mark.parametrize(
    ("adherence", "ongoing", "problem"),
    [
        ({"code": {"coding": [{"code": "taking"}]}}, True, None),
        ({"code": {"coding": [{"code": "taking-as-directed"}]}}, True, None),
        ({"code": {"coding": [{"code": "taking-not-as-directed"}]}}, True, None),
        ({"code": {"coding": [{"code": "on-hold"}]}}, None, None),
        ({"code": {"coding": [{"code": "on-hold-as-directed"}]}}, None, None),
        ({"code": {"coding": [{"code": "on-hold-not-as-directed"}]}}, None, None),
        ({"code": {"coding": [{"code": "stopped"}]}}, False, None),
        ({"code": {"coding": [{"code": "stopped-as-directed"}]}}, False, None),
        ({"code": {"coding": [{"code": "stopped-not-as-directed"}]}}, False, None),
        ({"code": {"coding": [{"code": "unknown"}]}}, None, "preliminary"),
        ({"code": {"coding": [{"code": "01"}, {"code": "taking"}]}}, True, None),
        ({"code": {"coding": [{"code": "taking"}, {"code": "not-taking"}]}}, None, "preliminary"),
        ({"code": {"text": "未服用"}}, None, "preliminary"),
        ({}, None, "preliminary"),
        (None, None, None),
    ],
)
def test_adherence_says_in_r5_what_the_status_says_in_r4(
    adherence: Any, ongoing: bool | None, problem: str | None
) -> None:
    """Codes that differ and words alone leave it uncertain whether the drug was taken."""
    fact = one(views.MedicationStatement, status="recorded", adherence=adherence)
    assert (fact.ongoing, fact.problem) == (ongoing, problem)


def test_a_status_of_r4_that_says_unknown_is_not_settled_by_adherence() -> None:
    """The two releases are not mixed to make a certainty."""
    fact = one(views.MedicationStatement, status="unknown", adherence={"code": {"coding": [{"code": "taking"}]}})
    assert (fact.ongoing, fact.problem) == (None, "preliminary")


@pytest.mark.parametrize(
    ("elements", "reason"),
    [
        ({"adherence": {"code": {"coding": [{"code": "not-taking"}]}}}, "not-done"),
        ({"adherence": {"code": {"coding": [{"code": "nonsense"}]}}}, "malformed"),
        ({"adherence": {"code": {"coding": [{"code": "taking"}]}, **MODIFIED}}, "unknown-modifier"),
        ({"status": "entered-in-error", "adherence": {"code": {"coding": [{"code": "taking"}]}}}, "entered-in-error"),
        ({"status": "draft", "adherence": {"code": {"coding": [{"code": "taking"}]}}}, "draft"),
    ],
)
def test_a_statement_that_nothing_was_taken_is_set_aside(elements: dict[str, Any], reason: str) -> None:
    """So is an adherence we do not understand; the status of the record comes first."""
    assert read(views.MedicationStatement, **{"status": "recorded", **elements}) == reason


WEEKS = {"daysSupply": {"value": 14, "code": "d"}}


@pytest.mark.parametrize(
    ("elements", "start", "ended"),
    [
        ({"whenHandedOver": "2025-05-02", "whenPrepared": "2025-05-01", **WEEKS}, "2025-05-02", "2025-05-15"),
        ({"whenPrepared": "2025-05-01", **WEEKS}, "2025-05-01", None),
        ({"whenHandedOver": "2025-05-02", "quantity": {"value": 60, "unit": "片"}}, "2025-05-02", None),
        ({"whenHandedOver": "2025-05-02", "daysSupply": {"value": 14, "unit": "片"}}, "2025-05-02", None),
        (WEEKS, None, None),
    ],
)
def test_a_dispense_lasts_for_the_days_it_supplies(
    elements: dict[str, Any], start: str | None, ended: str | None
) -> None:
    """From the day it was handed over; a number of tablets says nothing of days."""
    assert days(one(views.MedicationDispense, **elements)) == (start, ended)


def test_a_bad_date_is_an_error() -> None:
    """The chart sets the resource aside as "bad-date"."""
    for kind, name in ((views.MedicationRequest, "authoredOn"), (views.MedicationDispense, "whenHandedOver")):
        with pytest.raises(ValueError, match="not a FHIR date"):
            read(kind, **{name: "1 May 2025"})


def test_an_exposure_carries_its_dose_and_route() -> None:
    """As it was sent, and in milligrams."""
    dosage = {
        "doseAndRate": [{"doseQuantity": {"value": 0.5, "code": "g"}}],
        "route": {"text": "口服"},
        "timing": {"code": {"text": "一日两次"}},
    }
    fact = one(views.MedicationRequest, dosageInstruction=[dosage])
    assert (fact.dose_mg, fact.daily_mg, fact.daily_mg_per_kg, fact.route) == (500, 1000, None, "口服")
    assert fact.raw == "500.0 mg"


def test_a_local_code_is_read_by_the_sites_concept_map() -> None:
    """The hospital's own code stands for the code it is mapped to."""
    context = Context(local_codes={("http://h/drug", "FK506"): Code(ATC, "L04AD02")})
    concept = {"coding": [{"system": "http://h/drug", "code": "FK506", "display": "他克莫司"}]}
    fact = one(views.MedicationRequest, context, medicationCodeableConcept=concept)
    assert (fact.concepts, fact.raw) == ({"rx.immunosuppressant.tacrolimus"}, "他克莫司")
