"""What an artifact's rank was in an earlier week, as it was written down: what `?at=DATE` on its rank page shows.

Nothing is computed anew, so there are points and no sentences about readings: those were not written down.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from catalog.choices import COMPONENTS
from catalog.pages.standings import Rank
from catalog.wording import day
from ranking import charts, wording
from ranking.configurations import formula_of
from ranking.formulas import shipped_formula
from ranking.models import Configuration, Snapshot
from ranking.signals import SIGNALS
from ranking.snapshots import monday_of


class NotThen(Exception):
    """The sentence says why there is nothing to show."""


@dataclass(frozen=True)
class Moved:
    """One signal's points that week, and from where to where they moved the rank."""

    label: str
    component: str
    points: float
    start: float
    end: float
    is_estimated = False
    withheld = 0.0
    holds_back = False

    @property
    def points_text(self) -> str:
        return wording.points(self.points)


@dataclass(frozen=True)
class EarlierWeek:
    on: dt.date
    standing: Rank
    headline: str
    momentum: float | None
    survival: float | None
    formula_version: str
    typical: float
    steps: tuple[Moved, ...]
    scale: charts.Scale
    is_reconstructed: bool
    before: dt.date | None
    after: dt.date | None


def day_of(asked: str) -> dt.date:
    """Raises NotThen where it is no day."""
    try:
        return dt.date.fromisoformat(asked)
    except ValueError:
        raise NotThen("This address names no day: one is written as 2026-01-31.") from None


def earlier_week(artifact_id: int, asked: str) -> EarlierWeek:
    """Three queries. Raises NotThen where nothing was written down for that day's week."""
    week = monday_of(day_of(asked))
    weeks = list(Snapshot.objects.filter(artifact=artifact_id).order_by("on").values_list("on", flat=True))
    if week not in weeks:
        raise NotThen(_why_not(week, weeks))
    row = Snapshot.objects.get(artifact=artifact_id, on=week)
    place = weeks.index(week)
    standing = Rank(
        score=row.score,
        low=row.low,
        high=row.high,
        percentile=row.percentile,
        coverage=row.coverage,
        components={name: getattr(row, name) for name in COMPONENTS},
    )
    configuration = Configuration.objects.filter(version=row.formula_version).first()
    typical = (formula_of(configuration) if configuration else shipped_formula()).typical
    steps = _steps(row.points, typical)
    return EarlierWeek(
        on=week,
        standing=standing,
        # What it was ranked as is not written down, and it may be of another kind since.
        headline=wording.headline(row.score, row.low, row.high, row.percentile, row.coverage, "Its kind"),
        momentum=row.momentum,
        survival=row.survival,
        formula_version=row.formula_version,
        typical=typical,
        steps=steps,
        scale=charts.scale_for([typical, row.low, row.high, *(step.end for step in steps)]),
        is_reconstructed=row.number == 0,
        before=weeks[place - 1] if place else None,
        after=weeks[place + 1] if place + 1 < len(weeks) else None,
    )


def _why_not(week: dt.date, weeks: list[dt.date]) -> str:
    if not weeks:
        return "No rank of it has been written down yet: that is done once a week."
    if week < weeks[0]:
        return f"The first rank of it that was written down is of {day(weeks[0])}."
    return f"No rank of it was written down in the week of {day(week)}; the last one is of {day(weeks[-1])}."


def _steps(points: Mapping[str, float], typical: float) -> tuple[Moved, ...]:
    """In the order in which the page of today tells them. A signal that is gone since keeps its name."""
    order = {name: place for place, name in enumerate(COMPONENTS)}
    signals = list(SIGNALS)
    told = [
        (order.get(component, len(order)), signals.index(name) if spec else len(signals), label, component, number)
        for name, number in points.items()
        for spec in [SIGNALS.get(name)]
        for label, component in [(spec.label, str(spec.component)) if spec else (name, "")]
    ]
    told.sort(key=lambda one: one[:3])  # a database keeps its own order of JSON's names
    result, reached = [], typical
    for _, _, label, component, number in told:
        result.append(Moved(label, component, number, reached, reached + number))
        reached += number
    return tuple(result)
