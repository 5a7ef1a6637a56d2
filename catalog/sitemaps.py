from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.urls import reverse

from catalog.kinds import KINDS
from catalog.models import Artifact, Capability, Category


class CanonicalSitemap(Sitemap):
    """Names the addresses that the pages call their own, whatever host was asked."""

    def get_domain(self, site: Any = None) -> str:
        return urlsplit(settings.SITE_URL).netloc

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.SITE_URL).scheme


class ArtifactSitemap(CanonicalSitemap):
    limit = 5_000

    def items(self) -> QuerySet[Artifact]:
        return Artifact.objects.public().only("slug", "facts_changed_at").order_by("id")

    def lastmod(self, item: Artifact) -> dt.datetime | None:
        return item.facts_changed_at


class CapabilitySitemap(CanonicalSitemap):
    limit = 5_000

    def items(self) -> QuerySet[Capability]:
        return Capability.objects.live().only("slug").order_by("id")


class CategorySitemap(CanonicalSitemap):
    def items(self) -> QuerySet[Category]:
        return Category.objects.only("slug").order_by("id")


class PageSitemap(CanonicalSitemap):
    """Pages that are not rows."""

    def items(self) -> list[tuple[str, list[str]]]:
        plain = ("home", "artifact-list", "capability-list", "category-list", "kind-list")
        return [(f"catalog:{name}", []) for name in plain] + [("catalog:kind-detail", [kind]) for kind in KINDS]

    def location(self, item: tuple[str, list[str]]) -> str:
        return reverse(item[0], args=item[1])


SITEMAPS = {
    "artifacts": ArtifactSitemap,
    "capabilities": CapabilitySitemap,
    "categories": CategorySitemap,
    "pages": PageSitemap,
}
