"""Pulling by bulk exports: whole or lacking, gone on with, and without what was deleted."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from adapter.exported import Asked, asked, pull_exported
from adapter.fhir.client import Client
from adapter.fhir.errors import NotFound
from adapter.fhir.formats import SourceError
from adapter.fhir.transport import Limits, Transport
from adapter.pulled import INTERRUPTED, Pulled, note_in, reading
from adapter.pulling import TYPES, Plan, pull
from tests.unit.fhir.bulky import AT, Bulk, bulk_serving, ndjson
from tests.unit.fhir.faulty import Exchange, json_, outcome, status
from tests.unit.test_pulling import ids

QUICK = Limits(connect_seconds=2, read_seconds=2, retries=1, backoff_seconds=0.001)
STATEMENT = {"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1", "format": ["json"]}
REST = {"rest": [{"mode": "server", "resource": [{"type": kind} for kind in TYPES if kind != "Encounter"]}]}
UNTIL = "2026-03-01T00:00:00Z"


@pytest.fixture
def bulk() -> Iterator[Bulk]:
    with bulk_serving() as served:

        def act(exchange: Exchange) -> None:
            (json_(STATEMENT | REST) if exchange.path == "/fhir/metadata" else served)(exchange)

        served.server.otherwise = act
        served.holds("e", "Encounter", ndjson("Encounter", 1), count=1)
        served.holds("p", "Patient", ndjson("Patient", 2), count=2)
        served.holds("c", "Condition", ndjson("Condition", 3), count=3)
        yield served


def exported(bulk: Bulk, folder: Path, by: str = "system", **plan: Any) -> Pulled:
    return pull_exported(Client(Transport(bulk.server.base, limits=QUICK)), folder, Plan(**plan), asked(by))


def test_an_export_fills_the_folder(bulk: Bulk, tmp_path: Path) -> None:
    """A file a type, also of those that the server has nothing of; nothing of the export stays."""
    note = exported(bulk, tmp_path)
    assert (note.by, note.server_time, note.lacking) == ("bulk system", AT, {})
    assert {*note.types} == {*TYPES}
    assert (note.types["Condition"].resources, note.types["Condition"].until) == (3, UNTIL)
    assert ids(tmp_path, "Condition") == ["0", "1", "2"]
    assert ids(tmp_path, "Observation") == []
    assert not (tmp_path / ".export").exists()
    path, query, _ = bulk.started[0]
    assert (path, dict(query)["_type"]) == ("$export", ",".join(TYPES))


def test_a_group_is_exported_by_its_id(bulk: Bulk, tmp_path: Path) -> None:
    """And the folder is then that group's."""
    assert exported(bulk, tmp_path, "group/g-1").by == "bulk group/g-1"
    assert bulk.started[0][0] == "Group/g-1/$export"
    with pytest.raises(SourceError, match="pulled otherwise"):
        exported(bulk, tmp_path, "group/g-2")
    assert (asked("patient"), asked("system")) == (Asked("patient", None), Asked("system", None))


@pytest.mark.parametrize("text", ["", "all", "group", "group/", "group/a/b", "group/a?b", "System"])
def test_what_cannot_be_exported(text: str) -> None:
    """Three ways there are, and no others."""
    with pytest.raises(ValueError, match="system, patient or group/ID"):
        asked(text)


def test_a_second_export_asks_for_changes(bulk: Bulk, tmp_path: Path) -> None:
    """Since the instant that the first one showed; what was deleted since goes."""
    exported(bulk, tmp_path)
    del bulk.files["c"], bulk.files["p"]
    bulk.manifest["transactionTime"] = "2026-03-02T08:00:00+08:00"
    bulk.holds("c2", "Condition", ndjson("Condition", 1, 7), count=1)
    gone = {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [{"request": {"method": "DELETE", "url": "Condition/1"}}],
    }
    bulk.holds("d", "Bundle", json.dumps(gone).encode() + b"\n", list_as="deleted")
    note = exported(bulk, tmp_path)
    assert dict(bulk.started[1][1])["_since"] == UNTIL
    assert sorted(ids(tmp_path, "Condition")) == ["0", "2", "7"]
    assert ids(tmp_path, "Patient") == ["0", "1"]
    assert (note.types["Condition"].until, note.types["Condition"].full) == ("2026-03-02T00:00:00Z", UNTIL)
    assert note.undeleted_since == UNTIL
    exported(bulk, tmp_path, full=True)
    assert "_since" not in dict(bulk.started[2][1])


