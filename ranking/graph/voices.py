"""No network is heard alone: what one says of an artifact counts for as much as two others say of it as well.

Pure. A network has its name for one period of thirty days, so it is held against others within one. Where fewer than
three speak nothing is heard yet; where a crowd of one network speaks beside two readers, it is heard as one more.
Weights of `weighing` go in: what is not heard now may be, once others have spoken.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from ranking.graph.actors import period_of

#: Networks that have to speak before any is heard.
LEAST_NETWORKS = 3
#: Intent and artifact.
Pair = tuple[int, int]


class Voice(NamedTuple):
    artifact: int
    network: str
    on: dt.date
    weight: int


def heard(voices: Iterable[Voice]) -> Iterator[int]:
    """How much of each counts, in their order: no network counts for more than the third loudest of its period."""
    said = list(voices)
    loudness: defaultdict[tuple[int, dt.date], Counter[str]] = defaultdict(Counter)
    for one in said:
        loudness[one.artifact, period_of(one.on)][one.network] += one.weight
    most = {of: _most(networks.values()) for of, networks in loudness.items()}
    left = {(*of, network): most[of] for of, networks in loudness.items() for network in networks}
    for one in said:
        key = (one.artifact, period_of(one.on), one.network)
        counts = min(one.weight, left[key])
        left[key] -= counts
        yield counts


class Report(NamedTuple):
    """What one network said of one artifact on a day: the weights of what worked and of what failed."""

    network: str
    on: dt.date
    worked: int
    failed: int


def heard_by_day(reports: Iterable[Report], *, most: int, upto: dt.date) -> list[tuple[dt.date, int, int]]:
    """Of one artifact: how much of what worked and of what failed comes to be heard on each day, no more than `most`
    in all. What was said before the third network spoke is heard from then on, and what is more waits for the days
    after. So what is counted of a day never changes by what is said later."""
    by_day: defaultdict[dt.date, list[Report]] = defaultdict(list)
    for one in reports:
        by_day[one.on].append(one)
    said: defaultdict[dt.date, defaultdict[str, list[Report]]] = defaultdict(lambda: defaultdict(list))
    heard_before: dict[dt.date, tuple[int, int]] = {}
    worked = failed = 0
    found = []
    for day, following in pairwise([*sorted(by_day), upto + dt.timedelta(days=1)]):
        period = period_of(day)
        for one in by_day[day]:
            said[period][one.network].append(one)
        before, now = heard_before.get(period, (0, 0)), _heard_of(said[period])
        heard_before[period] = now
        worked, failed = worked + now[0] - before[0], failed + now[1] - before[1]
        while (worked or failed) and day < following:
            some = worked * min(most, worked + failed) // (worked + failed)
            others = min(most, worked + failed) - some
            found.append((day, some, others))
            worked, failed, day = worked - some, failed - others, day + dt.timedelta(days=1)
    return found


def _heard_of(networks: Mapping[str, Sequence[Report]]) -> tuple[int, int]:
    """What worked and what failed, of a period so far. What a network said first is heard first."""
    level = _most(sum(one.worked + one.failed for one in reports) for reports in networks.values())
    worked = failed = 0
    for reports in networks.values():
        left = level
        for one in reports:
            whole = one.worked + one.failed
            some = min(left, whole)
            worked += one.worked * some // whole
            failed += some - one.worked * some // whole
            left -= some
    return worked, failed


def _most(loudness: Iterable[int]) -> int:
    """For how much each network counts at most."""
    said = sorted(loudness)
    return said[-LEAST_NETWORKS] if len(said) >= LEAST_NETWORKS else 0


def behind(choices: Iterable[tuple[Pair, str, dt.date]]) -> dict[Pair, int]:
    """How many networks chose each artifact for an intent, of the period in which they were most."""
    found: defaultdict[tuple[Pair, dt.date], set[str]] = defaultdict(set)
    for pair, network, on in choices:
        found[pair, period_of(on)].add(network)
    most: Counter[Pair] = Counter()
    for (pair, _), networks in found.items():
        most[pair] = max(most[pair], len(networks))
    return dict(most)
