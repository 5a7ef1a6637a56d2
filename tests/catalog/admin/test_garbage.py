"""What no browser would send comes back as a form with a sentence, and takes nothing of the rest along."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from catalog.models import Artifact
from tests.catalog.admin.test_conflicts import address, opened
from tests.factories import make_alias, make_artifact, make_category, make_evidence, make_fact, make_offering

pytestmark = pytest.mark.django_db


@pytest.fixture
def artifact() -> Artifact:
    return make_artifact(lifecycle="draft", published_at=None)


def refused(client: Client, artifact: Artifact, data: dict[str, Any]) -> str:
    answer = client.post(address(artifact), data | {"tagline": "Kept in the form"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Kept in the form" in page
    artifact.refresh_from_db()
    assert artifact.tagline != "Kept in the form"
    return page


@pytest.mark.parametrize("strange", ["x", "99999999", "9" * 30, "-1", "1 or 1", "²"])
def test_a_category_that_is_none(admin_client: Client, artifact: Artifact, strange: str) -> None:
    """The field says so, and the category beside it stays chosen."""
    shelf = make_category(name="Real shelf")
    page = refused(admin_client, artifact, opened(admin_client, artifact) | {"categories": [shelf.pk, strange]})
    assert "is not a valid value" in page or "is not one of the available choices" in page
    assert "Real shelf" in page


def test_a_category_that_is_none_in_a_change_of_many(admin_client: Client, artifact: Artifact) -> None:
    sent = {"action": "change_selected", "_selected_action": artifact.pk, "why": "Because", "shelves_to_add": ["x"]}
    answer = admin_client.post("/admin/catalog/artifact/", sent)
    assert answer.status_code == 200
    assert "is not a valid value" in answer.content.decode()


def test_a_row_with_the_key_of_another_listings_row(admin_client: Client, artifact: Artifact) -> None:
    """It is said, the row stays in the form as a new one, and the other listing's row is not touched."""
    make_fact(artifact=artifact, name="version", value="1.0")
    others = make_fact(name="version", value="9.9")
    data = opened(admin_client, artifact) | {"facts-0-id": others.pk, "facts-0-value": "7.7"}
    page = refused(admin_client, artifact, data)
    assert "the key of one that stands elsewhere" in page
    assert 'name="facts-1-value" value="7.7"' in page or 'name="facts-0-value" value="7.7"' in page
    others.refresh_from_db()
    assert others.value == "9.9"


def test_one_row_more_than_there_are(admin_client: Client, artifact: Artifact) -> None:
    """What was typed into a row of somebody else's is not lost where this listing has none."""
    others = make_alias(slug="of-another")
    data = opened(admin_client, artifact) | {
        "aliases-TOTAL_FORMS": "1", "aliases-INITIAL_FORMS": "1", "aliases-0-id": others.pk, "aliases-0-slug": "typed",
    }  # fmt: skip
    page = refused(admin_client, artifact, data)
    assert 'value="typed"' in page
    assert 'name="aliases-INITIAL_FORMS" value="0"' in page


@pytest.mark.parametrize("key", ["", "x", "99999999", "9" * 30])
def test_evidence_with_a_key_that_is_none_of_its_offering(admin_client: Client, artifact: Artifact, key: str) -> None:
    evidence = make_evidence(offering=make_offering(artifact=artifact), quote="As it was")
    data = opened(admin_client, artifact)
    data |= {"offerings-0-evidence-0-id": key, "offerings-0-evidence-0-quote": "Typed anew"}
    page = refused(admin_client, artifact, data)
    assert "the key of one that stands elsewhere" in page
    assert "Typed anew" in page
    evidence.refresh_from_db()
    assert evidence.quote == "As it was"


def test_one_key_in_two_rows(admin_client: Client, artifact: Artifact) -> None:
    fact = make_fact(artifact=artifact, name="version", value="1.0")
    data = opened(admin_client, artifact)
    second = {name.replace("facts-0-", "facts-1-"): value for name, value in data.items() if "facts-0-" in name}
    data |= second | {"facts-TOTAL_FORMS": "2", "facts-INITIAL_FORMS": "2", "facts-1-value": "2.0"}
    assert "the key of one that stands elsewhere" in refused(admin_client, artifact, data)
    fact.refresh_from_db()
    assert fact.value == "1.0"


@pytest.mark.parametrize("count", ["99999", "x", "1" * 40])
def test_a_count_of_rows_that_is_none(admin_client: Client, artifact: Artifact, count: str) -> None:
    others = make_fact()
    data = opened(admin_client, artifact) | {"facts-INITIAL_FORMS": count, "facts-TOTAL_FORMS": count}
    refused(admin_client, artifact, data | {"facts-0-id": others.pk, "facts-0-value": "1"})
