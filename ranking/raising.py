"""What would raise an artifact's rank: the three steps that would bring most, and how much at best. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from ranking import wording
from ranking.breakdowns import Explained, Point
from ranking.explaining import value_at
from ranking.scoring.configuration import Formula
from ranking.scoring.tables import Tables
from ranking.signals import Family, Measure

#: The normal score at which the upper quarter begins.
UPPER_QUARTER = 0.6745
MOST = 3
#: Points below which an idea is not worth the effort.
WORTH = 0.2


@dataclass(frozen=True)
class Idea:
    label: str
    text: str
    gain: float

    @property
    def gain_text(self) -> str:
        return f"up to {wording.points(self.gain)}"


def ideas(it: Explained, formula: Formula, tables: Tables, plural: str) -> tuple[Idea, ...]:
    """Each taken alone. Nothing here is advice to collect what does not last: that is held back, and cut."""
    found = [_idea(point, it.norm, formula, tables, plural) for point in it.points if point.weight > 0]
    return tuple(sorted((idea for idea in found if idea), key=lambda idea: -idea.gain)[:MOST])


def _idea(point: Point, norm: float, formula: Formula, tables: Tables, plural: str) -> Idea | None:
    spec = point.spec
    if spec.family == Family.MATCH:
        return None  # outcomes are other people's, and none is typical
    target = UPPER_QUARTER
    if spec.measure == Measure.CHECK:
        curve = tables.curves.get(spec.name)
        if curve is None or not len(curve.z) or point.value == 1:
            return None
        target = float(curve.z[-1])
    gain = formula.deviation * point.weight / norm * (target - point.z)
    reached = value_at(spec, target, tables)
    if gain < WORTH or reached is None:
        return None
    floor = formula.signals[point.signal].floor
    if spec.measure == Measure.CHECK:
        now = "nobody has read whether it does" if point.value is None else "it does not"
        return Idea(spec.label, f"So far {now}.", gain)
    goal = wording.sentence(spec, reached, floor=floor)
    now = "not published so far" if point.value is None else f"now {wording.amount(spec, point.value, floor=floor)}"
    text = f"{goal[:1].upper()}{goal[1:]} ({now}): there the upper quarter of {_of(tables, plural)} begins."
    return Idea(spec.label, text, gain)


def _of(tables: Tables, plural: str) -> str:
    return "those it is compared with" if tables.is_prior else wording.many(plural)
