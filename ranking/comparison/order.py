"""Artifacts of one kind in the order of their ranks, and how much of that order the bands allow one to say. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ranking.comparison.subject import Ranked, Subject
from ranking.scoring.configuration import Formula
from ranking.scoring.ties import Outcome, Standing, outcome, probability_above


@dataclass(frozen=True)
class Order:
    #: The highest rank first. All of one kind and ranked.
    subjects: tuple[Subject, ...]
    #: For each but the first: that the first ranks above it.
    probabilities: tuple[float, ...]
    #: Of the first against each other one.
    outcomes: tuple[Outcome, ...]

    @property
    def leader(self) -> Subject:
        return self.subjects[0]

    @property
    def outcome(self) -> Outcome:
        """Against all of them, so against the one that comes closest."""
        found = set(self.outcomes)
        return next(it for it in (Outcome.TIE, Outcome.LIKELY_ABOVE, Outcome.ABOVE) if it in found)

    @property
    def probability(self) -> float:
        return min(self.probabilities)

    @property
    def winner(self) -> Subject | None:
        return None if self.outcome == Outcome.TIE else self.leader

    def those(self, found: Outcome) -> list[Subject]:
        """Against whom the first comes out so."""
        return [it for it, one in zip(self.subjects[1:], self.outcomes, strict=True) if one == found]


def standing_of(it: Subject) -> Standing:
    return _ranked(it).standing


def _ranked(it: Subject) -> Ranked:
    if it.ranked is None:
        raise ValueError(f"{it.slug} is not ranked")
    return it.ranked


def order_of(ranked: Sequence[Subject], formula: Formula) -> Order:
    """Of two or more. Of equal ranks the one that is surer comes first, then the alphabet, which decides nothing."""
    ordered = sorted(ranked, key=lambda it: (-standing_of(it).score, -standing_of(it).low, it.slug))
    first = standing_of(ordered[0])
    chances = tuple(probability_above(first, standing_of(it), formula) for it in ordered[1:])
    return Order(tuple(ordered), chances, tuple(outcome(chance, formula) for chance in chances))
