"""Opening the store: made where it is missing, brought up to date, for its owner's eyes only."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from adapter.store.engine import StoreError, engine_of, open_store, transaction
from adapter.store.outbox import Outbox
from adapter.store.tables import METADATA, STATES
from tests.unit.store.postgresql import ABSENT, DATABASES
from tests.unit.store.times import SERVER, at, entry


def test_the_migrations_make_the_tables_that_the_program_uses(engine: Engine) -> None:
    """Tables, columns, their types and their indexes are the same, made by the migrations or by the definitions."""
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    made, meant = inspect(engine), METADATA.tables
    for table in meant.values():
        assert {one["name"] for one in made.get_indexes(table.name)} == {one.name for one in table.indexes}
        assert {one["name"] for one in made.get_indexes(table.name) if one["unique"]} == {
            one.name for one in table.indexes if one.unique
        }
    assert {one["name"] for one in made.get_check_constraints("message")} == {"message_state", "message_lease"}


def test_the_store_is_tried_on_postgresql_too() -> None:
    """Where there is no PostgreSQL the tests say so, once and aloud."""
    if "postgresql" not in DATABASES:
        pytest.skip(ABSENT)


def test_a_store_keeps_what_is_in_it_when_it_is_opened_again(url: str) -> None:
    """Opening an existing store changes nothing in it."""
    for number in (1, 2):
        engine = open_store(url)
        outbox = Outbox(engine, SERVER)
        assert outbox.counts()["waiting"] == number - 1
        outbox.enqueue("p", [entry("a")], "d", at())
        engine.dispose()


def test_many_open_a_new_store_at_once(url: str) -> None:
    """Of several processes or threads that find no tables one makes them, and the others go on with those."""
    with ThreadPoolExecutor(6) as pool:
        engines = list(pool.map(open_store, [url] * 6))
    assert [Outbox(engine, SERVER).counts()["waiting"] for engine in engines] == [0] * 6
    for engine in engines:
        engine.dispose()


def test_a_store_of_a_newer_program_is_refused(url: str, engine: Engine) -> None:
    """Tables that this program does not know are left alone."""
    with transaction(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="newer version"):
        open_store(url)


def test_a_file_is_for_its_owner_only(tmp_path: Path) -> None:
    """The database and the files beside it are read by nobody else, also where the file was open to all."""
    file = tmp_path / "store.db"
    file.touch(0o666)
    engine = open_store(str(file))
    with transaction(engine) as connection:
        connection.execute(text("CREATE TABLE x (y INTEGER)"))
        assert {path.name for path in tmp_path.iterdir()} == {"store.db", "store.db-wal", "store.db-shm"}
        assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}
    engine.dispose()


def test_a_file_is_written_ahead_and_to_the_disk(tmp_path: Path) -> None:
    """Each connection has a write-ahead log, waits for others, holds foreign keys, and is on the disk at each commit."""
    engine = open_store(str(tmp_path / "store.db"))
    with engine.connect() as connection:
        told = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    assert told == ["wal", 2, 1, 60_000]
    engine.dispose()


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "kept in memory"),
        (":memory:", "kept in memory"),
        ("sqlite://", "kept in memory"),
        ("mysql://me:secret@there/x", "a store is a file"),
        ("postgresql://me:secret@x:y/z", "cannot be read"),
        ("/nowhere/at/all/store.db", "No such file"),
        ("postgresql://me:secret@localhost:1/x", "store on localhost: OperationalError"),
    ],
)
def test_what_is_no_store_is_refused_without_its_password(url: str, reason: str) -> None:
    """The reason is told, and nothing of the URL that is secret."""
    with pytest.raises(StoreError, match=reason) as told:
        open_store(url)
    assert "secret" not in str(told.value)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    """Somebody else's file stays as it is."""
    (tmp_path / "x").write_text("not a database, but long enough to be taken for one" * 100)
    with pytest.raises(StoreError, match=r"x: DatabaseError"):
        open_store(str(tmp_path / "x"))
    assert (tmp_path / "x").read_text().startswith("not a database")


def test_postgresql_without_its_driver_names_the_extra(tmp_path: Path) -> None:
    """Where the driver is not installed the message says what to install."""
    (tmp_path / "psycopg.py").write_text("raise ImportError")
    told = subprocess.run(
        [sys.executable, "-c", "from adapter.store.engine import open_store; open_store('postgresql://h/d')"],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert "StoreError: a PostgreSQL store needs the extra" in told.stderr


def test_what_fails_is_told_without_a_value(engine: Engine) -> None:
    """An error of the database names its kind, not the statement's values, and nothing of the transaction is kept."""
    values = "'s', 'Wang', 'd', '', 'sent', true, 0, '', '', ''"
    columns = "server, patient, digest, entries, state, untried, attempts, due, made_at, changed_at"
    with pytest.raises(StoreError, match="IntegrityError") as told:
        change(engine, f"INSERT INTO message ({columns}) VALUES ({values})")
    assert "Wang" not in str(told.value)
    assert Outbox(engine, SERVER).counts() == dict.fromkeys(STATES, 0)


@pytest.mark.parametrize("values", ["state = 'parked'", "state = 'waiting'", "state = 'waiting', untried = false"])
def test_the_database_itself_refuses_two_of_a_kind(engine: Engine, outbox: Outbox, values: str) -> None:
    """Whatever the program does, no patient has two messages that are parked, untried, or under way."""
    older, newer = (outbox.enqueue("p", [entry("a", word)], word, at()) for word in "ab")
    change(engine, "UPDATE message SET state = 'delivered'")
    change(engine, f"UPDATE message SET {values} WHERE id = {older}")
    with pytest.raises(StoreError, match="IntegrityError"):
        change(engine, f"UPDATE message SET {values} WHERE id = {newer}")


def change(engine: Engine, statement: str) -> None:
    """Change the store behind the program's back."""
    with transaction(engine) as connection:
        connection.execute(text(statement))


def test_an_engine_does_not_make_tables(tmp_path: Path) -> None:
    """Only opening a store brings its tables up to date."""
    engine = engine_of(str(tmp_path / "store.db"))
    assert inspect(engine).get_table_names() == []
    engine.dispose()
