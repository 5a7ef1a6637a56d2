"""Ranks, points and values in words."""

from __future__ import annotations

import pytest

from ranking import wording
from ranking.breakdowns import Explained
from ranking.explaining import refusals_of
from ranking.signals import SIGNALS


@pytest.mark.parametrize(
    ("signal", "value", "text"),
    [
        ("new_stars", 1204.4, "1\u202f204 new stars in six months"),
        ("new_stars", 1, "1 new star in six months"),
        ("dependents", 1, "1 repository or package depends on it"),
        ("providers", 1, "1 provider carries it"),
        ("downloads", 0, "0 downloads a month"),
        ("last_commit", 30, "changed at most 30 days ago"),
        ("last_commit", 45, "changed 45 days ago"),
        ("last_commit", 400, "changed 13 months ago"),
        ("last_commit", 1200, "changed 3 years ago"),
        ("has_docs", 1, "yes"),
        ("has_docs", 0, "no"),
        ("outcomes", 0.83, "worked in 83\u202f% of the cases reported"),
    ],
)
def test_a_value_in_its_sentence(signal: str, value: float, text: str) -> None:
    assert wording.sentence(SIGNALS[signal], value, floor=30) == text


@pytest.mark.parametrize(
    ("points", "text"), [(2.44, "+2.4"), (-0.8, "\u22120.8"), (0.04, "0.0"), (-0.04, "0.0"), (0, "0.0")]
)
def test_points_carry_their_sign_unless_they_are_none(points: float, text: str) -> None:
    assert wording.points(points) == text


@pytest.mark.parametrize(
    ("percentile", "text"),
    [
        (92.4, "top 8\u202f% of MCP servers"),
        (99.9, "top 1\u202f% of MCP servers"),
        (50, "top 50\u202f% of MCP servers"),
        (49.9, "above 50\u202f% of MCP servers"),
        (3, "above 3\u202f% of MCP servers"),
    ],
)
def test_a_percentile_reads_from_its_nearer_end(percentile: float, text: str) -> None:
    assert wording.share(percentile, "MCP servers") == text


@pytest.mark.parametrize(
    ("place", "among", "text"),
    [
        (23, 23, "23rd of 23 models"),
        (1, 23, "1st of 23 models"),
        (12, 23, "12th of 23 models"),
        (2, 2, "2nd of 2 models"),
        (1, 51, "top 1\u202f% of models"),
        (1.5, 4, "top 25\u202f% of models"),
    ],
)
def test_among_few_the_place_is_told_unless_it_is_shared(place: float, among: int, text: str) -> None:
    assert wording.share(100 * (among - place + 0.5) / among, "Models", among) == text


@pytest.mark.parametrize(("plural", "text"), [("Models", "models"), ("APIs", "APIs"), ("Web apps", "web apps")])
def test_a_kind_inside_a_sentence(plural: str, text: str) -> None:
    assert wording.many(plural) == text


def test_the_headline() -> None:
    assert wording.headline(72.4, 65.6, 78, 91.8, 0.83, "MCP servers") == (
        "Rank 72 (66–78) · top 8\u202f% of MCP servers · coverage 83\u202f%"
    )
    assert wording.headline(72.4, 65.6, 78, None, 1, "Models") == "Rank 72 (66–78) · coverage 100\u202f%"


@pytest.mark.parametrize(
    ("signal", "value", "told"),
    [
        ("stars", 5e9, "Stars, 5\u202f000\u202f000\u202f000: not used"),
        ("stars", 1e300, "Stars, 1e+300: not used"),
        ("stars", None, "Stars, a reading: not used"),
        ("last_commit", 20_778.0, "Last commit, 21 November 2026: not used"),
        ("last_commit", 1e12, "Last commit, 1\u202f000\u202f000\u202f000\u202f000: not used"),
        ("last_commit", -5.0, "Last commit, \u22125: not used"),
    ],
)
def test_a_reading_not_used_is_told_as_what_it_is_however_large(signal: str, value: float | None, told: str) -> None:
    it = Explained(1.0, (), ((signal, 20_000.0, value, "ahead"),), is_prior=False)
    (refusal,) = refusals_of(it, {"stars": "Stars", "last_commit": "Last commit"})
    assert refusal.text.startswith(told)


@pytest.mark.parametrize(
    ("share", "said"),
    [(0.9999, "over 99"), (0.99, "99"), (0.5, "50"), (0.01, "1"), (0.0001, "under 1"), (1.0, "over 99")],
)
def test_no_chance_is_told_as_certain(share: float, said: str) -> None:
    assert wording.chance(share) == f"{said}\u202f%"
