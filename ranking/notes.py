"""What readers see of editors' notes: the one on a comparison, and those that are featured.

Published notes are few and stand on every front page, so each process holds them all, as of one version of the facts:
whatever is done to a note makes another version.
"""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass

from catalog.choices import PUBLIC_LIFECYCLES
from catalog.held import forgets
from catalog.models import Artifact
from catalog.state import State
from ranking.comparison.key import LEAST, key_of
from ranking.models import ComparisonNote, NoteState

#: Featured comparisons that a page shows.
MOST_FEATURED = 4
_COLUMNS = ("slug", "name", "kind", "lifecycle")


@dataclass(frozen=True)
class Note:
    key: str
    #: Names and kinds in the order of the key.
    names: tuple[str, ...]
    kinds: tuple[str, ...]
    title: str
    text: str
    author: str
    published_on: dt.date
    is_featured: bool

    @property
    def heading(self) -> str:
        return self.title or " against ".join(self.names)


@dataclass(frozen=True)
class _Held:
    version: int
    #: The newest first.
    notes: dict[str, Note]


_lock = threading.Lock()
_held: _Held | None = None


def note_for(key: str, state: State) -> Note | None:
    """The published one."""
    return _notes(state).get(key)


def featured(kind: str, state: State) -> list[Note]:
    """The newest ones of a kind, or of all for the front page."""
    shown = [note for note in _notes(state).values() if note.is_featured and (not kind or kind in note.kinds)]
    return shown[:MOST_FEATURED]


@forgets
def forget() -> None:
    """Drops what is held; tests start each with nothing."""
    global _held
    _held = None


def _notes(state: State) -> dict[str, Note]:
    global _held
    held = _held
    if held is None or held.version != state.version:
        with _lock:  # one loads, the others wait for it
            held = _held
            if held is None or held.version != state.version:
                held = _held = _Held(state.version, _load())
    return held.notes


def _load() -> dict[str, Note]:
    """By the keys of today: a slug may have changed since, and one artifact become part of another. One query."""
    members: dict[int, list[Artifact]] = {}
    about: dict[int, ComparisonNote] = {}
    through = ComparisonNote.artifacts.through
    rows = (
        through._base_manager.filter(comparisonnote__state=NoteState.PUBLISHED)
        .select_related("comparisonnote__author", "artifact__merged_into")
        .only(
            *(f"comparisonnote__{name}" for name in ("title", "text", "published_at", "is_featured")),
            *(f"comparisonnote__author__{name}" for name in ("first_name", "last_name", "username")),
            *(f"{one}__{name}" for one in ("artifact", "artifact__merged_into") for name in _COLUMNS),
        )
        .order_by("-comparisonnote__published_at", "-comparisonnote")
    )
    for row in rows:
        about[row.comparisonnote_id] = row.comparisonnote
        members.setdefault(row.comparisonnote_id, []).append(row.artifact.merged_into or row.artifact)
    notes: dict[str, Note] = {}
    for pk, note in about.items():
        by_slug = {one.slug: one for one in members[pk]}
        if len(by_slug) < LEAST or any(one.lifecycle not in PUBLIC_LIFECYCLES for one in members[pk]):
            continue
        key = key_of(by_slug)
        notes.setdefault(key, _note(note, key, [by_slug[slug] for slug in sorted(by_slug)]))
    return notes


def _note(row: ComparisonNote, key: str, artifacts: list[Artifact]) -> Note:
    assert row.published_at is not None  # noqa: S101 - the database holds to it
    return Note(
        key=key,
        names=tuple(one.name for one in artifacts),
        kinds=tuple(one.kind for one in artifacts),
        title=row.title,
        text=row.text,
        author=(row.author.get_full_name() or row.author.username) if row.author else "",
        published_on=row.published_at.date(),
        is_featured=row.is_featured,
    )
