"""The folder that is written to: what people set there stands, and nothing is written over what cannot be read."""

import json
from pathlib import Path

import pytest

from adapter.persons import standing
from adapter.target import TargetError, write_folder
from mappings.emitting.datatypes import Release
from mappings.emitting.subject import research_subject
from mappings.site import Site
from tests.spec.emitting.conftest import ON, Made, finding, screened

__all__ = ["screened"]
SUBJECTS = "ResearchSubject.ndjson"


def _line(made: dict[str, object]) -> bytes:
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _subjects(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / SUBJECTS).read_text("utf-8").splitlines()]


def test_a_status_that_a_person_set_in_the_folder_stands(
    tmp_path: Path,
    screened: Made,
    release: Release,
) -> None:
    """Of two subjects one is set by hand to be withdrawn; the next runs change the other one only."""
    both = [research_subject(screened(identifier=("urn:x", name)), release, ON) for name in ("one", "two")]
    write_folder(str(tmp_path), map(_line, both), [], release, Site())
    text = (tmp_path / SUBJECTS).read_text("utf-8")
    state = '"status":"eligible"' if release == "R4" else '"code":"eligible"}]},"startDate"'
    assert text.count(state) == 2
    (tmp_path / SUBJECTS).write_text(text.replace(state, state.replace("eligible", "withdrawn"), 1), "utf-8")
    barred = finding("E07", "met", "present", "Condition/c1")
    later = [research_subject(screened(barred, identifier=("urn:x", name)), release, ON) for name in ("one", "two")]
    for _ in range(2):
        write_folder(str(tmp_path), map(_line, later), [], release, Site())
        assert list(standing(tmp_path).subjects) == [both[0]["id"]]
        assert "withdrawn" in json.dumps(_subjects(tmp_path)[0])
        assert _subjects(tmp_path)[1] == later[1]


@pytest.mark.parametrize(
    "line", ["{", "[]", "{}", '{"resourceType":"ResearchSubject","individual":{}}', '{"extension":[1]}']
)
def test_nothing_is_written_over_what_cannot_be_read(tmp_path: Path, line: str) -> None:
    """A status may stand in it: the folder is refused with the place, and left as it was."""
    (tmp_path / SUBJECTS).write_text(f"{line}\n", "utf-8")
    with pytest.raises(TargetError, match="line 1 is no ResearchSubject"):
        write_folder(str(tmp_path), [], [], "R4", Site())
    assert [file.name for file in tmp_path.iterdir()] == [SUBJECTS]
    assert (tmp_path / SUBJECTS).read_text("utf-8") == f"{line}\n"


def test_about_patients_who_share_an_identifier_nothing_is_written(tmp_path: Path, screened: Made) -> None:
    """What is written about one would replace what is written about the other; the third patient is written."""
    named = [screened(patient=f"Patient/{number}") for number in (1, 2)]
    subjects = [research_subject(one, "R4", ON) for one in (*named, screened(identifier=("urn:x", "third")))]
    written = write_folder(str(tmp_path), map(_line, subjects), [], "R4", Site())
    assert written.patients_left == 2
    assert _subjects(tmp_path) == subjects[2:]


def test_a_person_s_status_outlives_runs_without_the_patient(tmp_path: Path, screened: Made) -> None:
    """A subject whom a person withdrew stays in the folder when a later run knows nothing of the patient."""
    subject = research_subject(screened(), "R4", ON)
    write_folder(
        str(tmp_path), [_line(subject).replace(b'"status":"eligible"', b'"status":"withdrawn"')], [], "R4", Site()
    )
    for _ in range(2):
        write_folder(str(tmp_path), [], [], "R4", Site())
        assert [one["status"] for one in _subjects(tmp_path)] == ["withdrawn"]
