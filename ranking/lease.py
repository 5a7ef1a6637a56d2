"""Who may build: one at a time. A fence number rises with each; what an older builder does after that is refused.

A lease runs out, so that a builder who was killed blocks nobody for long; one who only stalled finds out when it wants
to publish, since its fence is no longer the newest.
"""

from __future__ import annotations

import datetime as dt

from django.db.models import F, Q

from ranking.models import Lease

#: How long a builder may be silent. Far longer than any step between two signs of life takes.
LENGTH = dt.timedelta(minutes=10)


class LostLease(Exception):
    """Another builder has taken over."""


def take(*, now: dt.datetime) -> int | None:
    """The fence of a new builder, or None where one is at work."""
    Lease.objects.get_or_create(pk=1)
    free = Lease.objects.filter(Q(until=None) | Q(until__lte=now), pk=1)
    fence = Lease.objects.values_list("fence", flat=True).get(pk=1)
    if free.filter(fence=fence).update(fence=F("fence") + 1, until=now + LENGTH) != 1:
        return None
    return fence + 1


def hold_on(fence: int, *, now: dt.datetime) -> None:
    """A sign of life. Raises LostLease where another builder has begun since."""
    if Lease.objects.filter(pk=1, fence=fence).update(until=now + LENGTH) != 1:
        raise LostLease(f"Builder {fence} was given up; another has taken its place.")


def let_go(fence: int) -> None:
    Lease.objects.filter(pk=1, fence=fence).update(until=None)
