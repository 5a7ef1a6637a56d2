from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape

from catalog.models import Artifact

#: XML 1.0 cannot hold these, not even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def told(text: str) -> str:
    """As XML can hold it."""
    return _FORBIDDEN.sub("", text)


class NewArtifacts(Feed):
    """The artifacts published last, for feed readers. Links are the canonical ones, whatever host was asked."""

    feed_type = Atom1Feed
    title = "New in Unfragile"
    subtitle = "AI artifacts as they are published, and what they can do."

    def link(self) -> str:
        return f"{settings.SITE_URL}{reverse('catalog:artifact-list')}"

    def feed_url(self) -> str:
        return f"{settings.SITE_URL}{reverse('catalog:feed')}"

    def item_link(self, item: Artifact) -> str:
        return f"{settings.SITE_URL}{item.get_absolute_url()}"

    def items(self) -> Any:
        return Artifact.objects.public().order_by("-published_at", "-id")[:30]

    def item_title(self, item: Artifact) -> str:
        return told(item.name[:300])

    def item_description(self, item: Artifact) -> str:
        # The generator declares summaries to be HTML.
        return escape(told(item.tagline))

    def item_pubdate(self, item: Artifact) -> dt.datetime | None:
        return item.published_at

    def item_updateddate(self, item: Artifact) -> dt.datetime | None:
        return item.facts_changed_at or item.published_at

    def item_categories(self, item: Artifact) -> list[str]:
        return [item.kind]
