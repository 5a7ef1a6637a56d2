"""How often a host is asked: at most two questions at a time and one a second, fifty to all hosts together.

Five failures in a row give a host ten minutes of rest, and it gets as much as it asks for. All processes of a machine
share one small SQLite file for it; it may be deleted at any time. What a process held when it died lapses by itself.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from catalog.network.errors import CannotFetch, Why

AT_ONCE, AT_ONCE_IN_ALL = 2, 50
SECONDS_BETWEEN = 1.0
FAILURES, REST_SECONDS = 5, 600.0
#: No host can have itself left alone for longer: it may have meant milliseconds.
LONGEST_REST = 24 * 3600.0
#: How often somebody in the queue looks whether it is their turn.
LOOK_SECONDS = 0.1

#: What a power cut takes with it is not missed.
_TABLES = """
PRAGMA synchronous=OFF;
CREATE TABLE IF NOT EXISTS host (name TEXT PRIMARY KEY, next REAL, failures INTEGER, rests_until REAL);
CREATE TABLE IF NOT EXISTS turn (id TEXT PRIMARY KEY, host TEXT, lapses REAL);
"""


@dataclass
class Turn:
    """How it went, to be said by whoever had it: `None` says nothing about the host."""

    went_well: bool | None = None
    #: Seconds for which the host has asked to be left alone.
    rest: float = 0


@dataclass(frozen=True)
class Pace:
    path: Path
    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep

    @contextmanager
    def turn(self, host: str, *, patience: float, lasts: float) -> Iterator[Turn]:
        """Waits for one, at most `patience` seconds, or raises CannotFetch. `lasts`: for how long it can be held."""
        key, asked = uuid4().hex, self.now()
        while (starts := self._taken(key, host, asked + patience, lasts)) is None:
            self.sleep(LOOK_SECONDS)
        turn = Turn()
        try:
            self.sleep(max(0.0, starts - self.now()))
            yield turn
        finally:
            self._given_back(key, host, turn)

    def _taken(self, key: str, host: str, last: float, lasts: float) -> float | None:
        """When it begins; None while too many others are at it."""
        with self._books() as books:
            now = self.now()
            _, starts, _, rests_until = _row(books, host)
            if rests_until > now:
                raise CannotFetch(Why.LATER, f"{host} rests", retry_after=rests_until - now)
            starts = max(now, starts)
            if starts > last:
                raise CannotFetch(Why.LATER, f"too many wait for {host}", retry_after=starts - now)
            books.execute("DELETE FROM turn WHERE lapses < ?", [now])
            total, here = books.execute("SELECT COUNT(*), COUNT(host = ? OR NULL) FROM turn", [host]).fetchone()
            if total >= AT_ONCE_IN_ALL or here >= AT_ONCE:
                return None
            books.execute("INSERT INTO turn VALUES (?, ?, ?)", [key, host, starts + lasts])
            books.execute("UPDATE host SET next = ? WHERE name = ?", [starts + SECONDS_BETWEEN, host])
            return starts

    def _given_back(self, key: str, host: str, turn: Turn) -> None:
        with self._books() as books:
            books.execute("DELETE FROM turn WHERE id = ?", [key])
            now = self.now()
            _, _, failures, rests_until = _row(books, host)
            if turn.went_well is not None:
                failures = 0 if turn.went_well else failures + 1
            if failures >= FAILURES:
                failures, rests_until = 0, now + REST_SECONDS
            rests_until = max(rests_until, now + min(turn.rest, LONGEST_REST))
            books.execute("UPDATE host SET failures = ?, rests_until = ? WHERE name = ?", [failures, rests_until, host])
            # Nothing is to be remembered of a host that was asked long ago.
            books.execute("DELETE FROM host WHERE MAX(next, rests_until) < ?", [now - LONGEST_REST])

    @contextmanager
    def _books(self) -> Iterator[sqlite3.Connection]:
        """In one transaction, which others wait for."""
        with closing(sqlite3.connect(self.path, timeout=10, isolation_level=None)) as books:
            books.executescript(_TABLES)
            books.execute("BEGIN IMMEDIATE")
            with books:
                yield books


def _row(books: sqlite3.Connection, host: str) -> tuple[str, float, int, float]:
    books.execute("INSERT OR IGNORE INTO host VALUES (?, 0, 0, 0)", [host])
    row: tuple[str, float, int, float] = books.execute("SELECT * FROM host WHERE name = ?", [host]).fetchone()
    return row
