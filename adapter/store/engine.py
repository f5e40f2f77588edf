"""Opening the store: SQLite by default, PostgreSQL by URL; its schema is brought up to date by the program itself."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

#: How long to wait for another process that is writing. Its transactions take milliseconds.
BUSY_SECONDS: Final = 60
#: The advisory lock under which one process at a time writes to a PostgreSQL store; any number will do.
_LOCK: Final = 1_094_390_109
_DRIVERS: Final = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}


class StoreError(Exception):
    """The store cannot be used; the message names no password, no statement and no patient's value."""


def open_store(url: str) -> Engine:
    """Return the store at ``url``: a file's path, ``sqlite:///file`` or ``postgresql://user@host/database``.

    It is made where it is missing, and its tables are brought up to date. A file is readable by its owner only, since
    what waits in it is about patients. Raises ``StoreError``.
    """
    engine = engine_of(url)
    try:
        _migrate(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def engine_of(url: str) -> Engine:
    """Return an engine for ``url`` as ``open_store`` takes it, with the tables as they are. Raises ``StoreError``."""
    place = _place(url)
    try:
        engine = create_engine(place, hide_parameters=True, pool_pre_ping=True, **_options(place))
    except ImportError:
        raise StoreError("a PostgreSQL store needs the extra: pip install 'yts109-fhir-adapter[postgresql]'") from None
    if engine.dialect.name == "sqlite":
        _keep_to_owner(Path(str(place.database)))
        event.listen(engine, "connect", _set_up)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """One transaction, and no other at the same time: what is read in it holds until it ends.

    Transactions are short, and a FHIR server takes a hundred times as long: no writer waits for another to speak of.
    Raises ``StoreError`` for whatever the database says; then nothing was changed, unless the connection broke while the
    end of the transaction was told, so that what is asked here has to be such that asking it again does no harm.
    """
    try:
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":  # SQLite locks by BEGIN IMMEDIATE
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            yield connection
    except SQLAlchemyError as error:
        raise StoreError(f"{_told(engine)}: {type(error).__name__}") from None


def _place(url: str) -> URL:
    """Return the parsed ``url``; anything without a scheme is a file."""
    try:
        place = make_url(url) if "://" in url else URL.create("sqlite", database=url)
    except (ArgumentError, ValueError):
        raise StoreError("the store's URL cannot be read") from None
    driver = _DRIVERS.get(place.drivername, place.drivername)
    if driver not in _DRIVERS.values():
        raise StoreError("a store is a file, sqlite:///FILE or postgresql://HOST/DATABASE")
    if driver == "sqlite" and place.database in (None, "", ":memory:"):
        raise StoreError("a store is a file: what is kept in memory is lost with the process")
    return place.set(drivername=driver)


def _options(place: URL) -> dict[str, Any]:
    return {"connect_args": {"timeout": BUSY_SECONDS}} if place.drivername == "sqlite" else {}


def _keep_to_owner(file: Path) -> None:
    """Make ``file`` where it is missing, and take from others the right to read it; SQLite's further files follow it."""
    try:
        os.close(os.open(file, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
        if stat.S_IMODE(file.stat().st_mode) != 0o600:
            file.chmod(0o600)
    except OSError as error:
        raise StoreError(f"{file}: {error.strerror}") from None


def _set_up(connection: Any, _record: object) -> None:
    """Set what SQLite asks for on every connection; transactions are begun by us, not by the driver."""
    connection.isolation_level = None
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _migrate(engine: Engine) -> None:
    """Bring the tables up to date, one process at a time, all of it or nothing."""
    config = Config()
    config.set_main_option("script_location", "adapter.store:migrations")
    try:
        with transaction(engine) as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except CommandError:
        raise StoreError(f"{_told(engine)}: it was written by a newer version of this program") from None


def _told(engine: Engine) -> str:
    """Return the place of the store without its password."""
    return str(engine.url.database) if engine.dialect.name == "sqlite" else f"store on {engine.url.host or 'this host'}"
