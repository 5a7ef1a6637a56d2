"""The pairs labelled by hand, and what is counted of them."""

from __future__ import annotations

from collections import Counter

import pytest

from bench.identity import COLUMNS, band, found, interval, labelled, table


def test_every_drawn_pair_has_a_label_and_a_word_why() -> None:
    rows = labelled()
    assert Counter(row["draw"] for row in rows) == {"1": 200, "2": 60}
    assert set(rows[0]) == set(COLUMNS)
    assert {row["label"] for row in rows} == {"same", "not the same", "unsure"}
    assert all(row["why"] for row in rows)
    pairs = {frozenset((row["one"], row["other"])) for row in rows}
    assert len(pairs) == len(rows), "no pair is drawn twice"


def test_joins_that_nobody_confirmed_are_right_nineteen_times_in_twenty() -> None:
    told = [row for row in labelled() if row["was"] == "merged" and row["label"] != "unsure"]
    right = sum(row["label"] == "same" for row in told)
    assert len(told) > 100
    assert interval(right, len(told))[0] >= 0.95


@pytest.mark.parametrize(
    ("right", "of", "low", "high"), [(0, 0, 0, 1), (10, 10, 0.722, 1), (5, 10, 0.237, 0.763), (0, 10, 0, 0.278)]
)
def test_the_interval_is_wilsons(right: int, of: int, low: float, high: float) -> None:
    assert interval(right, of) == (pytest.approx(low, abs=0.001), pytest.approx(high, abs=0.001))


def test_bands_and_counts() -> None:
    assert [band(score) for score in (0.93, 0.7, 0.5, 0.49)] == ["queue 0.9", "queue 0.7", "queue 0.5", "nearly asked"]
    rows = [
        {"after": after, "label": label}
        for after, label in [("merged", "same"), ("merged", "unsure"), ("apart", "same"), ("apart", "not the same")]
    ]
    assert list(table(rows, "after")) == [
        "| apart | 2 | 1 | 0.50 [0.09, 0.91] | 0 |",
        "| merged | 1 | 1 | 1.00 [0.21, 1.00] | 1 |",
    ]
    assert found(rows, "after").startswith("of 2 that are the same: 1 merged, 0 asked about, 1 neither; recall 0.50")
