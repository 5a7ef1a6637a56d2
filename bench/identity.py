"""How often what imports join is one thing, and how much a score of likely duplicates says: pairs labelled by hand.

    REAL_DATA_DIR=... python bench/identity.py [--site FOLDER] [--wrong] [--draw N --seed N]

Every real file is imported into a new site (or one of an earlier call, `--site`), and the labelled pairs of
bench/identity_pairs.csv are looked up in it. Pairs were drawn by seed from strata, and the first 200 labelled before
anything was tuned; `was` says what became of each on that day. `--draw` prints rows without labels, for another round.
"""

from __future__ import annotations

import argparse
import csv
import math
import os
import random
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

PAIRS = Path(__file__).with_name("identity_pairs.csv")
COLUMNS = ("draw", "stratum", "of", "was", "one", "other", "one_name", "other_name", "label", "why")
#: In the order in which they are read: the newest file of each.
FILES = (
    ("models-dev", "models.dev/api.2026-05-31.json"),
    ("litellm", "litellm/model_prices_and_context_window.v1.90.0.json"),
    ("openrouter", "openrouter/models.2025-12-02.json"),
    ("huggingface", "huggingface/api_models.json"),
    ("hf-cards", "hf-cards"),
    ("aider", "benchmarks/polyglot_leaderboard.yml"),
    ("lmarena", "benchmarks/lmarena_text.csv"),
    ("mcp-registry", "mcp-registry/seed_2025_05_16.json"),
    ("mcp-registry", "mcp-registry/servers.2026-06-12.jsonl"),
    ("docker-mcp", "docker-mcp/servers"),
    ("best-of", "best-of-mcp"),
    ("best-of", "best-of-ml"),
)
#: Score from which a pair is in this band of the queue; below .5 nobody is asked.
BANDS = (0.9, 0.8, 0.7, 0.6, 0.5)
NEAR = 0.3
#: How many of a hundred drawn are of what stratum: joins by rule, the queue's bands, and what is nearly asked.
SHARES = {"rows": 20, "cross": 25, "queue": 40, "near": 15}


def fill(folder: Path) -> None:
    """Imports every file. Needs Django."""
    from django.core.management import call_command
    from django.utils import timezone

    from catalog.desk.duplicates import find_pairs
    from catalog.importers.run import import_from
    from catalog.models import Entry

    call_command("migrate", verbosity=0)
    if not Entry.objects.exists():
        for name, file in FILES:
            result = import_from(name, str(folder / file), now=timezone.now(), is_confirmed=True)
            print(f"{file}: {result.counts}", file=sys.stderr)
    find_pairs()


