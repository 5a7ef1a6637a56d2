"""GET /api/v1/capabilities/, /categories/ and /kinds/."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from catalog.choices import Kind
from catalog.models import Synonym
from catalog.vocabulary import merge
from tests.catalog.api.conftest import Get, slugs, walk
from tests.factories import make_artifact, make_capability, make_category, make_offering

pytestmark = pytest.mark.django_db


def test_a_capability_says_what_it_is_and_who_has_it(get: Get) -> None:
    text = make_capability(slug="text", key="text.generation", name="Text generation")
    summary = make_capability(
        slug="summary", key="text.summary", name="Summary", broader=text, description="Makes it short."
    )
    Synonym.objects.create(capability=summary, text="tl;dr")
    make_offering(capability=summary)
    make_offering(capability=summary, artifact=make_artifact(lifecycle="draft", published_at=None))
    assert get("/api/v1/capabilities/summary/") == {
        "slug": "summary",
        "key": "text.summary",
        "uri": "capability://text.summary",
        "name": "Summary",
        "group": "text",
        "description": "Makes it short.",
        "synonyms": ["tl;dr"],
        "broader": {"slug": "text", "name": "Text generation", "url": "http://testserver/capabilities/text/"},
        "artifact_count": 1,
        "url": "http://testserver/capabilities/summary/",
        "artifacts": "http://testserver/api/v1/artifacts/?capability=summary",
        "narrower": [],
    }
    assert [child["slug"] for child in get("/api/v1/capabilities/text/")["narrower"]] == ["summary"]
    assert get("/api/v1/capabilities/text/?fields=slug,narrower")["narrower"][0]["artifact_count"] == 1
    assert len(get(get("/api/v1/capabilities/summary/")["artifacts"])["results"]) == 1


def test_the_vocabulary_is_listed_by_name_without_what_was_merged(get: Get, client: Client) -> None:
    for slug in ("c", "a", "b"):
        make_capability(slug=slug, name=slug)
    merge(make_capability(slug="z", key="test.z", name="z"), into=make_capability(slug="d", name="d"), why="The same.")
    pages = walk(get, "/api/v1/capabilities/?limit=3&fields=slug")
    assert [row["slug"] for page in pages for row in page] == ["a", "b", "c", "d"]
    response = client.get("/api/v1/capabilities/z/?fields=slug")
    assert (response.status_code, response["Location"]) == (301, "/api/v1/capabilities/d/?fields=slug")


def test_categories_count_what_is_public(get: Get) -> None:
    shelf = make_category(slug="open", name="Open weights", description="One can download them.")
    make_category(slug="bare", name="Bare")
    make_artifact(categories=[shelf])
    make_artifact(categories=[shelf], lifecycle="draft", published_at=None)
    bare, full = get("/api/v1/categories/")["results"]
    assert (bare["slug"], bare["artifact_count"]) == ("bare", 0)
    assert full == {
        "slug": "open",
        "name": "Open weights",
        "description": "One can download them.",
        "artifact_count": 1,
        "url": "http://testserver/categories/open/",
        "artifacts": "http://testserver/api/v1/artifacts/?category=open",
    }
    assert slugs(get("/api/v1/categories/?limit=1")) == ["bare"]


def test_kinds_are_all_there_on_one_page(get: Get) -> None:
    make_artifact(kind="mcp")
    answer = get("/api/v1/kinds/")
    assert (answer["next"], answer["previous"]) == (None, None)
    kinds = {kind["kind"]: kind for kind in answer["results"]}
    assert set(kinds) == set(Kind.values)
    assert (kinds["mcp"]["count"], kinds["model"]["count"]) == (1, 0)
    assert (kinds["mcp"]["label"], kinds["mcp"]["plural"]) == ("MCP server", "MCP servers")
    assert kinds["mcp"]["sentence"].endswith(".")
    assert {"name": "tool_count", "label": "Tools", "type": "integer", "unit": "tools", "help": ""} in kinds["mcp"][
        "facts"
    ]


@pytest.mark.parametrize(
    "address", ["/api/v1/capabilities/nothing/", "/api/v1/categories/nothing/", "/api/v1/kinds/model/"]
)
def test_what_is_not_there_is_not_found(client: Client, address: str) -> None:
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("name", ["capabilities", "categories", "kinds"])
def test_unknown_parameters_are_named(client: Client, name: str) -> None:
    response = client.get(f"/api/v1/{name}/?colour=red&fields=secret")
    assert (response.status_code, set(response.json()["errors"])) == (400, {"colour", "fields"})


@pytest.mark.parametrize("name", ["capabilities", "categories", "kinds"])
def test_queries_do_not_grow(client: Client, django_assert_max_num_queries: Any, name: str) -> None:
    for count in (1, 9):
        for _ in range(count):
            broader = make_capability()
            Synonym.objects.create(capability=broader, text=f"word {broader.pk}")
            make_capability(broader=broader)
            make_category()
        client.get("/api/v1/kinds/?fields=count")  # brings the process's copy of the columns up to date
        with django_assert_max_num_queries(5):
            assert client.get(f"/api/v1/{name}/").status_code == 200
