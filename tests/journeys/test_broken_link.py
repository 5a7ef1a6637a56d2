"""A link that leads nowhere is mended from its queue, without a mouse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from catalog.desk.links import check
from catalog.models import Artifact, BrokenLink
from tests.factories import make_artifact
from tests.journeys.conftest import Demo
from tests.journeys.looks import faults


@pytest.fixture
def mistyped(demo: Demo) -> Iterator[BrokenLink]:
    """A listing whose description names another with two letters of its address the wrong way round."""
    text = "It does what [Mixtral](/artifacts/mixtral-8x22b/) does, and less than [Ollama](/artifacts/olalma/)."
    artifact = make_artifact(slug="grey-plover", name="Grey plover", description=text)
    check(now=timezone.now())
    yield BrokenLink.objects.get(url="/artifacts/olalma/")
    BrokenLink.objects.filter(artifact=artifact).delete()
    artifact.delete()


def to_the_link(desk: Any, link: BrokenLink) -> None:
    desk.goto("/admin/queue/broken-links/")
    desk.tab_to(f"a[href$='/broken-link/{link.pk}/']", most=200)
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url(re.compile(rf"/broken-link/{link.pk}/$"))


def test_a_link_is_mended_from_its_queue_by_keyboard_alone(desk: Any, mistyped: BrokenLink) -> None:
    """What is suggested stands in the field; another address that leads nowhere is refused there, in words."""
    to_the_link(desk, mistyped)
    assert desk.page.locator("mark").inner_text() == "/artifacts/olalma/"
    assert desk.page.input_value("#id_url") == "/artifacts/ollama/"
    assert faults(desk.page) == {}
    desk.wait_for_focus("#id_url")
    desk.page.keyboard.press("Control+A")
    desk.page.keyboard.type("/artifacts/nothing-is-called-this/")
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_selector(".errorlist")
    assert faults(desk.page) == {}
    desk.wait_for_focus("#id_url")
    desk.page.keyboard.press("Control+A")
    desk.page.keyboard.type("/artifacts/ollama/")
    desk.tab_to("button[name=replace]")
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url(re.compile(r"/queue/broken-links/$"))
    assert "The text has the other address now." in desk.page.locator(".messagelist").inner_text()
    assert desk.page.locator(f"a[href$='/broken-link/{mistyped.pk}/']").count() == 0
    desk.goto("/artifacts/grey-plover/")
    link = desk.page.locator("main").get_by_role("link", name="Ollama", exact=True)
    assert link.first.get_attribute("href") == "/artifacts/ollama/"


def test_a_link_is_set_aside_by_keyboard_with_a_note(desk: Any, mistyped: BrokenLink) -> None:
    to_the_link(desk, mistyped)
    desk.tab_to("#id_note")
    desk.page.keyboard.type("The page comes next week.")
    desk.tab_to("button[name=aside]")
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url(re.compile(r"/queue/broken-links/$"))
    desk.goto(f"/admin/catalog/broken-link/{mistyped.pk}/")
    assert "The page comes next week." in desk.page.locator("#content").inner_text()
    assert "olalma" in Artifact.objects.get(slug="grey-plover").description
