"""HL7's own validator finds no error in anything that the sample hospital and the sample ward make us write.

It holds every resource to FHIR R4 or R5, to HL7 Terminology and the extension packages, to our own definitions among
what is written, and to the guides for adverse events (`tests.live.restated`); nothing is sampled. The environment
variable YTS109_VALIDATOR names the folder with its jars and packages; ``.ci/run`` fills it. There is no terminology
server: codes of SNOMED CT, LOINC and the NCI Thesaurus are not looked up, units are (UCUM).
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.cli.command import AT, HOSPITAL, ROOT, SITE, yts109
from tests.live.planted import FAULTS, planted
from tests.live.restated import guide

VARIABLE = "YTS109_VALIDATOR"
RELEASES = ("R4", "R5")
HERE = Path(__file__).parent
PROGRAM = HERE / "validator" / "Validator.java"
#: The program is compiled when it is started, so a runtime alone does not do.
JAVA = shutil.which("java") if shutil.which("javac") else None
ACCEPTED: list[dict[str, Any]] = tomllib.loads((HERE / "accepted.toml").read_text())["accepted"]

if VARIABLE not in os.environ or JAVA is None:
    lacks = "there is no Java Development Kit" if JAVA is None else f"{VARIABLE} names no folder with HL7's validator"
    pytest.skip(f"NOT RUN: {lacks}; .ci/run fetches both", allow_module_level=True)


class Message(NamedTuple):
    """What the validator says of one place of one resource."""

    release: str
    resource: str
    level: str
    id: str | None
    at: str
    message: str


class Validated(NamedTuple):
    """Everything it says: of what was written and the guides, of the planted faults, and how many resources it read."""

    messages: list[Message]
    faults: list[Message]
    read: dict[str, int]
    given: dict[str, int]


@pytest.fixture(scope="module")
def validated(tmp_path_factory: pytest.TempPathFactory) -> Validated:
    """Everything of both releases, validated in one run of the validator."""
    folder, given = tmp_path_factory.mktemp("validated"), {}
    for release in RELEASES:
        given[release] = _written(folder, release)
    home = Path(os.environ[VARIABLE])
    jobs = [":".join([one, *(str(f / one) for f in (home, folder / "more", folder / "written"))]) for one in RELEASES]
    done = subprocess.run(
        [str(JAVA), "-Xmx5g", "-Dfile.encoding=UTF-8", "-cp", f"{home}/jars/*", str(PROGRAM), *jobs],
        capture_output=True,
        encoding="utf-8",
        timeout=1200,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    (folder / "told.ndjson").write_text(done.stdout)  # pytest keeps it for a while: where a test fails, all is there
    told = [json.loads(line) for line in done.stdout.splitlines()]
    read = {one["release"]: one["validated"] for one in told if "validated" in one}
    messages = [Message(**one) for one in told if "validated" not in one]
    faults = [one for one in messages if "/planted-" in one.resource]
    return Validated([one for one in messages if one not in faults], faults, read, given)


def _written(folder: Path, release: str) -> int:
    """Write everything of one release, and beside it the guides and the faults; return how many resources these are."""
    to, more = folder / "written" / release, folder / "more" / release
    done = yts109(
        "run", HOSPITAL, ROOT / "samples" / "treated", "--site", SITE, "--at", AT, "--to", to, "--fhir", release
    )
    assert done.status == 0, done.err
    written = [json.loads(line) for path in sorted(to.glob("*.ndjson")) for line in path.read_text().splitlines()]
    more.mkdir(parents=True)
    beside = [*guide(release), *planted(written, release)]
    for one in beside:
        (more / f"{one['id']}.json").write_text(json.dumps(one))
    return len(written) + len(beside)


def test_everything_that_is_written_is_validated(validated: Validated) -> None:
    """The validator reads as many resources as there are, of both releases."""
    assert validated.read == validated.given
    assert min(validated.read.values()) > 1300


def test_the_validator_finds_no_error(validated: Validated) -> None:
    """No resource has an error that is not accepted, with its reason, by its exact words."""
    assert [one for one in validated.messages if one.level in ("error", "fatal") and not any(_accepting(one))] == []


@pytest.mark.parametrize("accepted", ACCEPTED, ids=lambda one: f"{one['type']}-{one.get('id')}")
def test_what_is_accepted_still_occurs(validated: Validated, accepted: dict[str, Any]) -> None:
    """A message that no longer occurs is no longer accepted, in each release for which it is."""
    assert accepted["reason"]
    found = {one.release for one in validated.messages if accepted in _accepting(one)}
    assert found == set(accepted.get("releases", RELEASES))


def test_other_warnings_are_told(validated: Validated, capsys: pytest.CaptureFixture[str]) -> None:
    """Warnings that nobody accepted are printed with their number, one line for each kind."""
    kinds = Counter(
        (one.release, one.resource.partition("/")[0], str(one.id), one.message)
        for one in validated.messages
        if one.level == "warning" and not any(_accepting(one))
    )
    lines = [f"HL7's validator: {sum(validated.read.values())} resources, {kinds.total()} unknown warnings"]
    lines += [f"  {' '.join(kind[:3])} {number} times: {kind[3]}" for kind, number in kinds.most_common()]
    with capsys.disabled():
        sys.stdout.write("\n".join(["", *lines, ""]))


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("release", RELEASES)
def test_a_planted_fault_is_found(validated: Validated, release: str, fault: str) -> None:
    """A resource with one fault is told as an error: of base, our profile, a unit, the guides, a questionnaire."""
    kind, _, wanted = FAULTS[fault]
    about = f"{kind}/planted-{fault}"
    told = [one for one in validated.faults if (one.release, one.resource, one.level) == (release, about, "error")]
    assert any(wanted in f"{one.id} {one.message}" for one in told), told


def _accepting(message: Message) -> Iterator[dict[str, Any]]:
    """Yield the accepted entries of which a message is one."""
    for one in ACCEPTED:
        if (
            message.level == one["level"]
            and message.id == one.get("id")
            and message.release in one.get("releases", RELEASES)
            and one["type"] in ("any", message.resource.partition("/")[0])
            and re.fullmatch(one["message"], message.message)
        ):
            yield one
