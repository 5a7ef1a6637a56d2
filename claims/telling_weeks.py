"""Writes down what the people of a claim may know of a week, once it is over: each week of each claim a single time.

What it says, and who is too few to be told, is decided in `ranking.graph.weeks`; here stands whose searches are left
out, and since when the listing has been theirs. A week that nobody was there to write down in time stays untold: the
log-ins that would keep its owners' own searches out of it are no longer known.
"""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction

from claims.choices import HOLDING
from claims.models import Claim, ToldWeek
from claims.numbers import WEEK, held_since, least_people, monday
from claims.sign_ins import KEPT, OWN_FOR, networks_of, throw_away_old
from ranking.graph.weeks import SETTLED_AFTER, week_of


def tell_weeks(*, now: dt.datetime) -> int:
    """How many were written down. Twice changes nothing."""
    found = 0
    for starts_on in due(now=now):
        waiting = Claim.objects.filter(state__in=HOLDING).exclude(weeks__starts_on=starts_on)
        for claim in waiting.order_by("pk"):
            found += tell(claim, starts_on, now=now)
    throw_away_old(now=now)
    return found


def due(*, now: dt.datetime) -> list[dt.date]:
    """The weeks that are over, and of which all log-ins are known."""
    last = monday((now - SETTLED_AFTER).date()) - WEEK
    return [on for on in (last - WEEK, last) if _midnight(on) - OWN_FOR >= now - KEPT]


def tell(claim: Claim, starts_on: dt.date, *, now: dt.datetime) -> bool:
    """Whether it was this that wrote it down. Only of a week that was theirs from its first moment."""
    since, start = held_since(claim), _midnight(starts_on)
    if since is None or since >= start or start + WEEK + SETTLED_AFTER > now:
        return False
    told = week_of(
        claim.artifact_id,
        starts_on,
        since=since,
        own=networks_of(claim, since=start),
        least=least_people(),
    )
    try:
        with transaction.atomic():
            ToldWeek.objects.create(claim=claim, starts_on=starts_on, told_at=now, **vars(told))
    except IntegrityError:  # another worker was sooner
        return False
    return True


def _midnight(on: dt.date) -> dt.datetime:
    return dt.datetime.combine(on, dt.time(), dt.UTC)
