from __future__ import annotations

import random

from ranking.graph.lockstep import crowds

HOUR = 3_600.0


def organic(draw: random.Random, people: int = 600) -> list[tuple[str, int, float]]:
    """A month of people who choose what they need, some things more often than others."""
    found = []
    for person in range(people):
        found += [
            (f"p{person}", int(draw.paretovariate(0.9)) % 300, draw.random() * 30 * 24 * HOUR)
            for _ in range(1 + int(draw.expovariate(0.4)))
        ]
    return found


def test_rings_are_found_and_hardly_anybody_else():
    """Of planted rings at least nine of ten actors, of all others at most one in a hundred."""
    draw = random.Random(8)
    choices = organic(draw)
    ring: set[str] = set()
    for number in range(10):
        targets = draw.sample(range(300), 5)
        start = draw.random() * 29 * 24 * HOUR
        for member in range(20):
            ring.add(f"r{number}-{member}")
            choices += [(f"r{number}-{member}", one, start + draw.random() * HOUR) for one in targets]
    caught = {actor for crowd in crowds(choices) for actor in crowd.actors}
    assert len(caught & ring) >= 0.9 * len(ring)
    assert len(caught - ring) <= 0.01 * 600


def test_a_crowd_says_what_it_was_after():
    choices = [(f"r{n}", target, 100.0 + n) for n in range(8) for target in (4, 5, 6)]
    (crowd,) = crowds(choices)
    assert set(crowd.artifacts) == {4, 5, 6}
    assert len(crowd.actors) == 8


def test_two_artifacts_together_are_no_crowd():
    assert crowds([(f"r{n}", target, 100.0) for n in range(50) for target in (4, 5)]) == []
