"""Same input, same bytes: whatever the order, the process, the machine's zone and locale, the number of workers."""

import random
from pathlib import Path

import pytest

from tests.cli.command import AT, SITE, lines_of, written, yts109

PATIENTS = ("ln-01", "itp-01", "e08-1", "e12", "open-uncoded", "odd-corrected", "odd-duplicate", "odd-moved", "both-01")
FORMATS = ("table", "json", "ndjson", "csv", "fhir")
MACHINES = {
    "in another country": {
        "PYTHONHASHSEED": "12345", "TZ": "America/St_Johns", "LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
    },
    "with another terminal": {"PYTHONIOENCODING": "latin-1", "COLUMNS": "60", "FORCE_COLOR": "1", "TERM": "dumb"},
}  # fmt: skip


@pytest.fixture(scope="module")
def lines() -> list[bytes]:
    """The lines of sample patients, of every kind that order could matter for."""
    return lines_of(*PATIENTS)


@pytest.fixture(scope="module")
def usual(lines: list[bytes], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What each format prints of them in the usual order."""
    source = written(tmp_path_factory.mktemp("usual") / "a.ndjson", b"\n".join(lines))
    return {form: _printed(form, source) for form in FORMATS}


def _printed(form: str, *arguments: str | Path, env: dict[str, str] | None = None) -> str:
    done = yts109("screen", *arguments, "--site", SITE, "--at", AT, "--format", form, env=env)
    assert done.status == 0
    return done.out


@pytest.mark.parametrize("form", FORMATS)
def test_the_order_of_lines_and_files_changes_nothing(
    lines: list[bytes], usual: dict[str, str], tmp_path: Path, form: str
) -> None:
    """Lines in any order, spread over any files, given in any order to several workers, come to the same bytes."""
    seed = FORMATS.index(form)
    shuffled = random.Random(seed).sample(lines, len(lines))
    parts = [shuffled[index::3] for index in range(3)]
    files = [written(tmp_path / f"{index}.ndjson", b"\n".join(part)) for index, part in enumerate(parts)]
    assert _printed(form, *files[::-1], "--workers", str(1 + seed % 2)) == usual[form]


@pytest.mark.parametrize("machine", MACHINES)
def test_the_machine_changes_nothing(lines: list[bytes], usual: dict[str, str], tmp_path: Path, machine: str) -> None:
    """Hash seed, time zone, locale, encoding and terminal of the machine are no part of an answer."""
    source = written(tmp_path / "a.ndjson", b"\n".join(lines))
    for form in ("table", "ndjson", "fhir"):
        assert _printed(form, source, env=MACHINES[machine]) == usual[form]
    explain = ("explain", source, "open-uncoded", "--site", SITE, "--at", AT)
    assert yts109(*explain, env=MACHINES[machine]).out == yts109(*explain).out


def test_messages_are_the_same_too(lines: list[bytes], tmp_path: Path) -> None:
    """What is told on standard error is in the same order whoever found it."""
    for index in range(6):
        written(tmp_path / f"{index}.ndjson", b"x\n" + b"\n".join(lines[index::6]) + b"\n{}\n")
    one, two = (yts109("screen", tmp_path, "--at", AT, "--workers", workers).err for workers in ("1", "2"))
    assert one.count("set aside: ") >= 12
    assert one == two
