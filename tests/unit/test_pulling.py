"""Pulling by searches: what comes, what is asked, and what a folder says of itself."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from adapter.fhir.client import Client
from adapter.fhir.errors import NotFhir, Unauthorised
from adapter.fhir.formats import SourceError
from adapter.fhir.transport import Limits, Transport
from adapter.pulled import NOTE, Pulled, note_in, reading
from adapter.pulling import SCREENED, TYPES, Plan, pull
from tests.unit.searched import Searched, hospital

QUICK = Limits(connect_seconds=2, read_seconds=2, retries=1, backoff_seconds=0.001, pages=20)


def patient(name: str, **more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": name, **more}


def condition(name: str, of: str = "a") -> dict[str, Any]:
    return {"resourceType": "Condition", "id": name, "subject": {"reference": f"Patient/{of}"}, "note": "x\ny"}


def request(name: str, drug: str, of: str = "a") -> dict[str, Any]:
    return {
        "resourceType": "MedicationRequest",
        "id": name,
        "subject": {"reference": f"Patient/{of}"},
        "medicationReference": {"reference": f"Medication/{drug}"},
    }


def drug(name: str) -> dict[str, Any]:
    return {"resourceType": "Medication", "id": name}


@pytest.fixture
def server() -> Iterator[Searched]:
    with hospital([patient("a"), patient("b"), *(condition(f"c{n}") for n in range(5))]) as held:
        yield held


def pulled(server: Searched, folder: Path, **plan: Any) -> Pulled:
    return pull(Client(Transport(server.base, limits=QUICK)), folder, Plan(**plan))


def ids(folder: Path, kind: str) -> list[str]:
    return [json.loads(line)["id"] for line in (folder / f"{kind}.ndjson").read_bytes().splitlines()]


def test_every_type_comes_page_by_page(server: Searched, tmp_path: Path) -> None:
    """Each type that the readers use is a file, one resource a line, and empty where there is none."""
    note = pulled(server, tmp_path / "new")
    assert {path.name for path in (tmp_path / "new").iterdir()} == {NOTE, *(f"{kind}.ndjson" for kind in TYPES)}
    assert ids(tmp_path / "new", "Condition") == ["c0", "c1", "c2", "c3", "c4"]
    assert ids(tmp_path / "new", "Observation") == []
    assert note.lacking == {}
    assert note.types["Condition"].resources == 5
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
    assert {*SCREENED} < {*TYPES}
    assert {"Encounter", "AdverseEvent", "ResearchSubject", "QuestionnaireResponse"} < {*TYPES}


def test_a_resource_stays_what_it_was(server: Searched, tmp_path: Path) -> None:
    """Numbers keep their digits and strings their escapes, although the server sent them over several lines."""
    odd = '{"resourceType" : "Observation",\n "id":"o", "valueQuantity": {"value": 7.300}, "x": "\\u00e9\\n"}'
    bundle = f'{{"resourceType":"Bundle","type":"searchset","entry":[{{"resource": {odd}}}]}}'
    server.fault = lambda kind, *_: (200, bundle) if kind == "Observation" else None
    pulled(server, tmp_path)
    line = (tmp_path / "Observation.ndjson").read_bytes()
    assert line == b'{"resourceType":"Observation","id":"o","valueQuantity":{"value":7.300},"x":"\\u00e9\\n"}\n'


def test_the_note_says_what_is_there(server: Searched, tmp_path: Path) -> None:
    """From where, when by the server's clock, how many, and from when the next pull goes on."""
    pulled(server, tmp_path)
    note = json.loads((tmp_path / NOTE).read_bytes())
    assert (note["base"], note["by"], note["server_time"]) == (server.base, "search", "2025-06-01T01:00:00Z")
    assert note["patients"] is None
    assert note["types"]["Condition"] == {
        "state": "complete",
        "reason": None,
        "resources": 5,
        "until": "2025-06-01T01:00:00Z",
        "full": "2025-06-01T01:00:00Z",
    }


def test_a_second_pull_asks_for_what_changed(server: Searched, tmp_path: Path) -> None:
    """By the server's own clock and with an overlap; what is new is added once, and old versions stay."""
    pulled(server, tmp_path)
    server.asked.clear()
    server.now += timedelta(days=1)
    server.put(condition("c5"))
    server.put(condition("c0"))
    note = pulled(server, tmp_path)
    assert ("Condition", [("_lastUpdated", "ge2025-06-01T00:45:00Z")]) in server.asked
    assert sorted(ids(tmp_path, "Condition")) == ["c0", "c0", "c1", "c2", "c3", "c4", "c5"]
    assert note.types["Condition"].resources == 7
    assert note.types["Condition"].until == "2025-06-02T01:00:00Z"
    assert note.undeleted_since == "2025-06-01T01:00:00Z"


