from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.syndication.views import Feed
from django.urls import reverse_lazy
from django.utils.feedgenerator import Atom1Feed

from catalog.models import Artifact


class NewArtifacts(Feed):
    """The artifacts published last, for feed readers."""

    feed_type = Atom1Feed
    title = "New in Unfragile"
    subtitle = "AI artifacts as they are published, and what they can do."
    link = reverse_lazy("catalog:artifact-list")

    def items(self) -> Any:
        return Artifact.objects.public().order_by("-published_at", "-id")[:30]

    def item_title(self, item: Artifact) -> str:
        return item.name[:300]

    def item_description(self, item: Artifact) -> str:
        return item.tagline

    def item_pubdate(self, item: Artifact) -> dt.datetime | None:
        return item.published_at

    def item_updateddate(self, item: Artifact) -> dt.datetime | None:
        return item.facts_changed_at or item.published_at

    def item_categories(self, item: Artifact) -> list[str]:
        return [item.kind]
