"""A FHIR server as a source, and ``yts109 pull``, through the real command."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import AT, ROOT, SITE, Done, lines_of, screened, written, yts109
from tests.cli.test_canary import Canaries
from tests.unit.fhir.faulty import html, json_, outcome, serving
from tests.unit.searched import Searched, hospital

TREATED = ROOT / "samples" / "treated"
FULL = ("--site", SITE, "--coverage", "full")


@pytest.fixture(scope="module")
def held() -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines_of("ln-01", "ln-03", "e09")]


@pytest.fixture
def server(held: list[dict[str, Any]]) -> Iterator[Searched]:
    with hospital(held) as running:
        running.page = 50
        yield running


def no_more_conditions(kind: str, offset: int, answer: dict[str, Any]) -> tuple[int, Any] | None:
    return (500, outcome("exception", text="secret-7")) if kind == "Condition" else None


def told(done: Done) -> list[tuple[Any, ...]]:
    """What a screening says, without which version of what it was read from."""
    return [
        (one["patient"], one["decision"], finding["clause"], finding["state"], finding["reason"], finding.get("value"))
        for one in done.patients
        for finding in one["findings"]
    ]


def test_a_server_is_screened_as_files_are(server: Searched, tmp_path: Path) -> None:
    """Every clause of every patient says the same, and nothing is left behind."""
    files = screened(written(tmp_path / "a.ndjson", b"\n".join(lines_of("ln-01", "ln-03", "e09"))), *FULL)
    done = screened(server.base, *FULL, env={"TMPDIR": str(tmp_path)})
    assert (done.status, told(done)) == (0, told(files))
    assert len(done.patients) == 3
    assert "lacking" not in done.err
    assert [path.name for path in tmp_path.iterdir()] == ["a.ndjson"]
    assert "Encounter" not in {kind for kind, _ in server.asked}  # of no use to screening


def test_what_lacks_is_told_and_clears_nobody(server: Searched) -> None:
    """By type and reason; with --strict it is an error."""
    assert "eligible" in {one["decision"] for one in screened(server.base, *FULL).patients}
    server.fault = no_more_conditions
    done = screened(server.base, *FULL)
    assert (done.status, {one["decision"] for one in done.patients}) == (0, {"undetermined"})
    assert f"{server.base}: Condition is lacking: GET Condition: status 500 (error exception)\n" in done.err
    assert "lost, and perhaps anyone's: Condition; their absence is taken as proof of nothing\n" in done.err
    assert "secret-7" not in done.err
    assert screened(server.base, *FULL, "--strict").status == 1


def test_a_folder_that_was_pulled_is_a_source(server: Searched, tmp_path: Path) -> None:
    """It says the same as the server did, is gone on with, and what lacks in it lacks when it is read."""
    done = yts109("pull", server.base, "--to", tmp_path / "p", "--strict")
    assert (done.status, done.err) == (0, "")
    assert re.search(r"^ +3 Patient +complete$", done.out, re.M)
    assert told(screened(tmp_path / "p", *FULL)) == told(screened(server.base, *FULL))
    assert "not-fhir" not in screened(tmp_path / "p", *FULL).err  # the note is no source
    server.fault = no_more_conditions
    done = yts109("pull", server.base, "--to", tmp_path / "p", "--strict")
    assert (done.status, "Condition is lacking" in done.err) == (1, True)
    for source in ([tmp_path / "p"], sorted((tmp_path / "p").glob("*.ndjson"))):
        found = screened(*source, *FULL)
        assert {one["decision"] for one in found.patients} == {"undetermined"}
        assert "Condition is lacking" in found.err


def test_deletions_are_not_seen_by_changes(server: Searched, tmp_path: Path) -> None:
    """A pull that only asked for changes says so."""
    yts109("pull", server.base, "--to", tmp_path)
    server.now += timedelta(days=1)
    done = yts109("pull", server.base, "--to", tmp_path)
    assert "what was deleted at the server since 2025-06-01T01:00:00Z is still here" in done.err
    assert yts109("pull", server.base, "--to", tmp_path, "--full").err == ""


def test_one_patient_is_explained_alone(server: Searched) -> None:
    """Nobody else's records are asked for, by whatever name the patient is called."""
    identifier = server.held["Patient"]["ln-01"]["identifier"][0]
    for name in ("ln-01", f"{identifier['system']}|{identifier['value']}"):
        server.asked.clear()
        done = yts109("explain", server.base, name, "I02-LN-2", "--at", AT, "--site", SITE)
        assert (done.status, done.out.splitlines()[0].split()[0]) == (0, "Patient/ln-01")
        assert {value for kind, pairs in server.asked if kind == "Condition" for _, value in pairs} == {"Patient/ln-01"}
    done = yts109("explain", server.base, "nobody-7", "--at", AT)
    assert (done.status, done.err) == (2, f"yts109: {server.base}: there is no such patient\n")


@pytest.mark.parametrize("command", ["doctor", "grade", "follow"])
def test_other_commands_take_servers_too(server: Searched, command: str) -> None:
    """Each reads what it needs."""
    done = yts109(command, server.base, "--at", AT, "--site", SITE)
    assert (done.status, "lacking" in done.err) == (0, False)
    assert ("AdverseEvent" in {kind for kind, _ in server.asked}) == (command == "follow")


