"""The public change log: what changed, when, why, and by whom as a role, never a name."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from catalog.changes import change
from catalog.models import Price
from tests.catalog.pages.conftest import Look
from tests.catalog.pages.markup import Page
from tests.catalog.pages.shelves import Shelves
from tests.factories import make_artifact, make_fact

pytestmark = pytest.mark.django_db


def entries(page: Page) -> list[str]:
    return [
        item.text
        for item in page.main.all("li")
        if item.parent and item.parent.parent and item.parent.parent.tag == "section"
    ]


def test_a_change_says_what_it_was_and_what_it_is_now(look: Look, shelves: Shelves) -> None:
    with change(why="The maker renamed it."):
        shelves.full.tagline = "Does nearly everything"
        shelves.full.save()
    newest = look("/artifacts/full/changes/").main.all("li")[1]
    assert newest.one("del").text == "Does everything"
    assert newest.one("ins").text == "Does nearly everything"
    assert "The maker renamed it." in newest.text


def test_the_newest_stand_first_and_the_beginning_last(look: Look, shelves: Shelves) -> None:
    artifact = make_artifact(name="Young")
    make_fact(artifact=artifact)
    assert entries(look(f"{artifact.get_absolute_url()}changes/"))[0].startswith("Added the fact context window")
    assert entries(look(f"{artifact.get_absolute_url()}changes/"))[-1].startswith("Added to the catalog")


def test_what_is_gone_stays_in_the_log(look: Look, shelves: Shelves) -> None:
    Price.objects.filter(artifact=shelves.full, amount="3.00").get().delete()
    assert any(entry.startswith("Removed the price at Provider") for entry in entries(look("/artifacts/full/changes/")))


def test_an_editor_is_called_editor(client: Client, look: Look, shelves: Shelves) -> None:
    editor = User.objects.create_superuser("deskworker", password="a long passphrase")
    client.force_login(editor)
    response = client.post(f"/admin/catalog/category/{shelves.category.pk}/change/", {"slug": "x"})
    assert response.status_code == 200  # a form with errors: the desk is open to her
    shelves.full.tagline = "Anything"
    shelves.full._history_user = editor
    shelves.full.save()
    client.logout()
    page = look("/artifacts/full/changes/")
    assert "An editor" in page.main.text
    assert "deskworker" not in page.source


def test_columns_that_follow_from_others_are_no_news(look: Look, shelves: Shelves) -> None:
    """Derived columns and bookkeeping change with every save; a reader is told of causes only."""
    text = look("/artifacts/full/changes/").main.text.lower()
    for word in ("listed version", "sort name", "facts changed", "is stated", "recorded at", "position"):
        assert word not in text


def test_it_leads_back_to_the_artifact(look: Look, shelves: Shelves) -> None:
    assert look("/artifacts/full/changes/").one("nav", aria_label="Breadcrumb").hrefs() == ["/artifacts/full/"]
