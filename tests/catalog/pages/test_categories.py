"""The shelves, and what stands on one of them."""

from __future__ import annotations

import pytest

from catalog.pages.leaders import PER_KIND
from tests.catalog.pages.conftest import Look
from tests.catalog.pages.shelves import Shelves
from tests.factories import make_artifact, make_category, make_generation, make_offering, make_standing

pytestmark = pytest.mark.django_db


def test_the_list_describes_and_counts_each_shelf(look: Look, shelves: Shelves) -> None:
    make_artifact(lifecycle="draft", published_at=None, categories=[shelves.category])
    make_category(name="Empty shelf", description="Nothing yet.")
    cards = {card.one("h2").one("a").text: card for card in look("/categories/").main.all("li", class_="card")}
    assert list(cards) == ["Empty shelf", "Text models"]
    assert cards["Text models"].one(class_="count").text == "2"
    assert cards["Empty shelf"].one(class_="count").text == "0"
    assert "What reads and writes." in cards["Text models"].text


def test_a_shelf_groups_by_kind(look: Look, shelves: Shelves) -> None:
    make_artifact(kind="dataset", name="Corpus", categories=[shelves.category])
    page = look("/categories/text-models/")
    sections = {
        s.one("h2").text: [row.one("h3").text for row in s.all("li", class_="row")] for s in page.main.all("section")
    }
    assert sections == {"Models 2": ["Full", "Rival"], "Datasets 1": ["Corpus"]}
    assert page.main.one(class_="tagline").text == page.meta("description") == "What reads and writes."


def test_it_names_what_is_offered_most(look: Look, shelves: Shelves) -> None:
    make_offering(artifact=shelves.full)
    chips = look("/categories/text-models/").main.one("ul", class_="chips")
    assert chips.all("li")[0].text == "Summarisation 2"
    assert len(chips.all("li")) == 2


def test_the_best_of_each_kind_come_first_once_there_are_ranks(look: Look, shelves: Shelves) -> None:
    generation = make_generation()
    make_standing(generation=generation, artifact=shelves.rival, score=70, low=65, high=75)
    make_standing(generation=generation, artifact=shelves.full, score=40, low=35, high=45)
    assert look("/categories/text-models/").main.texts("h3") == ["Rival", "Full"]


def test_a_long_shelf_is_cut_and_leads_to_the_whole(look: Look, shelves: Shelves) -> None:
    for _ in range(12):
        make_artifact(categories=[shelves.category])
    page = look("/categories/text-models/")
    assert len(page.main.all("li", class_="row")) == PER_KIND
    whole = page.main.one("p", class_="more-link").one("a")
    assert whole.text == "All 14 models"
    assert look(whole["href"]).one(id="results-count").text == "14 artifacts"


def test_an_empty_shelf_says_so(look: Look, db: None) -> None:
    category = make_category(description="")
    assert "This shelf is empty" in look(category.get_absolute_url()).main.text
