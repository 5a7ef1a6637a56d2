"""Kept pages: who gets one, what asks for a new one, and that none outlives an edit by any door."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog import vocabulary
from catalog.changes import change
from catalog.importers.run import import_from
from catalog.models import Artifact, Fact, Price
from catalog.publishing import deprecate, rename_slug, withdraw
from catalog.relating import relate
from tests.catalog.pages.shelves import PAGES, Shelves
from tests.factories import (
    make_alias,
    make_evidence,
    make_fact,
    make_generation,
    make_offering,
    make_price,
    make_standing,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", PAGES)
def test_a_current_copy_is_confirmed_with_304(client: Client, where: dict[str, str], name: str) -> None:
    first = client.get(where[name])
    assert first["Cache-Control"] == "public, no-cache"
    assert "Cookie" in first["Vary"]
    again = client.get(where[name], headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    assert again["Cache-Control"] == first["Cache-Control"]


@pytest.mark.parametrize("name", PAGES)
def test_a_kept_page_costs_one_query_and_is_the_same(client: Client, where: dict[str, str], name: str) -> None:
    first = client.get(where[name])
    with CaptureQueriesContext(
        connection,
    ) as queries:
        second = client.get(where[name])
    assert second.content == first.content
    assert second["Content-Type"] == first["Content-Type"]
    assert second["ETag"] == first["ETag"]
    assert len(queries) == 1


@pytest.mark.parametrize("name", PAGES)
def test_a_kept_page_has_the_headers_of_one_that_is_made(client: Client, where: dict[str, str], name: str) -> None:
    """It is handed out before most of the middleware has had its turn."""
    first, second = client.get(where[name]), client.get(where[name])
    own = {"X-Request-ID"}
    assert {k: v for k, v in second.items() if k not in own} == {k: v for k, v in first.items() if k not in own}
    assert {"Content-Security-Policy", "X-Frame-Options", "X-Content-Type-Options", *own} <= set(second.headers)


def test_tags_differ_from_page_to_page_and_query_to_query(client: Client, where: dict[str, str]) -> None:
    pages = [
        *where.values(),
        "/artifacts/?kind=model",
        "/artifacts/?kind=dataset",
        "/artifacts/?page=2",
        "/kinds/model/?sort=new",
    ]
    tags = [client.get(address)["ETag"] for address in pages]
    assert len(set(tags)) == len(tags)


def test_parameters_that_nobody_reads_make_no_further_copy(client: Client, where: dict[str, str]) -> None:
    """Else anybody could fill the cache with one page."""
    for address in ("/", "/artifacts/full/", "/artifacts/"):
        assert client.get(f"{address}?utm_source=mail&x=1")["ETag"] == client.get(address)["ETag"]


def test_another_pages_tag_confirms_nothing(client: Client, where: dict[str, str]) -> None:
    tag = client.get("/artifacts/full/")["ETag"]
    assert client.get("/artifacts/rival/", headers={"if-none-match": tag}).status_code == 200


def test_a_new_day_makes_new_pages(client: Client, shelves: Shelves) -> None:
    """Ages, prices that end, and what is chosen by the day."""
    with time_machine.travel("2026-06-01 23:59:50+00:00", tick=False):
        before = client.get("/")["ETag"]
    with time_machine.travel("2026-06-02 00:00:01+00:00", tick=False):
        assert client.get("/")["ETag"] != before


def test_a_reader_who_is_signed_in_gets_no_kept_copy_and_leaves_none(
    client: Client, where: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_in = Client()
    signed_in.force_login(User.objects.create_user("rui", password="a long passphrase"))
    kept: list[str] = []
    monkeypatch.setattr("catalog.views.caching.keep", lambda key, *rest: kept.append(key))
    for address in where.values():
        tag = client.get(address)["ETag"]
        kept.clear()
        response = signed_in.get(address, headers={"if-none-match": tag})
        assert response.status_code == 200
        assert response["Cache-Control"] == "private, no-cache"
        assert "ETag" not in response
        assert kept == []


def test_without_a_cache_pages_are_made_each_time(
    client: Client, where: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise ConnectionError("the cache is gone")

    monkeypatch.setattr(cache, "get", fail)
    monkeypatch.setattr(cache, "set", fail)
    assert client.get("/artifacts/full/").status_code == 200


# --- never stale ------------------------------------------------------------------------------------------------------


def save(row: object, **values: object) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.save()  # type: ignore[attr-defined]


def update_in_bulk(shelves: Shelves) -> None:
    with change(why="Rounded.") as it:
        Fact.objects.filter(artifact=shelves.full, name="architecture").update(value="Dense transformer")
        it.touch([shelves.full.pk])


def publish_ranks(shelves: Shelves) -> None:
    make_standing(artifact=shelves.full, generation=make_generation())


#: What is done -> the page it must be seen on.
EDITS: dict[str, tuple[Callable[[Shelves], object], str]] = {
    "an artifact is saved": (lambda s: save(s.full, tagline="Changed"), "/artifacts/full/"),
    "an artifact is saved, seen in the list": (lambda s: save(s.full, tagline="Changed"), "/artifacts/"),
    "an artifact is saved, seen at the front": (lambda s: save(s.full, tagline="Changed"), "/"),
    "an artifact is renamed, seen elsewhere": (lambda s: save(s.full, name="X"), "/artifacts/rival/alternatives/"),
    "a publisher is renamed": (lambda s: save(s.publisher, name="Changed"), "/artifacts/full/"),
    "a category is renamed": (lambda s: save(s.category, name="Changed"), "/categories/"),
    "a category is renamed, seen on an artifact": (lambda s: save(s.category, name="Changed"), "/artifacts/full/"),
    "a category is renamed, seen as facet": (lambda s: save(s.category, name="X"), "/artifacts/?category=text-models"),
    "a capability is renamed": (lambda s: save(s.capability, name="Changed"), "/capabilities/"),
    "a capability is renamed, seen in rows": (lambda s: save(s.capability, name="Changed"), "/artifacts/"),
    "a source is renamed": (lambda s: save(s.source, title="Changed"), "/sources/model-card/"),
    "a source is renamed, seen on an artifact": (lambda s: save(s.source, title="Changed"), "/artifacts/full/"),
    "an offering is added": (lambda s: make_offering(artifact=s.rival), "/artifacts/rival/"),
    "an offering is added, seen in the index": (lambda s: make_offering(artifact=s.rival), "/capabilities/"),
    "an offering goes": (lambda s: s.rival.offerings.get().delete(), "/capabilities/summarisation/"),
    "evidence is added": (lambda s: make_evidence(offering=s.full.offerings.get()), "/artifacts/full/"),
    "a fact is added": (lambda s: make_fact(artifact=s.full, name="version", value="2"), "/artifacts/full/"),
    "a fact of the base disputes": (
        lambda s: make_fact(artifact=Artifact.objects.get(slug="base"), value=999), "/artifacts/full/"
    ),
    "a price is added": (lambda s: make_price(artifact=s.rival), "/artifacts/"),
    "prices are deleted in bulk": (lambda s: Price.objects.all().delete(), "/artifacts/full/"),
    "rows are updated in bulk": (update_in_bulk, "/artifacts/full/"),
    "a category is put on": (lambda s: s.sparse.categories.add(s.category), "/categories/text-models/"),
    "a category takes an artifact": (lambda s: s.category.artifacts.add(s.sparse), "/categories/text-models/"),
    "an artifact is deprecated": (lambda s: deprecate(s.full, by=s.rival), "/artifacts/full/"),
    "an artifact is withdrawn": (lambda s: withdraw(s.rival, reason="Gone."), "/artifacts/"),
    "an artifact is deleted": (lambda s: s.sparse.delete(), "/kinds/model/"),
    "an artifact gets another address": (lambda s: rename_slug(s.rival, "rival-2"), "/artifacts/full/alternatives/"),
    "a capability is merged": (
        lambda s: vocabulary.merge(s.capability, into=s.capability.broader, why="The same."), "/capabilities/"
    ),
    "ranks are published": (publish_ranks, "/artifacts/full/"),
    "ranks are published, seen in the list": (publish_ranks, "/artifacts/"),
    "anything, seen in the log": (lambda s: save(s.full, tagline="Changed"), "/artifacts/full/changes/"),
}  # fmt: skip


@pytest.mark.parametrize(("edit", "address"), EDITS.values(), ids=list(EDITS))
def test_no_kept_page_outlives_an_edit(
    client: Client, shelves: Shelves, edit: Callable[[Shelves], object], address: str
) -> None:
    before = client.get(address)
    assert client.get(address).content == before.content
    edit(shelves)
    after = client.get(address, headers={"if-none-match": before["ETag"]})
    assert after.status_code == 200
    assert after.content != before.content


def test_no_kept_page_outlives_an_edit_in_the_admin(admin_client: Client, client: Client, shelves: Shelves) -> None:
    before = client.get("/categories/")
    row = shelves.category
    admin_client.post(
        f"/admin/catalog/category/{row.pk}/change/", {"slug": row.slug, "name": "Changed", "description": "x"}
    )
    assert "Changed" in client.get("/categories/", headers={"if-none-match": before["ETag"]}).content.decode()


def test_no_kept_page_outlives_a_deletion_in_the_admins_list(
    admin_client: Client, client: Client, shelves: Shelves
) -> None:
    before = client.get("/kinds/model/")
    data = {"action": "delete_selected", "_selected_action": [shelves.sparse.pk], "post": "yes"}
    admin_client.post("/admin/catalog/artifact/", data)
    after = client.get("/kinds/model/", headers={"if-none-match": before["ETag"]})
    assert "Sparse" in before.content.decode()
    assert "Sparse" not in after.content.decode()


def test_no_kept_page_outlives_an_import(client: Client, shelves: Shelves, tmp_path: Path) -> None:
    before = client.get("/artifacts/")
    (tmp_path / "artifacts").mkdir()
    (tmp_path / "capabilities.yaml").write_text("- {key: text.reading, name: Reading, description: Reads.}\n")
    (tmp_path / "artifacts" / "fresh.yaml").write_text(
        """
