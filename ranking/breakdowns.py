"""What explains one artifact's rank in one generation: packed small for the database, unpacked for whoever shows it."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ranking.computing import Ranked
from ranking.scoring.evidence import Floats
from ranking.signals import SIGNALS, SignalSpec


@dataclass(frozen=True)
class Point:
    """One reading's part in a rank."""

    signal: str
    #: As measured, in the signal's own unit; None where nothing is known.
    value: float | None
    #: Of the last reading, in days since 1970.
    day: float | None
    source_id: int | None
    #: What the points rest on, averaged over the days; `z_observed` is today's before any cut.
    z: float
    z_observed: float | None
    z_now: float
    weight: float
    points: float
    points_now: float
    #: Standard deviation of an estimate, in points; 0 where it was observed.
    spread: float
    #: What is held back until it lasts, in the signal's own unit.
    held: float

    @property
    def spec(self) -> SignalSpec:
        return SIGNALS[self.signal]

    @property
    def estimated(self) -> bool:
        return self.z_observed is None

    @property
    def on(self) -> dt.date | None:
        return None if self.day is None else dt.date(1970, 1, 1) + dt.timedelta(days=math.floor(self.day))

    @property
    def cut(self) -> bool:
        """Whether the other evidence did not support it."""
        return self.z_observed is not None and abs(self.z_observed - self.z_now) > 1e-6


@dataclass(frozen=True)
class Explained:
    norm: float
    points: tuple[Point, ...]
    #: Readings that are kept and not used: signal, day, value, why.
    refused: tuple[tuple[str, float, float | None, str], ...]
    #: Whether reference tables of its own kind were used.
    is_prior: bool


def packed(it: Ranked) -> Iterator[dict[str, Any]]:
    """One body for each artifact of the kind, in its order."""
    scores, evidence = it.scores, it.evidence
    size = evidence.sifted.evidence.size
    columns: list[list[Any]] = []
    for place, name in enumerate(scores.signals):
        weights = scores.weights[:, place]
        if not weights.any():
            continue
        reads = SIGNALS[name].reads
        found = scores.today.values[place]
        known = ~np.isnan(scores.today.agreed.observed[:, place])
        sources = evidence.sifted.sources.get(reads, np.full(size, -1, np.int64))
        last = evidence.sifted.evidence.of(reads)
        day = np.full(size, np.nan)
        day[last.owner] = last.day  # sorted by day: the last one stays
        per_z = scores.deviation * weights / scores.norm
        columns.append(
            [
                [name] * size,
                _numbers(np.where(known, found.value, np.nan)),
                _numbers(np.where(known, day, np.nan), 4),
                [int(source) if source >= 0 and seen else None for source, seen in zip(sources, known, strict=True)],
                scores.z[:, place].tolist(),
                _numbers(scores.today.agreed.observed[:, place]),
                scores.today.agreed.z[:, place].tolist(),
                weights.tolist(),
                scores.points[:, place].tolist(),
                scores.today.points[:, place].tolist(),
                _numbers(np.abs(per_z) * scores.today.agreed.spread[:, place], 4),
                _numbers(np.where(known, found.held, 0.0), 3),
            ]
        )
    refused = _refused(it)
    norms = scores.norm.tolist()
    by_signal = [list(zip(*column, strict=True)) for column in columns]
    for place in range(size):
        body: dict[str, Any] = {"norm": norms[place], "points": [rows[place] for rows in by_signal]}
        if it.tables.is_prior:
            body["prior"] = True
        if place in refused:
            body["refused"] = refused[place]
        yield body


def unpacked(body: dict[str, Any]) -> Explained:
    return Explained(
        norm=body["norm"],
        points=tuple(Point(*row) for row in body["points"]),
        refused=tuple((s, d, v, w) for s, d, v, w in body.get("refused", ())),
        is_prior=body.get("prior", False),
    )


#: The newest readings that are not used are enough to show.
MOST_REFUSED = 20


def _refused(it: Ranked) -> dict[int, list[list[Any]]]:
    found: dict[int, list[list[Any]]] = {}
    for name, refused in it.evidence.sifted.refused.items():
        for owner, day, value, why in zip(refused.owner, refused.day, refused.value, refused.why, strict=True):
            kept = found.setdefault(int(owner), [])
            if len(kept) < MOST_REFUSED:
                kept.append([name, float(day), float(value) if np.isfinite(value) else None, str(why)])
    return found


def _numbers(column: Floats, digits: int | None = None) -> list[float | None]:
    rounded = column if digits is None else np.round(column, digits)
    return [None if value != value else value for value in rounded.tolist()]