def test_a_third_pull_without_changes_leaves_the_folder_alike(server: Searched, tmp_path: Path) -> None:
    """What lies in the overlap and is there already is not there twice."""
    pulled(server, tmp_path)
    before = sorted((tmp_path / "Condition.ndjson").read_bytes().splitlines())
    pulled(server, tmp_path)
    assert sorted((tmp_path / "Condition.ndjson").read_bytes().splitlines()) == before


def test_a_full_pull_lets_deleted_records_go(server: Searched, tmp_path: Path) -> None:
    """A search for changes does not show what was deleted; only a full pull does, and then nothing needs to be said."""
    pulled(server, tmp_path)
    del server.held["Condition"]["c0"]
    assert pulled(server, tmp_path).undeleted_since is None  # nothing else happened since
    server.now += timedelta(days=1)
    assert pulled(server, tmp_path).undeleted_since
    assert "c0" in ids(tmp_path, "Condition")
    assert pulled(server, tmp_path, full=True).undeleted_since is None
    assert "c0" not in ids(tmp_path, "Condition")


def test_a_server_without_a_clock_is_asked_for_everything(server: Searched, tmp_path: Path) -> None:
    """Ours may be wrong, so that without the server's the next pull is a full one."""
    server.dated = False
    note = pulled(server, tmp_path)
    assert (note.server_time, note.types["Condition"].until, note.lacking) == (None, None, {})
    server.asked.clear()
    pulled(server, tmp_path)
    assert ("Condition", []) in server.asked
    assert len(ids(tmp_path, "Condition")) == 5


def test_a_type_without_a_search_by_time_is_asked_for_whole(server: Searched, tmp_path: Path) -> None:
    """And its file is replaced, as everything is in the answer."""
    server.unknown = {"_lastUpdated"}
    pulled(server, tmp_path)
    del server.held["Condition"]["c0"]
    note = pulled(server, tmp_path)
    assert ids(tmp_path, "Condition") == ["c1", "c2", "c3", "c4"]
    assert note.undeleted_since is None


def test_changes_alone_are_a_part(server: Searched, tmp_path: Path) -> None:
    """Since an instant, into an empty folder: the file is there and is read, and proves no absence."""
    server.now += timedelta(days=1)
    server.put(condition("c5"))
    note = pulled(server, tmp_path, since=server.now)
    assert ids(tmp_path, "Condition") == ["c5"]
    assert note.types["Condition"].state == "part"
    assert note.lacking["Condition"] == "only what changed since 2025-06-02T01:00:00Z was asked for"
    found = reading([str(tmp_path)])
    assert found.lost == {*TYPES}
    assert str(tmp_path / "Condition.ndjson") not in found.unread
    assert pulled(server, tmp_path).lacking == {}  # the next pull asks for everything
    assert len(ids(tmp_path, "Condition")) == 6


@pytest.mark.parametrize(("hours", "state"), [(-1, "complete"), (0, "complete"), (1, "part")])
def test_changes_since_an_instant_join_what_is_there(server: Searched, tmp_path: Path, hours: int, state: str) -> None:
    """Without a gap it is complete; with one it is not, and the next pull closes the gap."""
    pulled(server, tmp_path)
    since = server.now + timedelta(hours=hours)
    server.now += timedelta(minutes=30)
    server.put(condition("in-the-gap"))
    server.now += timedelta(days=1)
    note = pulled(server, tmp_path, since=since)
    assert note.types["Condition"].state == state
    assert ("in-the-gap" in ids(tmp_path, "Condition")) == (state == "complete")
    assert pulled(server, tmp_path).lacking == {}
    assert "in-the-gap" in ids(tmp_path, "Condition")


def test_medications_come_with_what_refers_to_them(tmp_path: Path) -> None:
    """Where the server includes them, those that nobody refers to stay there; a changed one comes with the changes."""
    with hospital([patient("a"), request("r1", "one"), request("r2", "one"), drug("one"), drug("two")]) as server:
        note = pulled(server, tmp_path)
        assert ids(tmp_path, "Medication") == ["one"]
        assert note.types["Medication"].state == "complete"
        assert "Medication" not in {kind for kind, _ in server.asked}
        server.now += timedelta(days=1)
        server.put(drug("one"))
        server.put(request("r3", "two"))
        pulled(server, tmp_path)
        assert sorted({*ids(tmp_path, "Medication")}) == ["one", "two"]
        assert len((tmp_path / "Medication.ndjson").read_bytes().splitlines()) == 3


