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
