from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape

from catalog.feeds import told
from catalog.state import live_state
from ranking.leaderboards import Riser, rising
from ranking.snapshots import monday_of
from ranking.wording import whole


class Rising(Feed):
    """What rises, for feed readers: as the page has it, kind by kind. Links are the canonical ones."""

    feed_type = Atom1Feed
    title = "Rising in Unfragile"
    subtitle = "AI artifacts that grow faster than is usual for their kind, bursts left out."

    def link(self) -> str:
        return f"{settings.SITE_URL}{reverse('ranking:rising')}"

    def feed_url(self) -> str:
        return f"{settings.SITE_URL}{reverse('ranking:rising-feed')}"

    def items(self) -> list[Riser]:
        groups = rising(live_state(), today=timezone.now().date())
        return [riser for group in groups for riser in group.risers]

    def item_link(self, item: Riser) -> str:
        return f"{settings.SITE_URL}{reverse('ranking:rank-detail', args=[item.slug])}"

    def item_title(self, item: Riser) -> str:
        return told(item.name[:300])

    def item_description(self, item: Riser) -> str:
        text = f"{item.kind_spec.label}. Momentum {whole(item.momentum)} of 100, where 50 is typical of its kind."
        if item.weeks:
            text += f" Its rank went from {whole(item.first)} to {whole(item.last)} in {len(item.weeks)} weeks."
        return escape(text)

    def item_updateddate(self, item: Riser) -> dt.datetime:
        """By the week: momentum moves a little with every generation, which nobody wants to hear of each hour."""
        return dt.datetime.combine(monday_of(timezone.now().date()), dt.time(), dt.UTC)

    def item_categories(self, item: Riser) -> list[Any]:
        return [item.kind]
