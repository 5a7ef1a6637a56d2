"""GET /api/v1/artifacts/<slug>/: all about one artifact, and what stands in the place of those that are not there."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from catalog.changes import change
from catalog.models import Alias, Contrast, Lineage
from catalog.publishing import rename_slug, withdraw
from tests.catalog.api.conftest import Get, make_generation, make_standing
from tests.factories import (
    make_artifact,
    make_capability,
    make_category,
    make_evidence,
    make_fact,
    make_offering,
    make_price,
    make_publisher,
    make_reading,
    make_source,
)

pytestmark = pytest.mark.django_db


def make_full(slug: str, parts: int = 1) -> None:
    """An artifact with some of everything, as one edit: each row apart would be one, with all that follows from it."""
    with change(why="A test."):
        _make_full(slug, parts)


def _make_full(slug: str, parts: int) -> None:
    publisher = make_publisher(name="Acme")
    artifact = make_artifact(
        slug=slug, publisher=publisher, licence="MIT", homepage="https://example.org/", categories=[make_category()]
    )
    other = make_artifact(slug=f"{slug}-base")
    Lineage.objects.create(artifact=artifact, relation="derived_from", parent=other)
    for _ in range(parts):
        source = make_source(publisher=publisher)
        offering = make_offering(
            artifact=artifact,
            capability=make_capability(),
            best_for=["long texts"],
            limitations=["no images"],
            failure_modes=[{"mode": "Invents.", "frequency": "rare", "mitigation": "Check."}],
        )
        make_evidence(offering=offering, source=source)
        Contrast.objects.create(offering=offering, artifact=other, text="Smaller.")
        make_price(artifact=artifact, source=source)
        make_reading(artifact=artifact, source=source)
        Alias.objects.create(slug=f"{slug}-alias-{source.pk}", artifact=artifact)
    source = make_source(slug=f"{slug}-card", title="The card", url=f"https://example.org/{slug}")
    make_fact(artifact=artifact, value=32_768, source=source, retrieved_on=dt.date(2026, 5, 31))
    make_fact(artifact=artifact, value=65_536)


def test_everything_is_there(get: Get) -> None:
    make_full("one")
    answer = get("/api/v1/artifacts/one/")
    assert answer["description"] == "It does *one* thing."
    assert answer["homepage"] == "https://example.org/"
    assert (
        len(answer["aliases"]) == len(answer["categories"]) == len(answer["offerings"]) == len(answer["readings"]) == 1
    )
    assert answer["best_for"] == ["long texts"]
    assert answer["good_for"] == "long texts"
    (fact,) = answer["facts"]
    assert (fact["name"], fact["value"], fact["unit"], fact["disputed"]) == ("context_window", 32_768, "tokens", True)
    assert fact["source"] == {
        "slug": "one-card", "title": "The card", "url": "https://example.org/one",
        "kind": "documentation", "publisher": "",
    }  # fmt: skip
    assert fact["retrieved_on"] == "2026-05-31"
    assert [other["value"] for other in fact["others"]] == [65_536]
    (offering,) = answer["offerings"]
    assert offering["confidence"]["level"] == "low"
    assert offering["confidence"]["reason"].startswith("Only its own publisher says so")
    assert offering["evidence"][0]["quote"] == "It does."
    assert offering["against"][0]["artifact"]["slug"] == "one-base"
    assert offering["failure_modes"] == [{"mode": "Invents.", "frequency": "rare", "mitigation": "Check."}]
    (price,) = answer["prices"]
    assert (price["amount"], price["per"], price["text"]) == ("2", 1_000_000, "$2.00 per 1M input tokens")
    assert answer["lineage"][0]["artifact"]["slug"] == "one-base"
    assert answer["sources"]


def test_the_numbers_are_those_of_the_page(get: Get, client: Client) -> None:
    make_full("one")
    answer, page = get("/api/v1/artifacts/one/"), client.get("/artifacts/one/").content.decode()
    assert answer["prices"][0]["text"] in page
    assert answer["offerings"][0]["confidence"]["reason"] in page
    assert answer["facts"][0]["text"] in page


def test_components_come_with_the_rank(get: Get) -> None:
    artifact = make_artifact(slug="one")
    make_standing(make_generation(3), artifact, 61.0)
    answer = get("/api/v1/artifacts/one/")
    assert answer["rank"]["generation"] == 3
    assert answer["components"] == {
        "adoption": 60.0,
        "quality": None,
        "ecosystem": None,
        "match": None,
        "freshness": None,
    }


def test_fields_leave_out_the_rest_and_its_queries(client: Client, django_assert_num_queries: Any) -> None:
    make_full("one")
    with django_assert_num_queries(2):
        answer = client.get("/api/v1/artifacts/one/?fields=slug,homepage,aliases").json()
    assert set(answer) == {"slug", "homepage", "aliases"}
    assert set(client.get("/api/v1/artifacts/one/?fields=facts").json()) == {"facts"}
    response = client.get("/api/v1/artifacts/one/?fields=secret")
    assert (response.status_code, list(response.json()["errors"])) == (400, ["fields"])
    assert list(client.get("/api/v1/artifacts/one/?kind=model").json()["errors"]) == ["kind"]


def test_a_former_slug_redirects_for_good(client: Client) -> None:
    artifact = make_artifact(slug="before")
    rename_slug(artifact, "after")
    response = client.get("/api/v1/artifacts/before/?fields=slug")
    assert (response.status_code, response["Location"]) == (301, "/api/v1/artifacts/after/?fields=slug")
    assert client.get(response["Location"]).json() == {"slug": "after"}


def test_what_was_withdrawn_is_gone_with_its_reason(client: Client) -> None:
    withdraw(make_artifact(slug="gone"), reason="Its maker asked for it.")
    response = client.get("/api/v1/artifacts/gone/")
    assert (response.status_code, response["Content-Type"]) == (410, "application/problem+json")
    answer = response.json()
    assert answer["type"].endswith("/docs/api/#error-gone")
    assert (answer["status"], answer["slug"], answer["reason"]) == (410, "gone", "Its maker asked for it.")
    assert "Its maker asked for it." in answer["detail"]


@pytest.mark.parametrize("slug", ["nothing", "draft", "hidden-alias"])
def test_what_nobody_may_see_is_not_found(client: Client, slug: str) -> None:
    draft = make_artifact(slug="draft", lifecycle="draft", published_at=None)
    Alias.objects.create(slug="hidden-alias", artifact=draft)
    response = client.get(f"/api/v1/artifacts/{slug}/")
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")
    assert slug in response.json()["detail"]


@pytest.mark.parametrize("path", ["UPPER/", "a_b/", "%00/", "x" * 200 + "/", "a/b/"])
def test_what_cannot_be_a_slug_is_not_found(client: Client, path: str) -> None:
    response = client.get(f"/api/v1/artifacts/{path}")
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")


def test_queries_do_not_grow_with_the_artifact(client: Client, django_assert_max_num_queries: Any) -> None:
    make_full("small", 1)
    make_full("large", 9)
    client.get("/api/v1/capabilities/")  # fills the process's copy of the columns
    for slug in ("small", "large"):
        with django_assert_max_num_queries(12):
            assert client.get(f"/api/v1/artifacts/{slug}/").status_code == 200
