"""Why an artifact ranks where it does, step by step and in sentences: what its rank page says. Pure.

Numbers come from a breakdown and are only told here, never computed anew; `rank_pages` reads them from the database.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

import numpy as np

from catalog.choices import DATE_SIGNALS
from catalog.wording import day, grouped
from ranking import wording
from ranking.breakdowns import Explained, Point
from ranking.scoring.configuration import Formula
from ranking.scoring.measures import transformed
from ranking.scoring.tables import Tables
from ranking.signals import SIGNALS, Component, Family, Measure, SignalSpec

#: Fewer points than this are not worth a word about what is held back.
LEAST = 0.05


@dataclass(frozen=True)
class Said:
    """What another source says of the same thing."""

    source: Any
    value: float
    on: dt.date


@dataclass(frozen=True)
class Around:
    """What there is to say of readings beside the breakdown itself."""

    #: The day of the generation.
    today: dt.date
    #: By id, as pages cite them.
    sources: Mapping[int, Any]
    #: By the name of a reading: other readers' last word, where it differs.
    disputed: Mapping[str, Sequence[Said]]
    #: By the name of a reading: what an editor decided about a burst, in a sentence.
    decided: Mapping[str, str]
    #: Names of what was read of late, also where it does not say enough yet.
    read: Set[str] = frozenset()


@dataclass(frozen=True)
class Note:
    """One remark on a reading: estimated, held, cut, stale, disputed or decided."""

    state: str
    text: str


@dataclass(frozen=True)
class Step:
    """One signal's part: from where to where it moves the rank."""

    point: Point
    start: float
    end: float
    #: Points that would be there if all that was read counted: held back, or not supported.
    withheld: float
    sentence: str
    source: Any
    notes: tuple[Note, ...]

    @property
    def spec(self) -> SignalSpec:
        return self.point.spec

    @property
    def component(self) -> str:
        return str(self.spec.component)

    @property
    def is_estimated(self) -> bool:
        return self.point.estimated

    @property
    def holds_back(self) -> bool:
        return abs(self.withheld) >= LEAST

    @property
    def points_text(self) -> str:
        return wording.points(self.point.points)

    @property
    def exact(self) -> tuple[str, str, str]:
        """Weight, z and points, exact enough to be added up by whoever copies them."""
        return f"{self.point.weight:.4f}", f"{self.point.z:.5f}", f"{self.point.points:.4f}"

    @property
    def state(self) -> str:
        """The mark beside the value; the first remark decides."""
        return next((note.state for note in self.notes if note.state in ("estimated", "disputed", "stale")), "known")


@dataclass(frozen=True)
class Part:
    """One of the five components: its score, its points, and the steps they come from."""

    name: str
    score: float | None
    steps: tuple[Step, ...]

    @property
    def label(self) -> str:
        return self.name.capitalize()

    @property
    def share(self) -> float:
        return (self.score or 0) / 100

    @property
    def points_text(self) -> str:
        text = wording.points(sum(step.point.points for step in self.steps))
        return f"{text}, estimated" if all(step.is_estimated for step in self.steps) else text

    @property
    def score_text(self) -> str:
        return "no data" if self.score is None else f"{wording.whole(self.score)} of 100"


def steps_of(it: Explained, formula: Formula, tables: Tables, around: Around) -> tuple[Step, ...]:
    """From what is typical to the rank, in the order in which components are told."""
    used = [point for point in it.points if point.weight > 0]
    used.sort(key=lambda point: list(Component).index(point.spec.component))
    known = sum(not point.estimated for point in used)
    result, reached = [], formula.typical
    for point in used:
        per_z = formula.deviation * point.weight / it.norm
        notes = _notes(point, per_z, formula, tables, around, known)
        result.append(
            Step(
                point=point,
                start=reached,
                end=reached + point.points,
                withheld=withheld(point, it.norm, formula, tables),
                sentence=_sentence(point, formula, around),
                source=around.sources.get(point.source_id or 0),
                notes=notes,
            )
        )
        reached += point.points
    return tuple(result)


def parts_of(steps: Sequence[Step], components: Mapping[str, float | None]) -> tuple[Part, ...]:
    """All five, also those of which nothing is known."""
    return tuple(
        Part(name, components.get(name), tuple(step for step in steps if step.component == name)) for name in Component
    )


def withheld(point: Point, norm: float, formula: Formula, tables: Tables) -> float:
    """Points that everything read would bring beyond those that count; below zero where a fall is cut."""
    if point.estimated or point.z_observed is None:
        return 0.0
    all_of_it = point.z_observed
    curve = tables.curves.get(point.signal)
    if point.held and point.value is not None and curve is not None:
        x = transformed(point.spec.measure, np.array([point.value + point.held]))
        all_of_it = float(curve.score(x, formula.limit)[0])
    return formula.deviation * point.weight / norm * (all_of_it - point.z_now)


def value_at(spec: SignalSpec, z: float, tables: Tables) -> float | None:
    """The value that scores z in the kind; None where its table says nothing."""
    curve = tables.curves.get(spec.name)
    if curve is None or not len(curve.value):
        return None
    x = float(np.interp(z, curve.z, curve.value))
    if spec.measure == Measure.CHECK:
        return x
    return float(np.expm1(-x if spec.measure == Measure.AGE else x))


def _sentence(point: Point, formula: Formula, around: Around) -> str:
    if point.value is None:
        return f"{point.spec.label}: {'not known yet' if point.spec.reads in around.read else 'not published'}"
    text = wording.sentence(point.spec, point.value, floor=formula.signals[point.signal].floor)
    if point.spec.measure == Measure.CHECK:
        text = f"{point.spec.label}: {text}"
    return text[:1].upper() + text[1:]


