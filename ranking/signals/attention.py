"""Attention: people who mark an artifact or copy it. What arrives now tells more than what has piled up."""

from __future__ import annotations

from ranking.signals.spec import Family, Measure, SignalSpec

SIGNALS = (
    SignalSpec(
        name="new_stars",
        family=Family.ATTENTION,
        reads="stars",
        measure=Measure.FLOW,
        label="New stars",
        sentence="{value} new stars in six months",
        why="Stars of the last six months foresee the next year's far better than all stars there are. A burst counts "
        "only once it has lasted: what a month brings far beyond the usual waits.",
    ),
    SignalSpec(
        name="stars",
        family=Family.ATTENTION,
        reads="stars",
        measure=Measure.STOCK,
        label="Confirmed stars",
        sentence="{value} stars, bursts left out",
        why="How widely it is known. It weighs little: stars are hardly ever taken back.",
    ),
    SignalSpec(
        name="forks",
        family=Family.ATTENTION,
        reads="forks",
        measure=Measure.STOCK,
        label="Confirmed forks",
        sentence="{value} forks, bursts left out",
        why="Copies that people made to work on.",
    ),
    SignalSpec(
        name="new_likes",
        family=Family.ATTENTION,
        reads="likes",
        measure=Measure.FLOW,
        label="New likes",
        sentence="{value} new likes in six months",
        why="What stars are to code, likes are to models and datasets on a hub.",
    ),
    SignalSpec(
        name="new_votes",
        family=Family.ATTENTION,
        reads="votes",
        measure=Measure.FLOW,
        label="New votes",
        sentence="{value} new votes in six months",
        why="Votes of people who compared it with another, or took the trouble to name it.",
    ),
)

#: Not ranked by, but what Momentum is made of.
TRENDS = (
    SignalSpec(
        name="star_growth",
        family=Family.ATTENTION,
        reads="stars",
        measure=Measure.GROWTH,
        label="Growth in stars",
        sentence="{value} more stars than six months ago",
        why="New stars beside those there were: how fast it becomes known, whatever its size.",
    ),
    SignalSpec(
        name="fork_growth",
        family=Family.ATTENTION,
        reads="forks",
        measure=Measure.GROWTH,
        label="Growth in forks",
        sentence="{value} more forks than six months ago",
        why="New copies beside those there were.",
    ),
    SignalSpec(
        name="like_growth",
        family=Family.ATTENTION,
        reads="likes",
        measure=Measure.GROWTH,
        label="Growth in likes",
        sentence="{value} more likes than six months ago",
        why="New likes beside those there were.",
    ),
)
