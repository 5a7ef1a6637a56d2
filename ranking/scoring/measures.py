"""From readings to values: one function for each way of measuring, each for all artifacts of a kind at once.

All of them answer with a value for each artifact (NaN where nothing is known), how many days old the evidence is, and
what was held back. A reading that has stopped coming keeps its last value, and ages.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ranking.scoring.configuration import Numbers
from ranking.scoring.evidence import Evidence, Floats, Ints, Series
from ranking.signals import Measure, SignalSpec

MONTH = 30.0
MONTHS = 6
#: Of fewer months than these nobody can tell which is the usual one, so none of them can be a burst.
TELLING = 3


@dataclass(frozen=True)
class Measured:
    value: Floats
    #: Days between the last reading and the day of scoring.
    age: Floats
    #: What is not counted yet since it came in a burst, in the signal's own unit.
    held: Floats


@dataclass(frozen=True)
class Flow:
    """What a counter gained lately, and what it stood at before."""

    stock: Floats
    #: What it stood at six months before, or when it was first known.
    start: Floats
    #: What has come since, bursts cut.
    confirmed: Floats
    #: What was cut.
    held: Floats
    #: What it gains in six months, bursts cut; of a shorter history, in proportion.
    gained: Floats
    age: Floats


def measured(spec: SignalSpec, evidence: Evidence, as_of: float, numbers: Numbers) -> Measured:
    series = evidence.of(spec.reads)
    if not len(series.owner):
        nothing = np.full(evidence.size, np.nan)
        return Measured(nothing, nothing.copy(), np.zeros(evidence.size))
    return _MEASURES[spec.measure](series, evidence, as_of, numbers, spec)


def flow(
    series: Series, evidence: Evidence, as_of: float, *, burst: float, slack: float, accepted: Floats | None = None
) -> Flow:
    """What came in the six months up to each artifact's last reading, months above the usual cut to it."""
    owners = np.arange(evidence.size)
    at, there = series.before(owners, as_of)
    end = np.where(there, series.day[at], np.nan)
    stock = np.where(there, series.value[at], np.nan)
    born = _born(series, evidence, as_of)
    marks = np.stack([stock, *(_counter(series, owners, end - MONTH * k, born) for k in range(1, MONTHS + 1))])
    months = np.maximum(marks[:-1] - marks[1:], 0.0)
    came = np.nansum(months, axis=0)
    # A month before there was anything says nothing about the usual.
    for k in range(MONTHS):
        months[k][end - MONTH * k - born < MONTH / 2] = np.nan
    counted = (~np.isnan(months)).sum(axis=0)
    usual = burst * _median(months) + slack
    capped = np.minimum(months, usual)  # unknown months stay unknown
    if accepted is not None:
        for k in range(MONTHS):
            # What came before an editor's look counts whole, what came after it is cut as ever.
            looked = _counter(series, owners, np.clip(accepted, end - MONTH * (k + 1), end - MONTH * k), born)
            capped[k] = np.minimum(months[k], usual + np.nan_to_num(np.maximum(looked - marks[k + 1], 0.0)))
    held = np.nansum(months - capped, axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        gained = np.where(counted >= TELLING, MONTHS * np.nansum(capped, axis=0) / counted, np.nan)
    earliest = np.where(there, MONTHS - np.argmax(~np.isnan(marks[::-1]), axis=0), 0)
    return Flow(stock, marks[earliest, owners], came - held, held, gained, as_of - end)


def _flow(series: Series, evidence: Evidence, as_of: float, numbers: Numbers, spec: SignalSpec) -> Measured:
    it = _capped(series, evidence, as_of, numbers, spec)
    return Measured(it.gained, it.age, it.held)


def _stock(series: Series, evidence: Evidence, as_of: float, numbers: Numbers, spec: SignalSpec) -> Measured:
    it = _capped(series, evidence, as_of, numbers, spec)
    value = np.fmin(it.start + it.confirmed, it.stock)
    return Measured(value, it.age, np.nan_to_num(it.stock - value))


def _growth(series: Series, evidence: Evidence, as_of: float, numbers: Numbers, spec: SignalSpec) -> Measured:
    it = _capped(series, evidence, as_of, numbers, spec)
    # Without the addition ten stars upon five would be the fastest growth there is.
    shrunk = it.gained / (it.start + numbers.shrink)
    return Measured(shrunk, it.age, it.held)


def _capped(series: Series, evidence: Evidence, as_of: float, numbers: Numbers, spec: SignalSpec) -> Flow:
    return flow(
        series,
        evidence,
        as_of,
        burst=numbers.burst,
        slack=numbers.slack,
        accepted=evidence.accepted.get(spec.reads),
    )


def _gain(series: Series, evidence: Evidence, as_of: float, numbers: Numbers, spec: SignalSpec) -> Measured:
    """In so many days up to the last reading; of a shorter history, in proportion, if it covers a third of them."""
    owners = np.arange(evidence.size)
    at, there = series.before(owners, as_of)
    end = np.where(there, series.day[at], np.nan)
    born, since = _born(series, evidence, as_of), _since(series, evidence.size)
    begin = end - numbers.days
    # Before the first reading something is known only of what had not begun yet.
    begin = np.where(since <= begin, begin, np.where(born > begin, born, since))
    covered = end - begin
    gained = np.maximum(series.value[at] - _counter(series, owners, begin, born), 0.0)
    enough = covered >= numbers.days / 3
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.where(enough, gained * numbers.days / covered, np.nan)
    return Measured(value, as_of - end, np.zeros(evidence.size))


def _median_of_days(series: Series, evidence: Evidence, as_of: float, numbers: Numbers, spec: SignalSpec) -> Measured:
    """Of the days before each artifact's last reading."""
    owners = np.arange(evidence.size)
    at, there = series.before(owners, as_of)
    end = np.where(there, series.day[at], np.nan)
    recent = (series.day <= as_of) & (series.day > end[series.owner] - numbers.days)
    owner, value = series.owner[recent], series.value[recent]
    order = np.lexsort((value, owner))
    value = value[order]
    counts = np.bincount(owner, minlength=evidence.size)
    starts = np.r_[0, np.cumsum(counts)[:-1]]
    result = np.full(evidence.size, np.nan)
    some = counts > 0
    low, high = starts[some] + (counts[some] - 1) // 2, starts[some] + counts[some] // 2
    result[some] = (value[low] + value[high]) / 2
    return Measured(result, as_of - end, np.zeros(evidence.size))


def _latest(series: Series, evidence: Evidence, as_of: float, numbers: Numbers, spec: SignalSpec) -> Measured:
    at, there = series.before(np.arange(evidence.size), as_of)
    value = np.where(there, series.value[at], np.nan)
    return Measured(value, np.where(there, as_of - series.day[at], np.nan), np.zeros(evidence.size))


def _age(series: Series, evidence: Evidence, as_of: float, numbers: Numbers, spec: SignalSpec) -> Measured:
    """Days since a date, in no finer steps than the floor.

    As they stood at the last reading: a source that falls silent leaves nobody idle, it widens the band.
    """
    last = _latest(series, evidence, as_of, numbers, spec)
    return Measured(np.maximum(as_of - last.age - last.value, numbers.floor), last.age, last.held)


def _check(series: Series, evidence: Evidence, as_of: float, numbers: Numbers, spec: SignalSpec) -> Measured:
    last = _latest(series, evidence, as_of, numbers, spec)
    passed = np.where(np.isnan(last.value), np.nan, (last.value >= numbers.mark).astype(float))
    return Measured(passed, last.age, last.held)


def transformed(measure: Measure, value: Floats) -> Floats:
    """On the scale on which tables are read: even steps are even ratios, and more is better."""
    if measure == Measure.AGE:
        return -np.log1p(value)
    if measure == Measure.CHECK:
        return value
    return np.log1p(value)


def _counter(series: Series, owners: Ints, days: Floats, born: Floats) -> Floats:
    """What a counter stood at on days between readings: on the straight line between the two around them."""
    asked = np.nan_to_num(days, nan=-1.0)
    at, there = series.before(owners, asked)
    after = np.minimum(at + 1, len(series.owner) - 1)
    follows = there & (series.owner[after] == owners) & (after > at)
    span = np.where(follows, series.day[after] - series.day[at], 1.0)
    part = np.where(follows, np.clip((asked - series.day[at]) / np.maximum(span, 1e-9), 0.0, 1.0), 0.0)
    value = series.value[at] + np.where(follows, part * (series.value[after] - series.value[at]), 0.0)
    value = np.where(there, value, np.nan)
    return np.where(~there & (days <= born), 0.0, value)


def _since(series: Series, size: int) -> Floats:
    """The day of each artifact's first reading, NaN where it has none."""
    owners = np.arange(size)
    first = np.minimum(np.searchsorted(series.owner, owners), len(series.owner) - 1)
    return np.where(series.owner[first] == owners, series.day[first], np.nan)


def _born(series: Series, evidence: Evidence, as_of: float) -> Floats:
    """The day each artifact began, NaN where nobody says, or says one after it had been read already."""
    created = evidence.of("created")
    if not len(created.owner):
        return np.full(evidence.size, np.nan)
    at, there = created.before(np.arange(evidence.size), as_of)
    born = np.where(there, created.value[at], np.nan)
    return np.where(born > _since(series, evidence.size), np.nan, born)


def _median(months: Floats) -> Floats:
    """Of the known ones in each column."""
    ordered = np.sort(months, axis=0)  # NaN last
    counts = (~np.isnan(months)).sum(axis=0)
    columns = np.arange(months.shape[1])
    low, high = np.maximum(counts - 1, 0) // 2, np.minimum(counts // 2, months.shape[0] - 1)
    return (ordered[low, columns] + ordered[high, columns]) / 2


_MEASURES: dict[Measure, Callable[[Series, Evidence, float, Numbers, SignalSpec], Measured]] = {
    Measure.FLOW: _flow,
    Measure.STOCK: _stock,
    Measure.GAIN: _gain,
    Measure.GROWTH: _growth,
    Measure.MEDIAN: _median_of_days,
    Measure.LATEST: _latest,
    Measure.AGE: _age,
    Measure.CHECK: _check,
}
