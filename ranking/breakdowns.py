"""What explains one artifact's rank in one generation: packed small for the database, unpacked for whoever shows it.

The numbers are bytes, a row for each signal: a generation has millions of them, and writing them as text took longer
than to compute them.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from ranking.computing import Ranked
from ranking.graph.matched import Matched
from ranking.models import Breakdown
from ranking.scoring.evidence import Evidence, Floats, Ints
from ranking.scoring.formula import UNITS, Scores
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
    #: Whether the shipped prior stood in for reference tables of its own kind.
    is_prior: bool
    #: What it was ranked as; None in a breakdown from before this was written down.
    kind: str | None = None
    #: How often it was shown and chosen; None where it never was.
    matched: Matched | None = None


class Packed(NamedTuple):
    """Those of many artifacts, as `Breakdown` keeps them."""

    #: JSON of what differs from artifact to artifact in more than numbers, and of which signals the rows are.
    bodies: list[str]
    #: A row of bytes for each.
    points: Any


#: One signal's row. Whole numbers of points in their smallest unit are exact; a day in its ten-thousandths.
ROW = np.dtype(
    [
        ("value", "<f8"), ("day", "<i4"), ("source", "<u4"), ("z_observed", "<f8"), ("z_now", "<f8"), ("weight", "<f4"),
        ("points", "<i8"), ("points_now", "<i8"), ("spread", "<f4"), ("held", "<f8"),
    ]
)  # fmt: skip
_NO_DAY, _NO_SOURCE = np.iinfo("<i4").min, 0
_OF_A_DAY = 10_000


def packed(it: Ranked, matched: Mapping[int, Mapping[str, Any]] | None = None) -> Packed:
    """Of each artifact of the kind, in its order. `matched` is what `graph.matched.counted` says."""
    places = weighed(it.scores)
    rows = _rows(it.scores, it.evidence.sifted.evidence, it.evidence.sifted.sources, places)
    return Packed(
        _bodies(it, [it.scores.signals[place] for place in places], matched or {}),
        rows.view(np.uint8).reshape(len(rows), len(places) * ROW.itemsize),
    )


def points_of(scores: Scores, evidence: Evidence) -> tuple[Point, ...]:
    """Of an artifact scored alone, each signal's point as it would be unpacked, also where it weighs nothing. Who read
    it is not said."""
    rows = _rows(scores, evidence, {}, range(len(scores.signals)))[0]
    scale = float(scores.norm[0]) / scores.deviation
    return tuple(_point(row, scale) for row in _rows_of(scores.signals, rows.tobytes()))


def _rows(scores: Scores, evidence: Evidence, said_by: Mapping[str, Ints], places: Sequence[int]) -> Any:
    """Of each artifact a ROW for each of these signals. `said_by` names by readings the source of each artifact's."""
    size = evidence.size
    rows = np.empty((size, len(places)), ROW)
    for row, place in zip(rows.T, places, strict=True):
        name, weights = scores.signals[place], scores.weights[:, place]
        reads = SIGNALS[name].reads
        found = scores.today.values[place]
        known = ~np.isnan(scores.today.agreed.observed[:, place])
        sources = said_by.get(reads, np.full(size, -1, np.int64))
        last = evidence.of(reads)
        day = np.full(size, np.nan)
        day[last.owner] = last.day  # sorted by day: the last one stays
        per_z = scores.deviation * weights / scores.norm
        spread = np.abs(per_z) * scores.today.agreed.spread[:, place]
        row["value"] = np.where(known, _short(found.value), np.nan)
        row["day"] = np.where(known & ~np.isnan(day), np.round(day * _OF_A_DAY), _NO_DAY)
        row["source"] = np.where(known & (sources >= 0), sources, _NO_SOURCE)
        row["z_observed"] = np.round(scores.today.agreed.observed[:, place], 5)
        row["z_now"] = np.round(scores.today.agreed.z[:, place], 5)
        row["weight"] = weights
        row["points"] = np.round(scores.points[:, place] * UNITS)
        row["points_now"] = np.round(scores.today.points[:, place] * UNITS)
        row["spread"] = spread
        row["held"] = np.round(np.where(known, found.held, 0.0), 1)
    return rows


def weighed(scores: Scores) -> list[int]:
    """The places of the signals that count for any artifact of the kind."""
    return [place for place in range(len(scores.signals)) if scores.weights[:, place].any()]


def _bodies(it: Ranked, signals: list[str], matched: Mapping[int, Mapping[str, Any]]) -> list[str]:
    """All but a few differ in one number only, so what is the same is put into words once."""
    common: dict[str, Any] = {"kind": it.kind, "deviation": it.scores.deviation, "signals": signals}
    if it.tables.is_prior:
        common["prior"] = True
    refused, usual = _refused(it), _told(common)
    rest = [usual] * it.evidence.sifted.evidence.size
    for place, artifact in enumerate(it.evidence.artifacts.tolist()):
        own = {"matched": matched.get(artifact), "refused": refused.get(place)}
        if any(own.values()):
            rest[place] = _told(common | {name: value for name, value in own.items() if value})
    return [f'{{"norm":{norm!r},{told}' for norm, told in zip(it.scores.norm.tolist(), rest, strict=True)]


def _told(body: dict[str, Any]) -> str:
    """To stand behind what a body begins with."""
    return json.dumps(body, separators=(",", ":"))[1:]


def unpacked(it: Breakdown) -> Explained:
    body = it.body
    scale = body["norm"] / body["deviation"]
    # In a breakdown from before there were bytes, the body has the rows.
    rows = body["points"] if it.points is None else _rows_of(body["signals"], it.points)
    return Explained(
        norm=body["norm"],
        points=tuple(_point(row, scale) for row in rows),
        refused=tuple((s, d, v, w) for s, d, v, w in body.get("refused", ())),
        is_prior=body.get("prior", False),
        kind=body.get("kind"),
        matched=Matched.of_data(body["matched"]) if "matched" in body else None,
    )


def _rows_of(signals: Sequence[str], points: bytes | memoryview) -> Iterator[tuple[Any, ...]]:
    for name, row in zip(signals, np.frombuffer(points, ROW).tolist(), strict=True):
        value, day, source, z_observed, z_now, weight, whole, whole_now, spread, held = row
        yield (
            name,
            None if value != value else value,
            None if day == _NO_DAY else day / _OF_A_DAY,
            None if source == _NO_SOURCE else source,
            None if z_observed != z_observed else z_observed,
            z_now,
            round(weight, 6),
            whole,
            whole_now,
            round(spread, 2),
            held,
        )


def _point(row: Sequence[Any], scale: float) -> Point:
    signal, value, day, source_id, z_observed, z_now, weight, points, points_now, spread, held = row
    return Point(
        signal=signal,
        value=value,
        day=day,
        source_id=source_id,
        z=points / UNITS * scale / weight if weight else 0.0,
        z_observed=z_observed,
        z_now=z_now,
        weight=weight,
        points=points / UNITS,
        points_now=points_now / UNITS,
        spread=spread,
        held=held,
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


def _short(column: Floats) -> Floats:
    """To nine significant digits: nobody measures more, and people read them."""
    some = np.where(column == 0, 1.0, column)
    scale = 10.0 ** (8 - np.floor(np.log10(np.abs(some))))
    return np.round(column * scale) / scale
