"""Pages of intents show what many people chose, and nothing that one person asked."""

from __future__ import annotations

import datetime as dt

import pytest

from catalog.models import Artifact
from ranking import generations
from ranking.graph import folding
from ranking.models import Intent
from tests.factories import make_artifact, make_capability
from tests.ranking.graph.events import NOW, choose, search
from tests.ranking.pages.conftest import Look
from tests.remembered import remembered

pytestmark = pytest.mark.django_db


@pytest.fixture
@remembered
def two() -> tuple[Artifact, Artifact]:
    return make_artifact(name="Scribe", slug="scribe"), make_artifact(name="Painter", slug="painter")


def many(two: tuple[Artifact, Artifact], text: str = "draw a logo", *, people: int = 12, **given: object) -> None:
    capability = make_capability()
    for who in range(people):
        one = search(text, *two, who=who, ago=1 + who % 4, **given)
        one.shown = [[artifact.pk, capability.pk] for artifact in two]
        one.save()
        if given.get("answered", True) and who % 3:
            made = choose(one, two[0])
            if who % 2:
                choose(one, made.artifact, worked=True)
    folding.fold(now=NOW)


def test_who_serves_it_best_stands_first_with_its_n(two, look: Look):
    many(two)
    page = look("/intents/draw-a-logo/").source
    assert page.index("Scribe") < page.index("Painter")
    assert "12 independent people" in page
    assert '<svg class="graph"' in page
    assert "Chosen of looks" in page, "a share of what is shown it is not"
    assert ">about " in page


def test_what_few_people_asked_has_no_page(two, look: Look):
    many(two, people=9)
    intent = Intent.objects.get()
    look(f"/intents/{intent.slug}/", status=404)
    assert intent.name not in look("/intents/").source
    assert intent.name not in look("/wanted/").source


def test_a_blocked_intent_has_no_page(two, look: Look):
    many(two)
    Intent.objects.update(is_blocked=True)
    look("/intents/draw-a-logo/", status=404)


def test_a_merged_one_leads_on_and_adds_to_where_it_went(two, client, look: Look):
    many(two)
    many(two, "paint an emblem")
    one, other = Intent.objects.get(slug="paint-an-emblem"), Intent.objects.get(slug="draw-a-logo")
    one.merged_into = other
    one.save()
    assert client.get("/intents/paint-an-emblem/")["Location"] == "/intents/draw-a-logo/"
    assert "<td>24</td>" in look("/intents/draw-a-logo/").source, "shown in both"


def test_what_is_not_answered_is_wanted(two, look: Look):
    many(two, "fold proteins", answered=False)
    assert "fold proteins" in look("/wanted/").source
    assert "fold proteins" not in look("/intents/").source


def test_samples_are_marked_wherever_they_are_counted(two, look: Look):
    many(two, is_sample=True)
    assert "Sample:" in look("/intents/draw-a-logo/").source
    assert ", sample" in look("/intents/").source
    generations.build(now=NOW + dt.timedelta(hours=1))
    assert "Sample:" in look("/artifacts/scribe/").source


def test_an_artifact_tells_how_often_it_was_shown_and_chosen(two, look: Look):
    many(two)
    generations.build(now=NOW + dt.timedelta(hours=1))
    page = look("/artifacts/scribe/").source
    assert "Shown in 12 answers and chosen 8 times" in page
    assert "Sample:" not in page
    assert "/intents/draw-a-logo/" in page
    assert "Matched" in look("/artifacts/painter/").source


def test_an_empty_graph_says_so(look: Look):
    assert "Nothing has been asked by enough people yet" in look("/intents/").source
    assert "Nothing is missing" in look("/wanted/").source


def test_what_is_chosen_shows_at_once(two, look: Look, client):
    """The catalog has not changed, the graph has: no kept page stands in for it."""
    many(two)
    before = client.get("/intents/draw-a-logo/")
    assert client.get("/intents/draw-a-logo/", headers={"If-None-Match": before["ETag"]}).status_code == 304
    choose(search("draw a logo", *two, who=99, ago=0.5), two[0])
    folding.fold(now=NOW)
    after = client.get("/intents/draw-a-logo/", headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert "in 13 searches" in after.content.decode()
