"""Whom does a reader want to compare? Names and slugs as typed, the tray in a cookie, and names that come near.

Called by the page where comparisons are put together, and by those of comparisons that cannot be made.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np
from django.db.models import Q

from catalog.columns import Columns, columns
from catalog.models import Artifact
from catalog.models.fields import sort_key
from catalog.pages.rows import Row, rows_of
from catalog.state import State
from catalog.storable import storable
from ranking.comparison.key import MOST

#: So many names are proposed for one that is not known; so many are looked at closely before; a name is cut here.
NEAR, LOOKED_AT, LONGEST = 4, 400, 200
#: Below this two names have little in common.
ALIKE = 0.4
COOKIE, BETWEEN = "compare", "."
TRAY_SECONDS = 30 * 24 * 3600


@dataclass(frozen=True)
class Picked:
    """One field of the form: what was typed, and whom it means."""

    text: str
    #: Slug and name; empty where nobody is called that.
    slug: str = ""
    name: str = ""
    near: tuple[Row, ...] = ()


def picked(texts: Sequence[str], state: State) -> list[Picked]:
    """Each text as the slug, the old slug or the very name of a public artifact, else with names that come near."""
    texts = [storable(text).strip()[:LONGEST] for text in texts]
    texts = [text for text in dict.fromkeys(texts) if text]
    if not texts:
        return []
    slugs = {text.lower() for text in texts}
    rows = (
        Artifact.objects.public()
        .filter(Q(slug__in=slugs) | Q(aliases__slug__in=slugs) | Q(sort_name__in={sort_key(text) for text in texts}))
        .order_by("pk")
        .values_list("slug", "name", "sort_name", "aliases__slug")
    )
    by_slug: dict[str, tuple[str, str]] = {}
    by_name: dict[str, dict[str, str]] = {}
    for slug, name, key, alias in rows:
        by_name.setdefault(key, {})[slug] = name
        if alias:
            by_slug.setdefault(alias, (slug, name))
    for slug, name, _, _ in rows:
        by_slug[slug] = (slug, name)
    found = []
    for text in texts:
        called = by_name.get(sort_key(text), {})
        if text.lower() in by_slug:
            found.append(Picked(text, *by_slug[text.lower()]))
        elif len(called) == 1:  # several of one name are for the reader to tell apart
            found.append(Picked(text, *next(iter(called.items()))))
        else:
            found.append(Picked(text, near=tuple(near(text, state))))
    return found


def near(text: str, state: State) -> list[Row]:
    """Artifacts that may have been meant, the likeliest first."""
    held = columns(state)
    wanted = sort_key(text.replace("-", " "))
    places = _candidates(wanted, held)
    likeness = {place: SequenceMatcher(None, wanted, held.names[place][:LONGEST]).ratio() for place in places}
    best = sorted((place for place in places if likeness[place] >= ALIKE), key=lambda place: (-likeness[place], place))
    return rows_of([int(held.ids[place]) for place in best[:NEAR]], state, held)


def _candidates(wanted: str, held: Columns) -> list[int]:
    """Places of artifacts with one of the words, or with its beginning: to compare all with it would take a second."""
    counted = np.zeros(len(held), dtype=np.int64)
    for word in re.findall(r"\w{2,}", wanted)[:8]:
        for part in {word, word[:3]}:
            counted += np.fromiter((part in name for name in held.names), dtype=bool, count=len(held))
    order = np.argsort(-counted, kind="stable")[:LOOKED_AT]
    return [int(place) for place in order if counted[place]]


def tray_in(cookie: str) -> list[str]:
    """Slugs that the reader has put aside; what is no slug is dropped."""
    slugs = [slug for slug in cookie[:1000].split(BETWEEN) if re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,119}", slug)]
    return list(dict.fromkeys(slugs))[:MOST]


def tray_of(slugs: Sequence[str]) -> str:
    return BETWEEN.join(slugs)
