"""Which artifacts a reader may have meant by a name that none has: mistyped, cut short or half remembered.

The one home of "did you mean": comparisons, search, suggestions and lists ask here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from types import MappingProxyType

import numpy as np

from catalog.columns import Columns, columns
from catalog.models.fields import sort_key
from catalog.pages.rows import Row, rows_of
from catalog.state import State
from catalog.storable import storable

#: So many names are proposed for one that is not known; so many are looked at closely before; a name is cut here.
NEAR, LOOKED_AT, LONGEST = 4, 400, 200
#: Below this two names have little in common.
ALIKE = 0.4
#: What has more words is a sentence, not a name.
MOST_WORDS = 4


def names_near(text: str, state: State) -> list[Row]:
    """Artifacts that may have been meant, the likeliest first, where it is certain that a name was."""
    held = columns(state)
    wanted = _wanted(text)
    words = dict.fromkeys(re.findall(r"\w{2,}", wanted)[:8])
    parts = [part for word in words for part in (word, word[:3], *held.name_words.mistyped_as(word))]
    return _likeliest(wanted, _holding(parts, held), held, state)


def names_mistyped(text: str, state: State) -> list[Row]:
    """The same where the words may be a need just as well: only if one of them begins no word of any name, and each
    is a word of the artifact's name, or nearly one."""
    held = columns(state)
    wanted = _wanted(text)
    words = list(dict.fromkeys(re.findall(r"\w+", wanted)))
    if not 0 < len(words) <= MOST_WORDS:
        return []
    known = {word for word in words if held.name_words.begin_with(word)}
    meant = [(word,) if word in known else held.name_words.mistyped_as(word) for word in words]
    if len(known) == len(words) or not all(meant):
        return []
    longest = max(meant, key=lambda either: len(either[0]))
    off = {place: [_off(either, held.names[place]) for either in meant] for place in _holding(longest, held)}
    steps = {place: sum(one for one in each if one is not None) for place, each in off.items() if None not in each}
    return _likeliest(wanted, list(steps), held, state, steps=steps)


def _off(either: Sequence[str], name: str) -> int | None:
    """Which of the words begins one of the name's, the likeliest being 0; None where none does."""
    return next((n for n, word in enumerate(either) if re.search(rf"(?<!\w){re.escape(word)}", name)), None)


def _wanted(text: str) -> str:
    return sort_key(storable(text)[:LONGEST].replace("-", " "))


def _holding(parts: Iterable[str], held: Columns) -> list[int]:
    """Places of artifacts whose names hold most of these: to compare all names would take a second."""
    counted = np.zeros(len(held), dtype=np.int64)
    for part in dict.fromkeys(parts):
        counted += np.fromiter((part in name for name in held.names), dtype=bool, count=len(held))
    order = np.argsort(-counted, kind="stable")[:LOOKED_AT]
    return [int(place) for place in order if counted[place]]


def _likeliest(
    wanted: str, places: Sequence[int], held: Columns, state: State, *, steps: Mapping[int, int] = MappingProxyType({})
) -> list[Row]:
    """Those fewest steps away first, then those whose whole name is most alike."""
    likeness = {place: SequenceMatcher(None, wanted, held.names[place][:LONGEST]).ratio() for place in places}
    alike = [place for place in places if likeness[place] >= ALIKE]
    best = sorted(alike, key=lambda place: (steps.get(place, 0), -likeness[place], place))
    return rows_of([int(held.ids[place]) for place in best[:NEAR]], state, held)
