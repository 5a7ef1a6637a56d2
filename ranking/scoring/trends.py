"""Momentum and survival: whether an artifact rises, and whether it will be alive in a year. No part of the rank."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ranking.scoring.agreement import Agreed, supported
from ranking.scoring.configuration import Formula
from ranking.scoring.evidence import Evidence, Floats
from ranking.scoring.measures import measured, transformed
from ranking.scoring.tables import Tables
from ranking.signals import TRENDS, Family, Measure, SignalSpec


@dataclass(frozen=True)
class Trends:
    #: 0-100, 50 is typical of its kind; NaN where its growth is not known.
    momentum: Floats
    #: Probability, 0-1.
    survival: Floats


def trends(
    evidence: Evidence,
    *,
    kind: str,
    specs: tuple[SignalSpec, ...],
    today: Agreed,
    tables: Tables,
    formula: Formula,
    as_of: float,
) -> Trends:
    places = {spec.name: place for place, spec in enumerate(specs)}
    observed = np.where(np.isnan(today.observed), 0.0, today.z)

    def cut(name: str) -> Floats:
        return observed[:, places[name]] if name in places else np.zeros(evidence.size)

    growing = _growing(specs)
    growth = np.full(evidence.size, np.nan)
    if growing is not None:
        growth = _supported(growing, evidence, specs, today, tables, formula, as_of)
    parts = {
        "growth": growth,
        "activity": cut("commits"),
        "forks": np.nan_to_num(_trend(TRENDS["fork_growth"], evidence, tables, formula, as_of)),
        "release": cut("last_release"),
        # The young are near the end of a curve on which old is high.
        "youth": np.nan_to_num(_trend(TRENDS["youth"], evidence, tables, formula, as_of)),
    }
    share = formula.momentum
    total = sum(share.get(name, 0.0) * part for name, part in parts.items())
    scale = float(np.sqrt(sum(value**2 for value in share.values()))) or 1.0
    momentum = np.clip(formula.typical + formula.deviation * total / scale, 0.0, 100.0)

    lean = np.full(evidence.size, formula.survival.get("intercept", 0.0))
    for name, factor in formula.survival.items():
        if name in places:
            lean = lean + factor * today.z[:, places[name]]
    return Trends(np.asarray(momentum), 1.0 / (1.0 + np.exp(-lean)))


def _growing(specs: tuple[SignalSpec, ...]) -> SignalSpec | None:
    flows = [spec.reads for spec in specs if spec.measure == Measure.FLOW]
    for spec in TRENDS.values():
        if spec.measure == Measure.GROWTH and spec.reads in flows:
            return spec
    return None


def _trend(spec: SignalSpec, evidence: Evidence, tables: Tables, formula: Formula, as_of: float) -> Floats:
    found = measured(spec, evidence, as_of, formula.signals[spec.name])
    return tables.score(spec.name, transformed(spec.measure, found.value), formula.limit)


def _supported(
    spec: SignalSpec,
    evidence: Evidence,
    specs: tuple[SignalSpec, ...],
    today: Agreed,
    tables: Tables,
    formula: Formula,
    as_of: float,
) -> Floats:
    """Growth in stars, no higher than what everything but attention supports."""
    names = tuple(one.name for one in specs)
    whole = tables.correlation_of((*names, spec.name))
    others = np.array([one.family != Family.ATTENTION for one in specs])
    z = _trend(spec, evidence, tables, formula, as_of)
    return supported(z, today.observed[:, :-1], whole[:-1, -1], whole[:-1, :-1], others, above=formula.above)
