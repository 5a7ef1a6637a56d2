"""Stewardship: whether somebody looks after it."""

from __future__ import annotations

from ranking.signals.spec import Family, Measure, SignalSpec

SIGNALS = (
    SignalSpec(
        name="closed_issues",
        family=Family.STEWARDSHIP,
        reads="issues_closed",
        measure=Measure.GAIN,
        label="Issues closed",
        sentence="{value} issues closed in half a year",
        why="The best single sign that an artifact will be alive in a year: its makers answer.",
    ),
    SignalSpec(
        name="new_contributors",
        family=Family.STEWARDSHIP,
        reads="contributors",
        measure=Measure.GAIN,
        label="New contributors",
        sentence="{value} new contributors in half a year",
        why="Others find it worth working on, and are let in.",
    ),
    SignalSpec(
        name="contributors",
        family=Family.STEWARDSHIP,
        reads="contributors",
        measure=Measure.LATEST,
        label="Contributors",
        sentence="{value} contributors in all",
        why="It does not hang on one person.",
    ),
)
