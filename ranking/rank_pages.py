"""What an artifact's rank page shows, read from the live generation: ten queries at most, however much there is."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q

from catalog.choices import Signal
from catalog.kinds import KINDS, KindSpec
from catalog.models import Artifact, Merge, Reading
from catalog.pages.dossier.gather import sources_of
from catalog.pages.standings import Rank, rank_of
from catalog.state import State
from catalog.wording import day
from ranking import charts, prior, wording
from ranking.breakdowns import Explained, unpacked
from ranking.configurations import formula_of
from ranking.document import READINGS_MOVED
from ranking.explaining import (
    Around,
    Part,
    Refusal,
    Said,
    Step,
    lacking,
    needed,
    parts_of,
    readings_of,
    refusals_of,
    steps_of,
)
from ranking.formulas import shipped_formula
from ranking.models import Breakdown, Build, Hold, HoldReason, HoldState, Quarantine, ReferenceTable
from ranking.places import placed_among
from ranking.raising import Idea, ideas
from ranking.scoring.configuration import Formula
from ranking.scoring.tables import Tables
from ranking.weeks import Changes, History, changes_of, history_of, weeks_of

#: Other sources' readings are looked at so far back (days).
LATELY = 60
#: Two sources that are further apart than this disagree.
APART = 0.10


@dataclass(frozen=True)
class Why:
    """A breakdown with the numbers that it was made with."""

    explained: Explained
    formula: Formula
    build: Build | None
    as_of: dt.datetime
    momentum: float | None
    survival: float | None

    @property
    def today(self) -> dt.date:
        return self.as_of.date()


def why(artifact_id: int, generation_id: int | None) -> Why | None:
    """One query; None where the generation knows nothing of the artifact."""
    if generation_id is None:
        return None
    row = (
        Breakdown.objects.filter(generation=generation_id, artifact=artifact_id)
        .select_related("generation__build__configuration")
        .first()
    )
    if row is None:
        return None
    build = getattr(row.generation, "build", None)
    formula = formula_of(build.configuration) if build else shipped_formula()
    as_of = build.as_of if build else row.generation.built_at
    return Why(unpacked(row), formula, build, as_of, row.momentum, row.survival)


@dataclass(frozen=True)
class RankPage:
    #: What it was ranked as; an editor may have made it another kind since.
    kind: KindSpec
    standing: Rank | None
    headline: str
    needed: str
    why: Why | None
    steps: tuple[Step, ...]
    parts: tuple[Part, ...]
    scale: charts.Scale
    #: What the points add up to where that is beyond 0 or 100.
    clipped_from: float | None
    missing: tuple[str, ...]
    refusals: tuple[Refusal, ...]
    quarantined: tuple[str, ...]
    ideas: tuple[Idea, ...]
    history: History | None
    changes: Changes | None
    #: Of what has no rank: what was read nevertheless, and what else could be, by family.
    read: tuple[tuple[str, dt.date | None], ...] = ()
    lacking: tuple[tuple[str, tuple[str, ...]], ...] = ()
    #: Why its readings do not lead to it any more, until the next generation; empty where they do.
    moved: str = ""

    @property
    def sections(self) -> list[dict[str, Any]]:
        """For the list on top of the page; only what is rendered."""
        there = (
            ("waterfall", "Points", self.steps),
            ("readings", "Readings", self.steps),
            ("unused", "Not used", self.refusals or self.quarantined),
            ("history", "History", self.history),
            ("changes", "This week", self.changes),
            ("raise", "What would raise it", self.ideas),
            ("recompute", "Recompute it", self.steps),
        )
        return [{"id": name, "title": title, "count": None} for name, title, content in there if content]

    @property
    def norm(self) -> str:
        return f"{self.why.explained.norm:.5f}" if self.why else ""

    @property
    def has_withheld(self) -> bool:
        return any(step.holds_back for step in self.steps)


def rank_page(artifact: Artifact, state: State) -> RankPage:
    """`artifact` comes from `for_page`, with its standing."""
    standing, found = rank_of(artifact), why(artifact.pk, state.generation_id)
    if found is None:
        waits = "It is newer than the live generation of ranks. The next one, within the hour, looks at its evidence."
        return _without_rank(None, waits, artifact=artifact)
    kind = found.explained.kind or artifact.kind
    plural = KINDS[kind].plural
    if standing is None:
        return _without_rank(found, needed(found.explained, found.formula, kind), artifact=artifact)
    tables = _tables(found.build, kind)
    today, latest = found.today, _latest(artifact.pk, found.as_of)
    steps = steps_of(found.explained, found.formula, tables, _around(found, artifact.pk, latest, today))
    total = found.formula.typical + sum(step.point.points for step in steps)
    reached = [found.formula.typical, standing.low, standing.high, *(step.end for step in steps)]
    weeks = weeks_of(artifact.pk, today)
    return RankPage(
        kind=KINDS[kind],
        standing=standing,
        headline=wording.headline(
            standing.score,
            standing.low,
            standing.high,
            standing.percentile,
            standing.coverage,
            plural,
            placed_among(artifact, kind, state),
        ),
        needed="",
        why=found,
        steps=steps,
        parts=parts_of(steps, standing.components),
        scale=charts.scale_for(reached),
        clipped_from=total if not 0 <= total <= 100 else None,
        missing=tuple(step.spec.label for step in steps if step.is_estimated),
        refusals=refusals_of(found.explained, dict(Signal.choices)),
        quarantined=_quarantined(found, artifact.pk),
        ideas=ideas(found.explained, found.formula, tables, plural),
        history=history_of(weeks, standing, today),
        changes=changes_of(
            weeks,
            steps,
            standing,
            latest,
            number=found.build.number if found.build else None,
            version=found.formula.version,
            today=today,
        ),
        moved=READINGS_MOVED if _merged_since(artifact.pk, found.as_of) else "",
    )


def _merged_since(artifact_id: int, as_of: dt.datetime) -> bool:
    """Whether a merge has brought it readings, or its undoing has taken some away, that the generation knows not of."""
    merges = Merge.objects.filter(Q(kept=artifact_id) | Q(merged=artifact_id))
    return merges.filter(Q(at__gt=as_of) | Q(undone_at__gt=as_of)).exists()


def _without_rank(found: Why | None, text: str, *, artifact: Artifact) -> RankPage:
    refusals: tuple[Refusal, ...] = ()
    quarantined: tuple[str, ...] = ()
    read: tuple[tuple[str, dt.date | None], ...] = ()
    lacks: tuple[tuple[str, tuple[str, ...]], ...] = ()
    if found is not None:
        read = readings_of(found.explained, found.formula)
        lacks = lacking(found.explained, found.formula, found.explained.kind or artifact.kind)
        refusals = refusals_of(found.explained, dict(Signal.choices))
        quarantined = _quarantined(found, artifact.pk)
    return RankPage(
        kind=KINDS[(found.explained.kind if found else None) or artifact.kind],
        standing=None,
        headline="Not ranked yet",
        needed=text,
        why=found,
        steps=(),
        parts=(),
        scale=charts.Scale(0, 100),
        clipped_from=None,
        missing=(),
        refusals=refusals,
        quarantined=quarantined,
        ideas=(),
        history=None,
        changes=None,
        read=read,
        lacking=lacks,
    )


def _tables(build: Build | None, kind: str) -> Tables:
    """What the generation's ranks of the kind were placed by."""
    pk = build.tables.get(kind) if build else None
    row = ReferenceTable.objects.filter(pk=pk).first() if pk else None
    return prior.completed(row.body) if row else prior.prior()


