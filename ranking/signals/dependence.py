"""Dependence: what is built upon it."""

from __future__ import annotations

from ranking.signals.spec import Family, Measure, SignalSpec

SIGNALS = (
    SignalSpec(
        name="dependents",
        family=Family.DEPENDENCE,
        reads="dependents",
        measure=Measure.MEDIAN,
        label="Dependents",
        sentence="{value} repositories and packages depend on it",
        why="Whoever builds on it has looked at it first and would notice if it broke.",
    ),
    SignalSpec(
        name="derivatives",
        family=Family.DEPENDENCE,
        reads="derivatives",
        measure=Measure.MEDIAN,
        label="Derivatives",
        sentence="{value} models or datasets derived from it",
        why="Fine-tunes, quantisations and subsets: the hub's way of depending.",
    ),
    SignalSpec(
        name="providers",
        family=Family.DEPENDENCE,
        reads="providers",
        measure=Measure.MEDIAN,
        label="Providers",
        sentence="{value} providers carry it",
        why="Each has put money on somebody asking for it.",
    ),
)
