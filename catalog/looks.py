"""How often pages are looked at: counted in memory, written down after an answer has gone out. Says nothing of readers.

A look counts once a day for each network: reloading does not make a page a favourite. What is remembered for the day is
a digest with a salt that no other process knows.

A process writes what it has counted in one statement, at most every `every` seconds or when it holds `most_held`; what
is there when it ends is written then. One that is killed loses what it counted since.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from django.db import connection, models, transaction

from catalog.held import forgets

log = logging.getLogger(__name__)

#: Looks that are remembered, so that the same network's next one does not count: some megabytes.
MOST_REMEMBERED = 50_000
#: Days are thrown away when nothing reads them any more.
KEPT = dt.timedelta(days=400)


class Looks:
    """`table` has a day, views, and a `column` for what was looked at; `known` gives, of the keys that were counted,
    those that still mean something, as that column has them.
    """

    every, most_held = 30.0, 200

    def __init__(
        self, what: str, table: type[models.Model], column: str, known: Callable[[set[str]], Mapping[str, Any]]
    ) -> None:
        self._what, self._table, self._column, self._known = what, table, column, known
        self._lock = threading.Lock()
        self._counts: Counter[tuple[str, dt.date]] = Counter()
        self._remembered: set[bytes] = set()
        self._day: dt.date | None = None
        self._salt = secrets.token_bytes(16)
        self._written_at = time.monotonic()
        forgets(self.forget)

    def count(self, key: str, *, network: str, day: dt.date) -> None:
        """`network` is whatever tells one reader's connection from another's."""
        who = hashlib.blake2b(f"{network}|{key}".encode(), key=self._salt, digest_size=12).digest()
        with self._lock:
            if day != self._day or len(self._remembered) >= MOST_REMEMBERED:
                self._day = day
                self._remembered.clear()
            if who in self._remembered:
                return
            self._remembered.add(who)
            self._counts[key, day] += 1

    def write_if_due(self, **kwargs: Any) -> None:
        """After every answer; nearly always there is nothing to do."""
        if self._counts and (len(self._counts) >= self.most_held or time.monotonic() - self._written_at >= self.every):
            self.write()

    def write(self) -> None:
        """Whatever this process has counted. Two threads never write the same; what cannot be written is kept."""
        with self._lock:
            self._written_at = time.monotonic()
            taken = dict(self._counts)
            self._counts.clear()
        if not taken:
            return
        try:
            self._add(taken)
        except Exception:  # whatever the database raises: a count is not worth an answer
            log.warning("Views of %s cannot be written; they are kept for the next time.", self._what, exc_info=True)
            with self._lock:
                if len(self._counts) < self.most_held * 10:
                    self._counts.update(taken)

    def forget(self) -> None:
        """Drops what is counted; tests start each with nothing."""
        with self._lock:
            self._counts.clear()
            self._remembered.clear()
            self._day, self._written_at = None, time.monotonic()

    def throw_away_old(self, *, now: dt.datetime) -> None:
        self._table._default_manager.filter(day__lt=now.date() - KEPT).delete()

    def _add(self, counted: Mapping[tuple[str, dt.date], int]) -> None:
        """Adds to what other processes have written: one statement, which both databases know."""
        known = self._known({key for key, _ in counted})
        found: Counter[tuple[Any, dt.date]] = Counter()
        for (key, day), views in counted.items():
            if key in known:
                found[known[key], day] += views
        # In one order, so that two processes never wait for each other's rows.
        rows = [(*which, views) for which, views in sorted(found.items())]
        if not rows:
            return
        table, column = (connection.ops.quote_name(name) for name in (self._table._meta.db_table, self._column))
        values = ", ".join(["(%s, %s, %s)"] * len(rows))
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table} ({column}, day, views) VALUES {values} "  # noqa: S608 - our own names
                f"ON CONFLICT ({column}, day) DO UPDATE SET views = {table}.views + excluded.views",
                [value for row in rows for value in row],
            )
