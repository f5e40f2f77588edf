"""A process that is killed at any step of a delivery: the next one ends where an undisturbed one does."""

import multiprocessing
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg
import pytest

from adapter.store.engine import engine_of, open_store
from adapter.store.outbox import Outbox
from tests.unit.store import postgresql
from tests.unit.store.dying import work
from tests.unit.store.hospital import Hospital, serving
from tests.unit.store.said import decision, run, say

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.unit.store.dying", "sqlalchemy.dialects.postgresql.psycopg", "psycopg"])

Stores = Iterator[str]


@pytest.fixture
def stores(request: pytest.FixtureRequest, fast_path: Path) -> Stores:
    """Empty stores without end, in the database that the test asks for."""
    return sqlite(fast_path) if request.param == "sqlite" else postgres_stores(request.getfixturevalue("postgres"))


def sqlite(folder: Path) -> Stores:
    open_store(str(folder / "empty.db")).dispose()
    number = 0
    while number := number + 1:
        shutil.copy(folder / "empty.db", folder / f"{number}.db")
        yield str(folder / f"{number}.db")


def postgres_stores(url: str) -> Stores:
    store = postgresql.new_database(url, "dying")
    open_store(store).dispose()
    while True:
        yield store
        with psycopg.connect(store) as connection:
            connection.execute("TRUNCATE message, resource, receipt")


def takes_ids(hospital: Hospital) -> None:
    hospital.takes_ids = True


def gives_ids(hospital: Hospital) -> None:
    hospital.takes_ids = False


def one_by_one(hospital: Hospital) -> None:
    hospital.takes_ids = hospital.transacts = False


def content(hospital: Hospital) -> dict[str, list[dict[str, Any]]]:
    """Return what the server holds, by our name for it: every version without what the server said of it."""
    left = ("id", "meta", "target", "about")
    return {
        versions[-1]["meta"].get("tag", [{"code": versions[-1]["id"]}])[0]["code"]: [
            {name: value for name, value in one.items() if name not in left} for one in versions
        ]
        for versions in hospital.held.values()
    }


def start(store: str, hospital: Hospital, *more: Any) -> Any:
    process = PROCESSES.Process(target=work, args=(store, hospital.url, *more))
    process.start()
    return process


def undisturbed(store: str, habit: Callable[[Hospital], None]) -> tuple[Any, int, int]:
    """Return what the server holds in the end, and how many steps and requests it took."""
    with serving() as hospital:
        habit(hospital)
        told = PROCESSES.SimpleQueue()
        process = start(store, hospital, None, told)
        process.join()
        return content(hospital), told.get(), hospital.asked.total()


def finished(store: str, hospital: Hospital) -> Any:
    """Let another process's run end what was begun, when the lease is over; return what the server holds then."""
    engine = engine_of(store)
    outbox = Outbox(engine, hospital.url)
    for patient in ("p", "q"):
        say(outbox, decision(patient, word="second"), patient, 60)
    run(outbox, hospital, 60)
    assert {one.state for one in outbox.messages()} <= {"delivered", "superseded"}
    run(outbox, hospital, 120)
    engine.dispose()
    return content(hospital)


def check(ended: Any, meant: Any) -> None:
    """Check that nothing is lost and nothing is doubled: not a resource, and not a version of one."""
    assert {name: versions[-1] for name, versions in ended.items()} == {
        name: versions[-1] for name, versions in meant.items()
    }
    for name, versions in ended.items():
        assert all(one != other for one, other in pairwise(versions)), name
        assert len(versions) <= len(meant[name])


#: Which database, which server, and every how manieth statement.
WAYS = [("sqlite", takes_ids, 1), ("sqlite", gives_ids, 4), ("sqlite", one_by_one, 7), ("postgresql", gives_ids, 7)]


@pytest.mark.parametrize(
    ("stores", "habit", "stride"),
    [each for each in WAYS if each[0] in postgresql.DATABASES],
    indirect=["stores"],
)
def test_killed_at_any_step_nothing_is_lost_or_doubled(
    stores: Stores, habit: Callable[[Hospital], None], stride: int
) -> None:
    """kill -9 before every statement and every end of a transaction, and before and after every request is done.

    Where the way is the same as elsewhere, every fourth or seventh statement has to do.
    """
    meant, steps, requests = undisturbed(next(stores), habit)
    assert len(meant) == 8
    assert steps > 60
    for number in range(1, steps + 1, stride):
        with serving() as hospital:
            habit(hospital)
            store = next(stores)
            process = start(store, hospital, number)
            process.join()
            assert process.exitcode == -signal.SIGKILL
            check(finished(store, hospital), meant)
    for number in range(requests):
        for hooks in ("before", "after"):
            with serving() as hospital:
                habit(hospital)
                store = next(stores)
                killed_in_request(store, hospital, number, hooks)
                check(finished(store, hospital), meant)


def killed_in_request(store: str, hospital: Hospital, number: int, hooks: str) -> None:
    """Kill a process while its request is on the way to the server, or the answer is on the way back."""

    def kill(*_: str) -> None:
        os.kill(process.pid, signal.SIGKILL)
        raise ConnectionError

    getattr(hospital, hooks).extend([*[lambda *_: None] * number, kill])
    process = start(store, hospital, None)
    process.join()
    assert process.exitcode == -signal.SIGKILL
