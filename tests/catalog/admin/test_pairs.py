"""The page of two listings that may be one: what was said of them before, and what can still be said."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from catalog.desk.duplicates import keep_apart
from catalog.desk.merging import merge
from catalog.models import Pair
from tests.factories import make_artifact

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair() -> Pair:
    return Pair.objects.create(first=make_artifact(), second=make_artifact(), score=0.9, reasons=["The names."])


def test_who_told_them_apart_is_said_where_it_can_be_taken_back(
    admin_client: Client, admin_user: User, pair: Pair
) -> None:
    assert "two things" not in admin_client.get(f"/admin/catalog/pair/{pair.pk}/").content.decode()
    keep_apart(pair, by=admin_user)
    page = admin_client.get(f"/admin/catalog/pair/{pair.pk}/").content.decode()
    assert "<bdi>admin</bdi> said on" in page
    assert "Ask again" in page


@pytest.mark.parametrize("answer", ["apart", "again"])
def test_what_somebody_merged_meanwhile_is_not_told_apart(admin_client: Client, pair: Pair, answer: str) -> None:
    """Nothing changes, and the page says so instead of the opposite."""
    merge(pair.second, into=pair.first, why="One thing.")
    sent = admin_client.post(f"/admin/catalog/pair/{pair.pk}/", {answer: "1"}, follow=True)
    page = sent.content.decode()
    assert "They have been merged meanwhile" in page
    assert "two things; you will not" not in page
    pair.refresh_from_db()
    assert pair.state == "merged"
