"""Crowds that act as one: actors who choose the same artifacts within the same hour.

Pure. Readers come to an artifact through their own needs, at their own times; who is paid to come does so with others,
for the same few artifacts, at once. What is found is shown to editors, who decide; nothing is left out by itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

#: Seconds within which choices count as made together.
TOGETHER = 3_600.0
#: Artifacts that two must have chosen together before they are taken for one.
SHARED = 3
#: And so many of them make a crowd.
CROWD = 5
#: An artifact that so many chose within an hour is in the news: choosing it together says nothing.
NEWS = 400


@dataclass(frozen=True)
class Crowd:
    actors: tuple[str, ...]
    #: What most of them have chosen together.
    artifacts: tuple[int, ...]
    first: float
    last: float


def crowds(choices: Iterable[tuple[str, int, float]]) -> list[Crowd]:
    """From actor, artifact and time of each choice; the largest first."""
    windows: defaultdict[tuple[int, int], set[str]] = defaultdict(set)
    when: defaultdict[str, list[float]] = defaultdict(list)
    for actor, artifact, at in choices:
        hour = int(at // TOGETHER)
        # Each choice stands in two windows, so that no pair is torn apart by a full hour.
        windows[artifact, hour].add(actor)
        windows[artifact, hour + 1].add(actor)
        when[actor].append(at)
    shared: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
    for (artifact, _), together in windows.items():
        if 1 < len(together) <= NEWS:
            order = sorted(together)
            for i, one in enumerate(order):
                for other in order[i + 1 :]:
                    shared[one, other].add(artifact)
    group = _Groups()
    what: defaultdict[str, set[int]] = defaultdict(set)
    for (one, other), artifacts in shared.items():
        if len(artifacts) >= SHARED:
            group.join(one, other)
            what[one] |= artifacts
            what[other] |= artifacts
    found = []
    for members in group.all():
        if len(members) >= CROWD:
            times = [at for actor in members for at in when[actor]]
            most: defaultdict[int, int] = defaultdict(int)
            for actor in members:
                for artifact in what[actor]:
                    most[artifact] += 1
            aimed = sorted((a for a in most if most[a] * 2 >= len(members)), key=lambda a: (-most[a], a))
            found.append(Crowd(tuple(sorted(members)), tuple(aimed), min(times), max(times)))
    return sorted(found, key=lambda crowd: (-len(crowd.actors), crowd.actors))


class _Groups:
    """Who belongs together, by joining pairs."""

    def __init__(self) -> None:
        self._head: dict[str, str] = {}

    def _of(self, one: str) -> str:
        head = self._head.setdefault(one, one)
        while head != self._head[head]:
            self._head[head] = head = self._head[self._head[head]]
        return head

    def join(self, one: str, other: str) -> None:
        first, second = sorted((self._of(one), self._of(other)))
        self._head[second] = first

    def all(self) -> list[set[str]]:
        found: defaultdict[str, set[str]] = defaultdict(set)
        for one in self._head:
            found[self._of(one)].add(one)
        return list(found.values())
