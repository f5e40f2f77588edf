"""A PostgreSQL server of the test run's own: in a temporary folder, reached by a socket only, run by nobody of note."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

ABSENT = "NOT RUN: PostgreSQL is not installed here, so the store was tried on SQLite only; .ci/run installs it"


def programs() -> Path | None:
    """Return the folder of the newest PostgreSQL programs as Debian installs them; None where there are none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


#: What a test can be run on here.
DATABASES = ["sqlite", "postgresql"] if programs() else ["sqlite"]


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """Run a server with the programs in ``folder``; yield the URL of it, in which ``{}`` stands for the database."""
    home = tempfile.mkdtemp(prefix="pg-")
    user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None  # it refuses to be run by root
    if user:
        os.chown(home, user.pw_uid, user.pw_gid)

    def run(program: str, *arguments: str) -> None:
        told = Path(home, "told")
        with told.open("ab") as file:
            done = subprocess.run(
                [folder / program, "-D", f"{home}/data", *arguments],
                cwd=home,
                env={"PATH": os.defpath, "LC_ALL": "C"},
                stdout=file,
                stderr=file,
                user=user and user.pw_uid,
                group=user and user.pw_gid,
            )
        assert done.returncode == 0, told.read_text()

    try:
        run("initdb", "-U", "tester", "--auth=trust", "-E", "UTF8", "--no-sync")
        run("pg_ctl", "start", "-w", "-o", f"-k {home} -c listen_addresses='' -c fsync=off -c max_connections=60")
        try:
            yield f"postgresql://tester@/{{}}?host={home}"
        finally:
            run("pg_ctl", "stop", "-w", "-m", "immediate")
    finally:
        shutil.rmtree(home)


def new_database(url: str, name: str) -> str:
    """Make an empty database; return its URL."""
    with psycopg.connect(url.format("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return url.format(name)
