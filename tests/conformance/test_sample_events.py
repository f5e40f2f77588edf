"""What ``yts109 run`` writes about the treated participants of the sample hospital, held against HL7's guides and FHIR."""

import importlib
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from adapter.cli import app
from mappings.emitting.adverse_event import retracted
from mappings.emitting.datatypes import Release
from tests.conformance.checker import problems
from tests.conformance.conftest import AT, ROOT, Resources, objects, read
from tests.conformance.guide import broken, claims

WARD = ROOT / "samples" / "treated"
GIVEN = ("--site", str(ROOT / "samples" / "site.toml"), "--at", AT)
#: Whose event, and which -> why it cannot claim the guide's profile, which asks for an outcome and a seriousness.
UNCLAIMED = {
    # A bleeding that nobody graded: whether it endangered her life cannot be told, so nor whether it was serious.
    ("t-itp-bleeding", "Epistaxis"): "seriousness",
    # Anaemia of grade 2 that was there when a pneumonia brought her in: whether it had a part in that a person must say.
    ("t-nr-1", "Anemia"): "seriousness",
}


@pytest.fixture(scope="module")
def folder(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with all that is written about the treated participants."""
    made = tmp_path_factory.mktemp(f"ward-{release}")
    _done("run", WARD, "--to", made, "--fhir", release)
    return made


@pytest.fixture(scope="module")
def ward(folder: Path) -> Resources:
    """Return all that is written about the treated participants."""
    return read(folder)


def _done(*command: str | Path) -> str:
    result = CliRunner().invoke(app, [*map(str, command), *GIVEN])
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture
def events(ward: Resources) -> Resources:
    """Return the adverse events among it."""
    found = [one for one in ward if one["resourceType"] == "AdverseEvent"]
    assert len(found) > 100
    return found


def test_every_resource_is_sound(ward: Resources, release: Release) -> None:
    """No resource has an unknown element, a wrong count, type, code or text, or a broken invariant."""
    assert [f"{one['id']} {problem}" for one in ward for problem in problems(one, release)] == []


def test_every_event_is_what_the_guide_asks_for(events: Resources, release: Release) -> None:
    """The guide's invariant holds by FHIRPath, its value sets are kept, and none but its extensions are there."""
    assert [f"{one['id']}: {problem}" for one in events for problem in broken(one, release)] == []


def test_every_event_claims_the_profile_but_those_that_cannot(events: Resources, release: Release) -> None:
    """Each event that does not name the profile lacks what the profile asks for, and it is known which they are."""
    unclaimed = {}
    for one in events:
        if not claims(one, release):
            name = one["event" if release == "R4" else "code"]["coding"][0]["display"]
            missing = [element for element in ("outcome", "seriousness") if element not in one]
            unclaimed[one["subject"]["reference"].removeprefix("Patient/"), name] = " ".join(missing)
    assert unclaimed == UNCLAIMED


def test_every_event_is_the_same_in_another_library(events: Resources, release: Release) -> None:
    """The models of fhir.resources accept every event, and give it back as it was."""
    package = importlib.import_module("fhir.resources.R4B" if release == "R4" else "fhir.resources")
    model = package.get_fhir_model_class("AdverseEvent")
    for one in events:
        text = json.dumps(one, default=float)
        assert json.loads(model.model_validate_json(text).model_dump_json()) == json.loads(text), one["id"]


def test_every_event_can_be_withdrawn(events: Resources, release: Release) -> None:
    """With the status that says so it is still sound, and what claimed the profile still keeps it."""
    gone = [retracted(one, release) for one in events]
    assert [claims(one, release) for one in gone] == [claims(one, release) for one in events]
    assert [problem for one in gone for problem in (*problems(one, release), *broken(one, release))] == []


def test_every_reference_resolves(ward: Resources) -> None:
    """A reference names what is written or what the hospital has, and the very version that the hospital has."""
    ours = {f"{one['resourceType']}/{one['id']}" for one in ward}
    versions: dict[str, set[str]] = {}
    for one in read(WARD):
        versions.setdefault(f"{one['resourceType']}/{one['id']}", set()).add(one.get("meta", {}).get("versionId", ""))
    for resource in ward:
        for node in objects(resource):
            name, _, version = str(node.get("reference", "")).partition("/_history/")
            assert not name or name in ours or name in versions, name
            assert not version or version in versions[name], node["reference"]


def test_our_own_output_changes_no_answer(folder: Path) -> None:
    """A server that holds the records of the ward and our resources about them is followed to the same answers."""
    assert _answers(WARD, folder) == _answers(WARD)


def _answers(*sources: Path) -> Resources:
    found = map(json.loads, _done("follow", *sources, "--format", "ndjson").splitlines())
    return [{name: value for name, value in one.items() if name != "set_aside"} for one in found]
