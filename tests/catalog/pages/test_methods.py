"""Public pages are read: GET and HEAD answer, nothing else does, and neither writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from tests.catalog.pages.shelves import PAGES
from tests.factories import make_artifact

pytestmark = pytest.mark.django_db
FILES = {"feed": "/feeds/new.xml", "sitemap": "/sitemap.xml", "sitemap-section": "/sitemap-artifacts.xml"}


@pytest.fixture
def everywhere(where: dict[str, str]) -> dict[str, str]:
    return where | FILES


@pytest.mark.parametrize("name", [*PAGES, *FILES])
def test_head_answers_like_get_without_a_body(client: Client, everywhere: dict[str, str], name: str) -> None:
    head = client.head(everywhere[name])
    assert (head.status_code, head.content) == (200, b"")
    cache.clear()
    get = client.get(everywhere[name])
    assert head.get("ETag") == get.get("ETag")
    assert head["Content-Type"] == get["Content-Type"]


@pytest.mark.parametrize("name", FILES)
def test_whoever_has_a_file_takes_no_second_copy(client: Client, everywhere: dict[str, str], name: str) -> None:
    tag = client.get(everywhere[name])["ETag"]
    again = client.get(everywhere[name], headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    make_artifact()
    if name != "sitemap":  # the index names its sections, which stay the same
        assert client.get(everywhere[name], headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("name", PAGES)
def test_a_post_hears_that_it_is_not_allowed(everywhere: dict[str, str], name: str) -> None:
    """And not that it lacks a token, which would let it try again."""
    assert Client(enforce_csrf_checks=True).post(everywhere[name]).status_code == 405


@pytest.mark.parametrize("name", PAGES)
def test_a_page_first_asked_for_by_head_is_kept_whole(client: Client, everywhere: dict[str, str], name: str) -> None:
    client.head(everywhere[name])
    assert b"</html>" in client.get(everywhere[name]).content


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("name", [*PAGES, *FILES])
def test_no_other_method_is_allowed(client: Client, everywhere: dict[str, str], name: str, method: str) -> None:
    response = getattr(client, method)(everywhere[name])
    assert response.status_code == 405
    assert set(response["Allow"].split(", ")) >= {"GET", "HEAD"}


@pytest.mark.parametrize("name", [*PAGES, *FILES])
def test_reading_writes_nothing(client: Client, everywhere: dict[str, str], name: str) -> None:
    written: list[str] = []

    def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if (
            not sql.lstrip("( ")
            .upper()
            .startswith(("SELECT", "WITH", "EXPLAIN", "SAVEPOINT", "RELEASE", "ROLLBACK TO"))
        ):
            written.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        for address in (everywhere[name], everywhere[name] + "?kind=nothing&q=x&page=2"):
            response = client.get(address)
            client.head(address)
            assert response.cookies == {}
    assert written == []
