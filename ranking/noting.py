"""An editor's note on a comparison on its way to readers: submitted, sent back, published, withdrawn.

The admin's buttons and the demo call these. What readers are shown of notes is in `notes.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from catalog.changes import change
from catalog.choices import PUBLIC_LIFECYCLES
from catalog.models import Artifact
from ranking.comparison.key import LEAST, MOST
from ranking.models import ComparisonNote, NoteState
from ranking.models.comparison import members_of

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class CannotWrite(Exception):
    """These artifacts take no note. Says in a sentence why."""


class CannotMove(Exception):
    """Why a step is not possible, in a sentence."""


def members_for(artifacts: Collection[Artifact], *, note: ComparisonNote) -> str:
    """What the note is about, once it is sure that there can be one. Raises CannotWrite."""
    members = members_of(artifact.pk for artifact in artifacts)
    if not LEAST <= len(artifacts) <= MOST:
        raise CannotWrite(f"A comparison takes two to four artifacts, not {len(artifacts)}.")
    # What has been withdrawn since it was chosen may stay: the note waits, unseen, for its return.
    before = set(note.artifacts.values_list("pk", flat=True)) if note.pk else set()
    chosen = [artifact for artifact in artifacts if artifact.pk not in before]
    if hidden := next((one for one in chosen if one.lifecycle not in PUBLIC_LIFECYCLES), None):
        raise CannotWrite(f"“{hidden.name[:100]}” is not public, so there is no comparison with it.")
    if ComparisonNote.objects.filter(members=members).exclude(pk=note.pk).exists():
        raise CannotWrite("There is a note on these already.")
    return members


def write(
    artifacts: Sequence[Artifact], *, title: str, text: str, by: User | None, is_featured: bool = False
) -> ComparisonNote:
    """A new draft."""
    note = ComparisonNote(title=title, text=text, author=by, is_featured=is_featured)
    with change():
        note.members = members_for(artifacts, note=note)
        _save(note, by)
        note.artifacts.set(artifacts)
    return note


def submit(note: ComparisonNote, *, by: User, why: str = "") -> None:
    """Draft -> in review."""
    with _taking(note, why):
        _need(note, NoteState.DRAFT, to="submitted")
        note.state, note.submitted_by, note.submitted_at = NoteState.IN_REVIEW, by, timezone.now()
        _save(note, by)


def send_back(note: ComparisonNote, *, by: User, why: str) -> None:
    """In review -> draft, with what has to be done."""
    if not why.strip():
        raise CannotMove("Say what has to be done before it can be published.")
    with _taking(note, why):
        _need(note, NoteState.IN_REVIEW, to="sent back")
        note.state = NoteState.DRAFT
        _save(note, by)


def publish(note: ComparisonNote, *, by: User, why: str = "") -> None:
    """Draft or in review -> published. Where four eyes are asked for, not by whoever submitted it."""
    with _taking(note, why):
        _need(note, NoteState.DRAFT, NoteState.IN_REVIEW, to="published")
        if sentence := needs_second_editor(note, by):
            raise CannotMove(sentence)
        note.state, note.published_by, note.published_at = NoteState.PUBLISHED, by, timezone.now()
        _save(note, by)


def withdraw(note: ComparisonNote, *, by: User, why: str) -> None:
    """Published -> draft: readers do not see it any more."""
    if not why.strip():
        raise CannotMove("Say why readers are not to see it any more.")
    with _taking(note, why):
        _need(note, NoteState.PUBLISHED, to="withdrawn")
        note.state = NoteState.DRAFT
        _save(note, by)


def needs_second_editor(note: ComparisonNote, by: User) -> str:
    """Empty where nothing is in the way."""
    if not settings.FOUR_EYES:
        return ""
    if note.state == NoteState.DRAFT:
        return "Submit it first: this site publishes what a second editor has looked at."
    if note.submitted_by_id == by.pk:
        return "You submitted it yourself; this site publishes what a second editor has looked at."
    return ""


@contextmanager
def _taking(note: ComparisonNote, why: str) -> Iterator[None]:
    """A step saves the whole row, so it takes it as it stands when its turn has come."""
    with change(why=why.strip()):
        try:
            note.refresh_from_db()
        except ComparisonNote.DoesNotExist:
            raise CannotMove("It has been deleted meanwhile.") from None
        yield


def _need(note: ComparisonNote, *states: NoteState, to: str) -> None:
    if note.state not in states:
        raise CannotMove(f"It is {note.get_state_display().lower()}, so it cannot be {to}.")


def _save(note: ComparisonNote, by: User | None) -> None:
    note._history_user = by  # type: ignore[attr-defined]
    note.save()
