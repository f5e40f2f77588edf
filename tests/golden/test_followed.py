"""The treated participants of the sample ward, in every form that ``follow`` and ``run`` have: what must come out of them.

``followed`` holds it: a file for each participant with all that the JSON says, where a piece of evidence is its id and
what was sent, evidence of an event that stands in its course is not said again, and values do not say what they lack;
the CSV and the table as they are printed; the tables of the cohort; what is written as FHIR of a few telling
participants, in both releases, what both say alike once; a few pictures, and of every picture a digest that says
whether it changed. In pictures letters are drawn: they are those of the pinned matplotlib, and with another one they
are to be looked at and written anew. ``make golden`` writes everything anew; review the difference line by line.
"""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import AT, ROOT, SITE, yts109
from tests.golden.layout import laid_out, parsed

HERE = Path(__file__).parent / "followed"
WARD = ROOT / "samples" / "treated"
GIVEN = ("--site", SITE, "--at", AT)
#: A complete response in either cohort, the worst cytokine release syndrome, and no sure Day 0.
DRAWN = ("t-crr-1", "t-itp-cr", "t-crs-4", "t-two-infusions")
#: Events of every kind: by vital signs and grades, reported ones, a person's refusal, a death.
WRITTEN = ("t-crs-4", "t-itp-cr", "t-refuted-1", "t-death-1")
KINDS = ("AdverseEvent", "Observation")
Files = dict[str, bytes]


def _made(folder: Path, drawn: Path, *more: str, **environment: str) -> Files:
    """Return every golden file as it comes out now, by its name; pictures are those of the participants in ``drawn``."""

    def done(command: str, source: Path, *arguments: str | Path) -> bytes:
        return yts109(command, source, *GIVEN, *arguments, *more, env=environment).out.encode()

    tables, plots = folder / "tables", folder / "plots"
    made = dict(_participants(done("follow", WARD, "--format", "ndjson", "--tables", tables)))
    made |= {f"tables/{file.name}": file.read_bytes() for file in sorted(tables.iterdir())}
    made["table.txt"] = done("follow", WARD)
    made["followed.csv"] = done("follow", drawn, "--format", "csv", "--plots", plots)
    made |= _pictures(plots)
    for release in ("R4", "R5"):
        done("run", WARD, "--to", folder / release, "--fhir", release)
        made |= _resources(folder / release, release)
    return made


def _participants(lines: bytes) -> Iterator[tuple[str, bytes]]:
    for line in lines.splitlines():
        one = parsed(line.decode())
        for event in one["adverse_events"]:
            in_course = [each for step in event["course"] for each in step["evidence"]]
            event["evidence"] = [each for each in event["evidence"] if each not in in_course]
        name = one["patient"].removeprefix("Patient/")
        yield f"participants/{name}.json", laid_out(_shortened(one), 6).encode()


def _shortened(tree: Any) -> Any:
    """Return JSON with each piece of evidence as its id and what was sent, and values without what they lack."""
    if isinstance(tree, list):
        return [_shortened(one) for one in tree]
    if not isinstance(tree, dict):
        return tree
    if {"reference", "raw", "factor"} <= tree.keys():
        return f"{tree['reference'].partition('/')[2]}: {tree['raw']}"
    if {"used", "note"} <= tree.keys():
        tree = {name: value for name, value in tree.items() if value and (name != "text" or not tree["evidence"])}
    return {name: _shortened(value) for name, value in tree.items()}


def _pictures(folder: Path) -> Files:
    files = {file.stem: file.read_bytes() for file in sorted(folder.iterdir())}
    digests = [f"{hashlib.sha256(content).hexdigest()}  {name}.svg\n" for name, content in files.items()]
    kept = {f"plots/{name}.svg": files[name] for name in DRAWN}
    return {**kept, "plots/sha256.txt": "".join(digests).encode()}


def _resources(folder: Path, release: str) -> Files:
    """Return what is written of the telling participants, and the tables of the cohort."""
    found: dict[str, list[Any]] = {}
    for kind in KINDS:
        for line in (folder / f"{kind}.ndjson").read_text("utf-8").splitlines():
            one = _in_brief(parsed(line), release)
            found.setdefault(one["subject"]["reference"].removeprefix("Patient/"), []).append(one)
    made = {f"{release}/{name}.json": laid_out(found[name], 5).encode() for name in WRITTEN}
    lines = (folder / "MeasureReport.ndjson").read_text("utf-8").splitlines()
    reports = [_in_brief(parsed(line), release) for line in lines]
    return {**made, f"{release}/MeasureReport.json": laid_out(reports, 8).encode()}


def _in_brief(resource: dict[str, Any], release: str) -> dict[str, Any]:
    """Return a resource, as R5 without what says the same as in R4: its retelling in words, and all but two strata of each."""
    if release == "R4":
        return resource
    for stratifier in (one for group in resource.get("group", ()) for one in group.get("stratifier", ())):
        del stratifier["stratum"][2:]
    return {name: value for name, value in resource.items() if name != "text"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Return every golden file as it comes out now; with ``GOLDEN=write`` they are written."""
    found = _made(tmp_path_factory.mktemp("made"), WARD)
    if os.environ.get("GOLDEN") == "write":
        for name in _kept() - found.keys():
            (HERE / name).unlink()
        for name, content in found.items():
            (HERE / name).parent.mkdir(parents=True, exist_ok=True)
            (HERE / name).write_bytes(content)
    return found


def _kept() -> set[str]:
    return {file.relative_to(HERE).as_posix() for file in HERE.rglob("*") if file.is_file()}


def test_every_file_is_as_it_was_reviewed(made: Files) -> None:
    """The answers, tables, pictures and resources of the ward are those of the reviewed files, and none is missing."""
    assert _kept() == made.keys()
    for name, content in made.items():
        assert content.decode() == (HERE / name).read_bytes().decode(), name


def test_another_run_gives_the_same_bytes(made: Files, tmp_path: Path) -> None:
    """It does not matter how many work on it, in which time zone, with which hash seed, nor who is drawn besides."""
    few = tmp_path / "few.ndjson"
    few.write_bytes(b"".join(line for line in _lines() if any(f'{name}"'.encode() in line for name in DRAWN)))
    again = _made(tmp_path, few, "--workers", "2", PYTHONHASHSEED="7", TZ="America/New_York", LC_ALL="C")
    others = {"plots/sha256.txt", "followed.csv"}
    assert [name for name in made.keys() - others if made[name] != again[name]] == []
    for name in others:
        assert {*again[name].splitlines()} < {*made[name].splitlines()}


def _lines() -> Iterator[bytes]:
    for file in sorted(WARD.iterdir()):
        yield from file.read_bytes().splitlines(keepends=True)
