"""Vitality: whether anything still happens. It forgets by itself, so nothing else has to be multiplied by freshness."""

from __future__ import annotations

from ranking.signals.spec import Family, Measure, SignalSpec

SIGNALS = (
    SignalSpec(
        name="last_commit",
        family=Family.VITALITY,
        reads="last_commit",
        measure=Measure.AGE,
        label="Last commit or change",
        sentence="changed {value} ago",
        why="Whoever works on it leaves a trace. Within a month counts as now, so that commits for show gain nothing.",
    ),
    SignalSpec(
        name="last_release",
        family=Family.VITALITY,
        reads="last_release",
        measure=Measure.AGE,
        label="Last release",
        sentence="released {value} ago",
        why="Work that reaches its users. Within two months counts as now.",
    ),
    SignalSpec(
        name="commits",
        family=Family.VITALITY,
        reads="commits_90d",
        measure=Measure.LATEST,
        label="Commits in 90 days",
        sentence="{value} commits in 90 days",
        why="How much is being worked on. It weighs little: commits cost nothing to make.",
    ),
)

#: Not ranked by, but what Momentum is made of.
TRENDS = (
    SignalSpec(
        name="youth",
        family=Family.VITALITY,
        reads="created",
        measure=Measure.AGE,
        label="Youth",
        sentence="begun {value} ago",
        why="Young artifacts grow faster than old ones of the same size.",
    ),
)
