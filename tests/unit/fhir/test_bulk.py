"""An export is asked for, awaited, fetched whole, and ended; what lacks is never passed over."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adapter.fhir import errors
from adapter.fhir.bulk import Export, Loaded, cancel, export
from adapter.fhir.formats import Block, ReadingLimits, read_all
from adapter.fhir.transport import Transport
from tests.unit.fhir.bulky import AT, Bulk, bulk_serving, ndjson
from tests.unit.fhir.conftest import QUICK
from tests.unit.fhir.faulty import Act, drop_after_reading, html, json_, outcome, raw, serving, status


@pytest.fixture
def bulk() -> Iterator[Bulk]:
    with bulk_serving() as server:
        yield server


class Waits:
    """Waits for nothing, and remembers for how long it should have."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


def exported(bulk: Bulk, folder: Path, **more: Any) -> Export:
    settings: dict[str, Any] = {"folder": folder, "sleep": Waits(), **more}
    return export(Transport(bulk.server.base, limits=QUICK), **settings)


def lacking(bulk: Bulk, folder: Path, **more: Any) -> tuple[str, ...]:
    """What an export lacks, told by its refusal and, to who tolerates it, by its result."""
    with pytest.raises(errors.Incomplete) as caught:
        exported(bulk, folder, **more)
    assert bulk.server.root not in str(caught.value)
    return caught.value.lacking


def test_an_export(bulk, tmp_path):
    """Everything is there, counted by type, and can be read as a source; the server is told that it is over."""
    bulk.holds("a", "Patient", ndjson("Patient", 3), count=3)
    bulk.holds("b", "Observation", ndjson("Observation", 5), count="5")
    bulk.holds("c", "Observation", ndjson("Observation", 2, 5))
    found = exported(bulk, tmp_path / "x", types=["Patient", "Observation", "Condition"])
    assert (found.complete, found.transaction_time, found.lacking, found.deleted) == (True, AT, (), ())
    assert found.loaded == (
        Loaded("Condition", 0, complete=True),
        Loaded("Observation", 7, complete=True),
        Loaded("Patient", 3, complete=True),
    )
    assert (found.source.name, len(found.files), bulk.ended) == ("ndjson", 3, 1)
    blocks = list(read_all([str(found.source)], ReadingLimits()))
    assert all(isinstance(each, Block) for each in blocks)
    assert sum(block.data.count(b"\n") for block in blocks if isinstance(block, Block)) == 10
    assert {each.stat().st_mode & 0o77 for each in (tmp_path / "x", tmp_path / "x" / "export.json")} == {0}


def test_an_export_that_was_fetched_is_not_fetched_again(bulk, tmp_path):
    """The same call again answers from the folder, without the server."""
    bulk.holds("a", "Patient", ndjson("Patient", 3))
    first = exported(bulk, tmp_path)
    asked = len(bulk.server.asked)
    assert exported(bulk, tmp_path) == first
    assert len(bulk.server.asked) == asked


@pytest.mark.parametrize("names", [{"error": None}, {"error": [], "outcome": None, "deleted": None, "link": None}])
def test_a_manifest_of_any_version(bulk, tmp_path, names):
    """What 1.0 to 3.0 demand and 4.0 leaves out or adds is no hindrance."""
    bulk.manifest |= {"manifestType": "x", "outputFormat": "y", "extension": [{"url": "z"}], "request": None, **names}
    assert exported(bulk, tmp_path).complete


@pytest.mark.parametrize(
    ("level", "path"), [("system", "$export"), ("patient", "Patient/$export"), ("group", "Group/g.1/$export")]
)
def test_what_is_asked(bulk, tmp_path, level, path):
    """The three levels, and each parameter by its name."""
    exported(
        bulk,
        tmp_path,
        level=level,
        group="g.1" if level == "group" else None,
        types=["Patient", "Condition"],
        since="2026-01-01T00:00:00+08:00",
        until="2026-02-01T00:00:00Z",
        type_filters=["Observation?code=a,b", "Condition?category=c"],
        elements=["id", "Patient.name"],
        associated=["LatestProvenanceResources"],
        organised_by="Patient",
        partial_manifests=True,
    )
    assert bulk.started == [
        (
            path,
            [
                ("_outputFormat", "application/fhir+ndjson"),
                ("_type", "Patient,Condition"),
                ("_elements", "id,Patient.name"),
                ("_typeFilter", "Observation?code=a,b"),
                ("_typeFilter", "Condition?category=c"),
                ("_since", "2026-01-01T00:00:00+08:00"),
                ("_until", "2026-02-01T00:00:00Z"),
                ("includeAssociatedData", "LatestProvenanceResources"),
                ("organizeOutputBy", "Patient"),
                ("allowPartialManifests", "true"),
            ],
            b"",
        )
    ]


