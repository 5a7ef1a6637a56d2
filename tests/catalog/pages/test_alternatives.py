"""What else does the same: those that can take an artifact's place, nearest first."""

from __future__ import annotations

import pytest

from catalog.models import Related
from catalog.publishing import withdraw
from tests.catalog.pages.conftest import Look
from tests.catalog.pages.shelves import Shelves
from tests.factories import make_artifact, make_generation, make_offering, make_standing

pytestmark = pytest.mark.django_db


def test_an_alternative_says_what_is_shared_and_what_only_one_has(look: Look, shelves: Shelves) -> None:
    make_offering(artifact=shelves.rival)
    Related.objects.update(shared_count=1)
    row = look("/artifacts/full/alternatives/").main.one("li", class_="row")
    assert row.one("h2").one("a")["href"] == "/artifacts/rival/"
    assert "Summarisation" in row.text
    assert "1 only there, 0 only here" in row.text


def test_they_come_in_the_order_of_their_overlap(look: Look, shelves: Shelves) -> None:
    for position, name in enumerate(("Second", "Third"), start=1):
        other = make_artifact(name=name)
        Related.objects.create(
            artifact=shelves.full,
            other=other,
            overlap=0.5 - position / 10,
            shared=[shelves.capability.pk],
            shared_count=1,
            is_alternative=True,
            position=position,
        )
    assert look("/artifacts/full/alternatives/").main.texts("h2") == ["Rival", "Second", "Third"]


def test_what_cannot_take_its_place_is_left_out(look: Look, shelves: Shelves) -> None:
    """A dataset that shares a capability is related, and no alternative."""
    other = make_artifact(kind="dataset", name="Corpus")
    Related.objects.create(
        artifact=shelves.full, other=other, overlap=0.4, shared=[], shared_count=1, is_alternative=False, position=1
    )
    make_artifact()  # a change: the row above was written past the doors
    page = look("/artifacts/full/alternatives/")
    assert "Corpus" not in page.main.text
    assert "Corpus" in look("/artifacts/full/").section("related").text


def test_withdrawn_ones_vanish_at_once(look: Look, shelves: Shelves) -> None:
    withdraw(shelves.rival, reason="Gone.")
    assert "Nothing else does this" in look("/artifacts/full/alternatives/").main.text


def test_without_alternatives_it_says_so(look: Look, shelves: Shelves) -> None:
    page = look("/artifacts/sparse/alternatives/")
    assert "Nothing else does this" in page.main.text
    assert page.all("li", class_="row") == []


def test_it_leads_back_to_the_artifact(look: Look, shelves: Shelves) -> None:
    trail = look("/artifacts/full/alternatives/").one("nav", aria_label="Breadcrumb")
    assert trail.hrefs() == ["/artifacts/full/"]


def test_ranks_appear_with_the_first_generation(look: Look, shelves: Shelves) -> None:
    assert look("/artifacts/full/alternatives/").all(class_="rank-line") == []
    make_standing(generation=make_generation(), artifact=shelves.rival)
    assert len(look("/artifacts/full/alternatives/").main.all("svg", class_="rank-line")) == 1
