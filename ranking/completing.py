"""What a reader may be about to type: names of artifacts and capabilities, and needs that many people had.

Every word typed has to begin a word of the name; where that finds nothing, names come that were mistyped so. Three
queries at most, whatever the catalog holds; what is typed is
written down nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse

from catalog.columns import Columns, columns
from catalog.models.fields import sort_key
from catalog.pages.nearnames import names_mistyped
from catalog.pages.rows import Row, rows_of
from catalog.state import State
from catalog.storable import storable
from ranking.graph.intents import public

#: Of each sort; where only artifacts are asked for, all are of theirs.
ARTIFACTS, CAPABILITIES, INTENTS, ALONE = 4, 2, 3, 8
#: Characters and words that are read. A letter alone begins half of all names; an ideograph does not.
LONGEST, MOST_WORDS, LEAST = 80, 8, 2


@dataclass(frozen=True)
class Completion:
    name: str
    #: Of the sprite.
    icon: str
    #: What it is, in two or three words.
    about: str
    #: Where it leads.
    address: str


def completions(text: str, state: State, *, only_artifacts: bool = False) -> list[Completion]:
    """The likeliest first, needs before names where a sentence is being typed."""
    words = sort_key(storable(text)[:LONGEST]).split()[:MOST_WORDS]
    if not words or (len(words[0]) < LEAST and words[0].isascii() and len(words) == 1):
        return []
    held = columns(state)
    if only_artifacts:
        return list(_artifacts(words, state, held, ALONE)) or _named(names_mistyped(text, state))
    named = [*_artifacts(words, state, held, ARTIFACTS), *_capabilities(words, held)]
    asked = list(_intents(words))
    found = [*asked, *named] if len(words) > 2 else [*named, *asked]
    return found or _named(names_mistyped(text, state))


def _artifacts(words: Sequence[str], state: State, held: Columns, most: int) -> Iterator[Completion]:
    rarest = max(words, key=len)
    wanted = _beginning(words)
    order = held.order("place")
    names: Sequence[str] = held.names.tolist()
    found = [place for place in order.tolist() if rarest in names[place] and wanted(names[place])]
    found.sort(key=lambda place: not names[place].startswith(words[0]))  # stable: else by place
    yield from _named(rows_of([int(held.ids[place]) for place in found[:most]], state, held))


def _named(rows: Sequence[Row]) -> list[Completion]:
    return [
        Completion(
            row.name,
            f"kind-{row.kind}",
            " · ".join(part for part in (row.kind_label, row.publisher_name) if part),
            reverse("catalog:artifact-detail", args=[row.slug]),
        )
        for row in rows
    ]


def _capabilities(words: Sequence[str], held: Columns) -> Iterator[Completion]:
    """Those that somebody offers, most of all first; a synonym leads to the capability."""
    wanted = _beginning(words)
    found = [
        term
        for term in held.capabilities.values()
        if held.offered_by.get(term.id) and any(wanted(line) for line in term.words.split("\n"))
    ]
    found.sort(key=lambda term: (-held.offered_by[term.id], term.slug))
    for term in found[:CAPABILITIES]:
        count = held.offered_by[term.id]
        about = f"capability of {count:,} artifact{'' if count == 1 else 's'}"
        yield Completion(term.name, "search", about, reverse("catalog:capability-detail", args=[term.slug]))


def _intents(words: Sequence[str]) -> Iterator[Completion]:
    """Public ones alone: what one person asks is proposed to nobody."""
    holding = Q()
    for word in words:
        holding &= Q(name__icontains=word)
    wanted = _beginning(words)
    rows = public().filter(holding).order_by("-actors_count", "pk")
    found = [row for row in rows.values_list("name", "actors_count", "is_sample")[:50] if wanted(sort_key(row[0]))]
    for name, people, is_sample in found[:INTENTS]:
        about = f"asked by {people:,} people{', sample' if is_sample else ''}"
        yield Completion(name, "search", about, f"{reverse('ranking:search')}?{urlencode({'q': name})}")


def _beginning(words: Sequence[str]) -> Callable[[str], bool]:
    """Whether every one of these words begins a word of a text."""
    patterns = [re.compile(rf"(?<!\w){re.escape(word)}") for word in words]
    return lambda text: all(pattern.search(text) for pattern in patterns)
