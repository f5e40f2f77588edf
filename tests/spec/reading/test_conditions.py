"""Condition -> diagnosis."""

import json
from typing import Any

import msgspec
import pytest

from mappings.codes import SNOMED_CT
from mappings.facts import Diagnosis
from mappings.reading.conditions import read
from mappings.reading.context import Context
from mappings.reading.dates import when
from mappings.reading.views import Condition

title = "Conditions"
ICD_10 = "http://hl7.org/fhir/sid/icd-10"
LOCAL = "http://hospital.example.cn/diagnosis"
CONTEXT = Context()
CLINICAL = "active recurrence relapse inactive remission resolved unknown".split()
#: verificationStatus -> whether the diagnosis is certain, or why it is set aside.
VERIFIED = {
    "": True,
    "confirmed": True,
    "unconfirmed": False,
    "provisional": False,
    "differential": False,
    "presumed": False,
    "refuted": "refuted",
    "entered-in-error": "entered-in-error",
}
ACTIVE = {"": None, "unknown": None, "active": True, "recurrence": True, "relapse": True} | dict.fromkeys(
    ("inactive", "remission", "resolved"), False
)


def coded(*codings: tuple[str, str]) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code} for system, code in codings]}


def condition(**elements: Any) -> Condition:
    """Return a pulmonary embolism with these elements."""
    base = {"resourceType": "Condition", "id": "c1", "code": coded((ICD_10, "I26.9"))}
    return msgspec.json.decode(json.dumps({**base, **elements}).encode(), type=Condition)


def one(**elements: Any) -> Diagnosis:
    found = read(condition(**elements), CONTEXT)
    assert isinstance(found, list)
    (fact,) = found
    assert isinstance(fact, Diagnosis)
    return fact


@pytest.mark.parametrize("clinical", ["", *CLINICAL])
@pytest.mark.parametrize("verified", VERIFIED)
def test_both_statuses_together_say_whether_it_is_active_and_certain(clinical: str, verified: str) -> None:
    """Every verificationStatus with every clinicalStatus, each of which may be left out."""
    said = {"clinicalStatus": clinical, "verificationStatus": verified}
    elements = {name: coded(("", code)) for name, code in said.items() if code}
    expected = VERIFIED[verified]
    if isinstance(expected, str):
        assert read(condition(**elements), CONTEXT) == expected
    else:
        fact = one(**elements)
        assert (fact.certain, fact.active) == (expected, ACTIVE[clinical])


@pytest.mark.parametrize(
    ("elements", "concepts", "placed"),
    [
        ({}, {"dx.pe"}, True),
        ({"code": coded((ICD_10, "I26.900x001"))}, {"dx.pe"}, True),
        ({"code": coded((LOCAL, "X1"), (ICD_10, "I26.9"))}, {"dx.pe"}, True),
        ({"code": coded((SNOMED_CT, "128053003"), (ICD_10, "I26.9"))}, {"dx.dvt", "dx.pe"}, True),
        ({"code": coded((LOCAL, "X1"))}, set(), False),
        ({"code": {"text": "肺栓塞"}}, set(), False),
        ({"code": None}, set(), False),
    ],
)
def test_a_diagnosis_is_all_that_its_codings_say(elements: dict[str, Any], concepts: set[str], placed: bool) -> None:
    """One in words, under a code of the hospital's own or under none may be anything, and stays."""
    fact = one(**elements)
    assert (set(fact.concepts), fact.placed) == (concepts, placed)
    assert fact.source.reference == "Condition/c1"


@pytest.mark.parametrize(
    ("elements", "reason"),
    [
        ({"code": coded((ICD_10, "H52.1"))}, "not-relevant"),
        ({"code": {"coding": [{"system": ICD_10, "code": "I26.9", "display": "Myopia"}]}}, "display-contradicts"),
        ({"code": {**coded((ICD_10, "K21.9")), "text": "Pulmonary embolism"}}, "display-contradicts"),
        ({"verificationStatus": coded(("", "nonsense"))}, "malformed"),
        ({"modifierExtension": [{"url": "http://x"}]}, "unknown-modifier"),
        ({"implicitRules": "http://x"}, "implicit-rules"),
    ],
)
def test_what_is_not_used_is_set_aside_with_its_reason(elements: dict[str, Any], reason: str) -> None:
    """Nothing is dropped silently."""
    assert read(condition(**elements), CONTEXT) == reason


