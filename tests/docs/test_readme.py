"""The README is true: its commands run and print what it shows, its files exist, its settings are all there are."""

import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from adapter.cli import app
from adapter.settings import load_site
from mappings.site import Site

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
CONSOLE = re.findall(r"```console\n\$ yts109 (.*?)\n(.*?)```", README, re.DOTALL)


def test_the_worked_patient_is_there() -> None:
    """A README without a command that can be checked would prove nothing."""
    assert CONSOLE


@pytest.mark.parametrize(("command", "printed"), CONSOLE, ids=[command for command, _ in CONSOLE])
def test_a_command_prints_what_the_readme_shows(command: str, printed: str) -> None:
    """Run where a reader would run it, the command prints those very words."""
    run = subprocess.run(
        [sys.executable, "-m", "adapter", *command.split()], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout == printed


def test_every_file_that_the_documents_name_exists() -> None:
    """Links and paths in back quotes lead somewhere."""
    for page in ("README.md", "CONTRIBUTING.md", "tests/README.md"):
        text = (ROOT / page).read_text("utf-8")
        links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link]
        paths = re.findall(r"`((?:adapter|mappings|profiles|tests|samples|benchmarks)/[\w./-]*)`", text)
        missing = [
            name
            for name in [*links, *paths]
            if not ((ROOT / page).parent / name).exists() and not (ROOT / name).exists()
        ]
        assert missing == [], page


def test_every_command_is_in_the_readme() -> None:
    """And no other is promised."""
    commands = {command.callback.__name__ for command in app.registered_commands if command.callback}
    commands |= {group.name for group in app.registered_groups}
    assert commands == set(re.findall(r"^\| `yts109 (\w+)", README, re.MULTILINE))


def test_every_setting_is_in_the_readme() -> None:
    """The table of the site file names every field of it, and the sample site file is a valid one."""
    told = set(re.findall(r"^\| `\[?([a-z_]+)", README.partition("## The site file")[2], re.MULTILINE))
    assert set(msgspec.structs.asdict(Site())) <= told
    assert load_site(ROOT / "samples" / "site.toml")[0].coverage
