"""Stores to try things on: each test that asks for one is run on SQLite and on PostgreSQL."""

import itertools
import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import Engine

from adapter.store.engine import open_store
from adapter.store.outbox import Outbox
from tests.unit.store import postgresql
from tests.unit.store.hospital import Hospital, serving
from tests.unit.store.postgresql import DATABASES
from tests.unit.store.times import SERVER

_NUMBERS = itertools.count()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL server, started once."""
    programs = postgresql.programs()
    assert programs
    with postgresql.server(programs) as url:
        yield url


@pytest.fixture
def fast_path(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is one: for what is tried many times, and is not about the disk."""
    if not os.path.isdir("/dev/shm"):
        yield tmp_path
        return
    with TemporaryDirectory(dir="/dev/shm") as folder:
        yield Path(folder)


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a store that is not there yet."""
    if request.param == "sqlite":
        return str(tmp_path / "store.db")
    return postgresql.new_database(request.getfixturevalue("postgres"), f"store{next(_NUMBERS)}")


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """An empty store."""
    engine = open_store(url)
    yield engine
    engine.dispose()


@pytest.fixture
def outbox(engine: Engine) -> Outbox:
    """The outbox for one server in an empty store."""
    return Outbox(engine, SERVER)


@pytest.fixture
def hospital() -> Iterator[Hospital]:
    """A server that is right in everything."""
    with serving() as hospital:
        yield hospital


@pytest.fixture
def there(tmp_path: Path, hospital: Hospital) -> Iterator[Outbox]:
    """The outbox for that server, on SQLite."""
    engine = open_store(str(tmp_path / "outbox.db"))
    yield Outbox(engine, hospital.url)
    engine.dispose()
