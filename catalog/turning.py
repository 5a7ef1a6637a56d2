"""What changes by date alone: prices that begin or end, and with them what lists say an artifact costs.

Nothing is saved when such a day comes, so no change notices it; this looks, once an hour.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from django.db.models import Q

from catalog.changes import change
from catalog.derived import chunks, headline_of, price_class_of
from catalog.models import Artifact, Price

#: How far back it looks: a worker that was away for less than this misses nothing.
LOOK_BACK = dt.timedelta(days=60)


def turn_prices(now: dt.datetime) -> int:
    """Touches the artifacts whose current prices are no longer those that lists show; returns how many."""
    today = now.date()
    recent = (today - LOOK_BACK, today)
    begun_or_ended = Price.objects.filter(Q(valid_from__range=recent) | Q(valid_to__range=recent))
    turned: list[int] = []
    for chunk in chunks(begun_or_ended.values_list("artifact_id", flat=True).distinct()):
        current: dict[int, list[Price]] = defaultdict(list)
        for price in Price.objects.filter(artifact__in=chunk).current(today):
            current[price.artifact_id].append(price)
        for artifact in Artifact.objects.filter(pk__in=chunk).only("price_class", "headline_price_id"):
            prices = current[artifact.pk]
            headline = headline_of(prices)
            shown = (headline.pk if headline else None, price_class_of(price.amount for price in prices))
            if shown != (artifact.headline_price_id, artifact.price_class):
                turned.append(artifact.pk)
    if turned:
        with change(why="A price began or ended.") as it:
            it.touch(turned)
    return len(turned)
