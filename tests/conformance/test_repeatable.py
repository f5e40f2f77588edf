"""What is written depends on what was read, when and under which settings, and on nothing else."""

import os
import subprocess
import sys
from pathlib import Path

from tests.conformance.conftest import AT, ROOT

#: One instant under two names.
AT_UTC = "2025-06-01T01:00:00Z"


def _run(folder: Path, at: str, **environment: str) -> dict[str, bytes]:
    source, site = "samples/hospital", "samples/site.toml"
    command = [sys.executable, "-m", "adapter", "run", source, "--site", site, "--at", at, "--to", str(folder)]
    subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=True, capture_output=True)
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_bytes_depend_on_no_seed_and_no_zone(tmp_path: Path) -> None:
    """Another hash seed, another machine's time zone and locale, another name of the instant: the same bytes."""
    one = _run(tmp_path / "1", AT, PYTHONHASHSEED="1", TZ="Asia/Tokyo", LC_ALL="C")
    two = _run(tmp_path / "2", AT_UTC, PYTHONHASHSEED="2", TZ="America/Los_Angeles", LC_ALL="C.UTF-8")
    assert one.keys() == two.keys()
    assert [name for name in one if one[name] != two[name]] == []
