"""An artifact's published rank, as pages and the API show it."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from catalog.choices import COMPONENTS
from catalog.models import Artifact


@dataclass(frozen=True)
class Bar:
    name: str
    label: str
    score: int | None
    share: float


@dataclass(frozen=True)
class Rank:
    score: float
    low: float
    high: float
    percentile: float | None
    coverage: float
    components: dict[str, float | None]

    @property
    def bars(self) -> list[Bar]:
        """The five components, 0 to 100; one without evidence has no score."""
        return [
            Bar(name, name.capitalize(), None if score is None else round(score), (score or 0) / 100)
            for name, score in self.components.items()
        ]


def rank_of(artifact: Artifact) -> Rank | None:
    """The standing that `with_standing` joined, or None where the artifact is not ranked."""
    if getattr(artifact, "standing_score", None) is None:
        return None
    score, low, high, percentile, coverage = _READ(artifact)
    components = dict(zip(COMPONENTS, _COMPONENTS(artifact), strict=True))
    return Rank(score, low, high, percentile, coverage, components)


_READ: Any = attrgetter("standing_score", "standing_low", "standing_high", "standing_percentile", "standing_coverage")
_COMPONENTS: Any = attrgetter(*(f"standing_{name}" for name in COMPONENTS))
