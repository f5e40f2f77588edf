"""Pull, screen, follow, write, pull again: against a real server that nobody here wrote, killed and run side by side."""

import json
import re
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from adapter.fhir.client import Client, Entry, Page
from adapter.fhir.transport import Limits, Transport
from adapter.to_server import KINDS
from tests.cli.command import COMMAND, SITE, Done, environment, yts109
from tests.live.servers import sekmet
from tests.unit.written import lines_of_sample

HOSPITAL = ("ln-01", "ln-02", "itp-01", "i02-ln-1", "e01", "open-alt")
TREATED = ("t-prr-1", "t-crs-3", "t-itp-cr")
DAY = "2025-06-{:02}T09:00:00+08:00"
PATIENTS = len(HOSPITAL) + len(TREATED)

Json = dict[str, Any]
#: A resource by type and id -> its version and its content.
Held = dict[str, tuple[str, Json]]


class Ward:
    """A server with the records of nine sample patients, and what of ours is on it."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.client = Client(Transport(base, limits=Limits(backoff_seconds=0.01)))
        lines = lines_of_sample("hospital", *HOSPITAL) | lines_of_sample("treated", *TREATED)
        entries = [Entry("PUT", f"{kind}/{name}", line) for (kind, name), line in lines.items()]
        for start in range(0, len(entries), 200):
            assert all(answer.done for answer in self.client.batch(entries[start : start + 200]))
        self.theirs = frozenset(f"{kind}/{name}" for kind, name in lines)

    def run(self, store: Path, day: int = 1) -> Done:
        """Read from the server and write to it."""
        return yts109(*self.command(store, day))

    def command(self, store: Path, day: int = 1) -> tuple[str, ...]:
        options = ("--to", self.base, "--site", str(SITE), "--at", DAY.format(day), "--store", str(store))
        return ("run", self.base, *options)

    def findings(self) -> list[Json]:
        """Every screening and everything that followed; that our own output was set aside is no finding."""
        options = (self.base, "--site", SITE, "--at", DAY.format(1), "--format", "ndjson")
        told = [json.loads(line) for name in ("screen", "follow") for line in yts109(name, *options).out.splitlines()]
        for one in told:
            one["set_aside"] = [aside for aside in one["set_aside"] if aside["reason"] != "own-output"]
        return told

    def ours(self) -> Held:
        """Every resource that is not the hospital's, under our ids: the server gives some types ids of its own."""
        found = self.stored()
        names = {f"{each['resourceType']}/{each['id']}": _our_name(each) for each in found}
        held: Held = {}
        for each in found:
            name, version = _our_name(each), each.pop("meta")["versionId"]
            assert name not in held, f"{name} is there twice"
            text = re.sub(r'"([A-Za-z]+/[^"/]+)"', lambda one: f'"{names.get(one[1], one[1])}"', json.dumps(each))
            held[name] = (version, {**json.loads(text), "id": name.partition("/")[2]})
        return held

    def stored(self) -> list[Json]:
        """Every resource that is not the hospital's, as the server has it."""
        found = [json.loads(each) for kind in KINDS for page in self._all(kind) for each in page.resources]
        return [each for each in found if f"{each['resourceType']}/{each['id']}" not in self.theirs]

    def _all(self, kind: str) -> Iterable[Page]:
        return self.client.search(kind, {"_count": "500"})

    def edit(self, name: str, **elements: Any) -> None:
        """Somebody changes a resource."""
        there = self.client.read(*name.split("/"))
        body = json.loads(there.resource or b"{}") | elements
        self.client.update(json.dumps(body).encode(), if_match=there.etag)


@contextmanager
def warded() -> Iterator[Ward]:
    with TemporaryDirectory() as folder, sekmet(Path(folder)) as base:
        yield Ward(base)


@pytest.fixture
def ward() -> Iterator[Ward]:
    with warded() as ward:
        yield ward


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Held:
    """What stands on a server after one run that nothing happened to."""
    with warded() as ward:
        assert ward.run(tmp_path_factory.mktemp("store") / "o.db").status == 0
        return ward.ours()


def _our_name(resource: Json) -> str:
    """The type and the id that we gave a resource: the tag has it where the server gave another."""
    marks = [tag["code"] for tag in resource["meta"].get("tag", ()) if tag["system"].endswith("/identifier/written")]
    return f"{resource['resourceType']}/{marks[0] if marks else resource['id']}"


def versions(held: Held) -> dict[str, str]:
    return {name: version for name, (version, _) in held.items()}


def contents(held: Held) -> dict[str, Json]:
    return {name: content for name, (_, content) in held.items()}


def of_kind(held: Held, kind: str) -> list[str]:
    return [name for name in held if name.startswith(f"{kind}/")]


