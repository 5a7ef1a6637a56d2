"""How long does a comparison of two artifacts with 15 capabilities each take, and how many are made in a second?

    python bench/compare.py                                       a small catalog on both databases
    python bench/compare.py --artifacts 50000 --offerings 500000 --rounds 200 --keep DIR

Measured as bench/pages.py measures, beside the same two views: the page and its files cold, kept and unchanged. Then a
thousand different pairs one after the other, of which nothing is kept.
"""

from __future__ import annotations

import os
import sys
import time
from functools import lru_cache
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.pages import KEPT_GOAL, Chances, Measured, Page, asked, make_catalog, measure, run

CAPABILITIES = 15
#: As multiples of the yardstick, cold and unchanged; and of the bare view, cold.
COLD_GOAL, UNCHANGED_GOAL, BARE_GOAL = 2, 0.3, 12
MOST_QUERIES = 10
PAIRS = 1_000


@lru_cache(maxsize=1)
def slugs() -> list[str]:
    """Of artifacts with so many capabilities, or as near to it as a small catalog has two hundred."""
    from catalog.models import Artifact

    counted = Artifact.objects.public().values_list("slug", "offering_count")
    nearest = sorted(counted, key=lambda row: (abs(row[1] - CAPABILITIES), row[0]))
    exact = [slug for slug, count in nearest if count == CAPABILITIES]
    return exact if len(exact) >= 200 else [slug for slug, _ in nearest[:200]]


def key(chances: Chances) -> str:
    from ranking.comparison.key import key_of

    return key_of(chances.random.sample(slugs(), 2))


PAGES = [
    Page("comparison", lambda c: f"/compare/{key(c)}/", COLD_GOAL, BARE_GOAL),
    Page("JSON", lambda c: f"/compare/{key(c)}.json"),
    Page("Markdown", lambda c: f"/compare/{key(c)}.md"),
    Page("CSV", lambda c: f"/compare/{key(c)}.csv"),
    Page("image", lambda c: f"/compare/{key(c)}.png"),
    Page("API", lambda c: f"/api/v1/comparisons/{key(c)}/"),
]


def printed(results: list[Measured]) -> str:
    from bench.measuring import against, table

    bare = median(ms for result in results for ms in result.times["bare"])
    rows = []
    for result in results:
        page = result.page
        has_goals = page.beside_bare is not None
        cold, kept, unchanged, yardstick = (median(result.times[name]) for name in ("cold", "kept", "304", "yardstick"))
        most = max(result.queries)
        rows.append(
            [
                page.name,
                f"{most}" if most <= MOST_QUERIES else f"{most} MISSED",
                f"{median(result.size) / 1000:.0f}",
                f"{cold:.2f}",
                f"{yardstick:.2f}",
                against(cold / yardstick, page.beside_yardstick),
                against(cold / bare, page.beside_bare),
                against(kept / bare, KEPT_GOAL if has_goals else None),
                against(unchanged / yardstick, UNCHANGED_GOAL if has_goals else None),
            ]
        )
    heads = ["", "queries", "kB", "cold p50", "yardstick", "cold of it", "of bare", "kept of bare", "304 of yardstick"]
    return f"{table(heads, rows)}\nbare view: {bare:.3f} ms"


def a_second(seed: int) -> float:
    """Comparisons a second: different pairs, of which nothing is kept, by one reader at a time."""
    from bench.measuring import Reader
    from bench.pages import forget
    from unfragile_site.wsgi import application

    reader, chances = Reader(application), Chances(seed + 1)
    forget()
    keys: dict[str, None] = {}
    while len(keys) < PAIRS:
        keys[key(chances)] = None
    before = time.perf_counter()
    statuses = {reader.get(f"/compare/{one}/").status for one in keys}
    seconds = time.perf_counter() - before
    if statuses != {200}:
        raise SystemExit(f"The pairs answered {statuses}.")
    return PAIRS / seconds


def run_inside(options: Any) -> None:
    import django

    django.setup()
    make_catalog(options)
    print(printed(measure(options.rounds, options.seed, options.only, PAGES)), flush=True)
    if not options.only:
        print(
            f"{PAIRS} different pairs: {a_second(options.seed):.0f} a second on one of {os.cpu_count()} cores",
            flush=True,
        )


def main() -> None:
    options = asked(__doc__)
    run_inside(options) if options.inside else run(options, __file__)


if __name__ == "__main__":
    main()
