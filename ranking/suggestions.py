"""Which comparisons may a reader want? Pairs that can take each other's place and share much. Two queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from catalog.columns import columns
from catalog.pages.front import rivals
from catalog.pages.rows import Row, rows_of
from catalog.state import State
from ranking.comparison.key import key_of

PAIRS = 8


@dataclass(frozen=True)
class Suggested:
    key: str
    rows: Sequence[Row]


def close_pairs(state: State, *, today: dt.date, count: int = PAIRS) -> list[Suggested]:
    """Others every day; each artifact in one of them only, so that they tell of many."""
    held = columns(state)
    seen: set[int] = set()
    chosen: list[tuple[int, int]] = []
    for pair in rivals(held, today):
        if not seen & {pair.left, pair.right}:
            seen |= {pair.left, pair.right}
            chosen.append((pair.left, pair.right))
    rows = {row.id: row for row in rows_of([pk for pair in chosen[:count] for pk in pair], state, held)}
    return [
        Suggested(key_of([rows[pk].slug for pk in pair]), tuple(rows[pk] for pk in pair))
        for pair in chosen[:count]
        if all(pk in rows for pk in pair)
    ]
