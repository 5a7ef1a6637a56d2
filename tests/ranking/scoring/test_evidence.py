"""Readings as columns: what gets in, what stands out, and what was known when."""

from __future__ import annotations

import numpy as np
import pytest

from ranking.scoring.evidence import Evidence, Series, fit, leaps, one_source_each
from tests.ranking.scoring.made import TODAY, evidence, series


@pytest.mark.parametrize(
    ("value", "day", "why"),
    [
        (5.0, TODAY, ""),
        (0.0, TODAY - 400, ""),
        (-1.0, TODAY, "negative"),
        (float("nan"), TODAY, "no number"),
        (float("inf"), TODAY, "no number"),
        (float("-inf"), TODAY, "no number"),
        (5.0, TODAY + 0.01, "future"),
        (-5.0, TODAY + 1, "future"),
    ],
)
def test_a_reading_that_cannot_be_used_says_why(value: float, day: float, why: str) -> None:
    assert list(fit(np.array([day]), np.array([value]), TODAY)) == [why]


@pytest.mark.parametrize(
    ("values", "leapt"),
    [
        ([10, 12, 11, 11_500], [False, False, False, True]),  # a thousand times the usual
        ([10, 12, 11, 10_900], [False, False, False, False]),
        ([0, 0, 0, 5000], [False, False, False, True]),  # nothing counts as one
        ([0, 0, 0, 900], [False, False, False, False]),
        ([5_000_000], [False]),  # nothing came before it
        ([10, 10, 50_000, 10, 10], [False, False, True, False, False]),  # a glitch, and back
        ([10, 50_000, 50_000, 50_000], [False, True, False, False]),  # what stays becomes the usual
    ],
)
def test_a_reading_beyond_a_thousand_times_its_history_stands_out(values: list[float], leapt: list[bool]) -> None:
    made = series([(len(values) - at, value) for at, value in enumerate(values)])
    assert leaps(made, times=1000).tolist() == leapt


def test_another_artifacts_history_says_nothing_about_a_leap() -> None:
    """The first reading of each artifact has nothing before it, whatever stands in the row above."""
    made = series([(7, 1), (0, 1)], [(7, 90_000), (0, 90_100)])
    assert not leaps(made, times=1000).any()


def test_no_readings_have_no_leaps() -> None:
    assert leaps(series(), times=1000).tolist() == []


def test_of_two_sources_the_one_that_was_there_last_speaks() -> None:
    owner = np.zeros(5, np.int64)
    source = np.array([1, 1, 1, 2, 2])
    day = np.array([0.0, 10.0, 20.0, 20.0, 60.0])
    assert one_source_each(owner, source, day).tolist() == [False, False, False, True, True]


def test_of_two_that_were_there_last_week_the_one_with_more_readings_speaks() -> None:
    owner = np.zeros(5, np.int64)
    source = np.array([1, 1, 1, 2, 2])
    day = np.array([0.0, 10.0, 55.0, 20.0, 60.0])
    assert one_source_each(owner, source, day).tolist() == [True, True, True, False, False]


def test_sources_are_chosen_for_each_artifact_by_itself() -> None:
    owner = np.array([0, 1, 0, 1])
    source = np.array([1, 1, 2, 2])
    day = np.array([50.0, 0.0, 0.0, 50.0])
    assert one_source_each(owner, source, day).tolist() == [True, False, False, True]


def test_on_an_earlier_day_later_readings_are_not_known() -> None:
    known = evidence(stars=series([(30, 5), (10, 6), (0, 7)])).known_on(TODAY - 7).of("stars")
    assert known.value.tolist() == [5, 6]
    assert known.day.tolist() == [TODAY - 30, TODAY - 10]


def test_what_was_first_read_after_that_day_is_taken_to_have_held_then() -> None:
    """Else a new artifact would count for nothing on two of the three days that its rank is a mean of."""
    known = evidence(2, stars=series([(3, 5), (0, 9)], [(30, 1), (0, 2)])).known_on(TODAY - 7).of("stars")
    assert known.owner.tolist() == [0, 1]
    assert known.value.tolist() == [5, 1]
    assert known.day.tolist() == [TODAY - 7, TODAY - 30]


def test_the_last_reading_up_to_a_day_is_found_for_each_artifact() -> None:
    made = series([(20, 1), (10, 2)], [], [(5, 3)])
    at, there = made.before(np.arange(3), TODAY - 7)
    assert there.tolist() == [True, False, False]
    assert made.value[at[0]] == 2
    assert made.before(np.arange(3), TODAY - 10)[1].tolist() == [True, False, False]
    assert made.before(np.arange(3), TODAY)[1].tolist() == [True, False, True]


def test_a_signal_never_read_is_an_empty_series() -> None:
    assert len(Evidence(3, {}).of("stars").owner) == 0


def test_cutting_a_series_at_its_end_changes_nothing() -> None:
    made = series([(20, 1), (10, 2)])
    assert made.up_to(TODAY) is made
    assert isinstance(made.up_to(TODAY - 15), Series)
    assert made.up_to(TODAY - 15).value.tolist() == [1]
