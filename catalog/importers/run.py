"""Runs one importer: the function behind the command, the demo catalog and, later, the schedule."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from catalog.choices import RunState
from catalog.importers import runs
from catalog.importers.errors import CannotImport
from catalog.importers.feeds import Feed
from catalog.importers.registry import IMPORTERS
from catalog.importers.runs import Result
from catalog.importers.upsert import upsert
from catalog.models import ImportRun


def import_from(
    name: str, place: str, *, now: dt.datetime, is_dry_run: bool = False, is_confirmed: bool = False, why: str = ""
) -> Result:
    """Reads `place` with the importer of this name and writes what is new. Raises CannotImport; a refusal is kept."""
    importer = IMPORTERS[name]
    if isinstance(importer, Feed):
        waiting = ImportRun.objects.filter(importer=name, origin=place[:500], state=RunState.WAITING).last()
        if waiting and is_confirmed and not is_dry_run:
            return runs.confirm(waiting, importer, now=now)
        return runs.start(importer, place, now=now, is_dry_run=is_dry_run, is_confirmed=is_confirmed, why=why)
    try:
        records = importer.read(Path(place))
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
    return Result(upsert(records, importer=name, origin=place, now=now, is_dry_run=is_dry_run, why=why), RunState.DONE)
