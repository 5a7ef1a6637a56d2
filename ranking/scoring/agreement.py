"""What evidence says about other evidence: cutting what nothing supports, and estimating what is missing.

Both are linear in what was observed, once for each pattern of what is there and what is not: a kind has few of those.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ranking.scoring.evidence import Bools, Floats, Ints


@dataclass(frozen=True)
class Agreed:
    """All n artifacts by all signals: what was observed, cut; what was not, estimated."""

    z: Floats
    #: What was observed before the cut; NaN where nothing was.
    observed: Floats
    #: Variance of the weighted sum that comes from estimating, for each artifact.
    missing: Floats
    #: How much the families contradict each other: mean squared residual, 1 where they do as much as usual.
    discord: Floats
    #: Standard deviation of each estimate; 0 where observed.
    spread: Floats


def agreed(
    z: Floats,
    weights: Floats,
    correlation: Floats,
    family: Ints,
    *,
    below: float,
    above: float,
    rounds: int = 1,
) -> Agreed:
    """What others say is what is left of it after the round before: else one inflated number would lift all caps."""
    n, m = z.shape
    known = ~np.isnan(z)
    patterns = patterns_of(known)
    order = np.concatenate([rows for _, rows in patterns]) if patterns else np.zeros(0, np.int64)
    # Rows of one pattern lie next to each other; what is gone is 0 and has no say.
    observed = np.where(known, z, 0.0)[order]
    result, missing, discord = np.zeros((n, m)), np.zeros(n), np.ones(n)
    deviation = np.zeros((n, m))
    start = 0
    for pattern, rows in patterns:
        block = observed[start : start + len(rows)]
        start += len(rows)
        there, gone = np.flatnonzero(pattern), np.flatnonzero(~pattern)
        predict, sd = _from_other_families(correlation, family, there)
        cut = block
        for _ in range(rounds):
            expected = cut @ predict.T
            cut = np.clip(block, expected - below * sd, expected + above * sd)
        if len(there):
            discord[rows] = _discord((block - block @ predict.T) / sd, family, there)
        fill = np.diag(pattern.astype(float))
        if len(gone):
            fill[np.ix_(gone, there)], covariance = _conditional(correlation, there, gone)
            missing[rows] = weights[gone] @ covariance @ weights[gone]
            deviation[np.ix_(rows, gone)] = np.sqrt(np.maximum(np.diag(covariance), 0.0))
        result[rows] = cut @ fill.T
    return Agreed(result, z, missing, discord, deviation)


def supported(target: Floats, z: Floats, cross: Floats, correlation: Floats, by: Bools, *, above: float) -> Floats:
    """A value cut to what signals of other families support; what nothing speaks about, to nothing above usual."""
    result = target.copy()
    known = ~np.isnan(z) & by
    for pattern, rows in patterns_of(known):
        there = np.flatnonzero(pattern)
        fill = np.linalg.solve(correlation[np.ix_(there, there)], cross[there]) if len(there) else np.zeros(0)
        sd = np.sqrt(max(1.0 - float(cross[there] @ fill), 0.05))
        result[rows] = np.fmin(target[rows], z[np.ix_(rows, there)] @ fill + above * sd)
    return np.where(np.isnan(target), np.nan, result)


def patterns_of(known: Bools) -> list[tuple[Bools, Ints]]:
    """Each pattern of what is known, with the rows that have it."""
    if not known.size:
        return []
    codes = known @ (1 << np.arange(known.shape[1], dtype=np.int64))  # no kind has more than 62 signals
    _, first, where = np.unique(codes, return_index=True, return_inverse=True)
    order = np.argsort(where, kind="stable")
    ends = np.cumsum(np.bincount(where))
    return [(known[first[i]], order[end - count : end]) for i, (end, count) in enumerate(_runs(ends))]


def _runs(ends: Ints) -> Sequence[tuple[int, int]]:
    return [(int(end), int(end - start)) for start, end in zip(np.r_[0, ends[:-1]], ends, strict=True)]


def _conditional(correlation: Floats, there: Ints, gone: Ints) -> tuple[Floats, Floats]:
    """What makes means of what is gone from what is there, and their covariance."""
    if not len(there):
        return np.zeros((len(gone), 0)), correlation[np.ix_(gone, gone)]
    across = correlation[np.ix_(there, gone)]
    fill = np.linalg.solve(correlation[np.ix_(there, there)], across).T
    return np.asarray(fill), correlation[np.ix_(gone, gone)] - fill @ across


def _from_other_families(correlation: Floats, family: Ints, there: Ints) -> tuple[Floats, Floats]:
    """What predicts each signal that is there from those of other families, and how far off that usually is."""
    m = len(correlation)
    predict, sd = np.zeros((m, m)), np.ones(m)
    for one in np.unique(family[there]):
        own, others = there[family[there] == one], there[family[there] != one]
        if not len(others):
            continue
        fill, covariance = _conditional(correlation, others, own)
        predict[np.ix_(own, others)] = fill
        sd[own] = np.sqrt(np.maximum(np.diag(covariance), 0.05))
    return predict, sd


def _discord(residual: Floats, family: Ints, there: Ints) -> Floats:
    """The mean over families of the squared mean residual of each."""
    families, of = np.unique(family[there], return_inverse=True)
    means = np.zeros((residual.shape[1], len(families)))
    means[there, of] = 1 / np.bincount(of)[of]
    return np.asarray(np.mean((residual @ means) ** 2, axis=1))
