"""Real FHIR servers that nobody here wrote, started by the test run itself and ended with it.

A server that cannot be started on this machine is told in one line that begins with NOT RUN, and never passed over.
"""

import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SECONDS = 60


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def sekmet(folder: Path, settings: Mapping[str, Any] | None = None) -> Iterator[str]:
    """sekmet-fhir (PyPI) on an empty store in ``folder``; its base address. ``settings`` are those of its own file.

    It has real transactions and versions that are numbers, creates on update, and a no-op update makes a new version.
    """
    if not find_spec("sekmet"):
        pytest.skip("NOT RUN: sekmet-fhir is not installed; pip install '.[test]' brings it")
    port = free_port()
    base = f"http://127.0.0.1:{port}/fhir"
    held = {
        "base_url": base,
        "data_dir": str(folder),
        "own_private_key_path": str(folder / "key.pem"),
        "simulator": {"enabled": False},
        "log_inbound": False,
        **(settings or {}),
    }
    path = folder / "settings.yaml"
    path.write_text(json.dumps(held), "utf-8")  # JSON is YAML
    with running([sys.executable, "-m", "tests.live.sekmet_server", str(path), str(port)], base, folder):
        yield base


@contextmanager
def running(command: list[str], base: str, folder: Path) -> Iterator[None]:
    """A server's process, from when it answers to its end. Raises ``AssertionError`` with its log where it never does."""
    log = folder / "server.log"
    with log.open("wb") as out, subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT) as process:
        try:
            _await(process, f"{base}/metadata", log)
            yield
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def _await(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    latest = time.monotonic() + SECONDS
    while time.monotonic() < latest and process.poll() is None:
        try:
            with opener.open(url, timeout=5):
                return
        except urllib.error.HTTPError as refused:
            refused.close()
            return  # it answers
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the server did not start: {log.read_text(errors='replace')[-2000:]}")
