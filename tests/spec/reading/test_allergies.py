"""AllergyIntolerance -> allergy."""

from typing import Any

import pytest

from mappings.facts import Allergy
from mappings.reading.allergies import read
from mappings.reading.context import Context
from tests.spec.reading.fragments import coded, view

title = "Allergies"
TO_A_DRUG = coded("416098002")
ANAPHYLAXIS = coded("39579001")


def allergy(**elements: Any) -> Allergy:
    """Return the one allergy that is read from these elements."""
    found = read(view("AllergyIntolerance", **{"code": {"text": "青霉素"}, **elements}), Context())
    assert isinstance(found, list)
    (fact,) = found
    assert isinstance(fact, Allergy)
    return fact


@pytest.mark.parametrize(
    ("elements", "drug"),
    [
        ({}, None),
        ({"category": ["medication"]}, True),
        ({"category": ["biologic"]}, True),
        ({"category": ["food", "medication"]}, True),
        ({"category": ["food"]}, False),
        ({"category": ["food", "environment"]}, False),
        ({"category": ["其他"]}, None),
        ({"category": ["food"], "code": TO_A_DRUG}, True),
        ({"code": TO_A_DRUG}, True),
        ({"category": ["food"], "reaction": [{"substance": coded("L04AD02", system="http://www.whocc.no/atc")}]}, True),
    ],
)
def test_whether_it_is_to_a_drug(elements: dict[str, Any], drug: bool | None) -> None:
    """A drug among the codes goes before a category; only a category that we know to be another denies it."""
    assert allergy(**elements).drug is drug


@pytest.mark.parametrize(
    ("elements", "severe"),
    [
        ({}, None),
        ({"criticality": "high"}, True),
        ({"criticality": "low"}, False),
        ({"criticality": "unable-to-assess"}, None),
        ({"reaction": [{"severity": "mild"}]}, False),
        ({"reaction": [{"severity": "moderate"}]}, False),
        ({"reaction": [{"severity": "mild"}, {"severity": "severe"}]}, True),
        ({"criticality": "low", "reaction": [{"severity": "severe"}]}, True),
        ({"reaction": [{"severity": "重度"}]}, None),
        ({"criticality": "low", "reaction": [{"severity": "重度"}]}, None),
        ({"criticality": "low", "reaction": [{"manifestation": [ANAPHYLAXIS]}]}, True),
        ({"reaction": [{"manifestation": [{"concept": ANAPHYLAXIS}]}]}, True),
    ],
)
def test_how_severe_it_is(elements: dict[str, Any], severe: bool | None) -> None:
    """Any sign of severity counts, in R4 and R5; a word that is not FHIR's denies nothing."""
    assert allergy(**elements).severe is severe


@pytest.mark.parametrize(
    ("elements", "certain", "active"),
    [
        ({}, True, None),
        ({"verificationStatus": coded("confirmed"), "clinicalStatus": coded("active")}, True, True),
        ({"verificationStatus": coded("unconfirmed"), "clinicalStatus": coded("resolved")}, False, False),
        ({"verificationStatus": coded("presumed")}, False, None),
    ],
)
def test_what_is_said_of_its_status(elements: dict[str, Any], certain: bool, active: bool | None) -> None:
    """An unconfirmed allergy is kept, and said to be so."""
    found = allergy(**elements)
    assert (found.certain, found.active) == (certain, active)


@pytest.mark.parametrize(
    ("elements", "when"),
    [
        ({}, None),
        ({"recordedDate": "2020-01-01"}, "2020-01-01"),
        ({"recordedDate": "2020-01-01", "lastOccurrence": "2026-01-01"}, "2020-01-01"),
        ({"recordedDate": "2020-01-01", "onsetDateTime": "2010"}, "2010"),
        ({"lastOccurrence": "2019-03"}, "2019-03"),
    ],
)
def test_it_is_there_since_the_first_day_that_names_it(elements: dict[str, Any], when: str | None) -> None:
    """A later reaction does not make an old allergy a new one, which an earlier screening would not see."""
    found = allergy(**elements)
    assert (found.when.text if found.when else None) == when


@pytest.mark.parametrize(
    ("elements", "reason"),
    [
        ({"code": coded("716186003")}, "negated"),
        ({"code": coded("1", "409137002")}, "negated"),
        ({"verificationStatus": coded("refuted")}, "refuted"),
        ({"verificationStatus": coded("entered-in-error")}, "entered-in-error"),
        ({"verificationStatus": coded("nonsense")}, "malformed"),
        ({"modifierExtension": [{"url": "http://x"}]}, "unknown-modifier"),
        ({"implicitRules": "http://x"}, "implicit-rules"),
        (
            {"code": {"coding": [{"system": "http://snomed.info/sct", "code": "39579001", "display": "Asthma"}]}},
            "display-contradicts",
        ),
    ],
)
def test_what_is_not_used_is_set_aside_with_its_reason(elements: dict[str, Any], reason: str) -> None:
    """That somebody wrote "no known allergy" proves nothing by itself."""
    assert read(view("AllergyIntolerance", **elements), Context()) == reason


def test_no_allergy_beside_an_allergy_denies_nothing() -> None:
    """Of two codes that contradict each other the one that may harm counts."""
    assert allergy(code=coded("716186003", "39579001")).severe is True


@pytest.mark.parametrize("told", [{"criticality": "high"}, {"reaction": [{"severity": "severe"}]}])
def test_no_allergy_with_a_reaction_is_one(told: dict[str, Any]) -> None:
    """What is told of a reaction contradicts the code that there is no allergy, so that a person must see it."""
    assert allergy(code=coded("716186003"), **told).severe is True


def test_a_text_is_kept_as_it_was_sent() -> None:
    """What no code says a person can still read."""
    assert allergy().raw == "青霉素"
    assert allergy().concepts == frozenset()
