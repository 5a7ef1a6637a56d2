"""The score lab: what another formula would make of today's readings. Writes nothing.

`trial` ranks with the live formula and with a draft, by the function that builds generations, on the same readings and
the live formula's reference tables, and sets the two side by side: who moves, by how much and why. `foresee` does the
same for a year ago, and compares both with what has happened since. Called by the desk.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from catalog.choices import Kind, Lifecycle
from catalog.models import Artifact, CatalogState, Reading, Standing
from ranking.computing import Ranked, ranked
from ranking.loading import Moment, moment
from ranking.models import Configuration
from ranking.scoring.configuration import Formula
from ranking.scoring.evidence import Floats, Ints
from ranking.scoring.foresight import auc, spearman
from ranking.signals import SIGNALS, Measure

#: A trial answers while its editor waits: of a larger catalog it ranks those on top and an even share of the others.
MOST_READINGS = 150_000
MOST_ARTIFACTS = 10_000
#: Of each kind, so many of the highest are tried in any case, so that what is said of the top is whole.
ALWAYS = 40
TOP = 20
MOVERS = 10
CAUSES = 3
#: In points; less is not told as a move, since no page would show it.
A_MOVE = 0.5
YEAR = 365.0
#: Whatever was last read longer before a day than this is not known of that day, in days.
FRESH = 60.0
#: Who has not committed for so many days is not alive.
ALIVE = 182.0


def signed(points: float) -> str:
    return f"{points:+.1f}".replace("-", "\N{MINUS SIGN}")


@dataclass(frozen=True)
class Cause:
    """A signal that brings more or fewer points than before."""

    label: str
    points: float

    def __str__(self) -> str:
        return f"{self.label} {signed(self.points)}"


@dataclass(frozen=True)
class Mover:
    artifact: Artifact
    before: float
    after: float
    causes: tuple[Cause, ...]
    #: Whether it leaves the band that it is printed with today.
    leaves_band: bool

    @property
    def by(self) -> str:
        return signed(self.after - self.before)


@dataclass(frozen=True)
class KindTrial:
    """What becomes of one kind."""

    kind: str
    #: Ranked by both formulas.
    count: int
    moved: int
    correlation: float | None
    #: The mean of all moves, in points, whichever way.
    mean: float
    up: tuple[Mover, ...]
    down: tuple[Mover, ...]
    #: Into and out of the first twenty, by the band's lower end.
    entered: tuple[Artifact, ...]
    left: tuple[Artifact, ...]
    gained_rank: int
    lost_rank: int


@dataclass(frozen=True)
class Compared:
    """One way of being right about the year after, by both formulas; None where there is too little to say."""

    label: str
    before: float | None
    after: float | None
    count: int


@dataclass(frozen=True)
class Foresight:
    kind: str
    measures: tuple[Compared, ...]


@dataclass(frozen=True)
class Trial:
    kinds: tuple[KindTrial, ...]
    foresight: tuple[Foresight, ...]
    #: Artifacts that were tried, of how many.
    tried: int
    of: int
    seconds: float

    @property
    def is_sample(self) -> bool:
        return self.tried < self.of


def trial(draft: Formula, *, live: Configuration, now: dt.datetime) -> Trial:
    began = time.monotonic()
    at = moment(now=now)
    ids, of = _chosen()
    pairs = list(_both(at, live, draft, ids))
    names = Artifact.objects.only("pk", "name", "slug", "kind").in_bulk(
        [pk for before, after in pairs for pk in _interesting(before, after)]
    )
    return Trial(
        kinds=tuple(found for before, after in pairs if (found := _kind_trial(before, after, names)) is not None),
        foresight=tuple(_foresight(at, live, draft, ids, {before.kind: before for before, _ in pairs})),
        tried=sum(len(before.evidence.artifacts) for before, _ in pairs),
        of=of,
        seconds=time.monotonic() - began,
    )


def _both(at: Moment, live: Configuration, draft: Formula, ids: list[int] | None) -> Iterator[tuple[Ranked, Ranked]]:
    """Both read the same readings at the same moment, so that their kinds and artifacts are the same ones."""
    yield from zip(ranked(at, live, artifact_ids=ids), ranked(at, live, formula=draft, artifact_ids=ids), strict=True)


def _chosen() -> tuple[list[int] | None, int]:
    """Which artifacts are tried, None for all; and how many there are."""
    every = list(Artifact.objects.exclude(lifecycle=Lifecycle.WITHDRAWN).order_by("pk").values_list("pk", flat=True))
    readings = Reading.objects.count()
    if readings <= MOST_READINGS and len(every) <= MOST_ARTIFACTS:
        return None, len(every)
    share = min(MOST_READINGS / max(readings, 1), MOST_ARTIFACTS / len(every))
    step = max(2, round(1 / share))
    return sorted({*every[::step], *_highest()}), len(every)


def _highest() -> Iterator[int]:
    live = CatalogState.objects.values("live_generation_id").filter(pk=1)
    for kind in Kind.values:
        standings = Standing.objects.filter(generation_id__in=live, artifact__kind=kind).order_by("-low")
        yield from standings.values_list("artifact_id", flat=True)[:ALWAYS]


# --- who moves --------------------------------------------------------------------------------------------------------


def _interesting(before: Ranked, after: Ranked) -> set[int]:
    places = {*_extremes(before, after)[0], *_extremes(before, after)[1], *_top(before), *_top(after)}
    return {int(before.evidence.artifacts[place]) for place in places}


def _extremes(before: Ranked, after: Ranked) -> tuple[list[int], list[int]]:
    """The places of those that rise most, and of those that fall most."""
    moves = np.nan_to_num(after.scores.rank - before.scores.rank)
    order = np.argsort(-moves, kind="stable")
    up = [int(place) for place in order[:MOVERS] if moves[place] >= A_MOVE]
    down = [int(place) for place in order[::-1][:MOVERS] if moves[place] <= -A_MOVE]
    return up, down


def _top(it: Ranked) -> list[int]:
    low = np.where(it.scores.ranked, it.scores.low, -np.inf)
    order = np.lexsort((it.evidence.artifacts, -low))[:TOP]
    return [int(place) for place in order if it.scores.ranked[place]]


def _kind_trial(before: Ranked, after: Ranked, names: dict[int, Artifact]) -> KindTrial | None:
    was, becomes = before.scores.ranked, after.scores.ranked
    if not (was | becomes).any():
        return None

    def artifact(place: int) -> Artifact:
        return names[int(before.evidence.artifacts[place])]

    def mover(place: int) -> Mover:
        new = float(after.scores.rank[place])
        return Mover(
            artifact=artifact(place),
            before=float(before.scores.rank[place]),
            after=new,
            causes=_causes(before, after, place),
            leaves_band=not before.scores.low[place] <= new <= before.scores.high[place],
        )

    moves = np.abs(after.scores.rank - before.scores.rank)[was & becomes]
    up, down = _extremes(before, after)
    first, then = _top(before), _top(after)
    return KindTrial(
        kind=before.kind,
        count=len(moves),
        moved=int((moves >= A_MOVE).sum()),
        correlation=spearman(before.scores.rank, after.scores.rank, least=3)[0],
        mean=float(moves.mean()) if len(moves) else 0.0,
        up=tuple(mover(place) for place in up),
        down=tuple(mover(place) for place in down),
        entered=tuple(artifact(place) for place in then if place not in first),
        left=tuple(artifact(place) for place in first if place not in then),
        gained_rank=int((becomes & ~was).sum()),
        lost_rank=int((was & ~becomes).sum()),
    )


def _causes(before: Ranked, after: Ranked, place: int) -> tuple[Cause, ...]:
    """The signals whose points change most; a signal that one of the two lacks brings nothing there."""
    points = [dict(zip(it.scores.signals, it.scores.points[place].tolist(), strict=True)) for it in (before, after)]
    changes = [
        Cause(SIGNALS[name].label, points[1].get(name, 0.0) - points[0].get(name, 0.0))
        for name in points[0] | points[1]
    ]
    changes.sort(key=lambda cause: -abs(cause.points))
    return tuple(cause for cause in changes[:CAUSES] if abs(cause.points) >= 0.05)


# --- a year ago -------------------------------------------------------------------------------------------------------


def _foresight(
    at: Moment, live: Configuration, draft: Formula, ids: list[int] | None, today: dict[str, Ranked]
) -> Iterator[Foresight]:
    """Kinds of which nothing was read a year ago are left out."""
    then = at.as_of - dt.timedelta(days=YEAR)
    if not Reading.objects.filter(observed_at__lte=then).exists():
        return
    past = replace(at, as_of=then)
    for before, after in _both(past, live, draft, ids):
        since = today.get(before.kind)
        if since is None or not (before.scores.ranked | after.scores.ranked).any():
            continue
        yield Foresight(before.kind, tuple(_measures(before, after, since, then=past.day, now=at.day)))


def _measures(before: Ranked, after: Ranked, today: Ranked, *, then: float, now: float) -> Iterator[Compared]:
    evidence = today.evidence.sifted.evidence

    def known(reads: str, day: float) -> Floats:
        series = evidence.of(reads)
        owners: Ints = np.arange(evidence.size)
        if not len(series.owner):
            return np.full(evidence.size, np.nan)
        place, there = series.before(owners, day)
        return np.where(there & (day - series.day[place] <= FRESH), series.value[place], np.nan)

    ranks = before.scores.rank, after.scores.rank
    for reads, label in _counters(before):
        gained = np.maximum(known(reads, now) - known(reads, then), 0.0)
        yield _compared(label, ranks, gained)
    yield _compared("downloads today", ranks, known("downloads_month", now))
    # Dates are whole days, as those of the readings are.
    alive_then = then - known("last_commit", then) <= ALIVE
    alive_now = now - known("last_commit", now)
    told = alive_then & ~np.isnan(alive_now)
    lives = alive_now <= ALIVE
    for label, numbers in (
        ("alive or not, by the rank", ranks),
        ("alive or not, by survival", tuple(it.scores.trends.survival for it in (before, after))),
    ):
        found = [auc(lives[told], number[told]) for number in numbers]
        yield Compared(label, found[0][0], found[1][0], found[0][1])


def _counters(it: Ranked) -> Iterator[tuple[str, str]]:
    """What the kind counts as attention: new stars, new likes."""
    for name in it.scores.signals:
        spec = SIGNALS[name]
        if spec.measure == Measure.FLOW and len(it.evidence.sifted.evidence.of(spec.reads).owner):
            yield spec.reads, spec.label.lower()


def _compared(label: str, ranks: tuple[Floats, Floats], outcome: Floats) -> Compared:
    found = [spearman(rank, outcome) for rank in ranks]
    return Compared(label, found[0][0], found[1][0], found[0][1])
