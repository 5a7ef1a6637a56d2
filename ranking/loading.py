"""Readings from the database into the columns that scoring works on, all of them or one artifact's."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np
from django.db.models import CharField, Max, QuerySet
from django.db.models.functions import Cast

from catalog.choices import DATE_SIGNALS, PUBLIC_LIFECYCLES, Lifecycle, Signal
from catalog.models import Artifact, Reading, Source
from ranking.models import Hold, HoldReason, HoldState, Quarantine
from ranking.scoring.configuration import Formula
from ranking.scoring.evidence import Bools, Ints
from ranking.scoring.sifting import Columns, Sifted, sifted

DAY = 86_400.0
AT_ONCE = 100_000
SIGNALS = tuple(signal.value for signal in Signal)
LEAPING = frozenset(signal.value for signal in DATE_SIGNALS)


@dataclass(frozen=True)
class Moment:
    """What a computation is pinned to: the same moment gives the same ranks, whatever is added later."""

    as_of: dt.datetime
    last_reading: int
    #: Quarantined sources: id, first and last day (days since 1970, None for open).
    quarantined: tuple[tuple[int, float | None, float | None], ...] = ()
    #: Accepted bursts: artifact, signal, last day.
    accepted: tuple[tuple[int, str, float], ...] = ()

    @property
    def day(self) -> float:
        return self.as_of.timestamp() / DAY

    def as_data(self) -> dict[str, Any]:
        return {
            "quarantined": [list(one) for one in self.quarantined],
            "accepted": [list(one) for one in self.accepted],
        }

    @classmethod
    def of_data(cls, as_of: dt.datetime, last_reading: int, data: dict[str, Any]) -> Moment:
        return cls(
            as_of,
            last_reading,
            tuple((int(s), a, b) for s, a, b in data.get("quarantined", ())),
            tuple((int(a), str(s), float(d)) for a, s, d in data.get("accepted", ())),
        )


@dataclass(frozen=True)
class KindEvidence:
    kind: str
    artifacts: Ints
    listed: Bools
    sifted: Sifted


def moment(*, now: dt.datetime) -> Moment:
    """Now: with all readings there are, and what people have decided about them."""
    return Moment(
        as_of=now,
        last_reading=Reading.objects.aggregate(last=Max("pk"))["last"] or 0,
        quarantined=tuple(
            (source, _day(since), _day(upto, end=True))
            for source, since, upto in Quarantine.objects.filter(lifted_at=None, waits_since=None)
            .order_by("source_id", "since", "upto", "pk")
            .values_list("source_id", "since", "upto")
        ),
        accepted=tuple(
            (artifact, signal, _day(until, end=True) or 0.0)
            for artifact, signal, until in Hold.objects.filter(state=HoldState.ACCEPTED, reason=HoldReason.BURST)
            .order_by("artifact_id", "signal", "until")
            .values_list("artifact_id", "signal", "until")
        ),
    )


def _day(on: dt.date | None, *, end: bool = False) -> float | None:
    return None if on is None else float((on - dt.date(1970, 1, 1)).days) + (1.0 if end else 0.0)


def loaded(at: Moment, formula: Formula, *, artifact_ids: Sequence[int] | None = None) -> Iterator[KindEvidence]:
    """Kind by kind. What is withdrawn has no rank; a draft has one, which is seen when it is published."""
    artifacts = Artifact.objects.exclude(lifecycle=Lifecycle.WITHDRAWN)
    readings = Reading.objects.filter(
        pk__lte=at.last_reading, observed_at__gte=at.as_of - dt.timedelta(days=formula.memory)
    )
    if artifact_ids is not None:
        artifacts = artifacts.filter(pk__in=artifact_ids)
        readings = readings.filter(artifact__in=artifact_ids)
    kinds: dict[str, list[tuple[int, bool]]] = defaultdict(list)
    for pk, kind, lifecycle in artifacts.order_by("pk").values_list("pk", "kind", "lifecycle"):
        kinds[kind].append((pk, lifecycle in PUBLIC_LIFECYCLES))
    rows = _columns(readings)
    rows = rows[_let_in(rows, at)]
    for kind in sorted(kinds):
        yield _of_kind(kind, kinds[kind], rows, at, formula)


_ROW = np.dtype(
    [("artifact", "i8"), ("signal", "i2"), ("source", "i8"), ("reader", "i8"), ("day", "f8"), ("value", "f8")]
)


def _columns(readings: QuerySet[Reading]) -> Any:
    """All rows as one array. Times come as text, which both databases write alike and NumPy reads fast."""
    code = {name: place for place, name in enumerate(SIGNALS)}
    found = (
        readings.annotate(at=Cast("observed_at", CharField()))
        .order_by()
        .values_list("artifact_id", "signal", "source_id", "at", "value")
    )
    parts = []
    for chunk in _chunks(found.iterator(chunk_size=AT_ONCE)):
        artifact, signal, source, at, value = zip(*chunk, strict=True)
        rows = np.empty(len(chunk), _ROW)
        rows["artifact"], rows["source"], rows["value"] = artifact, source, value
        rows["signal"] = [code[name] for name in signal]
        rows["day"] = np.array(at, "U19").astype("M8[s]").astype(np.int64) / DAY
        parts.append(rows)
    rows = np.concatenate(parts) if parts else np.empty(0, _ROW)
    # Two editions of one publisher's catalog are one series.
    ids, where = np.unique(rows["source"], return_inverse=True)
    publishers = dict(Source.objects.filter(pk__in=ids.tolist()).values_list("pk", "publisher_id"))
    rows["reader"] = np.array([publishers[pk] or -pk for pk in ids.tolist()], np.int64)[where]
    return rows


def _chunks(rows: Iterable[Any]) -> Iterator[list[Any]]:
    coming = iter(rows)
    while chunk := list(islice(coming, AT_ONCE)):
        yield chunk


def _let_in(rows: Any, at: Moment) -> Bools:
    allowed = np.ones(len(rows), bool)
    for source, since, upto in at.quarantined:
        out = rows["source"] == source
        if since is not None:
            out &= rows["day"] >= since
        if upto is not None:
            out &= rows["day"] < upto
        allowed &= ~out
    return allowed


def _of_kind(kind: str, artifacts: list[tuple[int, bool]], rows: Any, at: Moment, formula: Formula) -> KindEvidence:
    ids = np.array([pk for pk, _ in artifacts], np.int64)
    listed = np.array([seen for _, seen in artifacts], bool)
    place = np.searchsorted(ids, rows["artifact"])
    own = ids[np.minimum(place, len(ids) - 1)] == rows["artifact"]
    rows, place = rows[own], place[own]
    said = {}
    for code, name in enumerate(SIGNALS):
        of_it = np.flatnonzero(rows["signal"] == code)
        if len(of_it):
            said[name] = Columns(
                place[of_it], rows["source"][of_it], rows["reader"][of_it], rows["day"][of_it], rows["value"][of_it]
            )
    found = sifted(said, len(ids), as_of=at.day, formula=formula, leaping=LEAPING)
    return KindEvidence(kind, ids, listed, _with_decisions(found, ids, listed, at))


def _with_decisions(found: Sifted, ids: Ints, listed: Bools, at: Moment) -> Sifted:
    accepted: dict[str, Any] = {}
    for artifact, signal, until in at.accepted:
        place = int(np.searchsorted(ids, artifact))
        if place < len(ids) and ids[place] == artifact:
            days = accepted.setdefault(signal, np.full(len(ids), -np.inf))
            days[place] = max(days[place], until)
    return replace(found, evidence=replace(found.evidence, accepted=accepted, listed=listed))
