"""No network is heard alone."""

from __future__ import annotations

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from ranking.graph.actors import period_of
from ranking.graph.voices import Report, Voice, behind, heard, heard_by_day

FIRST = period_of(dt.date(2026, 11, 16))
NEXT = FIRST + dt.timedelta(days=30)


def said(*of: tuple[str, int], artifact: int = 1, on: dt.date = FIRST) -> list[Voice]:
    return [Voice(artifact, network, on, weight) for network, weight in of]


def test_one_or_two_networks_are_not_heard():
    assert list(heard(said(("a", 3_000)))) == [0]
    assert list(heard(said(("a", 1_000), ("b", 1_000), ("a", 1_000)))) == [0, 0, 0]


def test_three_are_heard_and_the_loudest_as_much_as_the_third():
    assert list(heard(said(("a", 1_000), ("b", 1_000), ("c", 1_000)))) == [1_000] * 3
    assert list(heard(said(("a", 1_000), ("a", 1_000), ("b", 1_000), ("c", 250), ("a", 1_000)))) == [
        250,
        0,
        250,
        250,
        0,
    ]


def test_what_is_said_of_another_artifact_or_in_another_period_is_no_support():
    apart = said(("a", 1_000), ("b", 1_000)) + said(("c", 1_000), artifact=2) + said(("d", 1_000), on=NEXT)
    assert list(heard(apart)) == [0] * 4


DAY = dt.timedelta(days=1)


def of_days(*reports: Report, most: int = 7_000, upto: dt.date = FIRST + 29 * DAY) -> list[tuple[int, int, int]]:
    return [((day - FIRST).days, worked, failed) for day, worked, failed in heard_by_day(reports, most=most, upto=upto)]


def test_what_was_said_before_the_third_is_heard_with_it_and_no_more_in_a_day_than_may_be():
    early = [Report(network, FIRST + day * DAY, 1_000, 0) for day in (0, 1, 2) for network in ("a", "b")]
    assert of_days(*early) == []
    assert of_days(*early, Report("c", FIRST + 5 * DAY, 0, 3_000)) == [(5, 4_666, 2_334), (6, 1_334, 666)]
    assert of_days(*early, Report("c", FIRST + 5 * DAY, 0, 3_000), upto=FIRST + 5 * DAY) == [(5, 4_666, 2_334)]


def test_a_network_that_says_both_on_a_day_is_heard_in_both_alike():
    others = [Report(network, FIRST, 1_000, 0) for network in ("b", "c")]
    assert of_days(Report("a", FIRST, 2_000, 1_000), *others) == [(0, 2_666, 334)]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("abcde"), st.integers(0, 40), st.integers(0, 3_000), st.integers(0, 3_000)).filter(
            lambda one: one[2] + one[3] > 0
        ),
        max_size=30,
        unique_by=lambda one: one[:2],
    ),
    st.integers(0, 40),
)
def test_no_day_brings_more_than_may_be_and_none_takes_back(said, later):
    reports = [Report(network, FIRST + day * DAY, worked, failed) for network, day, worked, failed in said]
    rows = of_days(*reports, most=2_500, upto=FIRST + 50 * DAY)
    assert all(worked >= 0 and failed >= 0 and 0 < worked + failed <= 2_500 for _, worked, failed in rows)
    assert sum(worked for _, worked, _ in rows) <= sum(one.worked for one in reports)
    assert sum(failed for *_, failed in rows) <= sum(one.failed for one in reports)
    so_far = [one for one in reports if one.on <= FIRST + later * DAY]
    assert of_days(*so_far, most=2_500, upto=FIRST + later * DAY) == [row for row in rows if row[0] <= later]


def test_a_network_stands_behind_an_edge_once_in_the_period_in_which_they_are_most():
    one, other = (1, 7), (2, 7)
    told = [(one, "a", FIRST), (one, "a", FIRST), (one, "b", FIRST), (one, "c", NEXT), (other, "a", NEXT)]
    assert behind(told) == {one: 2, other: 1}
