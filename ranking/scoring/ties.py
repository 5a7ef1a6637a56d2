"""Which of two ranks is higher, and when nobody can tell."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist

from ranking.scoring.configuration import Formula


class Outcome(StrEnum):
    ABOVE = "above"
    LIKELY_ABOVE = "likely_above"
    TIE = "tie"


@dataclass(frozen=True)
class Standing:
    score: float
    low: float
    high: float

    def wobble(self, quantile: float) -> float:
        """One standard deviation. A band that ends at 0 or 100 is cut there: its other side tells."""
        return max(self.high - self.score, self.score - self.low) / quantile


def probability_above(first: Standing, second: Standing, formula: Formula) -> float:
    """That the first ranks above the second, both bands taken as independent."""
    spread = (first.wobble(formula.quantile) ** 2 + second.wobble(formula.quantile) ** 2) ** 0.5
    if spread == 0:
        return 0.5 if first.score == second.score else float(first.score > second.score)
    return NormalDist().cdf((first.score - second.score) / spread)


def outcome(probability: float, formula: Formula) -> Outcome:
    """Of the one that has the higher rank."""
    if probability >= formula.surely_above:
        return Outcome.ABOVE
    return Outcome.LIKELY_ABOVE if probability >= formula.likely_above else Outcome.TIE
