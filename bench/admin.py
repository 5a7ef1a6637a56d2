"""How long do the pages of the editors' desk take on a large catalog, and how does that compare with Django's own list?

    python bench/admin.py                                       a small catalog on both databases
    python bench/admin.py --artifacts 50000 --offerings 500000 --rounds 100 --keep DIR

Each round asks every page of the desk once, as an editor who is signed in, and between them the artifacts' list of an
unmodified ModelAdmin. What else happens on the machine then falls on all of them alike, and the ratios hold. It also
looks at every statement for one that counts a whole table. docs/explanation/performance.md says what came out.
"""

from __future__ import annotations

import argparse
import datetime as dt
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from bench.pages import Chances, asked, make_catalog, run  # noqa: E402 - the folder has to be found first

#: As a multiple of the unmodified list.
GOAL = 1.5
PLAIN = "/bench/admin/catalog/artifact/"
#: How much waits in each queue that the generator leaves empty.
WORK = 500
#: Of one artifact's rows it may count all.
FULL_COUNT = re.compile(r"SELECT COUNT\((?!.*(\bLIMIT\b|\"artifact_id\" = ))", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Page:
    name: str
    address: Callable[[Chances], str]


@dataclass
class Measured:
    page: Page
    queries: list[int] = field(default_factory=list)
    full_counts: set[str] = field(default_factory=set)
    ms: list[float] = field(default_factory=list)
    plain_ms: list[float] = field(default_factory=list)


def _filtered(chances: Chances) -> str:
    from catalog.choices import Kind, Lifecycle

    some = {"kind__exact": Kind.values, "lifecycle__exact": Lifecycle.values}
    name = chances.random.choice(list(some))
    return urlencode({name: chances.random.choice(some[name]), "p": chances.random.choice([1, 1, 2])})


def _form(chances: Chances) -> str:
    return f"/admin/catalog/artifact/{1 + chances.random.randrange(len(chances.slugs))}/change/"


PAGES = [
    Page("front page", lambda c: "/admin/"),
    *(
        Page(f"queue {key}", lambda c, key=key: f"/admin/queue/{key}/")  # type: ignore[misc]
        for key in ("in-review", "disputes", "duplicates", "without-evidence", "stale", "drafts", "recent")
    ),
    Page("artifacts", lambda c: "/admin/catalog/artifact/"),
    Page("artifacts, filter", lambda c: f"/admin/catalog/artifact/?{_filtered(c)}"),
    Page("artifacts, words", lambda c: f"/admin/catalog/artifact/?q={c.word()}"),
    Page("search", lambda c: f"/admin/search/?q={c.word()}"),
    Page("offerings", lambda c: "/admin/catalog/offering/"),
    Page("facts", lambda c: "/admin/catalog/fact/"),
    Page("artifact form", _form),
]


def editor_cookies() -> str:
    """A session of an editor's, with work of every kind waiting."""
    from django.conf import settings
    from django.contrib.auth.models import Group, User
    from django.db import transaction
    from django.test import Client

    with transaction.atomic():
        editor, is_new = User.objects.get_or_create(username="erin", defaults={"is_staff": True})
        if is_new:
            editor.groups.add(Group.objects.get(name="Senior editor"))
            _make_work(editor)
    client = Client()
    client.force_login(editor)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def _make_work(editor: object) -> None:
    from itertools import pairwise

    from catalog.choices import Lifecycle, Step
    from catalog.models import Artifact, Fact, Pair, Report, ReviewStep

    waiting = Artifact.objects.filter(lifecycle=Lifecycle.IN_REVIEW)[:WORK]
    ReviewStep.objects.bulk_create(ReviewStep(artifact=row, step=Step.SUBMITTED, by=editor) for row in waiting)
    drafts = list(Artifact.objects.filter(lifecycle=Lifecycle.DRAFT)[:WORK])
    for step in (Step.SUBMITTED, Step.SENT_BACK):
        ReviewStep.objects.bulk_create(ReviewStep(artifact=row, step=step, by=editor) for row in drafts)
    Artifact.history.bulk_history_create(drafts, default_user=editor)
    public = list(Artifact.objects.public().order_by("pk")[:WORK])
    Pair.objects.bulk_create(Pair(first=a, second=b, score=0.8, reasons=["The names."]) for a, b in pairwise(public))
    Fact.objects.stated().filter(artifact__in=[row.pk for row in public]).update(retrieved_on=dt.date(2020, 1, 1))
    Report.objects.bulk_create(Report(artifact=row, address="/", text="The window is 64K.") for row in public)


def measure(rounds: int, seed: int, only: str) -> list[Measured]:
    from django.core.cache import cache

    from bench.measuring import Queries, Reader
    from unfragile_site.wsgi import application

    reader, chances = Reader(application, cookies=editor_cookies()), Chances(seed)
    results = [Measured(page) for page in PAGES if only in page.name]
    if not results:
        raise SystemExit(f"No page is called so; there are {', '.join(page.name for page in PAGES)}.")
    for number in range(-2, rounds):  # the first rounds warm up templates and plans
        for result in results:
            address = result.page.address(chances)
            cache.clear()
            with Queries() as queries:
                first = reader.get(address)
            if first.status != 200:
                raise SystemExit(f"{address} answered {first.status}: {first.body[:500]!r}")
            # At the second go, so that nothing depends on which pages of the disk have been read lately.
            cache.clear()
            again, plain = reader.get(address), reader.get(PLAIN)
            if plain.status != 200:
                raise SystemExit(f"{PLAIN} answered {plain.status}")
            if number >= 0:
                result.queries.append(queries.count)
                result.full_counts |= {sql for sql in queries.statements if FULL_COUNT.search(sql)}
                result.ms.append(again.ms)
                result.plain_ms.append(plain.ms)
    return results


def printed(results: list[Measured]) -> str:
    from bench.measuring import against, percentile, table

    rows = []
    for result in results:
        least, most = min(result.queries), max(result.queries)
        p95, plain = percentile(result.ms, 0.95), percentile(result.plain_ms, 0.95)
        rows.append(
            [
                result.page.name,
                f"{least}" if least == most else f"{least}-{most}",
                f"{len(result.full_counts)}",
                f"{median(result.ms):.1f}",
                f"{p95:.1f}",
                f"{median(result.plain_ms):.1f}",
                f"{plain:.1f}",
                against(p95 / plain, GOAL),
            ]
        )
    heads = ["page", "queries", "full counts", "p50", "p95", "plain p50", "plain p95", "p95 of plain"]
    texts = [f"  {result.page.name}: {sql[:300]}" for result in results for sql in sorted(result.full_counts)]
    return "\n".join([table(heads, rows), *(["counted in full:", *texts] if texts else [])])


def run_inside(options: argparse.Namespace) -> None:
    import django

    django.setup()
    make_catalog(options)
    print(printed(measure(options.rounds, options.seed, options.only)), flush=True)


def main() -> None:
    options = asked(__doc__)
    run_inside(options) if options.inside else run(options, __file__)


if __name__ == "__main__":
    main()
