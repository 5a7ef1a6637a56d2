"""Measured: how well it does the job, as others measured it.

A formula weighs these only for kinds of which some source supplies them.
"""

from __future__ import annotations

from ranking.signals.spec import Family, Measure, SignalSpec

SIGNALS = (
    SignalSpec(
        name="arena",
        family=Family.MEASURED,
        reads="arena_score",
        measure=Measure.LATEST,
        label="Arena score",
        sentence="an arena score of {value}",
        why="What people preferred without knowing which of two answers came from whom.",
    ),
)
