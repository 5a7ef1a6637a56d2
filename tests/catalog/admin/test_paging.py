"""The desk's lists never count a whole table, and yet lead to each of its rows."""

from __future__ import annotations

import re

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.admin import paging
from catalog.models import Artifact
from tests.cast import erin
from tests.factories import make_artifact

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A desk whose lists have three rows a page and count to six."""
    monkeypatch.setattr(paging, "MOST", 6)
    monkeypatch.setattr(paging.Paged, "list_per_page", 3)
    client.force_login(erin())
    return client


def names(page: str) -> list[str]:
    return re.findall(r"(Heron \d+)</a>", page)


def test_a_long_list_says_that_there_are_more_than_it_counted(desk: Client) -> None:
    for number in range(10, 22):
        make_artifact(name=f"Heron {number}")
    page = desk.get("/admin/catalog/artifact/").content.decode()
    assert "6+ artifacts" in page
    assert "All 6+ selected" in page


def test_a_short_list_says_how_many_there_are(desk: Client) -> None:
    for number in range(10, 16):
        make_artifact(name=f"Heron {number}")
    page = desk.get("/admin/catalog/artifact/").content.decode()
    assert "6 artifacts" in page
    assert "6+" not in page


def test_from_each_page_one_goes_on_to_the_next_until_all_rows_were_shown(desk: Client) -> None:
    for number in range(10, 30):
        make_artifact(name=f"Heron {number}")
    seen: list[str] = []
    number = 1
    while number:
        page = desk.get(f"/admin/catalog/artifact/?p={number}").content.decode()
        seen += names(page)
        number = number + 1 if f"?p={number + 1}" in page else 0
    assert seen == [f"Heron {number}" for number in range(10, 30)]


@pytest.mark.parametrize("asked", ["0", "-1", "99999999999", "x", "²"])
def test_a_page_that_is_not_there_is_no_error(desk: Client, asked: str) -> None:
    make_artifact()
    assert desk.get("/admin/catalog/artifact/", {"p": asked}, follow=True).status_code == 200


def test_no_list_of_the_catalog_counts_a_table(desk: Client) -> None:
    make_artifact()
    lists = [model._meta.model_name for model in admin.site._registry if model._meta.app_label == "catalog"]
    assert Artifact._meta.model_name in lists
    for name in lists:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert desk.get(f"/admin/catalog/{name}/").status_code == 200
        counts = [query["sql"] for query in caught if "COUNT(" in query["sql"] and "LIMIT" not in query["sql"]]
        assert counts == [], name


def test_words_offered_while_typing_go_on_page_by_page(desk: Client) -> None:
    for number in range(10, 40):
        make_artifact(name=f"Heron {number}")
    asked = {"app_label": "catalog", "model_name": "fact", "field_name": "artifact", "term": "heron"}
    first = desk.get("/admin/autocomplete/", asked).json()
    assert first["pagination"]["more"]
    second = desk.get("/admin/autocomplete/", asked | {"page": "2"}).json()
    assert len(first["results"]) + len(second["results"]) == 30
