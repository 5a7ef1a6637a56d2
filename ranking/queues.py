"""What ranking has waiting at the editors' desk, as catalog.desk.queues has its own."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from catalog.choices import Lifecycle
from catalog.desk.queues import Item, Queue
from catalog.wording import grouped
from ranking.models import Hold, HoldState

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def _held(user: User, now: dt.datetime) -> QuerySet[Hold]:
    waiting = Hold.objects.filter(state=HoldState.OPEN).exclude(artifact__lifecycle=Lifecycle.WITHDRAWN)
    return waiting.select_related("artifact").order_by("seen_on", "-held", "id")


def _hold(row: Hold) -> Item:
    detail = f"{row.get_signal_display()}: {grouped(row.held)} wait, {grouped(row.counted)} count"
    return Item(row.artifact.name[:120], detail, row.seen_on, ("ranking_hold_decide", (row.pk,)))


HELD = Queue(
    "held", "Held readings", "Came all at once, and do not count yet.", "change_hold", _held, _hold, app="ranking"
)
