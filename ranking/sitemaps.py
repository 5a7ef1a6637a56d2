"""The pages about ranks, for crawlers: one sitemap beside the catalog's index, named in robots.txt."""

from __future__ import annotations

from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from catalog.kinds import KINDS
from catalog.models import Artifact, CatalogState
from catalog.sitemaps import CanonicalSitemap


class RankSitemap(CanonicalSitemap):
    """Leaderboards, and the rank pages of those that are ranked, the best first."""

    limit = 20_000

    def items(self) -> list[tuple[str, list[str]]]:
        live = CatalogState.objects.values_list("live_generation_id", flat=True).filter(pk=1).first()
        ranked = Artifact.objects.public().filter(standings__generation=live) if live else Artifact.objects.none()
        slugs = ranked.order_by("-standings__low", "pk").values_list("slug", flat=True)[: self.limit]
        pages: list[tuple[str, list[str]]] = [("leaderboard-list", []), ("rising", []), ("methodology", [])]
        pages += [("kind-leaderboard", [kind]) for kind in KINDS]
        return pages + [("rank-detail", [slug]) for slug in slugs]

    def location(self, item: tuple[str, list[str]]) -> str:
        return reverse(f"ranking:{item[0]}", args=item[1])


SITEMAPS: dict[str, type[Sitemap]] = {"ranks": RankSitemap}