@pytest.mark.parametrize("why", ["not offered", "one type lacking", "not used"])
def test_medications_are_a_type_where_they_cannot_be_included(tmp_path: Path, why: str) -> None:
    """Or where what refers to them did not come whole, or the server did not include them after all."""
    with hospital([patient("a"), request("r1", "one"), drug("one"), drug("two")]) as server:
        server.includes = why != "not offered"
        if why == "one type lacking":
            server.fault = lambda kind, *_: (500, {}) if kind == "MedicationDispense" else None
        elif why == "not used":
            server.fault = without_include
        assert pulled(server, tmp_path).types["Medication"].state == "complete"
        assert ids(tmp_path, "Medication") == ["one", "two"]


def without_include(kind: str, offset: int, answer: dict[str, Any]) -> tuple[int, Any]:
    answer["entry"] = [one for one in answer["entry"] if one["search"]["mode"] == "match"]
    return 200, answer


def test_only_some_types_are_pulled_where_no_more_are_needed(server: Searched, tmp_path: Path) -> None:
    """Screening has no use for encounters."""
    pulled(server, tmp_path, types=SCREENED)
    assert not (tmp_path / "Encounter.ndjson").exists()


@pytest.mark.parametrize(
    ("release", "formats", "reason"),
    [("3.0.2", ["json"], "neither R4 nor R4B nor R5"), ("4.0.1", ["application/fhir+xml"], "no JSON")],
)
def test_a_server_that_speaks_otherwise_is_of_no_use(
    server: Searched, tmp_path: Path, release: str, formats: list[str], reason: str
) -> None:
    """Nothing is pulled, and no folder is made."""
    server.release, server.formats = release, formats
    with pytest.raises(NotFhir, match=reason):
        pulled(server, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_refused_credentials_end_the_pull(server: Searched, tmp_path: Path) -> None:
    """401 is not a type that lacks: nothing more would come."""
    server.token = "needed"
    with pytest.raises(Unauthorised):
        pulled(server, tmp_path)


def test_another_folder_is_not_written_over(server: Searched, tmp_path: Path) -> None:
    """Neither files of others, nor what was pulled from another server or of other people."""
    (tmp_path / "Condition.ndjson").write_bytes(b"mine\n")
    with pytest.raises(SourceError, match="was not pulled by this program"):
        pulled(server, tmp_path)
    assert (tmp_path / "Condition.ndjson").read_bytes() == b"mine\n"
    pulled(server, tmp_path / "all")
    with pytest.raises(SourceError, match="other patients"):
        pulled(server, tmp_path / "all", patients=("a",))
    with hospital() as other, pytest.raises(SourceError, match="pulled otherwise"):
        pulled(other, tmp_path / "all")


def test_two_pulls_do_not_share_a_folder(server: Searched, tmp_path: Path) -> None:
    """The second one is told, and does no harm to the first."""
    told: list[str] = []

    def second(kind: str, number: int) -> None:
        with pytest.raises(SourceError) as caught:
            pulled(server, tmp_path)
        told.append(str(caught.value))

    pull(Client(Transport(server.base, limits=QUICK)), tmp_path, Plan(types=("Patient",)), second)
    assert set(told) == {f"{tmp_path}: another pull is writing to it"}


def test_a_damaged_note_is_no_note(server: Searched, tmp_path: Path) -> None:
    """What it says cannot be known, so that nothing of the folder is used."""
    pulled(server, tmp_path)
    (tmp_path / NOTE).write_bytes(b"{")
    for use in (note_in, lambda folder: reading([str(folder)])):
        with pytest.raises(SourceError, match="damaged"):
            use(tmp_path)


def test_the_time_is_the_servers(server: Searched, tmp_path: Path) -> None:
    """A server whose clock is years off is asked by its own clock."""
    server.now = datetime(2031, 1, 1, tzinfo=UTC)
    note = pulled(server, tmp_path)
    assert note.types["Condition"].until == "2031-01-01T00:00:00Z"
    assert not note.at.startswith("2031")


def test_the_folder_can_be_written_down_and_read(server: Searched, tmp_path: Path) -> None:
    """A note is the same after it was written and read."""
    note = pulled(server, tmp_path)
    assert note_in(tmp_path) == note == msgspec.json.decode(msgspec.json.encode(note), type=Pulled)