def test_what_is_written_changes_no_finding(ward: Ward, tmp_path: Path) -> None:
    """After writing, the same is found as before, in every word; and a second run leaves every version as it is."""
    before = ward.findings()
    assert len(before) == PATIENTS + len(TREATED)
    assert ward.run(tmp_path / "o.db").status == 0
    written = ward.ours()
    assert len(of_kind(written, "ResearchSubject")) == len(of_kind(written, "QuestionnaireResponse")) == PATIENTS
    assert {*versions(written).values()} == {"1"}
    assert ward.findings() == before
    again = ward.run(tmp_path / "o.db")
    assert f"0 resources created, 0 updated, {len(written)} unchanged" in again.err
    assert ward.ours() == written


def test_another_store_finds_what_stands_there(ward: Ward, tmp_path: Path) -> None:
    """Without the store that wrote it nothing is doubled and nothing is written again."""
    ward.run(tmp_path / "o.db")
    written = ward.ours()
    assert ward.run(tmp_path / "new.db").status == 0
    assert ward.ours() == written


def test_people_s_words_survive_twenty_runs(ward: Ward, tmp_path: Path) -> None:
    """On twenty days, with findings that change, a status, an arm and an event that people took over stay as they are."""
    store = tmp_path / "o.db"
    ward.run(store)
    subject, another = of_kind(ward.ours(), "ResearchSubject")[:2]
    event = of_kind(ward.ours(), "AdverseEvent")[0]
    ward.edit(subject, status="on-study", assignedArm="LN")
    ward.edit(another, status="withdrawn")
    ward.edit(event, recorder={"reference": "Practitioner/dr-li"})
    taken = ward.ours()[event]
    for day in range(2, 22):
        assert ward.run(store, day).status == 0
    held = ward.ours()
    assert (held[subject][1]["status"], held[subject][1]["assignedArm"]) == ("on-study", "LN")
    assert held[another][1]["status"] == "withdrawn"
    assert held[event] == taken
    authored = {held[name][1]["authored"] for name in of_kind(held, "QuestionnaireResponse")}
    assert min(authored) > DAY.format(1)  # the findings went on


@pytest.mark.parametrize("receipts", [1, 20, 60])
def test_a_run_that_is_killed_is_gone_on_with(receipts: int, ward: Ward, undisturbed: Held, tmp_path: Path) -> None:
    """kill -9 once so many resources are written: the same command again comes to what one run would have."""
    store = tmp_path / "o.db"
    with subprocess.Popen([*COMMAND, *ward.command(store)], env=environment(), stdout=subprocess.DEVNULL) as process:
        while process.poll() is None and settled(store) < receipts:
            time.sleep(0.001)
        process.kill()
    assert process.returncode == -9
    assert settled(store) < len(undisturbed)
    again = ward.run(store)
    assert again.status == 0, again.err
    held = ward.ours()
    assert contents(held) == contents(undisturbed)
    assert {*versions(held).values()} == {"1"}


def settled(store: Path) -> int:
    """How many resources the store has receipts for."""
    try:
        with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as connection:
            return int(connection.execute("SELECT count(*) FROM receipt").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def test_runs_side_by_side_leave_no_double(ward: Ward, undisturbed: Held, tmp_path: Path) -> None:
    """Eight at once on one store end well, and everything stands there once, in its first version."""
    done = side_by_side(ward, [tmp_path / "o.db"] * 8)
    assert [each.status for each in done] == [0] * 8, [each.err for each in done]
    assert contents(ward.ours()) == contents(undisturbed)
    assert {*versions(ward.ours()).values()} == {"1"}


def test_doubles_that_a_server_lets_happen_are_told(ward: Ward, undisturbed: Held, tmp_path: Path) -> None:
    """With a store each only types to which the server gives ids of its own can be doubled, and each double is found."""
    stores = [tmp_path / f"{number}.db" for number in range(8)]
    done = side_by_side(ward, stores)
    assert [each.status for each in done] == [0] * 8, [each.err for each in done]
    there = Counter(map(_our_name, ward.stored()))
    assert there.keys() == undisturbed.keys()
    doubled = {name for name, number in there.items() if number > 1}
    assert not any(ward.client.capabilities().update_create(name.partition("/")[0]) for name in doubled)
    told = yts109("outbox", "doubles", "--site", SITE, "--store", stores[0])
    assert {line.partition(" ")[0] for line in told.out.splitlines()} == doubled


def side_by_side(ward: Ward, stores: list[Path]) -> list[Done]:
    with ThreadPoolExecutor(len(stores)) as pool:
        return list(pool.map(ward.run, stores))


def test_nothing_is_written_by_a_look(ward: Ward, tmp_path: Path) -> None:
    """A dry run names what the run then creates."""
    dry = yts109(*ward.command(tmp_path / "o.db"), "--dry-run")
    assert ward.ours() == {}
    assert list(tmp_path.iterdir()) == []
    ward.run(tmp_path / "o.db")
    assert {line.removeprefix("created ") for line in dry.out.splitlines()} == ward.ours().keys()
