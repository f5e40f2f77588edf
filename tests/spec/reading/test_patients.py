"""Patient -> who the patient is."""

from datetime import date, datetime
from typing import Any

import pytest

from mappings.facts import Person
from mappings.reading.context import Context
from mappings.reading.patients import FIRST, LAST, read
from tests.spec.reading.fragments import view

title = "Patients"
ZONE = Context().zone


def person(**elements: Any) -> Person:
    found = read(view("Patient", **elements), Context())
    assert isinstance(found, Person)
    return found


@pytest.mark.parametrize(
    ("text", "born"),
    [
        ("1990-05-01", (date(1990, 5, 1), date(1990, 5, 1))),
        ("1990-05", (date(1990, 5, 1), date(1990, 5, 31))),
        ("1990", (date(1990, 1, 1), date(1990, 12, 31))),
        (None, None),
        ("1990-02-30", None),
        ("90-05-01", None),
        ("1990-05-01T10:00:00+08:00", None),
    ],
)
def test_a_birth_date_may_be_partial(text: str | None, born: tuple[date, date] | None) -> None:
    """It is an interval of days; one that is missing, stands in an extension, or is none leaves the age unknown."""
    found = person(birthDate=text, _birthDate={"extension": [{"url": "http://x", "valueString": "1990"}]})
    assert (found.born, found.born_text) == (born, text or "")


@pytest.mark.parametrize(
    ("gender", "sex"), [("female", "female"), ("male", "male"), ("other", None), ("unknown", None), (None, None)]
)
def test_the_sex_is_known_where_it_is_one_of_two(gender: str | None, sex: str | None) -> None:
    """Whoever is "other" may be able to conceive: the protocol's questions stay open."""
    assert person(gender=gender).sex == sex


@pytest.mark.parametrize(
    ("identifiers", "named"),
    [
        ([], None),
        ([{"system": "urn:mrn", "value": "1"}], ("urn:mrn", "1")),
        ([{"value": "1"}, {"system": "urn:mrn"}, {"system": "urn:id", "value": "2"}], ("urn:id", "2")),
        ([{"system": "urn:a", "value": "1"}, {"system": "urn:b", "value": "2", "use": "official"}], ("urn:b", "2")),
        ([{"system": "urn:a", "value": "1"}, {"system": "urn:b", "value": "2", "use": "secondary"}], ("urn:a", "1")),
        ([{"system": "urn:a", "value": "1", "use": "old"}, {"system": "urn:b", "value": "2"}], ("urn:b", "2")),
        ([{"system": "urn:a", "value": "1", "use": "temp"}], None),
    ],
)
def test_the_lasting_identifier_names_the_patient(
    identifiers: list[dict[str, str]], named: tuple[str, str] | None
) -> None:
    """The official or usual one, else the first; never one that is old or was given for a time."""
    assert person(identifier=identifiers).identifier == named


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(ZONE)


@pytest.mark.parametrize(
    ("elements", "earliest", "latest"),
    [
        ({"deceasedDateTime": "2025-05-01T10:00:00+08:00"}, "2025-05-01T10:00:00+08:00", "2025-05-01T10:00:00+08:00"),
        ({"deceasedDateTime": "2025-05"}, "2025-05-01T00:00:00+08:00", "2025-05-31T23:59:59.999999+08:00"),
        (
            {"deceasedBoolean": True, "meta": {"lastUpdated": "2025-05-02T10:00:00+08:00"}},
            "1990-05-01T00:00:00+09:00",
            "2025-05-02T10:00:00+08:00",
        ),
        ({"deceasedBoolean": True}, "1990-05-01T00:00:00+09:00", LAST.isoformat()),
        ({"deceasedBoolean": True, "birthDate": None}, FIRST.isoformat(), LAST.isoformat()),
        (
            {"deceasedBoolean": True, "meta": {"lastUpdated": "1980-01-01T00:00:00Z"}},
            "1990-05-01T00:00:00+09:00",
            LAST.isoformat(),
        ),
        ({"deceasedDateTime": "昨天"}, "1990-05-01T00:00:00+09:00", LAST.isoformat()),
    ],
)
def test_a_death_lies_within_bounds(elements: dict[str, Any], earliest: str, latest: str) -> None:
    """Without a date that can be read it may have been at any time from birth until it was written down.

    China had summer time in May 1990.
    """
    died = person(**elements).died
    assert died is not None
    assert (died.earliest, died.latest) == (at(earliest), at(latest))
    assert died.text


@pytest.mark.parametrize("elements", [{}, {"deceasedBoolean": False}])
def test_whoever_is_not_said_to_have_died_lives(elements: dict[str, Any]) -> None:
    """Of a death that nobody wrote down nobody knows."""
    assert person(**elements).died is None


@pytest.mark.parametrize(
    ("elements", "reason"),
    [
        ({"active": False}, "inactive"),
        ({"modifierExtension": [{"url": "http://x"}]}, "unknown-modifier"),
        ({"implicitRules": "http://x"}, "implicit-rules"),
    ],
)
def test_a_record_that_is_not_to_be_relied_on_is_set_aside(elements: dict[str, Any], reason: str) -> None:
    """``active`` is a modifier: a record out of use may be wrong."""
    assert read(view("Patient", **elements), Context()) == reason


@pytest.mark.parametrize(("kind", "replaced"), [("replaced-by", True), ("replaces", False), ("refer", False)])
def test_a_record_may_be_replaced_by_another(kind: str, replaced: bool) -> None:
    """Only "replaced-by" says that this one no longer stands for the patient."""
    found = person(active=not replaced, link=[{"type": kind, "other": {"reference": "Patient/2"}}])
    assert found.replaced is replaced
