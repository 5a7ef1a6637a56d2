"""What the migrations make of an empty SQLite database, kept between runs: making it takes longer than most tests.

Kept by a digest of whatever decides about it, so another migration, model or package makes another one. PostgreSQL's
is made anew each time: there it is cheap beside the rest.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
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

    def called(name: str, *args: Any, **options: Any) -> Any:
        if name != "migrate":
            return call_command(name, *args, **options)
        connection.ensure_connection()
        if kept.exists():
            with closing(sqlite3.connect(kept)) as copy:
                copy.backup(connection.connection)
            return None
        call_command(name, *args, **options)
        # Another process may be at it: whoever is last leaves the same.
        ours = kept.with_suffix(f".{os.getpid()}")
        with suppress(OSError):
            with closing(sqlite3.connect(ours)) as copy:
                connection.connection.backup(copy)
            ours.replace(kept)
        return None

    with pytest.MonkeyPatch.context() as patch:
        if connection.vendor == "sqlite":
            patch.setattr(management, "call_command", called)
        yield