def test_a_file_that_cannot_be_had_makes_its_type_lacking(bulk: Bulk, tmp_path: Path) -> None:
    """The others are there; nothing of the unfinished export is read; the next pull goes on with it."""
    bulk.files["c"].acts.extend([status(404)] * 9)
    note = exported(bulk, tmp_path)
    assert note.lacking == {"Condition": "$export: Condition file 1: status 404"}
    assert (ids(tmp_path, "Patient"), (tmp_path / "Condition.ndjson").exists()) == (["0", "1"], False)
    found = reading([str(tmp_path)])
    assert found.lost == {"Condition"}
    inside = {str(path) for path in (tmp_path / ".export").rglob("*") if path.is_file()}
    assert inside
    assert inside <= found.unread
    bulk.files["c"].acts.clear()
    assert exported(bulk, tmp_path).lacking == {}
    assert ids(tmp_path, "Condition") == ["0", "1", "2"]


def test_nothing_of_a_type_that_is_not_offered_is_no_answer(bulk: Bulk, tmp_path: Path) -> None:
    """A server may pass over a type that it does not know; what came of it all the same is taken."""
    assert exported(bulk, tmp_path / "1").types["Encounter"].state == "complete"
    del bulk.files["e"]
    assert exported(bulk, tmp_path / "2").lacking == {"Encounter": "$export: the server does not offer it"}


def test_an_error_file_makes_everything_lacking(bulk: Bulk, tmp_path: Path) -> None:
    """What it is about is free text, so that it may be about any type; its text is not told."""
    bulk.holds("o", "OperationOutcome", json.dumps(outcome(text="secret-7")).encode() + b"\n", list_as="error")
    note = exported(bulk, tmp_path)
    assert {*note.lacking} == {*TYPES}
    assert note.lacking["Patient"] == "$export: outcomes file 1: error processing"


def test_changes_alone_are_a_part(bulk: Bulk, tmp_path: Path) -> None:
    """Since an instant, into an empty folder, or with a gap."""
    note = exported(bulk, tmp_path, since=datetime(2026, 1, 1, tzinfo=UTC))
    assert note.lacking["Condition"] == "only what changed since 2026-01-01T00:00:00Z was asked for"
    assert note.types["Condition"].state == "part"


def test_files_of_several_types_are_taken_apart(bulk: Bulk, tmp_path: Path) -> None:
    """A manifest of the next version need not say what a file holds."""
    bulk.files.clear()
    bulk.holds("m", None, ndjson("Patient", 1) + ndjson("Condition", 1).rstrip(), count=2)
    exported(bulk, tmp_path)
    assert (ids(tmp_path, "Patient"), ids(tmp_path, "Condition")) == (["0"], ["0"])
    assert (tmp_path / "Condition.ndjson").read_bytes().endswith(b"\n")


def test_a_server_without_exports_ends_the_pull(bulk: Bulk, tmp_path: Path) -> None:
    """The folder says that nothing came of it."""
    bulk.kick_offs.append(status(404))
    with pytest.raises(NotFound):
        exported(bulk, tmp_path)
    note = note_in(tmp_path)
    assert note is not None
    assert {*note.lacking.values()} == {INTERRUPTED}


def test_an_exported_folder_is_no_searched_one(bulk: Bulk, tmp_path: Path) -> None:
    """What one way leaves out the other need not."""
    exported(bulk, tmp_path)
    with pytest.raises(SourceError, match="pulled otherwise"):
        pull(Client(Transport(bulk.server.base, limits=QUICK)), tmp_path, Plan())
