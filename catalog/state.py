"""Which version of the facts and which generation of ranks a reader sees: one row, read first, passed on.

A page asks once and hands the answer to everything below it, so that one page never mixes two versions.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, InterfaceError, connection, transaction

from catalog.held import forgets
from catalog.models import CatalogState, Generation
from catalog.planned import is_noted, rows


@dataclass(frozen=True)
class State:
    version: int
    generation_id: int | None
    related_version: int = 0
    #: The number of that generation, by which readers and answers call it.
    generation: int | None = None

    @property
    def key(self) -> str:
        """For cache keys and ETags."""
        return f"{self.version}.{self.generation_id or 0}.{self.related_version}"


# Nearly every request begins with this query. Put together by the ORM each time it takes longer than all else that
# answering with a kept page takes; written out it takes a tenth.
_NUMBER = f"(SELECT number FROM {Generation._meta.db_table} WHERE id = live_generation_id)"  # noqa: S608  our own names
_COLUMNS = f"version, live_generation_id, related_version, {_NUMBER}"
_READ = f"SELECT {_COLUMNS} FROM {CatalogState._meta.db_table} WHERE id = 1"  # noqa: S608


#: So long a process hands out kept answers by the state that it read last, where a server has to be asked for it.
#: Whoever moves the state waits as long after the commit: nobody who knows of an edit is shown what was before it.
LEASE = 0.02  # seconds
#: The state, and until when it holds.
_leased: tuple[State, float] = State(0, None), 0.0


def live_state() -> State:
    global _leased
    # This read is itself the check of a connection that was kept open: one question to the server instead of two.
    connection.health_check_done = True  # type: ignore[attr-defined]
    until = time.monotonic() + LEASE  # from before the question on: the answer may be on its way for long
    try:
        row = _planned_row() if connection.vendor == "postgresql" and not is_noted() else _row()
    except (DatabaseError, InterfaceError):
        if connection.in_atomic_block:
            raise  # what else the transaction did is lost with it
        connection.close()  # the server has gone since the last request, and may be back; or it knows the query no more
        row = _row()
    state = State(*row) if row else State(version=0, generation_id=None)
    if until > _leased[1] and not connection.in_atomic_block:  # which may have moved what nobody else sees yet
        _leased = state, until
    return state


def recent_state() -> State | None:
    """The state as it was read a moment ago, for handing out what is kept; None where it has to be asked for anew.

    What is made rather than handed out is made of rows, and goes by `live_state`. A file is asked faster than its lease
    could be told, and a transaction sees its own.
    """
    state, until = _leased
    if time.monotonic() >= until or connection.vendor != "postgresql" or connection.in_atomic_block or is_noted():
        return None
    return state


@forgets
def forget() -> None:
    """What was read is not gone by any more; tests and the bench's cold pages start with nothing."""
    global _leased
    _leased = State(0, None), 0.0


def moved() -> None:
    """To be called by whatever moves the state, within its transaction: see LEASE. What is hung on the commit after
    it finds everybody informed."""
    if connection.vendor == "postgresql":
        transaction.on_commit(lambda: time.sleep(LEASE))


def shared_version() -> int:
    """The version that last changed what belongs to no single artifact."""
    return CatalogState.objects.filter(pk=1).values_list("shared_version", flat=True).first() or 0


def _row() -> Any:
    with connection.cursor() as cursor:
        cursor.execute(_READ)
        return cursor.fetchone()


def _planned_row() -> Any:
    """The same from PostgreSQL in half the time."""
    found = rows(_READ)
    return found[0] if found else None
