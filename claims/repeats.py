"""A request that makes something, sent twice with the same Idempotency-Key, is done once and answered twice.

Of each account for a day. What was answered is kept in the transaction in which it was done, so that neither is there
without the other; a request that was refused leaves nothing and may be sent again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction

from claims.models import Repeat

KEPT, LONGEST = dt.timedelta(hours=24), 255
#: After which whoever began it is taken for dead. What it did was then undone with its transaction.
PATIENCE = dt.timedelta(seconds=60)


class StillRunning(Exception):
    """The same request is being worked on."""


class AnotherRequest(Exception):
    """The key was used for something else."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: str


def once(person: User, key: str, digest: str, do: Callable[[], Answer], *, now: dt.datetime) -> Answer:
    """Raises StillRunning, AnotherRequest, and whatever `do` raises."""
    Repeat.objects.filter(person=person, key=key, began_at__lte=now - KEPT).delete()
    row, is_first = Repeat.objects.get_or_create(person=person, key=key, defaults={"digest": digest, "began_at": now})
    if not is_first:
        if row.digest != digest:
            raise AnotherRequest
        if row.status is not None:
            return Answer(row.status, row.body)
        mine = Repeat.objects.filter(pk=row.pk, status=None, began_at=row.began_at, began_at__lte=now - PATIENCE)
        if not mine.update(began_at=now):  # of two that take it up, one does
            raise StillRunning
    begun = Repeat.objects.filter(pk=row.pk, status=None, began_at=now)
    try:
        with transaction.atomic():
            answer = do()
            if not begun.update(status=answer.status, body=answer.body):
                raise StillRunning  # it took so long that somebody else has taken it up
    except BaseException:
        begun.delete()
        raise
    return answer


def throw_away_old(*, now: dt.datetime) -> None:
    Repeat.objects.filter(began_at__lte=now - KEPT).delete()
