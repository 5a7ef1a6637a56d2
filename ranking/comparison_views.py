"""How often each comparison is looked at: counted in memory, written down after an answer has gone out.

`views.counting` says who looked at what. A look counts once a day for each network: reloading does not make a
comparison a favourite. Nothing about the reader is written, and what is remembered for the day is a digest with a salt
that no other process knows.

A process writes what it has counted in one statement, at most every EVERY seconds or when it holds MOST_HELD; what is
there when it ends is written then. One that is killed loses what it counted since.
"""

from __future__ import annotations

import atexit
import datetime as dt
import hashlib
import logging
import secrets
import threading
import time
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.core.signals import request_finished
from django.db import connection, transaction

from catalog.models import Artifact
from ranking import compared
from ranking.comparison.key import LEAST, MOST, SEPARATOR
from ranking.models import ComparisonTally
from ranking.models.comparison import members_of

log = logging.getLogger(__name__)

#: Seconds between two writes of one process, and different comparisons that it holds at most before one.
EVERY, MOST_HELD = 30.0, 200
#: Looks that are remembered, so that the same network's next one does not count: some megabytes.
MOST_REMEMBERED = 50_000
#: Tallies are thrown away when nothing reads them any more.
KEPT = dt.timedelta(days=400)

_lock = threading.Lock()
_counts: Counter[tuple[str, dt.date]] = Counter()
_remembered: set[bytes] = set()
_day: dt.date | None = None
_salt = secrets.token_bytes(16)
_written_at = time.monotonic()


def count(key: str, *, network: str, day: dt.date) -> None:
    """`network` is whatever tells one reader's connection from another's."""
    global _day
    who = hashlib.blake2b(f"{network}|{key}".encode(), key=_salt, digest_size=12).digest()
    with _lock:
        if day != _day or len(_remembered) >= MOST_REMEMBERED:
            _day = day
            _remembered.clear()
        if who in _remembered:
            return
        _remembered.add(who)
        _counts[key, day] += 1


def write_if_due(**kwargs: Any) -> None:
    """After every answer; nearly always there is nothing to do."""
    if _counts and (len(_counts) >= MOST_HELD or time.monotonic() - _written_at >= EVERY):
        write()
    compared.refresh_if_due()


def write() -> None:
    """Whatever this process has counted. Two threads never write the same; what cannot be written is kept."""
    global _written_at
    with _lock:
        _written_at = time.monotonic()
        taken = dict(_counts)
        _counts.clear()
    if not taken:
        return
    try:
        _add(taken)
    except Exception:  # whatever the database raises: a count is not worth an answer
        log.warning("Views of comparisons cannot be written; they are kept for the next time.", exc_info=True)
        with _lock:
            if len(_counts) < MOST_HELD * 10:
                _counts.update(taken)


def forget() -> None:
    """Drops what is counted; tests start each with nothing."""
    global _written_at, _day
    with _lock:
        _counts.clear()
        _remembered.clear()
        _day, _written_at = None, time.monotonic()


def _add(counted: dict[tuple[str, dt.date], int]) -> None:
    """Adds to what other processes have written: one statement, which both databases know."""
    members = _members({key for key, _ in counted})
    found: Counter[tuple[str, dt.date]] = Counter()
    for (key, day), views in counted.items():
        if key in members:
            found[members[key], day] += views
    # In one order, so that two processes never wait for each other's rows.
    rows = [(*which, views) for which, views in sorted(found.items())]
    if not rows:
        return
    table = connection.ops.quote_name(ComparisonTally._meta.db_table)
    values = ", ".join(["(%s, %s, %s)"] * len(rows))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (members, day, views) VALUES {values} "  # noqa: S608 - our own names
            f"ON CONFLICT (members, day) DO UPDATE SET views = {table}.views + excluded.views",
            [value for row in rows for value in row],
        )


def _members(keys: Iterable[str]) -> dict[str, str]:
    """Of each key that still means something."""
    slugs = {key: key.split(SEPARATOR) for key in keys}
    ids = dict(
        Artifact.objects.public()
        .filter(slug__in={slug for those in slugs.values() for slug in those})
        .values_list("slug", "pk")
    )
    return {
        key: members_of(ids[slug] for slug in those)
        for key, those in slugs.items()
        if LEAST <= len(those) <= MOST and all(slug in ids for slug in those)
    }


def throw_away_old(*, now: dt.datetime) -> None:
    ComparisonTally.objects.filter(day__lt=now.date() - KEPT).delete()


def connect() -> None:
    request_finished.connect(write_if_due, dispatch_uid="ranking_comparison_views")
    atexit.register(write)
