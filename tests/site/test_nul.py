"""The one character that PostgreSQL keeps nowhere is refused, or found nowhere, wherever somebody may put it."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from catalog.filters import ArtifactFilterSet

pytestmark = pytest.mark.django_db
ASKED = [
    (path, sorted(one["name"] for one in operations["get"].get("parameters", ()) if one["in"] == "query"))
    for path, operations in SchemaGenerator().get_schema(request=None, public=True)["paths"].items()
    if "get" in operations and "{" not in path and "/me/" not in path
]
PAGES = (
    "/", "/artifacts/", "/capabilities/", "/categories/", "/kinds/", "/leaderboards/", "/rising/", "/intents/",
    "/wanted/", "/methodology/", "/search/", "/search/suggestions/", "/compare/", "/report/", "/accounts/login/",
)  # fmt: skip
NAMES = (
    *ArtifactFilterSet.base_filters, "q", "at", "page", "cursor", "artifact", "artifacts", "with", "without", "about",
    "row", "of", "section", "next", "sort", "require", "license",
)  # fmt: skip


@pytest.mark.parametrize(("path", "names"), [(path, names) for path, names in ASKED if names])
@pytest.mark.parametrize("value", ["\0", "a\0b"])
def test_the_api_refuses_it_in_every_parameter(client: Client, path: str, names: list[str], value: str) -> None:
    for name in names:
        answer = client.get(f"{path}?{urlencode({name: value})}")
        assert answer.status_code == 400, name
        assert answer["Content-Type"].startswith("application/problem+json")


@pytest.mark.parametrize("path", PAGES)
def test_pages_find_nothing_by_it(client: Client, path: str) -> None:
    assert client.get(path).status_code == 200
    for name in dict.fromkeys(NAMES):
        assert client.get(f"{path}?{urlencode({name: f'a{chr(0)}b'})}").status_code < 500, name


@pytest.mark.parametrize("path", ["/artifacts/a\0b/", "/capabilities/a\0b/", "/compare/a\0-vs-b/", "/a\0b"])
def test_there_is_no_page_of_that_name(client: Client, path: str) -> None:
    assert client.get(path.replace("\0", "%00")).status_code in (400, 404)
