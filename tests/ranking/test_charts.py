"""Charts are numbers in another shape: nothing lies outside, and words say the same."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranking import charts
from ranking.charts import HISTORY_HEIGHT, WIDTH, Scale, Week

RANKS = st.floats(0, 100)


@given(RANKS, RANKS, st.floats(-100, 100), st.booleans())
def test_a_step_stays_within_its_chart(start: float, end: float, withheld: float, estimated: bool) -> None:
    scale = charts.scale_for([start, end, 50])
    drawn = charts.step_svg(scale, start, end, typical=50, component="quality", estimated=estimated, withheld=withheld)
    for x, width in re.findall(r'x="([\d.-]+)" y="[\d.]+" width="([\d.-]+)"', drawn):
        assert -0.1 <= float(x) <= WIDTH + 0.1
        assert 0 <= float(width) <= WIDTH + 1.5
    assert ("step-estimated" in drawn) == estimated
    assert ("step-withheld" in drawn) == bool(withheld)
    assert 'aria-hidden="true"' in drawn


@given(st.lists(st.floats(0, 100), min_size=1, max_size=30))
def test_a_scale_holds_all_there_is(ranks: list[float]) -> None:
    scale = charts.scale_for(ranks)
    assert scale.low <= min(ranks)
    assert scale.high >= max(ranks)
    assert scale.high > scale.low


def weeks(*scores: float, before: int = 0) -> list[Week]:
    first = dt.date(2026, 6, 1)
    return [
        Week(first + dt.timedelta(weeks=place), score, score - 5, score + 5, place < before)
        for place, score in enumerate(scores)
    ]


def test_history_says_where_it_began_and_ended_and_what_lies_between() -> None:
    assert charts.history_text(weeks(60, 71.6, 66)) == (
        "Rank from 60 (55–65) on 1 June 2026 to 66 (61–71) on 15 June 2026, between 60 and 72."
    )


def test_history_says_what_was_computed_afterwards_and_dashes_it() -> None:
    some = weeks(60, 61, 62, 63, before=2)
    drawn = charts.history_svg(some, charts.history_scale(some))
    assert "the first 2 of 4 weeks are computed afterwards" in drawn
    assert drawn.count('class="history-before"') == drawn.count('class="history-line"') == 1
    assert "history-before" not in charts.history_svg(weeks(60, 61), Scale(50, 70))


def test_one_week_makes_no_line() -> None:
    assert charts.history_svg(weeks(60), Scale(50, 70)) == ""


@given(st.lists(st.floats(5, 95), min_size=2, max_size=20))
def test_history_stays_within_its_chart(scores: list[float]) -> None:
    some = weeks(*scores)
    drawn = charts.history_svg(some, charts.history_scale(some))
    line = re.search(r'class="history-line" d="M([^"]+)"', drawn)
    assert line
    for x, y in (map(float, pair.split()) for pair in line[1].split("L")):
        assert 0 <= x <= WIDTH
        assert 0 <= y <= HISTORY_HEIGHT


@pytest.mark.parametrize("text", ['<script>alert("1")</script>', "a & b"])
def test_words_are_escaped(text: str) -> None:
    drawn = charts.tie_svg((57, 51, 63), (58, 52, 64), 1.645, text)
    assert text not in drawn
