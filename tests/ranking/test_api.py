"""/api/v1/artifacts/<slug>/rank/ and /history/, and rank.json: fixed shapes, exact sums, honest when empty."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from catalog.models import Artifact
from catalog.publishing import rename_slug, withdraw
from ranking import generations, snapshots
from ranking.verifying import differences
from tests.factories import make_artifact
from tests.ranking.conftest import NOW, make_ranked
from tests.remembered import remembered

pytestmark = pytest.mark.django_db
POINT = {
    "signal", "family", "component", "value", "observed_at", "source", "z", "weight", "points", "estimated", "note",
    "points_now", "z_observed",
}  # fmt: skip


@pytest.fixture
@remembered
def artifact() -> Artifact:
    artifacts = make_ranked(3)
    generations.build(now=NOW)
    snapshots.take(now=NOW)
    return artifacts[2]


def answer(client: Client, address: str) -> dict[str, Any]:
    response = client.get(address)
    assert response.status_code == 200, response.content
    found: dict[str, Any] = response.json()
    return found


def test_rank_json_has_the_fixed_shape_and_verifies(client: Client, artifact: Artifact) -> None:
    it = answer(client, f"/artifacts/{artifact.slug}/rank.json")
    fixed = {
        "artifact", "kind", "generation", "formula_version", "rank", "low", "high", "percentile", "coverage",
        "components", "momentum", "survival", "points", "configuration",
    }  # fmt: skip
    assert fixed <= set(it)
    assert set(it["components"]) == {"adoption", "quality", "ecosystem", "match", "freshness"}
    for point in it["points"]:
        assert set(point) >= POINT
        assert (point["source"] is None) == point["estimated"]
    assert min(max(50 + sum(point["points"] for point in it["points"]), 0), 100) == it["rank"]
    assert differences(it) == []
    formula = client.get(it["configuration"])
    assert formula.status_code == 200
    assert b'version: "1"' in formula.content


def test_the_rank_of_the_api_is_that_of_the_list(client: Client, artifact: Artifact) -> None:
    it = answer(client, f"/api/v1/artifacts/{artifact.slug}/rank/")
    row = answer(client, f"/api/v1/artifacts/{artifact.slug}/")["rank"]
    assert (it["rank"], it["low"], it["high"], it["generation"]) == (
        row["score"], row["low"], row["high"], row["generation"],
    )  # fmt: skip
    assert "recompute" not in it
    assert it["download"].endswith(f"/artifacts/{artifact.slug}/rank.json")


def test_answers_name_their_generation_in_a_header(client: Client, artifact: Artifact) -> None:
    """Made, kept and unchanged ones alike; before the first generation there is none to name."""
    address = f"/api/v1/artifacts/{artifact.slug}/rank/"
    made, again = client.get(address), client.get(address)
    assert (made["Generation"], again["Generation"]) == ("1", "1")
    assert client.get(address, headers={"if-none-match": made["ETag"]})["Generation"] == "1"
    assert client.get("/api/v1/kinds/")["Generation"] == "1"


def test_whoever_has_it_hears_304_until_a_new_generation(client: Client, artifact: Artifact) -> None:
    address = f"/artifacts/{artifact.slug}/rank.json"
    tag = client.get(address)["ETag"]
    assert client.get(address, headers={"if-none-match": tag}).status_code == 304
    generations.build(now=NOW + dt.timedelta(hours=1))
    assert client.get(address, headers={"if-none-match": tag}).status_code == 200


def test_history_has_each_week_and_a_past_week_can_be_asked_for(client: Client, artifact: Artifact) -> None:
    history = answer(client, f"/api/v1/artifacts/{artifact.slug}/history/")
    assert (history["next"], history["previous"]) == (None, None)
    (week,) = history["results"]
    assert week["on"] == "2026-11-16"
    assert answer(client, f"/api/v1/artifacts/{artifact.slug}/rank/?at=2026-11-19") == week
    assert client.get(f"/api/v1/artifacts/{artifact.slug}/rank/?at=2026-11-15").status_code == 404
    assert client.get(f"/api/v1/artifacts/{artifact.slug}/rank/?at=yesterday").status_code == 400


def test_an_artifact_without_a_rank_answers_with_what_is_known(client: Client, artifact: Artifact) -> None:
    poor = make_artifact(kind="repo")
    assert client.get(f"/artifacts/{poor.slug}/rank.json").status_code == 404  # no generation knows it yet
    generations.build(now=NOW)
    it = answer(client, f"/artifacts/{poor.slug}/rank.json")
    assert (it["rank"], it["low"], it["coverage"]) == (None, None, None)


@pytest.mark.parametrize(
    "address", ["/artifacts/{}/rank.json", "/api/v1/artifacts/{}/rank/", "/api/v1/artifacts/{}/history/"]
)
def test_moved_withdrawn_and_unknown_artifacts(client: Client, artifact: Artifact, address: str) -> None:
    old = artifact.slug
    rename_slug(artifact, "renamed")
    moved = client.get(address.format(old))
    assert (moved.status_code, moved["Location"]) == (301, address.format("renamed"))
    withdraw(artifact, reason="Gone.")
    assert client.get(address.format("renamed")).status_code == 410
    assert client.get(address.format("nowhere")).status_code == 404
    draft = make_artifact(lifecycle="draft", published_at=None)
    assert client.get(address.format(draft.slug)).status_code == 404


def test_before_the_first_generation_there_is_nothing_to_say(client: Client) -> None:
    poor = make_artifact()
    response = client.get(f"/artifacts/{poor.slug}/rank.json")
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"


def test_a_rank_costs_few_queries(client: Client, artifact: Artifact, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(10):
        client.get(f"/artifacts/{artifact.slug}/rank.json")


def test_leaderboards_are_by_kind_with_ties_said(client: Client, artifact: Artifact) -> None:
    make_ranked(2, kind="dataset")
    generations.build(now=NOW)
    boards = answer(client, "/api/v1/leaderboards/")["results"]
    assert [(board["kind"], board["ranked"], len(board["places"])) for board in boards] == [
        ("repo", 3, 3),
        ("dataset", 2, 2),
    ]
    first = boards[0]["places"][0]
    assert (first["place"], first["tied"], first["said"]) == (1, False, "")
    assert {"slug", "name", "kind", "tagline", "url", "rank", "verified"} <= set(first["artifact"])
    lows = [place["artifact"]["rank"]["low"] for place in boards[0]["places"]]
    assert lows == sorted(lows, reverse=True)
    (only,) = answer(client, "/api/v1/leaderboards/?kind=dataset&limit=1")["results"]
    assert (only["kind"], only["ranked"], len(only["places"])) == ("dataset", 2, 1)
    assert client.get("/api/v1/leaderboards/?category=nowhere").status_code == 400
    assert client.get("/api/v1/leaderboards/?kind=ship").status_code == 400


def test_leaderboards_are_empty_before_the_first_generation(client: Client) -> None:
    assert answer(client, "/api/v1/leaderboards/")["results"] == []
