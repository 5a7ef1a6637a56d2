"""Seconds, memory and quality of the match engine at 100,000 offerings, beside what one could use instead.

    python bench/match.py [--offerings 100000] [--million] [--queries 300] [--choices 20000]

All in one run, over the same documents and queries, on one core: the engine (without choices and with), its full-text
index alone, SQLite's FTS5 with Porter stems, and bm25s where it is installed. Quality is nDCG@10 against what the
generator knows to serve (`bench/match_catalog.py`).
"""

from __future__ import annotations

import argparse
import math
import os
import shutil
import sqlite3
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

# One core: before NumPy and the tokenizer are loaded.
os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "unfragile_site.settings")

import numpy as np

from bench.match_catalog import Query, choices, offerings, queries
from bench.measuring import memory_mb, percentile, table
from ranking.match.documents import Document
from ranking.match.engine import Engine
from ranking.match.index import build, extend, open_index
from ranking.match.text import query_stems, searched, words

Find = Callable[[str], Sequence[str]]


def ndcg(found: Sequence[str], right: set[str]) -> float:
    best = sum(1 / math.log2(i + 2) for i in range(min(len(right), 10)))
    return sum(1 / math.log2(i + 2) for i, key in enumerate(found[:10]) if key in right) / best


def measured(find: Find, asked: Sequence[Query], right: dict[int, set[str]]) -> list[str]:
    for query in asked[:20]:
        find(query.text)
    times, scores = [], []
    for query in asked:
        before = time.perf_counter()
        found = find(query.text)
        times.append((time.perf_counter() - before) * 1000)
        scores.append(ndcg(list(dict.fromkeys(found)), right[query.need]))
    return [f"{percentile(times, 0.5):.1f}", f"{percentile(times, 0.95):.1f}", f"{np.mean(scores):.3f}"]


def fts5(documents: Sequence[Document]) -> Find:
    """As one would by hand: Porter stems, any of the words, its own bm25."""
    base = sqlite3.connect(":memory:")
    base.execute("CREATE VIRTUAL TABLE fts USING fts5(text, artifact UNINDEXED, tokenize='porter unicode61')")
    base.executemany("INSERT INTO fts VALUES (?, ?)", ((d.text, d.artifact) for d in documents))
    base.execute("INSERT INTO fts(fts) VALUES ('optimize')")

    def find(query: str) -> list[str]:
        match = " OR ".join(f'"{word}"' for word in words(query))
        return [
            row[0] for row in base.execute("SELECT artifact FROM fts WHERE fts MATCH ? ORDER BY rank LIMIT 20", [match])
        ]

    return find


def bm25s_of(documents: Sequence[Document]) -> Find | None:
    try:
        import bm25s
    except ImportError:
        return None
    index = bm25s.BM25()
    index.index(bm25s.tokenize([d.text for d in documents], show_progress=False), show_progress=False)

    def find(query: str) -> list[str]:
        asked = bm25s.tokenize([query], show_progress=False)
        rows, _ = index.retrieve(asked, k=20, show_progress=False)
        return [documents[int(row)].artifact for row in rows[0]]

    return find


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--offerings", type=int, default=100_000)
    parser.add_argument("--million", action="store_true", help="A million offerings, the engine and its index alone.")
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--choices", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=4)
    options = parser.parse_args()
    count = 1_000_000 if options.million else options.offerings
    documents, serving = [], defaultdict(list)
    for document, need in offerings(count, seed=options.seed):
        documents.append(document)
        serving[need].append(document.artifact)
    right = {need: set(keys) for need, keys in serving.items()}
    asked = [query for query in queries(options.queries * 2) if right.get(query.need)][: options.queries]
    folder = Path(tempfile.mkdtemp())
    rows = []
    try:
        chosen = list(choices(options.choices, serving))
        started = time.perf_counter()
        build(folder / "cold", documents)
        cold_build = time.perf_counter() - started
        started = time.perf_counter()
        extend(folder / "cold", folder / "warm", documents[:8], chosen=chosen)
        extended = time.perf_counter() - started
        started = time.perf_counter()
        cold = Engine(open_index(folder / "cold"))
        opened = time.perf_counter() - started
        warm = Engine(open_index(folder / "warm"))
        rows.append(
            ("engine, no choices", *measured(lambda q: [m.artifact for m in cold.answer(q).found], asked, right))
        )
        rows.append(
            (
                f"engine, {len(chosen):,} choices",
                *measured(lambda q: [m.artifact for m in warm.answer(q).found], asked, right),
            )
        )
        held, most = memory_mb()
        index = cold.index

        def by_words(query: str) -> list[str]:
            found = index.found_by_words(searched(query_stems(query)), facets=(), most=20)
            return [index.keys[index.artifacts[row]] for row in found]

        rows.append(("its full text alone (tantivy)", *measured(by_words, asked, right)))
        if not options.million:
            rows.append(("FTS5, Porter, OR", *measured(fts5(documents), asked, right)))
            plain = bm25s_of(documents)
            rows.append(("bm25s", *(measured(plain, asked, right) if plain else ("-", "-", "-"))))
            if plain is None:
                print("bm25s is not installed here, so it was not measured.")
        size = sum(path.stat().st_size for path in (folder / "cold").rglob("*") if path.is_file()) / 1e6
        print(f"{count:,} offerings, {len(asked)} queries, one core")
        print(f"built in {cold_build:.1f} s; {size:.0f} MB of files; opened and checked in {opened:.2f} s")
        print(f"an edit of two artifacts and {len(chosen):,} choices: the next index in {extended:.1f} s")
        print(f"memory: {held:.0f} MB without mapped files, at most {most:.0f} MB, the generator's documents among it")
        print(table(("", "p50 ms", "p95 ms", "nDCG@10"), rows))
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
