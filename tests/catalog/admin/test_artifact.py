"""The desk's form of an artifact: addresses that survive a rename, licences that can be read."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from catalog.models import Artifact
from tests.catalog.admin.test_conflicts import address, opened
from tests.factories import make_alias, make_artifact

pytestmark = pytest.mark.django_db


def save(client: Client, artifact: Artifact, rows: dict[str, Any] | None = None, **changes: Any) -> Any:
    """Sends the form as the browser would, with these fields changed and no inline rows."""
    fields = ("slug", "name", "kind", "tagline", "description", "licence", "homepage", "repository", "lifecycle")
    form = {name: getattr(artifact, name) for name in fields} | {"withdrawn_reason": ""} | changes
    for prefix in ("identifier_rows", "aliases", "facts", "offerings", "prices", "benchmark_results", "lineage"):
        form |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    form |= rows or {}
    return client.post(f"/admin/catalog/artifact/{artifact.pk}/change/", form)


def test_a_renamed_artifact_can_be_renamed_back(admin_client: Client) -> None:
    artifact = make_artifact(slug="first")
    for slug in ("second", "first"):
        assert save(admin_client, artifact, slug=slug).status_code == 302
        artifact.refresh_from_db()
        assert artifact.slug == slug
    assert list(artifact.aliases.values_list("slug", flat=True)) == ["second"]
    assert save(admin_client, artifact, tagline="Still saves").status_code == 302
    assert admin_client.get("/artifacts/second/").status_code == 301


@pytest.mark.parametrize(("slug", "alias"), [("second", "second"), ("second", "first")])
def test_one_slug_for_a_listing_and_for_its_alias(admin_client: Client, slug: str, alias: str) -> None:
    """What it is called from now on, or was called until now, is no alias to add: said at the alias, nothing saved."""
    artifact = make_artifact(slug="first")
    rows = {"aliases-TOTAL_FORMS": 1, "aliases-0-slug": alias}
    answer = save(admin_client, artifact, slug=slug, tagline="Kept in the form", rows=rows)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "The listing itself has this slug" in page or "An artifact has this slug" in page
    assert "Kept in the form" in page
    artifact.refresh_from_db()
    assert artifact.slug == "first"
    assert not artifact.aliases.exists()


def test_an_alias_that_was_there_gives_its_slug_back(admin_client: Client) -> None:
    """The form shows the old address as a row; leaving it as it is does not stand in the way."""
    artifact = make_artifact(slug="second", lifecycle="draft", published_at=None)
    make_alias(artifact=artifact, slug="first")
    assert admin_client.post(address(artifact), opened(admin_client, artifact) | {"slug": "first"}).status_code == 302
    artifact.refresh_from_db()
    assert (artifact.slug, [alias.slug for alias in artifact.aliases.all()]) == ("first", ["second"])


def test_a_licence_that_is_no_expression_is_refused(admin_client: Client) -> None:
    artifact = make_artifact(licence="MIT")
    answer = save(admin_client, artifact, licence="total nonsense !!")
    assert answer.status_code == 200
    assert "is not an SPDX expression" in answer.content.decode()
    artifact.refresh_from_db()
    assert artifact.licence == "MIT"


def test_a_licence_takes_its_usual_spelling(admin_client: Client) -> None:
    artifact = make_artifact()
    assert save(admin_client, artifact, licence="mit or apache-2.0").status_code == 302
    artifact.refresh_from_db()
    assert (artifact.licence, artifact.licence_class) == ("MIT OR Apache-2.0", "permissive")
