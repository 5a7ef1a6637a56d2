"""How fast are imports, and how much memory do they take, beside plainly reading and plainly writing the same?

    REAL_DATA_DIR=... python bench/imports.py [--database sqlite|postgres|both] [--take N]
    REAL_DATA_DIR=... python bench/imports.py --all [--database ...]     every file into one site: the table in the docs

The first run is into an empty site; the second finds nothing changed, the third neither, a day later. Beside them: to
parse the JSON and no more, and to write the very rows that the first run wrote by `bulk_create`, nothing compared.
`--all` imports every file under REAL_DATA_DIR, the older before the newer, brakes let pass, and then all of it again.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
#: Servers a second on PostgreSQL, how many times as fast the second run is, and megabytes above idle.
FIRST, SECOND, MOST_MB = 500, 5.0, 200.0
SERVERS = "mcp-registry/servers.2026-06-12.jsonl"
#: The real files by importer, the older before the newer.
FILES = (
    ("models-dev", "models.dev/api.2025-12-30.json"),
    ("models-dev", "models.dev/api.2026-05-31.json"),
    ("litellm", "litellm/model_prices_and_context_window.v1.80.0.json"),
    ("litellm", "litellm/model_prices_and_context_window.v1.90.0.json"),
    ("openrouter", "openrouter/models.2025-12-02.json"),
    ("huggingface", "huggingface/api_models.json"),
    ("hf-cards", "hf-cards"),
    ("mcp-registry", "mcp-registry/api_response_sample.json"),
    ("mcp-registry", "mcp-registry/seed_2025_05_16.json"),
    ("mcp-registry", SERVERS),
    ("docker-mcp", "docker-mcp/servers"),
    ("best-of", "best-of-ml"),
    ("best-of", "best-of-mcp"),
    ("aider", "benchmarks/polyglot_leaderboard.yml"),
    ("lmarena", "benchmarks/lmarena_text.csv"),
)


def source_files() -> Path:
    return Path(os.environ.get("REAL_DATA_DIR", "")) / "sources"


# --- inside: a process with a database of its own ---------------------------------------------------------------------


def ready() -> float:
    """A site at rest; megabytes that it holds."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    django.setup()
    from catalog.importers import registry  # noqa: F401 - loaded, as in a worker at rest

    return held_mb()[0]


def make() -> None:
    """An empty site, in a process of its own: what migrations held would count as held at rest."""
    ready()
    from django.core.management import call_command

    from bench.databases import make_database

    make_database()
    call_command("migrate", verbosity=0)


def held_mb() -> tuple[float, float]:
    """Now, and at most since this was last asked for."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    Path("/proc/self/clear_refs").write_text("5")
    return tuple(int(status[name].split()[0]) * 1024 / 1e6 for name in ("VmRSS", "VmHWM"))  # type: ignore[return-value]


def measured(work: Callable[[], Any]) -> tuple[Any, float, float, float]:
    """Its answer, seconds, seconds of processor, and the most megabytes held meanwhile."""
    held_mb()
    begun, worked = time.perf_counter(), time.process_time()
    answer = work()
    return answer, time.perf_counter() - begun, time.process_time() - worked, held_mb()[1]


def one_file(place: Path) -> None:
    """Its runs, and what they are held against."""
    idle = ready()
    from django.db import connection

    from bench.import_pairs import imported
    from bench.measuring import table
    from catalog.digest import catalog_digest

    lines: list[tuple[str, float, float, float]] = []
    digests = set()
    for what, days in (("first run", 0), ("second run, nothing changed", 0), ("third run, a day later", 1)):
        run, *figures = measured(lambda days=days: imported("mcp-registry", place, days=days))  # type: ignore[misc]
        lines.append((what, *figures))
        digests.add(catalog_digest())
    for what, work in (
        ("the feed read, nothing compared", lambda: read("mcp-registry", place)),
        ("the JSON parsed, and no more", lambda: parsed(place)),
        ("the first run's rows by bulk_create", written_again()),
    ):
        lines.append((what, *measured(work)[1:]))
    count, first = run.read_count, lines[0][1]
    rows = [
        [
            what,
            f"{s:.2f}",
            f"{cpu:.2f}",
            f"{count / s:,.0f}",
            f"{first / s:.1f}x",
            f"{mb - idle:.0f}",
            goals(what, count / s, first / s),
        ]
        for what, s, cpu, mb in lines
    ]
    same = "later runs changed nothing" if len(digests) == 1 else "LATER RUNS CHANGED SOMETHING"
    print(f"{connection.vendor}: {place.name}, {count:,} entries; {same}")
    print(table(["", "seconds", "processor", "entries/s", "speed of the first", "MB above idle", "goal"], rows))


def goals(what: str, rate: float, ratio: float) -> str:
    if what == "first run":
        return f">= {FIRST}/s {'met' if rate >= FIRST else 'MISSED'}"
    if " run, " in what:
        return f">= {SECOND:g}x {'met' if ratio >= SECOND else 'MISSED'}"
    return ""


def read(name: str, place: Path) -> int:
    from catalog.importers.reading import opened
    from catalog.importers.registry import FEEDS

    return sum(1 for _ in FEEDS[name].read(opened(str(place), now=NOW)))


def parsed(place: Path) -> int:
    with place.open() as lines:
        return sum(1 for line in lines if json.loads(line) is not None)


def written_again() -> Callable[[], None]:
    """Takes all rows out of the catalog's tables; the answer puts them back."""
    from django.apps import apps
    from django.core.management.color import no_style
    from django.db import connection, transaction

    models = list(apps.get_app_config("catalog").get_models())
    rows = {model: found for model in models if (found := list(model._base_manager.all()))}
    tables = [model._meta.db_table for model in models]
    connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), tables, allow_cascade=True))

    def write() -> None:
        with transaction.atomic():
            for model, some in rows.items():
                model._base_manager.bulk_create(some, batch_size=500)

    return write


