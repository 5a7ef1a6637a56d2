"""ETag, 304 and kept answers: nobody is sent twice what has not changed, and nothing stale is ever sent."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from catalog.models import Artifact
from tests.catalog.api.conftest import Get, make_generation
from tests.factories import make_artifact, make_capability, make_category

pytestmark = pytest.mark.django_db
LIST = "/api/v1/artifacts/"
NOON = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)
ADDRESSES = [
    LIST,
    "/api/v1/artifacts/one/",
    "/api/v1/capabilities/",
    "/api/v1/capabilities/code/",
    "/api/v1/categories/",
    "/api/v1/kinds/",
    "/api/v1/schema/",
]


@pytest.fixture(autouse=True)
def rows() -> None:
    make_artifact(slug="one")
    make_capability(slug="code")
    make_category()


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_can_be_asked_for_again(client: Client, address: str) -> None:
    first = client.get(address)
    assert first.status_code == 200
    assert first["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert first["Vary"] == "Accept, Authorization"
    for sent in (first["ETag"], f"W/{first['ETag']}", f'"other", {first["ETag"]}', "*"):
        again = client.get(address, headers={"If-None-Match": sent})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"]), sent
        assert "Content-Type" not in again
    assert client.get(address, headers={"If-None-Match": '"other"'}).content == first.content
    assert client.head(address)["ETag"] == first["ETag"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_is_current_or_kept_costs_one_query(client: Client, address: str, django_assert_num_queries: Any) -> None:
    etag = client.get(address)["ETag"]
    with django_assert_num_queries(1):
        kept = client.get(address)
    assert kept["ETag"] == etag
    with django_assert_num_queries(1):
        assert client.get(address, headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("status", [200, 304])
def test_a_kept_answer_has_the_headers_of_one_that_is_made(client: Client, address: str, status: int) -> None:
    """It is handed out before the framework has seen the request; any other Accept goes the long way."""
    tag = {"If-None-Match": client.get(address)["ETag"]} if status == 304 else {}
    long = client.get(address, headers={"Accept": "application/json, */*;q=0.5", **tag})
    short = client.get(address, headers=tag)
    assert short.status_code == long.status_code == status
    assert short["RateLimit"] != long["RateLimit"], "both are counted"
    own = {"X-Request-ID", "RateLimit"}
    assert {k: v for k, v in short.items() if k not in own} == {k: v for k, v in long.items() if k not in own}
    assert short.content == long.content


def test_an_edit_shows_at_once(client: Client, get: Get) -> None:
    before = client.get(LIST)
    artifact = Artifact.objects.get(slug="one")
    artifact.name = "Another name"
    artifact.save()
    after = client.get(LIST, headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert after["ETag"] != before["ETag"]
    assert after.json()["results"][0]["name"] == "Another name"


def test_new_ranks_show_at_once(client: Client) -> None:
    before = client.get(LIST)["ETag"]
    make_generation(1)
    assert client.get(LIST)["ETag"] != before


def test_each_address_and_host_has_its_own(client: Client, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "other.example"]
    tags = {client.get(address)["ETag"] for address in (LIST, f"{LIST}?limit=5", f"{LIST}?fields=slug")}
    other = client.get(LIST, headers={"Host": "other.example"})
    assert len(tags | {other["ETag"]}) == 4
    assert other.json()["results"][0]["url"].startswith("http://other.example/")


@pytest.mark.parametrize("address", [LIST, "/api/v1/artifacts/one/", f"{LIST}?verified=true"])
def test_a_badge_lapses_by_itself(client: Client, address: str) -> None:
    """No change of the catalog marks that moment: neither a kept answer nor a 304 may outlive it."""
    with time_machine.travel(NOON, tick=False):
        Artifact.objects.update(verified_until=timezone.now() + dt.timedelta(seconds=90))
        first = client.get(address)
        assert b'"verified":true' in first.content
    with time_machine.travel(NOON + dt.timedelta(seconds=60), tick=False):
        assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304
    with time_machine.travel(NOON + dt.timedelta(seconds=91), tick=False):
        after = client.get(address, headers={"If-None-Match": first["ETag"]})
        assert after.status_code == 200
        assert b'"verified":true' not in after.content


def test_a_new_day_makes_a_new_answer(client: Client) -> None:
    """Confidence and current prices depend on the day."""
    with time_machine.travel(NOON, tick=False):
        first = client.get(LIST)["ETag"]
    with time_machine.travel(NOON + dt.timedelta(days=1), tick=False):
        assert client.get(LIST, headers={"If-None-Match": first}).status_code == 200


def test_errors_are_never_kept(client: Client) -> None:
    response = client.get("/api/v1/artifacts/two/")
    assert (response.status_code, response["Cache-Control"], "ETag" in response) == (404, "no-store", False)
    make_artifact(slug="two")
    assert client.get("/api/v1/artifacts/two/").status_code == 200


def test_a_cache_that_is_away_costs_time_and_nothing_else(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*args: Any, **kwargs: Any) -> None:
        raise ConnectionError("no cache")

    for name in ("get", "set", "add", "incr", "get_or_set"):
        monkeypatch.setattr(cache, name, away)
    assert client.get(LIST).status_code == 200


def test_pages_elsewhere_may_read(client: Client) -> None:
    response = client.get(LIST, headers={"Origin": "https://elsewhere.example"})
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "RateLimit" in response["Access-Control-Expose-Headers"]
    preflight = client.options(LIST, headers={"Origin": "https://elsewhere.example"})
    assert (preflight.status_code, preflight["Access-Control-Allow-Origin"]) == (204, "*")
    assert "If-None-Match" in preflight["Access-Control-Allow-Headers"]
    assert "Set-Cookie" not in response
