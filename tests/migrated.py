"""What the migrations make of an empty database, kept for the next process: making it takes as long as forty tests.

Kept by a digest of whatever decides about it, so another migration, model or package makes another one: on SQLite as a
file, on PostgreSQL as a database of the same server, from which the test databases are copied.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core import management
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent


def kept_at() -> Path:
    files = [ROOT / "requirements-dev.txt", ROOT / "unfragile_site" / "settings.py"]
    for app in ("catalog", "ranking", "claims"):
        files += sorted(
            [ROOT / app / "apps.py", *(ROOT / app).glob("models/**/*.py"), *(ROOT / app).glob("migrations/*.py")]
        )
    digest = hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"unfragile-migrated-{os.getuid()}-{digest}.sqlite3"


@contextmanager
def migrated_once() -> Iterator[None]:
    """While a test database is made."""
    call_command, kept = management.call_command, kept_at()
    take, keep = (_take_file, _keep_file) if connection.vendor == "sqlite" else (_take_copy, _keep_copy)

    def called(name: str, *args: Any, **options: Any) -> Any:
        if name != "migrate":
            return call_command(name, *args, **options)
        connection.ensure_connection()
        with (kept.parent / f"{kept.stem.rpartition('-')[0]}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # one makes it, the others wait for it
            if not take(kept):
                call_command(name, *args, **options)
                keep(kept)
        return None

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(management, "call_command", called)
        yield


def _take_file(kept: Path) -> bool:
    if kept.exists():
        with closing(sqlite3.connect(kept)) as copy:
            copy.backup(connection.connection)
        return True
    return False


def _keep_file(kept: Path) -> None:
    ours = kept.with_suffix(f".{os.getpid()}")
    with closing(sqlite3.connect(ours)) as copy:
        connection.connection.backup(copy)
    ours.replace(kept)


def _take_copy(kept: Path) -> bool:
    """In the place of the empty database that Django has just made."""
    name, ours = kept.stem, str(connection.settings_dict["NAME"])
    connection.close()
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if not cursor.fetchone():
            return False
        cursor.execute(f'DROP DATABASE "{ours}"')
        cursor.execute(f'CREATE DATABASE "{ours}" TEMPLATE "{name}"')
    return True


def _keep_copy(kept: Path) -> None:
    """Those of earlier models and migrations are of no use to anybody."""
    ours = str(connection.settings_dict["NAME"])
    connection.close()  # a database that somebody is in cannot be copied
    with connection.creation._nodb_cursor() as cursor:
        like = kept.stem.rpartition("-")[0]
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [like])
        for (old,) in cursor.fetchall():
            cursor.execute(f'DROP DATABASE IF EXISTS "{old}"')
        cursor.execute(f'CREATE DATABASE "{kept.stem}" TEMPLATE "{ours}"')
