"""Needs in plain words put to a whole site: what it answers, whether that was right, and how sure it was.

    python bench/match_needs.py                                             the demo catalog
    REAL_DATA_DIR=... python bench/match_needs.py --imported 2000           besides, imported artifacts accepted in bulk
    ... --keep FOLDER                                                       the site stays there, and is not made again
    ... --set holdout                                                       the other needs: confidence alone
    ... --markdown                                                          as the docs have it

The needs stand in match_needs.csv with what of the demo serves each (nothing: it has to abstain), written before the
engine was measured by them; nothing is tuned on them. What a person made of the first three stands in
match_judged.csv, together with those three: what has changed since is printed as not judged.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import os
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.databases import sqlite_url  # noqa: E402 - the folder has to be found first
from bench.measuring import table  # noqa: E402

HERE = Path(__file__).parent
NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
#: Sources of which an imported site is made, by their importer, until enough is public.
SOURCES = (
    ("docker-mcp", "docker-mcp/servers"),
    ("hf-cards", "hf-cards"),
    ("huggingface", "huggingface/api_models.json"),
    ("best-of", "best-of-mcp"),
    ("best-of", "best-of-ml"),
    ("mcp-registry", "mcp-registry/servers.2026-06-12.jsonl"),
)
#: Entries read of the largest of them.
MOST_READ = 7_600
PIECE = 500
#: The six of which the founding documents speak.
FOUNDING = (
    "mixtral-8x22b-instruct", "mixtral-8x22b", "mixtral-8x7b", "mistral-small-3-1-24b", "the-stack-v2",
    "stable-diffusion-tutorials",
)  # fmt: skip


@dataclass(frozen=True)
class Need:
    text: str
    serves: frozenset[str]


@dataclass(frozen=True)
class Told:
    need: Need
    #: The first three, by their slugs, and whether they were given as an answer.
    top: tuple[str, ...]
    answered: bool
    confidence: float

    @property
    def is_served(self) -> bool:
        return self.answered and bool(self.need.serves & set(self.top))


def needs(which: str) -> list[Need]:
    with (HERE / "match_needs.csv").open() as lines:
        rows = [row for row in csv.DictReader(lines) if row["set"] == which]
    return [Need(row["need"], frozenset(row["serves"].split())) for row in rows]


def judged(site: str) -> dict[tuple[str, str], str]:
    """What was said of a need's first three, where it was said of these very ones."""
    path = HERE / "match_judged.csv"
    if not path.exists():
        return {}
    with path.open() as lines:
        return {(row["need"], row["top"]): row["judgement"] for row in csv.DictReader(lines) if row["site"] == site}


def make_site(count: int) -> None:
    """The demo catalog, and this many imported artifacts, taken apart, accepted and published in bulk."""
    from django.contrib.auth.models import User
    from django.core.management import call_command

    from catalog import publishing
    from catalog.desk import answering, bulk
    from catalog.desk.texts import take_apart_texts
    from catalog.importers.run import import_from
    from catalog.models import Artifact
    from ranking import indexing

    call_command("migrate", verbosity=0)
    import_from("manifest", str(ROOT / "unfragile_site" / "demo"), now=NOW, why="The demo catalog.")
    by = User.objects.create_superuser("bench")
    why = "Imported for measuring."
    demo = Artifact.objects.published().count()
    for name, place in SOURCES if count else ():
        import_from(name, str(_place(place)), now=NOW, is_confirmed=True)
        while not take_apart_texts().is_done:
            pass
        waiting = answering.Chosen().ids()
        for start in range(0, len(waiting), PIECE):
            some = waiting[start : start + PIECE]
            answering.apply(answering.plan(some, answering.ACCEPT), some, answering.ACCEPT, by=by, why=why)
        left = demo + count - Artifact.objects.published().count()
        ready = Artifact.objects.filter(publishing.SUFFICES, lifecycle="in_review").order_by("pk")
        ids = list(ready.values_list("pk", flat=True)[:left])
        for start in range(0, len(ids), PIECE):
            wanted = bulk.Wanted(why=why, step="publish")
            bulk.apply(bulk.plan(ids[start : start + PIECE], wanted, by=by), wanted, by=by)
        public = Artifact.objects.published().count() - demo
        print(f"{name}: {public:,} imported artifacts are public", file=sys.stderr, flush=True)
        if public >= count:
            break
    indexing.refresh(now=NOW)


