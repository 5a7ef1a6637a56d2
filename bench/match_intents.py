"""How near two queries have to be to be taken for one intent: precision and recall by threshold, on labelled pairs.

    REAL_DATA_DIR=... python bench/match_intents.py [--queries 3000]

Two queries of MetaTool that the same tool serves are taken for one intent, two that different tools serve for two. That
is harsher than the truth in both directions (different tools serve the same need, one tool serves several), so what
counts is how the figures turn, not how high they are. Queries with more than one right tool are left out. Pairs are all
those among the queries drawn; and, since a query joins the nearest intent alone, also each with its nearest other.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "unfragile_site.settings")

import numpy as np

from bench.match_data import read
from bench.measuring import table
from catalog.wordvectors import encode
from ranking.graph.clusters import NEAR, gathered

THRESHOLDS = (0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--queries", type=int, default=3_000)
    options = parser.parse_args()
    single = [(text, next(iter(right))) for text, right in read("metatool").queries if len(right) == 1]
    drawn = random.Random(17).sample(single, min(options.queries, len(single)))
    vectors = encode([text for text, _ in drawn])
    tools = np.unique([tool for _, tool in drawn], return_inverse=True)[1]
    likeness = vectors @ vectors.T
    same = tools[:, None] == tools[None]
    above = np.triu(np.ones_like(same), 1).astype(bool)
    np.fill_diagonal(likeness, -1.0)
    nearest, best = likeness.argmax(1), likeness.max(1)
    is_right = tools[nearest] == tools
    rows = []
    for least in THRESHOLDS:
        joined = above & (likeness >= least)
        right = int((joined & same).sum())
        by_nearest = best >= least
        intents, mixed = clusters(vectors, tools, least)
        rows.append(
            (
                f"{least:.2f}{' (ours)' if least == NEAR else ''}",
                f"{right / max(int(joined.sum()), 1):.3f}",
                f"{right / int((above & same).sum()):.3f}",
                f"{float(is_right[by_nearest].mean()):.3f}",
                f"{float(by_nearest.mean()):.3f}",
                f"{intents:,}",
                f"{mixed:.3f}",
            )
        )
    heads = ("cosine", "pairs: precision", "recall", "nearest: right", "joined", "intents", "of another tool")
    print(f"{len(drawn):,} queries of {tools.max() + 1} tools, {int((above & same).sum()):,} pairs of one tool")
    print(table(heads, rows))


def clusters(vectors: np.ndarray, tools: np.ndarray, least: float) -> tuple[int, float]:
    """As the graph makes them: how many intents, and the share of queries that are not of their intent's commonest
    tool."""
    found = np.array(
        gathered(vectors, range(len(vectors)), np.zeros((0, vectors.shape[1]), np.float32), [], near=least)
    )
    odd = sum(len(own) - int(np.bincount(own).max()) for own in (tools[found == one] for one in np.unique(found)))
    return len(np.unique(found)), odd / len(vectors)


if __name__ == "__main__":
    main()
