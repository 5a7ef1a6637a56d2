"""The rank of all artifacts of one kind on one day, as a pure function of readings, tables and the formula's numbers.

`scores` is the one function behind every rank: generations are built with it, and `score_readings`, `verify_rank` and
the score lab call it. What it answers adds up: 50 and an artifact's points are its rank.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ranking.scoring.agreement import Agreed, agreed
from ranking.scoring.configuration import Formula
from ranking.scoring.evidence import Bools, Evidence, Floats, Ints
from ranking.scoring.measures import Measured, measured, transformed
from ranking.scoring.tables import Tables, tables_of
from ranking.scoring.trends import Trends, trends
from ranking.signals import SIGNALS, TRENDS, Component, Family, SignalSpec

_FAMILIES = {family: place for place, family in enumerate(Family)}
OUTCOMES = "outcomes"
#: Points are whole numbers of this part of one.
UNITS = 2**20


@dataclass(frozen=True)
class Day:
    """One day's values and points, before they are averaged."""

    values: tuple[Measured, ...]
    agreed: Agreed
    points: Floats


@dataclass(frozen=True)
class Scores:
    """Of all n artifacts of a kind; by signal in the order of `signals`, the last of which is always outcomes."""

    signals: tuple[str, ...]
    weights: Floats
    deviation: float
    #: What a weight is divided by, for each artifact.
    norm: Floats
    rank: Floats
    low: Floats
    high: Floats
    percentile: Floats
    coverage: Floats
    components: dict[Component, Floats]
    trends: Trends
    #: Averaged over the days; 50 and these are the rank before it is clipped.
    points: Floats
    #: What those points rest on: points * norm / (deviation * weight).
    z: Floats
    today: Day
    #: Whether there is evidence of enough families for a rank at all.
    ranked: Bools

    @property
    def estimated(self) -> Bools:
        return np.isnan(self.today.agreed.observed)


def specs_of(kind: str, formula: Formula) -> tuple[SignalSpec, ...]:
    """What a kind is ranked by, in the registry's order."""
    return tuple(SIGNALS[name] for name in formula.weights[kind])


def tables_on(evidence: Evidence, kind: str, formula: Formula, as_of: float) -> Tables:
    """Reference tables out of all artifacts of the kind as they were known that day."""
    values = {}
    for spec in (*specs_of(kind, formula), SIGNALS[OUTCOMES], *TRENDS.values()):
        found = measured(spec, evidence, as_of, formula.signals[spec.name])
        values[spec.name] = transformed(spec.measure, found.value)
    # Of outcomes a few shares are no scale: without a curve of its own the kind borrows the shipped one.
    if np.count_nonzero(~np.isnan(values[OUTCOMES])) < formula.least_for_percentile:
        values[OUTCOMES][:] = np.nan
    return tables_of(values, formula.limit)


def scores(evidence: Evidence, *, kind: str, tables: Tables, formula: Formula, as_of: float) -> Scores:
    specs = specs_of(kind, formula)
    names = tuple(spec.name for spec in specs)
    base = np.array([formula.weights[kind][name] for name in names])
    correlation = tables.correlation_of(names)
    trials = evidence.trials if evidence.trials is not None else np.zeros(evidence.size)
    outcome_weight = formula.match_weight * trials / (trials + formula.match_half)
    weights = np.concatenate([np.broadcast_to(base, (evidence.size, len(base))), outcome_weight[:, None]], axis=1)
    # Outcomes go together with nothing else that is known.
    norm = np.sqrt(base @ correlation @ base + outcome_weight**2)

    days = {
        ago: _day(evidence.known_on(as_of - ago), specs, base, weights, norm, tables, correlation, formula, as_of - ago)
        for ago in formula.steadiness
    }
    today = days[0.0]
    points = _exact(np.sum([share * days[ago].points for ago, share in formula.steadiness.items()], axis=0))
    with np.errstate(invalid="ignore", divide="ignore"):
        z = np.where(weights > 0, points * norm[:, None] / (formula.deviation * weights), 0.0)

    rank = np.clip(formula.typical + points.sum(axis=1), 0.0, 100.0)
    ranked = _ranked(today, specs, formula)
    spread = band_of(today, specs, base, norm, tables, formula)
    observed = ~np.isnan(today.agreed.observed[:, :-1])
    return Scores(
        signals=(*names, OUTCOMES),
        weights=weights,
        deviation=formula.deviation,
        norm=norm,
        rank=np.where(ranked, rank, np.nan),
        low=np.where(ranked, np.clip(rank - spread, 0.0, 100.0), np.nan),
        high=np.where(ranked, np.clip(rank + spread, 0.0, 100.0), np.nan),
        percentile=_percentile(np.where(ranked, rank, np.nan), evidence.listed, formula.least_for_percentile),
        coverage=observed @ base / base.sum(),
        components=_components(points, weights, norm, today, specs, correlation, formula),
        trends=trends(
            evidence, kind=kind, specs=specs, today=today.agreed, tables=tables, formula=formula, as_of=as_of
        ),
        points=points,
        z=z,
        today=today,
        ranked=ranked,
    )


def _exact(points: Floats) -> Floats:
    """To a millionth, as a fraction of two: such numbers add up to the same sum in any order, here and everywhere."""
    return np.asarray(np.round(points * UNITS) / UNITS)


