"""How sure the engine may be: the chance that something it shows serves the intent, and that the first one does.

Pure. A logistic of a few measures of an answer, fitted on intents whose right answer is known, with and without that
answer in the catalog; `reliability` says how far to trust it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ranking.match.configuration import Configuration
from ranking.match.index import Index
from ranking.match.lexical import Floats
from ranking.match.scoring import Asked, Scored
from ranking.match.text import searched

MEASURES = (
    "always", "lead", "nearness", "words", "known", "spread", "agreement", "content", "evidence",
    "length", "stands_out",
)  # fmt: skip


@dataclass(frozen=True)
class Confidence:
    #: That one of the first five serves the intent.
    fits: float
    #: That the first one is what the person would choose.
    first: float


def measures(index: Index, asked: Asked, found: Scored, order: NDArray[np.int64]) -> list[float]:
    """What an answer looks like from outside. `order` are its candidates, best first."""
    if not len(order):
        return [1.0] + [0.0] * (len(MEASURES) - 1)
    scores = found.scores[order]
    # The chance of the first if exactly one of all candidates were meant and scores were log-odds.
    alone = np.exp(scores[:50] - scores[0])
    lead = -float(np.log(alone.sum()))
    first = order[0]
    near, top = float(found.nearness[order[:5]].max()), order[:5]
    content = found.parts["words"] + found.parts["meaning"]
    evidence = found.scores - content
    # Nearness says little by itself: in a small catalog of one field everything is a little near to everything.
    usual, spread = index.usual(int(found.rows[first]))
    return [
        1.0,
        lead,
        near,
        float(found.coverage[top].max()),
        asked.past.nearest,
        float(scores[0] - scores[min(4, len(scores) - 1)]),
        float(found.nearness[first]),
        min(float(found.scores[first]), 12.0) / 4,
        min(float(evidence[first]), 8.0) / 4,
        float(np.log1p(len(searched(asked.stems)))),
        (float(found.nearness[first]) - usual) / spread,
    ]


def confidence_of(
    index: Index, asked: Asked, found: Scored, order: NDArray[np.int64], configuration: Configuration
) -> Confidence:
    if not len(order):
        return Confidence(0.0, 0.0)
    values = np.array(measures(index, asked, found, order))
    fits, first = (_chance(values, weights) for weights in (configuration.fits, configuration.first))
    return Confidence(round(fits, 4), round(min(first, fits), 4))


def _chance(values: Floats, weights: Sequence[float]) -> float:
    return float(1 / (1 + np.exp(-np.clip(values @ np.asarray(weights), -30, 30))))


@dataclass(frozen=True)
class Bin:
    """Answers of about the same confidence: how many, what they said on average, how often they were right."""

    n: int
    said: float
    right: float


def reliability(said: Sequence[float], right: Sequence[bool], *, bins: int = 10) -> tuple[list[Bin], float]:
    """The diagram, and the expected calibration error: how far saying and being right are apart, on average."""
    told, true = np.asarray(said, dtype=float), np.asarray(right, dtype=float)
    place = np.minimum((told * bins).astype(int), bins - 1)
    found = [
        Bin(int(own.sum()), float(told[own].mean()), float(true[own].mean()))
        for own in (place == number for number in range(bins))
        if own.any()
    ]
    return found, sum(one.n * abs(one.said - one.right) for one in found) / max(len(told), 1)
