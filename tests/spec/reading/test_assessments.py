"""What a person answered to the trial's questionnaire about adverse events."""

from typing import Any

import pytest

from mappings.facts import Assessment
from mappings.reading.context import Context
from mappings.reading.questionnaires import read
from tests.spec.reading.fragments import view

title = "Assessments"
ASKED = "https://yts109.example.org/fhir/Questionnaire/event-assessment"
NCIT = "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl"
Json = dict[str, Any]


def response(*items: Json, follows: bool = True, **elements: Any) -> Any:
    whole = {"questionnaire": ASKED, "item": list(items), **elements}
    return read(view("QuestionnaireResponse", **whole), Context(follows=follows))


def item(link: str, *answers: Json) -> Json:
    return {"linkId": link, "answer": list(answers)}


def event(name: str | None, **answers: Any) -> Json:
    """The group of answers about one event."""
    items = [item(link, {_element(value): value}) for link, value in answers.items()]
    return {"linkId": "event", "item": [*([item("id", {"valueString": name})] if name else []), *items]}


def _element(value: Any) -> str:
    return "valueBoolean" if isinstance(value, bool) else "valueCoding" if isinstance(value, dict) else "valueString"


def test_each_event_is_assessed_by_itself() -> None:
    """One group an event; a question that is left out is not answered."""
    found = response(event("e1", confirmed=True, serious=False, expected=True, dlt=False), event("e2", dlt=True))
    assert [(one.event, one.confirmed, one.serious, one.expected, one.dlt) for one in found] == [
        ("e1", True, False, True, False),
        ("e2", None, None, None, True),
    ]
    assert {(one.author, one.when.text, one.source.reference) for one in found} == {
        ("Practitioner/li", "2025-05-20T10:00:00+08:00", "QuestionnaireResponse/x")
    }


def test_a_response_about_one_event_needs_no_group() -> None:
    """The same items at the top level."""
    (found,) = response(*event("e1", confirmed=False)["item"])
    assert isinstance(found, Assessment)
    assert (found.event, found.confirmed) == ("e1", False)


@pytest.mark.parametrize(
    ("answer", "related"),
    [
        ({"system": NCIT, "code": "C53256"}, "not-related"),
        ({"system": NCIT, "code": "C53257"}, "unlikely"),
        ({"system": NCIT, "code": "C53258"}, "possible"),
        ({"system": NCIT, "code": "C53260"}, "related"),
        ({"code": "1", "display": "可能有关"}, "possible"),
        ("unlikely", "unlikely"),
        ("很可能有关", "related"),
        ("perhaps", None),
        (True, None),
    ],
)
def test_its_cause_is_told_by_code_or_word(answer: Any, related: str | None) -> None:
    """What is neither is no answer."""
    (found,) = response(event("e1", related=answer))
    assert found.related == related


def test_two_answers_that_differ_are_none() -> None:
    """Nobody knows which one is meant; the same one twice is one."""
    twice = [
        item("dlt", {"valueBoolean": True}, {"valueBoolean": False}),
        item("confirmed", *[{"valueBoolean": True}] * 2),
    ]
    related = item("related", {"valueString": "related"}, {"valueString": "unlikely"})
    (found,) = response(item("id", {"valueString": "e1"}), *twice, related)
    assert (found.dlt, found.confirmed, found.related) == (None, True, None)


@pytest.mark.parametrize(
    "items",
    [
        [],
        [event(None, confirmed=True)],
        [event("e1") | {"item": [item("id", {"valueString": "e1"}), item("id", {"valueString": "e2"})]}],
        [item("id", {"valueBoolean": True})],
    ],
)
def test_answers_about_no_event_or_two_are_none(items: list[Json]) -> None:
    """They are set aside."""
    assert response(*items) == "no-result"


@pytest.mark.parametrize(
    ("elements", "reason"),
    [
        ({"author": {"reference": "Device/yts109"}}, "own-output"),
        ({"author": {"reference": "Patient/p"}}, "not-relevant"),
        ({"author": None}, "not-relevant"),
        ({"source": {"reference": "RelatedPerson/p"}}, "not-relevant"),
        ({"authored": None}, "no-date"),
        ({"status": "in-progress"}, "draft"),
        ({"status": "entered-in-error"}, "entered-in-error"),
        ({"follows": False}, "not-relevant"),
    ],
)
def test_only_a_practitioner_assesses_and_only_where_treatment_is_followed(elements: Json, reason: str) -> None:
    """The rules are those of the checklist."""
    assert response(event("e1", confirmed=True), **elements) == reason
