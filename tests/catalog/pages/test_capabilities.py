"""The vocabulary as an index, and who does one of its capabilities."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from catalog import vocabulary
from catalog.models import Offering
from catalog.pages.leaders import PER_KIND
from catalog.publishing import withdraw
from tests.catalog.pages.conftest import Look
from tests.catalog.pages.markup import Page
from tests.catalog.pages.shelves import Shelves
from tests.factories import make_artifact, make_capability, make_generation, make_offering, make_standing

pytestmark = pytest.mark.django_db


def groups(page: Page) -> dict[str, list[str]]:
    """Names of artifacts by the heading of their group."""
    sections = [s for s in page.main.all("section") if s["aria-labelledby"].startswith("kind-")]
    return {s.one("h2").text: [row.one("h3").text for row in s.all("li", class_="row")] for s in sections}


# --- the index --------------------------------------------------------------------------------------------------------


def test_the_index_groups_by_subject_and_counts_public_offerings(look: Look, shelves: Shelves) -> None:
    make_offering(artifact=make_artifact(lifecycle="draft", published_at=None), capability=shelves.capability)
    make_capability(key="image.captioning", slug="captioning", name="Captioning")
    page = look("/capabilities/")
    assert page.main.texts("h2") == ["Image", "Text"]
    counts = {item.one("a").text: item.one(class_="count").text for item in page.main.all("li")}
    assert counts == {"Captioning": "0", "Summarisation": "2", "Writing": "1"}


def test_narrower_ones_are_set_in(look: Look, shelves: Shelves) -> None:
    assert look("/capabilities/").main.texts("li", class_="narrower") == ["Summarisation2"]


# --- one capability ---------------------------------------------------------------------------------------------------


def test_it_says_what_is_meant(look: Look, shelves: Shelves) -> None:
    page = look("/capabilities/summarisation/")
    assert page.one("h1").text == "Summarisation"
    assert page.main.one(class_="tagline").text == "Says it shorter."
    assert page.meta("description") == "Says it shorter."
    terms = dict(zip(page.main.texts("dt"), page.main.texts("dd"), strict=True))
    assert terms == {"Address": "capability://text.summarisation", "Also called": "tl;dr"}
    assert page.one("nav", aria_label="Breadcrumb").hrefs() == ["/capabilities/", "/capabilities/text-generation/"]
    assert page.canonical == f"{settings.SITE_URL}/capabilities/summarisation/"


def test_where_nobody_offers_it_by_name_those_stand_there_who_offer_a_narrower_one(look: Look) -> None:
    broadest = make_capability(slug="writing", name="Writing")
    broader = make_capability(name="Prose", broader=broadest)
    make_offering(artifact=make_artifact(name="Scribe"), capability=make_capability(name="Novels", broader=broader))
    make_offering(artifact=make_artifact(name="Digger"))
    page = look("/capabilities/writing/").main
    assert "These offer something narrower" in page.text
    assert page.texts("h3") == ["Scribe"]
    assert "Nobody does this yet" not in page.text
    make_offering(artifact=make_artifact(name="Author"), capability=broadest)
    page = look("/capabilities/writing/").main
    assert "These offer something narrower" not in page.text
    assert "Scribe" not in page.text


def test_the_broader_one_leads_to_the_narrower_ones(look: Look, shelves: Shelves) -> None:
    page = look("/capabilities/text-generation/")
    assert "/capabilities/summarisation/" in page.main.one("ul", class_="chips").hrefs()


def test_each_kind_has_a_list_of_its_own(look: Look, shelves: Shelves) -> None:
    """Ranks of different kinds are not comparable."""
    for name in ("Corpus", "Archive"):
        make_offering(artifact=make_artifact(kind="dataset", name=name), capability=shelves.capability)
    make_offering(artifact=make_artifact(name="Third model"), capability=shelves.capability)
    assert groups(look("/capabilities/summarisation/")) == {
        "Models 3": ["Full", "Rival", "Third model"],
        "Datasets 2": ["Archive", "Corpus"],
    }


def test_an_entry_leads_to_the_offering_and_shows_its_confidence(look: Look, shelves: Shelves) -> None:
    page = look("/capabilities/summarisation/")
    entry = page.main.all("li", class_="row")[0]
    address, _, anchor = entry.one("h3").one("a")["href"].partition("#")
    assert address == "/artifacts/full/"
    assert look(address).one("details", id=anchor)
    assert "confidence" in entry.one("svg", class_="pips")["aria-label"].lower()
    assert "Condenses reports" in entry.text
    assert "Keeps the numbers." in entry.text


def test_the_best_come_first_once_there_are_ranks(look: Look, shelves: Shelves) -> None:
    generation = make_generation()
    make_standing(generation=generation, artifact=shelves.full, score=40, low=35, high=45)
    make_standing(generation=generation, artifact=shelves.rival, score=70, low=65, high=75)
    assert groups(look("/capabilities/summarisation/")) == {"Models 2": ["Rival", "Full"]}


def test_a_long_group_is_cut_and_leads_to_the_whole(look: Look, shelves: Shelves) -> None:
    for _ in range(12):
        make_offering(capability=shelves.capability)
    page = look("/capabilities/summarisation/")
    assert len(page.main.all("li", class_="row")) == PER_KIND
    whole = page.main.one("p", class_="more-link").one("a")
    assert whole.text == "All 14 models"
    assert look(whole["href"]).one(id="results-count").text == "14 artifacts"


def test_what_nobody_does_says_so(look: Look, db: None) -> None:
    make_capability(slug="flying", description="")
    page = look("/capabilities/flying/")
    assert "Nobody does this yet" in page.main.text


def test_withdrawn_artifacts_leave_the_page_at_once(look: Look, shelves: Shelves) -> None:
    withdraw(shelves.rival, reason="Gone.")
    assert groups(look("/capabilities/summarisation/")) == {"Models 1": ["Full"]}


def test_a_merged_capability_sends_on_and_its_offerings_are_there(client: Client, look: Look, shelves: Shelves) -> None:
    other = make_capability(key="text.abridging", slug="abridging", name="Abridging")
    make_offering(artifact=make_artifact(name="Abridger"), capability=other)
    vocabulary.merge(other, into=shelves.capability, why="The same thing.")
    response = client.get("/capabilities/abridging/")
    assert (response.status_code, response["Location"]) == (301, "/capabilities/summarisation/")
    assert "Abridger" in groups(look("/capabilities/summarisation/"))["Models 3"]
    assert Offering.objects.filter(capability=other).count() == 0
    assert "Abridging" not in look("/capabilities/").main.text


def test_the_leftover_address_of_a_merged_capability_is_no_page(client: Client, shelves: Shelves) -> None:
    other = make_capability(key="text.abridging", slug="abridging", name="Abridging")
    vocabulary.merge(other, into=shelves.capability, why="The same thing.")
    other.refresh_from_db()
    assert client.get(f"/capabilities/{other.slug}/").status_code == 404