def test_nothing_is_withdrawn_because_it_did_not_come(tmp_path: Path) -> None:
    """An event that a run does not see because its records lack stays as it was written."""
    kept = [json.loads(line) for path in sorted(TREATED.glob("*.ndjson")) for line in path.read_bytes().splitlines()]
    mine = [one for one in kept if "t-crs-4" in json.dumps(one) or one["resourceType"] == "Medication"]
    with hospital(mine) as server:
        server.page = 50
        run = ("run", server.base, "--to", tmp_path / "out", "--at", AT, "--site", SITE)
        assert yts109(*run).status == 0
        events = (tmp_path / "out" / "AdverseEvent.ndjson").read_bytes()
        assert events.count(b"\n") > 1
        server.fault = lambda kind, *_: (500, {}) if kind == "Observation" else None
        done = yts109(*run)
        assert "withdrawn:" not in done.err
        again = (tmp_path / "out" / "AdverseEvent.ndjson").read_bytes()
        named = [{json.loads(line)["id"] for line in lines.splitlines()} for lines in (events, again)]
        assert named[0] <= named[1]
        assert b"entered-in-error" not in again


def test_a_server_that_is_of_no_use_ends_the_command(server: Searched, tmp_path: Path) -> None:
    """No FHIR, no such server, refused credentials, no patients: status 2, one line, no traceback."""
    commands = lambda base: (("screen", base), ("pull", base, "--to", tmp_path / "p"))  # noqa: E731
    with serving(html()) as page, serving(json_({"resourceType": "Patient"})) as odd:
        for other, reason in ((page, "the answer is no FHIR JSON"), (odd, "another resource was answered instead")):
            for command in commands(other.base):
                done = yts109(*command)
                assert (done.status, done.err) == (2, f"yts109: {other.base}: GET metadata: {reason}\n")
    server.token = "needed"
    for command in commands(server.base):
        done = yts109(*command)
        assert (done.status, done.err.startswith(f"yts109: {server.base}: GET metadata: status 401")) == (2, True)
    server.token, server.fault = None, lambda kind, *_: (403, {}) if kind == "Patient" else None
    done = yts109("screen", server.base)
    assert (done.status, done.err) == (2, f"yts109: {server.base}: no patients: GET Patient: status 403\n")


def test_what_cannot_be_asked_is_told_before_anything_is_sent(server: Searched, tmp_path: Path) -> None:
    """Options that contradict each other, addresses that are none, names that are no names."""
    mistakes = {
        ("pull", "folder", "--to", "x"): "not the address of a FHIR server",
        ("pull", server.base, "--to", "x", "--bulk", "all"): "--bulk: system, patient or group/ID",
        ("pull", server.base, "--to", "x", "--bulk", "group/a/b"): "--bulk: system, patient or group/ID",
        ("pull", server.base, "--to", "x", "--bulk", "system", "--patient", "a"): "--patient: not with --bulk",
        ("pull", server.base, "--to", "x", "--patient", "secret 7"): "--patient: neither an id nor SYSTEM|IDENTIFIER",
        ("pull", server.base, "--to", "x", "--since", "soon"): "--since soon: not an instant",
        ("screen", "http://10.0.0.1/fhir"): "plain http; use https",
        ("screen", "https://me:secret-7@host/fhir"): "https://host/fhir: the base of a FHIR server is",
    }
    for arguments, message in mistakes.items():
        done = yts109(*arguments, cwd=tmp_path)
        assert (done.status, message in done.err, "secret" in done.err) == (2, True, False), arguments
    assert server.asked == []
    assert list(tmp_path.iterdir()) == []


def test_no_message_carries_a_value_a_token_or_an_id(tmp_path: Path) -> None:
    """A server of nothing but canaries, whose errors repeat them, with a token that is one."""
    made = Canaries()
    resources = [made.resource(json.loads(line)) for line in lines_of("ln-01")]
    site = written(tmp_path / "site.toml", b"")
    written(tmp_path / "token", b"canary-token").chmod(0o600)
    with hospital(resources) as server:
        site.write_text(f'[server."{server.base}"]\ntoken_file = "token"\nretries = 0\n')
        server.token = "canary-token"
        name = server.held["Patient"].popitem()
        server.held["Patient"][name[0]] = name[1]
        for status in (200, 500):
            server.fault = lambda kind, offset, _, status=status: (
                (status, outcome("invalid", "warning", "canary00007x")) if kind == "Observation" else None
            )
            for command in (
                ("screen", server.base),
                ("pull", server.base, "--to", tmp_path / "p"),
                ("pull", server.base, "--to", tmp_path / "q", "--patient", name[0]),
                ("explain", server.base, name[0]),
                ("doctor", server.base),
            ):
                done = yts109(*command, "--site", site)
                assert "Observation" in done.err + done.out
                assert not {value for value in made.made.values() if value in done.err}
                assert "canary" not in done.err
        server.token = "another"
        assert "canary" not in yts109("screen", server.base, "--site", site).err
