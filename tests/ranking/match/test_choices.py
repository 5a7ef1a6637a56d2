"""How much a choice counts: people, not clicks."""

from __future__ import annotations

import random

import pytest

from ranking.match.choices import Choice, chosen_of
from ranking.match.documents import Chosen


def weights(*choices: Choice, per_artifact: float = 1, per_actor: float = 50) -> dict[tuple[str, str], float]:
    return {(c.query, c.artifact): c.weight for c in chosen_of(choices, per_artifact=per_artifact, per_actor=per_actor)}


@pytest.mark.parametrize(
    ("choices", "expected"),
    [
        ([], {}),
        ([Choice("a", "draw a cat", "x")], {("draw a cat", "x"): 1}),
        # The same person twice is one person, also when the words are in another order.
        ([Choice("a", "draw a cat", "x"), Choice("a", "a cat draw", "x")], {("a cat draw", "x"): 1}),
        ([Choice("a", "draw cats", "x"), Choice("b", "draw cats", "x")], {("draw cats", "x"): 2}),
        # What people typed in the fewest letters stands for all of them.
        ([Choice("a", "drawing cats", "x"), Choice("b", "draw cat", "x")], {("draw cat", "x"): 2}),
        ([Choice("a", "!!!", "x"), Choice("a", "", "x"), Choice("a", "cat", "x", 0)], {}),
        ([Choice("a", "cat", "x", 7.0)], {("cat", "x"): 1}),
        ([Choice("a", "cat", "x", 0.25)], {("cat", "x"): 0.25}),
    ],
)
def test_what_choices_weigh(choices: list[Choice], expected: dict[tuple[str, str], float]) -> None:
    assert weights(*choices) == expected


def test_one_person_has_one_voice_for_an_artifact() -> None:
    """However many queries he chooses it for: it is spread over them."""
    found = weights(*(Choice("a", f"need {i}x", "x") for i in range(100)))
    assert len(found) == 100
    assert sum(found.values()) == pytest.approx(1, abs=1e-3)


def test_one_person_has_so_many_voices_in_all() -> None:
    found = weights(*(Choice("a", f"need {i}x", f"artifact {i}") for i in range(100)), per_actor=20)
    assert sum(found.values()) == pytest.approx(20)


def test_a_crowd_is_not_cut_by_what_one_of_them_does() -> None:
    found = weights(
        *(Choice(f"a{i}", "draw cats", "x") for i in range(30)), *(Choice("b", f"q{i}", "x") for i in range(9))
    )
    assert found["draw cats", "x"] == 30


def test_order_changes_nothing() -> None:
    rng = random.Random(3)
    choices = [Choice(f"a{rng.randrange(9)}", f"need {rng.randrange(7)}", f"x{rng.randrange(4)}") for _ in range(200)]
    first = chosen_of(choices, per_artifact=2, per_actor=5)
    rng.shuffle(choices)
    assert chosen_of(choices, per_artifact=2, per_actor=5) == first
    assert all(isinstance(one, Chosen) for one in first)
