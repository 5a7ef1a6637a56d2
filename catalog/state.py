"""Which version of the facts and which generation of ranks a reader sees: one row, read first, passed on.

A page asks once and hands the answer to everything below it, so that one page never mixes two versions.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

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
    with connection.cursor() as cursor:
        cursor.execute(_READ)
        row = cursor.fetchone()
    return State(*row) if row else State(version=0, generation_id=None)
