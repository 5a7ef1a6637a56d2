"""The weekly record of ranks, kept for good; and what a rank would have been on a day before there was a record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import islice

import numpy as np
from django.db import transaction

from catalog.changes import change
from catalog.models import CatalogState, Standing
from catalog.querysets import STANDING_COLUMNS
from ranking.breakdowns import unpacked, weighed
from ranking.computing import Ranked, ranked
from ranking.configurations import live_configuration
from ranking.loading import Moment, moment
from ranking.models import Breakdown, Snapshot

AT_ONCE = 2_000
#: Of what a generation has counted of matches.
COUNTED = ("shown", "chosen", "is_sample")
#: A snapshot that was computed afterwards has no generation.
RECONSTRUCTED = 0


def monday_of(on: dt.date) -> dt.date:
    return on - dt.timedelta(days=on.weekday())


def take(*, now: dt.datetime) -> int:
    """Writes down this week's standings, once: a week that has been written stays. Answers how many were new."""
    week = monday_of(now.date())
    live = CatalogState.objects.select_related("live_generation").filter(pk=1).first()
    if live is None or live.live_generation is None:
        return 0
    generation = live.live_generation
    done = Snapshot.objects.filter(on=week).values("artifact")
    standings = Standing.objects.filter(generation=generation).exclude(artifact__in=done).order_by("artifact")
    written = 0
    rows = standings.iterator(chunk_size=AT_ONCE)
    while batch := list(islice(rows, AT_ONCE)):
        explained = {
            row.artifact_id: row
            for row in Breakdown.objects.filter(
                generation=generation, artifact__in=[standing.artifact_id for standing in batch]
            )
        }
        with transaction.atomic():
            Snapshot.objects.bulk_create(
                (
                    Snapshot(
                        artifact_id=standing.artifact_id,
                        on=week,
                        taken_on=now.date(),
                        number=generation.number,
                        formula_version=generation.formula_version,
                        **{name: getattr(standing, name) for name in STANDING_COLUMNS},
                        momentum=row.momentum,
                        survival=row.survival,
                        points={point.signal: round(point.points, 4) for point in unpacked(row).points},
                        **{name: row.body.get("matched", {}).get(name) for name in COUNTED},
                    )
                    for standing in batch
                    if (row := explained.get(standing.artifact_id)) is not None
                ),
                ignore_conflicts=True,
            )
        written += len(batch)
    if written:
        _turn_pages()
    return written


def reconstruct(*, weeks: int, now: dt.datetime) -> int:
    """Weeks before the first record, from the readings known by each Monday: a rank follows from those and the day.

    It uses today's formula and tables, and never replaces what was written down at the time.
    """
    configuration, today = live_configuration(now=now), moment(now=now)
    written = 0
    for back in range(weeks, 0, -1):
        monday = monday_of(now.date()) - dt.timedelta(weeks=back)
        as_of = dt.datetime.combine(monday, dt.time(), dt.UTC)
        at = Moment(as_of, today.last_reading, today.quarantined, today.accepted)
        done = set(Snapshot.objects.filter(on=monday).values_list("artifact_id", flat=True))
        for kind in ranked(at, configuration):
            rows = (row for row in _of_kind(kind, monday, configuration.version) if row.artifact_id not in done)
            while batch := list(islice(rows, AT_ONCE)):
                with transaction.atomic():
                    Snapshot.objects.bulk_create(batch, ignore_conflicts=True)
                written += len(batch)
    if written:
        _turn_pages()
    return written


def _turn_pages() -> None:
    """Histories are on pages that are kept by the catalog's version."""
    with change() as it:
        it.is_touched = True


def _of_kind(kind: Ranked, on: dt.date, version: str) -> Iterator[Snapshot]:
    scores, counting = kind.scores, weighed(kind.scores)
    for place in np.flatnonzero(scores.ranked).tolist():
        numbers = {
            "score": scores.rank, "low": scores.low, "high": scores.high, "percentile": scores.percentile,
            "coverage": scores.coverage, "momentum": scores.trends.momentum, "survival": scores.trends.survival,
            **{str(name): column for name, column in scores.components.items()},
        }  # fmt: skip
        yield Snapshot(
            artifact_id=int(kind.evidence.artifacts[place]),
            on=on,
            number=RECONSTRUCTED,
            formula_version=version,
            **{
                name: None if column[place] != column[place] else float(column[place])
                for name, column in numbers.items()
            },
            points={scores.signals[one]: round(float(scores.points[place, one]), 4) for one in counting},
        )
