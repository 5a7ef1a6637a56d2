"""How sure the match engine may be: fits the two logistics of its confidence, and draws the reliability diagram.

    REAL_DATA_DIR=... python bench/match_confidence.py [--queries 400] [--svg docs/explanation/match-reliability.svg]

Intents with a known answer, with no, few and all choices; in half of the rounds a third of the artifacts is missing,
and with them the right answer to some, so that the engine learns when to say that nothing fits. Besides, counted less,
what most sites are like: small catalogs, needs in a few words, and needs that have nothing to do with the catalog (one
set's put to the other). Half of the queries fit the weights, the other half makes the tables.
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
from ranking.match.text import telling

Rows = tuple[np.ndarray, np.ndarray, np.ndarray]
#: Of rounds of small catalogs and of foreign needs, how much each answer counts in fitting.
LESS = 0.3
#: Per cent of the artifacts that are missing, words that are left of a need, choices of each artifact.
SMALL = ((50, 0, 0), (75, 0, 0), (0, 5, 0), (50, 5, 0), (75, 5, 0), (50, 3, 0), (75, 8, 0), (75, 5, 5))


def observed(
    found: Set, *, most: int | None, missing: int, queries: int, seed: int, asked_of: Set | None = None, short: int = 0
) -> Rows:
    """Measures of each answer, and whether the first and one of the first five were right. `asked_of` is the set whose
    needs are put where they are another's: then nothing is right."""
    gone = {d.artifact for d in found.documents if zlib.crc32(f"{seed}{d.artifact}".encode()) % 100 < missing}
    documents = [d for d in found.documents if d.artifact not in gone]
    choices = [c for c in some(found.choices, most, seed=seed) if c.artifact not in gone]
    source = asked_of or found
    asked = random.Random(seed).sample(source.queries, min(queries, len(source.queries)))
    rows, first, five = [], [], []
    with engine_of(documents, choices if most != 0 else []) as engine:
        for text, serving in asked:
            query = " ".join(telling(text)[:short]) if short else text
            right = frozenset[str]() if asked_of else serving
            this, scored = engine._found(query, [])
            order = engine._order(scored)
            keys = [engine.index.keys[a] for a in scored.artifacts[order[:5]]]
            rows.append(measures(engine.index, this, scored, order))
            first.append(bool(keys) and keys[0] in right)
            five.append(bool(right & set(keys)))
    return np.array(rows), np.array(first), np.array(five)


def logistic(rows: np.ndarray, right: np.ndarray, counts: np.ndarray, *, ridge: float = 1.0) -> np.ndarray:
    """By Newton's method."""
    weights = np.zeros(rows.shape[1])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30)))
        slope = rows.T @ (counts * (right - chance)) - ridge * weights
        bend = (rows * (counts * chance * (1 - chance))[:, None]).T @ rows + ridge * np.eye(rows.shape[1])
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
    main, few = len(rounds), options.queries // 2
    for seed, (missing, short, most) in enumerate(SMALL, 20):
        name = f"small: {missing} % missing, {f'{short} words, ' if short else ''}{most} choices"
        one = observed(meta, most=most, missing=missing, queries=options.queries, seed=seed, short=short)
        rounds.append((name, one))
    for short in (0, 5):
        for name, mine, other, missing in (
            ("apibench to metatool", meta, api, 60),
            ("metatool to apibench", api, meta, 90),
        ):
            one = observed(mine, most=0, missing=missing, queries=few, seed=40 + missing, asked_of=other, short=short)
            rounds.append((f"foreign: {name}{f', {short} words' if short else ''}", one))
    learn = [tuple(part[::2] for part in of_round) for _, of_round in rounds]
    look = [tuple(part[1::2] for part in of_round) for _, of_round in rounds]
    rows = np.concatenate([one[0] for one in learn])
    counts = np.concatenate([np.full(len(one[0]), 1.0 if at < main else LESS) for at, one in enumerate(learn)])
    seen = np.concatenate([one[0] for one in look[:main]])
    diagrams = {}
    for name, place in (("first", 1), ("fits", 2)):
        weights = logistic(rows, np.concatenate([one[place] for one in learn]), counts).round(3)
        print(f'"{name}": {weights.tolist()},')
        right = np.concatenate([one[place] for one in look[:main]])
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
