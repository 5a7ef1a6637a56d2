"""Leaving a source's readings out of ranks, and letting them in again. They stay in the table all the time.

    reach(source, ...)     what it would leave out, before anybody decides
    impose(source, ...)    from the next generation on; a large one waits for a second person

Confirming and lifting it are `ranking.setting_aside`: lifted, the next generation is what it would have been.
`loading.moment` reads what stands. Nothing here touches a reading or a rank.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from catalog.models import Reading, Source
from ranking import setting_aside
from ranking.models import Quarantine
from ranking.setting_aside import CannotQuarantine
from ranking.wording import counted

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@dataclass(frozen=True)
class Reach:
    """What a quarantine leaves out."""

    readings: int
    artifacts: int
    #: Of all readings there are.
    share: float

    @property
    def takes_two(self) -> bool:
        return setting_aside.takes_two(self.readings, self.share)

    def __str__(self) -> str:
        return f"{counted(self.readings, 'reading')} of {counted(self.artifacts, 'artifact')}"


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
    if since is not None and upto is not None and since > upto:
        raise CannotQuarantine("The last day lies before the first.")
    if Quarantine.objects.filter(source=source, since=since, upto=upto, lifted_at=None).exists():
        raise CannotQuarantine("These readings are quarantined already.")
    waits = reach(source, since=since, upto=upto).takes_two
    it = Quarantine(source=source, since=since, upto=upto)
    return setting_aside.impose(it, why=why, by=by, now=now, waits=waits)
