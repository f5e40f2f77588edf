"""What following wrote can stand among what is read: every event and every result of ours is set aside as such."""

import json
from decimal import Decimal
from typing import Any

from mappings.emitting.adverse_event import retracted
from mappings.emitting.datatypes import Release
from mappings.emitting.following import resources
from mappings.reading.chart import Clock, chart
from mappings.reading.context import Context
from mappings.record import Record
from tests.spec.emitting.treated import ON, crs, episode, followed
from tests.spec.tables import AT

PATIENT: dict[str, Any] = {"resourceType": "Patient", "id": "p1"}
REPORTED = episode(id="theirs", source="reported", scale="as reported", proposed_grade=4)


def _read(*written: dict[str, Any]) -> Record:
    lines = [json.dumps(one, default=_number, ensure_ascii=False).encode() for one in (PATIENT, *written)]
    record = chart(lines, (), Context(follows=True), Clock(AT))
    assert record is not None
    return record


def _number(value: Decimal) -> float:
    return float(value)


def test_nothing_of_ours_is_read_again(release: Release) -> None:
    """No event, no grade and no response becomes a fact, and nothing is taken for something that nobody understood."""
    *written, _ = resources(followed(crs(), episode(), REPORTED), release, ON)
    record = _read(*written)
    ours = {f"{one['resourceType']}/{one['id']}" for one in written}
    assert {one.reference for one in record.set_aside if one.reason == "own-output"} == ours
    assert record.reports == ()
    assert record.results == {}
    assert record.not_understood == frozenset()


def test_a_withdrawn_event_of_ours_is_an_error(release: Release) -> None:
    """It counts for nothing either."""
    event = next(one for one in resources(followed(crs()), release, ON) if one["resourceType"] == "AdverseEvent")
    record = _read(retracted(event, release))
    assert [one.reason for one in record.set_aside] == ["entered-in-error"]
    assert record.reports == ()


def test_an_event_that_a_person_took_over_is_theirs(release: Release) -> None:
    """With a recorder it is a report, which still names the proposal that it was made of."""
    event = next(one for one in resources(followed(episode()), release, ON) if one["resourceType"] == "AdverseEvent")
    (report,) = _read(event | {"recorder": {"reference": "Practitioner/li"}}).reports
    assert (report.proposal, report.author) == ("yts109-event-1", "Practitioner/li")
    assert (report.grade, report.outcome, report.serious) == (3, "resolved", False)


def test_what_a_person_took_over_says_what_we_proposed(release: Release) -> None:
    """Criteria, relatedness, expectation and times come back as they were written."""
    event = next(one for one in resources(followed(crs()), release, ON) if one["resourceType"] == "AdverseEvent")
    (report,) = _read(event | {"recorder": {"reference": "Practitioner/li"}}).reports
    assert (report.criteria, report.related, report.expected) == (("hospitalisation",), "related", True)
    assert (report.outcome, report.serious) == ("ongoing", True)
    assert report.when is not None
    assert report.when.text[:10] == "2025-03-08"
