"""The sitemap of pages about ranks."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from catalog.kinds import KINDS
from catalog.models import Standing
from ranking import generations
from tests.ranking.pages.evidence import World

pytestmark = pytest.mark.django_db


def places(client: Client) -> list[str]:
    root = ET.fromstring(client.get("/ranks-sitemap.xml").content)
    return [loc.text or "" for loc in root.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]


def test_it_names_leaderboards_and_the_pages_of_what_is_ranked_once_each(client: Client, world: World) -> None:
    generations.build(now=timezone.now())  # a second one: nothing stands twice
    slugs = Standing.objects.filter(generation=world.standing(world.full).generation).values_list(
        "artifact__slug", flat=True
    )
    paths = [
        *(f"/artifacts/{slug}/rank/" for slug in slugs),
        *(f"/kinds/{kind}/leaderboard/" for kind in KINDS),
        "/leaderboards/",
        "/compare/",
        "/rising/",
        "/methodology/",
    ]
    assert sorted(places(client)) == sorted(f"{settings.SITE_URL}{path}" for path in paths)
    assert "bare" not in slugs


def test_crawlers_are_told_of_it(client: Client, db: None) -> None:
    assert f"Sitemap: {settings.SITE_URL}/ranks-sitemap.xml" in client.get("/robots.txt").content.decode().splitlines()
    assert len(places(client)) == 4 + len(KINDS)
