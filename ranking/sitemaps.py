"""The pages about ranks, for crawlers: one sitemap beside the catalog's index, named in robots.txt."""

from __future__ import annotations

from django.contrib.sitemaps import Sitemap
from django.db.models import F
from django.urls import reverse

from catalog.choices import PUBLIC_LIFECYCLES
from catalog.kinds import KINDS
from catalog.models import Artifact, CatalogState, Related
from catalog.sitemaps import CanonicalSitemap
from ranking.comparison.key import key_of

#: With so many of its nearest each artifact is compared.
NEAREST = 3


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


class ComparisonSitemap(CanonicalSitemap):
    """Where comparisons are put together, and those of artifacts of one kind that share something."""

    limit = 20_000

    def items(self) -> list[str]:
        near = (
            Related.objects.filter(
                is_alternative=True,
                position__lt=NEAREST,
                shared_count__gte=1,
                artifact__kind=F("other__kind"),
                artifact__lifecycle__in=PUBLIC_LIFECYCLES,
                other__lifecycle__in=PUBLIC_LIFECYCLES,
            )
            .order_by("position", "pk")
            .values_list("artifact__slug", "other__slug")[: self.limit]
        )
        return ["", *dict.fromkeys(key_of(pair) for pair in near)]  # each pair stands there from both sides

    def location(self, item: str) -> str:
        return reverse("ranking:comparison", args=[item]) if item else reverse("ranking:comparison-picker")


SITEMAPS: dict[str, type[Sitemap]] = {"ranks": RankSitemap, "comparisons": ComparisonSitemap}
