"""The test of two lists of times, held against values that tables give."""

from __future__ import annotations

import pytest

from bench.telling_nothing import mann_whitney


def test_lists_apart_and_lists_alike() -> None:
    assert mann_whitney([1, 2, 3, 4, 5], [6, 7, 8, 9, 10]) == pytest.approx(0.00902, abs=1e-5)
    assert mann_whitney([1, 4, 5, 8, 9], [2, 3, 6, 7, 10]) == pytest.approx(0.9168, abs=1e-4)
    assert mann_whitney([1, 1, 2, 2], [1, 1, 2, 2]) == 1.0


def test_a_small_shift_shows_once_there_are_enough() -> None:
    one = [n / 500 for n in range(500)]
    assert mann_whitney(one, [n + 0.01 for n in one]) > 0.01
    assert mann_whitney(one, [n + 0.1 for n in one]) < 0.01
