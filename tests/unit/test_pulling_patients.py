"""Pulling the records of some patients alone, and of those who were merged with them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adapter.pulling import NobodyError
from tests.unit.searched import Searched, hospital
from tests.unit.test_pulling import condition, drug, ids, patient, pulled, request

MRN = {"identifier": [{"system": "urn:mrn", "value": "1,2"}]}


def linked(name: str, other: str, kind: str) -> dict[str, Any]:
    return patient(name, link=[{"other": {"reference": f"Patient/{other}"}, "type": kind}])


@pytest.fixture
def server() -> Iterator[Searched]:
    held = [
        patient("a", **MRN),
        patient("b"),
        linked("old", "a", "replaced-by"),
        linked("older", "old", "replaced-by"),
        linked("like-a", "a", "seealso"),
        condition("of-a", "a"),
        condition("of-b", "b"),
        condition("of-old", "old"),
        condition("of-older", "older"),
        condition("of-like-a", "like-a"),
        {"resourceType": "AdverseEvent", "id": "event", "subject": {"reference": "Patient/a"}},
        {"resourceType": "ResearchSubject", "id": "subject", "individual": {"reference": "Patient/a"}},
        {"resourceType": "ResearchStudy", "id": "study"},
        request("r", "one", "b"),
        drug("one"),
    ]
    with hospital(held) as running:
        yield running


@pytest.mark.parametrize("named", ["a", "|urn:mrn|1,2", "old"])
@pytest.mark.parametrize("by_link", [True, False])
def test_a_patient_comes_with_those_merged_with_them(
    server: Searched, tmp_path: Path, named: str, by_link: bool
) -> None:
    """By an id or an identifier, over any number of links, whether or not the server searches by link; nobody else."""
    server.unknown = set() if by_link else {"link"}
    note = pulled(server, tmp_path, patients=(named,))
    assert note.lacking == {}
    assert note.patients == ("a", "old", "older")
    assert sorted(ids(tmp_path, "Patient")) == ["a", "old", "older"]
    assert sorted(ids(tmp_path, "Condition")) == ["of-a", "of-old", "of-older"]
    assert (ids(tmp_path, "AdverseEvent"), ids(tmp_path, "ResearchSubject")) == (["event"], ["subject"])
    assert ids(tmp_path, "ResearchStudy") == ["study"]
    assert ids(tmp_path, "Medication") == []


def test_ids_travel_in_bodies(server: Searched, tmp_path: Path) -> None:
    """No address, and so no log on the way, holds whom somebody asks about."""
    paths: list[str] = []
    server.watch = paths.append
    pulled(server, tmp_path, patients=("|urn:mrn|1,2",))
    asked = [path for path in paths if "_offset" not in path]  # the links to other pages are the server's own
    assert "/fhir/Condition/_search" in asked
    assert not [path for path in asked if "mrn" in path or "Patient%2F" in path or "_id" in path]


def test_a_patient_who_is_not_there_is_told(server: Searched, tmp_path: Path) -> None:
    """Also beside one who is; the message names nobody."""
    for named in ((("nobody-7"),), ("a", "nobody-7"), ("|urn:mrn|nobody-7",)):
        with pytest.raises(NobodyError, match="there is no such patient") as caught:
            pulled(server, tmp_path / "new", patients=named)
        assert "nobody-7" not in str(caught.value)
    assert not (tmp_path / "new").exists()


def test_everything_is_asked_for_where_there_is_no_search_by_patient(server: Searched, tmp_path: Path) -> None:
    """$everything brings the types that cannot be searched; without it they lack."""
    server.unknown = {"subject", "individual", "patient"}
    assert "no search of it by patient" in pulled(server, tmp_path / "1", patients=("a",)).lacking["Condition"]
    server.operations = ["everything"]
    note = pulled(server, tmp_path / "2", patients=("a",))
    assert note.lacking == {}
    assert sorted(ids(tmp_path / "2", "Condition")) == ["of-a", "of-old", "of-older"]
    assert ids(tmp_path / "2", "AdverseEvent") == ["event"]


def test_a_server_that_passes_over_the_patient_is_not_believed(server: Searched, tmp_path: Path) -> None:
    """What it answers is of everybody, and is not kept."""

    def careless(kind: str, offset: int, answer: dict[str, Any]) -> tuple[int, Any] | None:
        if kind != "Condition":
            return None
        every = [{"resource": one} for one in server.held["Condition"].values()]
        used = [{"relation": "self", "url": "Condition?_lastUpdated=ge2025-05-31T23:45:00Z"}]
        return 200, answer | {"entry": every, "link": used, "total": len(every)}

    pulled(server, tmp_path, patients=("a",))
    server.fault = careless
    note = pulled(server, tmp_path, patients=("a",))
    assert note.lacking == {"Condition": "GET Condition: the server did not use patient"}
    assert sorted(ids(tmp_path, "Condition")) == ["of-a", "of-old", "of-older"]


def test_who_is_merged_later_is_pulled_whole(server: Searched, tmp_path: Path) -> None:
    """Changes since the last time are not enough of a patient who is new in the folder."""
    pulled(server, tmp_path, patients=("a",))
    server.put(linked("b", "a", "replaced-by"))
    assert pulled(server, tmp_path, patients=("a",)).patients == ("a", "b", "old", "older")
    assert "of-b" in ids(tmp_path, "Condition")
    assert ids(tmp_path, "Medication") == ["one"]


def test_what_was_pulled_of_others_is_not_kept(server: Searched, tmp_path: Path) -> None:
    """Another patient's folder holds nothing of the first one's, not even when only changes are asked for."""
    pulled(server, tmp_path, patients=("a",))
    note = pulled(server, tmp_path, patients=("b",), since=server.now)
    assert ids(tmp_path, "Condition") == ["of-b"]
    assert note.types["Condition"].state == "part"


def test_a_patient_that_cannot_be_read_is_no_guess(server: Searched, tmp_path: Path) -> None:
    """With whom they are merged is then not known, so that nothing is pulled."""
    server.held["Patient"]["a"]["link"] = "odd"
    server.unknown = {"link"}
    with pytest.raises(Exception, match="a Patient cannot be read"):
        pulled(server, tmp_path, patients=("old",))


def test_a_second_pull_of_patients_asks_for_changes(server: Searched, tmp_path: Path) -> None:
    """As that of everybody does; the note knows whose records they are."""
    pulled(server, tmp_path, patients=("a",))
    server.asked.clear()
    pulled(server, tmp_path, patients=("a",))
    asked = [pairs for kind, pairs in server.asked if kind == "Condition"]
    assert asked == [
        [("patient", f"Patient/{name}"), ("_lastUpdated", "ge2025-06-01T00:45:00Z")] for name in ("a", "old", "older")
    ]
    assert json.loads((tmp_path / ".yts109-pull.json").read_text())["patients"] == ["a", "old", "older"]