def _place(name: str) -> Path:
    """Of a large file its first entries, beside the database."""
    path = Path(os.environ["REAL_DATA_DIR"]) / "sources" / name
    if path.suffix != ".jsonl":
        return path
    cut = Path(os.environ["VAR_DIR"]) / path.name
    with path.open() as lines:
        cut.write_text("".join(islice(lines, MOST_READ)))
    return cut


def told(some: list[Need]) -> list[Told]:
    from catalog.state import live_state
    from ranking.graph.recording import Reader
    from ranking.searching import search

    state, found = live_state(), []
    for need in some:
        it = search(need.text, state=state, reader=Reader("", ""), door="page", now=NOW, is_recorded=False)
        top = tuple(hit.row.slug for hit in (it.hits or it.near)[:3])
        found.append(Told(need, top, it.answered, it.confidence))
    return found


def print_sixty(found: list[Told], site: str, *, is_markdown: bool) -> None:
    said = judged(site)
    rows, counts = [], Counter[str]()
    for one in found:
        top = ", ".join(one.top) if one.answered else f"(nothing fits; nearest: {', '.join(one.top)})"
        judgement = said.get((one.need.text, top), "not judged")
        counts[judgement.partition(":")[0]] += 1
        rows.append((one.need.text, top, f"{one.confidence:.2f}", judgement))
    heads = ("need", "first three", "sure", "judgement")
    if is_markdown:
        print("\n".join(f"| {' | '.join(row)} |" for row in (heads, ("---",) * len(heads), *rows)))
        print()
    else:
        print(table(heads, rows))
    print(", ".join(f"{judgement}: {n}" for judgement, n in counts.most_common()))


def print_confidence(found: list[Told]) -> None:
    """On the demo alone it is known what nothing serves."""
    for title, some in (
        ("served", [one for one in found if one.need.serves]),
        ("not served", [one for one in found if not one.need.serves]),
    ):
        answered = sum(one.answered for one in some)
        right = sum(one.is_served for one in some)
        sure = sorted(one.confidence for one in some)
        tail = f", {right} of them with what serves it among the first three" if title == "served" else ""
        print(f"{title}: {answered} of {len(some)} answered{tail}; median confidence {sure[len(sure) // 2]:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--imported", type=int, default=0, metavar="NUMBER")
    parser.add_argument("--keep", type=Path, metavar="FOLDER")
    parser.add_argument("--set", default="docs", choices=("docs", "holdout"))
    parser.add_argument("--markdown", action="store_true", help="The table as docs/explanation/match-needs.md has it.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        is_made = (folder / "made").exists()
        folder.mkdir(parents=True, exist_ok=True)
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "bench.settings",
            "VAR_DIR": str(folder),
            "DATABASE_URL": sqlite_url(folder, "needs"),
        }
        import django

        django.setup()
        if not is_made:
            make_site(options.imported)
            (folder / "made").touch()
        found = told(needs(options.set))
        if options.set == "docs":
            print_sixty(found, "imported" if options.imported else "demo", is_markdown=options.markdown)
        if not options.imported:
            print_confidence(found)
        if not options.imported and options.set == "docs":
            missing = set(FOUNDING) - {slug for one in found for slug in one.top if slug in one.need.serves}
            print(f"founding artifacts not found by what they do: {', '.join(sorted(missing)) or 'none'}")


if __name__ == "__main__":
    main()
