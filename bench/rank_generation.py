"""From the readings table to a published generation of ranks: seconds on SQLite and on PostgreSQL.

    python bench/rank_generation.py [--artifacts 100000] [--database sqlite|postgres|both] [--keep DIR]

Seeded artifacts of one kind: counters read each month for half a year, the rest once, a quarter of it missing. A second
generation is built right after the first: it finds the tables frozen and a live one to be held against.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")

import numpy as np

from bench.pages import run

MONTHLY = ("stars", "forks", "issues_closed", "contributors")
ONCE = ("downloads_month", "dependents", "commits_90d")
DATES = ("last_commit", "last_release", "created")
CHECKS = ("has_license", "has_docs")
MISSING = 0.25
MONTH = dt.timedelta(days=30)


def load(artifacts: int, seed: int, now: dt.datetime) -> int:
    """Fills an empty, migrated database; answers with how many readings there are."""
    from bench.loading import insert, loading
    from catalog.choices import Kind, Lifecycle, SourceKind
    from catalog.models import Artifact, Reading, Source

    rng = np.random.default_rng(seed)
    fame = rng.normal(size=artifacts)
    today = float((now.date() - dt.date(1970, 1, 1)).days)

    def level() -> list[float]:
        return np.round(np.expm1(np.abs(5 + 1.5 * (fame + rng.normal(size=artifacts) * 0.6)))).tolist()

    def readings() -> Iterator[tuple[Any, ...]]:
        for name in (*MONTHLY, *ONCE, *DATES, *CHECKS):
            gone = rng.random(artifacts) < (MISSING if name not in ("created", "stars") else 0.02)
            values, draw = level(), rng.random(artifacts).tolist()
            for place in np.flatnonzero(~gone).tolist():
                if name in MONTHLY:
                    for back in range(6, -1, -1):
                        part = 1 - draw[place] * 0.5 * back / 6
                        yield place + 1, name, float(int(values[place] * part)), now - back * MONTH, 1
                elif name in DATES:
                    yield (
                        place + 1,
                        name,
                        today - float(int(draw[place] * (3000 if name == "created" else 500))),
                        now,
                        1,
                    )
                elif name in CHECKS:
                    yield place + 1, name, float(draw[place] < 0.6), now, 1
                else:
                    yield place + 1, name, values[place], now, 1

    with loading():
        columns = ("id", "slug", "title", "url", "kind")
        insert(Source, columns, [(1, "registry", "A registry", "https://registry.example/", SourceKind.REGISTRY)])
        insert(
            Artifact,
            ("id", "slug", "name", "sort_name", "kind", "lifecycle"),
            ((pk, f"a{pk}", f"A {pk}", f"a {pk}", Kind.REPO, Lifecycle.PUBLISHED) for pk in range(1, artifacts + 1)),
        )
        insert(Reading, ("artifact_id", "signal", "value", "observed_at", "source_id"), readings())
    return Reading.objects.count()


def inside(options: argparse.Namespace) -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from bench.databases import make_database
    from bench.measuring import memory_mb
    from catalog.models import Artifact, Reading
    from ranking import generations

    make_database()
    call_command("migrate", verbosity=0)
    now = timezone.now()
    if not Artifact.objects.exists():
        load(options.artifacts, options.seed, now)
    print(f"{Reading.objects.count():,} readings", flush=True)
    for name in ("first generation", "second, beside the live one"):
        began, cpu, steps = time.perf_counter(), time.process_time(), []
        it = generations.build(
            now=timezone.now(), clock=timezone.now, step=lambda step, to=steps: to.append((step, time.perf_counter()))
        )
        took, cpu = time.perf_counter() - began, time.process_time() - cpu
        assert it is not None
        print(f"{name}: {it.state}, {it.ranked:,} ranked, {took:.1f} s ({cpu:.1f} s of this process)")
        print("   " + ", ".join(f"{step} at {at - began:.1f}" for step, at in dict(steps).items()), flush=True)
    print(f"peak memory {memory_mb()[1]:.0f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--artifacts", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--database", choices=["sqlite", "postgres", "both"], default="both")
    parser.add_argument("--keep", metavar="DIR", help="keep the databases there, and use those of an earlier run")
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    for unused, default in (("offerings", "0"), ("rounds", "2"), ("only", "")):
        parser.add_argument(f"--{unused}", default=default, help=argparse.SUPPRESS)
    options = parser.parse_args()
    inside(options) if options.inside else run(options, __file__)


if __name__ == "__main__":
    main()
