"""Adverse events in the folder that is written to: withdrawn when they hold no more, a person's when they took them over."""

import json
from pathlib import Path
from typing import Any

import pytest

from adapter.persons import EVENTS
from adapter.target import TargetError, Written, write_folder
from mappings.emitting.adverse_event import adverse_event, retracted
from mappings.emitting.datatypes import Release, Resource
from mappings.emitting.subject import research_subject
from mappings.site import Site
from tests.spec.emitting.conftest import Made, screened
from tests.spec.emitting.treated import ON, episode, followed

__all__ = ["screened"]


def _line(made: Resource) -> bytes:
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _events(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / EVENTS).read_text("utf-8").splitlines()]


def _event(release: Release, name: str = "yts109-event-1") -> Resource:
    one = episode(id=name)
    return adverse_event(followed(one), one, release, ON)


def _write(folder: Path, release: Release, *resources: Resource) -> Written:
    return write_folder(str(folder), map(_line, resources), [], release, Site())


def test_an_event_that_holds_no_more_is_withdrawn_once(tmp_path: Path, screened: Made, release: Release) -> None:
    """The next run without it keeps it with the status of the guide, and the runs after that change nothing more."""
    subject = research_subject(screened(patient="Patient/p1"), release, ON)
    assert _write(tmp_path, release, subject, _event(release)).withdrawn == 0
    assert _write(tmp_path, release, subject).withdrawn == 1
    withdrawn = _events(tmp_path)
    assert withdrawn == [json.loads(_line(retracted(_event(release), release)))]
    assert _write(tmp_path, release, subject).withdrawn == 0
    assert _events(tmp_path) == withdrawn


def test_an_event_that_is_true_again_stands_as_it_is_now(tmp_path: Path, screened: Made, release: Release) -> None:
    """A result that was lost for one run takes nothing away for good."""
    subject = research_subject(screened(patient="Patient/p1"), release, ON)
    for found in ([_event(release)], [], [_event(release)]):
        _write(tmp_path, release, subject, *found)
    assert _events(tmp_path) == [json.loads(_line(_event(release)))]


def test_an_event_of_somebody_who_was_not_looked_at_stays(tmp_path: Path, screened: Made, release: Release) -> None:
    """A run over other patients knows nothing new about it."""
    _write(tmp_path, release, research_subject(screened(patient="Patient/p1"), release, ON), _event(release))
    other = research_subject(screened(patient="Patient/p2", identifier=("urn:x", "two")), release, ON)
    assert _write(tmp_path, release, other).withdrawn == 0
    assert _events(tmp_path) == [json.loads(_line(_event(release)))]


def test_an_event_that_a_person_took_over_is_never_touched(tmp_path: Path, screened: Made, release: Release) -> None:
    """Neither a new version of our proposal nor its withdrawal replaces what a practitioner recorded."""
    subject = research_subject(screened(patient="Patient/p1"), release, ON)
    _write(tmp_path, release, subject, _event(release))
    theirs = json.loads(_line(_event(release) | {"recorder": {"reference": "Practitioner/li"}, "note": "as I saw it"}))
    (tmp_path / EVENTS).write_bytes(_line(theirs))
    for found in ([_event(release)], []):
        assert _write(tmp_path, release, subject, *found).withdrawn == 0
        assert _events(tmp_path) == [theirs]


def test_events_of_patients_who_share_an_identifier_are_not_written(tmp_path: Path, screened: Made) -> None:
    """Nor withdrawn: it is not known whose they are."""
    first, second = (research_subject(screened(patient=f"Patient/p{number}"), "R4", ON) for number in (1, 2))
    _write(tmp_path, "R4", first, _event("R4"))
    written = _write(tmp_path, "R4", first, _event("R4"), second, _event("R4", "yts109-event-2"))
    assert (written.patients_left, written.withdrawn) == (2, 0)
    assert _events(tmp_path) == [json.loads(_line(_event("R4")))]


@pytest.mark.parametrize("line", ["{", "[]", "{}", '{"resourceType":"AdverseEvent","id":"1"}'])
def test_nothing_is_written_over_events_that_cannot_be_read(tmp_path: Path, line: str) -> None:
    """What a person took over may stand in it: the folder is refused with the place, and left as it was."""
    (tmp_path / EVENTS).write_text(f"{line}\n", "utf-8")
    with pytest.raises(TargetError, match="line 1 is no AdverseEvent"):
        _write(tmp_path, "R4")
    assert (tmp_path / EVENTS).read_text("utf-8") == f"{line}\n"
