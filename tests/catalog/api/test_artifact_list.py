"""GET /api/v1/artifacts/: rows, filters, orders, and what it refuses."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.conf import settings as site
from django.test import Client
from django.utils import timezone

from catalog.models import Artifact
from catalog.publishing import deprecate, withdraw
from tests.catalog.api.conftest import Get, make_generation, make_standing, slugs
from tests.factories import (
    make_artifact,
    make_capability,
    make_category,
    make_fact,
    make_offering,
    make_price,
    make_publisher,
)

pytestmark = pytest.mark.django_db
LIST = "/api/v1/artifacts/"


def test_a_row_has_what_clients_rely_on(get: Get) -> None:
    publisher = make_publisher(slug="acme", name="Acme")
    artifact = make_artifact(slug="one", name="One", publisher=publisher, licence="Apache-2.0")
    make_price(artifact=artifact, amount="2.00", per=1_000_000)
    make_offering(artifact=artifact)
    make_fact(artifact=artifact)
    make_fact(artifact=artifact, value=64_000)
    (row,) = get(LIST)["results"]
    assert row["facts_changed_at"] is not None
    assert row["published_at"] is not None
    assert row == row | {
        "slug": "one",
        "name": "One",
        "kind": "model",
        "tagline": "Does one thing",
        "url": "http://testserver/artifacts/one/",
        "rank": None,
        "verified": False,
        "publisher": {"slug": "acme", "name": "Acme"},
        "licence": {"spdx": "Apache-2.0", "class": "permissive"},
        "price": {"text": "$2.00 per 1M input tokens", "class": "paid"},
        "lifecycle": "published",
        "offering_count": 1,
        "disputed_count": 1,
    }


def test_a_ranked_row_shows_the_live_standing(get: Get) -> None:
    artifact = make_artifact()
    make_standing(make_generation(6, live=False), artifact, 10.0)
    make_standing(make_generation(7), artifact, 57.5, percentile=80.0)
    (row,) = get(LIST)["results"]
    assert row["rank"] == {
        "score": 57.5, "low": 52.5, "high": 62.5, "percentile": 80.0, "coverage": 0.5, "generation": 7
    }  # fmt: skip


def test_only_what_is_public_is_listed(get: Get) -> None:
    make_artifact(slug="shown")
    deprecate(make_artifact(slug="old"))
    make_artifact(slug="draft", lifecycle="draft")
    withdraw(make_artifact(slug="gone"), reason="Its maker asked for it.")
    assert slugs(get(LIST)) == ["shown", "old"]


def test_filters_are_those_of_the_pages(get: Get) -> None:
    code, chat = make_capability(slug="code"), make_capability(slug="chat")
    shelf = make_category(slug="open")
    both = make_artifact(slug="both", tagline="Writes", kind="model", licence="MIT", categories=[shelf])
    one = make_artifact(slug="one", kind="dataset")
    make_offering(artifact=both, capability=code, input_types=["text"], output_types=["code"])
    make_offering(artifact=both, capability=chat)
    make_offering(artifact=one, capability=code, input_types=["image"])
    make_price(artifact=one, amount="0", meter="download", per=1)
    Artifact.objects.filter(pk=one.pk).update(verified_until=timezone.now() + dt.timedelta(days=1))
    expected = {
        "kind=model": ["both"],
        "kind=model&kind=dataset": ["both", "one"],
        "kind=model,dataset": ["both", "one"],
        "capability=code": ["both", "one"],
        "capability=code&capability=chat": ["both"],
        "category=open": ["both"],
        "licence=permissive": ["both"],
        "price=free": ["one"],
        "input=image": ["one"],
        "output=code": ["both"],
        "verified=true": ["one"],
        "verified=false": ["both"],
        "lifecycle=deprecated": [],
        "q=ONE": ["one"],
        "q=one thing": ["one"],
        "q=": ["both", "one"],
    }
    for query, found in expected.items():
        assert sorted(slugs(get(f"{LIST}?{query}"))) == found, query


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("kind=modell", "kind"),
        ("kind=", "kind"),
        ("capability=nothing", "capability"),
        ("category=nothing", "category"),
        ("verified=maybe", "verified"),
        ("verified=true&verified=false", "verified"),
        ("colour=red", "colour"),
        ("sort=best", "sort"),
        ("sort=", "sort"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=²", "limit"),
        ("limit=5&limit=6", "limit"),
        ("cursor=nonsense", "cursor"),
        ("fields=slug,secret", "fields"),
        ("fields=", "fields"),
        ("changed_since=yesterday", "changed_since"),
        ("changed_since=2026-02-30T00:00:00Z", "changed_since"),
        ("q=%00", "q"),
        (f"q={'x' * 201}", "q"),
        ("format=json", "format"),
    ],
)
def test_what_is_not_understood_is_named(client: Client, query: str, parameter: str) -> None:
    response = client.get(f"{LIST}?{query}")
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert list(response.json()["errors"]) == [parameter]


def test_all_mistakes_are_named_together(client: Client) -> None:
    response = client.get(f"{LIST}?colour=red&kind=modell&limit=0&sort=best&cursor=zz&fields=x&changed_since=x")
    assert set(response.json()["errors"]) == {"colour", "kind", "limit", "sort", "cursor", "fields", "changed_since"}


def test_fields_leave_out_the_rest(get: Get) -> None:
    make_artifact(slug="one")
    assert get(f"{LIST}?fields=slug,rank")["results"] == [{"slug": "one", "rank": None}]


def test_the_orders(get: Get) -> None:
    first = make_artifact(slug="b", name="Beta", published_at=timezone.now() - dt.timedelta(days=2))
    second = make_artifact(slug="a", name="alpha", published_at=timezone.now())
    third = make_artifact(slug="c", name="Ä", published_at=timezone.now() - dt.timedelta(days=1))
    first.tagline = "Changed last"
    first.save()
    assert slugs(get(f"{LIST}?sort=name")) == ["c", "a", "b"] == slugs(get(LIST))
    assert slugs(get(f"{LIST}?sort=new")) == ["a", "c", "b"]
    assert slugs(get(f"{LIST}?sort=changed")) == ["b", "c", "a"]
    generation = make_generation(1)
    make_standing(generation, first, 40.0, percentile=90.0)
    make_standing(generation, second, 70.0, percentile=10.0)
    assert slugs(get(f"{LIST}?sort=rank&kind=model")) == ["a", "b", "c"], "one kind: by the band's lower end"
    assert slugs(get(f"{LIST}?sort=rank")) == ["b", "a", "c"], "several kinds: by the percentile; unranked last"
    assert third.pk


def test_texts_are_data_and_nothing_else(get: Get) -> None:
    hostile = "<script>alert(1)</script> “𝕏” \u202eevil " + "x" * 9_000
    make_artifact(slug="odd", name=hostile)
    # But for what would turn the sentences around that a name stands in.
    assert get(LIST)["results"][0]["name"] == hostile.replace("\u202e", "")


@pytest.mark.parametrize("query", ["", "?kind=model&sort=rank", "?capability=one&category=one", "?sort=new&limit=3"])
def test_queries_do_not_grow_with_the_list(
    client: Client, django_assert_max_num_queries: Any, query: str, unlimited: None
) -> None:
    shelf, capability = make_category(slug="one"), make_capability(slug="one")
    generation = make_generation(1)

    def add(count: int) -> None:
        for _ in range(count):
            artifact = make_artifact(categories=[shelf], publisher=make_publisher())
            make_offering(artifact=artifact, capability=capability)
            make_price(artifact=artifact)
            make_standing(generation, artifact, 50.0, percentile=50.0)

    for count in (2, 20):
        add(count)
        with django_assert_max_num_queries(5):
            assert client.get(f"{LIST}{query}").status_code == 200


def test_a_page_has_fifty_unless_asked_otherwise(get: Get, unlimited: None) -> None:
    for _ in range(52):
        make_artifact()
    assert len(get(LIST)["results"]) == site.UNFRAGILE["API_PAGE_SIZE"] == 50
    assert len(get(f"{LIST}?limit=51")["results"]) == 51
