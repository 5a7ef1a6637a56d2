"""Which readings are used, and why each of the others is not."""

from __future__ import annotations

import numpy as np

from ranking.formulas import shipped_formula
from ranking.scoring.sifting import Columns, Sifted, sifted
from tests.ranking.scoring.made import TODAY

FORMULA = shipped_formula()


def columns(*rows: tuple[int, int, float, float]) -> Columns:
    """Rows of artifact, source, days ago and value."""
    owner, source, ago, value = (np.array(column) for column in zip(*rows, strict=True))
    return Columns(owner, source, source, TODAY - ago.astype(float), value.astype(float))


def sift(size: int = 1, **said: Columns) -> Sifted:
    return sifted(said, size, as_of=TODAY, formula=FORMULA, leaping=frozenset({"last_commit"}))


def test_bad_readings_are_kept_named_and_not_used() -> None:
    rows = [(30, 100), (20, -4), (15, float("nan")), (10, 500_000), (5, 110), (-3, 9)]
    found = sift(stars=columns(*((0, 1, ago, value) for ago, value in rows)))
    assert found.evidence.of("stars").value.tolist() == [100, 110]
    assert sorted(found.refused["stars"].why.tolist()) == ["future", "leap", "negative", "no number"]


def test_readings_beyond_memory_are_not_used_and_are_nobodys_fault() -> None:
    found = sift(stars=columns((0, 1, FORMULA.memory + 1, 5), (0, 1, FORMULA.memory - 1, 6)))
    assert found.evidence.of("stars").value.tolist() == [6]
    assert "stars" not in found.refused


def test_readings_come_in_any_order() -> None:
    found = sift(2, stars=columns((1, 1, 0, 8), (0, 1, 0, 3), (1, 1, 7, 7), (0, 1, 7, 2)))
    series = found.evidence.of("stars")
    assert series.owner.tolist() == [0, 0, 1, 1]
    assert series.value.tolist() == [2, 3, 7, 8]


def test_two_readings_of_one_second_count_alike_in_whichever_order_they_come() -> None:
    rows = [(0, 1, 9, 4), (0, 1, 0, 8), (0, 1, 0, 7)]
    for some in (rows, rows[::-1]):
        assert sift(stars=columns(*some)).evidence.of("stars").value.tolist() == [4, 7, 8]


def test_of_what_is_not_used_the_newest_comes_first() -> None:
    """Only some are shown of many."""
    rows = [(0, 1, 3, -3), (0, 1, 1, -1), (0, 1, 2, -2)]
    assert sift(stars=columns(*rows)).refused["stars"].value.tolist() == [-1, -2, -3]


def test_it_is_told_which_source_spoke() -> None:
    found = sift(3, stars=columns((0, 4, 30, 5), (0, 9, 0, 6), (1, 4, 0, 7)))
    assert found.evidence.of("stars").value.tolist() == [6, 7]
    assert found.sources["stars"].tolist() == [9, 4, -1]


def test_dates_leap_as_they_like() -> None:
    found = sift(last_commit=columns((0, 1, 9, 3), (0, 1, 0, TODAY)))
    assert found.evidence.of("last_commit").value.tolist() == [3, TODAY]


def test_a_date_that_had_not_come_when_it_was_read_is_not_used() -> None:
    """A commit can be dated as its maker likes. A day ahead is let pass: it is later elsewhere."""
    rows = [(30, TODAY - 40), (10, TODAY - 9), (5, TODAY + 900)]
    found = sift(last_commit=columns(*((0, 1, ago, value) for ago, value in rows)))
    assert found.evidence.of("last_commit").value.tolist() == [TODAY - 40, TODAY - 9]
    assert found.refused["last_commit"].why.tolist() == ["ahead"]


def test_where_all_readings_are_bad_nothing_is_known() -> None:
    found = sift(stars=columns((0, 1, 0, -1)))
    assert len(found.evidence.of("stars").owner) == 0
    assert found.sources["stars"].tolist() == [-1]
