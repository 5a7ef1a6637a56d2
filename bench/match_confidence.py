"""How sure the match engine may be: fits the two logistics of its confidence, and draws the reliability diagram.

    REAL_DATA_DIR=... python bench/match_confidence.py [--queries 400] [--svg docs/explanation/match-reliability.svg]

Intents with a known answer, with no, few and all choices; in a third of the rounds a third of the artifacts is missing,
and with them the right answer to some, so that the engine learns when to say that nothing fits. Half of the queries
fit the weights, the other half makes the table.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import zlib
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "unfragile_site.settings")

import numpy as np

from bench.match_data import Set, engine_of, read, some
from bench.match_pictures import reliability_svg
from bench.measuring import table
from ranking.match.confidence import MEASURES, measures, reliability

Rows = tuple[np.ndarray, np.ndarray, np.ndarray]


def observed(found: Set, *, most: int | None, missing: int, queries: int, seed: int) -> Rows:
    """Measures of each answer, and whether the first and one of the first five were right."""
    gone = {d.artifact for d in found.documents if zlib.crc32(f"{seed}{d.artifact}".encode()) % 100 < missing}
    documents = [d for d in found.documents if d.artifact not in gone]
    choices = [c for c in some(found.choices, most, seed=seed) if c.artifact not in gone]
    asked = random.Random(seed).sample(found.queries, min(queries, len(found.queries)))
    rows, first, five = [], [], []
    with engine_of(documents, choices if most != 0 else []) as engine:
        for query, right in asked:
            this, scored = engine._found(query, [])
            order = engine._order(scored)
            keys = [engine.index.keys[a] for a in scored.artifacts[order[:5]]]
            rows.append(measures(this, scored, order))
            first.append(keys[0] in right)
            five.append(bool(right & set(keys)))
    return np.array(rows), np.array(first), np.array(five)


def logistic(rows: np.ndarray, right: np.ndarray, *, ridge: float = 1.0) -> np.ndarray:
    """By Newton's method."""
    weights = np.zeros(rows.shape[1])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30)))
        slope = rows.T @ (right - chance) - ridge * weights
        bend = (rows * (chance * (1 - chance))[:, None]).T @ rows + ridge * np.eye(rows.shape[1])
        weights = weights + np.linalg.solve(bend, slope)
    return weights


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--queries", type=int, default=400)
    parser.add_argument("--svg", type=Path)
    options = parser.parse_args()
    rounds: list[tuple[str, Rows]] = []
    meta, api = read("metatool"), read("apibench")
    for seed, (most, missing) in enumerate(((0, 0), (0, 33), (5, 0), (5, 33), (None, 0), (None, 33))):
        name = f"metatool, {'all' if most is None else most} choices{', a third missing' if missing else ''}"
        rounds.append((name, observed(meta, most=most, missing=missing, queries=options.queries, seed=seed)))
    for seed, missing in enumerate((0, 33), 10):
        name = f"apibench, no choices{', a third missing' if missing else ''}"
        rounds.append((name, observed(api, most=0, missing=missing, queries=options.queries, seed=seed)))
    learn = [tuple(part[::2] for part in of_round) for _, of_round in rounds]
    look = [tuple(part[1::2] for part in of_round) for _, of_round in rounds]
    rows = np.concatenate([one[0] for one in learn])
    seen = np.concatenate([one[0] for one in look])
    diagrams = {}
    for name, place in (("first", 1), ("fits", 2)):
        weights = logistic(rows, np.concatenate([one[place] for one in learn])).round(3)
        print(f'"{name}": {weights.tolist()},')
        right = np.concatenate([one[place] for one in look])
        said = 1 / (1 + np.exp(-(seen @ weights)))
        bins, error = reliability(said, right)
        diagrams[name] = (bins, error)
        print(table(("said", "right", "n"), [(f"{b.said:.2f}", f"{b.right:.2f}", str(b.n)) for b in bins]))
        print(f"expected calibration error {error:.3f} over {len(right)} answers")
        for (title, _), one in zip(rounds, look, strict=True):
            own = 1 / (1 + np.exp(-(one[0] @ weights)))
            off = reliability(own, one[place])[1]
            print(f"  {title}: says {own.mean():.2f}, is right {one[place].mean():.2f}, error {off:.3f}")
    print("measures:", ", ".join(MEASURES))
    if options.svg:
        options.svg.write_text(reliability_svg(diagrams["fits"][0], diagrams["fits"][1]))


if __name__ == "__main__":
    main()