def one_of_all(name: str, place: Path) -> None:
    """One file into the site as it is: figures as JSON."""
    idle = ready()
    from bench.import_pairs import imported
    from catalog.models import Entry, RunRow

    mine = Entry.objects.filter(importer__startswith=name)
    before = set(mine.values_list("key", flat=True))
    run, seconds, cpu, mb = measured(lambda: imported(name, place))
    counts = {
        what: getattr(run, f"{what}_count") for what in ("read", "new", "changed", "unchanged", "held", "refused")
    }
    joined = len(set(mine.values_list("key", flat=True)) - before) - run.new_count
    why = Counter(
        re.sub(r"“[^”]*”|\d[\d,.]*", "…", " ".join(row)) for row in
        RunRow.objects.filter(run=run, outcome="refused").values_list("sentences", flat=True)
    )  # fmt: skip
    print(
        json.dumps(
            counts | {"merged": joined, "seconds": seconds, "cpu": cpu, "mb": mb - idle, "why": dict(why.most_common())}
        )
    )


def all_again() -> None:
    """Everything once more; what the catalog says before and after."""
    ready()
    from bench.import_pairs import imported
    from catalog.digest import catalog_digest

    before = catalog_digest()
    begun = time.perf_counter()
    for name, path in FILES:
        imported(name, source_files() / path)
    print(json.dumps({"same": catalog_digest() == before, "seconds": time.perf_counter() - begun}))


# --- outside ----------------------------------------------------------------------------------------------------------


def inside(url: str, *arguments: str) -> str:
    command = [sys.executable, __file__, "--inside", *arguments]
    environ = os.environ | {"DATABASE_URL": url}
    return subprocess.run(command, check=True, env=environ, stdout=subprocess.PIPE, text=True).stdout


def all_files(url: str) -> None:
    from bench.measuring import table

    lines, refused = [], []
    for name, path in FILES:
        found = json.loads(inside(url, "one", name, path))
        counts = [f"{found[what]:,}" for what in ("read", "new", "merged", "changed", "unchanged", "held", "refused")]
        lines.append([path, *counts, f"{found['seconds']:.1f}", f"{found['cpu']:.1f}", f"{found['mb']:.0f}"])
        refused += [f"{times:6,}  {path}: {why}" for why, times in found["why"].items()]
    heads = [
        "file",
        "read",
        "new",
        "merged",
        "changed",
        "unchanged",
        "held",
        "refused",
        "seconds",
        "processor",
        "MB above idle",
    ]
    print(table(heads, lines))
    print("\n".join(["", "refused, and why:", *refused]))
    again = json.loads(inside(url, "again"))
    print(
        f"\nAll of it again, {again['seconds']:.0f} s: the catalog {'says the same' if again['same'] else 'DIFFERS'}."
    )


def main() -> None:
    if "--inside" in sys.argv:
        what, *rest = sys.argv[2:]
        if what == "make":
            make()
        elif what == "again":
            all_again()
        elif what == "file":
            one_file(Path(rest[0]))
        else:
            one_of_all(rest[0], source_files() / rest[1])
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="every file into one site")
    parser.add_argument("--take", type=int, default=0, metavar="N", help="only the first N servers")
    parser.add_argument("--database", choices=["sqlite", "postgres", "both"], default="both")
    given = parser.parse_args()
    from bench.databases import CannotServe, postgres_url, sqlite_url

    if not source_files().is_dir():
        print("REAL_DATA_DIR names no folder with sources/: nothing to measure")
        return
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        place = source_files() / SERVERS
        if given.take:
            rows = place.read_text().splitlines(keepends=True)[: given.take]
            place = scratch / place.name
            place.write_text("".join(rows))
        for database in ("sqlite", "postgres") if given.database == "both" else (given.database,):
            try:
                url = (
                    sqlite_url(scratch, "imports")
                    if database == "sqlite"
                    else f"{stack.enter_context(postgres_url(scratch))}/bench_imports_{os.getpid()}"
                )
            except CannotServe as error:
                print(f"postgresql: {error}")
                continue
            inside(url, "make")
            print(f"\n{database}" if given.all else "", flush=True)
            all_files(url) if given.all else print(inside(url, "file", str(place)))


if __name__ == "__main__":
    main()
