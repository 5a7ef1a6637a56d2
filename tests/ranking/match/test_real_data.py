"""Quality on the shared evaluation sets must not fall: a sample of each, with floors a little below what is measured.

`docs/explanation/matching.md` has the whole tables, and the commands that print them.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

import pytest

from bench import match_data
from bench.match_data import Set, engine_of, read, some
from ranking.match.choices import Choice
from ranking.match.confidence import reliability

pytestmark = pytest.mark.usefixtures("real_data")
SAMPLE = 300


@pytest.fixture(scope="module")
def metatool() -> Set:
    if not (match_data.folder() / "metatool").is_dir():
        pytest.skip("No evaluation sets here.")
    return read("metatool")


def quality(found: Set, choices: Sequence[Choice], *, only: frozenset[str] | None = None) -> tuple[float, float]:
    """nDCG@10, and the calibration error of confidence in the first place."""
    asked = [q for q in found.queries if only is None or q[1] <= only]
    asked = random.Random(3).sample(asked, min(SAMPLE, len(asked)))
    gained, said, right = 0.0, [], []
    with engine_of(found.documents, choices) as engine:
        for query, serving in asked:
            answer = engine.answer(query, explain=False)
            keys = [match.artifact for match in answer.found]
            best = sum(1 / math.log2(i + 2) for i in range(min(len(serving), 10)))
            gained += sum(1 / math.log2(i + 2) for i, key in enumerate(keys) if key in serving) / best
            said.append(answer.confidence.first)
            right.append(keys[0] in serving)
    return gained / len(asked), reliability(said, right)[1]


@pytest.mark.parametrize(("most", "floor"), [(0, 0.63), (5, 0.73), (None, 0.86)])
def test_metatool(metatool: Set, most: int | None, floor: float) -> None:
    choices = some(metatool.choices, most) if most != 0 else []
    found, _ = quality(metatool, choices)
    assert found >= floor


def test_what_was_never_chosen_is_still_found(metatool: Set) -> None:
    kept = some(metatool.choices, None, without=20)
    hidden = frozenset({c.artifact for c in metatool.choices} - {c.artifact for c in kept})
    cold, _ = quality(metatool, [], only=hidden)
    warm, _ = quality(metatool, kept, only=hidden)
    assert cold - warm <= 0.1


def test_apibench_cold() -> None:
    if not (match_data.folder() / "apibench").is_dir():
        pytest.skip("No evaluation sets here.")
    found, _ = quality(read("apibench"), [])
    assert found >= 0.24
