"""Writing to a server from the command line: what is said of it, what is left in the outbox, and how it is gone on with."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.command import AT, SITE, Done, yts109
from tests.unit.store.hospital import Hospital
from tests.unit.taking import taking
from tests.unit.written import HOSPITAL, LATER, TREATED, lines_of_sample

WRITTEN = re.compile(
    r"http://127\.0\.0\.1:\d+/fhir: (would be: )?(\d+) resources? created, (\d+) updated, (\d+) unchanged"
)


@pytest.fixture
def server() -> Iterator[Hospital]:
    with taking() as server:
        yield server


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with five sample patients, two of whom were treated."""
    lines = lines_of_sample("hospital", *HOSPITAL) | lines_of_sample("treated", *TREATED)
    folder = tmp_path_factory.mktemp("source")
    (folder / "all.ndjson").write_bytes(b"\n".join(lines.values()))
    return folder


def ran(source: Path, server: Hospital, store: Path, *options: str, at: str = AT) -> Done:
    command = ("run", source, "--to", server.url, "--site", SITE, "--at", at, "--store", store)
    return yts109(*command, *options, env={"NO_PROXY": "127.0.0.1"})


def outbox(*words: str | Path, store: Path) -> Done:
    return yts109("outbox", *words, "--site", SITE, "--store", store, env={"NO_PROXY": "127.0.0.1"})


def numbers(done: Done) -> tuple[int, ...]:
    """How many resources were created, updated and unchanged."""
    found = WRITTEN.search(done.err)
    assert found, done.err
    return tuple(map(int, found.groups()[1:]))


def test_a_run_writes_once(source: Path, server: Hospital, tmp_path: Path) -> None:
    """Everything is created, the tables are printed, and neither the same run nor a later one writes anything more."""
    first = ran(source, server, tmp_path / "o.db")
    assert (first.status, numbers(first)) == (0, (len(server.held), 0, 0))
    assert "Patient/ln-01" in first.out or "ln-01" in first.out
    assert "Dose-limiting toxicities by dose level" in first.out
    assert "not written: CodeSystem, ValueSet, StructureDefinition, which the server does not take" in first.err
    log = list(server.log)
    assert len(log) == len({*log})
    for at in (AT, LATER):
        again = ran(source, server, tmp_path / "o.db", at=at)
        assert (again.status, numbers(again), again.out.count("\n")) == (0, (0, 0, len(log)), first.out.count("\n"))
    assert server.log == log
    assert server.asked["POST "] > 1


def test_the_trial_comes_first_and_the_tables_last(source: Path, server: Hospital, tmp_path: Path) -> None:
    """Study and device stand before anybody's resources, and the tables after everybody's."""
    ran(source, server, tmp_path / "o.db")
    kinds = [name.partition("/")[0] for name in server.log]
    assert max(kinds.index("ResearchStudy"), kinds.index("Device")) < kinds.index("ResearchSubject")
    last = {*kinds[kinds.index("MeasureReport") :]}
    assert last == {"MeasureReport"}


def test_a_store_that_was_lost_doubles_nothing(source: Path, server: Hospital, tmp_path: Path) -> None:
    """What stands on the server is found again; with the same findings at a later instant only provenance is dated anew."""
    ran(source, server, tmp_path / "o.db")
    before = len(server.log)
    done = ran(source, server, tmp_path / "other.db", at=LATER)
    assert numbers(done)[0] == 0
    assert {name.partition("/")[0] for name in server.log[before:]} == {"Provenance"}


def test_a_dry_run_says_what_would_change_and_writes_nothing(source: Path, server: Hospital, tmp_path: Path) -> None:
    """Types, ids of ours and paths, no value; and no store is made."""
    store = tmp_path / "o.db"
    dry = ran(source, server, store, "--dry-run")
    assert (dry.status, server.log, store.exists()) == (0, [], False)
    assert all(re.fullmatch(r"created [A-Za-z]+/[A-Za-z0-9-]+", line) for line in dry.out.splitlines())
    ran(source, server, store)
    assert numbers(dry)[0] == len(server.held) == len(dry.out.splitlines())
    log = list(server.log)
    same = ran(source, server, store, "--dry-run", at=LATER)
    assert (same.out, numbers(same)) == ("", (0, 0, len(log)))
    for name in [name for name in log if name.startswith("ResearchSubject")]:
        server.edit(name, status="on-study")
    changed = tmp_path / "changed"
    changed.mkdir()
    text = (source / "all.ndjson").read_text("utf-8").replace('"birthDate":"19', '"birthDate":"20', 1)
    (changed / "all.ndjson").write_text(text, "utf-8")
    log = list(server.log)
    news = ran(changed, server, store, "--dry-run")
    lines = news.out.splitlines()
    assert lines
    assert all(re.fullmatch(r"updated [A-Za-z]+/[A-Za-z0-9-]+ [\w.\[\], ]+", line) for line in lines)
    assert any("ResearchSubject" in line and "extension" in line and "status" not in line for line in lines)
    assert server.log == log
    assert numbers(ran(changed, server, store))[1] == len(lines)


