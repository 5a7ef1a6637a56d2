"""Which queries are one intent: each joins the nearest intent, or begins one of its own.

Pure. An intent is known by the first query that began it, and stays where that is: it does not wander with what joins
it, so the same queries in the same order always make the same intents, whether they come at once or one by one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

#: How near a query's vector has to be to that of an intent's first query. Higher splits what means the same; lower
#: joins what does not. See docs/explanation/match-graph.md for what was measured.
NEAR = 0.75


def gathered(
    vectors: Floats, times: Sequence[float], leaders: Floats, born: Sequence[float], *, near: float = NEAR
) -> list[int]:
    """For each query the number of its intent. Numbers below `len(leaders)` are those that were there; each further
    one is new, and its leader is the first query that has it. A query of zeros is in none: -1.

    `times` are those of the queries, in their order; an intent takes none from before it was born.
    """
    count, dimensions = len(leaders), vectors.shape[1]
    known = np.empty((count + len(vectors), dimensions), np.float32)
    known[:count] = leaders.reshape(count, dimensions)
    since = np.full(len(known), -np.inf)
    since[:count] = born
    found: list[int] = []
    for vector, at in zip(vectors, times, strict=True):
        if not vector.any():
            found.append(-1)
            continue
        likeness = np.where(since[:count] <= at, known[:count] @ vector, -1.0)
        best = int(np.argmax(likeness)) if count else -1
        if best < 0 or likeness[best] < near:
            best = count
            known[count], since[count] = vector, at
            count += 1
        found.append(best)
    return found


def name_of(used: Sequence[tuple[str, int]]) -> tuple[str, int]:
    """The most typical of an intent's queries, and by how many people: the shortest of those that most have used."""
    return min(used, key=lambda pair: (-pair[1], len(pair[0]), pair[0]), default=("", 0))
