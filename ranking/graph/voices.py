"""No network is heard alone: what one says of an artifact counts for as much as two others say of it as well.

Pure. A network has its name for one period of thirty days, so it is held against others within one. Where fewer than
three speak nothing is heard yet; where a crowd of one network speaks beside two readers, it is heard as one more.
Weights of `weighing` go in: what is not heard now may be, once others have spoken.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
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
    left: dict[tuple[int, dt.date, str], int] = {}
    for of, networks in loudness.items():
        level = sorted(networks.values())[-LEAST_NETWORKS] if len(networks) >= LEAST_NETWORKS else 0
        left |= {(*of, network): level for network in networks}
    for one in said:
        key = (one.artifact, period_of(one.on), one.network)
        counts = min(one.weight, left[key])
        left[key] -= counts
        yield counts


def behind(choices: Iterable[tuple[Pair, str, dt.date]]) -> dict[Pair, int]:
    """How many networks chose each artifact for an intent, of the period in which they were most."""
    found: defaultdict[tuple[Pair, dt.date], set[str]] = defaultdict(set)
    for pair, network, on in choices:
        found[pair, period_of(on)].add(network)
    most: Counter[Pair] = Counter()
    for (pair, _), networks in found.items():
        most[pair] = max(most[pair], len(networks))
    return dict(most)
