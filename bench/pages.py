"""How long do the pages take on a large catalog, and how does that compare with a page that does nothing?

    python bench/pages.py                                       a small catalog on both databases: under a minute
    python bench/pages.py --artifacts 50000 --offerings 500000 --rounds 200 --keep DIR

Each round asks every page once, cold (nothing kept), kept and with its ETag, and between them two views of the
bench's own: the *yardstick* (same middleware, the same number of one-row queries, the bare frame of a page) and
*bare* (the middleware alone). What else happens on the machine then falls on all of them alike, and the ratios hold.
docs/explanation/performance.md says what the numbers mean.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import median
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


@dataclass(frozen=True)
class Page:
    """What is measured: a maker of addresses, and the goals its cold answer is held against."""

    name: str
    address: Callable[[Chances], str]
    #: As a multiple of the yardstick, on PostgreSQL.
    beside_yardstick: float | None = None
    #: As a multiple of the bare view.
    beside_bare: float | None = None


#: While nothing has changed, as a multiple of the bare view.
KEPT_GOAL = 1.5
MOST_QUERIES = 12
#: The modules that make the catalog.
GENERATORS = ("generate.py", "loading.py", "offered.py", "outline.py", "said.py")


class Chances:
    """Random addresses of things that are there."""

    def __init__(self, seed: int) -> None:
        from catalog.choices import DataType, Kind, LicenceClass, PriceClass
        from catalog.models import Artifact, Capability, Category

        self.random = Random(seed)
        self.slugs = list(Artifact.objects.public().order_by("pk").values_list("slug", flat=True))
        self.capabilities = list(Capability.objects.order_by("pk").values_list("slug", flat=True))
        self.categories = list(Category.objects.order_by("pk").values_list("slug", flat=True))
        self.kinds = list(Kind.values)
        self.filters: dict[str, list[str]] = {
            "kind": self.kinds,
            "category": self.categories,
            "capability": self.capabilities,
            "price": list(PriceClass.values),
            "licence": list(LicenceClass.values),
            "input": list(DataType.values),
            "output": list(DataType.values),
            "verified": ["true"],
            "lifecycle": ["published", "deprecated"],
        }

    def artifact(self) -> str:
        return self.random.choice(self.slugs)

    def capability(self) -> str:
        """Popular ones are read more: ids are in the order of popularity."""
        return self.capabilities[int(len(self.capabilities) * self.random.random() ** 2)]

    def faceted(self) -> str:
        """One to three filters, now and then several values, any sort, often beyond the first page."""
        names = self.random.sample(list(self.filters), k=self.random.randint(1, 3))
        pairs = [(name, self.random.choice(self.filters[name])) for name in names]
        if self.random.random() < 0.2:
            pairs.append((names[0], self.random.choice(self.filters[names[0]])))
        pairs.append(("sort", self.random.choice(["rank", "name", "new", "changed"])))
        if self.random.random() < 0.4:
            pairs.append(("page", str(self.random.choice([2, 5, 20, 200]))))
        return urlencode(pairs)

    def word(self) -> str:
        from bench.outline import WORDS

        return self.random.choice(WORDS)

    def api_list(self) -> str:
        if self.random.random() < 0.5:
            return ""
        name = self.random.choice(["kind", "category", "capability", "price", "licence"])
        return urlencode({name: self.random.choice(self.filters[name])})


PAGES = [
    Page("home", lambda c: "/", 2),
    Page("list", lambda c: "/artifacts/", 2, 14),
    Page("list, facets", lambda c: f"/artifacts/?{c.faceted()}", 4, 14),
    Page("list, words", lambda c: f"/artifacts/?q={c.word()}"),
    Page("detail", lambda c: f"/artifacts/{c.artifact()}/", 2, 8),
    Page("alternatives", lambda c: f"/artifacts/{c.artifact()}/alternatives/", 2),
    Page("capability", lambda c: f"/capabilities/{c.capability()}/", 2),
    Page("category", lambda c: f"/categories/{c.random.choice(c.categories)}/", 2),
    Page("kind", lambda c: f"/kinds/{c.random.choice(c.kinds)}/", 2),
    Page("API list", lambda c: "/api/v1/artifacts/", None, 8),
    Page("API list, filter", lambda c: f"/api/v1/artifacts/?{c.api_list()}"),
    Page("API detail", lambda c: f"/api/v1/artifacts/{c.artifact()}/"),
]


@dataclass
class Measured:
    page: Page
    queries: list[int] = field(default_factory=list)
    size: list[int] = field(default_factory=list)
    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))


def forget(*, rows: bool = True) -> None:
    """Whatever has been kept of earlier answers. With `rows` also what lists have shown of artifacts, which an edit of
    another one leaves."""
    from django.core.cache import cache

    from catalog.columns import columns
    from catalog.prose import prose
    from catalog.state import forget as forget_state
    from catalog.state import live_state

    cache.clear()
    if rows:
        prose.cache_clear()
        columns(live_state()).shown.clear()
    forget_state()


def measure(rounds: int, seed: int, only: str, pages: Sequence[Page] = PAGES) -> list[Measured]:
    from bench.measuring import Queries, Reader
    from unfragile_site.wsgi import application

    reader, chances = Reader(application), Chances(seed)
    results = [Measured(page) for page in pages if only in page.name]
    if not results:
        raise SystemExit(f"No page is called so; there are {', '.join(page.name for page in pages)}.")
    for number in range(-5, rounds):  # the first rounds warm up templates, plans and columns
        for result in results:
            address = result.page.address(chances)
            forget()
            with Queries() as queries:
                first = reader.get(address)
            if first.status != 200:
                raise SystemExit(f"{address} answered {first.status}: {first.body[:500]!r}")
            row = chances.random.randrange(1, len(chances.slugs) // 2)
            yardstick = f"/bench/yardstick/{queries.count}/{row}/"
            reader.get(yardstick)
            # All at the second go, so that nothing depends on which pages of the disk have been read lately. The quick
            # ones three times: the first still pays for what the page before it swept out of the processor's caches.
            forget()
            cold = reader.get(address)
            etag = cold.headers["ETag"]
            forget(rows=False)
            edited = reader.get(address)
            answers = {
                "cold": [cold],
                "edited": [edited],
                "yardstick": [reader.get(yardstick)],
                "kept": [reader.get(address) for _ in range(3)],
                "304": [reader.get(address, etag=etag) for _ in range(3)],
                "bare": [reader.get("/bench/bare/") for _ in range(3)],
            }
            got = {name: {answer.status for answer in some} for name, some in answers.items()}
            if (
                got != {name: {304 if name == "304" else 200} for name in answers}
                or answers["kept"][0].body != cold.body
            ):
                raise SystemExit(f"{address}: {got}")
            if number >= 0:
                result.queries.append(queries.count)
                result.size.append(len(cold.body))
                for name, some in answers.items():
                    result.times[name] += [answer.ms for answer in some]
    return results


def printed(results: list[Measured], vendor: str) -> str:
    from bench.measuring import against, percentile, table

    bare = median(ms for result in results for ms in result.times["bare"])
    rows = []
    for result in results:
        page, times = result.page, result.times
        least, most = min(result.queries), max(result.queries)
        cold, kept, unchanged = (median(times[name]) for name in ("cold", "kept", "304"))
        queries = f"{least}" if least == most else f"{least}-{most}"
        rows.append(
            [
                page.name,
                queries if most <= MOST_QUERIES else f"{queries} MISSED",
                f"{median(result.size) / 1000:.0f}",
                f"{cold:.2f}",
                f"{percentile(times['cold'], 0.95):.2f}",
                f"{median(times['yardstick']):.2f}",
                against(cold / median(times["yardstick"]), page.beside_yardstick if vendor == "postgresql" else None),
                against(cold / bare, page.beside_bare),
                f"{median(times['edited']):.2f}",
                f"{kept:.2f}",
                against(kept / bare, KEPT_GOAL),
                f"{unchanged:.2f}",
            ]
        )
    heads = [
        "page",
        "queries",
        "kB",
        "cold p50",
        "p95",
        "yardstick",
        "of it",
        "of bare",
        "edited",
        "kept",
        "of bare",
        "304",
    ]
    return f"{table(heads, rows)}\nbare view: {bare:.3f} ms"


def edited(times: int = 9) -> dict[str, float]:
    """An editor saves one offering; then the first list page afterwards brings the columns up to date."""
    from catalog.changes import change
    from catalog.columns import columns
    from catalog.models import Offering
    from catalog.state import live_state

    columns(live_state())
    saving, updating = [], []
    newest = Offering.objects.order_by("-pk").values_list("pk", flat=True)[0]
    for n in range(times):
        offering = Offering.objects.get(pk=1 + n * (newest - 1) // times)
        before = time.perf_counter()
        with change(why="Measured."):
            offering.description += " Measured."
            offering.save()
        saved = time.perf_counter()
        columns(live_state())
        updating.append(time.perf_counter() - saved)
        saving.append(saved - before)
    return {"an editor's save, ms": median(saving) * 1000, "columns after it, ms": median(updating) * 1000}


def loaded() -> dict[str, float]:
    """The first load of the columns in a fresh process, which has done nothing else."""
    from bench.measuring import memory_mb
    from catalog.columns import columns
    from catalog.state import live_state

    state = live_state()  # the connection's own memory is not the columns'
    (held, _), before = memory_mb(), time.perf_counter()
    columns(state)
    seconds = time.perf_counter() - before
    kept, peak = memory_mb()
    return {"first load, s": seconds, "its memory, MB": kept - held, "the process at most, MB": peak}


# --- one process per database: settings can be read only once --------------------------------------------------------


def make_catalog(options: argparse.Namespace) -> None:
    """The catalog of those sizes, unless it is there already."""
    from django.core.management import call_command

    from bench.databases import make_database
    from bench.generate import generate
    from bench.outline import Sizes
    from catalog.models import CatalogState

    make_database()
    call_command("migrate", verbosity=0)
    if not CatalogState.objects.exists():  # all of it is written in one transaction
        began = time.perf_counter()
        generate(Sizes(options.artifacts, options.offerings, options.seed))
        print(f"generated in {time.perf_counter() - began:.0f} s", flush=True)
    call_command("collectstatic", verbosity=0, interactive=False)


def run_inside(options: argparse.Namespace) -> None:
    """In a process of its own, with DATABASE_URL and the other settings in its environment."""
    import django

    django.setup()
    if options.inside == "load":
        print(json.dumps(loaded()))
        return
    from django.db import connection

    make_catalog(options)
    print(printed(measure(options.rounds, options.seed, options.only), connection.vendor), flush=True)
    fresh = subprocess.run([sys.executable, __file__, "--inside", "load"], check=True, stdout=subprocess.PIPE)
    figures = json.loads(fresh.stdout)
    print("; ".join(f"{name} {figure:.2f}" for name, figure in (figures | edited()).items()), flush=True)


def fingerprint() -> str:
    """Of the code that decides how a generated database looks: with it changed a kept one is of no use."""
    import hashlib

    files = [*sorted((ROOT / "catalog" / "migrations").glob("0*.py")), *(ROOT / "bench" / n for n in GENERATORS)]
    # A migration's first comment holds the minute it was written.
    lines = [line for file in files for line in file.read_text().splitlines() if not line.startswith("#")]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:8]


def run(options: argparse.Namespace, script: str = __file__) -> None:
    """That bench, once for each database."""
    from bench.databases import CannotServe, postgres_url, sqlite_url

    with ExitStack() as stack:
        scratch = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)  # the server's files are another user's
        folder = Path(options.keep or stack.enter_context(scratch)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        name = f"bench_{options.artifacts}_{options.offerings}_{options.seed}_{fingerprint()}"
        sizes = f"{options.artifacts} artifacts, {options.offerings} offerings, seed {options.seed}"
        for database in ("sqlite", "postgres") if options.database == "both" else (options.database,):
            print(f"\n{database}: {sizes}, {options.rounds} rounds", flush=True)
            try:
                if database == "sqlite":
                    url = sqlite_url(folder, name)
                else:
                    url = f"{stack.enter_context(postgres_url(folder))}/{name}"
            except CannotServe as error:
                print(f"skipped: {error}")
                continue
            environment = {
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "bench.settings",
                "DATABASE_URL": url,
                "VAR_DIR": str(folder / "var"),
                "REDIS_URL": "",
                "UNFRAGILE_ENV": "local",
                "DEBUG": "",
                "PYTHONPATH": str(ROOT),
            }
            given = [f"--{key}={getattr(options, key)}" for key in ("artifacts", "offerings", "seed", "rounds", "only")]
            subprocess.run([sys.executable, script, "--inside", "pages", *given], env=environment, check=True)


def asked(described: str | None) -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=described, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--artifacts", type=int, default=2_000)
    parser.add_argument("--offerings", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--rounds", type=int, default=40, help="how often each page is measured")
    parser.add_argument("--only", metavar="TEXT", default="", help="measure the pages with this in their name")
    parser.add_argument("--database", choices=["sqlite", "postgres", "both"], default="both")
    parser.add_argument("--keep", metavar="DIR", help="keep the databases there, and use those of an earlier run")
    parser.add_argument("--inside", choices=["pages", "load"], help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> None:
    options = asked(__doc__)
    run_inside(options) if options.inside else run(options)


if __name__ == "__main__":
    main()
