"""Readings from the database into the columns that scoring works on, all of them or one artifact's."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from django.db.models import Max

from catalog.choices import DATE_SIGNALS, PUBLIC_LIFECYCLES, Lifecycle
from catalog.models import Artifact, Reading, Source
from ranking.bulk import DAY, SIGNALS, readings
from ranking.graph.outcomes import Reported, series_of
from ranking.models import Fold, Hold, HoldReason, HoldState, Quarantine
from ranking.scoring.configuration import Formula
from ranking.scoring.evidence import Bools, Floats, Ints
from ranking.scoring.formula import OUTCOMES
from ranking.scoring.sifting import Columns, Sifted, sifted

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
    #: What people reported of outcomes, as it stood: the id of its set.
    outcomes: int | None = None

    @property
    def day(self) -> float:
        return self.as_of.timestamp() / DAY

    def as_data(self) -> dict[str, Any]:
        return {
            "quarantined": [list(one) for one in self.quarantined],
            "accepted": [list(one) for one in self.accepted],
            **({"outcomes": self.outcomes} if self.outcomes is not None else {}),
        }

    @classmethod
    def of_data(cls, as_of: dt.datetime, last_reading: int, data: dict[str, Any]) -> Moment:
        return cls(
            as_of,
            last_reading,
            tuple((int(s), a, b) for s, a, b in data.get("quarantined", ())),
            tuple((int(a), str(s), float(d)) for a, s, d in data.get("accepted", ())),
            data.get("outcomes"),
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
        outcomes=Fold.objects.values_list("outcomes_id", flat=True).filter(pk=1).first(),
    )


def _day(on: dt.date | None, *, end: bool = False) -> float | None:
    return None if on is None else float((on - dt.date(1970, 1, 1)).days) + (1.0 if end else 0.0)


def loaded(at: Moment, formula: Formula, *, artifact_ids: Sequence[int] | None = None) -> Iterator[KindEvidence]:
    """Kind by kind. What is withdrawn has no rank; a draft has one, which is seen when it is published."""
    artifacts = Artifact.objects.exclude(lifecycle=Lifecycle.WITHDRAWN)
    if artifact_ids is not None:
        artifacts = artifacts.filter(pk__in=artifact_ids)
    kinds: dict[str, list[tuple[int, bool]]] = defaultdict(list)
    for pk, kind, lifecycle in artifacts.order_by("pk").values_list("pk", "kind", "lifecycle"):
        kinds[kind].append((pk, lifecycle in PUBLIC_LIFECYCLES))
    if not kinds:
        return
    since = at.as_of - dt.timedelta(days=formula.memory)
    rows = readings(last=at.last_reading, since=since, artifact_ids=artifact_ids)
    if at.quarantined:
        rows = rows[_let_in(rows, at)]
    ids = {kind: np.array([pk for pk, _ in kinds[kind]], np.int64) for kind in sorted(kinds)}
    said = _by_kind(rows, _readers(rows["source"]), list(ids.values()))
    reported = series_of(at.outcomes, artifact_ids=artifact_ids, upto=at.as_of.date())
    for (kind, of_kind), columns in zip(ids.items(), said, strict=True):
        listed = np.array([seen for _, seen in kinds[kind]], bool)
        trials = _take_in(reported, columns, of_kind)
        found = sifted(columns, len(of_kind), as_of=at.day, formula=formula, leaping=LEAPING)
        found = replace(found, evidence=replace(found.evidence, trials=trials))
        yield KindEvidence(kind, of_kind, listed, _with_decisions(found, of_kind, listed, at))


def _by_kind(rows: Any, reader: Ints, ids: Sequence[Ints]) -> Iterator[dict[str, Columns]]:
    """Of each kind, whose artifacts' ids these are, what was said by signal; sorted once for all of them."""
    everyone = np.concatenate(ids)
    order = np.argsort(everyone)
    everyone = everyone[order]
    kind = np.repeat(np.arange(len(ids)), [len(of_kind) for of_kind in ids])[order]
    place = np.concatenate([np.arange(len(of_kind)) for of_kind in ids])[order]
    at = np.minimum(np.searchsorted(everyone, rows["artifact"]), len(everyone) - 1)
    slot = np.where(everyone[at] == rows["artifact"], kind[at] * len(SIGNALS) + rows["signal"], -1).astype(np.int16)
    by_slot = np.argsort(slot, kind="stable")
    bounds = np.searchsorted(slot[by_slot], np.arange(len(ids) * len(SIGNALS) + 1))
    for first in range(0, len(ids) * len(SIGNALS), len(SIGNALS)):
        said = {}
        for slot_, name in enumerate(SIGNALS, first):
            its = by_slot[bounds[slot_] : bounds[slot_ + 1]]
            if len(its):
                said[name] = Columns(
                    place[at[its]], rows["source"][its], reader[its], rows["day"][its], rows["value"][its]
                )
        yield said


def _readers(source: Ints) -> Ints:
    """Who reads each: two editions of one publisher's catalog are one series."""
    ids, where = np.unique(source, return_inverse=True)
    publishers = dict(Source.objects.filter(pk__in=ids.tolist()).values_list("pk", "publisher_id"))
    return np.array([publishers[pk] or -pk for pk in ids.tolist()], np.int64)[where]


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


def _take_in(reported: Reported | None, said: dict[str, Columns], ids: Ints) -> Floats | None:
    """Adds the outcomes of these artifacts to what was said; how many stand behind each artifact's last."""
    if reported is None:
        return None
    place = np.searchsorted(ids, reported.artifact)
    own = ids[np.minimum(place, len(ids) - 1)] == reported.artifact
    if not own.any():
        return None
    place, ours = place[own], np.full(int(own.sum()), reported.source)
    said[OUTCOMES] = Columns(place, ours, ours, reported.day[own], reported.share[own])
    trials = np.zeros(len(ids))
    trials[place] = reported.trials[own]  # an artifact's last day comes last
    return trials


def _with_decisions(found: Sifted, ids: Ints, listed: Bools, at: Moment) -> Sifted:
    accepted: dict[str, Any] = {}
    for artifact, signal, until in at.accepted:
        place = int(np.searchsorted(ids, artifact))
        if place < len(ids) and ids[place] == artifact:
            days = accepted.setdefault(signal, np.full(len(ids), -np.inf))
            days[place] = max(days[place], until)
    return replace(found, evidence=replace(found.evidence, accepted=accepted, listed=listed))
