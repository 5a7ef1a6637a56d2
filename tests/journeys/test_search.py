"""From a need in one's own words to a choice and whether it worked: with scripts, without, and by keyboard alone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.cache import caches

from ranking import indexing
from ranking.models import Act, Feedback, Search
from ranking.views import matching
from tests.journeys.conftest import Open, Visit
from tests.journeys.looks import faults
from tests.patience import PATIENCE

NEED = "MCP server that converts pdf to markdown"


@pytest.fixture(autouse=True)
def nobody_before(django_db_blocker: Any) -> Any:
    """What other journeys did is no part of this one's."""
    with django_db_blocker.unblock():
        Feedback.objects.filter(is_sample=False).delete()
        Search.objects.filter(is_sample=False).delete()
        caches["limits"].clear()
        yield


def asked(window: Visit, text: str = NEED) -> None:
    window.goto("/")
    window.page.locator("main input[name=q]").fill(text)
    window.page.keyboard.press("Enter")
    window.page.wait_for_url(re.compile(r"/search/\?q=MCP"))


def told() -> list[tuple[str, bool | None]]:
    return list(Feedback.objects.filter(is_sample=False).order_by("pk").values_list("act", "worked"))


@pytest.mark.parametrize("scripts", [True, False])
def test_a_filter_is_taken_away_one_is_chosen_and_it_worked(visit: Open, scripts: bool) -> None:
    """A removed filter stays removed while one narrows down; a button chooses, and says where to go on."""
    window = visit(java_script_enabled=scripts)
    asked(window)
    window.page.locator(".wishes .chip", has_text="MCP server").click()
    window.page.wait_for_url(re.compile("without=kind"))
    assert "Taken as plain words" in window.page.locator(".wishes").inner_text()
    window.page.locator("#narrow summary").click()
    window.page.locator("select[name=licence]").select_option("permissive")
    if not scripts:
        window.page.locator("#ask button[type=submit]").click()
    window.page.wait_for_url(re.compile("without=kind.*licence=permissive|licence=permissive.*without=kind"))
    window.page.locator(".wishes .chip", has_text="Permissive").wait_for()
    name = window.page.locator(".answer h3").first.inner_text()
    window.page.locator(".answer button", has_text="Choose").first.click()
    window.page.wait_for_url(re.compile("/search/chosen/"))
    assert window.page.locator("h1").inner_text() == f"{name} it is"
    window.page.locator("button", has_text="It worked").click()
    assert window.page.locator("h1").inner_text() == "Thank you"
    assert told() == [(Act.CHOICE, None), (Act.OUTCOME, True)]


def test_suggestions_by_keyboard(visit: Open) -> None:
    """The words stay as typed until one is taken; Escape closes the list and leaves them."""
    window = visit()
    window.goto("/")
    field, keys = window.page.locator("main input[name=q]"), window.page.keyboard
    field.press_sequentially("whisp", delay=20)
    window.page.get_by_role("option", name="Whisper large-v3 Model").wait_for()
    assert field.get_attribute("aria-expanded") == "true"
    keys.press("ArrowDown")
    first = field.get_attribute("aria-activedescendant")
    assert window.page.locator(f"#{first}").get_attribute("aria-selected") == "true"
    keys.press("ArrowUp")
    assert field.get_attribute("aria-activedescendant") is None  # back at the words
    keys.press("Escape")
    assert field.get_attribute("aria-expanded") == "false"
    assert field.input_value() == "whisp"
    keys.press("ArrowDown")
    window.until("document.querySelector('main input[name=q]').getAttribute('aria-expanded') === 'true'")
    keys.press("ArrowDown")
    keys.press("Enter")
    window.page.wait_for_url(re.compile("/artifacts/whisper-"))
    assert not Search.objects.filter(is_sample=False).exists()  # nobody has searched


def test_enter_searches_for_the_words_where_no_suggestion_is_taken(visit: Open) -> None:
    window = visit()
    window.goto("/kinds/")
    field = window.page.locator(".masthead input[name=q]")
    field.press_sequentially("whisper", delay=20)
    window.page.get_by_role("listbox").first.wait_for()
    window.page.keyboard.press("Enter")
    window.page.wait_for_url(re.compile(r"/search/\?q=whisper"))


def test_a_need_of_others_is_searched_for_by_a_click(visit: Open) -> None:
    window = visit()
    window.goto("/search/")
    window.page.locator("#q").press_sequentially("transcribe a pod", delay=20)
    window.page.get_by_role("option", name="transcribe a podcast").click()
    window.page.wait_for_url(re.compile(r"/search/\?q=transcribe\+a\+podcast$"))
    window.page.locator(".answer").first.wait_for()


def test_open_suggestions_are_accessible_and_within_the_page(visit: Open) -> None:
    window = visit()
    for address, field in (
        ("/", "main input[name=q]"),
        ("/kinds/", ".masthead input[name=q]"),
        ("/compare/", "#pick-1"),
    ):
        window.goto(address)
        window.page.locator(field).press_sequentially("mi", delay=20)
        window.page.get_by_role("option").first.wait_for()
        assert faults(window.page) == {}
        assert window.page.get_by_role("option").first.is_visible()


def test_what_is_typed_is_answered_on_a_pause_and_written_down_once_settled(visit: Open) -> None:
    window = visit()
    window.goto("/search/")
    window.page.locator("#q").press_sequentially("transcribe a podcast", delay=10)
    window.page.locator(".answer").first.wait_for()
    assert not Search.objects.filter(is_sample=False).exists()
    window.page.locator(".answer button", has_text="Choose").first.wait_for()
    written = Search.objects.filter(is_sample=False).values_list("text", flat=True)
    for _ in range(10 * PATIENCE):  # it is written when the answer has gone
        if written.exists():
            break
        window.page.wait_for_timeout(100)
    assert list(written.all()) == ["transcribe a podcast"]


@pytest.mark.parametrize("state", ["by names", "too many"])
def test_what_goes_wrong_is_accessible_too(visit: Open, monkeypatch: pytest.MonkeyPatch, state: str) -> None:
    window = visit(expects_errors=state == "too many")
    if state == "by names":
        monkeypatch.setattr(indexing, "engine", lambda: None)
    else:
        monkeypatch.setattr(matching, "MOST", 0)
    response = window.goto("/search/?q=mixtral")
    assert response.status == (200 if state == "by names" else 429)
    assert faults(window.page) == {}
