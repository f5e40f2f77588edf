"""What ``yts109 run`` writes about the whole sample hospital, once as R4 and once as R5, and the hospital itself."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from adapter.cli import app

ROOT = Path(__file__).parents[2]
AT = "2025-06-01T09:00:00+08:00"
Resources = list[dict[str, Any]]


def read(folder: Path) -> Resources:
    """Return every resource in the NDJSON files of ``folder``, numbers with all their digits."""
    lines = (line for file in sorted(folder.glob("*.ndjson")) for line in file.read_text("utf-8").splitlines())
    return [json.loads(line, parse_float=Decimal) for line in lines]


def run(folder: Path, release: str) -> None:
    """Screen the sample hospital and write the resources to ``folder``."""
    source, site = ROOT / "samples" / "hospital", ROOT / "samples" / "site.toml"
    command = ["run", str(source), "--site", str(site), "--at", AT, "--to", str(folder), "--fhir", release]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, result.output


@pytest.fixture(scope="session", params=["R4", "R5"])
def release(request: pytest.FixtureRequest) -> str:
    """Each release that is written."""
    return str(request.param)


@pytest.fixture(scope="session")
def written(release: str, tmp_path_factory: pytest.TempPathFactory) -> Resources:
    """Return all that is written about the sample hospital."""
    folder = tmp_path_factory.mktemp(release)
    run(folder, release)
    return read(folder)


@pytest.fixture(scope="session")
def hospital() -> dict[str, str]:
    """Return the version of each of the hospital's own resources, by its reference."""
    own = read(ROOT / "samples" / "hospital")
    return {f"{one['resourceType']}/{one['id']}": one.get("meta", {}).get("versionId", "") for one in own}


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every object in ``value``, itself first."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from objects(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from objects(inner)


def texts(value: Any) -> Iterator[str]:
    """Yield every text in ``value``."""
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from texts(inner)
