"""Readings as columns: what scoring computes from, in the shape in which it is quick.

Artifacts are numbers 0..n-1 here; days are days since 1970-01-01, with fractions. What is no number, negative, or not
seen yet on the day of scoring never gets in: `fit` says which readings those are, and why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

#: More days than any reading is old, so that artifact and day make one sortable number.
SPAN = 1_000_000.0


@dataclass(frozen=True)
class Series:
    """One signal's readings, sorted by artifact and day, from one source for each artifact."""

    owner: Ints
    day: Floats
    value: Floats

    @cached_property
    def keys(self) -> Floats:
        return self.owner * SPAN + self.day

    def before(self, owners: Ints, days: Floats | float) -> tuple[Ints, Bools]:
        """For each of these artifacts the place of its last reading up to that day, and whether there is one."""
        at = np.searchsorted(self.keys, owners * SPAN + days, side="right") - 1
        there = at >= 0
        at = np.maximum(at, 0)
        if len(self.owner):
            there &= self.owner[at] == owners
        return at, there

    def between(self, first: float, last: float) -> Bools:
        return (self.day > first) & (self.day <= last)

    def up_to(self, day: float) -> Series:
        known = self.day <= day
        return self if known.all() else Series(self.owner[known], self.day[known], self.value[known])


EMPTY = Series(np.empty(0, np.int64), np.empty(0), np.empty(0))


@dataclass(frozen=True)
class Evidence:
    """All that is known of n artifacts of one kind."""

    size: int
    series: Mapping[str, Series]
    #: How many outcomes stand behind each artifact's `outcomes` reading; none at all where this is None.
    trials: Floats | None = None
    #: By readings' name: up to which day an editor has accepted each artifact's bursts; minus infinity for none.
    accepted: Mapping[str, Floats] = field(default_factory=dict)
    #: Which of them readers see; a percentile is among these. All of them where this is None.
    listed: Bools | None = None

    def of(self, reads: str) -> Series:
        return self.series.get(reads, EMPTY)

    def known_on(self, day: float) -> Evidence:
        """Without what was read after that day, but with the first reading of what was first read after it.

        A rank is a mean of three dates. What is read for the first time would otherwise count for nothing on the two
        earlier ones, although it held then as well.
        """
        return replace(self, series={name: _known_on(series, day) for name, series in self.series.items()})


def _known_on(series: Series, day: float) -> Series:
    known = series.day <= day
    if known.all():
        return series
    first = np.ones(len(series.owner), bool)
    first[1:] = series.owner[1:] != series.owner[:-1]
    early = first & ~known
    kept = known | early
    return Series(series.owner[kept], np.minimum(series.day[kept], day), series.value[kept])


def fit(day: Floats, value: Floats, as_of: float) -> NDArray[np.str_]:
    """Why each reading is not used, as one word; empty where it is."""
    why = np.zeros(len(value), "U12")
    why[value < 0] = "negative"
    why[~np.isfinite(value)] = "no number"
    why[day > as_of] = "future"
    return why


def leaps(series: Series, *, times: float) -> Bools:
    """Readings at more than so many times what was usual in the five before them; a history of nothing counts as one.

    What leaps and stays becomes the usual by the third reading. Of an artifact's first reading nothing can be said.
    """
    value, owner = series.value, series.owner
    if not len(value):
        return np.zeros(0, bool)
    usual = _usual_before(owner, value)
    return value > times * np.maximum(usual, 1.0)


def _usual_before(owner: Ints, value: Floats) -> Floats:
    """For each reading the median of up to five before it, infinite where there is none."""
    window = np.full((len(value), 5), np.nan)
    for back in range(1, min(5, len(value) - 1) + 1):
        same = owner[back:] == owner[:-back]
        window[back:, back - 1] = np.where(same, value[:-back], np.nan)
    filled = ~np.isnan(window).all(axis=1)
    result = np.full(len(value), np.inf)
    result[filled] = np.nanmedian(window[filled], axis=1)
    return result


def one_source_each(owner: Ints, source: Ints, day: Floats) -> Bools:
    """Which readings of one signal to use where several sources say it: those of the source that was there last.

    Two counters of one thing never stand at the same number; mixed they would look like gains and losses. Where two
    were there within the last week of each other, the one with more readings.
    """
    if not len(owner):
        return np.zeros(0, bool)
    order = np.lexsort((day, source, owner))
    o, s, d = owner[order], source[order], day[order]
    starts = np.flatnonzero(np.r_[True, (o[1:] != o[:-1]) | (s[1:] != s[:-1])])
    ends = np.r_[starts[1:], len(o)]
    count, last, whose = ends - starts, d[ends - 1], o[starts]
    newest = np.full(int(owner.max()) + 1, -np.inf)
    np.maximum.at(newest, whose, last)
    current = last >= newest[whose] - 7
    best = np.lexsort((s[starts], -count, ~current, whose))
    first = np.r_[True, whose[best][1:] != whose[best][:-1]]
    chosen = np.zeros(len(starts), bool)
    chosen[best[first]] = True
    used = np.zeros(len(owner), bool)
    used[order] = np.repeat(chosen, count)
    return used
