"""Match: whether those who picked it for an intent say that it worked. Without outcomes it weighs nothing."""

from __future__ import annotations

from ranking.signals.spec import Family, Measure, SignalSpec

SIGNALS = (
    SignalSpec(
        name="outcomes",
        family=Family.MATCH,
        reads="outcomes",
        measure=Measure.LATEST,
        label="Outcomes",
        sentence="worked in {value} of the cases reported",
        why="The only evidence that comes from people with a job to do. Its weight grows with the number of reports.",
    ),
)