def _day(
    evidence: Evidence,
    specs: tuple[SignalSpec, ...],
    base: Floats,
    weights: Floats,
    norm: Floats,
    tables: Tables,
    correlation: Floats,
    formula: Formula,
    as_of: float,
) -> Day:
    values = tuple(measured(spec, evidence, as_of, formula.signals[spec.name]) for spec in (*specs, SIGNALS[OUTCOMES]))
    return day_of(values, specs, base, weights, norm, tables, correlation, formula)


def day_of(
    values: tuple[Measured, ...],
    specs: tuple[SignalSpec, ...],
    base: Floats,
    weights: Floats,
    norm: Floats,
    tables: Tables,
    correlation: Floats,
    formula: Formula,
) -> Day:
    """From values, those of outcomes last, to points."""
    z = np.empty((len(weights), len(values)))
    for place, (spec, found) in enumerate(zip((*specs, SIGNALS[OUTCOMES]), values, strict=True)):
        z[:, place] = _z(spec, found, tables, formula)
    family = np.array([_FAMILIES[spec.family] for spec in specs])
    it = agreed(z[:, :-1], base, correlation, family, below=formula.below, above=formula.above, rounds=formula.rounds)
    outcomes = np.nan_to_num(z[:, -1:])
    whole = Agreed(
        z=np.concatenate([it.z, outcomes], axis=1),
        observed=z,
        missing=it.missing,
        discord=it.discord,
        spread=np.concatenate([it.spread, np.zeros_like(outcomes)], axis=1),
    )
    points = weights * whole.z
    points *= (formula.deviation / norm)[:, None]
    return Day(values, whole, points)


def _z(spec: SignalSpec, found: Measured, tables: Tables, formula: Formula) -> Floats:
    return tables.score(spec.name, transformed(spec.measure, found.value), formula.limit)


def _ranked(today: Day, specs: tuple[SignalSpec, ...], formula: Formula) -> Bools:
    known = ~np.isnan(today.agreed.observed[:, :-1])
    counted = np.zeros(len(known), np.int64)
    for family in Family:
        of_it = [place for place, spec in enumerate(specs) if spec.family == family]
        if of_it and family != Family.DOCUMENTATION:
            counted += known[:, of_it].any(axis=1)
    return counted >= formula.least_families


def band_of(
    today: Day, specs: tuple[SignalSpec, ...], base: Floats, norm: Floats, tables: Tables, formula: Formula
) -> Floats:
    """Half the width of the band: what estimating adds, and what readings wobble, the more the older they are."""
    discord = np.clip(today.agreed.discord, *formula.discord)
    wobble = np.zeros(len(today.points))
    for place, spec in enumerate(specs):
        numbers = formula.signals[spec.name]
        known = ~np.isnan(today.agreed.observed[:, place])
        age = np.nan_to_num(today.values[place].age)
        grown = (base[place] * numbers.noise) ** 2 * np.exp2(age / numbers.half_life)
        # However old a reading is, it is no worse than a missing one of which no other evidence tells anything. (By
        # what the others leave open it would be less; but then letting everything grow old would pay.)
        most = (formula.k_missing * base[place]) ** 2
        wobble += np.where(known, np.minimum(formula.k_noise**2 * discord * grown, most), 0.0)
    widened = formula.prior_widens**2 if tables.is_prior else 1.0
    variance = widened * (formula.k_missing**2 * today.agreed.missing + wobble)
    return np.asarray(formula.quantile * formula.deviation * np.sqrt(variance) / norm)


def _components(
    points: Floats,
    weights: Floats,
    norm: Floats,
    today: Day,
    specs: tuple[SignalSpec, ...],
    correlation: Floats,
    formula: Formula,
) -> dict[Component, Floats]:
    """Each component's part on the rank's own scale: 50 is typical. NaN where nothing of it was observed."""
    component = np.array([spec.component for spec in specs] + [Component.MATCH])
    known = ~np.isnan(today.agreed.observed) & (weights > 0)
    result = {}
    for one in Component:
        of_it = np.flatnonzero(component == one)
        own = of_it[of_it < len(specs)]
        if len(own):
            base = weights[0, own] if len(weights) else np.zeros(len(own))
            scale = np.sqrt(base @ correlation[np.ix_(own, own)] @ base)
        else:
            scale = weights[:, -1]
        with np.errstate(invalid="ignore", divide="ignore"):
            part = formula.typical + points[:, of_it].sum(axis=1) * norm / scale
        result[one] = np.where(known[:, of_it].any(axis=1), np.clip(part, 0.0, 100.0), np.nan)
    return result


def _percentile(rank: Floats, listed: Bools | None, least: int) -> Floats:
    """How many in a hundred of those listed rank no higher; ties share the middle of their places."""
    known = np.flatnonzero(~np.isnan(rank) & (True if listed is None else listed))
    result = np.full(len(rank), np.nan)
    if len(known) >= least:
        ordered = np.sort(rank[known])
        below = np.searchsorted(ordered, rank[known], side="left")
        upto = np.searchsorted(ordered, rank[known], side="right")
        result[known] = 100.0 * (below + upto) / 2 / len(known)
    return result


def families_known(evidence: Evidence, kind: str, formula: Formula) -> Ints:
    """Of how many families beside documentation each artifact has readings."""
    counted = np.zeros(evidence.size, np.int64)
    for family in Family:
        reads = {spec.reads for spec in specs_of(kind, formula) if spec.family == family}
        if reads and family != Family.DOCUMENTATION:
            has = np.zeros(evidence.size, bool)
            for name in reads:
                has[evidence.of(name).owner] = True
            counted += has
    return counted