slug: fresh
name: Freshly imported
kind: model
tagline: Reads
description: It reads.
homepage: https://fresh.example/
sources:
  site: {title: Its site, url: "https://fresh.example/", kind: documentation}
offerings:
  - capability: text.reading
    title: Reads
    description: It reads.
    input: [text]
    output: [text]
    evidence:
      - {source: site, quote: It reads.}
"""
    )
    import_from("manifest", str(tmp_path), now=timezone.now())
    after = client.get("/artifacts/", headers={"if-none-match": before["ETag"]})
    assert "Freshly imported" in after.content.decode()


def test_no_kept_page_outlives_a_computation_of_related_ones(client: Client, shelves: Shelves) -> None:
    make_offering(artifact=shelves.sparse, capability=shelves.capability)
    before = client.get("/artifacts/sparse/")
    relate()
    after = client.get("/artifacts/sparse/", headers={"if-none-match": before["ETag"]})
    assert 'id="related"' not in before.content.decode()
    assert 'id="related"' in after.content.decode()


def test_nothing_changes_where_nothing_changed(client: Client, shelves: Shelves) -> None:
    """An import that finds nothing new leaves every kept page in place."""
    before = client.get("/artifacts/")["ETag"]
    with change(why="Nothing to do."):
        pass
    assert client.get("/artifacts/")["ETag"] == before


def test_an_edit_that_is_rolled_back_changes_nothing(client: Client, shelves: Shelves) -> None:
    before = client.get("/artifacts/full/")

    def edit_and_fail() -> None:
        with change(why="No."):
            save(shelves.full, tagline="Changed")
            raise RuntimeError("Something else went wrong.")

    with pytest.raises(RuntimeError):
        edit_and_fail()
    after = client.get("/artifacts/full/", headers={"if-none-match": before["ETag"]})
    assert after.status_code == 304
    assert make_alias(artifact=shelves.full)  # and the next edit works as ever
