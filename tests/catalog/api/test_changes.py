"""changed_since=: following the catalog, with tombstones for what was withdrawn."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client

from catalog.desk.merging import merge
from catalog.publishing import withdraw
from tests.catalog.api.conftest import Get, slugs, walk
from tests.factories import make_artifact, make_fact

pytestmark = pytest.mark.django_db
DAY = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)


def test_what_changed_since_comes_oldest_first(get: Get) -> None:
    with time_machine.travel(DAY, tick=False):
        old, second, first = make_artifact(slug="old"), make_artifact(slug="second"), make_artifact(slug="first")
    with time_machine.travel(DAY + dt.timedelta(days=1), tick=False):
        make_fact(artifact=first)
    with time_machine.travel(DAY + dt.timedelta(days=2), tick=False):
        make_fact(artifact=second)
    assert old.pk
    assert slugs(get("/api/v1/artifacts/?changed_since=2026-06-01T00:00:01Z")) == ["first", "second"]
    assert slugs(get("/api/v1/artifacts/?changed_since=2026-05-31T23:59:59Z")) == ["old", "first", "second"]
    assert slugs(get("/api/v1/artifacts/?changed_since=2026-06-02T00:00:01Z")) == ["second"]


@pytest.mark.parametrize(
    "moment",
    [
        "2026-06-01T00:00:00Z",
        "2026-06-01T02:00:00%2B02:00",
        "2026-06-01T02:00:00+02:00",  # the plus sign arrives as a space
        "2026-06-01T00:00:00",
        "2026-06-01",
    ],
)
def test_moments_as_people_write_them(get: Get, moment: str) -> None:
    with time_machine.travel(DAY - dt.timedelta(seconds=1), tick=False):
        make_artifact(slug="before")
    with time_machine.travel(DAY + dt.timedelta(seconds=1), tick=False):
        make_artifact(slug="after")
    assert slugs(get(f"/api/v1/artifacts/?changed_since={moment}")) == ["after"]


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00"])
def test_the_ends_of_the_calendar_are_understood(client: Client, moment: str) -> None:
    assert client.get(f"/api/v1/artifacts/?changed_since={moment}").status_code == 200


def test_what_was_withdrawn_leaves_a_tombstone(get: Get) -> None:
    withdraw(make_artifact(slug="gone"), reason="Its maker asked for it.")
    make_artifact(slug="here")
    make_artifact(slug="draft", lifecycle="draft", published_at=None)
    tombstone, row = get("/api/v1/artifacts/?changed_since=2026-01-01T00:00:00Z&fields=slug")["results"]
    assert row == {"slug": "here"}
    assert tombstone.pop("changed_at")
    assert tombstone == {"slug": "gone", "withdrawn": True, "reason": "Its maker asked for it.", "merged_into": None}


@pytest.mark.parametrize("lifecycle", ["draft", "in_review"])
def test_what_is_no_longer_public_leaves_a_tombstone(get: Get, lifecycle: str) -> None:
    make_artifact(slug="back-at-the-desk", lifecycle=lifecycle)
    (tombstone,) = get("/api/v1/artifacts/?changed_since=2026-01-01T00:00:00Z")["results"]
    assert (tombstone["slug"], tombstone["withdrawn"]) == ("back-at-the-desk", True)
    assert tombstone["reason"] == "It is not public at the moment."


def test_what_was_merged_says_into_what(get: Get, client: Client) -> None:
    kept = make_artifact(slug="kept")
    merge(make_artifact(slug="twin"), into=kept, why="The same weights.")
    rows = get("/api/v1/artifacts/?changed_since=2026-01-01T00:00:00Z")["results"]
    assert [row["merged_into"] for row in rows if row["slug"] == "twin"] == ["kept"]
    moved = client.get("/api/v1/artifacts/twin/")
    assert (moved.status_code, moved["Location"]) == (301, "/api/v1/artifacts/kept/")
    for page in ("", "alternatives/", "changes/"):
        answer = client.get(f"/artifacts/twin/{page}")
        assert (answer.status_code, answer["Location"]) == (301, f"/artifacts/kept/{page}")


def test_nobody_is_missed_or_told_twice(get: Get) -> None:
    made = [make_artifact().slug for _ in range(7)]
    withdraw(make_artifact(slug="gone"), reason="Why not.")
    pages = walk(get, "/api/v1/artifacts/?changed_since=2026-01-01T00:00:00Z&limit=3&fields=slug")
    assert [row["slug"] for page in pages for row in page] == [*made, "gone"]


def test_a_change_while_walking_is_told_later_on(get: Get) -> None:
    first, *_ = [make_artifact() for _ in range(4)]
    answer = get("/api/v1/artifacts/?changed_since=2026-01-01T00:00:00Z&limit=2&fields=slug")
    make_fact(artifact=first)
    rest = walk(get, answer["next"])
    assert [row["slug"] for page in rest for row in page][-1] == first.slug
