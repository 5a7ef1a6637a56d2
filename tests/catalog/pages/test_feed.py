"""The Atom feed of what was published last."""

from __future__ import annotations

import datetime as dt
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from catalog.publishing import withdraw
from tests.catalog.pages.shelves import Shelves
from tests.factories import make_artifact

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def entries(client: Client) -> list[dict[str, Any]]:
    response = client.get("/feeds/new.xml")
    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/atom+xml")
    found = []
    for entry in ET.fromstring(response.content).iter(f"{ATOM}entry"):
        link = entry.find(f"{ATOM}link")
        assert link is not None
        found.append({child.tag.removeprefix(ATOM): child.text for child in entry} | {"href": link.get("href")})
    return found


def test_the_newest_come_first_with_their_tagline_and_date(client: Client, shelves: Shelves) -> None:
    at = timezone.now() + dt.timedelta(minutes=1)
    make_artifact(slug="newest", name="Newest", tagline="Just out", published_at=at)
    newest = entries(client)[0]
    assert (newest["title"], newest["summary"]) == ("Newest", "Just out")
    assert newest["published"] == at.isoformat()


def test_links_lead_to_the_address_readers_know(client: Client, shelves: Shelves) -> None:
    """Whatever host the feed was asked at: links and ids outlive it."""
    for entry in entries(client):
        assert entry["href"].startswith(f"{settings.SITE_URL}/artifacts/")
        assert entry["id"] == entry["href"]


def test_drafts_and_withdrawn_ones_are_not_in_it(client: Client, shelves: Shelves) -> None:
    assert {entry["title"] for entry in entries(client)} == {"Full", "Rival", "Base", "Sparse"}
    withdraw(shelves.rival, reason="Gone.")
    assert "Rival" not in {entry["title"] for entry in entries(client)}


def test_it_ends_after_thirty(client: Client, db: None) -> None:
    for _ in range(31):
        make_artifact()
    assert len(entries(client)) == 30


def test_an_empty_catalog_has_an_empty_feed(client: Client, db: None) -> None:
    assert entries(client) == []