def test_a_ruled_out_diagnosis_in_a_second_coding_is_found() -> None:
    """The hospital's own code comes first, HL7's second."""
    assert read(condition(verificationStatus=coded((LOCAL, "3"), ("", "refuted"))), CONTEXT) == "refuted"


def test_a_verification_in_words_is_not_certain() -> None:
    """ "Ruled out" in words alone is not read, so neither is "confirmed"."""
    assert one(verificationStatus={"text": "已排除"}).certain is False


@pytest.mark.parametrize(
    ("elements", "earliest", "latest", "recorded"),
    [
        ({"onsetDateTime": "2025-03"}, "2025-03-01", "2025-03-31", None),
        ({"onsetDateTime": "2025-03-02", "recordedDate": "2025-04-01"}, "2025-03-02", "2025-03-02", "2025-04-01"),
        ({"onsetPeriod": {"start": "2025-03-02", "end": "2025-03-09"}}, "2025-03-02", "2025-03-09", None),
        ({"onsetPeriod": {"start": "2025-03-02"}, "recordedDate": "2025-04-01"}, "2025-03-02", "2025-04-01", "2025-04-01"),
        ({"onsetPeriod": {"start": "2025-03-02"}, "recordedDate": "2025-01-01"}, "2025-03-02", "2025-03-02", "2025-01-01"),
        ({"onsetPeriod": {"start": "2025-03-02", "end": "9999-12-31"}}, "2025-03-02", "2199-12-31", None),
        ({"onsetPeriod": {"end": "2025-03-09"}}, None, None, "2025-03-09"),
        ({"onsetPeriod": {"end": "2025-03-09"}, "recordedDate": "2025-04-01"}, None, None, "2025-03-09"),
        ({"onsetPeriod": {"end": "2025-03-09"}, "recordedDate": "2025-02-01"}, None, None, "2025-02-01"),
        ({"onsetDateTime": "2025-03-02", "onsetPeriod": {"start": "2025-01-01"}}, "2025-03-02", "2025-03-02", None),
        ({"onsetPeriod": {}}, None, None, None),
        ({"recordedDate": "2025-04-01"}, None, None, "2025-04-01"),
        ({"onsetAge": {"value": 40, "code": "a"}}, None, None, None),
        ({"onsetString": "幼年", "recordedDate": "2025-04-01"}, None, None, "2025-04-01"),
        ({"onsetRange": {"low": {"value": 30}}}, None, None, None),
        ({}, None, None, None),
    ],
)  # fmt: skip
def test_the_onset_lies_where_it_may_have_been(
    elements: dict[str, Any], earliest: str | None, latest: str | None, recorded: str | None
) -> None:
    """An age, a range and words leave it open; the day of record and the end of an open period bound it from above."""
    fact, zone = one(**elements), CONTEXT.zone
    bounds = (fact.when.earliest.astimezone(zone), fact.when.latest.astimezone(zone)) if fact.when else None
    assert (bounds and tuple(f"{moment.date()}" for moment in bounds)) == (earliest and (earliest, latest))
    assert fact.recorded == (when(recorded, zone) if recorded else None)


