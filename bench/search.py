"""How long does an answer to a need take on a large catalog, from the request to the last byte and the note of it?

    python bench/search.py                                       a small catalog on both databases
    python bench/search.py --artifacts 10000 --offerings 100000 --rounds 200 --keep DIR

The page, as it is asked for whole and while somebody types, its suggestions, and the API. Every request says something
else, so nothing kept helps; nobody has chosen anything yet. docs/explanation/matching.md says what came out.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import median
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from bench.pages import asked, make_catalog, run  # noqa: E402 - the folder has to be found first

#: Milliseconds of the page, by p95.
GOAL = 50


def need(chances: Random) -> str:
    """In two to eight words, as people ask."""
    from bench.outline import WORDS

    return " ".join(chances.choices(WORDS, k=chances.randint(2, 8)))


PAGES: dict[str, Callable[[Random], str]] = {
    "page": lambda chances: f"/search/?{urlencode({'q': need(chances)})}",
    "page, two filters": lambda chances: (
        f"/search/?{urlencode({'q': need(chances), 'kind': 'model', 'price': 'free'})}"
    ),
    "suggestions": lambda chances: f"/search/suggestions/?{urlencode({'q': need(chances)[: chances.randint(3, 12)]})}",
    "API": lambda chances: f"/api/v1/search?{urlencode({'q': need(chances)})}",
}


def measure(rounds: int, seed: int, only: str) -> list[list[str]]:
    from django.core.cache import caches

    from bench.measuring import Queries, Reader, against, percentile
    from unfragile_site.wsgi import application

    reader, chances = Reader(application), Random(seed)
    pages = {name: address for name, address in PAGES.items() if only in name}
    took: dict[str, list[float]] = {name: [] for name in pages}
    queries: dict[str, list[int]] = {name: [] for name in pages}
    for number in range(-5, rounds):  # the first rounds warm up templates, plans and the index
        for name, address in pages.items():
            caches["limits"].clear()  # whoever asks that often is refused
            with Queries() as noted:
                reader.get(address(chances))
            asked_for = address(chances)
            answer = reader.get(asked_for)
            if answer.status != 200:
                raise SystemExit(f"{asked_for} answered {answer.status}: {answer.body[:500]!r}")
            if number >= 0:
                took[name].append(answer.ms)
                queries[name].append(noted.count)
    return [
        [
            name,
            f"{min(queries[name])}-{max(queries[name])}",
            f"{median(times):.1f}",
            f"{(p95 := percentile(times, 0.95)):.1f}",
            against(p95 / GOAL, 1) if name.startswith("page") else "",
        ]
        for name, times in took.items()
    ]


def run_inside(options: argparse.Namespace) -> None:
    import django

    django.setup()
    from django.utils import timezone

    from bench.measuring import memory_mb, table
    from ranking import indexing

    make_catalog(options)
    began = time.perf_counter()
    if indexing.refresh(now=timezone.now(), anew=True) is None:
        raise SystemExit("There is no index to ask.")
    print(f"indexed in {time.perf_counter() - began:.0f} s", flush=True)
    rows = measure(options.rounds, options.seed, options.only)
    print(table(["what", "queries", "p50 ms", "p95 ms", f"p95 of {GOAL} ms"], rows))
    print(f"memory: {memory_mb()[0]:.0f} MB without mapped files")


def main() -> None:
    options = asked(__doc__)
    run_inside(options) if options.inside else run(options, __file__)


if __name__ == "__main__":
    main()
