"""Whom does a reader want to compare? Names and slugs as typed, the tray in a cookie, and names that come near.

Called by the page where comparisons are put together, and by those of comparisons that cannot be made.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from catalog.models import Artifact
from catalog.models.fields import sort_key
from catalog.pages.nearnames import names_near
from catalog.pages.rows import Row
from catalog.state import State
from catalog.storable import storable
from ranking.comparison.key import MOST

#: A name is cut here.
LONGEST = 200
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
            found.append(Picked(text, near=tuple(names_near(text, state))))
    return found


def tray_in(cookie: str) -> list[str]:
    """Slugs that the reader has put aside; what is no slug is dropped."""
    slugs = [slug for slug in cookie[:1000].split(BETWEEN) if re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,119}", slug)]
    return list(dict.fromkeys(slugs))[:MOST]


def tray_of(slugs: Sequence[str]) -> str:
    return BETWEEN.join(slugs)