@pytest.mark.parametrize(
    ("elements", "ended", "active"),
    [
        ({"abatementDateTime": "2025-04"}, "2025-04", False),
        ({"abatementDateTime": "2025-04", "clinicalStatus": coded(("", "active"))}, "2025-04", True),
        ({"abatementDateTime": "2025-04", "clinicalStatus": coded(("", "unknown"))}, "2025-04", False),
        ({"abatementDateTime": "9999-12-31"}, None, None),
        ({"abatementPeriod": {"start": "2025-04-01", "end": "2025-04-03"}}, "2025-04-01/2025-04-03", False),
        ({"abatementPeriod": {"end": "2025-04-03"}}, "2025-04-03", False),
        ({"abatementPeriod": {"start": "2025-04-01"}}, None, None),
        ({"abatementPeriod": {"start": "2025-04-01", "end": "9999-12-31"}}, None, None),
        ({"abatementDateTime": "2025-04", "abatementPeriod": {"end": "2025-01-01"}}, "2025-04", False),
        ({"abatementPeriod": {}}, None, None),
        ({"abatementAge": {"value": 40, "code": "a"}}, None, None),
        ({"abatementRange": {"low": {"value": 30}, "high": {"value": 80}}}, None, None),
        ({"abatementString": "持续"}, None, None),
        ({"abatementString": "ongoing", "clinicalStatus": coded(("", "resolved"))}, None, False),
        ({"onsetDateTime": "2025-05-02", "abatementDateTime": "2025-05"}, "2025-05", False),
        ({"onsetDateTime": "2025-05-02", "abatementDateTime": "2025-05-01"}, None, None),
        (dict.fromkeys(("onsetDateTime", "abatementDateTime"), "2025-05-02T08:00:00Z"), "2025-05-02T08:00:00Z", False),
        ({"onsetDateTime": "2025-05-02", "abatementDateTime": "2019", "clinicalStatus": coded(("", "resolved"))}, None, False),
    ],
)  # fmt: skip
def test_it_has_ended_where_a_date_says_so(elements: dict[str, Any], ended: str | None, active: bool | None) -> None:
    """What says "active" is believed over an end; an end before the onset, an age and words are no end."""
    fact = one(**elements)
    assert ((fact.ended.text if fact.ended else None), fact.active) == (ended, active)


@pytest.mark.parametrize(
    "elements",
    [
        {"onsetDateTime": "May 2025"},
        {"onsetPeriod": {"start": "2025-03-09", "end": "2025-03-02"}},
        {"abatementPeriod": {"start": "2025-03-09", "end": "2025-03-02"}},
        {"abatementDateTime": "0001-01-01"},
        {"recordedDate": "yesterday"},
    ],
)
def test_a_bad_date_is_an_error(elements: dict[str, Any]) -> None:
    """The chart sets the resource aside as "bad-date"."""
    with pytest.raises(ValueError, match=r"date|period"):
        read(condition(**elements), CONTEXT)


@pytest.mark.parametrize(
    ("code", "text", "codes"),
    [
        (coded((ICD_10, "K52.9")), "K52.9", [("K52.9", "")]),
        ({**coded((ICD_10, "K52.9")), "text": "腹泻"}, "腹泻", [("K52.9", "")]),
        ({"coding": [{"system": ICD_10, "code": "K52.9", "display": "Colitis"}]}, "Colitis", [("K52.9", "Colitis")]),
        ({"text": "腹泻"}, "腹泻", []),
        (None, "", []),
    ],
)
def test_where_treatment_is_followed_any_diagnosis_may_be_an_event(
    code: Any, text: str, codes: list[tuple[str, str]]
) -> None:
    """One that no clause speaks of is kept then, with its codes and with what it is called; it is still placed."""
    found = read(condition(code=code), Context(follows=True))
    assert isinstance(found, list)
    (fact,) = found
    assert isinstance(fact, Diagnosis)
    assert (fact.text, [(one.code, one.display) for one in fact.codes]) == (text, codes)
    assert (fact.concepts, fact.placed) == (frozenset(), bool(codes))


def test_where_it_is_not_followed_it_is_of_no_use() -> None:
    """And one without a word is called nothing; its codes are kept."""
    assert read(condition(code=coded((ICD_10, "K52.9"))), Context()) == "not-relevant"
    fact = one()
    assert (fact.text, [each.code for each in fact.codes]) == ("", ["I26.9"])
