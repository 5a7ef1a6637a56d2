"""Which version of the facts and which generation of ranks a reader sees: one row, read first, passed on.

A page asks once and hands the answer to everything below it, so that one page never mixes two versions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import InterfaceError, OperationalError, connection

from catalog.models import CatalogState


@dataclass(frozen=True)
class State:
    version: int
    generation_id: int | None
    related_version: int = 0

    @property
    def key(self) -> str:
        """For cache keys and ETags."""
        return f"{self.version}.{self.generation_id or 0}.{self.related_version}"


# Every request begins with this query. Put together by the ORM each time it takes longer than all else that answering
# with a kept page takes; written out it takes a tenth.
_READ = f"SELECT version, live_generation_id, related_version FROM {CatalogState._meta.db_table} WHERE id = 1"  # noqa: S608


def live_state() -> State:
    # This read is itself the check of a connection that was kept open: one question to the server instead of two.
    connection.health_check_done = True  # type: ignore[attr-defined]
    try:
        row = _row()
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block:
            raise  # what else the transaction did is lost with it
        connection.close()  # the server has gone since the last request; it may be back
        row = _row()
    return State(*row) if row else State(version=0, generation_id=None)


def _row() -> Any:
    with connection.cursor() as cursor:
        cursor.execute(_READ)
        return cursor.fetchone()
