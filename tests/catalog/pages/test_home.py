"""The front page: what to ask, two rivals, leaders, what is new, what is disputed."""

from __future__ import annotations

import pytest

from catalog.models import Artifact, Fact, Related
from tests.catalog.pages.conftest import Look
from tests.catalog.pages.shelves import Shelves
from tests.factories import make_artifact, make_capability, make_generation, make_offering, make_standing

pytestmark = pytest.mark.django_db


def test_it_leads_with_the_question_and_a_search_box(look: Look, shelves: Shelves) -> None:
    page = look("/")
    assert page.one("h1").text == "What do you need done?"
    form = page.main.one("form", role="search")
    assert form["action"] == "/search/"
    assert form.one("input")["name"] == "q"


def test_it_offers_intents_of_different_capability_groups(look: Look, shelves: Shelves) -> None:
    groups = ("code", "image", "audio", "video", "agent", "data")
    for group in groups:
        capability = make_capability(key=f"{group}.thing", slug=f"{group}-thing")
        make_offering(capability=capability, intents=[f"do the {group} thing for me", f"another {group} thing"])
    chosen = look("/").main.one(class_="ask-try").all("a")
    assert len(chosen) == 5
    assert len({link["href"] for link in chosen}) == 5
    assert all(link["href"].startswith("/capabilities/") for link in chosen)


def test_gaps_in_the_table_cost_no_intent(look: Look, db: None) -> None:
    """Rows that went, and imports that were taken back, leave ids that nobody has."""
    gone = [make_offering().artifact for _ in range(60)]
    for group in ("code", "image", "audio", "video", "agent"):
        make_offering(capability=make_capability(key=f"{group}.thing"), intents=[f"do the {group} thing for me"])
    for artifact in gone:
        artifact.delete()
    assert len(look("/").main.one(class_="ask-try").all("a")) == 5


def test_intents_of_drafts_are_not_offered(look: Look, db: None) -> None:
    make_offering(artifact=make_artifact(lifecycle="draft", published_at=None), intents=["do the secret thing for me"])
    assert "secret" not in look("/").text


def test_it_compares_two_rivals_of_one_kind(look: Look, shelves: Shelves) -> None:
    pair = look("/").main.one("table", class_="versus")
    names = {link["href"] for link in pair.all("a", class_="versus-name")}
    assert names == {"/artifacts/full/", "/artifacts/rival/"}
    rows = {row.one("th").text: [cell.text for cell in row.all("td")] for row in pair.one("tbody").all("tr")}
    assert sorted(rows["Licence"]) == ["Apache-2.0", "MIT"]


def test_without_rivals_there_is_no_comparison(look: Look, shelves: Shelves) -> None:
    Related.objects.all().delete()
    make_artifact()  # a change, so that no kept page stands in the way
    assert look("/").all(class_="versus") == []


def test_leaders_appear_with_the_first_ranks(look: Look, shelves: Shelves) -> None:
    page = look("/")
    assert "Leaders of their kind" not in page.texts("h2")
    assert page.all(class_="rank-line") == []
    generation = make_generation()
    data = make_artifact(kind="dataset")
    make_standing(generation=generation, artifact=shelves.full, score=57, low=51, high=63)
    make_standing(generation=generation, artifact=shelves.rival, score=40, low=30, high=50)
    make_standing(generation=generation, artifact=data, score=20, low=10, high=30)
    leaders = next(section for section in look("/").all("section") if "Leaders of their kind" in section.texts("h2"))
    rows = {row.one("th").text: row.all("td")[0].one("a")["href"] for row in leaders.one("tbody").all("tr")}
    assert rows == {"Models": "/artifacts/full/", "Datasets": f"/artifacts/{data.slug}/"}


def test_the_newest_come_first(look: Look, shelves: Shelves) -> None:
    newest = make_artifact(name="Newest of all")
    new = next(section for section in look("/").all("section") if section.texts("h2") == ["New"])
    assert new.all("a")[0]["href"] == f"/artifacts/{newest.slug}/"
    assert len(new.all("li")) <= 6


def test_disputes_are_shown_until_they_are_settled(look: Look, shelves: Shelves) -> None:
    disputed = next(section for section in look("/").all("section") if section.texts("h2") == ["Disputed"])
    assert disputed.one("a")["href"] == "/artifacts/full/#facts"
    assert "context window" in disputed.text
    Fact.objects.get(artifact=shelves.full, value=65_536).delete()
    assert "Disputed" not in look("/").texts("h2")


def test_kinds_are_counted(look: Look, shelves: Shelves) -> None:
    make_artifact(kind="dataset")
    index = look("/").main.one("ul", class_="index")
    counted = {item.one("a").text: item.one(class_="count").text for item in index.all("li")}
    assert counted == {"Models": str(Artifact.objects.public().count() - 1), "Datasets": "1"}


def test_its_totals_are_those_of_the_public_catalog(look: Look, shelves: Shelves) -> None:
    tally = look("/").main.one(class_="tally")
    figures = [b.text for b in tally.all("b")]
    public = Artifact.objects.public()
    offerings = sum(artifact.offerings.count() for artifact in public)
    assert figures == [str(public.count()), "2", str(offerings)]
