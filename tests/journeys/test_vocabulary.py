"""An editor keeps the vocabulary in order, without a mouse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User

from catalog.models import Capability, Distinction, Merge
from tests.factories import make_capability
from tests.journeys.conftest import Demo, Open
from tests.journeys.looks import faults

TREE = "/admin/catalog/capability/tree/"


@pytest.fixture
def desk(visit: Open, demo: Demo) -> Iterator[Any]:
    """A window in which somebody with all rights has signed in."""
    User.objects.filter(username="sven").delete()
    User.objects.create_superuser("sven", password="stronger-through-disorder")
    window = visit()
    window.goto(f"/admin/login/?next={TREE}")
    window.page.fill("#id_login", "sven")
    window.page.fill("#id_password", "stronger-through-disorder")
    window.page.keyboard.press("Enter")
    window.page.wait_for_selector("table.desk-tree")
    window.page.wait_for_load_state()  # the keys' script comes after the table
    yield window
    User.objects.filter(username="sven").delete()


@pytest.fixture
def words(demo: Demo) -> Iterator[list[Capability]]:
    """Three of their own, so that the demo's stay as they are."""
    made = [
        make_capability(key=f"heron.{name.lower()}", slug=f"heron-{name.lower()}", name=f"Heron {name}")
        for name in ("Calling", "Fishing", "Singing")
    ]
    yield made
    pks = [row.pk for row in made]
    Merge.objects.filter(kept_capability__in=pks).delete()
    Capability.objects.filter(pk__in=pks).update(broader=None, merged_into=None)
    Capability.objects.filter(pk__in=pks).delete()


def to_row(desk: Any, capability: Capability) -> None:
    """From wherever one is, by / and a word, then by j to the row."""
    desk.page.keyboard.press("/")
    assert desk.focused("e.id") == "id_q"
    desk.page.keyboard.type("heron")
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url(re.compile(r"q=heron"))
    for _ in range(4):
        desk.page.keyboard.press("j")
        if desk.focused("e.id") == f"c{capability.pk}":
            return
    raise AssertionError(f"{capability} cannot be reached by j")


@pytest.mark.parametrize(
    "address",
    [
        TREE, f"{TREE}?show=alike", f"{TREE}?show=unused", "{calling}/merge/", "{calling}/merge/?into=Heron+Fishing",
        "{calling}/merge/?into=Heron+Calling", "{fishing}/move/",
    ],
)  # fmt: skip
def test_every_page_of_the_vocabulary_is_accessible(desk: Any, words: list[Capability], address: str) -> None:
    calling, fishing, _ = words
    where = address.format(calling=calling.pk, fishing=fishing.pk)
    desk.goto(where if where.startswith("/") else f"/admin/catalog/capability/{where}")
    assert faults(desk.page) == {}


def test_one_is_put_below_another_by_keyboard_alone(desk: Any, words: list[Capability]) -> None:
    calling, _, singing = words
    to_row(desk, singing)
    desk.page.keyboard.press("p")
    desk.page.wait_for_url(re.compile(rf"/{singing.pk}/move/$"))
    desk.wait_for_focus("#id_to")
    desk.page.keyboard.type("heron calling")
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url(re.compile(rf"/tree/#c{singing.pk}$"))
    # Back at the row, which has the focus and stands below the other.
    desk.until(f"document.activeElement.id === 'c{singing.pk}'")
    assert desk.focused("e.closest('th').className") == "depth-1"
    desk.page.keyboard.press("k")
    assert desk.focused("e.id") == f"c{calling.pk}"
    singing.refresh_from_db()
    assert singing.broader == calling
    # And the other way round is refused, in words.
    desk.goto(f"/admin/catalog/capability/{calling.pk}/move/")
    desk.wait_for_focus("#id_to")
    desk.page.keyboard.type("Heron Singing")
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_selector(".errorlist")
    assert "would then be above itself" in desk.page.locator(".errorlist").inner_text()


def test_two_words_become_one_and_two_again_by_keyboard(desk: Any, words: list[Capability]) -> None:
    calling, _, singing = words
    to_row(desk, singing)
    desk.page.keyboard.press("m")
    desk.page.wait_for_url(re.compile(rf"/{singing.pk}/merge/$"))
    desk.wait_for_focus("#id_into")
    desk.page.keyboard.type("Heron Calling")
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url(re.compile(r"into=Heron"))
    assert "heron-singing" in desk.page.locator(".desk-moves").inner_text()
    desk.wait_for_focus("#id_why")
    desk.page.keyboard.type("A heron's song is its call.")
    desk.tab_to("input[value=Merge]")
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url(re.compile(rf"/tree/#c{calling.pk}$"))
    assert desk.page.locator(f"#c{singing.pk}").count() == 0
    assert desk.goto("/capabilities/heron-singing/").url.endswith("/capabilities/heron-calling/")
    merge = Merge.objects.get(merged_capability=singing)
    assert merge.why == "A heron's song is its call."
    desk.goto(f"/admin/catalog/merge/{merge.pk}/undo/")
    desk.tab_to("input[value=Undo]")
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url(re.compile(r"/catalog/merge/$"))
    desk.goto(TREE)
    assert desk.page.locator(f"#c{singing.pk}").count() == 1
    assert desk.goto("/capabilities/heron-singing/").url.endswith("/capabilities/heron-singing/")


def test_two_that_are_alike_are_told_apart_by_a_key(desk: Any) -> None:
    desk.goto(f"{TREE}?show=alike")
    button = desk.page.locator("button[name=apart]").first
    apart = button.get_attribute("value")
    desk.page.keyboard.press("j")
    desk.page.keyboard.press("x")
    desk.page.wait_for_selector(".messagelist .success")
    assert desk.page.locator(f"button[value='{apart}']").count() == 0
    first, second = sorted(int(pk) for pk in apart.split("-"))
    assert Distinction.objects.filter(first=first, second=second).delete()[0] == 1


def test_the_keys_are_told_and_leave_typing_alone(desk: Any, words: list[Capability]) -> None:
    desk.page.keyboard.press("?")
    assert desk.page.locator("[data-keys]").get_attribute("open") is not None
    desk.page.keyboard.press("?")
    assert desk.page.locator("[data-keys]").get_attribute("open") is None
    to_row(desk, words[0])
    desk.page.keyboard.press("/")
    desk.page.keyboard.type("jrmpn?")
    assert desk.focused("e.value") == "jrmpn?"
    assert desk.path.startswith(f"{TREE}?q=heron")
    desk.page.keyboard.press("Escape")
    assert desk.focused("e.innerText") == words[0].name
    desk.page.keyboard.press("n")
    desk.page.wait_for_url(re.compile(rf"/add/\?broader={words[0].pk}"))


def test_without_a_script_every_verb_is_a_link(desk: Any, words: list[Capability], visit: Open) -> None:
    cookies = desk.page.context.cookies()
    plain = visit(java_script_enabled=False)
    plain.page.context.add_cookies(cookies)
    plain.goto(f"{TREE}?q=heron")
    row = plain.page.locator("tr", has=plain.page.locator(f"#c{words[2].pk}"))
    assert row.get_by_role("link").all_inner_texts() == ["Heron Singing", "rename", "move", "merge", "add below"]
    row.get_by_role("link", name="move").click()
    plain.page.fill("#id_to", "heron.fishing")
    plain.page.get_by_role("button", name="Move").click()
    words[2].refresh_from_db()
    assert words[2].broader == words[1]
