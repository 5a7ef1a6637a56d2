"""The Atom feed of what rises: what the page of Rising says, for feed readers."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from django.conf import settings
from django.test import Client

from catalog.publishing import withdraw
from ranking.models import Breakdown
from tests.ranking.pages.conftest import Look
from tests.ranking.pages.evidence import World

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def entries(client: Client) -> list[dict[str, str]]:
    response = client.get("/rising/feed/")
    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/atom+xml")
    return [
        {child.tag.removeprefix(ATOM): child.text or child.get("href") or "" for child in entry}
        for entry in ET.fromstring(response.content).iter(f"{ATOM}entry")
    ]


def test_it_holds_what_the_page_holds_in_its_order(client: Client, look: Look, world: World) -> None:
    Breakdown.objects.filter(artifact=world.full).update(momentum=91.4)
    Breakdown.objects.filter(artifact=world.sparse).update(momentum=66.0)
    found = entries(client)
    names = [th.text for table in look("/rising/").all("table") for th in table.all("th", scope="row")]
    assert [entry["title"] for entry in found] == names
    assert found[0]["title"] == "Full"
    assert "Momentum 91 of 100, where 50 is typical" in found[0]["summary"]
    assert found[0]["link"] == found[0]["id"] == f"{settings.SITE_URL}/artifacts/full/rank/"


def test_what_is_withdrawn_is_not_in_it(client: Client, world: World) -> None:
    Breakdown.objects.filter(artifact=world.full).update(momentum=91.4)
    withdraw(world.full, reason="Gone.")
    assert "Full" not in {entry["title"] for entry in entries(client)}


def test_an_entry_is_dated_by_the_week(client: Client, world: World) -> None:
    """Readers are not told of each of them every hour."""
    Breakdown.objects.filter(artifact=world.full).update(momentum=91.4)
    assert {entry["updated"][10:] for entry in entries(client)} == {"T00:00:00+00:00"}


def test_before_there_are_ranks_it_is_empty(client: Client) -> None:
    assert entries(client) == []


def test_the_page_names_it_in_its_head(look: Look, world: World) -> None:
    page = look("/rising/")
    feeds = [link["href"] for link in page.all("link", rel="alternate", type="application/atom+xml")]
    assert feeds == ["/feeds/new.xml", "/rising/feed/"]
    assert "/rising/feed/" in page.main.hrefs()
