"""How often each key is used: counted in memory, written down after an answer has gone out.

A process writes what it has counted at most once a minute, with the time of the last use, and what is left when it
ends; one that is killed loses a minute. No address, no path and no answer is written.
"""

from __future__ import annotations

import atexit
import datetime as dt
import logging
import threading
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.core.signals import request_finished
from django.db import transaction
from django.db.models import F, Q, Sum

from catalog.held import forgets
from claims.models import Key, KeyDay

log = logging.getLogger(__name__)

#: Seconds between two writes of one process.
EVERY = 60.0
#: Days that a person is shown; what is older than KEPT is thrown away.
SHOWN, KEPT = 30, dt.timedelta(days=92)

_lock = threading.Lock()
_counts: Counter[tuple[int, dt.date]] = Counter()
_last: dict[int, dt.datetime] = {}
_written_at = -EVERY


@dataclass(frozen=True)
class Day:
    on: dt.date
    count: int


def count(key: Key, *, now: dt.datetime) -> None:
    with _lock:
        _counts[key.pk, now.date()] += 1
        _last[key.pk] = max(now, _last.get(key.pk, now))


def write_if_due(**kwargs: Any) -> None:
    """After every answer; nearly always there is nothing to do."""
    if _counts and time.monotonic() - _written_at >= EVERY:
        write()


def write() -> None:
    """Whatever this process has counted. What cannot be written is kept for the next time."""
    global _written_at
    with _lock:
        _written_at = time.monotonic()
        counts, last = dict(_counts), dict(_last)
        _counts.clear()
        _last.clear()
    if not counts:
        return
    try:
        _add(counts, last)
    except Exception:  # whatever the database raises: a count is not worth an answer
        log.warning("Uses of keys cannot be written; they are kept for the next time.", exc_info=True)
        with _lock:
            _counts.update(counts)
            _last.update({pk: max(at, _last.get(pk, at)) for pk, at in last.items()})


def _add(counts: dict[tuple[int, dt.date], int], last: dict[int, dt.datetime]) -> None:
    """In one order, so that two processes never wait for each other's rows."""
    with transaction.atomic():
        there = set(Key.objects.filter(pk__in=last).values_list("pk", flat=True))
        for (pk, on), number in sorted(counts.items()):
            if pk in there:
                day, _ = KeyDay.objects.get_or_create(key_id=pk, on=on)
                KeyDay.objects.filter(pk=day.pk).update(count=F("count") + number)
        for pk, at in sorted(last.items()):
            older = Q(last_used_at=None) | Q(last_used_at__lt=at)
            Key.objects.filter(older, pk=pk).update(last_used_at=at)


def days_of(key: Key, *, today: dt.date) -> list[Day]:
    """The last thirty, today's last, with those on which nothing was asked."""
    first = today - dt.timedelta(days=SHOWN - 1)
    found = dict(key.days.filter(on__gte=first).values_list("on", "count"))
    return [Day(on, found.get(on, 0)) for on in (first + dt.timedelta(days=n) for n in range(SHOWN))]


def totals(keys: list[Key], *, today: dt.date) -> dict[int, int]:
    """Of each key, over the same days."""
    first = today - dt.timedelta(days=SHOWN - 1)
    rows = KeyDay.objects.filter(key__in=keys, on__gte=first).order_by().values_list("key").annotate(n=Sum("count"))
    return dict(rows)


def throw_away_old(*, now: dt.datetime) -> None:
    KeyDay.objects.filter(on__lt=now.date() - KEPT).delete()


@forgets
def forget() -> None:
    """Drops what is counted; tests start each with nothing."""
    global _written_at
    with _lock:
        _counts.clear()
        _last.clear()
        _written_at = -EVERY


def connect() -> None:
    request_finished.connect(write_if_due, dispatch_uid="claims_key_uses")
    atexit.register(write)
