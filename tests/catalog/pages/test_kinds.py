"""The 19 kinds, and what there is of one of them."""

from __future__ import annotations

import pytest
from django.test import Client

from catalog.choices import Kind
from catalog.kinds import KINDS
from tests.catalog.pages.conftest import Look
from tests.catalog.pages.shelves import Shelves
from tests.factories import make_artifact, make_generation, make_standing

pytestmark = pytest.mark.django_db


def test_all_kinds_are_listed_with_their_counts(look: Look, shelves: Shelves) -> None:
    make_artifact(kind="dataset")
    cards = {card.one("h2").one("a")["href"]: card for card in look("/kinds/").main.all("li", class_="card")}
    assert set(cards) == {f"/kinds/{kind}/" for kind in Kind.values}
    assert cards["/kinds/model/"].one(class_="count").text == "4"
    assert cards["/kinds/dataset/"].one(class_="count").text == "1"
    assert cards["/kinds/prompt/"].one(class_="count").text == "0"
    assert KINDS["mcp"].sentence in cards["/kinds/mcp/"].text


@pytest.mark.parametrize("kind", Kind.values)
def test_every_kind_has_a_page_also_without_an_artifact(look: Look, db: None, kind: str) -> None:
    page = look(f"/kinds/{kind}/")
    assert page.one("h1").text == KINDS[kind].plural
    assert page.meta("description") == KINDS[kind].sentence
    assert "None yet" in page.main.text


def test_a_kind_lists_its_own(look: Look, shelves: Shelves) -> None:
    make_artifact(kind="dataset", name="Corpus")
    page = look("/kinds/model/")
    assert page.main.texts("h3") == ["Base", "Full", "Rival", "Sparse"]
    assert page.main.one("h2").text.startswith("4 artifacts")
    assert "/artifacts/?kind=model" in page.main.hrefs()


def test_it_pages_on(look: Look, db: None) -> None:
    for number in range(30):
        make_artifact(kind="prompt", name=f"Prompt {number:02}")
    first = look("/kinds/prompt/")
    second = look(f"/kinds/prompt/{first.one('a', rel='next')['href']}")
    assert first.main.texts("h3") + second.main.texts("h3") == [f"Prompt {number:02}" for number in range(30)]


def test_it_sorts(look: Look, shelves: Shelves) -> None:
    assert look("/kinds/model/?sort=new").main.texts("h3")[0] == "Sparse"


def test_the_best_come_first_once_there_are_ranks(look: Look, shelves: Shelves) -> None:
    generation = make_generation()
    make_standing(generation=generation, artifact=shelves.rival, score=70, low=65, high=75)
    make_standing(generation=generation, artifact=shelves.full, score=40, low=35, high=45)
    assert look("/kinds/model/").main.texts("h3")[:2] == ["Rival", "Full"]


def test_filters_of_the_list_are_not_read_here(look: Look, shelves: Shelves) -> None:
    """The page is about one kind; whoever wants to narrow it is one click from the list."""
    assert look("/kinds/model/?kind=dataset&licence=permissive").main.texts("h3") == look("/kinds/model/").main.texts(
        "h3"
    )


@pytest.mark.parametrize("kind", ["models", "MODEL", "nothing"])
def test_an_unknown_kind_is_404(client: Client, db: None, kind: str) -> None:
    assert client.get(f"/kinds/{kind}/").status_code == 404
