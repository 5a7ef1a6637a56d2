"""Cursors: complete walks in every order, in both directions, while the catalog and its ranks move."""

from __future__ import annotations

import base64
import json

import pytest
from django.test import Client

from catalog.api.paging import CannotRead, Cursor, by_key, by_name
from catalog.models import Artifact, Generation, Standing
from tests.catalog.api.conftest import Get, make_generation, make_standing, slugs, walk
from tests.factories import make_artifact

ORDERS = {order.name: order for order in (by_name(), by_key("rank", "standing_low", "number"))}


@pytest.mark.django_db
@pytest.mark.parametrize("sort", ["name", "new", "changed", "rank", "rank&kind=model"])
def test_a_walk_meets_everything_once_and_back_again(get: Get, unlimited: None, sort: str) -> None:
    generation = make_generation(1)
    for number in range(11):
        artifact = make_artifact(name=f"Name {number % 3}")
        if number % 3:
            make_standing(generation, artifact, 10.0 * (number % 4), percentile=None if number == 5 else 50.0)
    address = f"/api/v1/artifacts/?sort={sort}&limit=2&fields=slug"
    whole = slugs(get(address.replace("limit=2", "limit=200")))
    assert len(whole) == len(set(whole)) == 11
    assert [row["slug"] for page in walk(get, address) for row in page] == whole

    answer = get(address)
    while answer["next"]:
        answer = get(answer["next"])
    backward = slugs(answer)
    while answer["previous"]:
        answer = get(answer["previous"])
        backward = slugs(answer) + backward
    assert backward == whole
    assert answer["previous"] is None
    assert answer["next"] is not None


@pytest.mark.django_db
def test_rows_that_come_and_go_move_nothing_else(get: Get) -> None:
    for letter in "bdfhj":
        make_artifact(slug=letter, name=letter)
    first = get("/api/v1/artifacts/?limit=2&fields=slug")
    Artifact.objects.get(slug="b").delete()
    Artifact.objects.get(slug="d").delete()  # the very row the cursor remembers
    make_artifact(slug="a", name="a")
    make_artifact(slug="g", name="g")
    assert slugs(first) == ["b", "d"]
    assert [row["slug"] for page in walk(get, first["next"]) for row in page] == ["f", "g", "h", "j"]


@pytest.mark.django_db
def test_a_walk_by_rank_stays_in_its_generation(get: Get, client: Client) -> None:
    artifacts = [make_artifact(slug=f"a{number}") for number in range(4)]
    before = make_generation(1)
    for number, artifact in enumerate(artifacts):
        make_standing(before, artifact, 80.0 - number)
    first = get("/api/v1/artifacts/?sort=rank&kind=model&limit=2")
    after = make_generation(2)
    for number, artifact in enumerate(artifacts):
        make_standing(after, artifact, 20.0 + number)
    second = get(first["next"])
    assert slugs(first) + slugs(second) == ["a0", "a1", "a2", "a3"]
    assert {row["rank"]["generation"] for row in second["results"]} == {1}
    assert slugs(get("/api/v1/artifacts/?sort=rank&kind=model")) == ["a3", "a2", "a1", "a0"]

    Standing.objects.filter(generation=before).delete()
    Generation.objects.filter(pk=before.pk).delete()
    response = client.get(f"{first['next']}&fields=slug")  # another address, of which no copy is kept
    assert response.status_code == 410
    assert "Begin again" in response.json()["detail"]


@pytest.mark.django_db
def test_a_cursor_of_another_order_does_not_fit(get: Get, client: Client) -> None:
    make_artifact()
    make_artifact()
    following = get("/api/v1/artifacts/?limit=1")["next"]
    response = client.get(f"{following}&sort=new")
    assert (response.status_code, list(response.json()["errors"])) == (400, ["cursor"])


def packed(*parts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def test_a_cursor_survives_its_text() -> None:
    for cursor in (Cursor("name", 0, ("zebra", 7)), Cursor("rank", 0, (12.5, 3), backward=True, generation_id=9)):
        assert Cursor.from_text(cursor.to_text(), ORDERS.get) == cursor


@pytest.mark.parametrize(
    "text",
    [
        "",
        "%%%",
        "é",
        "x" * 900,
        packed(),
        packed("name", None, 0, 0),
        packed("elsewhere", None, 0, 0, "a", 1),
        packed(["name"], None, 0, 0, "a", 1),
        packed("name", None, 5, 0, "a", 1),
        packed("name", None, -1, 0, "a", 1),
        packed("name", None, True, 0, "a", 1),
        packed("name", None, 0, 2, "a", 1),
        packed("name", None, 0, 0, 1, 1),
        packed("name", None, 0, 0, "a\x00", 1),
        packed("name", None, 0, 0, "a", "1"),
        packed("name", None, 0, 0, "a", 2**64),
        packed("name", "1", 0, 0, "a", 1),
        packed("name", 2**70, 0, 0, "a", 1),
        packed("rank", None, 0, 0, float("nan"), 1),
        packed("rank", None, 0, 0, 10**400, 1),
        base64.urlsafe_b64encode(b"[" * 500).decode(),
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(CannotRead):
        Cursor.from_text(text, ORDERS.get)