def _latest(artifact_id: int, as_of: dt.datetime) -> list[Reading]:
    """What each source said last of late."""
    lately = Reading.objects.filter(
        artifact=artifact_id, observed_at__gt=as_of - dt.timedelta(days=LATELY), observed_at__lte=as_of
    )
    rows = lately.order_by("observed_at")
    return list({(row.signal, row.source_id): row for row in rows}.values())


def _around(found: Why, artifact_id: int, latest: Sequence[Reading], today: dt.date) -> Around:
    ids = {point.source_id for point in found.explained.points if point.source_id} | {row.source_id for row in latest}
    sources = sources_of(ids)
    used = {point.spec.reads: point.source_id for point in found.explained.points if point.source_id}
    spoken = {(row.signal, row.source_id): row for row in latest}
    disputed = defaultdict(list)
    for row in latest:
        own = spoken.get((row.signal, used.get(row.signal, 0)))
        if (
            own is not None
            and _disagree(row, own)
            and _reader(sources[row.source_id]) != _reader(sources[own.source_id])
        ):
            disputed[row.signal].append(Said(sources[row.source_id], row.value, row.observed_at.date()))
    return Around(today, sources, disputed, _decided(artifact_id), {row.signal for row in latest})


def _disagree(one: Reading, other: Reading) -> bool:
    return abs(one.value - other.value) > APART * max(abs(one.value), abs(other.value), 1.0)


def _reader(source: Any) -> int:
    """Several sources may be editions of one."""
    return source.publisher_id or -source.id


def _decided(artifact_id: int) -> dict[str, str]:
    """By the name of a reading: what became of a burst that was held for review."""
    holds = Hold.objects.filter(artifact=artifact_id, reason=HoldReason.BURST).exclude(state=HoldState.OVER)
    said = {HoldState.ACCEPTED.value: "An editor accepted a burst", HoldState.KEPT.value: "An editor let a burst wait"}
    result = {}
    for hold in holds.order_by("until"):
        if hold.state == HoldState.OPEN:
            result[hold.signal] = "An editor is asked whether it counts already."
        else:
            on = f" on {day(hold.decided_at.date())}" if hold.decided_at else ""
            result[hold.signal] = f"{said[hold.state]}{on}: {hold.why}"
    return result


def _quarantined(found: Why, artifact_id: int) -> tuple[str, ...]:
    """Sources whose readings this generation left out, as far as they say something of the artifact."""
    left_out = {one[0] for one in found.build.left_out.get("quarantined", ())} if found.build else set()
    if not left_out:
        return ()
    # Those of that moment: one may have been lifted since, and still is what this generation left out.
    stood = Q(lifted_at=None) | Q(lifted_at__gt=found.as_of)
    rows = (
        Quarantine.objects.filter(stood, source__in=left_out, set_at__lte=found.as_of, waits_since=None)
        .exclude(confirmed_at__gt=found.as_of)
        .filter(Exists(Reading.objects.filter(artifact=artifact_id, source=OuterRef("source"))))
        .select_related("source")
    )
    return tuple(
        f"Readings of {row.source.title} are not used for now: {row.why}"
        if row.lifted_at is None
        else f"Readings of {row.source.title} were not used for this rank: {row.why} They count again from the next "
        f"generation on: {row.lifted_why}"
        for row in rows
    )
