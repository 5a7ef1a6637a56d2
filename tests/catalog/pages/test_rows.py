"""Rows of lists are kept in memory: never one that is older than the edit, the rank or the name it shows."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.changes import change
from catalog.columns import columns
from catalog.pages import rows as module
from catalog.pages.rows import Row, rows_of
from catalog.state import live_state
from catalog.templatetags.rows import artifact_row
from tests.factories import make_artifact, make_generation, make_price, make_publisher, make_source, make_standing

pytestmark = pytest.mark.django_db


def shown(*artifacts: Any) -> list[Row]:
    state = live_state()
    return rows_of([artifact.pk for artifact in artifacts], state, columns(state))


def queries(*artifacts: Any) -> int:
    state = live_state()
    held = columns(state)
    with CaptureQueriesContext(connection) as seen:
        rows_of([artifact.pk for artifact in artifacts], state, held)
    return len(seen)


def test_a_row_that_was_shown_is_not_read_again() -> None:
    one, other = make_artifact(), make_artifact()
    assert (queries(one), queries(one, other), queries(other, one)) == (1, 1, 0)


def test_an_edit_of_one_leaves_the_others_in_memory() -> None:
    one, other = make_artifact(), make_artifact()
    shown(one, other)
    with change():
        one.name = "Renamed"
        one.save()
    assert queries(other) == 0
    assert [row.name for row in shown(one, other)] == ["Renamed", other.name]


def test_the_markup_follows_an_edit() -> None:
    one = make_artifact(tagline="Old words")
    assert "Old words" in artifact_row(shown(one)[0])
    with change():
        one.tagline = "New words"
        one.save()
    assert "New words" in artifact_row(shown(one)[0])


def test_each_way_of_drawing_a_row_has_its_own_markup() -> None:
    row = shown(make_artifact(kind="model"))[0]
    assert "Model" in artifact_row(row)
    assert "Model" not in artifact_row(row, hide_kind=True).replace("Model Maker", "")


def test_a_publishers_new_name_is_shown_at_once() -> None:
    publisher = make_publisher(name="Old House")
    one = make_artifact(publisher=publisher)
    assert shown(one)[0].publisher_name == "Old House"
    publisher.name = "New House"
    publisher.save()
    assert shown(one)[0].publisher_name == "New House"


def test_a_source_that_moved_is_shown_at_once() -> None:
    source = make_source(slug="old-place")
    one = make_artifact()
    make_price(artifact=one, source=source)
    assert shown(one)[0].price_source_slug == "old-place"
    source.slug = "new-place"
    source.save()
    assert shown(one)[0].price_source_slug == "new-place"


def test_a_new_generation_shows_its_own_ranks() -> None:
    one = make_artifact()
    assert shown(one)[0].standing is None
    make_standing(generation=make_generation(), artifact=one, score=70, low=60, high=80)
    standing = shown(one)[0].standing
    assert standing is not None
    assert standing.score == 70


def test_what_is_withdrawn_leaves_and_what_comes_back_is_read_anew() -> None:
    one, other = make_artifact(), make_artifact()
    shown(one, other)
    with change():
        one.lifecycle, one.withdrawn_reason = "withdrawn", "Gone."
        one.save()
    state = live_state()
    assert one.pk not in columns(state).shown


def test_a_reader_who_comes_late_leaves_nothing_of_an_earlier_state() -> None:
    one = make_artifact(name="Before")
    late = live_state()
    columns(late)
    with change():
        one.name = "After"
        one.save()
    held = columns(live_state())
    rows_of([one.pk], late, held)
    assert held.shown == {}


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_SHOWN", 2)
    artifacts = [make_artifact() for _ in range(3)]
    assert len(shown(*artifacts)) == 3
    assert len(columns(live_state()).shown) <= 2
