"""HL7's own examples of every resource, which nobody here wrote: each file is used or set aside, none is a trap.

They are the npm packages ``hl7.fhir.r4.examples``, ``hl7.fhir.r4b.examples`` and ``hl7.fhir.r5.examples``, unpacked
into folders of these names. The environment variable YTS109_EXAMPLES names the folder that holds them; ``.ci/run``
fetches them and sets it.
"""

import os
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from adapter.fhir.formats import Block, ReadingLimits, SetAside, SourceError, read_all
from tests.cli.command import AT, Done, yts109

VARIABLE = "YTS109_EXAMPLES"
PACKAGES = ("hl7.fhir.r4.examples", "hl7.fhir.r4b.examples", "hl7.fhir.r5.examples")
#: Files of each package: a package that was unpacked half would prove half.
LEAST_FILES = 2500


if VARIABLE not in os.environ:
    pytest.skip(
        f"NOT RUN: {VARIABLE} names no folder with {', '.join(PACKAGES)}; .ci/run fetches them", allow_module_level=True
    )


@pytest.fixture(params=PACKAGES)
def package(request: pytest.FixtureRequest) -> Path:
    """The folder of one package."""
    folder = Path(os.environ[VARIABLE]) / request.param
    assert folder.is_dir(), f"{VARIABLE} is set, but {request.param} is not there"
    return folder


@cache
def _screened(package: Path, *options: str) -> Done:
    return yts109("screen", package, "--at", AT, "--format", "ndjson", *options)


@pytest.mark.parametrize("options", [(), ("--coverage", "full")], ids=["nothing declared", "everything declared"])
def test_nobody_in_the_examples_is_eligible(package: Path, options: tuple[str, ...]) -> None:
    """The examples describe nobody with lupus nephritis: nothing crashes, and nobody is cleared."""
    done = _screened(package, *options)
    assert done.status == 0
    decided = Counter(found["decision"] for found in done.patients)
    assert sum(decided.values()) > 40
    assert decided["eligible"] == 0
    assert {decision for found in done.patients for decision in found["cohorts"].values()} <= {
        "ineligible",
        "undetermined",
    }


def test_every_file_of_the_examples_is_used_or_set_aside(package: Path) -> None:
    """Each file yields resources, or a note with its place and a reason; only the package's own papers are no FHIR."""
    silent, foreign, files = [], [], [path for path in sorted(package.rglob("*")) if path.is_file()]
    for path in files:
        try:
            parts = list(read_all([str(path)], ReadingLimits()))
        except SourceError:
            foreign.append(path.name)
            continue
        if not any(isinstance(part, Block | SetAside) for part in parts):
            silent.append(path.name)
        foreign += [path.name for part in parts if isinstance(part, SetAside) and part.reason == "not-fhir"]
    assert len(files) > LEAST_FILES
    assert silent == []
    assert set(foreign) <= {"package.json", ".index.json", ".index.db"}


def test_every_set_aside_example_has_a_reason(package: Path) -> None:
    """What the command tells on standard error has a file of the package, a place and a reason of the closed list."""
    told = [line for line in _screened(package).err.splitlines() if line.startswith("set aside: ")]
    assert told
    for line in told:
        place, reason = line.removeprefix("set aside: ").rsplit(" ", 1)
        assert place.startswith(f"{package}{os.sep}")
        assert reason in {"no-patient", "no-resource", "deleted", "superseded", "not-fhir", "empty"}