@pytest.mark.parametrize(("methods", "patients"), [({"POST"}, []), ({"GET", "POST"}, ["p1", "p2"])])
def test_what_is_asked_by_post(bulk, tmp_path, methods, patients):
    """Where a server takes no GET (4.0), and where patients are named, each parameter is an entry of its own."""
    bulk.methods = methods
    exported(bulk, tmp_path, level="patient", types=["Patient", "Condition"], patients=patients, partial_manifests=True)
    ((_, query, body),) = bulk.started
    assert query == []
    assert json.loads(body) == {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "_outputFormat", "valueString": "application/fhir+ndjson"},
            {"name": "_type", "valueString": "Patient"},
            {"name": "_type", "valueString": "Condition"},
            *({"name": "patient", "valueReference": {"reference": f"Patient/{each}"}} for each in patients),
            {"name": "allowPartialManifests", "valueBoolean": True},
        ],
    }


@pytest.mark.parametrize(
    "wrong",
    [
        {"level": "group"},
        {"level": "system", "group": "g"},
        {"level": "group", "group": "g/../x"},
        {"level": "group", "group": ".."},
        {"level": "everything"},
        {"types": ["Patient,Condition"]},
        {"since": "2026-01-01"},
        {"since": "yesterday"},
        {"level": "patient", "patients": ["Patient/1"]},
    ],
)
def test_what_cannot_be_asked(bulk, tmp_path, wrong):
    """What no server could understand is told before anything is sent."""
    with pytest.raises(ValueError):  # noqa: PT011 -- some are the library's own
        exported(bulk, tmp_path, **wrong)
    assert bulk.server.asked == []


@pytest.mark.parametrize(
    ("act", "kind"),
    [
        (json_(outcome("too-costly"), 400), errors.Invalid),
        (status(401), errors.Unauthorised),
        (status(403), errors.Forbidden),
        (status(404), errors.NotFound),
        (json_({}, 200), errors.NotFhir),
        (status(202), errors.NotFhir),
        (status(202, Content_Location="https://elsewhere.example.org/status/1"), errors.ForeignHost),
    ],
)
def test_a_server_that_does_not_begin(bulk, tmp_path, act, kind):
    """A refusal is told as what it is, and the next call begins again."""
    bulk.kick_offs.append(act)
    with pytest.raises(kind):
        exported(bulk, tmp_path)
    assert exported(bulk, tmp_path).complete


def test_a_server_that_is_busy_with_another_export(bulk, tmp_path):
    """429 to the first request is repeated."""
    bulk.kick_offs.append(status(429, Retry_After="0"))
    assert exported(bulk, tmp_path).complete


def test_it_waits_as_the_server_asks(bulk, tmp_path):
    """Retry-After is obeyed, in seconds and while throttled; without it the waits grow; progress is told in per cent."""
    waits, seen = Waits(), list[int | None]()
    bulk.looks.extend(
        [
            status(202, Retry_After="7", X_Progress="41.9% of it, for Canary"),
            status(202, X_Progress="Canary"),
            status(429, Retry_After="120"),
            status(202, X_Progress="999 %"),
            status(202, Retry_After="99999"),
        ]
    )
    exported(bulk, tmp_path, sleep=waits, progress=seen.append)
    assert seen == [41, None, None, 100, None]
    assert waits.seconds == [7, 2 * QUICK.backoff_seconds, 120, 8 * QUICK.backoff_seconds, 3600]


TRANSIENT = [json_(outcome(code), code_) for code, code_ in [("transient", 500), ("throttled", 503), ("timeout", 400)]]


def test_a_look_that_fails_for_a_moment(bulk, tmp_path):
    """A transient outcome, a gateway's page and a broken connection are no failure of the job."""
    bulk.looks.extend([*TRANSIENT * 4, html(502), status(503), status(504), drop_after_reading])
    assert exported(bulk, tmp_path).complete
    assert len(bulk.started) == 1


