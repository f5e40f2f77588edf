"""The questionnaire about adverse events: one group an event, every question in both languages."""

from mappings.emitting.assessment import event_assessment
from mappings.emitting.datatypes import Release
from mappings.emitting.trial import trial
from mappings.site import CANONICAL_BASE


def test_each_event_is_asked_about_in_a_group_of_its_own(release: Release) -> None:
    """The group repeats; only the identifier must be given, so that a question may stay open."""
    made = event_assessment(release, CANONICAL_BASE)
    assert made["url"] == f"{CANONICAL_BASE}/Questionnaire/event-assessment"
    (event,) = made["item"]
    assert (event["linkId"], event["type"], event["repeats"]) == ("event", "group", True)
    choice = "choice" if release == "R4" else "coding"
    assert [(one["linkId"], one["type"], one.get("required", False)) for one in event["item"]] == [
        ("id", "string", True),
        ("confirmed", "boolean", False),
        ("related", choice, False),
        ("expected", "boolean", False),
        ("serious", "boolean", False),
        ("dlt", "boolean", False),
    ]


def test_relatedness_has_the_guides_four_answers(release: Release) -> None:
    """They are NCIt codes, so that an answer can be written into the event as it is."""
    options = event_assessment(release, CANONICAL_BASE)["item"][0]["item"][2]["answerOption"]
    assert [one["valueCoding"]["code"] for one in options] == ["C53256", "C53257", "C53258", "C53260"]


def test_the_trial_publishes_it_once(release: Release) -> None:
    """It stands beside the checklist."""
    published = [one["id"] for one in trial(release, CANONICAL_BASE) if one["resourceType"] == "Questionnaire"]
    assert published == ["eligibility-checklist", "event-assessment"]
