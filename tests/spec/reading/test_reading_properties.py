"""Every reader of conditions, drugs and procedures: what holds for whatever a hospital sends."""

import json
import math
from collections.abc import Callable
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.codes import ATC, SNOMED_CT
from mappings.facts import Exposure, Fact
from mappings.reading import adverse_events, conditions, encounters, medications, procedures, views
from mappings.reading.context import Context
from mappings.reading.views import Medication

title = "Conditions, drugs and procedures, whatever they hold"
Json = dict[str, Any]
TRIAL = "https://yts109.example.org/fhir/CodeSystem/trial"
MEDICATION = msgspec.json.decode(
    json.dumps({"id": "m", "resourceType": "Medication", "code": {"coding": [{"system": ATC, "code": "L04AD02"}]}}),
    type=Medication,
)
CONTEXT = Context(medications={"m": MEDICATION}, follows=True)
READERS: dict[type[views.Resource], Callable[[Any, Context], Any]] = {
    views.Condition: conditions.read,
    views.Procedure: procedures.read,
    views.MedicationRequest: medications.read_request,
    views.MedicationAdministration: medications.read_administration,
    views.MedicationStatement: medications.read_statement,
    views.MedicationDispense: medications.read_dispense,
    views.AdverseEvent: adverse_events.read,
    views.Encounter: encounters.read,
}

