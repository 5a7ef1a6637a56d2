"""How long it takes from the table of readings to a published generation of ranks, beside one pass over that table.

    python bench/rank_generation.py --artifacts 100000                in a scratch SQLite file
    DATABASE_URL=postgres://... python bench/rank_generation.py ...   in a scratch database on that server

Each artifact has the readings that a year of monthly and weekly imports leaves in half a year: some forty of twelve
signals. The yardstick of the same run is one pass over the table that adds up its values.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "unfragile_site.settings")

import django
import numpy as np

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.loading import insert, loading  # noqa: E402
from catalog.models import Artifact, CatalogState, Reading, Source  # noqa: E402
from ranking import generations  # noqa: E402
from ranking.models import BuildState  # noqa: E402

KINDS = ("repo", "framework", "cli", "mcp", "agent")
#: Of each signal: how many readings, how many days apart, the median, and the share of artifacts that have it.
COUNTERS = {
    "stars": (7, 900.0, 1.0),
    "forks": (7, 120.0, 1.0),
    "contributors": (7, 20.0, 0.9),
    "issues_closed": (7, 90.0, 0.8),
}
RECENT = {"downloads_month": (4, 9_000.0, 0.6), "dependents": (4, 60.0, 0.5), "commits_90d": (1, 30.0, 0.7)}
DATES = {"last_commit": 1.0, "last_release": 0.7, "created": 1.0}
CHECKS = {"has_license": 0.9, "has_docs": 0.9}


def fill(artifacts: int, seed: int) -> int:
    draw, now = np.random.default_rng(seed), timezone.now()
    Source.objects.bulk_create(
        [Source(pk=1, slug="bench", title="Bench", url="https://bench.example/", kind="registry")]
    )
    Artifact.objects.bulk_create(
        (
            Artifact(
                pk=pk,
                slug=f"a-{pk}",
                name=f"Artifact {pk}",
                kind=KINDS[pk % len(KINDS)],
                lifecycle="published",
                published_at=now,
            )
            for pk in range(1, artifacts + 1)
        ),
        batch_size=5_000,
    )
    with loading():
        insert(Reading, ["artifact_id", "signal", "value", "observed_at", "source_id"], readings(artifacts, draw, now))
    CatalogState.objects.update_or_create(pk=1, defaults={"version": 1})
    return Reading.objects.count()


def readings(artifacts: int, draw: np.random.Generator, now: Any) -> Iterator[tuple[Any, ...]]:
    """In the order of the artifacts, as a table that grew by imports is not; the builder sorts for itself."""
    size = draw.normal(0, 1.3, artifacts)
    today = int(now.timestamp() // 86_400)
    moments = {days: now - timezone.timedelta(days=days) for days in range(400)}
    for name, (count, median, share) in COUNTERS.items():
        have = draw.random(artifacts) < share
        level = median * np.exp(size + draw.normal(0, 0.6, artifacts))
        growth = np.abs(draw.normal(0.02, 0.02, artifacts))
        for back in range(count):
            value = np.floor(level * (1 - growth) ** back)
            yield from ((pk + 1, name, value[pk], moments[30 * back + 1], 1) for pk in np.flatnonzero(have).tolist())
    for name, (count, median, share) in RECENT.items():
        have = draw.random(artifacts) < share
        level = np.floor(median * np.exp(size + draw.normal(0, 0.8, artifacts)))
        for back in range(count):
            yield from ((pk + 1, name, level[pk], moments[7 * back + 1], 1) for pk in np.flatnonzero(have).tolist())
    for name, share in DATES.items():
        have = draw.random(artifacts) < share
        day = today - np.floor(draw.exponential(200, artifacts)) - (900 if name == "created" else 0)
        yield from ((pk + 1, name, day[pk], moments[1], 1) for pk in np.flatnonzero(have).tolist())
    for name, share in CHECKS.items():
        passed = (draw.random(artifacts) < share).astype(float)
        yield from ((pk + 1, name, passed[pk], moments[1], 1) for pk in range(artifacts))


def one_pass() -> float:
    start = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT SUM(value) FROM catalog_reading")
        cursor.fetchone()
    return time.perf_counter() - start


def build(label: str) -> float:
    spent: dict[str, float] = defaultdict(float)
    last = [time.perf_counter()]

    def step(name: str) -> None:
        at = time.perf_counter()
        spent[name] += at - last[0]
        last[0] = at

    start = time.perf_counter()
    it = generations.build(now=timezone.now(), clock=timezone.now, step=step)
    took = time.perf_counter() - start
    assert it is not None
    assert it.state == BuildState.PUBLISHED, it.problems
    print(f"  {label:<28}{took:7.1f} s   {it.ranked} ranked   " + ", ".join(f"{k} {v:.1f}" for k, v in spent.items()))
    return took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--artifacts", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if connection.vendor == "sqlite":
            settings.DATABASES["default"]["TEST"]["NAME"] = str(Path(folder) / "bench.sqlite3")
        name = settings.DATABASES["default"]["NAME"]
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            measure(arguments.artifacts, arguments.seed)
        finally:
            connection.creation.destroy_test_db(name, verbosity=0)
    print(f"  peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def measure(artifacts: int, seed: int) -> None:
    rows = fill(artifacts, seed)
    print(f"{connection.vendor}: {artifacts} artifacts, {rows} readings", flush=True)
    build("the first generation")
    again = build("another beside it")
    yardstick = one_pass()
    print(f"  one pass over the table {yardstick:11.1f} s   a generation takes {again / yardstick:.0f} times that")


if __name__ == "__main__":
    main()
