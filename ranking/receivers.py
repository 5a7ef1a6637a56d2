"""What follows from saving a note, whichever door it came through: kept pages that show it are let go.

Plumbing only, as in catalog.receivers.
"""

from __future__ import annotations

from typing import Any

from django.db.models.signals import m2m_changed, post_delete, post_save

from catalog import changes
from catalog.desk import reports
from catalog.events import artifact_changed
from ranking import waking
from ranking.models import ComparisonNote
from ranking.reported import cell_at


def connect() -> None:
    post_save.connect(_note, sender=ComparisonNote, dispatch_uid="ranking_note_saved")
    post_delete.connect(_note, sender=ComparisonNote, dispatch_uid="ranking_note_deleted")
    m2m_changed.connect(_note, sender=ComparisonNote.artifacts.through, dispatch_uid="ranking_note_artifacts")
    reports.CELLS.append(cell_at)
    artifact_changed.connect(waking.artifact_changed, dispatch_uid="ranking_match_index")


def _note(raw: bool = False, **kwargs: Any) -> None:
    if raw:  # loaddata
        return
    with changes.change() as it:
        it.is_touched = True