_CODE = st.sampled_from(
    ["", "active", "completed", "stopped", "in-progress", "confirmed", "refuted", "resolved", "unknown", "order", "plan",
     "taking", "not-taking", "I26.9", "L04AD02", "302497006", "yts109", "QD", "mg", "d", "h", "kg", "nonsense", "\x00"]
)  # fmt: skip
_DATE = st.sampled_from(
    ["", "2025", "2025-05", "2025-05-20", "2025-05-20T08:00:00Z", "2025-05-20 08:00", "0001-01-01", "9999-12-31",
     "9999-12-31T23:59:60Z", "2199-12-31T23:59:59-14:00", "1800-01-01", "2025-02-30", "24:00", "now"]
)  # fmt: skip
_SYSTEM = st.sampled_from(["", TRIAL, ATC, SNOMED_CT, "http://hl7.org/fhir/sid/icd-10", "http://h"])
_CONCEPT = st.fixed_dictionaries(
    {},
    optional={
        "text": _CODE,
        "coding": st.lists(st.fixed_dictionaries({"code": _CODE}, optional={"system": _SYSTEM}), max_size=3),
    },
)
_NUMBER = st.sampled_from([0, 1, -1, 14, 0.5, 1e300, 10**40, 10**4000])
_QUANTITY = st.fixed_dictionaries(
    {}, optional={"value": _NUMBER, "code": _CODE, "unit": _CODE, "comparator": st.just("<")}
)
_PERIOD = st.fixed_dictionaries({}, optional={"start": _DATE, "end": _DATE})
_REFERENCE = st.fixed_dictionaries(
    {}, optional={"reference": st.sampled_from(["Medication/m", "#m", "x/y/", "Patient/1"])}
)
_MODIFIED = {"modifierExtension": st.lists(st.just({"url": "http://x"}), max_size=1)}
_REPEAT = st.fixed_dictionaries(
    {},
    optional={
        "boundsPeriod": _PERIOD,
        "boundsDuration": _QUANTITY,
        "frequency": st.sampled_from([0, 1, 3, -2, 10**30]),
        "period": _NUMBER,
        "periodUnit": _CODE,
    },
)
_TIMING = st.fixed_dictionaries(
    {}, optional={"event": st.lists(_DATE, max_size=3), "repeat": _REPEAT, "code": _CONCEPT, **_MODIFIED}
)
_DOSAGE = st.fixed_dictionaries(
    {},
    optional={
        "timing": _TIMING,
        "route": _CONCEPT,
        "asNeeded": st.booleans(),
        "doseAndRate": st.lists(st.fixed_dictionaries({}, optional={"doseQuantity": _QUANTITY}), max_size=2),
        **_MODIFIED,
    },
)
_SUPPLY = st.fixed_dictionaries(
    {},
    optional={
        "validityPeriod": _PERIOD,
        "expectedSupplyDuration": _QUANTITY,
        "numberOfRepeatsAllowed": st.sampled_from([0, 2, -1, 10**30]),
        **_MODIFIED,
    },
)
_REFERABLE = st.fixed_dictionaries({}, optional={"concept": _CONCEPT, "reference": _REFERENCE})
_GUIDE = "http://hl7.org/fhir/uv/ae-research-backport-ig/StructureDefinition/"
_VALUES = st.fixed_dictionaries(
    {}, optional={"valueCodeableConcept": _CONCEPT, "valueBoolean": st.booleans(), "valueDateTime": _DATE}
)
_PART = st.builds(
    lambda name, value: {"url": name, **value},
    st.sampled_from(["criterionCode", "criterionPresent", "instance", "causality", "actor"]),
    _VALUES,
)
_EXTENSION = st.builds(
    lambda name, value, parts: {"url": _GUIDE + name, **value, "extension": parts},
    st.sampled_from(["ae-grade", "resolve-date", "seriousness-criteria", "suspect-entity", "participant", "x"]),
    _VALUES,
    st.lists(_PART, max_size=3),
)
_SUSPECT = st.fixed_dictionaries(
    {},
    optional={
        "instance": _REFERENCE,
        "causality": st.lists(st.fixed_dictionaries({}, optional={"assessment": _CONCEPT})),
    },
)
_ELEMENTS = {
    "intent": _CODE,
    "doNotPerform": st.booleans(),
    "reported": st.booleans(),
    "requester": _REFERENCE,
    "clinicalStatus": _CONCEPT,
    "verificationStatus": _CONCEPT,
    "code": _CONCEPT,
    "medicationCodeableConcept": _CONCEPT,
    "medicationReference": _REFERENCE,
    "medication": _REFERABLE,
    "adherence": st.fixed_dictionaries({}, optional={"code": _CONCEPT, **_MODIFIED}),
    "dispenseRequest": _SUPPLY,
    "daysSupply": _QUANTITY,
    "effectiveTiming": _TIMING,
    "occurenceTiming": _TIMING,
    "dosageInstruction": st.lists(_DOSAGE, max_size=2),
    "dosage": st.fixed_dictionaries({}, optional={"dose": _QUANTITY, **_MODIFIED}) | st.lists(_DOSAGE, max_size=2),
    "class": st.lists(_CONCEPT, max_size=2) | st.fixed_dictionaries({}, optional={"code": _CODE}),
    "actuality": st.sampled_from(["actual", "potential", ""]),
    "event": _CONCEPT,
    "seriousness": _CONCEPT,
    "outcome": _CONCEPT | st.lists(_CONCEPT, max_size=2),
    "recorder": _REFERENCE,
    "extension": st.lists(_EXTENSION, max_size=3),
    "suspectEntity": st.lists(_SUSPECT, max_size=2),
    "meta": st.fixed_dictionaries({}, optional={"lastUpdated": _DATE, "versionId": _CODE}),
    "implicitRules": st.sampled_from(["", "http://x"]),
    **_MODIFIED,
    **dict.fromkeys(
        ("onsetDateTime", "abatementDateTime", "recordedDate", "performedDateTime", "occurrenceDateTime", "authoredOn",
         "effectiveDateTime", "occurenceDateTime", "whenHandedOver", "whenPrepared", "date", "detected"),
        _DATE,
    ),
    **dict.fromkeys(
        ("onsetPeriod", "abatementPeriod", "performedPeriod", "occurrencePeriod", "effectivePeriod", "occurencePeriod",
         "effectiveDosePeriod", "period", "actualPeriod"),
        _PERIOD,
    ),
}  # fmt: skip
_STATUS = st.sampled_from(["completed", "active", "stopped", "in-progress", "on-hold", "unknown", "nonsense"])
_RESOURCE = st.fixed_dictionaries({"id": st.just("1"), "status": _STATUS}, optional=_ELEMENTS)
_KIND = st.sampled_from(list(READERS))
_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["code", "coding", "start"]), inner),
    max_leaves=5,
)


def outcome(kind: type[views.Resource], resource: Json) -> Any:
    """Return what is read of ``resource``; the two errors that the chart knows are an outcome too."""
    text = json.dumps({"resourceType": kind.__name__, **resource})
    try:
        return READERS[kind](msgspec.json.decode(text.encode(), type=kind), CONTEXT)
    except msgspec.DecodeError:
        return "malformed"
    except ValueError:
        return "bad-date"


def turned(value: Any) -> Any:
    """Return ``value`` with the members of all its objects the other way round."""
    if isinstance(value, dict):
        return {name: turned(value[name]) for name in reversed(value)}
    return [turned(each) for each in value] if isinstance(value, list) else value


