"""What lacks is told by type and reason, is not read, and never looks complete."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adapter.fhir.client import Client
from adapter.fhir.formats import SourceError
from adapter.fhir.transport import Transport
from adapter.pulled import INTERRUPTED, Kind, file_of, note_in, reading
from adapter.pulling import TYPES, Plan, pull
from tests.unit.fhir.faulty import outcome
from tests.unit.searched import Searched, hospital
from tests.unit.test_pulling import condition, ids, patient, pulled


@pytest.fixture
def server() -> Iterator[Searched]:
    with hospital([patient("a"), *(condition(f"c{n}") for n in range(5))]) as held:
        yield held


def on_page(number: int, status: int, change: Any) -> Any:
    """A fault of one page of the Conditions; ``change`` makes the answer, or is it."""

    def fault(kind: str, offset: int, answer: dict[str, Any]) -> tuple[int, Any] | None:
        if (kind, offset) != ("Condition", 2 * number - 2):
            return None
        return status, change(answer) if callable(change) else change

    return fault


def without_next(answer: dict[str, Any]) -> dict[str, Any]:
    return answer | {"link": answer["link"][:1]}


def with_warning(answer: dict[str, Any], severity: str = "warning") -> dict[str, Any]:
    told = {"resource": outcome("incomplete", severity, "secret-7"), "search": {"mode": "outcome"}}
    return answer | {"entry": [*answer["entry"], told]}


def of_another_type(answer: dict[str, Any]) -> dict[str, Any]:
    return answer | {"entry": [{"resource": patient("x"), "search": {"mode": "match"}}]}


def over_and_over(answer: dict[str, Any]) -> dict[str, Any]:
    return answer | {"link": [{"relation": "next", "url": "Condition?_offset=2"}]}


def elsewhere(answer: dict[str, Any]) -> dict[str, Any]:
    return answer | {"link": [{"relation": "next", "url": "https://elsewhere.example.org/fhir/Condition?_offset=2"}]}


FAULTS = {
    "a page that fails": (2, 500, {}, "status 500"),
    "a page that is refused": (2, 403, outcome("forbidden"), "status 403 (error forbidden)"),
    "a page that is no page": (2, 200, outcome(), "an OperationOutcome was answered instead"),
    "a page that is no JSON": (2, 200, "<html>", "the answer is no FHIR JSON"),
    "half a page": (2, 200, '{"resourceType": "Bundle", "type": "searchset", "entry": [', "the answer ends too early"),
    "a page without a link to the next": (1, 200, without_next, "3 of 5 matches did not come"),
    "a last page that lacks a match": (3, 200, lambda answer: answer | {"entry": []}, "1 of 5 matches did not come"),
    "a warning among the matches": (1, 200, with_warning, "the server warns: warning incomplete"),
    "another type": (1, 200, of_another_type, "another type was answered"),
    "links in a circle": (2, 200, over_and_over, "the same page again"),
    "a link to elsewhere": (1, 200, elsewhere, "a link leads to another server"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_goes_wrong_makes_its_type_lacking(server: Searched, tmp_path: Path, name: str) -> None:
    """There is no half a file; the others are there; the reason is told without a value of anybody."""
    number, status, change, reason = FAULTS[name]
    server.fault = on_page(number, status, change)
    note = pulled(server, tmp_path)
    assert {*note.lacking} == {"Condition"}
    assert reason in note.lacking["Condition"]
    assert "secret" not in (tmp_path / ".yts109-pull.json").read_text()
    assert not (tmp_path / "Condition.ndjson").exists()
    assert ids(tmp_path, "Patient") == ["a"]
    assert not list(tmp_path.glob(".*.part"))


def test_more_pages_than_are_allowed_lack(server: Searched, tmp_path: Path) -> None:
    """A limit that is reached is told, and is no end."""
    for number in range(50):
        server.put(condition(f"more{number}"))
    assert "more pages than are allowed" in pulled(server, tmp_path).lacking["Condition"]


def test_information_is_no_warning(server: Searched, tmp_path: Path) -> None:
    """A server may say something without anything being wrong."""
    server.fault = on_page(1, 200, lambda answer: with_warning(answer, "information"))
    assert pulled(server, tmp_path).lacking == {}


def test_a_warning_without_an_issue_is_one(server: Searched, tmp_path: Path) -> None:
    """Who warns of nothing in particular may mean anything."""
    empty = {"resource": {"resourceType": "OperationOutcome"}, "search": {"mode": "outcome"}}
    server.fault = on_page(1, 200, lambda answer: answer | {"entry": [*answer["entry"], empty]})
    assert "the server warns: of something" in pulled(server, tmp_path).lacking["Condition"]


def test_what_the_server_does_not_offer_lacks(server: Searched, tmp_path: Path) -> None:
    """Without being asked for."""
    server.missing = {"MedicationDispense", "AdverseEvent"}
    note = pulled(server, tmp_path)
    assert note.lacking == {
        name: f"GET {name}: the server does not offer to search it" for name in ("MedicationDispense", "AdverseEvent")
    }
    assert not server.missing & {kind for kind, _ in server.asked}


def test_what_a_server_does_not_count_is_complete_at_its_last_page(server: Searched, tmp_path: Path) -> None:
    """A total is held against what came where there is one; a server that refuses to count is asked without."""
    server.totals, server.unknown = False, {"_total"}
    note = pulled(server, tmp_path)
    assert note.lacking == {}
    assert len(ids(tmp_path, "Condition")) == 5


def test_what_lacks_is_not_read_and_breaks_coverage(server: Searched, tmp_path: Path) -> None:
    """Also where its file is there from before: a newer record may say the opposite of what is in it."""
    pulled(server, tmp_path)
    server.fault = on_page(1, 500, {})
    note = pulled(server, tmp_path)
    assert len(ids(tmp_path, "Condition")) == 5  # as it was
    found = reading([str(tmp_path)])
    assert found.lost == {"Condition"}
    assert str(file_of(tmp_path, "Condition")) in found.unread
    assert found.told == (f"{server.base}: Condition is lacking: {note.lacking['Condition']}",)


def test_the_next_pull_goes_on(server: Searched, tmp_path: Path) -> None:
    """What lacked is asked for as of the last time that it was whole."""
    pulled(server, tmp_path)
    server.fault = on_page(1, 500, {})
    pulled(server, tmp_path)
    server.fault = lambda *_: None
    server.asked.clear()
    assert pulled(server, tmp_path).lacking == {}
    assert ("Condition", [("_lastUpdated", "ge2025-06-01T00:45:00Z")]) in server.asked


class Killed(BaseException):
    """Ends a pull as a signal does."""


def test_a_pull_that_was_interrupted_says_so(server: Searched, tmp_path: Path) -> None:
    """Killed at any type, the folder says that it is not whole; the next pull asks for what lacks, and for changes alone
    of what is there."""

    def progress(kind: str, number: int) -> None:
        if kind == "Procedure":
            raise Killed

    with pytest.raises(Killed):
        pull(Client(Transport(server.base)), tmp_path, Plan(), progress)
    note = note_in(tmp_path)
    assert note is not None
    done = {*TYPES[: TYPES.index("Procedure")]}
    assert {name for name, kind in note.types.items() if kind.state == "complete"} == done
    assert {*note.lacking.values()} == {INTERRUPTED}
    assert reading([str(tmp_path)]).lost == {*TYPES} - done
    server.asked.clear()
    assert pulled(server, tmp_path).lacking == {}
    assert ("Condition", [("_lastUpdated", "ge2025-06-01T00:45:00Z")]) in server.asked
    assert ("Procedure", []) in server.asked


def test_notes_hold_for_files_and_for_folders_above(server: Searched, tmp_path: Path) -> None:
    """A folder that is read with another one around it, or file by file, lacks what it lacks."""
    server.fault = on_page(1, 500, {})
    pulled(server, tmp_path / "hospital" / "pulled")
    (tmp_path / "hospital" / "pulled" / ".Condition.ndjson.part").write_bytes(b"left by a kill")
    file = tmp_path / "hospital" / "pulled" / "Patient.ndjson"
    for source in (tmp_path, tmp_path / "hospital", file):
        found = reading([str(source)])
        assert found.lost == {"Condition"}
        assert {Path(path).name for path in found.unread} == {
            ".yts109-pull.json",
            ".Condition.ndjson.part",
            "Condition.ndjson",
        }
    assert reading(["-", str(tmp_path / "gone.ndjson")]) == (frozenset(), frozenset(), ())


def test_a_folder_without_patients_is_no_source(server: Searched, tmp_path: Path) -> None:
    """An empty table would look like a hospital without patients."""
    server.fault = lambda kind, *_: (500, {}) if kind == "Patient" else None
    pulled(server, tmp_path)
    with pytest.raises(SourceError, match="no patients: GET Patient: status 500"):
        reading([str(tmp_path)])


def test_two_servers_are_not_read_as_one(server: Searched, tmp_path: Path) -> None:
    """The same id may be of two patients there; two folders of one server are fine."""
    pulled(server, tmp_path / "1")
    pulled(server, tmp_path / "2", patients=("a",))
    assert reading([str(tmp_path / "1"), str(tmp_path / "2")]).lost == frozenset()
    with hospital([patient("a")]) as other:
        pulled(other, tmp_path / "3")
    with pytest.raises(SourceError, match="read one server at a time"):
        reading([str(tmp_path / "1"), str(tmp_path / "3")])


def test_the_note_is_for_people_too(server: Searched, tmp_path: Path) -> None:
    """It is JSON on several lines."""
    server.fault = on_page(1, 500, {})
    pulled(server, tmp_path)
    text = (tmp_path / ".yts109-pull.json").read_text()
    assert text.count("\n") > 20
    assert json.loads(text)["types"]["Condition"]["state"] == "lacking"
    assert Kind("lacking").until is None
