"""What quarantines of readings and of feedback share: they are set with a reason, a large one is confirmed by a second
person, and they are lifted with a reason. What is set aside stays in its table all the time.

What it is about, and how far it reaches, `ranking.quarantine` and `ranking.graph.exclusions` know.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, TypeVar

from ranking.models import SetAside

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Row = TypeVar("Row", bound=SetAside)

#: What leaves out more than this share of all there is takes two people.
ALONE_SHARE = 0.01
#: Fewer than these one person may leave out in any case: of a small catalog one source is soon a hundredth.
ALONE_NUMBER = 1_000


class CannotQuarantine(Exception):
    """The sentence says why not."""


def takes_two(count: int, share: float) -> bool:
    return share > ALONE_SHARE and count >= ALONE_NUMBER


def impose(it: Row, *, why: str, by: User | None, now: dt.datetime, waits: bool) -> Row:
    """Writes down a row that says what it is about."""
    if not why.strip():
        raise CannotQuarantine("A quarantine needs a reason.")
    it.why, it.set_by, it.set_at, it.waits_since = why.strip(), by, now, now if waits else None
    it.save(force_insert=True)
    return it


def confirm(it: SetAside, *, by: User, now: dt.datetime) -> None:
    if it.set_by_id == by.pk:
        raise CannotQuarantine("It leaves out so much that somebody else has to confirm it.")
    waiting = type(it)._default_manager.filter(pk=it.pk, waits_since__isnull=False, lifted_at=None)
    if waiting.update(waits_since=None, confirmed_by=by, confirmed_at=now) != 1:
        raise CannotQuarantine("It is not waiting any more. Look at it again.")
    it.refresh_from_db()


def lift(it: SetAside, *, why: str, by: User | None, now: dt.datetime) -> None:
    """Also takes back one that still waits."""
    if not why.strip():
        raise CannotQuarantine("Say why it counts again.")
    standing = type(it)._default_manager.filter(pk=it.pk, lifted_at=None)
    if standing.update(lifted_by=by, lifted_at=now, lifted_why=why.strip()) != 1:
        raise CannotQuarantine("It has been lifted already.")
    it.refresh_from_db()
