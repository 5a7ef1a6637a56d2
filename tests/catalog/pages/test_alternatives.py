"""What else does the same: those that can take an artifact's place, nearest first."""

from __future__ import annotations

import pytest

from catalog.models import Artifact, Related
from catalog.publishing import withdraw
from tests.catalog.pages.conftest import Look
from tests.catalog.pages.shelves import Shelves
from tests.factories import make_artifact, make_capability, make_generation, make_offering, make_standing

pytestmark = pytest.mark.django_db


def test_an_alternative_says_what_is_shared_and_what_only_one_has(look: Look, shelves: Shelves) -> None:
    make_offering(artifact=shelves.rival)
    Related.objects.update(shared_count=1)
    row = look("/artifacts/full/alternatives/").main.one("li", class_="row")
    assert row.one("h2").one("a")["href"] == "/artifacts/rival/"
    assert "Summarisation" in row.text
    assert "1 only there, 0 only here" in row.text


def relate(*pairs: tuple[Artifact, Artifact]) -> None:
    for artifact, other in pairs:
        Related.objects.create(
            artifact=artifact, other=other, overlap=0.5, shared=[], shared_count=1, is_alternative=True, position=0
        )


def test_who_does_something_narrower_does_the_broader_thing_as_well(look: Look) -> None:
    broader = make_capability(name="Writing")
    narrower = [make_capability(name=name, broader=broader) for name in ("Summaries", "Poems")]
    writes, sums_up = make_artifact(slug="writes"), make_artifact(slug="sums-up")
    make_offering(artifact=writes, capability=broader)
    for capability in narrower:
        make_offering(artifact=sums_up, capability=capability)
    relate((writes, sums_up), (sums_up, writes))
    make_artifact()  # a change: the rows above were written past the doors
    assert "2 only there, 0 only here" in look("/artifacts/writes/alternatives/").main.text
    assert "0 only there, 2 only here" in look("/artifacts/sums-up/alternatives/").main.text


def test_those_who_do_something_narrower_are_counted_among_those_who_do_it(look: Look) -> None:
    """Else it would be said that nobody else does what every second artifact does."""
    broader = make_capability(name="Writing")
    narrower = make_capability(name="Summaries", broader=broader)
    one, other, *_ = (make_artifact(slug=f"a-{number}") for number in range(5))
    for artifact in (one, other):
        make_offering(artifact=artifact, capability=broader)
    for artifact in Artifact.objects.exclude(pk__in=[one.pk, other.pk]):
        make_offering(artifact=artifact, capability=narrower)
    Related.objects.create(
        artifact=one, other=other, overlap=1, shared=[broader.pk], shared_count=1, is_alternative=True, position=0
    )
    make_artifact()
    for page in ("/artifacts/a-0/", "/artifacts/a-0/alternatives/"):
        assert "Both offer Writing. Only 3 others do." in look(page).main.text


def test_a_page_shows_first_what_could_take_its_place(look: Look) -> None:
    artifact = make_artifact(slug="one")
    for position in range(9):
        Related.objects.create(
            artifact=artifact,
            other=make_artifact(name=f"Close {position}"),
            overlap=0.9 - position / 10,
            shared=[],
            shared_count=1,
            is_alternative=position in (3, 8),
            position=position,
        )
    make_artifact()
    section = look("/artifacts/one/").section("related")
    shown = [name for name in (f"Close {position}" for position in (3, 8, 0, 1, 2, 4)) if name in section.text]
    assert [section.text.index(name) for name in shown] == sorted(section.text.index(name) for name in shown)
    assert len(shown) == len(section.all("li")) == 6
    assert "/artifacts/one/alternatives/" in section.hrefs()
    Related.objects.update(is_alternative=False)
    make_artifact()
    assert "/artifacts/one/alternatives/" not in look("/artifacts/one/").section("related").hrefs()


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
    assert "Nothing here could take its place" in look("/artifacts/full/alternatives/").main.text


def test_without_alternatives_it_says_so(look: Look, shelves: Shelves) -> None:
    page = look("/artifacts/sparse/alternatives/")
    assert "Nothing here could take its place" in page.main.text
    assert page.all("li", class_="row") == []


def test_it_leads_back_to_the_artifact(look: Look, shelves: Shelves) -> None:
    trail = look("/artifacts/full/alternatives/").one("nav", aria_label="Breadcrumb")
    assert trail.hrefs() == ["/artifacts/full/"]


def test_ranks_appear_with_the_first_generation(look: Look, shelves: Shelves) -> None:
    assert look("/artifacts/full/alternatives/").all(class_="rank-line") == []
    make_standing(generation=make_generation(), artifact=shelves.rival)
    assert len(look("/artifacts/full/alternatives/").main.all("svg", class_="rank-line")) == 1
