"""Ranking's background work. What each does is decided in the module it calls; each may run any number of times."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from catalog import artifact_views
from ranking import comparison_views, generations, indexing, sheets, snapshots
from ranking.graph import folding, forgetting


@shared_task(soft_time_limit=1_800, time_limit=2_100)
def recompute_ranks() -> None:
    """A new generation, where anything has changed since the last; nothing while another builder is at work."""
    now = timezone.now()
    if generations.due(now=now):
        generations.build(now=now, clock=timezone.now)


@shared_task(soft_time_limit=1_800, time_limit=2_100)
def refresh_freshness() -> None:
    """A new generation in any case: evidence ages, and months of a flow pass, without anybody reading anything."""
    generations.build(now=timezone.now(), clock=timezone.now)


@shared_task(soft_time_limit=600, time_limit=900)
def snapshot_ranks() -> None:
    """This week's standings, and what is said of each artifact where that has changed, for good."""
    now = timezone.now()
    snapshots.take(now=now)
    sheets.keep(now=now)


@shared_task(soft_time_limit=120, time_limit=180)
def throw_away_tallies() -> None:
    """How often artifacts and comparisons were looked at longer ago than anything reads."""
    for views in (artifact_views.VIEWS, comparison_views.VIEWS):
        views.throw_away_old(now=timezone.now())


@shared_task(soft_time_limit=900, time_limit=1_200)
def fold_feedback() -> None:
    """What people searched for and chose since the last time, into the match graph; then into the index."""
    if folding.fold(now=timezone.now()):
        indexing.refresh(now=timezone.now())


@shared_task(soft_time_limit=900, time_limit=1_200)
def refresh_index() -> None:
    """The match index, where anything has changed since it was made."""
    indexing.refresh(now=timezone.now())


@shared_task(soft_time_limit=300, time_limit=600)
def forget_searches() -> None:
    """The words of old queries, and the salts of past days."""
    forgetting.forget(now=timezone.now())
