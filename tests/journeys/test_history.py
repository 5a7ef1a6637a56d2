"""Back to an earlier version, and from any screen to anything: by keyboard, wide and narrow, light and dark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from catalog.changes import change
from catalog.digest import catalog_digest
from catalog.models import Artifact, Identifier, Offering
from tests.factories import make_artifact, make_category, make_fact, make_identifier, make_offering, make_price
from tests.journeys.conftest import Demo
from tests.journeys.looks import faults


@pytest.fixture
def edited(demo: Demo) -> Iterator[tuple[Artifact, str]]:
    """An artifact after a day of mistakes, and the catalog's digest before it."""
    shelf = make_category(name="Speech of birds")
    artifact = make_artifact(slug="grey-heron", name="Grey Heron", categories=[shelf])
    make_identifier(artifact=artifact, value="acme/grey-heron", key="acme/grey-heron")
    make_offering(artifact=artifact)
    price, fact = make_price(artifact=artifact), make_fact(artifact=artifact)
    digest = catalog_digest()
    with change(why="A mistake."):
        artifact.description = "It does *everything*, and it does all of that much better than anything else there is."
        artifact.save()
        artifact.categories.clear()
        price.delete()
        fact.value = 1
        fact.save()
        Identifier.objects.filter(artifact=artifact).delete()
        Offering.objects.filter(artifact=artifact).delete()
    yield artifact, digest
    artifact.delete()
    shelf.delete()


def test_a_version_is_restored_by_keyboard_and_the_catalog_is_as_it_was(
    desk: Any, edited: tuple[Artifact, str]
) -> None:
    artifact, digest = edited
    desk.goto(f"/admin/catalog/artifact/{artifact.pk}/change/")
    desk.page.get_by_role("link", name="History", exact=True).click()
    desk.page.wait_for_url(re.compile(r"/history/$"))
    assert "A mistake." in desk.page.locator("main").inner_text()
    desk.tab_to("a[href$='/restore/']", most=200)
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url(re.compile(r"/restore/$"))
    assert "the price at Provider" in desk.page.locator("main").inner_text()
    desk.wait_for_focus("#id_why")
    desk.page.keyboard.type("It was right before.")
    desk.tab_to("input[type=submit]")
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url(re.compile(r"/history/$"))
    assert "It was right before." in desk.page.locator(".desk-history li").first.inner_text()
    assert catalog_digest() == digest


def test_slash_searches_from_any_screen(desk: Any, edited: tuple[Artifact, str]) -> None:
    artifact, _ = edited
    for address in ("/admin/", f"/admin/catalog/artifact/{artifact.pk}/history/", "/admin/catalog/source/"):
        desk.goto(address)
        desk.page.evaluate("document.activeElement.blur()")
        desk.page.keyboard.press("/")
        assert desk.focused("e.id") == "desk-search"
        desk.page.keyboard.type("grey heron")
        desk.page.keyboard.press("Enter")
        desk.page.wait_for_url(re.compile(r"/admin/search/"))
        desk.page.get_by_role("link", name="Grey Heron").click()
        desk.page.wait_for_url(re.compile(rf"/artifact/{artifact.pk}/change/$"))


def test_a_slash_that_is_typed_stays_where_it_is_typed(desk: Any, edited: tuple[Artifact, str]) -> None:
    desk.goto(f"/admin/catalog/artifact/{edited[0].pk}/change/")
    desk.page.focus("#id_tagline")
    desk.page.keyboard.press("/")
    assert desk.focused("e.id") == "id_tagline"
    assert "/" in desk.page.input_value("#id_tagline")


def test_the_pages_are_accessible_and_fit(desk: Any, edited: tuple[Artifact, str]) -> None:
    history = f"/admin/catalog/artifact/{edited[0].pk}/history/"
    desk.goto(history)
    restore = desk.page.locator("a[href$='/restore/']").first.get_attribute("href")
    for address in (history, restore, "/admin/activity/", "/admin/search/?q=mi", "/admin/search/?q=nothing-such"):
        desk.goto(address)
        assert faults(desk.page) == {}, address
