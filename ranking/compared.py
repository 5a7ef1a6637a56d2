"""What is compared often: beside one artifact ("People also compare"), and for editors what still lacks a note.

Pages ask memory: a process reads the tallies once, and again after an answer has gone out, at most every EVERY seconds.
Fewer than LEAST_VIEWS say nothing and are shown nowhere.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Max, Sum
from django.utils import timezone

from catalog.choices import PUBLIC_LIFECYCLES
from catalog.columns import columns
from catalog.held import forgets
from catalog.models import Artifact
from catalog.state import State
from ranking.comparison.key import LEAST, key_of
from ranking.models import ComparisonNote, ComparisonTally
from ranking.models.comparison import ids_in

log = logging.getLogger(__name__)

#: How far back readers' suggestions go, and editors' work.
READERS, EDITORS = dt.timedelta(days=90), dt.timedelta(days=30)
LEAST_VIEWS = 3
EVERY = 600.0
#: Comparisons that a process holds, and of which a page shows SHOWN.
MOST_HELD, SHOWN = 2_000, 6


@dataclass(frozen=True)
class Often:
    """A comparison that people look at."""

    #: In the order of the key.
    artifact_ids: tuple[int, ...]
    slugs: tuple[str, ...]
    names: tuple[str, ...]
    views: int
    #: The last day on which somebody did.
    last_on: dt.date

    @property
    def key(self) -> str:
        return key_of(self.slugs)

    @property
    def heading(self) -> str:
        return " against ".join(self.names)


@dataclass(frozen=True)
class _Held:
    read_at: float
    #: The most viewed first.
    of_artifact: dict[int, list[Often]]
    ids: dict[str, int]
    all: list[Often]


_lock = threading.Lock()
_held: _Held | None = None


def also_compared(slugs: Collection[str], state: State) -> list[Often]:
    """Comparisons with any of these in them, but not of these alone."""
    held = _tallies()
    ids = {held.ids[slug] for slug in slugs if slug in held.ids}
    found = {often for pk in ids for often in held.of_artifact[pk] if set(often.artifact_ids) != ids}
    return _shown(found, state)


def most_compared(state: State) -> list[Often]:
    return _shown(_tallies().all, state)


def _shown(found: Iterable[Often], state: State) -> list[Often]:
    """The most viewed; what has been withdrawn since it was read is left out."""
    public = columns(state)
    ordered = sorted(found, key=lambda often: (-often.views, often.slugs))
    return [often for often in ordered if all(public.has(pk) for pk in often.artifact_ids)][:SHOWN]


def without_note(*, now: dt.datetime, limit: int) -> list[Often]:
    """What people compare and no editor has begun to write about. Four queries."""
    noted = [ids_in(members) for members in ComparisonNote.objects.values_list("members", flat=True)]
    standing = _artifacts({pk for ids in noted for pk in ids})
    taken = {frozenset(standing[pk].pk for pk in ids if pk in standing) for ids in noted}
    found = _often(now=now, within=EDITORS, limit=limit + len(noted))
    return [often for often in found if frozenset(often.artifact_ids) not in taken][:limit]


def refresh_if_due() -> None:
    """Reads the tallies again where what is held is old. Called when an answer has gone out."""
    held = _held
    if held is not None and time.monotonic() - held.read_at >= EVERY and _lock.acquire(blocking=False):
        try:
            _read()
        except Exception:  # whatever the database raises: what is held stays for another while
            log.warning("What is compared often cannot be read.", exc_info=True)
        finally:
            _lock.release()


@forgets
def forget() -> None:
    """Drops what is held; tests start each with nothing."""
    global _held
    _held = None


def _tallies() -> _Held:
    if _held is not None:
        return _held
    with _lock:  # one reads, the others wait for it
        return _held or _read()


def _read() -> _Held:
    global _held
    found = _often(now=timezone.now(), within=READERS, limit=MOST_HELD)
    of_artifact: dict[int, list[Often]] = {}
    ids: dict[str, int] = {}
    for often in found:
        for pk, slug in zip(often.artifact_ids, often.slugs, strict=True):
            of_artifact.setdefault(pk, []).append(often)
            ids[slug] = pk
    _held = _Held(time.monotonic(), of_artifact, ids, found)
    return _held


def _often(*, now: dt.datetime, within: dt.timedelta, limit: int) -> list[Often]:
    """The most viewed first. Two queries."""
    rows = list(
        ComparisonTally.objects.filter(day__gt=now.date() - within)
        .values_list("members")
        .annotate(total=Sum("views"), last=Max("day"))
        .order_by("-total", "members")[:limit]
    )
    standing = _artifacts({pk for members, _, _ in rows for pk in ids_in(members)})
    found: dict[frozenset[int], Often] = {}
    for members, views, last in rows:
        ids = ids_in(members)
        about = sorted(
            {standing[pk].pk: standing[pk] for pk in ids if pk in standing}.values(), key=lambda one: one.slug
        )
        if len(about) < LEAST or any(pk not in standing for pk in ids):
            continue  # two of them have become one, or one is not public any more
        which = frozenset(one.pk for one in about)
        before = found.get(which)
        found[which] = Often(
            tuple(one.pk for one in about),
            tuple(one.slug for one in about),
            tuple(one.name for one in about),
            views + (before.views if before else 0),
            max(last, before.last_on) if before else last,
        )
    enough = (often for often in found.values() if often.views >= LEAST_VIEWS)  # together, if some have become one
    return sorted(enough, key=lambda often: (-often.views, often.slugs))


def _artifacts(ids: Collection[int]) -> dict[int, Artifact]:
    """Who stands for each today: itself, or what it was merged into. What is not public is left out."""
    names = ("slug", "name", "lifecycle")
    rows = (
        Artifact.objects.filter(pk__in=ids)
        .select_related("merged_into")
        .only(*names, *(f"merged_into__{name}" for name in names))
    )
    standing = {row.pk: row.merged_into or row for row in rows}
    return {pk: one for pk, one in standing.items() if one.lifecycle in PUBLIC_LIFECYCLES}
