"""What a rank was, week by week, and what has changed since about a week ago."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from catalog.models import Reading
from catalog.pages.standings import Rank
from ranking import charts, wording
from ranking.breakdowns import Point
from ranking.explaining import LEAST, Step
from ranking.models import Snapshot
from ranking.signals import SIGNALS
from ranking.snapshots import RECONSTRUCTED

#: A year of weeks is drawn.
WEEKS = 53
#: The change of a week is told against a snapshot at least so many days old.
LEAST_AGO = 4


@dataclass(frozen=True)
class Change:
    label: str
    points: float
    reason: str

    @property
    def points_text(self) -> str:
        return wording.points(self.points)


@dataclass(frozen=True)
class Changes:
    """Against a snapshot of about a week ago."""

    on: dt.date
    score: float
    total: float
    is_reconstructed: bool
    formula_changed: bool
    moved: tuple[Change, ...]

    @property
    def total_text(self) -> str:
        return wording.points(self.total)

    @property
    def rest_text(self) -> str:
        """What the changes that are not told add up to; empty where that is nothing."""
        rest = self.total - sum(change.points for change in self.moved)
        return wording.points(rest) if abs(rest) >= LEAST else ""

    @property
    def is_still(self) -> bool:
        return abs(self.total) < LEAST


@dataclass(frozen=True)
class History:
    weeks: tuple[charts.Week, ...]
    scale: charts.Scale

    @property
    def newest_first(self) -> tuple[charts.Week, ...]:
        return self.weeks[::-1]

    @property
    def reconstructed(self) -> int:
        return sum(week.is_reconstructed for week in self.weeks)


def weeks_of(artifact_id: int, today: dt.date) -> list[Snapshot]:
    rows = Snapshot.objects.filter(artifact=artifact_id, on__gt=today - dt.timedelta(weeks=WEEKS), on__lte=today)
    return list(rows.order_by("on"))


def history_of(rows: Sequence[Snapshot], standing: Rank, today: dt.date) -> History | None:
    weeks = [
        charts.Week(row.stood_on, row.score, row.low, row.high, row.number == 0) for row in rows if row.stood_on < today
    ]
    weeks.append(charts.Week(today, standing.score, standing.low, standing.high))
    return History(tuple(weeks), charts.history_scale(weeks)) if len(weeks) > 1 else None


def changes_of(
    rows: Sequence[Snapshot],
    steps: Sequence[Step],
    standing: Rank,
    latest: Sequence[Reading],
    *,
    number: int | None,
    version: str,
    today: dt.date,
) -> Changes | None:
    """Against the generation of this number and its formula's version."""
    # A week that was written down from this very generation says nothing about what came before.
    old = [row for row in rows if (today - row.stood_on).days >= LEAST_AGO and row.number != number]
    if not old:
        return None
    last = min(old, key=lambda row: abs((today - row.stood_on).days - 7))
    # What was computed for a Monday knows of nothing that was read on it; what was written down may.
    since = last.stood_on + dt.timedelta(days=last.number != RECONSTRUCTED)
    read = {row.signal for row in latest if row.observed_at.date() >= since}
    told = [
        (step.spec.label, step.point.points - last.points.get(step.point.signal, 0.0), _reason(step, step.point, read))
        for step in steps
    ]
    counted = {step.point.signal for step in steps}
    gone = [(name, points) for name, points in last.points.items() if name not in counted]
    told += [(_label_of(name), -points, "does not count any more") for name, points in gone]
    moved = [Change(*one) for one in told if abs(one[1]) >= LEAST]
    moved.sort(key=lambda change: -abs(change.points))
    return Changes(
        on=last.stood_on,
        score=last.score,
        total=standing.score - last.score,
        is_reconstructed=last.number == 0,
        formula_changed=last.formula_version != version,
        moved=tuple(moved),
    )


def _label_of(signal: str) -> str:
    spec = SIGNALS.get(signal)
    return spec.label if spec else signal


def _reason(step: Step, point: Point, read: set[str]) -> str:
    if point.estimated:
        return "estimated, so it follows the others"
    if point.spec.reads in read:
        return f"read again: {step.sentence[:1].lower()}{step.sentence[1:]}"
    return "not read since; what was known before leaves the average of two weeks"
