"""Copies that contradict each other, where treatment is followed: no event and no infusion is lost with them."""

from datetime import datetime

import pytest

from mappings.findings import SetAside
from mappings.reading.chart import Clock, chart
from mappings.reading.context import Context
from mappings.record import ANY_TYPE, Record
from tests.spec.reading.fragments import coded, line

title = "Disputed copies"
AT = datetime.fromisoformat("2025-06-01T12:00:00+08:00")
TRIAL = "https://yts109.example.org/fhir/CodeSystem/trial"


def record(*lines: bytes, known_at: str = "", follows: bool = True, left: tuple[SetAside, ...] = ()) -> Record:
    known = datetime.fromisoformat(known_at) if known_at else None
    found = chart([line("Patient"), *lines], left, Context(follows=follows), Clock(AT, known))
    assert found is not None
    return found


def event(**elements: object) -> bytes:
    return line("AdverseEvent", **{"actuality": "actual", "event": {"text": "CRS"}, **elements})


def infusion(day: str, code: str = "yts109") -> bytes:
    drug = coded(code, system=TRIAL)
    return line("MedicationAdministration", status="completed", medicationCodeableConcept=drug, effectiveDateTime=day)


def test_an_event_in_two_versions_is_both_of_them() -> None:
    """Of two copies of an adverse event that nobody can put in order, each counts as reported, and is in dispute."""
    found = record(event(date="2025-05-03"), event(date="2025-05-04"))
    assert [(one.when and one.when.text, one.problem) for one in found.reports] == [
        ("2025-05-04", "conflict"),
        ("2025-05-03", "conflict"),
    ]
    assert "AdverseEvent" in found.not_understood
    assert found.unread == frozenset()


def test_a_diagnosis_in_two_versions_is_both_of_them() -> None:
    """The same holds of a diagnosis; where nobody follows treatment neither copy is believed."""
    kidneys = [line("Condition", code=coded("14669001"), onsetDateTime=day) for day in ("2025-05-03", "2025-05-04")]
    assert [one.problem for one in record(*kidneys).diagnoses] == ["conflict", "conflict"]
    assert record(*kidneys, follows=False).diagnoses == ()


def test_an_infusion_in_two_versions_took_place() -> None:
    """Who was infused is not left out because two copies of the infusion disagree on its day; the drug itself is in doubt."""
    found = record(infusion("2025-03-03"), infusion("2025-03-06"))
    assert [(one.when and one.when.text, one.problem) for one in found.infusions] == [
        ("2025-03-06", "conflict"),
        ("2025-03-03", "conflict"),
    ]
    assert found.exposures == ()
    assert "MedicationAdministration" in found.unread


@pytest.mark.parametrize(
    ("lines", "unread"),
    [
        ((event(modifierExtension=[{"url": "https://hospital.example.cn/x"}]),), {"AdverseEvent"}),
        ((event(date="13 May"),), {"AdverseEvent"}),
        ((event(actuality="potential"),), set()),
        ((b'{"resourceType": "AdverseEvent", "id": ',), {ANY_TYPE}),
        ((line("Condition", code=coded("1")),), set()),
        ((line("Encounter", status="finished", period={"start": "x"}),), {"Encounter"}),
    ],
)
def test_what_is_unread(lines: tuple[bytes, ...], unread: set[str]) -> None:
    """What was set aside although it may say anything is unread; what was understood, or has a code of its own, is not."""
    assert record(*lines).unread == unread


def test_what_was_written_later_is_unread_as_it_was() -> None:
    """An event that was changed after the instant of knowledge is not there as it was known then."""
    later = event(meta={"versionId": "2", "lastUpdated": "2025-05-20T08:00:00+08:00"})
    assert record(later, known_at="2025-05-10T00:00:00+08:00").unread == {"AdverseEvent"}
    assert record(later).unread == frozenset()


def test_an_answer_was_not_known_before_it_was_given() -> None:
    """A response without a word on when the server had it was known from when it was signed, and not before."""
    answers = {"linkId": "event", "item": [{"linkId": "id", "answer": [{"valueString": "e"}]}]}
    response = {
        "questionnaire": "https://yts109.example.org/fhir/Questionnaire/event-assessment",
        "authored": "2025-05-20T10:00:00+08:00",
        "item": [answers],
    }
    assert len(record(line("QuestionnaireResponse", **response)).assessments) == 1
    assert record(line("QuestionnaireResponse", **response), known_at="2025-05-20T09:59:59+08:00").assessments == ()
    later = response | {"meta": {"lastUpdated": "2025-05-21T10:00:00+08:00"}}
    assert record(line("QuestionnaireResponse", **later), known_at="2025-05-20T12:00:00+08:00").assessments == ()
