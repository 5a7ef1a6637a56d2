"""How well numbers of a year ago foresaw what came: agreement in order, and telling the living from the dead.

Pure; the score lab calls it with what was scored and what has happened since.
"""

from __future__ import annotations

import numpy as np

from ranking.scoring.evidence import Bools, Floats

#: Fewer pairs than these say nothing about an order; fewer of either side nothing about telling them apart.
LEAST_PAIRS, LEAST_OF_EACH = 20, 5


def spearman(first: Floats, second: Floats, *, least: int = LEAST_PAIRS) -> tuple[float | None, int]:
    """How far two orders agree, from -1 to 1, ties sharing their places; and of how many that is."""
    known = ~(np.isnan(first) | np.isnan(second))
    count = int(known.sum())
    if count < max(least, 2):
        return None, count
    a, b = places(first[known]), places(second[known])
    if not a.std() or not b.std():
        return None, count
    return float(np.corrcoef(a, b)[0, 1]), count


def auc(alive: Bools, score: Floats) -> tuple[float | None, int]:
    """The chance that one of the living has the higher number than one of the dead; and of how many both are."""
    known = ~np.isnan(score)
    alive, score = alive[known], score[known]
    living, count = int(alive.sum()), len(alive)
    if min(living, count - living) < LEAST_OF_EACH:
        return None, count
    won = places(score)[alive].sum() - living * (living + 1) / 2
    return float(won / (living * (count - living))), count


def places(values: Floats) -> Floats:
    """From 1 on, the lowest first; equal values share the middle of their places."""
    order = np.sort(values)
    below = np.searchsorted(order, values, side="left")
    upto = np.searchsorted(order, values, side="right")
    return np.asarray((below + upto + 1) / 2)
