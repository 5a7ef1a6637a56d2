"""Cutting what nothing supports, and estimating what is missing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranking.formulas import shipped_formula
from ranking.prior import prior
from ranking.scoring.agreement import Agreed, agreed, patterns_of, supported
from ranking.scoring.formula import specs_of
from ranking.signals import Family

FORMULA = shipped_formula()
SPECS = specs_of("repo", FORMULA)
NAMES = tuple(spec.name for spec in SPECS)
R = prior().correlation_of(NAMES)
W = np.array([FORMULA.weights["repo"][name] for name in NAMES])
FAMILIES = np.array([list(Family).index(spec.family) for spec in SPECS])
M = len(SPECS)
WIDE = 1e9


def cut(z: np.ndarray, *, below: float = WIDE, above: float = WIDE, rounds: int = 3) -> Agreed:
    return agreed(z, W, R, FAMILIES, below=below, above=above, rounds=rounds)


def drawn(size: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(size, M)) @ np.linalg.cholesky(R).T


@given(st.integers(1, 2**M - 1), st.integers(0, 1000))
def test_what_is_missing_is_the_mean_given_what_is_there(pattern: int, seed: int) -> None:
    """z_m = R_mo R_oo^-1 z_o, with the covariance R_mm - R_mo R_oo^-1 R_om, for any pattern."""
    there = np.array([bool(pattern >> place & 1) for place in range(M)])
    z = drawn(1, seed)
    z[:, ~there] = np.nan
    found = cut(z)
    inverse = np.linalg.inv(R[np.ix_(there, there)])
    across = R[np.ix_(~there, there)]
    covariance = R[np.ix_(~there, ~there)] - across @ inverse @ across.T
    assert found.z[0, ~there] == pytest.approx(across @ inverse @ z[0, there], abs=1e-8)
    assert found.z[0, there] == pytest.approx(z[0, there], abs=1e-12)
    assert found.missing[0] == pytest.approx(W[~there] @ covariance @ W[~there], abs=1e-10)
    assert found.spread[0, ~there] == pytest.approx(np.sqrt(np.diag(covariance)), abs=1e-8)
    assert (found.spread[0, there] == 0).all()


def test_an_artifact_of_which_nothing_is_known_is_typical_with_all_the_doubt_there_is() -> None:
    found = cut(np.full((1, M), np.nan))
    assert found.z.tolist() == [[0.0] * M]
    assert found.missing[0] == pytest.approx(W @ R @ W)


def test_estimates_are_linear_in_what_was_observed() -> None:
    """So that each goes back to readings."""
    z = drawn(2)
    z[:, ::3] = np.nan
    both = cut(np.vstack([z, z[:1] + 2 * z[1:]]))
    assert both.z[2] == pytest.approx(both.z[0] + 2 * both.z[1])


def predicted(z: np.ndarray, place: int) -> tuple[float, float]:
    """What the other families say of one signal, and how far off that usually is."""
    others = FAMILIES[place] != FAMILIES
    fill = np.linalg.solve(R[np.ix_(others, others)], R[others, place])
    return float(z[others] @ fill), float(np.sqrt(max(1 - R[others, place] @ fill, 0.05)))


@pytest.mark.parametrize(("pushed", "bound"), [(3.3, "above"), (-3.3, "below")])
def test_one_inflated_or_collapsed_number_is_cut_to_what_the_others_support(pushed: float, bound: str) -> None:
    z = np.zeros((1, M))
    place = NAMES.index("downloads")
    z[0, place] = pushed
    found = cut(z, below=1.5, above=1.0, rounds=1).z[0, place]
    middle, sd = predicted(z[0], place)
    assert found == pytest.approx(middle + sd if bound == "above" else middle - 1.5 * sd)


def test_what_agrees_is_not_cut() -> None:
    z = np.full((1, M), 0.3)
    assert cut(z, below=2.5, above=1.0).z == pytest.approx(z)


def test_what_was_cut_lifts_no_other_cap() -> None:
    """In one round a faked number speaks for the others at its full height; in three with what is left of it."""
    z = np.full((1, M), -1.0)
    z[0, NAMES.index("new_stars")] = 2.0  # held down by what the others say
    faked = z.copy()
    faked[0, NAMES.index("closed_issues")] = 3.3
    place = NAMES.index("new_stars")

    def lifted(rounds: int) -> float:
        before, after = (cut(it, below=2.5, above=1.0, rounds=rounds).z[0, place] for it in (z, faked))
        return float(after - before)

    assert lifted(1) > 0
    assert lifted(3) < 0.6 * lifted(1)


def test_evidence_of_one_family_alone_is_not_measured_by_itself() -> None:
    z = np.full((1, M), np.nan)
    z[0, NAMES.index("stars")] = 0.8
    z[0, NAMES.index("new_stars")] = 0.9
    assert cut(z, below=2.5, above=1.0).z[0, NAMES.index("stars")] == 0.8


def test_families_that_contradict_each_other_are_told_from_those_that_agree() -> None:
    agreeing, contradicting = np.full(M, 1.0), np.where(FAMILIES % 2 == 0, 2.5, -2.5)
    found = cut(np.stack([agreeing, contradicting])).discord
    assert found[0] < 1 < found[1]


def test_usual_artifacts_contradict_themselves_by_about_one() -> None:
    assert 0.3 < cut(drawn(3000)).discord.mean() < 1.3


@given(st.integers(0, 500))
def test_the_order_of_artifacts_changes_nothing(seed: int) -> None:
    z = drawn(20, seed)
    z[np.random.default_rng(seed).random(z.shape) < 0.3] = np.nan
    order = np.random.default_rng(seed + 1).permutation(20)
    one, other = cut(z, below=2.5, above=1.0), cut(z[order], below=2.5, above=1.0)
    assert other.z == pytest.approx(one.z[order], abs=1e-12)
    assert other.discord == pytest.approx(one.discord[order], abs=1e-12)


def test_patterns_cover_each_artifact_once_with_its_own() -> None:
    known = np.random.default_rng(5).random((200, 5)) < 0.5
    seen = np.zeros(200, int)
    for pattern, rows in patterns_of(known):
        seen[rows] += 1
        assert (known[rows] == pattern).all()
    assert (seen == 1).all()
    assert len({tuple(pattern) for pattern, _ in patterns_of(known)}) == len(patterns_of(known))


def test_of_no_artifacts_there_is_nothing_to_say() -> None:
    assert cut(np.empty((0, M))).z.shape == (0, M)


@pytest.mark.parametrize(("target", "left"), [(3.0, 1.8), (1.0, 1.0), (-3.0, -3.0), (np.nan, np.nan)])
def test_growth_is_cut_to_what_others_support(target: float, left: float) -> None:
    """With a correlation of .6 to the one other signal, at 1: predicted .6, give or take .8; at most .6 + 1.5 * .8."""
    found = supported(np.array([target]), np.array([[1.0]]), np.array([0.6]), np.eye(1), np.array([True]), above=1.5)
    assert found[0] == pytest.approx(left, nan_ok=True)


def test_growth_that_nothing_speaks_about_is_at_most_so_much_above_usual() -> None:
    found = supported(np.array([3.0]), np.array([[np.nan]]), np.array([0.6]), np.eye(1), np.array([True]), above=1.0)
    assert found[0] == 1.0
