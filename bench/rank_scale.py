"""Seconds and memory of the rank's formula for very many artifacts, beside a plain weighted sum of the same numbers.

    python bench/rank_scale.py [--artifacts 1000000] [--seed 4]

Twelve signals, seeded, correlated as in the shipped prior, with what is missing going together as it does in life: no
repository, no package, sources that could not be read. "Formula" is everything from values to ranks and bands: places
in the reference tables, agreement, estimates, points, band. The weighted sum takes finished scores and does neither.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "unfragile_site.settings")

import django
import numpy as np

django.setup()

from bench.measuring import memory_mb, table  # noqa: E402
from ranking.formulas import shipped_formula  # noqa: E402
from ranking.prior import prior  # noqa: E402
from ranking.scoring.agreement import patterns_of  # noqa: E402
from ranking.scoring.evidence import Floats  # noqa: E402
from ranking.scoring.formula import Day, band_of, day_of, specs_of  # noqa: E402
from ranking.scoring.measures import Measured  # noqa: E402
from ranking.signals import Measure  # noqa: E402

T = TypeVar("T")
KIND = "repo"
SIGNALS = (
    "new_stars", "stars", "forks", "downloads", "closed_issues", "new_contributors", "contributors", "has_license",
    "dependents", "last_commit", "last_release", "commits",
)  # fmt: skip
#: What is missing together, and of how many artifacts.
GONE = (
    (
        ("new_stars", "stars", "forks", "closed_issues", "new_contributors", "contributors", "last_commit", "commits"),
        0.1,
    ),
    (("downloads",), 0.3),
    (("dependents",), 0.3),
    (("last_release",), 0.15),
    (("closed_issues",), 0.1),
    (("new_stars", "new_contributors"), 0.1),
)
#: And of each signal for itself, since some readings fail.
FAILED = 0.01


class Catalog:
    def __init__(self, artifacts: int, seed: int):
        whole = shipped_formula()
        weights = {name: whole.weights[KIND][name] for name in whole.weights[KIND] if name in SIGNALS}
        self.formula = replace(whole, weights={**whole.weights, KIND: weights})
        self.tables = prior()
        self.specs = specs_of(KIND, self.formula)
        names = tuple(spec.name for spec in self.specs)
        self.base = np.array(list(weights.values()))
        self.correlation = self.tables.correlation_of(names)
        rng = np.random.default_rng(seed)
        self.z = rng.standard_normal((artifacts, len(names))) @ np.linalg.cholesky(self.correlation).T
        known = rng.random(self.z.shape) >= FAILED
        for gone, share in GONE:
            known[np.ix_(rng.random(artifacts) < share, [names.index(name) for name in gone])] = False
        self.known = known
        age = rng.uniform(0, 40, artifacts)
        values = []
        for place, spec in enumerate(self.specs):
            curve = self.tables.curves[spec.name]
            x = np.interp(self.z[:, place], curve.z, curve.value)
            value = x if spec.measure == Measure.CHECK else np.expm1(-x if spec.measure == Measure.AGE else x)
            here = known[:, place]
            values.append(Measured(np.where(here, value, np.nan), np.where(here, age, np.nan), np.zeros(artifacts)))
        nothing = np.full(artifacts, np.nan)
        self.values = (*values, Measured(nothing, nothing, np.zeros(artifacts)))
        self.weights = np.concatenate([np.broadcast_to(self.base, self.z.shape), np.zeros((artifacts, 1))], axis=1)
        self.norm = np.full(artifacts, np.sqrt(self.base @ self.correlation @ self.base))

    def ranked(self) -> tuple[Day, Floats, Floats]:
        """One day's points, ranks, and half the width of the band."""
        day = day_of(
            self.values, self.specs, self.base, self.weights, self.norm, self.tables, self.correlation, self.formula
        )
        rank = np.clip(self.formula.typical + day.points.sum(axis=1), 0.0, 100.0)
        return day, rank, band_of(day, self.specs, self.base, self.norm, self.tables, self.formula)

    def summed(self) -> Floats:
        return np.asarray(50 + 15 * np.where(self.known, self.z, 0.0) @ self.base / self.norm)


def timed(what: Callable[[], T]) -> tuple[T, float, float]:
    """With the seconds that went by, and those the processor worked on it: others here slow the first alone."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = what()
    return result, time.perf_counter() - wall, time.process_time() - cpu


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--artifacts", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=4)
    given = parser.parse_args()
    catalog = Catalog(given.artifacts, given.seed)
    patterns = len(patterns_of(catalog.known))
    before, _ = memory_mb()
    _, plain, plain_cpu = timed(catalog.summed)
    (_, rank, band), took, took_cpu = timed(catalog.ranked)
    after, most = memory_mb()
    assert np.isfinite(rank).all()
    assert (band > 0).all()
    print(f"{given.artifacts:,} artifacts x {len(catalog.specs)} signals, {patterns} patterns of what is missing\n")
    rows = [
        ["weighted sum", f"{plain:.2f}", f"{plain_cpu:.2f}", "1.0", ""],
        ["formula", f"{took:.2f}", f"{took_cpu:.2f}", f"{took_cpu / plain_cpu:.1f}", f"{after - before:.0f}"],
    ]
    print(table(["", "seconds", "of the processor", "times the sum", "MB kept"], rows))
    print(f"peak of the whole process: {most:.0f} MB")


if __name__ == "__main__":
    main()
