"""What an edge of the graph says: how often an artifact is chosen where it is looked at, and how sure that is.

Pure. Beta-Binomial: what is seen is weighed against what is usual for its kind, so three choices of three do not beat
ninety of a hundred. Whoever stands lower is looked at less, so an answer counts as looked at by the place it had.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: How likely somebody looks at the first, second, ... place: fixed, from studies of result lists with ten entries.
EXAMINED = tuple(round(10_000 / place**0.7) for place in range(1, 51))  # in ten-thousandths
#: Nine of ten: what lies below the interval and what lies above it.
TAIL = 0.05
#: The least and most that a kind's own habit weighs, in looks.
LEAST_WEIGHT, MOST_WEIGHT = 4.0, 40.0
USUAL = (0.1, 8.0)


def prior_of(chosen: Floats, examined: Floats) -> tuple[float, float]:
    """What is usual of a kind: mean, and how many looks it is worth, by the moments of its edges."""
    seen = examined > 0
    chosen, examined = chosen[seen], examined[seen]
    if len(examined) < 5 or not examined.sum() or not chosen.sum():
        return USUAL
    mean = float(np.clip(chosen.sum() / examined.sum(), 0.005, 0.95))
    rates = np.clip(chosen / examined, 0.0, 1.0)
    spread = float(np.average((rates - mean) ** 2, weights=examined))
    chance = mean * (1 - mean) * float(np.average(1 / np.maximum(examined, 1.0), weights=examined))
    between = spread - chance
    weight = MOST_WEIGHT if between <= 0 else mean * (1 - mean) / between - 1
    return mean, float(np.clip(weight, LEAST_WEIGHT, MOST_WEIGHT))


def estimated(chosen: Floats, examined: Floats, mean: Floats, weight: Floats) -> tuple[Floats, Floats, Floats]:
    """Mean of each, and the interval in which it lies nine times in ten."""
    # More choices than looks can come of fixed chances to be looked at; a rate is no more than one.
    misses = np.maximum(examined - chosen, 0.0)
    a = mean * weight + chosen
    b = (1 - mean) * weight + misses
    # Both ends at once: what takes time is the number of steps, not how many numbers take them.
    ends = beta_quantile(np.tile(a, 2), np.tile(b, 2), np.repeat((TAIL, 1 - TAIL), len(a)))
    low, high = np.split(ends, 2)
    return a / (a + b), low, high


def beta_quantile(a: Floats, b: Floats, share: float | Floats) -> Floats:
    """Where so much of the distribution lies below: by halving, to a billionth."""
    low, high = np.zeros_like(a), np.ones_like(a)
    for _ in range(30):
        middle = (low + high) / 2
        below = beta_share(middle, a, b) < share
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return (low + high) / 2


def beta_share(x: Floats, a: Floats, b: Floats) -> Floats:
    """The regularised incomplete beta function, by its continued fraction (Lentz)."""
    swapped = x > (a + 1) / (a + b + 2)
    p, q, y = np.where(swapped, b, a), np.where(swapped, a, b), np.where(swapped, 1 - x, x)
    with np.errstate(divide="ignore", invalid="ignore"):
        front = np.exp(_log_gamma(p + q) - _log_gamma(p) - _log_gamma(q) + p * np.log(y) + q * np.log1p(-y)) / p
    tiny = 1e-300
    c = np.ones_like(y)
    d = 1 - (p + q) * y / (p + 1)
    d = 1 / np.where(np.abs(d) < tiny, tiny, d)
    total = d.copy()
    for m in range(1, 200):
        even = m * (q - m) * y / ((p + 2 * m - 1) * (p + 2 * m))
        odd = -(p + m) * (p + q + m) * y / ((p + 2 * m) * (p + 2 * m + 1))
        for step in (even, odd):
            d = 1 + step * d
            d = 1 / np.where(np.abs(d) < tiny, tiny, d)
            c = 1 + step / c
            c = np.where(np.abs(c) < tiny, tiny, c)
            total *= c * d
        if np.all(np.abs(c * d - 1) < 1e-12):
            break
    share = np.where(y <= 0, 0.0, front * total)
    return np.where(swapped, 1 - share, share)


#: Lanczos' numbers for g = 7.
_LANCZOS = (
    0.99999999999980993,
    676.5203681218851,
    -1259.1392167224028,
    771.32342877765313,
    -176.61502916214059,
    12.507343278686905,
    -0.13857109526572012,
    9.9843695780195716e-6,
    1.5056327351493116e-7,
)


def _log_gamma(x: Floats) -> Floats:
    """NumPy has none. Below one half by the next one up, so that the series holds."""
    small = x < 0.5
    z = np.where(small, x + 1, x) - 1
    total = np.full_like(z, _LANCZOS[0])
    for i, number in enumerate(_LANCZOS[1:], start=1):
        total += number / (z + i)
    t = z + 7.5
    found = 0.5 * np.log(2 * np.pi) + (z + 0.5) * np.log(t) - t + np.log(total)
    return np.where(small, found - np.log(np.maximum(x, 1e-300)), found)
