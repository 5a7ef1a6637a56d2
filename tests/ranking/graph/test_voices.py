"""No network is heard alone."""

from __future__ import annotations

import datetime as dt

from ranking.graph.actors import period_of
from ranking.graph.voices import Voice, behind, heard

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


def test_a_network_stands_behind_an_edge_once_in_the_period_in_which_they_are_most():
    one, other = (1, 7), (2, 7)
    told = [(one, "a", FIRST), (one, "a", FIRST), (one, "b", FIRST), (one, "c", NEXT), (other, "a", NEXT)]
    assert behind(told) == {one: 2, other: 1}
