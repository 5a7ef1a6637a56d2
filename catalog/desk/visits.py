"""When an editor was last at the desk, and what others have done there since."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from catalog.desk.activity import Act, acts
from catalog.models import Visit

if TYPE_CHECKING:
    from django.contrib.auth.models import User

#: Without a sign for so long, a visit is over.
PAUSE = dt.timedelta(minutes=30)
#: A visit's end is known to the minute; writing it at each page would be a write for a look.
GRAIN = dt.timedelta(minutes=1)
MOST = 8


def arrive(user: User, *, now: dt.datetime) -> dt.datetime | None:
    """Notes that they are here; returns when their visit before this one ended, or None at the first."""
    visit, is_first = Visit.objects.get_or_create(user=user, defaults={"last_at": now})
    if is_first or now - visit.last_at < GRAIN:
        return visit.before_at
    if now - visit.last_at > PAUSE:
        visit.before_at = visit.last_at
    visit.last_at = now
    visit.save()
    return visit.before_at


def news_since(user: User, since: dt.datetime | None) -> list[Act]:
    """What others did, the newest first."""
    if since is None:
        return []
    found, _ = acts()
    return [act for act in found if act.at > since and act.by != user.get_username()][:MOST]
