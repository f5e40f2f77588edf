"""An incomplete pull never looks complete: whatever type lacks, nothing is cleared that would not be cleared with it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from adapter.command import CoverageDeclared, job_of
from adapter.fetched import fetched, pulled_from
from adapter.pulling import SCREENED, Plan
from adapter.run import Job, screening
from adapter.server import Server, Servers
from tests.cli.command import AT, HOSPITAL, SITE
from tests.unit.searched import Searched, hospital

#: Every so many-th of the sample patients; all who are eligible are among them.
EACH = 8


def chosen() -> Iterator[dict[str, Any]]:
    expected = json.loads((HOSPITAL.parent / "expected.json").read_text("utf-8"))
    eligible = {name for name, one in expected.items() if one["decision"] == "eligible"}
    wanted = {
        f"Patient/{name}" for name in (*eligible, *sorted(expected)[::EACH], "odd-moved-old")
    }  # one who was merged
    for path in sorted(HOSPITAL.glob("*.ndjson")):
        for one in map(json.loads, path.read_bytes().splitlines()):
            owner = one.get("subject") or one.get("patient") or one.get("individual") or {}
            named = owner.get("reference", f"{one['resourceType']}/{one['id']}")
            if named in wanted or not named.startswith("Patient/"):
                yield one


@pytest.fixture(scope="module")
def server() -> Iterator[Searched]:
    with hospital(chosen()) as held:
        held.page = 40
        yield held


def job() -> Job:
    made = job_of(AT, None, SITE, CoverageDeclared.full, 1, ("ndjson",))
    return msgspec.structs.replace(made, servers=Servers(Server(retries=0)))


def screened(source: str) -> dict[str, dict[str, Any]]:
    """The screenings by patient, with ``told`` what lacks."""
    with fetched([source], job(), lambda *_: None) as (places, minding, _), screening(places, minding) as results:
        return {one["patient"]: one for one in map(json.loads, results.streams["ndjson"])}


@pytest.fixture(scope="module")
def whole(server: Searched) -> dict[str, dict[str, Any]]:
    server.fault = lambda *_: None
    return screened(server.base)


def test_a_whole_pull_finds_what_files_tell(whole: dict[str, dict[str, Any]]) -> None:
    """The patients of the server come out as those of the files do."""
    with screening([str(HOSPITAL)], job()) as results:
        files = {one["patient"]: one for one in map(json.loads, results.streams["ndjson"])}
    assert len(whole) > 20
    assert {name: one["decision"] for name, one in whole.items()} == {name: files[name]["decision"] for name in whole}
    assert "eligible" in {one["decision"] for one in whole.values()}


@pytest.mark.parametrize("kind", [kind for kind in SCREENED if kind != "Patient"])
def test_nothing_is_cleared_by_what_lacks(server: Searched, whole: dict[str, dict[str, Any]], kind: str) -> None:
    """A type whose last page fails: each clause says what it said, or is open; so does each decision."""
    last = (len(server.held.get(kind, {})) - 1) // server.page * server.page
    server.fault = lambda name, offset, _: (500, {}) if (name, offset) == (kind, max(last, 0)) else None
    cleared = []
    for name, one in screened(server.base).items():
        assert one["decision"] in (whole[name]["decision"], "undetermined"), name
        for now, before in zip(one["findings"], whole[name]["findings"], strict=True):
            if now["effect"] not in (before["effect"], "open"):
                cleared.append((name, now["clause"], before["effect"], now["effect"], now["reason"]))
    assert cleared == []


def test_without_conditions_nobody_is_eligible(server: Searched, whole: dict[str, dict[str, Any]]) -> None:
    """The second page of them is dropped; nobody is called free of anything, whatever is declared."""
    server.fault = lambda name, offset, answer: (
        (200, answer | {"link": answer["link"][:1]}) if (name, offset) == ("Condition", 0) else None
    )
    found = screened(server.base)
    assert {one["decision"] for one in found.values()} <= {"ineligible", "undetermined"}
    by_absence = {
        (name, finding["clause"])
        for name, one in whole.items()
        for finding in one["findings"]
        if finding["effect"] == "allows" and finding["reason"] == "absent"
    }
    assert by_absence
    again = {
        (name, finding["clause"])
        for name, one in found.items()
        for finding in one["findings"]
        if finding["effect"] == "allows" and finding["reason"] == "absent"
    }
    assert again < by_absence


def test_a_folder_that_lacks_something_is_as_careful(server: Searched, tmp_path: Path) -> None:
    """What was whole yesterday and is not today is not used as it was: the newest result may be what did not come."""
    server.fault = lambda *_: None
    servers, folder = Servers(Server(retries=0)), tmp_path / "pulled"
    pulled_from(server.base, folder, Plan(), servers, lambda *_: None)
    assert "eligible" in {one["decision"] for one in screened(str(folder)).values()}
    server.fault = lambda name, *_: (500, {}) if name == "Observation" else None
    pulled_from(server.base, folder, Plan(), servers, lambda *_: None)
    assert (folder / "Observation.ndjson").stat().st_size > 0
    found = screened(str(tmp_path))
    assert "eligible" not in {one["decision"] for one in found.values()}
    assert '"Observation/' not in json.dumps(found)
