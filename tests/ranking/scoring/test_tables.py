"""Reference tables: curves from values to normal scores, and what goes together."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ranking.prior import prior
from ranking.scoring.tables import Tables, correlation_of, curve_of, tables_of

LIMIT = 3.3


def test_the_middle_of_a_kind_scores_zero_and_its_84th_percentile_one() -> None:
    curve = curve_of(np.arange(10_001.0))
    assert curve.score(np.array([5000.0, 8413.0, 1587.0]), LIMIT) == pytest.approx([0, 1, -1], abs=0.01)


def test_values_beyond_the_table_are_clipped() -> None:
    curve = curve_of(np.arange(10_001.0))
    assert curve.score(np.array([-1e9, 1e9]), LIMIT) == pytest.approx([-LIMIT, LIMIT])


def test_a_value_that_many_share_gets_the_mean_score_of_their_places() -> None:
    """Half of all have none: they stand at a quarter of the way, not at the bottom."""
    curve = curve_of(np.r_[np.zeros(5000), np.arange(1.0, 5001)])
    assert -1.0 < curve.score(np.array([0.0]), LIMIT)[0] < -0.6
    assert curve.score(np.array([5000.0]), LIMIT)[0] > 3


def test_where_all_have_the_same_nobody_stands_out() -> None:
    assert curve_of(np.full(50, 7.0)).score(np.array([7.0, 0.0, 99.0]), LIMIT) == pytest.approx([0, 0, 0], abs=1e-9)


def test_what_nobody_has_says_nothing() -> None:
    score = curve_of(np.full(5, np.nan)).score(np.array([3.0, np.nan]), LIMIT)
    assert np.isnan(score).all()


def test_what_is_unknown_stays_unknown() -> None:
    assert np.isnan(curve_of(np.arange(10.0)).score(np.array([np.nan]), LIMIT)[0])


@given(arrays(float, st.integers(1, 60), elements=st.floats(0, 1e9)))
def test_more_never_scores_less(values: np.ndarray) -> None:
    asked = np.sort(np.r_[values, values * 1.5, 0.0])
    assert (np.diff(curve_of(values).score(asked, LIMIT)) >= 0).all()


def test_frozen_tables_score_as_those_in_memory() -> None:
    """Written as JSON and read again they give the very same numbers."""
    rng = np.random.default_rng(2)
    made = tables_of({"a": rng.normal(size=300), "b": rng.lognormal(size=300)})
    again = Tables.of_data(json.loads(json.dumps(made.as_data())))
    asked = rng.normal(size=50)
    for name in ("a", "b"):
        assert again.curves[name].score(asked, LIMIT).tolist() == made.curves[name].score(asked, LIMIT).tolist()
    assert again.correlation.tolist() == made.correlation.tolist()
    assert again.signals == made.signals
    assert not again.is_prior


def test_a_matrix_made_of_contradicting_pairs_is_mended() -> None:
    """Pairs seen in different artifacts can claim what no numbers could do together."""
    rng = np.random.default_rng(3)
    z = np.full((900, 3), np.nan)
    x = rng.normal(size=300)
    z[:300, 0], z[:300, 1] = x, x
    z[300:600, 1], z[300:600, 2] = x, x
    z[600:, 0], z[600:, 2] = x, -x
    found = correlation_of(z)
    assert np.linalg.eigvalsh(found).min() > 0.005
    assert np.diag(found) == pytest.approx(np.ones(3))
    assert found == pytest.approx(found.T)
    assert found[0, 1] > 0 > found[0, 2]


def test_a_few_pairs_say_nothing_about_what_goes_together() -> None:
    x = np.random.default_rng(1).normal(size=29)
    assert correlation_of(np.stack([x, x], axis=1))[0, 1] == pytest.approx(0)
    x = np.random.default_rng(1).normal(size=30)
    assert correlation_of(np.stack([x, x], axis=1))[0, 1] > 0.9


def test_a_signal_that_tables_do_not_know_goes_together_with_nothing() -> None:
    made = Tables(("a", "b"), {}, np.array([[1.0, 0.5], [0.5, 1.0]]))
    assert made.correlation_of(("b", "new", "a")).tolist() == [[1, 0, 0.5], [0, 1, 0], [0.5, 0, 1]]


def test_the_prior_is_labelled_and_can_be_inverted() -> None:
    assert prior().is_prior
    assert np.linalg.eigvalsh(prior().correlation).min() > 0
    assert np.abs(prior().correlation).max() <= 1


def test_of_a_signal_without_a_curve_no_value_says_anything() -> None:
    """To call it typical would pass for evidence, and raise the coverage."""
    tables = tables_of({"stars": np.arange(100.0), "arena": np.full(100, np.nan)})
    for name in ("arena", "downloads"):
        assert np.isnan(tables.score(name, np.array([3.0, np.nan]), LIMIT)).all()
    assert not np.isnan(tables.score("stars", np.array([3.0]), LIMIT)).any()
