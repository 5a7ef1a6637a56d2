"""Where a bench's databases lie: a SQLite file, or a PostgreSQL server of our own where DATABASE_URL names none."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection
from django.db.utils import OperationalError

#: As root the server has to run as this user, which Debian's package has made: it refuses to be root.
USER = "postgres"
# Nothing here outlives a power cut, and that is fine.
OPTIONS = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=256MB"


class CannotServe(Exception):
    """There is no PostgreSQL to measure on; the text says why."""


def sqlite_url(folder: Path, name: str) -> str:
    return f"sqlite:///{folder / f'{name}.sqlite3'}"


@contextmanager
def postgres_url(folder: Path) -> Iterator[str]:
    """The address of a server without its database's name: the one given, or a temporary one. Raises CannotServe."""
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith(("postgres://", "postgresql://", "psql://")):
        yield given.rpartition("/")[0]
        return
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[-3]))
    if not programs:
        raise CannotServe("no PostgreSQL server is installed, and DATABASE_URL names none")
    pg_ctl, initdb = programs[-1], programs[-1].with_name("initdb")
    data = folder / "postgres"
    user = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"] if os.geteuid() == 0 else []
    if not (data / "PG_VERSION").exists():
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        if user:
            shutil.chown(data, USER, USER)
            folder.chmod(0o711)  # the server has to pass through
        _run(*user, initdb, "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
    port = _free_port()
    _run(
        *user,
        pg_ctl,
        "-D",
        data,
        "-w",
        "-l",
        data / "log",
        "-o",
        f"-p {port} -k {data} -c listen_addresses=127.0.0.1 {OPTIONS}",
        "start",
    )
    try:
        yield f"postgres://{USER}@127.0.0.1:{port}"
    finally:
        _run(*user, pg_ctl, "-D", data, "-m", "fast", "stop")


def _run(*command: object) -> None:
    done = subprocess.run(
        [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    if done.returncode:
        raise CannotServe(f"{command[-1]} failed: {done.stderr.decode(errors='replace').strip()[-300:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def make_database() -> None:
    """Creates the database that the settings name, where it is missing on a server."""
    if connection.vendor != "postgresql":
        return
    try:
        connection.ensure_connection()
    except OperationalError:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {connection.ops.quote_name(connection.settings_dict['NAME'])}")
    finally:
        connection.close()
