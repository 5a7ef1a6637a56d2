"""From readings to values: flows, bursts, gains, medians, ages and checks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranking.formulas import shipped_formula
from ranking.scoring.evidence import Evidence, Series
from ranking.scoring.measures import Measured, flow, measured
from ranking.signals import SIGNALS, TRENDS
from tests.ranking.scoring.made import TODAY, climbing, constant, evidence, series

BURST, SLACK = shipped_formula().burst, shipped_formula().slack


def of(name: str, made: Evidence, as_of: float = TODAY) -> Measured:
    return measured((SIGNALS | TRENDS)[name], made, as_of, shipped_formula().signals[name])


def old(made: Series, size: int = 1, **more: Series) -> Evidence:
    """Stars of artifacts that are eight years old."""
    return evidence(size, stars=made, created=constant(TODAY - 3000, size), **more)


def value(name: str, made: Evidence) -> float:
    return float(of(name, made).value[0])


# --- flow ------------------------------------------------------------------------------------------------------------


def test_a_steady_counter_flows_six_months_worth() -> None:
    made = old(series(climbing(start=1000, month=30)))
    assert value("new_stars", made) == pytest.approx(180)
    assert of("new_stars", made).held[0] == 0
    assert value("stars", made) == pytest.approx(1240)


def test_a_burst_counts_as_the_usual_month_and_what_is_cut_is_held_back() -> None:
    rows = climbing(start=1000, month=30)
    made = old(series([*rows[:-1], (0, rows[-1][1] + 1000)]))
    capped = BURST * 30 + SLACK
    assert value("new_stars", made) == pytest.approx(5 * 30 + capped)
    assert of("new_stars", made).held[0] == pytest.approx(1030 - capped)
    assert value("stars", made) == pytest.approx(1240 + 1000 - (1030 - capped))


def test_a_burst_of_a_quiet_artifact_counts_as_the_slack() -> None:
    made = old(series([(240, 50), (10, 50), (0, 5050)]))
    assert value("new_stars", made) == pytest.approx(SLACK)
    assert of("new_stars", made).held[0] == pytest.approx(5000 - SLACK)


def test_what_lasts_for_half_a_year_counts_whole() -> None:
    slow = climbing(start=0, month=30, days=480)
    fast = [(ago, number + (max(0, 180 - ago)) * 20) for ago, number in slow]
    assert value("new_stars", old(series(fast))) == pytest.approx(180 + 3600)


def test_a_burst_that_an_editor_accepted_counts_whole_from_then_on() -> None:
    """A week and a month later still, though the months are then others."""
    rows = [*climbing(start=1000, month=30, days=240)[:-1], (5, 2250), (0, 2255)]
    made = old(series(rows))
    accepted = Evidence(1, made.series, accepted={"stars": np.array([TODAY])})
    assert of("new_stars", accepted).held[0] == pytest.approx(0)
    for later in (7, 20, 31, 60):
        grown = series([*rows, (-later, 2255 + later)])
        moved = Evidence(1, {**made.series, "stars": grown}, accepted={"stars": np.array([TODAY])})
        assert of("new_stars", moved, TODAY + later).held[0] == pytest.approx(0, abs=1e-6)


def test_a_burst_after_the_one_accepted_is_held_back() -> None:
    rows = [*climbing(start=1000, month=30, days=240)[:-1], (0, 6240)]
    made = old(series(rows))
    earlier = Evidence(1, made.series, accepted={"stars": np.array([TODAY - 40])})
    assert of("new_stars", earlier).held[0] == of("new_stars", made).held[0] > 4000
    none = Evidence(1, made.series, accepted={"stars": np.array([-np.inf])})
    assert of("new_stars", none).held[0] == of("new_stars", made).held[0]


def test_a_short_history_counts_in_proportion() -> None:
    """Ninety days of an old artifact: half of half a year, so twice what came."""
    made = old(series(climbing(start=1000, month=30, days=90)))
    assert value("new_stars", made) == pytest.approx(180)


def test_what_is_held_back_of_a_short_history_is_what_came_and_no_more() -> None:
    rows = climbing(start=1000, month=30, days=90)
    made = old(series([*rows[:-1], (0, rows[-1][1] + 5000)]))
    held = of("new_stars", made).held[0]
    assert held == pytest.approx(5030 - BURST * 30 - SLACK)
    assert value("stars", made) == pytest.approx(rows[-1][1] + 5000 - held)


def test_a_young_artifact_is_not_measured_by_months_before_it_was_there() -> None:
    made = evidence(
        stars=series([(90, 0), *((ago, (90 - ago) * 2) for ago in range(80, -1, -10))]),
        created=series([(0, TODAY - 90)]),
    )
    assert value("new_stars", made) == pytest.approx(360)
    assert value("stars", made) == pytest.approx(180)


def test_nothing_young_is_confirmed_less_than_it_has_without_a_burst() -> None:
    """Forty days old: the ten days before the first month are no month, and still are stars."""
    made = evidence(
        stars=series([(ago, (40 - ago) * 3) for ago in range(40, -1, -5)]), created=series([(0, TODAY - 40)])
    )
    assert value("stars", made) == pytest.approx(120)
    assert of("stars", made).held[0] == pytest.approx(0)


@pytest.mark.parametrize("created", [None, TODAY - 2, TODAY + 500])
def test_without_a_credible_birth_the_first_reading_is_no_gain(created: float | None) -> None:
    """5,000 stars at the first reading came at no known time, whatever a source says of a birth after it."""
    rows = climbing(start=5000, month=30, days=90)
    known = {} if created is None else {"created": series([(0, created)])}
    assert value("new_stars", evidence(stars=series(rows), **known)) == pytest.approx(180)


def test_one_reading_of_an_old_artifact_says_nothing_about_its_flow_and_all_about_its_stock() -> None:
    made = old(series([(0, 700)]))
    assert np.isnan(value("new_stars", made))
    assert value("stars", made) == 700


def test_a_counter_that_collapsed_flows_nothing_and_stands_where_it_stands() -> None:
    rows = climbing(start=1000, month=30)
    made = old(series([*rows[:-1], (0, 10)]))
    assert value("stars", made) == 10
    assert value("new_stars", made) == pytest.approx(150, abs=1)


def test_what_stopped_being_read_keeps_its_last_value_and_ages() -> None:
    rows = [(ago + 100, number) for ago, number in climbing(start=1000, month=30)]
    found = of("new_stars", old(series(rows)))
    assert found.value[0] == pytest.approx(180)
    assert found.age[0] == 100


def test_growth_is_flow_upon_the_stock_before_it() -> None:
    shrink = shipped_formula().signals["star_growth"].shrink
    made = old(series(climbing(start=940, month=30, days=240)))
    assert value("star_growth", made) == pytest.approx(180 / (1000 + shrink))


@given(
    st.lists(st.floats(0, 1e6), min_size=2, max_size=30),
    st.floats(0, 1e6),
)
def test_more_today_never_flows_less_and_never_more_than_came(values: list[float], more: float) -> None:
    rows = [(10.0 * ago, number) for ago, number in enumerate(reversed(np.cumsum(values).tolist()))]
    before = flow(series(rows), old(series(rows)), TODAY, burst=BURST, slack=SLACK)
    rows[0] = (0.0, rows[0][1] + more)
    after = flow(series(rows), old(series(rows)), TODAY, burst=BURST, slack=SLACK)
    if not np.isnan(before.gained[0]):
        assert after.gained[0] >= before.gained[0] - 1e-6
    assert after.held[0] >= -1e-6
    assert after.start[0] + after.confirmed[0] <= after.stock[0] + 1e-6


# --- gains, medians, the latest, ages, checks ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "created", "expected"),
    [
        (climbing(start=100, month=30, days=240), 3000, 182),  # a whole window
        (climbing(start=100, month=30, days=182), 3000, 182),  # exactly one
        (climbing(start=100, month=30, days=91), 3000, 182),  # half of one, in proportion
        (climbing(start=100, month=30, days=50), 3000, None),  # less than a third says nothing
        (climbing(start=0, month=30, days=100), 100, 182),  # as old as its history
        ([(0, 91)], 91, 182),  # read once, but nothing was there when it began
        ([(0, 91)], 3000, None),  # read once
        ([(240, 100), (0, 60)], 3000, 0),  # fewer than before are no gain
    ],
)
def test_gains_are_of_the_window_or_in_proportion(
    rows: list[tuple[float, float]], created: float, expected: float | None
) -> None:
    made = evidence(issues_closed=series(rows), created=series([(0, TODAY - created)]))
    found = value("closed_issues", made)
    assert (None if np.isnan(found) else pytest.approx(found, rel=0.02)) == expected


def test_one_odd_day_does_nothing_to_a_median() -> None:
    made = evidence(downloads_month=series([(28, 100), (21, 110), (14, 9_000_000), (7, 120), (0, 130)]))
    assert value("downloads", made) == 120


@pytest.mark.parametrize(("rows", "median"), [([(7, 10), (0, 30)], 20), ([(0, 4)], 4), ([(400, 8)], 8), ([], None)])
def test_a_median_is_of_the_days_before_the_last_reading(rows: list[tuple[float, float]], median: float | None) -> None:
    found = value("downloads", evidence(downloads_month=series(rows)))
    assert (None if np.isnan(found) else found) == median


def test_the_latest_reading_counts_and_says_how_old_it_is() -> None:
    found = of("contributors", evidence(contributors=series([(30, 4), (3, 6)])))
    assert (found.value[0], found.age[0]) == (6, 3)


@pytest.mark.parametrize(("ago", "age"), [(0, 30), (29, 30), (30, 30), (31, 31), (400, 400), (-5, 30)])
def test_an_age_has_a_floor(ago: float, age: float) -> None:
    assert value("last_commit", evidence(last_commit=series([(0, TODAY - ago)]))) == age


def test_an_age_is_that_at_the_last_reading() -> None:
    """A source that fell silent three months ago leaves nobody idle for it."""
    found = of("last_commit", evidence(last_commit=series([(90, TODAY - 130)])))
    assert (found.value[0], found.age[0]) == (40, 90)


@pytest.mark.parametrize(("length", "passed"), [(0, 0), (19, 0), (20, 1), (500, 1)])
def test_a_check_is_passed_at_its_mark(length: float, passed: float) -> None:
    assert value("described", evidence(description_length=series([(0, length)]))) == passed


@pytest.mark.parametrize("name", [*SIGNALS, *TRENDS])
def test_of_nothing_nothing_is_known(name: str) -> None:
    """Whether nobody has it, or only somebody else."""
    reads = (SIGNALS | TRENDS)[name].reads
    for made in (evidence(2), Evidence(2, {reads: series([], climbing())})):
        found = of(name, made)
        assert np.isnan(found.value[0])
        assert np.isnan(found.age[0])
        assert found.held[0] == 0


@pytest.mark.parametrize(("days", "told"), [(35, False), (65, False), (95, True)])
def test_a_flow_is_told_once_there_is_a_usual_month(days: int, told: bool) -> None:
    """Of one or two months nobody can tell which is the burst; they are not known yet, and not bad either."""
    made = evidence(stars=series(climbing(start=500, days=days, month=30, step=5)))
    for name in ("new_stars", "star_growth"):
        assert bool(np.isnan(value(name, made))) is not told