def test_what_the_server_refuses_is_parked_and_sent_again(source: Path, server: Hospital, tmp_path: Path) -> None:
    """One patient's message is refused: the others are written, the list says why and of whom nothing, and retry sends it."""
    server.poison = {"Patient/ln-01": 422}
    store = tmp_path / "o.db"
    done = ran(source, server, store)
    assert done.status == 3
    assert f"1 message refused by the server, and kept in {store}: 'yts109 outbox list' says why" in done.err
    assert ran(source, server, store).status == 3  # still so
    listed = outbox("list", store=store)
    [parked] = [line for line in listed.out.splitlines() if " parked " in line and "http" not in line]
    assert re.fullmatch(r"  \d+ parked a patient, tried 1 times, since \S+: POST transaction: status 422", parked)
    number = parked.split()[0]
    shown = outbox("show", number, store=store)
    assert "about: Patient/ln-01" in shown.out
    assert "issue: error required Basic.note" in shown.out
    assert shown.out.count("  ResearchSubject/") == 1
    for text in (done.err, listed.out, listed.err, shown.out):
        assert "WANG" not in text
    assert "ln-01" not in done.err + listed.out
    refused = outbox("retry", store=store)
    assert (refused.status, "1 message to be sent again" in refused.err) == (3, True)
    server.poison = {}
    again = outbox("retry", number, store=store)
    assert (again.status, numbers(again)) == (0, (4, 0, 0))
    assert outbox("retry", number, store=store).status == 2
    assert "parked" not in outbox("list", store=store).out
    assert f"{number} delivered a patient" in outbox("list", "--all", store=store).out
    assert ran(source, server, store).status == 0


def test_a_server_that_goes_away_loses_nothing(source: Path, server: Hospital, tmp_path: Path) -> None:
    """In the middle of a run it refuses to talk: what is queued stays queued, and the next run goes on."""
    store, site = tmp_path / "o.db", tmp_path / "site.toml"
    near = SITE.read_text("utf-8").replace('"local-', f'"{SITE.parent}/local-')
    site.write_text(f"{near}\n[server]\nretries = 0\n")

    def gone(method: str, path: str) -> None:
        server.before.append(gone)
        if path != "metadata":
            raise ConnectionError

    server.before.append(gone)
    command = ("run", source, "--to", server.url, "--site", site, "--at", AT, "--store", store)
    done = yts109(*command, env={"NO_PROXY": "127.0.0.1"})
    assert done.status == 3
    assert re.search(rf"\d+ messages? not delivered yet, and kept in {store}: run the same command again", done.err)
    assert server.log == []
    assert " waiting the trial" in outbox("list", store=store).out
    server.before = []
    again = yts109(*command, env={"NO_PROXY": "127.0.0.1"})
    assert (again.status, len(server.log)) == (0, len(server.held))
    assert server.all("ResearchSubject")


def test_a_server_that_is_not_there(source: Path, tmp_path: Path) -> None:
    """It is told before the work, with how to go on."""
    with taking() as server:
        pass
    site = tmp_path / "site.toml"
    site.write_text("[server]\nretries = 0\n")
    command = ("run", source, "--to", server.url, "--site", site, "--store", tmp_path / "o.db")
    done = yts109(*command, env={"NO_PROXY": "127.0.0.1"})
    assert (done.status, done.out) == (3, "")
    assert "run the same command again" in done.err


