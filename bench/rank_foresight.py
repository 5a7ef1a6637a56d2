"""How well a score of a past day foresees the twelve months after it, as the rank's evaluation tool measures it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bench.rank_history import Past
from ranking.scoring.evidence import Bools, Floats

#: Risers are looked for among artifacts of at least so many stars: below, a handful of friends makes a doubling.
LEAST_STARS = 100
RISERS = 20


@dataclass(frozen=True)
class Foresight:
    new_stars: float
    downloads: float
    survival: float
    #: Share of the true top risers among those foretold.
    risers: float

    @property
    def useful(self) -> float:
        """U: the mean of both rank correlations and of 2 AUC - 1."""
        return float(np.nanmean([self.new_stars, self.downloads, 2 * self.survival - 1]))


def foresight(past: Past, score: Floats) -> Foresight:
    known = ~np.isnan(past.stars_then)
    score = np.asarray(score, float)[known]
    then, later = past.stars_then[known], past.stars_later[known]
    alive = past.alive_now[known] == 1
    return Foresight(
        new_stars=spearman(score, np.log1p(np.maximum(later - then, 0))),
        downloads=spearman(score, np.log1p(past.downloads_later[known])),
        survival=auc(past.alive_later[known][alive] == 1, score[alive], ~np.isnan(past.alive_later[known][alive])),
        risers=top_shared(np.where(then >= LEAST_STARS, score, np.nan), np.log1p(later) - np.log1p(then)),
    )


def spearman(first: Floats, second: Floats) -> float:
    known = ~(np.isnan(first) | np.isnan(second))
    if known.sum() <= 20:
        return float("nan")
    return float(np.corrcoef(ranks(first[known]), ranks(second[known]))[0, 1])


def auc(outcome: Bools, score: Floats, known: Bools) -> float:
    """That one to whom it happened has the higher score than one to whom it did not."""
    known = known & ~np.isnan(score)
    outcome, score = outcome[known], score[known]
    yes, no = int(outcome.sum()), int((~outcome).sum())
    if min(yes, no) < 5:
        return float("nan")
    return float((ranks(score)[outcome].sum() - yes * (yes + 1) / 2) / (yes * no))


def top_shared(score: Floats, growth: Floats) -> float:
    known = ~(np.isnan(score) | np.isnan(growth))
    if known.sum() < 2 * RISERS:
        return float("nan")
    foretold, true = (set(np.argsort(-it[known], kind="stable")[:RISERS]) for it in (score, growth))
    return len(foretold & true) / RISERS


def ranks(values: Floats) -> Floats:
    """1 for the lowest; ties share the mean of their places."""
    _, where, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[where])
