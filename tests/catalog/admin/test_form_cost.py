"""Saving a long form asks the database about what changed, not about every row of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.models import Artifact, Price
from tests.catalog.admin.test_conflicts import address, opened
from tests.factories import (
    make_alias,
    make_artifact,
    make_capability,
    make_evidence,
    make_fact,
    make_identifier,
    make_lineage,
    make_offering,
    make_price,
    make_result,
)

pytestmark = pytest.mark.django_db


def listing(rows: int) -> Artifact:
    """With so many rows of each sort."""
    artifact = make_artifact(lifecycle="draft", published_at=None)
    for number in range(rows):
        make_identifier(artifact=artifact, scheme="pypi", value=f"package-{artifact.pk}-{number}")
        make_alias(artifact=artifact)
        make_fact(artifact=artifact, name="version", value=f"1.{number}")
        offering = make_offering(artifact=artifact, capability=make_capability())
        make_evidence(offering=offering)
        make_price(artifact=artifact)
        make_result(artifact=artifact)
        make_lineage(artifact=artifact)
    return artifact


def cost(client: Client, artifact: Artifact, **changes: Any) -> int:
    data = opened(client, artifact) | changes
    with CaptureQueriesContext(connection) as queries:
        assert client.post(address(artifact), data).status_code == 302
    return len(queries)


def test_an_untouched_form_costs_the_same_whatever_its_length(admin_client: Client) -> None:
    """No row that was left alone is looked up, checked or written."""
    short, long = listing(2), listing(8)
    cost(admin_client, short)  # whatever is read once and kept
    assert cost(admin_client, long) == cost(admin_client, short)


def test_a_change_of_one_field_costs_the_same_whatever_the_length(admin_client: Client) -> None:
    short, long = listing(2), listing(8)
    cost(admin_client, short)
    changed = {"facts-0-value": "2.0"}
    assert cost(admin_client, long, **changed) == cost(admin_client, short, **changed)


def test_a_price_left_alone_is_not_written(admin_client: Client) -> None:
    """An amount is stored with all its places and shown without: that is no change."""
    artifact = make_price(amount="0.50", artifact=make_artifact(lifecycle="draft", published_at=None)).artifact
    before = Price.history.count()
    assert admin_client.post(address(artifact), opened(admin_client, artifact)).status_code == 302
    assert Price.history.count() == before


def test_a_row_that_was_left_alone_still_stands_against_a_double_of_it(admin_client: Client) -> None:
    """A row that repeats one which was not touched is refused with a sentence."""
    artifact = listing(1)
    data = opened(admin_client, artifact)
    taken = data["aliases-0-slug"]
    page = admin_client.post(address(artifact), data | {"aliases-TOTAL_FORMS": "2", "aliases-1-slug": taken})
    assert page.status_code == 200
    assert "already exists" in page.content.decode() or "duplicate" in page.content.decode()
    assert artifact.aliases.count() == 1
