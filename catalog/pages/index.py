"""The vocabulary as an index: groups by name, narrower capabilities below the broader one they belong to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from catalog.columns import columns
from catalog.models import Capability
from catalog.state import State

#: Names of the vocabulary's groups, where the key's own word is not one.
GROUP_NAMES = {
    "comms": "Communication",
    "dev": "Software projects",
    "eval": "Evaluation",
    "hub": "Hubs and directories",
    "learn": "Learning",
    "serve": "Serving",
    "train": "Training",
}


@dataclass(frozen=True)
class Entry:
    slug: str
    name: str
    count: int
    is_narrower: bool


@dataclass(frozen=True)
class Group:
    slug: str
    name: str
    capabilities: list[Entry]


def group_name(group: str) -> str:
    return GROUP_NAMES.get(group, group.capitalize())


def vocabulary_index(state: State) -> list[Group]:
    held = columns(state)
    rows = list(Capability.objects.live().order_by("sort_name", "id").only("key", "slug", "name", "broader_id"))
    group_of = {row.pk: row.group for row in rows}
    tops: dict[str, list[Capability]] = defaultdict(list)
    below: dict[int, list[Capability]] = defaultdict(list)
    for row in rows:
        if row.broader_id is not None and group_of.get(row.broader_id) == row.group:
            below[row.broader_id].append(row)
        else:
            tops[row.group].append(row)

    def walk(some: list[Capability], is_narrower: bool) -> Iterator[Entry]:
        for row in some:
            yield Entry(row.slug, row.name, held.offered_by.get(row.pk, 0), is_narrower)
            yield from walk(below[row.pk], True)

    groups = [Group(group, group_name(group), list(walk(some, False))) for group, some in tops.items()]
    return sorted(groups, key=lambda group: group.name)