@pytest.mark.parametrize(
    ("act", "kind"),
    [
        (json_(outcome("exception"), 500), errors.ServerFault),
        (json_(outcome("too-costly"), 422), errors.Invalid),
        (status(400), errors.Invalid),
        (json_(outcome("exception"), 200, X_Export_Status="500"), errors.ServerFault),
    ],
)
def test_a_job_that_failed(bulk, tmp_path, act, kind):
    """The server says that the job failed: it is told at once, and the next call begins a new one."""
    bulk.looks.append(act)
    with pytest.raises(kind, match=r"GET export status: the export failed \(status "):
        exported(bulk, tmp_path)
    assert exported(bulk, tmp_path).complete
    assert len(bulk.started) == 2


def test_a_server_that_only_says_500(bulk, tmp_path):
    """An error without a word is believed when it was repeated often enough."""
    bulk.looks.extend([status(500)] * (QUICK.retries + 1))
    with pytest.raises(errors.ServerFault):
        exported(bulk, tmp_path)


def test_the_state_of_the_job_apart_from_that_of_the_look(bulk, tmp_path):
    """X-Export-Status (3.0) says 202 while the look itself says 200."""
    bulk.looks.extend([json_({}, 200, X_Export_Status="202 Accepted")] * 2)
    bulk.looks.append(json_(bulk.page(0), 200, X_Export_Status="200"))
    assert exported(bulk, tmp_path).complete


def test_patience_ends(bulk, tmp_path):
    """An export that is not ready in time is told, and the next call goes on with the same job."""
    bulk.looks.append(status(202, Retry_After="61"))
    assert lacking(bulk, tmp_path, patience_seconds=60) == ("everything: not ready yet",)
    assert exported(bulk, tmp_path).complete
    assert len(bulk.started) == 1


@pytest.mark.parametrize(
    "act",
    [
        raw(b"<html>"),
        json_({"output": []}),
        json_({"transactionTime": "2026-03-01", "output": []}),
        json_({"transactionTime": "soon", "output": []}),
        json_({"transactionTime": AT, "output": [{"type": "Patient"}]}),
        json_({"transactionTime": AT, "output": {}}),
    ],
)
def test_a_manifest_that_cannot_be_understood(bulk, tmp_path, act):
    """A manifest without its instant, or with files without an address, is none."""
    bulk.looks.append(act)
    with pytest.raises(errors.NotFhir):
        exported(bulk, tmp_path)


def test_a_manifest_in_pages(bulk, tmp_path):
    """The links to the next page are followed, each of which may be late too."""
    for at in range(5):
        bulk.holds(f"f{at}", "Patient", ndjson("Patient", 1, at))
    bulk.page_size = 2
    bulk.looks.append(json_(bulk.page(0)))
    bulk.looks.append(status(202))
    assert exported(bulk, tmp_path).loaded == (Loaded("Patient", 5, complete=True),)


def page(**more: Any) -> Act:
    return json_({"transactionTime": AT, "output": [], **more})


def test_pages_in_a_circle(bulk, tmp_path):
    """A manifest that leads back to itself is incomplete."""
    bulk.looks.append(page(link=[{"relation": "next", "url": f"{bulk.server.base}/status/1?page=0"}]))
    assert lacking(bulk, tmp_path) == ("the files on the pages after",)


def test_pages_that_lead_elsewhere(bulk, tmp_path):
    """A next page at another server is not asked."""
    with serving(page()) as other:
        bulk.looks.append(page(link=[{"relation": "next", "url": f"{other.base}/status/1"}]))
        with pytest.raises(errors.ForeignHost):
            exported(bulk, tmp_path)
        assert other.asked == []


def test_pages_of_several_exports(bulk, tmp_path):
    """Pages that do not show the same instant are not one export."""
    link = {"relation": "next", "url": f"{bulk.server.base}/status/1?page=1"}
    bulk.looks.append(page(link=[link], transactionTime="2026-04-01T00:00:00Z"))
    with pytest.raises(errors.NotFhir):
        exported(bulk, tmp_path)


def test_cancel(bulk, tmp_path):
    """The server is told to stop, and nothing is left of what came."""
    bulk.looks.append(status(202, Retry_After="61"))
    lacking(bulk, tmp_path, patience_seconds=60)
    assert cancel(Transport(bulk.server.base, limits=QUICK), tmp_path)
    assert bulk.ended == 1
    assert [each.name for each in tmp_path.iterdir()] == ["export.lock"]


def test_the_end_that_nobody_hears(bulk, tmp_path):
    """A server that does not know how to end an export has done no harm."""
    bulk.holds("a", "Patient", ndjson("Patient", 1))
    bulk.gone = False
    bulk.server.otherwise = lambda exchange: status(405)(exchange) if exchange.command == "DELETE" else bulk(exchange)
    assert exported(bulk, tmp_path).complete
