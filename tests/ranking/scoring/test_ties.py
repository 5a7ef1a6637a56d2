"""Who ranks above whom, and when nobody can tell."""

from __future__ import annotations

import pytest

from ranking.formulas import shipped_formula
from ranking.scoring.ties import Outcome, Standing, outcome, probability_above

FORMULA = shipped_formula()


def standing(score: float, half: float) -> Standing:
    return Standing(score, max(score - half, 0), min(score + half, 100))


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (standing(80, 5), standing(50, 5), Outcome.ABOVE),
        (standing(60, 10), standing(50, 10), Outcome.TIE),
        (standing(60, 5), standing(54, 5), Outcome.LIKELY_ABOVE),
        (standing(50, 5), standing(50, 5), Outcome.TIE),
        (standing(80, 40), standing(50, 40), Outcome.TIE),  # nobody knows much of either
        (standing(50.1, 0), standing(50, 0), Outcome.ABOVE),
        (standing(50, 0), standing(50, 0), Outcome.TIE),
    ],
)
def test_a_lead_counts_by_how_sure_it_is(first: Standing, second: Standing, expected: Outcome) -> None:
    assert outcome(probability_above(first, second, FORMULA), FORMULA) == expected


def test_both_ways_together_are_certain() -> None:
    one, other = standing(61, 7), standing(55, 4)
    assert probability_above(one, other, FORMULA) + probability_above(other, one, FORMULA) == pytest.approx(1)


def test_a_band_cut_at_the_end_of_the_scale_is_as_wide_as_its_other_side() -> None:
    assert Standing(98, 90, 100).wobble(FORMULA.quantile) == Standing(50, 42, 58).wobble(FORMULA.quantile)
