"""Whether links between things that come together lead back to where they start: broader words, successors, lineage."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from catalog.derived import Key


def runs_in_a_circle(start: Key, above: Mapping[Key, Collection[Key]]) -> bool:
    """Whether who climbs from here comes back here; `above` leads from each row to those above it."""
    seen: set[Key] = set()
    waiting = list(above.get(start, ()))
    while waiting:
        row = waiting.pop()
        if row == start:
            return True
        if row not in seen:
            seen.add(row)
            waiting += above.get(row, ())
    return False
