from __future__ import annotations

import numpy as np
import pytest

from ranking.match.confidence import MEASURES, reliability
from ranking.match.configuration import shipped


def test_a_diagram_counts_by_what_was_said() -> None:
    bins, error = reliability([0.05, 0.05, 0.95, 0.95], [False, False, True, False])
    assert [(one.n, one.said, one.right) for one in bins] == [(2, 0.05, 0.0), (2, 0.95, 0.5)]
    assert error == pytest.approx((2 * 0.05 + 2 * 0.45) / 4)


def test_saying_the_truth_has_no_error() -> None:
    said = np.random.default_rng(1).random(40_000)
    right = np.random.default_rng(2).random(40_000) < said
    assert reliability(said.tolist(), right.tolist())[1] < 0.01


def test_no_answers_no_error() -> None:
    assert reliability([], []) == ([], 0)


def test_there_is_a_weight_for_each_measure() -> None:
    assert len(shipped().fits) == len(shipped().first) == len(MEASURES)
