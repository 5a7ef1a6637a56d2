"""How much each act of feedback counts: never more for being repeated, sprayed or done by a crowd from one place.

Pure. Events are weighed in the order of their time, each by what counted before it; so the weights of a day do not
depend on what comes after it, and a fold may go on from the counted events of the last thirty days.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass

DAY = 86_400.0  # seconds
#: What a full choice weighs. Whole numbers add up to the same in any order.
WHOLE = 1_000
#: For how long one actor's choice of an artifact for an intent stands before another of them counts.
MEMORY = 30 * DAY
#: Choices of one actor that count on a day.
BUDGET = 20
#: Actors of one network that count for one artifact within MEMORY; for one intent it counts as one.
NETWORK_SHARE = 3
#: Outcomes of one artifact that count on a day: what keeps a wave from moving its rank by more than a point a day.
OUTCOMES_A_DAY = 7


@dataclass(frozen=True, slots=True)
class Event:
    pk: int
    #: Seconds since 1970.
    at: float
    act: str
    actor: str
    network: str
    intent: int | None
    artifact: int
    #: What it weighs at most: 0 where it is doubted, less than WHOLE for accounts that nobody knows yet.
    most: int = WHOLE


def weighed(events: Iterable[Event], *, counted: Iterable[tuple[Event, int]] = ()) -> dict[int, int]:
    """The weight of each event by its id. `counted` are earlier ones with the weights they have."""
    before = _Before()
    for event, weight in sorted(counted, key=lambda pair: (pair[0].at, pair[0].pk)):
        if weight > 0:
            before.add(event, weight)
    found = {}
    for event in sorted(events, key=lambda one: (one.at, one.pk)):
        weight = min(event.most, before.room(event))
        found[event.pk] = weight
        if weight > 0:
            before.add(event, weight)
    return found


class _Before:
    """What has counted so far."""

    def __init__(self) -> None:
        self._last: dict[tuple[str, str, int | None, int], float] = {}
        self._days: Counter[tuple[str, str, int]] = Counter()
        #: Of a network for an artifact, and for each intent apart.
        self._networks: defaultdict[tuple[str, str, int], deque[tuple[float, int]]] = defaultdict(deque)
        self._needs: defaultdict[tuple[str, str, int, int | None], deque[tuple[float, int]]] = defaultdict(deque)
        self._outcomes: Counter[tuple[int, int]] = Counter()

    def room(self, event: Event) -> int:
        last = self._last.get((event.act, event.actor, event.intent, event.artifact))
        if last is not None and event.at - last < MEMORY:
            return 0
        if self._days[event.act, event.actor, _day(event)] >= BUDGET:
            return 0
        if event.act == "outcome" and self._outcomes[event.artifact, _day(event)] >= OUTCOMES_A_DAY:
            return 0
        for_it = _taken(self._networks[event.act, event.network, event.artifact], event.at)
        for_need = _taken(self._needs[event.act, event.network, event.artifact, event.intent], event.at)
        return max(0, min(NETWORK_SHARE * WHOLE - for_it, WHOLE - for_need))

    def add(self, event: Event, weight: int) -> None:
        self._last[event.act, event.actor, event.intent, event.artifact] = event.at
        self._days[event.act, event.actor, _day(event)] += 1
        self._networks[event.act, event.network, event.artifact].append((event.at, weight))
        self._needs[event.act, event.network, event.artifact, event.intent].append((event.at, weight))
        if event.act == "outcome":
            self._outcomes[event.artifact, _day(event)] += 1


def _taken(said: deque[tuple[float, int]], at: float) -> int:
    while said and at - said[0][0] >= MEMORY:
        said.popleft()
    return sum(weight for _, weight in said)


def _day(event: Event) -> int:
    return int(event.at // DAY)
