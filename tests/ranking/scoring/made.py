"""Readings for tests of scoring: a handful written down by hand, or a seeded catalog of any size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ranking.scoring.evidence import Evidence, Series

#: The day on which tests score.
TODAY = 20_000.0
WEEKS = 40

Rows = Sequence[tuple[float, float]]


def series(*owners: Rows) -> Series:
    """Of artifacts 0, 1, ... their (days before TODAY, value), in any order."""
    rows = sorted((owner, TODAY - ago, float(value)) for owner, of in enumerate(owners) for ago, value in of)
    whole = np.array(rows).reshape(-1, 3)
    return Series(whole[:, 0].astype(np.int64), whole[:, 1], whole[:, 2])


def evidence(size: int = 1, **of: Series) -> Evidence:
    return Evidence(size, of)


def climbing(*, start: float = 0.0, month: float = 30.0, days: int = 240, step: int = 10) -> list[tuple[float, float]]:
    """A counter that gains the same every month."""
    return [(ago, start + (days - ago) * month / 30) for ago in range(days, -1, -step)]


def constant(value: float, size: int, ago: float = 0.0) -> Series:
    return series(*([(ago, value)] for _ in range(size)))


def catalog(size: int, seed: int = 1, *, whole: bool = False) -> Evidence:
    """As code-like artifacts go: the big ones are big in everything, and some sources know nothing of some."""
    rng = np.random.default_rng(seed)
    fame = rng.normal(size=size)
    weeks = np.arange(WEEKS + 1)

    def counter(centre: float, spread: float, gone: float) -> Series:
        last = np.expm1(np.abs(centre + spread * (fame + rng.normal(size=size) * 0.6)))
        grown = last[:, None] * (1 - rng.uniform(0.02, 0.8, size)[:, None] * (1 - weeks / WEEKS)[None, :])
        return _weekly(np.round(grown), 0.0 if whole else gone, rng)

    def dates(longest: float, gone: float) -> Series:
        ago = longest * rng.random(size) ** 2 * np.exp(-0.3 * fame)
        return _weekly(np.round(TODAY - np.repeat(ago[:, None], WEEKS + 1, axis=1)), 0.0 if whole else gone, rng)

    def checks(share: float) -> Series:
        return _weekly(np.repeat((rng.random(size) < share)[:, None], WEEKS + 1, axis=1).astype(float), 0.0, rng)

    return Evidence(
        size,
        {
            "stars": counter(6, 1.5, 0.05),
            "forks": counter(4, 1.3, 0.05),
            "downloads_month": counter(8, 2.0, 0.3),
            "issues_closed": counter(4, 1.2, 0.15),
            "contributors": counter(3, 0.8, 0.1),
            "commits_90d": counter(2, 1.0, 0.3),
            "dependents": counter(3, 1.5, 0.3),
            "last_commit": dates(400, 0.05),
            "last_release": dates(700, 0.2),
            "created": constant(TODAY - 3000, size),
            "has_license": checks(0.8),
            "has_docs": checks(0.4),
            "has_homepage": checks(0.6),
            "description_length": _weekly(np.full((size, WEEKS + 1), 60.0), 0.0, rng),
        },
    )


def _weekly(values: np.ndarray, gone: float, rng: np.random.Generator) -> Series:
    size = len(values)
    days = TODAY - 7.0 * np.arange(WEEKS, -1, -1)
    kept = np.repeat(rng.random(size) >= gone, WEEKS + 1)
    return Series(
        np.repeat(np.arange(size), WEEKS + 1)[kept], np.tile(days, size)[kept], values.reshape(-1).astype(float)[kept]
    )


def changed(whole: Evidence, changes: Mapping[str, Series]) -> Evidence:
    return Evidence(whole.size, {**whole.series, **changes}, whole.trials, whole.accepted, whole.listed)


def only(whole: Evidence, rows: Sequence[int]) -> Evidence:
    """Those artifacts, in that order."""
    place = np.full(whole.size, -1)
    place[list(rows)] = np.arange(len(rows))
    cut = {}
    for name, it in whole.series.items():
        kept = place[it.owner] >= 0
        owner, day, value = place[it.owner[kept]], it.day[kept], it.value[kept]
        order = np.lexsort((day, owner))
        cut[name] = Series(owner[order], day[order], value[order])
    return Evidence(len(rows), cut)
