from __future__ import annotations

import numpy as np
import pytest

from ranking.graph.estimates import EXAMINED, USUAL, beta_quantile, estimated, prior_of


@pytest.mark.parametrize(("a", "b"), [(1, 9), (2, 5), (0.5, 7), (90.8, 7), (3000, 20000), (1, 1)])
def test_quantiles_are_those_of_a_large_sample(a, b):
    drawn = np.random.default_rng(1).beta(a, b, 400_000)
    for share in (0.05, 0.5, 0.95):
        mine = beta_quantile(np.array([float(a)]), np.array([float(b)]), share)[0]
        assert mine == pytest.approx(np.quantile(drawn, share), abs=0.004)


def test_uniform_has_its_own_shares():
    assert beta_quantile(np.array([1.0]), np.array([1.0]), 0.05)[0] == pytest.approx(0.05, abs=1e-9)


def test_many_of_many_beat_few_of_few():
    """Ninety of a hundred are surer than three of three."""
    mean, low, high = estimated(np.array([90.0, 3.0]), np.array([100.0, 3.0]), np.full(2, 0.2), np.full(2, 8.0))
    assert low[0] > low[1]
    assert (low < mean).all()
    assert (mean < high).all()


def test_nothing_seen_is_what_is_usual():
    mean, low, high = estimated(np.zeros(1), np.zeros(1), np.array([0.2]), np.array([8.0]))
    assert mean[0] == pytest.approx(0.2)
    assert low[0] < 0.1 < 0.4 < high[0]


def test_more_choices_than_looks_are_no_more_than_all():
    mean, _, high = estimated(np.array([5.0]), np.array([2.0]), np.array([0.2]), np.array([8.0]))
    assert 0 < mean[0] < high[0] <= 1


def test_who_stands_lower_is_looked_at_less():
    assert list(EXAMINED) == sorted(EXAMINED, reverse=True)
    assert EXAMINED[0] == 10_000


def test_a_kind_with_little_to_go_by_has_the_usual_prior():
    assert prior_of(np.zeros(3), np.ones(3)) == USUAL


def test_a_prior_finds_what_edges_were_drawn_from():
    draw = np.random.default_rng(2)
    looks = np.full(4_000, 40.0)
    chosen = draw.binomial(40, draw.beta(2, 8, 4_000)).astype(float)
    mean, weight = prior_of(chosen, looks)
    assert mean == pytest.approx(0.2, abs=0.01)
    assert weight == pytest.approx(10, rel=0.25)
