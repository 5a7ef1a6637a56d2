"""What each part of the match engine is worth: nDCG@10 on the shared sets as choices gather, part by part.

    REAL_DATA_DIR=... python bench/match_quality.py [--queries 500] [--svg docs/explanation/match-curve.svg]

The same index and the same queries throughout; parts are left out by the configuration, as `without` does it.
`match_eval.py --curve` measures the whole by way of the command, on all queries.
"""

from __future__ import annotations

import argparse
import math
import os
import random
import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "unfragile_site.settings")

from bench.match_data import engine_of, read, some
from bench.match_pictures import curve_svg
from bench.measuring import table
from ranking.match.configuration import OF_CHOICES, PARTS, Configuration, shipped, without
from ranking.match.engine import Engine

STEPS = (0, 1, 5, 20, None)
VARIANTS = {
    "text alone": [name for name in PARTS if name != "words"],
    "+ vectors": list(OF_CHOICES),
    "+ choices (all)": [],
    "without asked words": ["asked_words"],
    "without asked meaning": ["asked_meaning"],
    "without past intents": ["past_intents"],
    "without own content": ["words", "meaning"],
}
DRAWN = ("text alone", "+ vectors", "+ choices (all)")


def variant(name: str) -> Configuration:
    """Without choices also the weights know nothing of them: they stay those of what nobody chose."""
    numbers = without(shipped(), *VARIANTS[name])
    if set(OF_CHOICES) <= set(VARIANTS[name]):
        numbers = replace(numbers, parts={part: (fresh, fresh) for part, (fresh, _) in numbers.parts.items()})
    return numbers


def quality(engine: Engine, asked: list[tuple[str, frozenset[str]]]) -> float:
    total = 0.0
    for query, right in asked:
        keys = [match.artifact for match in engine.answer(query, explain=False).found]
        best = sum(1 / math.log2(i + 2) for i in range(min(len(right), 10)))
        total += sum(1 / math.log2(i + 2) for i, key in enumerate(keys) if key in right) / best
    return total / len(asked)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--queries", type=int, default=500)
    parser.add_argument("--svg", type=Path)
    options = parser.parse_args()
    meta, api = read("metatool"), read("apibench")
    found: dict[str, list[float]] = {name: [] for name in VARIANTS}
    asked = random.Random(11).sample(meta.queries, min(options.queries, len(meta.queries)))
    for most in STEPS:
        with engine_of(meta.documents, some(meta.choices, most) if most != 0 else []) as engine:
            for name in VARIANTS:
                engine.configuration = variant(name)
                found[name].append(quality(engine, asked))
    cold: dict[str, float] = {}
    with engine_of(api.documents, []) as engine:
        for name in DRAWN:
            engine.configuration = variant(name)
            cold[name] = quality(engine, list(api.queries))
    heads = ["all" if most is None else str(most) for most in STEPS]
    rows = [
        (name, *(f"{value:.3f}" for value in values), f"{cold[name]:.3f}" if name in cold else "")
        for name, values in found.items()
    ]
    print(
        f"nDCG@10, {len(asked)} queries of MetaTool by choices per artifact, {len(api.queries)} of APIBench without any"
    )
    print(table(("", *heads, "APIBench"), rows))
    if options.svg:
        options.svg.write_text(curve_svg(heads, {name: found[name] for name in DRAWN}))


if __name__ == "__main__":
    main()
