"""Real files of two dates: does the older and then the newer end as the newer alone, and does undoing lead back?

    REAL_DATA_DIR=... python bench/import_pairs.py [NAME...]     whole files, into a temporary SQLite file: minutes

tests/catalog/importers/test_real_files.py asks the same of slices.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import tempfile
import time
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
#: By importer, the older before the newer.
PAIRS = (
    ("models-dev", "models.dev/api.2025-12-30.json", "models.dev/api.2026-05-31.json"),
    (
        "litellm",
        "litellm/model_prices_and_context_window.v1.80.0.json",
        "litellm/model_prices_and_context_window.v1.90.0.json",
    ),
    ("mcp-registry", "mcp-registry/seed_2025_05_16.json", "mcp-registry/servers.2026-06-12.jsonl"),
    ("best-of", "best-of-ml/2022-01-13_projects.csv", "best-of-ml/2023-11-30_projects.csv"),
    ("best-of", "best-of-mcp/2025-08-04_projects.csv", "best-of-mcp/2025-12-01_projects.csv"),
    ("mcp-registry", "mcp-registry/api_response_sample.json", "mcp-registry/servers.2026-06-12.jsonl"),
)
#: Tables between these, each with the one after it.
BETWEEN = {
    "best-of-ml": [
        *("2022-01-13", "2022-05-26", "2022-08-25", "2022-11-24"),
        *("2023-02-23", "2023-05-25", "2023-08-31", "2023-11-30"),
    ],
    "best-of-mcp": ["2025-08-04", "2025-09-01", "2025-10-06", "2025-11-03", "2025-12-01"],
}
NEIGHBOURS = tuple(
    ("best-of", *(f"{folder}/{day}_projects.csv" for day in two))
    for folder, days in BETWEEN.items()
    for two in pairwise(days)
)


@dataclass
class History:
    #: How much the newer file states by itself, and how much of it the older one had changed or added besides.
    stated: int = 0
    kept: int = 0
    #: What is stated otherwise than by the newer alone; and steps that changed what they should have left as it was.
    otherwise: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def history_of(name: str, older: Path, newer: Path) -> History:
    """On an empty catalog, which is empty again afterwards."""
    from catalog.digest import catalog_digest
    from catalog.models import Fact, Price

    found = History()

    def need(before: str, step: str) -> None:
        if catalog_digest() != before:
            found.wrong.append(step)

    empty = catalog_digest()
    first = imported(name, newer)
    alone, digest = stated(name), catalog_digest()
    imported(name, newer)
    need(digest, "the newer, twice")
    undone(first)
    need(empty, "the newer, undone")

    before = imported(name, older, days=-30)
    digest = catalog_digest()
    undone(imported(name, newer))
    need(digest, "the newer after the older, undone")
    after = imported(name, newer)
    both = stated(name)
    found.stated = len(alone)
    found.kept = Fact.objects.exclude(dropped_on=None).count() + Price.objects.exclude(valid_to=None).count()
    found.otherwise = sorted(
        [f"only alone: {one}" for one in alone - both] + [f"only after: {one}" for one in both - alone]
    )
    digest = catalog_digest()
    imported(name, newer, days=1)
    need(digest, "the newer after the older, twice")
    undone(after)
    undone(before)
    need(empty, "both, undone")
    return found


def stated(name: str) -> set[str]:
    """What the source states at the moment, by its own keys: a listing's address may be from an earlier name."""
    from catalog.importers.passing import GONE
    from catalog.models import BenchmarkResult, Entry, Fact, Price

    rows = Entry.objects.filter(importer__startswith=name).exclude(digest=GONE).values_list("artifact_id", "key")
    key = dict(rows)
    facts = Fact.objects.filter(dropped_on=None, artifact__in=list(key)).values_list("artifact_id", "name", "value")
    prices = Price.objects.filter(valid_to=None).values_list(
        "artifact_id", "provider", "meter", "tier", "amount", "currency", "per"
    )
    results = BenchmarkResult.objects.values_list("artifact_id", "benchmark", "version", "metric", "score")
    return {f"{key[pk]}: {said}" for rows in (facts, prices, results) for pk, *said in rows if pk in key}


def imported(name: str, place: Path, *, days: int = 0):  # type: ignore[no-untyped-def]
    """The run when it is done: brakes are looked at and let pass, for a newer file may well meet them."""
    from catalog.importers import runs
    from catalog.importers.registry import FEEDS
    from catalog.models import ImportRun

    now = NOW + dt.timedelta(days=days)
    if runs.start(FEEDS[name], str(place), now=now).state == "waiting":
        runs.confirm(ImportRun.objects.latest("id"), FEEDS[name], now=now)
    return ImportRun.objects.latest("id")


def undone(run) -> None:  # type: ignore[no-untyped-def]
    from catalog.importers.undoing import undo

    undo(run, now=NOW)


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    folder = Path(os.environ["REAL_DATA_DIR"]) / "sources"
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["DATABASE_URL"] = f"sqlite:///{scratch}/pairs.sqlite3"
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        for name, older, newer in (*PAIRS, *NEIGHBOURS):
            if sys.argv[1:] and name not in sys.argv[1:]:
                continue
            begun = time.perf_counter()
            found = history_of(name, folder / older, folder / newer)
            print(f"{older} then {newer}: {time.perf_counter() - begun:.0f} s", flush=True)
            print(
                f"  {found.stated:,} values stated, {len(found.otherwise):,} otherwise, {found.kept:,} kept as history"
            )
            print("\n".join(f"  {one}" for one in (*found.otherwise[:20], *(f"WRONG: {step}" for step in found.wrong))))


if __name__ == "__main__":
    main()