def test_an_event_that_is_no_more_is_withdrawn(source: Path, server: Hospital, tmp_path: Path) -> None:
    """A record that is corrected takes its event back; a record that lacks something does not."""
    store, less = tmp_path / "o.db", tmp_path / "less"
    ran(source, server, store)
    less.mkdir()
    lines = (source / "all.ndjson").read_bytes().splitlines()
    kept = [line for line in lines if not (b"t-prr-1" in line and b'"resourceType":"Observation"' in line)]
    (less / "all.ndjson").write_bytes(b"\n".join(kept))
    (less / "broken.ndjson").write_bytes(b'{"resourceType":"Observation", broken\n')
    statuses = lambda: [one["modifierExtension"][0]["valueCode"] for one in server.all("AdverseEvent")]  # noqa: E731
    done = ran(less, server, store)
    assert "withdrawn" not in done.err
    assert "entered-in-error" not in statuses()
    (less / "broken.ndjson").unlink()
    done = ran(less, server, store)
    assert done.status == 0
    assert f"{statuses().count('entered-in-error')} adverse event" in done.err
    assert "entered-in-error" in statuses()


def test_patients_who_share_an_identifier_get_nothing(source: Path, server: Hospital, tmp_path: Path) -> None:
    """And both are counted, as where a folder is the target."""
    twin = next(line for line in (source / "all.ndjson").read_bytes().splitlines() if b'"id":"ln-01"' in line)
    shared = tmp_path / "shared"
    shared.mkdir()
    more = (source / "all.ndjson").read_bytes() + b"\n" + twin.replace(b'"id":"ln-01"', b'"id":"zz-01"')
    (shared / "all.ndjson").write_bytes(more)
    done = ran(shared, server, tmp_path / "o.db")
    assert "2 shared-identifier" in done.err
    assert len(server.all("ResearchSubject")) == 4


def test_the_server_s_own_release_is_written(source: Path, tmp_path: Path) -> None:
    """R5 where the server speaks it; the other one cannot be asked for."""
    with taking("5.0.0") as server:
        done = ran(source, server, tmp_path / "o.db")
        assert done.status == 0
        assert {"progress", "subject"} <= server.all("ResearchSubject")[0].keys()
        assert "event" not in server.all("AdverseEvent")[0]
        assert numbers(ran(source, server, tmp_path / "o.db", "--fhir", "R5", at=LATER)) == (0, 0, len(server.held))
        refused = ran(source, server, tmp_path / "o.db", "--fhir", "R4")
        assert (refused.status, "--fhir R4: the server speaks R5" in refused.err) == (2, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("outbox", "list", "--store", "nowhere.db"), "there is no store"),
        (("outbox", "retry", "some", "--store", "nowhere.db"), "neither the number of a message nor all"),
        (("run", ".", "--to", "folder", "--dry-run"), "with the address of a server"),
        (("run", ".", "--to", "https://a:b@example.org/fhir"), "without user"),
        (("run", ".", "--to", "http://10.0.0.1/fhir"), "plain http"),
        (("run", ".", "--to", "https://example.org/fhir", "--store", "mysql://x/y"), "a store is a file"),
        (("run", ".", "--to", "https://example.org/fhir", "--fhir", "R3"), "R4 or R5"),
    ],
)
def test_what_cannot_be_meant_is_told(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    """Nothing is asked of anybody, and no file is left behind."""
    done = yts109(*words, cwd=tmp_path)
    assert (done.status, said in done.err) == (2, True), done.err
    assert "a:b" not in done.err
    assert list(tmp_path.iterdir()) == []


def test_no_value_of_a_patient_is_in_a_message(source: Path, server: Hospital, tmp_path: Path) -> None:
    """Names, numbers and days of the patients are in the store and on the server, and in no message and no list."""
    server.poison = {"Patient/t-crs-3": 400}
    patients = [json.loads(line) for line in lines_of_sample("hospital", *HOSPITAL).values()]
    values = {one["birthDate"] for one in patients if one["resourceType"] == "Patient"}
    values |= {name["family"] for one in patients for name in one.get("name", []) if "family" in name}
    values |= {each["value"] for one in patients for each in one.get("identifier", []) if len(each["value"]) > 4}
    values |= {f"{name}" for name in (*HOSPITAL, *TREATED)}
    done = ran(source, server, tmp_path / "o.db")
    listed = outbox("list", "--all", store=tmp_path / "o.db")
    assert values
    assert not [value for value in values if value in done.err + listed.out + listed.err]
    assert (tmp_path / "o.db").stat().st_mode & 0o077 == 0
