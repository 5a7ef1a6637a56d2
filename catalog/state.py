"""Which version of the facts and which generation of ranks a reader sees: one row, read first, passed on.

A page asks once and hands the answer to everything below it, so that one page never mixes two versions.
"""

from __future__ import annotations

from dataclasses import dataclass

from catalog.models import CatalogState


@dataclass(frozen=True)
class State:
    version: int
    generation_id: int | None
    related_version: int = 0

    @property
    def key(self) -> str:
        """For cache keys and ETags."""
        return f"{self.version}.{self.generation_id or 0}.{self.related_version}"


def live_state() -> State:
    row = CatalogState.objects.filter(pk=1).values_list("version", "live_generation_id", "related_version").first()
    return State(*row) if row else State(version=0, generation_id=None)
