"""Pulling from a real server that nobody here wrote: what it holds is screened and followed as the files are."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adapter.fhir.client import Client, Entry
from adapter.fhir.transport import Transport
from tests.cli.command import AT, ROOT, SITE, Done, screened, written, yts109
from tests.live.servers import sekmet

SCREENED = ("ln-01", "ln-02", "ln-05", "itp-01", "itp-02", "e09", "e12", "odd-moved", "odd-moved-old", "both-01")
FOLLOWED = ("t-crr-1", "t-crs-4", "t-itp-cr")
#: Entries of one batch that loads the server.
TOGETHER = 400


def of(folder: Path, names: tuple[str, ...]) -> list[dict[str, Any]]:
    """The sample resources of some patients, and those that belong to nobody."""
    wanted, found = {f"Patient/{name}" for name in names}, []
    for path in sorted(folder.glob("*.ndjson")):
        for one in map(json.loads, path.read_bytes().splitlines()):
            owner = one.get("subject") or one.get("patient") or one.get("individual") or {}
            named = owner.get("reference", f"{one['resourceType']}/{one['id']}")
            if named in wanted or not named.startswith("Patient/"):
                found.append(one)
    return found


@pytest.fixture(scope="module")
def resources() -> list[dict[str, Any]]:
    samples = ROOT / "samples"
    both = of(samples / "hospital", SCREENED) + of(samples / "treated", FOLLOWED)
    return [*{f"{one['resourceType']}/{one['id']}": one for one in both}.values()]


@pytest.fixture(scope="module")
def files(resources: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    lines = b"".join(json.dumps(one, ensure_ascii=False).encode() + b"\n" for one in resources)
    return written(tmp_path_factory.mktemp("files") / "all.ndjson", lines)


@pytest.fixture(scope="module")
def base(resources: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with sekmet(tmp_path_factory.mktemp("sekmet")) as address:
        client = Client(Transport(address))
        for start in range(0, len(resources), TOGETHER):
            entries = [
                Entry("PUT", f"{one['resourceType']}/{one['id']}", json.dumps(one, ensure_ascii=False).encode())
                for one in resources[start : start + TOGETHER]
            ]
            assert {answer.done for answer in client.batch(entries)} == {True}
        yield address


def findings(done: Done) -> list[tuple[Any, ...]]:
    """Decision, state, reason and value of each clause, without the versions of what they were read from."""
    return [
        (one["patient"], one["decision"], finding["clause"], finding["state"], finding["reason"], finding.get("value"))
        for one in done.patients
        for finding in one["findings"]
    ]


def outcomes(done: Done) -> list[Any]:
    """What following says of each participant, without what names versions and times of records."""
    return [bare({name: one for name, one in each.items() if name != "set_aside"}) for each in done.patients]


def bare(value: Any) -> Any:
    """A value without evidence."""
    if isinstance(value, dict):
        return {name: bare(each) for name, each in value.items() if name != "evidence"}
    return [bare(each) for each in value] if isinstance(value, list) else value


def test_a_real_server_is_screened_as_the_files_are(base: str, files: Path) -> None:
    """Ten patients: the same decisions, states, reasons and values."""
    found = screened(base, "--site", SITE)
    assert found.status == 0
    assert "lacking" not in found.err
    assert findings(found) == findings(screened(files, "--site", SITE))
    assert {"eligible", "ineligible"} <= {one["decision"] for one in found.patients}


def test_a_real_server_is_followed_as_the_files_are(base: str, files: Path) -> None:
    """Three participants: the same events, grades, toxicities, responses and kinetics."""
    follow = ("--site", SITE, "--at", AT, "--format", "ndjson")
    found = yts109("follow", base, *follow)
    assert found.status == 0
    assert len(found.patients) == len(FOLLOWED)
    assert outcomes(found) == outcomes(yts109("follow", files, *follow))


def test_a_second_pull_adds_what_changed(base: str, tmp_path: Path) -> None:
    """By the server's own clock; one patient alone is pulled with who was merged with them."""
    assert yts109("pull", base, "--to", tmp_path / "all", "--strict").status == 0
    resource = {
        "resourceType": "Condition",
        "id": "new",
        "code": {"text": "new"},
        "subject": {"reference": "Patient/ln-01"},
    }
    Client(Transport(base)).update(json.dumps(resource).encode())
    assert yts109("pull", base, "--to", tmp_path / "all", "--strict").status == 0
    assert (tmp_path / "all" / "Condition.ndjson").read_bytes().count(b'"id":"new"') == 1
    Client(Transport(base)).transport.send("DELETE", "Condition/new")
    assert yts109("pull", base, "--to", tmp_path / "one", "--patient", "odd-moved", "--strict").status == 0
    lines = (tmp_path / "one" / "Patient.ndjson").read_bytes().splitlines()
    assert sorted(json.loads(line)["id"] for line in lines) == ["odd-moved", "odd-moved-old"]


def test_a_patient_is_explained_from_a_real_server(base: str, files: Path) -> None:
    """In the same words, but for versions and instants of the server's own."""
    asked = ("ln-01", "I02-LN-2", "--site", SITE, "--at", AT)
    found, expected = yts109("explain", base, *asked), yts109("explain", files, *asked)
    assert found.status == 0
    assert found.out.splitlines()[:5] == expected.out.splitlines()[:5]