class Site:
    """What the catalog made of each row: rows are `importer row`, and one of models.dev is `provider/model`."""

    def __init__(self, folder: Path) -> None:
        from django.utils import timezone

        from catalog.desk.duplicates import _candidates, _listed_now, likeness
        from catalog.importers.reading import opened
        from catalog.importers.registry import FEEDS
        from catalog.models import Entry

        self.entry_of: dict[str, tuple[str, str]] = {}
        #: Rows that an importer reads as one entry, the first one first.
        self.rows_of: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.ids_of: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
        for name, file in FILES:
            place = opened(str(folder / file), now=timezone.now())
            feed = FEEDS[name].at(place)
            for row, key in _gathered(name, place):
                self.rows_of[feed.name, key].append(f"{feed.name} {row}")
            for item in FEEDS[name].read(place):
                if hasattr(item, "record"):
                    self.ids_of[feed.name, item.key] |= {(s, v.casefold()) for s, v in item.record.ids}
                    self.rows_of.setdefault((feed.name, item.key), [f"{feed.name} {item.key}"])
        self.entry_of = {row: entry for entry, rows in self.rows_of.items() for row in rows}
        self.artifact_of: dict[tuple[str, str], int] = {}
        self.entries_of: dict[int, list[tuple[str, str]]] = defaultdict(list)
        for importer, key, pk in Entry.objects.order_by("id").values_list("importer", "key", "artifact_id"):
            self.artifact_of[importer, key] = pk
            self.entries_of[pk].append((importer, key))
        self.listed = _listed_now()
        self.candidates = set(_candidates(self.listed.values()))
        self.likeness = likeness

    def artifact(self, row: str) -> int | None:
        return self.artifact_of.get(self.entry_of.get(row, ("", "")))

    def verdict(self, one: str, other: str) -> str:
        """`merged`, the score with which an editor is asked, or `apart`."""
        first, second = self.artifact(one), self.artifact(other)
        if first is None or second is None:
            return "unread"
        if first == second:
            return "merged"
        pair = (min(first, second), max(first, second))
        if pair not in self.candidates or first not in self.listed or second not in self.listed:
            return "apart"
        score = self.likeness(self.listed[first], self.listed[second]).score
        return f"{score:.2f}" if score >= BANDS[-1] else "apart"

    def joins(self) -> Iterator[tuple[str, str, str]]:
        """Every join that nobody confirmed: its rule, and the two rows."""
        for (name, _), rows in self.rows_of.items():
            for row in rows[1:]:
                # What has the same words needs no judging twice.
                if _words(row) != _words(rows[0]):
                    yield f"rows of {name}", rows[0], row
        for entries in self.entries_of.values():
            for number, later in enumerate(entries[1:], start=1):
                for earlier in entries[:number]:
                    shared = self.ids_of[earlier] & self.ids_of[later]
                    if shared:
                        yield f"shared {sorted(scheme for scheme, _ in shared)[0]}", self.row(earlier), self.row(later)
                        break

    def row(self, entry: tuple[str, str]) -> str:
        return next(iter(self.rows_of.get(entry, ())), f"{entry[0]} {entry[1]}")

    def asked(self) -> Iterator[tuple[str, str, str]]:
        """Every pair that is asked about, or nearly: its band, and the two rows."""
        for first, second in sorted(self.candidates):
            if self.entries_of[first] and self.entries_of[second]:
                score = self.likeness(self.listed[first], self.listed[second]).score
                if score >= NEAR:
                    yield band(score), self.row(self.entries_of[first][0]), self.row(self.entries_of[second][0])


def band(score: float) -> str:
    return next((f"queue {at:.1f}" for at in BANDS if score >= at), "nearly asked")


def _gathered(name: str, place: Any) -> Iterator[tuple[str, str]]:
    from catalog.importers import litellm, models_dev

    if name == "models-dev":
        for key, rows in models_dev.gathered(place.json())[0].items():
            yield from ((f"{row.provider}/{row.model}", key) for row in rows)
    elif name == "litellm":
        for key, some in litellm.gathered(place.json())[0].items():
            yield from ((row.key, key) for row in some)


def _words(row: str) -> str:
    return row.rpartition("/")[2].casefold()


def draw(site: Site, count: int, seed: int, number: int) -> Iterator[dict[str, Any]]:
    """As many rows as wanted, evenly over the strata of each sort, none that has been drawn before."""
    strata: dict[str, dict[str, list[tuple[str, str]]]] = {sort: defaultdict(list) for sort in SHARES}
    for stratum, one, other in [*site.joins(), *site.asked()]:
        sort = "rows" if stratum.startswith("rows") else "cross" if stratum.startswith("shared") else "near"
        strata["queue" if stratum.startswith("queue") else sort][stratum].append((one, other))
    done = {frozenset((row["one"], row["other"])) for row in labelled()} if PAIRS.exists() else set()
    chance = random.Random(seed)
    for sort, share in SHARES.items():
        wanted = round(count * share / 100)
        left = {name: [p for p in chance.sample(some, len(some)) if frozenset(p) not in done]
                for name, some in sorted(strata[sort].items())}  # fmt: skip
        while wanted and any(left.values()):
            for name, some in left.items():
                if some and wanted:
                    wanted -= 1
                    one, other = some.pop()
                    yield {
                        "draw": number, "stratum": name, "of": len(strata[sort][name]), "was": site.verdict(one, other),
                        "one": one, "other": other, "one_name": _name(site, one), "other_name": _name(site, other),
                        "label": "", "why": "",
                    }  # fmt: skip


