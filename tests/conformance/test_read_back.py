"""What was written can stand among what is read: it changes no answer, and no person's word is taken from it."""

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from adapter.cli import app
from tests.conformance.conftest import AT, ROOT, run


def _screened(*sources: Path) -> list[dict[str, Any]]:
    command = ["screen", *map(str, sources), "--site", str(ROOT / "samples" / "site.toml"), "--at", AT]
    result = CliRunner().invoke(app, [*command, "--format", "json"])
    assert result.exit_code == 0, result.output
    return [{key: one[key] for key in one if key != "set_aside"} for one in json.loads(result.stdout)]


def test_our_own_output_changes_no_answer(tmp_path: Path, release: str) -> None:
    """A server that holds the hospital's records and our resources gives the same screening."""
    hospital = ROOT / "samples" / "hospital"
    run(tmp_path, release)
    assert _screened(hospital, tmp_path) == _screened(hospital)
