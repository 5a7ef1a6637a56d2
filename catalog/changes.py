"""The one transaction in which facts change.

    with change(why="Merged after review.") as it:
        ...save what you like; bulk writers tell `it.touch(ids)`

On the way out it recomputes what is derived from the touched artifacts, stamps them with a new catalog version and,
after commit, sends `artifact_changed`. A model saved outside of a `change` opens a small one of its own (see
receivers.py), so that no door can forget it and no cached page outlives an edit.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction
from django.utils import timezone

from catalog import derived
from catalog.events import artifact_changed
from catalog.models import Artifact, CatalogState
from catalog.state import moved

#: Marks the copy that is taken of an imported row when a person first edits it, see receivers.py.
AS_IMPORTED = "As imported."


class Change:
    """What one transaction has touched so far."""

    def __init__(self, why: str) -> None:
        self.why = why
        #: One time for everything that is saved in it: what has the same time in the history is one save.
        self.at = timezone.now()
        self.artifact_ids: set[int] = set()
        #: Artifacts whose published columns changed, but nothing that is said of them.
        self.relisted_ids: set[int] = set()
        #: Set by things outside any artifact, such as a category's name.
        self.is_touched = False

    def touch(self, artifact_ids: Iterable[int | None]) -> None:
        self.artifact_ids.update(pk for pk in artifact_ids if pk is not None)

    def touch_columns(self, artifact_ids: Iterable[int]) -> None:
        """Lists must read these artifacts again; `facts_changed_at` stays, else ranking would wake itself for ever."""
        self.relisted_ids.update(artifact_ids)


_current: ContextVar[Change | None] = ContextVar("catalog_change", default=None)


def current() -> Change | None:
    return _current.get()


@contextmanager
def change(*, why: str = "") -> Iterator[Change]:
    """Opens the transaction, or joins the one that is open. `why` goes into the history of every row saved in it."""
    running = _current.get()
    if running is not None:
        yield running
        return
    it = Change(why)
    token = _current.set(it)
    try:
        with transaction.atomic():
            state = _turn()
            it.at = timezone.now()  # not while it waited for its turn: histories would cross
            yield it
            _finish(it, state)
    finally:
        _current.reset(token)


def _turn() -> CatalogState:
    """Waits for the row that every change writes last, and holds it.

    Changes thus follow one another, as they do on SQLite by themselves: two editors of one family of artifacts would
    otherwise lock each other's rows and both wait for ever, and a later change could carry an earlier time.
    """
    state = CatalogState.objects.select_for_update().filter(pk=1).first()
    if state is None:
        CatalogState.objects.get_or_create(pk=1)
        state = CatalogState.objects.select_for_update().get(pk=1)
    return state


def _finish(it: Change, state: CatalogState) -> None:
    if not (it.artifact_ids or it.relisted_ids or it.is_touched):
        return
    # Never before an earlier change, or whoever follows changes by their time would miss this one.
    now = timezone.now()
    if state.changed_at is not None:
        now = max(now, state.changed_at + dt.timedelta(microseconds=1))
    ids = frozenset(it.artifact_ids)
    ids |= derived.refresh(ids, now=now)
    version = state.version + 1
    for chunk in derived.chunks(ids):
        Artifact.objects.filter(pk__in=chunk).update(facts_changed_at=now, listed_version=version)
    for chunk in derived.chunks(it.relisted_ids - ids):
        Artifact.objects.filter(pk__in=chunk).update(listed_version=version)
    shared = version if it.is_touched else state.shared_version
    CatalogState.objects.filter(pk=1).update(version=version, changed_at=now, shared_version=shared)
    moved()
    if ids:
        transaction.on_commit(lambda: artifact_changed.send(sender=Artifact, artifact_ids=ids), robust=True)