def _name(site: Site, row: str) -> str:
    pk = site.artifact(row)
    return site.listed[pk].name[:60] if pk in site.listed else ""


def labelled() -> list[dict[str, str]]:
    with PAIRS.open(newline="") as file:
        return list(csv.DictReader(file))


def interval(right: int, of: int) -> tuple[float, float]:
    """Wilson's, 95 %."""
    if not of:
        return 0.0, 1.0
    z, p = 1.96, right / of
    middle, spread = p + z * z / (2 * of), z * math.sqrt(p * (1 - p) / of + z * z / (4 * of * of))
    return (middle - spread) / (1 + z * z / of), (middle + spread) / (1 + z * z / of)


def table(rows: Iterable[Mapping[str, str]], by: str) -> Iterator[str]:
    """How many are the same of those that were told yes or no, by stratum or by what became of them."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        counts[row[by]][row["label"]] += 1
    for name, count in sorted(counts.items()):
        right, of = count["same"], count["same"] + count["not the same"]
        low, high = interval(right, of)
        share = f"{right / of:.2f} [{low:.2f}, {high:.2f}]" if of else "-"
        yield f"| {name} | {of} | {right} | {share} | {count['unsure']} |"


def found(rows: Iterable[Mapping[str, str]], by: str) -> str:
    """Of the pairs that are the same: how many are joined, asked about, or neither."""
    same = [row[by] for row in rows if row["label"] == "same"]
    merged, apart = same.count("merged"), same.count("apart")
    asked = len(same) - merged - apart
    low, high = interval(merged + asked, len(same))
    return (
        f"of {len(same)} that are the same: {merged} merged, {asked} asked about, {apart} neither; "
        f"recall {(merged + asked) / len(same):.2f} [{low:.2f}, {high:.2f}]"
    )


def _became(verdict: str) -> str:
    return band(float(verdict)) if verdict[:1].isdigit() else verdict


def measured(rows: list[dict[str, str]], site: Site) -> list[dict[str, str]]:
    return [
        row | {"before": _became(row["was"]), "after": _became(site.verdict(row["one"], row["other"]))} for row in rows
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--site", type=Path, help="a folder that keeps the imported site for the next call")
    parser.add_argument("--wrong", action="store_true", help="print what is merged and is not the same, or the reverse")
    parser.add_argument("--draw", type=int, default=0, metavar="N", help="print N pairs to be labelled")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        os.environ["VAR_DIR"] = str(given.site or temporary)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "unfragile_site.settings")
        import django

        django.setup()
        folder = Path(os.environ["REAL_DATA_DIR"]) / "sources"
        fill(folder)
        site = Site(folder)
        if given.draw:
            writer = csv.DictWriter(sys.stdout, COLUMNS)
            writer.writeheader()
            writer.writerows(draw(site, given.draw, given.seed, given.seed))
            return
        rows = measured(labelled(), site)
    for number in sorted({row["draw"] for row in rows}):
        for by in ("stratum", "before", "after"):
            print(f"\ndraw {number} | {by} | told | same | share, 95 % | unsure")
            drawn = [row for row in rows if row["draw"] == number]
            print(*table(drawn, by), sep="\n")
            if by != "stratum":
                print(found(drawn, by))
    for row in rows if given.wrong else ():
        if (row["after"] == "merged") != (row["label"] == "same") and row["label"] != "unsure":
            print(row["label"], row["after"], row["one"], "|", row["other"], "|", row["why"])


if __name__ == "__main__":
    main()
