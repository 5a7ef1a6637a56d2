"""Runs one importer: the function behind the command, the demo catalog and, later, the schedule."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from catalog.choices import RunState
from catalog.importers.errors import CannotImport
from catalog.importers.registry import IMPORTERS
from catalog.importers.upsert import Counts, upsert
from catalog.models import ImportRun


def import_from(name: str, place: str, *, now: dt.datetime, is_dry_run: bool = False, why: str = "") -> Counts:
    """Reads `place` with the importer of this name and writes what is new. Raises CannotImport; a refusal is kept."""
    try:
        records = IMPORTERS[name].read(Path(place))
    except CannotImport as error:
        if not is_dry_run:
            ImportRun.objects.create(
                importer=name,
                origin=place[:500],
                started_at=now,
                finished_at=now,
                state=RunState.REFUSED,
                refused_count=len(error.problems),
                error=str(error)[:20_000],
            )
        raise
    return upsert(records, importer=name, origin=place, now=now, is_dry_run=is_dry_run, why=why)
