"""Checking a generation, putting it in the live one's place, and going back. The only writer of what readers see."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field

import numpy as np
from django.db import transaction
from django.db.models import Count, Q

from catalog.choices import Lifecycle
from catalog.models import CatalogState, Generation, Reading, Standing
from catalog.publishing import go_live as switch
from ranking import lease
from ranking.computing import Ranked
from ranking.models import Breakdown, Build, BuildState
from ranking.scoring.configuration import Formula
from ranking.scoring.evidence import Bools, Floats

#: A generation may lose so many of the last one's ranks without anybody asking why: this share, or this number.
LOST_SHARE, LOST_NUMBER = 0.05, 20
#: How far a kind's median rank may lie from typical before something must be wrong with its tables.
DRIFT = 25.0
SANE_FROM = 50
#: From which a moment's quarantines count their days.
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class CannotRollBack(Exception):
    pass


@dataclass
class Checked:
    """What was computed, to hold what was written against."""

    ranked: int = 0
    unranked: int = 0
    medians: dict[str, float] = field(default_factory=dict)
    bad: int = 0
    _parts: list[Floats] = field(default_factory=list)

    def add(self, kind: Ranked) -> None:
        of_it = kind.scores.ranked
        values = np.stack([kind.scores.rank[of_it], kind.scores.low[of_it], kind.scores.high[of_it]])
        self.ranked += int(of_it.sum())
        self.unranked += int((~of_it).sum())
        told = [kind.scores.percentile, kind.scores.trends.momentum, *kind.scores.components.values()]
        beside = np.stack([column[of_it] for column in told])  # where NaN says that it is not known
        is_good = _in_range(values).all(axis=0) & (_in_range(beside) | np.isnan(beside)).all(axis=0)
        self.bad += int((~is_good).sum())
        if of_it.sum() >= SANE_FROM:
            self.medians[kind.kind] = float(np.median(kind.scores.rank[of_it]))
        self._parts.append(np.vstack([kind.evidence.artifacts[of_it], values]))

    @property
    def checksum(self) -> str:
        return _digest(np.hstack(self._parts) if self._parts else np.empty((4, 0)))


def checksum_of(generation: Generation) -> str:
    """Of what stands in the database."""
    rows = Standing.objects.filter(generation=generation).values_list("artifact_id", "score", "low", "high")
    found: Floats = np.fromiter(rows.iterator(chunk_size=10_000), np.dtype((float, 4)))
    return _digest(found.T)


def _in_range(values: Floats) -> Bools:
    return (values >= 0) & (values <= 100)


def _digest(rows: Floats) -> str:
    """Of artifact, rank and band, a column for each: whatever order they come in, it is the same set or it is not."""
    told = np.round(rows, 9) + 0.0  # which makes of -0.0 what a database may make of it
    in_order = np.ascontiguousarray(told[:, np.argsort(rows[0])], "<f8")
    return hashlib.blake2b(in_order.tobytes(), digest_size=32).hexdigest()


def checked(it: Build, found: Checked, formula: Formula, *, accept_losses: bool = False) -> list[str]:
    """What is wrong with a generation, in sentences; nothing where it may be published.

    `accept_losses`: somebody knows why ranks go, and says so.
    """
    assert it.generation is not None  # noqa: S101
    problems = []
    if found.bad:
        problems.append(f"{found.bad} ranks, or what stands beside them, are no number between 0 and 100.")
    if checksum_of(it.generation) != found.checksum:
        problems.append("What was written is not what was computed: the checksums differ.")
    for kind, median in found.medians.items():
        if abs(median - formula.typical) > DRIFT:
            problems.append(f"The median rank of {kind} is {median:.1f}; typical would be {formula.typical:g}.")
    lost, of = (0, 0) if accept_losses else _lost(it)
    if lost > _most_lost(of):
        problems.append(
            f"{lost} of {of} artifacts would lose their rank, and nothing says why. "
            "Once somebody knows why: manage.py recompute_ranks --accept-losses."
        )
    return problems


def _most_lost(of: int) -> float:
    return max(LOST_SHARE * of, LOST_NUMBER)


def _lost(new: Build) -> tuple[int, int]:
    """Of those ranked in the live generation and still there, how many have no rank in the new one without a reason.

    A quarantine that the live one did not know is a reason, for those that its source was read for.
    """
    live = CatalogState.objects.values_list("live_generation_id", flat=True).filter(pk=1).first()
    if live is None:
        return 0, 0
    before = Standing.objects.filter(generation_id=live).exclude(artifact__lifecycle=Lifecycle.WITHDRAWN)
    gone = ~Q(artifact__in=_ranked_in(new.generation))
    counted = before.aggregate(all=Count("pk"), lost=Count("pk", filter=gone))
    lost, of = counted["lost"], counted["all"]
    if lost > _most_lost(of) and (reason := _newly_quarantined(new, live)):
        lost = before.filter(gone).exclude(artifact__in=Reading.objects.filter(reason).values("artifact")).count()
    return lost, of


def _newly_quarantined(new: Build, live: int) -> Q:
    """The readings that it leaves out and the live one does not; empty where there are none."""
    known = Build.objects.filter(generation=live).values_list("left_out", flat=True).first() or {}
    found = Q()
    for one in new.left_out.get("quarantined", ()):
        if one not in known.get("quarantined", ()):
            source, since, upto = one
            days = {"observed_at__gte": since, "observed_at__lt": upto}
            found |= Q(
                source=source,
                **{name: EPOCH + dt.timedelta(days=day) for name, day in days.items() if day is not None},
            )
    return found


def _ranked_in(generation: Generation | None) -> object:
    return Standing.objects.filter(generation=generation).values("artifact")


def go_live(it: Build, *, fence: int, now: dt.datetime) -> None:
    """In one transaction: still the builder, and then the pointer. Raises LostLease."""
    assert it.generation is not None  # noqa: S101
    with transaction.atomic():
        lease.hold_on(fence, now=now)
        before = CatalogState.objects.values_list("live_generation_id", flat=True).filter(pk=1).first()
        switch(it.generation)
        it.state = BuildState.PUBLISHED
        it.ended_at = now
        it.save()
    _prune(it.generation, before)


def roll_back(*, to: int | None = None) -> Generation:
    """Makes an older generation live again: the one before, or the one with this number."""
    with transaction.atomic():
        live = Generation.objects.get(pk=_live_id())
        kept = Generation.objects.filter(build__state=BuildState.PUBLISHED)
        found = kept.filter(number=to) if to is not None else kept.filter(number__lt=live.number)
        target = found.order_by("-number").first()
        if target is None:
            raise CannotRollBack(
                f"Generation {to} is not kept." if to is not None else "There is no older generation to go back to."
            )
        if target == live:
            raise CannotRollBack(f"Generation {live.number} is live already.")
        switch(target)
    return target


def _live_id() -> int:
    found = CatalogState.objects.values_list("live_generation_id", flat=True).filter(pk=1).first()
    if found is None:
        raise CannotRollBack("Nothing has been published yet.")
    return found


def clear_away(*, before: int) -> None:
    """Removes what builders left who came before this number and never published. Who came later is at work."""
    unfinished = Build.objects.exclude(state=BuildState.PUBLISHED).filter(number__lt=before)
    for generation in Generation.objects.filter(build__in=unfinished):
        _remove(generation)
    unfinished.filter(state=BuildState.BUILDING).update(state=BuildState.FAILED, problems="Its builder went away.")


def _prune(live: Generation, before: int | None) -> None:
    """Keeps the live generation and the one that was live before it: to go back to, and for who still reads in it.

    After a roll back that is not the newest one, which somebody went back from.
    """
    for generation in Generation.objects.filter(build__isnull=False).exclude(pk__in=(live.pk, before or live.pk)):
        _remove(generation)


def _remove(generation: Generation) -> None:
    # Row by row Django would look for what hangs on each standing; nothing does.
    Standing.objects.filter(generation=generation)._raw_delete(using="default")
    Breakdown.objects.filter(generation=generation)._raw_delete(using="default")
    generation.delete()