@settings(max_examples=400, deadline=None)
@given(kind=_KIND, resource=_RESOURCE)
def test_a_reader_gives_facts_or_a_reason_whatever_it_gets(kind: type[views.Resource], resource: Json) -> None:
    """No date, number, code or modifier makes it fail otherwise; facts are in order and unknown modifiers never used."""
    found = outcome(kind, resource)
    assert isinstance(found, str) or all(isinstance(fact, Fact) for fact in found)
    if resource.get("modifierExtension") or resource.get("implicitRules"):
        assert isinstance(found, str)
    for fact in found if isinstance(found, list) else []:
        if fact.when is not None:
            assert fact.when.earliest <= fact.when.latest
        ended = getattr(fact, "ended", None)
        assert ended is None or fact.when is None or fact.when.earliest <= ended.latest


@settings(deadline=None)
@given(kind=_KIND, resource=_RESOURCE, name=st.sampled_from(sorted(_ELEMENTS)), value=_ANYTHING)
def test_an_element_that_holds_anything_at_all_does_not_break_a_reader(
    kind: type[views.Resource], resource: Json, name: str, value: Any
) -> None:
    """Whatever JSON stands where a code, a period or a dosage should."""
    found = outcome(kind, {**resource, name: value})
    assert isinstance(found, str | list)


@settings(deadline=None)
@given(kind=_KIND, resource=_RESOURCE)
def test_the_order_of_members_changes_nothing(kind: type[views.Resource], resource: Json) -> None:
    """JSON objects have no order."""
    assert outcome(kind, turned(resource)) == outcome(kind, resource)


@settings(deadline=None)
@given(resource=_RESOURCE, status=st.permutations(["confirmed", "refuted", "01"]))
def test_the_order_of_codings_changes_nothing(resource: Json, status: list[str]) -> None:
    """A ruled-out diagnosis is not confirmed by the order of its codings."""
    codings = {"coding": [{"code": code} for code in status]}
    told = outcome(views.Condition, {**resource, "verificationStatus": codings})
    other = outcome(views.Condition, {**resource, "verificationStatus": {"coding": codings["coding"][::-1]}})
    assert told == other


#: What R5 calls an element of R4.
R5_NAMES = {
    "performedDateTime": "occurrenceDateTime",
    "performedPeriod": "occurrencePeriod",
    "effectiveDateTime": "occurenceDateTime",
    "effectivePeriod": "occurencePeriod",
}


def as_r5(kind: type[views.Resource], resource: Json) -> Json:
    """Return an R4 resource as R5 writes it."""
    changed = kind in (views.Procedure, views.MedicationAdministration)
    renamed = {R5_NAMES.get(name, name) if changed else name: value for name, value in resource.items()}
    drug = {"concept": "medicationCodeableConcept", "reference": "medicationReference"}
    both = {ours: renamed.pop(theirs) for ours, theirs in drug.items() if theirs in renamed}
    return {**renamed, **({"medication": both} if both else {})}


@settings(deadline=None)
@given(kind=_KIND, resource=_RESOURCE)
def test_both_releases_give_the_same_facts(kind: type[views.Resource], resource: Json) -> None:
    """Where R5 only renamed an element, what is read of it is the same."""
    r4 = {name: value for name, value in resource.items() if not name.startswith(("occur", "medication"))}
    drug = {name: resource[name] for name in ("medicationCodeableConcept", "medicationReference") if name in resource}
    assert outcome(kind, as_r5(kind, {**r4, **drug})) == outcome(kind, {**r4, **drug})


@settings(deadline=None)
@given(st.integers(1, 30_000), st.integers(0, 12), _DATE)
def test_a_longer_supply_never_ends_an_order_earlier(supply: int, repeats: int, ordered: str) -> None:
    """More tablets last longer, and each repeat lasts as long as the first; what lasts a century has no end."""
    ends = []
    for days, times in ((supply, repeats), (supply + 1, repeats), (supply, repeats + 1)):
        request = {"expectedSupplyDuration": {"value": days, "code": "d"}, "numberOfRepeatsAllowed": times}
        found = outcome(
            views.MedicationRequest, {"status": "active", "authoredOn": ordered, "dispenseRequest": request}
        )
        ends += [
            fact.ended.latest.timestamp() if fact.ended else math.inf for fact in found if isinstance(fact, Exposure)
        ]
    assert ends == [] or ends[0] <= min(ends)