def _notes(
    point: Point, per_z: float, formula: Formula, tables: Tables, around: Around, known: int
) -> tuple[Note, ...]:
    found = []
    if point.estimated:
        why = "Read for too short a time" if point.spec.reads in around.read else "Not published"
        if point.spec.reads in around.read and not _has_curve(point.signal, tables):
            why = "Read, but nothing tells yet what is usual of its kind"
        found.append(
            Note(
                "estimated",
                f"{why}; estimated from {known} signal{'' if known == 1 else 's'}: "
                f"{wording.points(point.points)} ± {point.spread:.1f}.",
            )
        )
    if point.held >= 1:
        found.append(Note("held", f"Unconfirmed +{grouped(round(point.held))}, confirms if it lasts."))
    if point.z_observed is not None and per_z * abs(point.z_observed - point.z_now) >= LEAST:
        found.append(Note("cut", _cut(point, point.z_observed, formula, tables)))
    for said in around.disputed.get(point.spec.reads, ()):
        told = _read(point.spec, said.value, said.on)
        found.append(Note("disputed", f"{said.source.title} says {told} on {day(said.on)}."))
    if point.on is not None and not point.estimated:
        age = (around.today - point.on).days
        if age > formula.signals[point.signal].half_life:
            found.append(
                Note("stale", f"Last read {wording.duration(age)} ago; the older it gets, the wider the band.")
            )
    if point.spec.reads in around.decided and point.spec.measure == Measure.FLOW:
        found.append(Note("decided", around.decided[point.spec.reads]))
    return tuple(found)


def _has_curve(signal: str, tables: Tables) -> bool:
    return signal in tables.curves and len(tables.curves[signal].value) > 0


def _read(spec: SignalSpec, value: float, on: dt.date) -> str:
    """What a source said, not what is made of it: a counter's own number, or a date as the time since."""
    if spec.measure == Measure.AGE:
        return wording.duration(max((on - dt.date(1970, 1, 1)).days - value, 0)) + " before"
    if spec.measure == Measure.CHECK:
        return "yes" if value else "no"
    return grouped(round(value))


def _cut(point: Point, observed: float, formula: Formula, tables: Tables) -> str:
    """What it counts as beside what was observed."""
    counts_as = value_at(point.spec, point.z_now, tables)
    as_much, floor = "", formula.signals[point.signal].floor
    if counts_as is not None and point.spec.measure != Measure.CHECK:
        as_much = f", so it counts like {wording.amount(point.spec, counts_as, floor=floor)}"
    if observed > point.z_now:
        return f"The other evidence supports only so much{as_much}."
    return f"The other evidence speaks for more{as_much}."


@dataclass(frozen=True)
class Refusal:
    """A reading that is kept and not used."""

    text: str
    on: dt.date


def refusals_of(it: Explained, labels: Mapping[str, str]) -> tuple[Refusal, ...]:
    """`labels` names the readings."""
    found = []
    for signal, on, value, why in it.refused:
        told = "a reading" if value is None else _refused(signal, value)
        date = dt.date(1970, 1, 1) + dt.timedelta(days=int(on))
        found.append(
            Refusal(f"{labels.get(signal, signal)}, {told}: not used, since {wording.REFUSED.get(why, why)}.", date)
        )
    return tuple(found)


#: Longer numbers are told by their size: none of them was ever counted.
LONGEST = 1e15
LAST_DAY = (dt.date.max - dt.date(1970, 1, 1)).days


def _refused(signal: str, value: float) -> str:
    if signal in DATE_SIGNALS and 0 <= value <= LAST_DAY:
        return day(dt.date(1970, 1, 1) + dt.timedelta(days=int(value)))
    text = grouped(value) if abs(value) < LONGEST else f"{value:.2g}"
    return text.replace("-", wording.MINUS)


def needed(it: Explained, formula: Formula, kind: str) -> str:
    """What an artifact without a rank lacks for one."""
    has = _families(it)
    lacks = [family for family, _ in lacking(it, formula, kind)]
    so_far = f"There is {_listed(sorted(has), 'and')} so far" if has else "There is none so far"
    return (
        f"A rank needs evidence of at least {formula.least_families} sorts that come about in different ways, "
        "beside documentation. "
        f"{so_far}; {_listed(lacks, 'or')} would help."
    )


def _families(it: Explained) -> set[Family]:
    return {p.spec.family for p in it.points if not p.estimated and p.spec.family != Family.DOCUMENTATION}


def lacking(it: Explained, formula: Formula, kind: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Families that nothing is read of, each with what could be. Choices come with searches alone."""
    has = _families(it)
    found: dict[Family, list[str]] = {}
    for name in formula.weights[kind]:
        spec = SIGNALS[name]
        if spec.family not in has and spec.family not in (Family.DOCUMENTATION, Family.MATCH):
            found.setdefault(spec.family, []).append(spec.label)
    return tuple((str(family), tuple(labels)) for family, labels in found.items())


def readings_of(it: Explained, formula: Formula) -> tuple[tuple[str, dt.date | None], ...]:
    """What was read, in sentences, each with its day."""
    nothing = Around(dt.date.min, {}, {}, {})
    return tuple((_sentence(p, formula, nothing), p.on) for p in it.points if not p.estimated and p.value is not None)


def _listed(names: Sequence[str], word: str) -> str:
    texts = [str(name) for name in names]
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} {word} {texts[-1]}"
