"""A week's ranks are written down once and stay; earlier weeks can be computed from what was known by then."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.management import call_command

from catalog.models import CatalogState, Standing
from ranking import generations, snapshots, tasks
from ranking.models import Snapshot
from tests.factories import make_artifact
from tests.ranking.conftest import NOW, make_ranked

pytestmark = pytest.mark.django_db


def test_a_week_is_written_down_once() -> None:
    make_ranked()
    make_artifact(kind="repo")  # without a rank there is nothing to write down
    generations.build(now=NOW)
    assert snapshots.take(now=NOW) == 3
    before = list(Snapshot.objects.values())
    Standing.objects.update(low=0)
    assert snapshots.take(now=NOW + dt.timedelta(days=6)) == 0
    assert list(Snapshot.objects.values()) == before
    assert {row["on"] for row in before} == {dt.date(2026, 11, 16)}
    generations.build(now=NOW + dt.timedelta(days=7))
    assert snapshots.take(now=NOW + dt.timedelta(days=7)) == 3


def test_its_points_add_up_to_its_score() -> None:
    make_ranked()
    generations.build(now=NOW)
    snapshots.take(now=NOW)
    for row in Snapshot.objects.all():
        assert 50 + sum(row.points.values()) == pytest.approx(row.score, abs=0.005)


def test_nothing_is_written_before_the_first_generation() -> None:
    assert snapshots.take(now=NOW) == 0


def test_earlier_weeks_know_only_what_was_read_by_then() -> None:
    artifact = make_ranked()[0]
    generations.build(now=NOW)
    snapshots.take(now=NOW)
    # The last readings of all but stars are younger than five weeks: earlier there is one family, and no rank.
    snapshots.reconstruct(weeks=10, now=NOW)
    weeks = list(Snapshot.objects.filter(artifact=artifact).order_by("on").values_list("on", "number"))
    assert weeks[-1] == (dt.date(2026, 11, 16), 1)
    assert {number for _, number in weeks[:-1]} == {0}
    assert 1 < len(weeks) < 8


def test_reconstruction_never_replaces_what_was_written_down() -> None:
    make_ranked()
    generations.build(now=NOW)
    snapshots.take(now=NOW)
    Snapshot.objects.update(on=dt.date(2026, 11, 9), score=1.0, low=1.0)
    snapshots.reconstruct(weeks=1, now=NOW)
    assert set(Snapshot.objects.values_list("score", flat=True)) == {1.0}


def test_pages_that_are_kept_turn_with_a_new_snapshot() -> None:
    make_ranked()
    generations.build(now=NOW)
    before = CatalogState.objects.get(pk=1).version
    snapshots.take(now=NOW)
    after = CatalogState.objects.get(pk=1).version
    assert after > before
    snapshots.take(now=NOW)
    assert CatalogState.objects.get(pk=1).version == after


def test_every_task_may_run_twice() -> None:
    make_ranked()
    tasks.recompute_ranks()
    first = CatalogState.objects.get(pk=1).live_generation_id
    tasks.recompute_ranks()
    assert CatalogState.objects.get(pk=1).live_generation_id == first
    tasks.snapshot_ranks()
    tasks.snapshot_ranks()
    assert Snapshot.objects.count() == 3
    tasks.refresh_freshness()
    ranks = set(Standing.objects.filter(generation=first).values_list("artifact", flat=True))
    live = CatalogState.objects.get(pk=1).live_generation_id
    assert live != first
    assert set(Standing.objects.filter(generation=live).values_list("artifact", flat=True)) == ranks


def test_the_command_writes_down_and_computes_earlier_weeks(capsys: pytest.CaptureFixture[str]) -> None:
    make_ranked()
    generations.build(now=NOW)
    call_command("snapshot_ranks", "--reconstruct", "2")
    assert capsys.readouterr().out.startswith("3 ranks written down.")
