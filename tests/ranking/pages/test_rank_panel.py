"""The rank on an artifact's own page."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Standing
from tests.cast import erin
from tests.catalog.pages.markup import Element
from tests.factories import make_artifact
from tests.ranking.pages.conftest import Look
from tests.ranking.pages.evidence import World

pytestmark = pytest.mark.django_db


def panel(look: Look, slug: str) -> Element:
    return look(f"/artifacts/{slug}/").one("section", class_="glance-rank")


def test_it_shows_band_coverage_components_and_the_way_to_the_reasons(look: Look, world: World) -> None:
    standing = world.standing(world.full)
    shown = panel(look, "full")
    label = shown.one("svg", class_="rank-line")["aria-label"]
    wanted = f"Rank {round(standing.score)} of 100, likely between {round(standing.low)} and {round(standing.high)}"
    assert label == wanted
    assert f"coverage {round(100 * standing.coverage)}\u202f%" in shown.text
    parts = dict(zip(shown.texts("dt"), shown.texts("dd"), strict=True))
    assert parts["Adoption"] == str(round(standing.adoption or 0))
    assert parts["Match"] == "no data"
    assert {"Momentum of 100; 50 is typical", "Alive in a year"} < set(parts)
    assert "/artifacts/full/rank/" in shown.hrefs()


def test_a_percentile_is_told_only_where_there_is_one(look: Look, world: World) -> None:
    assert "MCP servers" not in panel(look, "stale").text
    Standing.objects.filter(artifact=world.full).update(percentile=92.4)
    Standing.objects.filter(artifact=world.burst).update(percentile=30)
    assert "top 8\u202f% of MCP servers" in panel(look, "full").text
    assert "above 30\u202f% of MCP servers" in panel(look, "burst").text


def test_what_rests_on_a_prior_is_labelled(look: Look, world: World) -> None:
    assert "/methodology/#prior" in panel(look, "full").hrefs()


def test_without_a_rank_it_says_what_is_needed(look: Look, world: World) -> None:
    shown = panel(look, "bare")
    assert shown.one("svg", class_="rank-line")["aria-label"] == "Not ranked yet"
    assert "sorts that come about in different ways, beside documentation" in shown.text
    assert shown.all("dl") == []


def test_what_is_newer_than_the_ranks_says_so(look: Look, world: World) -> None:
    make_artifact(slug="newest")
    assert "newer than the ranks" in panel(look, "newest").text


def test_before_the_first_generation_there_is_no_word_of_ranks(look: Look, db: None) -> None:
    make_artifact(slug="first")
    assert look("/artifacts/first/").all("section", class_="glance-rank") == []


def test_a_preview_at_the_desk_shows_it_without_the_way_to_a_public_page(
    look: Look, world: World, client: object
) -> None:
    client.force_login(erin())  # type: ignore[attr-defined]
    page = look(f"/admin/catalog/artifact/{world.full.pk}/preview/")
    assert "/artifacts/full/rank/" not in page.one("section", class_="glance-rank").hrefs()


def test_it_costs_one_query(look: Look, world: World) -> None:
    make_artifact(slug="first")
    look("/artifacts/full/")
    with CaptureQueriesContext(connection) as queries:
        look("/artifacts/sparse/")
    assert sum("ranking_" in query["sql"] for query in queries) == 1
