"""Usage: people and machines that fetch it to use it."""

from __future__ import annotations

from ranking.signals.spec import Family, Measure, SignalSpec

SIGNALS = (
    SignalSpec(
        name="downloads",
        family=Family.USAGE,
        reads="downloads_month",
        measure=Measure.MEDIAN,
        label="Downloads a month",
        sentence="{value} downloads a month",
        why="Use, including use by machines. The median of five weeks, so that one odd day does nothing.",
    ),
)
