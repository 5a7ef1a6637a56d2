"""Offerings that a text speaks of are answered one after the other, each with one letter, or by buttons alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from catalog.choices import ProposalState
from catalog.desk import offered
from catalog.models import Artifact, Proposal
from tests.factories import make_artifact
from tests.journeys.conftest import Demo
from tests.journeys.looks import faults

README = "# Plover\n- Voice cloning: from six seconds\n- Code review: line by line\n- Web search: three engines\n"


@pytest.fixture
def plover(demo: Demo) -> Iterator[Artifact]:
    artifact = make_artifact(slug="ringed-plover", name="Ringed plover")
    place = offered.Place("https://github.com/example/ringed-plover")
    offered.take_apart(artifact, README, words=offered.vocabulary(), place=place)
    yield artifact
    artifact.proposals.all().delete()
    artifact.offerings.all().delete()
    artifact.delete()


#: Of thirty: what speaks for it stands in the row; every third does not convince.
MANY = 30


@pytest.fixture
def waders(demo: Demo) -> Iterator[list[Artifact]]:
    """Ten listings whose texts offer three things each: what an import leaves in the queue."""
    words, made = offered.vocabulary(), []
    for number in range(MANY // 3):
        artifact = make_artifact(slug=f"wader-{number}", name=f"Wader {number}")
        place = offered.Place(f"https://github.com/example/wader-{number}")
        offered.take_apart(artifact, README.replace("Plover", artifact.name), words=words, place=place)
        made.append(artifact)
    yield made
    for artifact in made:
        artifact.proposals.all().delete()
        artifact.offerings.all().delete()
        artifact.delete()


def states(artifact: Artifact) -> list[str]:
    return list(Proposal.objects.filter(artifact=artifact).order_by("pk").values_list("state", flat=True))


def test_each_is_answered_with_one_letter_and_the_next_is_at_hand(desk: Any, plover: Artifact) -> None:
    """From the first one on: a accepts, r refuses, e opens the next for other words, Enter accepts those."""
    first = plover.proposals.order_by("pk")[0]
    desk.goto("/admin/queue/offered/")
    assert faults(desk.page) == {}
    desk.tab_to(f"#p{first.pk}", most=300)
    for letter in ("a", "r"):
        with desk.page.expect_navigation():
            desk.page.keyboard.press(letter)
        desk.page.wait_for_selector(".messagelist")
    assert states(plover) == [ProposalState.ACCEPTED, ProposalState.REFUSED, ProposalState.OPEN]
    desk.page.keyboard.press("e")
    desk.page.wait_for_url(re.compile(r"/catalog/proposal/\d+/$"))
    assert faults(desk.page) == {}
    desk.wait_for_focus("#id_title")
    desk.page.keyboard.press("Control+A")
    desk.page.keyboard.type("Searches with three engines")
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url(re.compile(r"/queue/offered/"))
    assert sorted(plover.offerings.values_list("taken_apart_by", "title")) == [
        ("editor", "Searches with three engines"),
        ("rules", "Voice cloning"),
    ]
    assert "Ringed plover" not in desk.page.inner_text("[data-rows], #content")


def test_thirty_are_answered_by_sixty_keystrokes_at_most(desk: Any, waders: list[Artifact]) -> None:
    """From anywhere on the page: j stands on the first, then each takes one letter, and the next row is at hand."""
    mine = Proposal.objects.filter(artifact__in=waders)
    assert mine.filter(state=ProposalState.OPEN).count() == MANY
    desk.goto("/admin/queue/offered/")
    keys: list[str] = []

    def press(key: str) -> None:
        keys.append(key)
        desk.page.keyboard.press(key)

    while mine.filter(state=ProposalState.OPEN).exists() and len(keys) < 3 * MANY:
        if not desk.focused("e.matches('[id^=p]') && !!e.closest('[data-rows]')"):
            press("j")
            continue
        pk = int(desk.focused("e.id")[1:])
        if not mine.filter(pk=pk).exists():  # the demo's own
            press("j")
            continue
        with desk.page.expect_navigation():
            press("r" if len(keys) % 3 == 0 else "a")
        desk.page.wait_for_selector(".messagelist")
    assert not mine.filter(state=ProposalState.OPEN).exists()
    assert len(keys) <= 2 * MANY
    assert {*mine.values_list("state", flat=True)} == {ProposalState.ACCEPTED, ProposalState.REFUSED}
    assert faults(desk.page) == {}
