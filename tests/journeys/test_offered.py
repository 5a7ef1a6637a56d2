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
    assert desk.focused("e.id") == "id_title"
    desk.page.keyboard.press("Control+A")
    desk.page.keyboard.type("Searches with three engines")
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url(re.compile(r"/queue/offered/"))
    assert sorted(plover.offerings.values_list("taken_apart_by", "title")) == [
        ("editor", "Searches with three engines"),
        ("rules", "Voice cloning"),
    ]
    assert "Ringed plover" not in desk.page.inner_text("[data-rows], #content")
