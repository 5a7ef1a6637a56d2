"""The sitemap: every public page once, at its canonical address."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from django.conf import settings
from django.test import Client

from catalog.choices import Kind
from tests.catalog.pages.conftest import Look
from tests.catalog.pages.shelves import PAGES, Shelves, addresses

pytestmark = pytest.mark.django_db
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def places(client: Client) -> list[str]:
    """All pages of all sections, as search engines come by them: through the index."""
    index = ET.fromstring(client.get("/sitemap.xml").content)
    found = []
    for section in index.iter(f"{MAP}loc"):
        path = "/" + (section.text or "").split("/", 3)[3]
        found += [loc.text or "" for loc in ET.fromstring(client.get(path).content).iter(f"{MAP}loc")]
    return found


def test_every_public_page_is_in_it_once_at_its_canonical_address(client: Client, shelves: Shelves) -> None:
    found = places(client)
    assert sorted(set(found)) == sorted(found)
    expected = {
        *(f"/artifacts/{slug}/" for slug in ("full", "rival", "base", "sparse")),
        *(f"/capabilities/{slug}/" for slug in ("summarisation", "text-generation")),
        *(f"/kinds/{kind}/" for kind in Kind.values),
        "/", "/artifacts/", "/capabilities/", "/categories/", "/categories/text-models/", "/kinds/",
    }  # fmt: skip
    assert set(found) == {f"{settings.SITE_URL}{path}" for path in expected}


def test_pages_call_themselves_what_the_sitemap_calls_them(look: Look, client: Client, shelves: Shelves) -> None:
    """But for what depends on another page, such as its alternatives and changes; ranks have a sitemap of their own."""
    where = addresses(shelves)
    listed = set(places(client))
    for name in PAGES:
        if name not in ("artifact-alternatives", "artifact-changes", "source-detail") and ":" not in name:
            assert look(where[name]).canonical in listed


def test_an_artifact_says_when_it_last_changed(client: Client, shelves: Shelves) -> None:
    root = ET.fromstring(client.get("/sitemap-artifacts.xml").content)
    assert {date.text for date in root.iter(f"{MAP}lastmod")} == {shelves.full.created_at.date().isoformat()}


def test_an_unknown_section_is_404(client: Client, db: None) -> None:
    assert client.get("/sitemap-nothing.xml").status_code == 404
