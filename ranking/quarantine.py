"""Leaving a source's readings out of ranks, and letting them in again. They stay in the table all the time.

    reach(source, ...)     what it would leave out, before anybody decides
    impose(source, ...)    from the next generation on; a large one waits for a second person
    confirm(it, ...)       that second person
    lift(it, ...)          the next generation is what it would have been

`loading.moment` reads what stands. Nothing here touches a reading or a rank.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from catalog.models import Reading, Source
from ranking.models import Quarantine

if TYPE_CHECKING:
    from django.contrib.auth.models import User

#: What leaves out more than this share of all readings takes two people.
ALONE_SHARE = 0.01
#: Fewer than these one person may leave out in any case: in a small catalog one source is soon a hundredth.
ALONE_NUMBER = 1_000


class CannotQuarantine(Exception):
    """The sentence says why not."""


@dataclass(frozen=True)
class Reach:
    """What a quarantine leaves out."""

    readings: int
    artifacts: int
    #: Of all readings there are.
    share: float

    @property
    def takes_two(self) -> bool:
        return self.share > ALONE_SHARE and self.readings >= ALONE_NUMBER


def reach(source: Source, *, since: dt.date | None, upto: dt.date | None) -> Reach:
    found = Reading.objects.filter(_within(since, upto), source=source).aggregate(
        readings=Count("pk"), artifacts=Count("artifact", distinct=True)
    )
    return Reach(**found, share=found["readings"] / (Reading.objects.count() or 1))


def _within(since: dt.date | None, upto: dt.date | None) -> Q:
    """The same days as `loading` leaves out: both ends belong to it, in UTC."""
    wanted = Q()
    if since is not None:
        wanted &= Q(observed_at__gte=_midnight(since))
    if upto is not None:
        wanted &= Q(observed_at__lt=_midnight(upto) + dt.timedelta(days=1))
    return wanted


def _midnight(on: dt.date) -> dt.datetime:
    return dt.datetime.combine(on, dt.time(), dt.UTC)


def impose(
    source: Source,
    *,
    since: dt.date | None = None,
    upto: dt.date | None = None,
    why: str,
    by: User,
    now: dt.datetime,
) -> Quarantine:
    if not why.strip():
        raise CannotQuarantine("A quarantine needs a reason, which readers will see.")
    if since is not None and upto is not None and since > upto:
        raise CannotQuarantine("The last day lies before the first.")
    if Quarantine.objects.filter(source=source, since=since, upto=upto, lifted_at=None).exists():
        raise CannotQuarantine("These readings are quarantined already.")
    return Quarantine.objects.create(
        source=source,
        since=since,
        upto=upto,
        why=why.strip(),
        set_by=by,
        set_at=now,
        waits_since=now if reach(source, since=since, upto=upto).takes_two else None,
    )


def confirm(it: Quarantine, *, by: User, now: dt.datetime) -> None:
    if it.set_by_id == by.pk:
        raise CannotQuarantine("It leaves out so much that somebody else has to confirm it.")
    done = Quarantine.objects.filter(pk=it.pk, waits_since__isnull=False, lifted_at=None).update(
        waits_since=None, confirmed_by=by, confirmed_at=now
    )
    if done != 1:
        raise CannotQuarantine("It is not waiting any more. Look at it again.")
    it.refresh_from_db()


def lift(it: Quarantine, *, why: str, by: User, now: dt.datetime) -> None:
    """Also takes back one that still waits."""
    if not why.strip():
        raise CannotQuarantine("Say why its readings count again.")
    done = Quarantine.objects.filter(pk=it.pk, lifted_at=None).update(
        lifted_by=by, lifted_at=now, lifted_why=why.strip()
    )
    if done != 1:
        raise CannotQuarantine("It has been lifted already.")
    it.refresh_from_db()
