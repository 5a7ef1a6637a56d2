"""A small catalog with histories, and the time at which it is ranked."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from catalog.models import Artifact, Reading, Source
from tests.factories import make_artifact, make_source

NOW = dt.datetime(2026, 11, 16, 12, tzinfo=dt.UTC)  # a Monday
EPOCH = dt.date(1970, 1, 1)


def days_since_epoch(when: dt.datetime) -> float:
    return float((when.date() - EPOCH).days)


def add_history(
    artifact: Artifact,
    source: Source,
    *,
    now: dt.datetime = NOW,
    stars: int = 1_000,
    monthly: int = 50,
    downloads: float | None = 10_000,
    idle_days: int = 10,
    burst: int = 0,
) -> None:
    """Eight months of stars, a month of downloads, a last commit. `burst` are stars that all came last week."""
    rows = [
        Reading(
            artifact=artifact,
            signal="stars",
            value=stars - monthly * back + (burst if back == 0 else 0),
            observed_at=now - dt.timedelta(days=30 * back, hours=6),
            source=source,
        )
        for back in range(8)
    ]
    if downloads is not None:
        rows += [
            Reading(
                artifact=artifact,
                signal="downloads_month",
                value=downloads,
                observed_at=now - dt.timedelta(days=7 * back, hours=6),
                source=source,
            )
            for back in range(4)
        ]
    rows.append(
        Reading(
            artifact=artifact,
            signal="last_commit",
            value=days_since_epoch(now) - idle_days,
            observed_at=now - dt.timedelta(hours=6),
            source=source,
        )
    )
    Reading.objects.bulk_create(rows)


def make_ranked(count: int = 3, *, kind: str = "repo", **history: Any) -> list[Artifact]:
    """Artifacts with ever more stars and downloads, the last the best known."""
    source = make_source()
    made = []
    for place in range(count):
        artifact = make_artifact(kind=kind)
        add_history(
            artifact,
            source,
            **{"stars": 500 * (place + 2), "monthly": 20 * (place + 1), "downloads": 1_000.0 * 3**place} | history,
        )
        made.append(artifact)
    return made


@pytest.fixture
def now() -> dt.datetime:
    return NOW
