"""Runs one importer: the functions behind the command, the demo catalog, the desk and the timetable."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from django.db import transaction

from catalog.choices import RunState
from catalog.importers import runs, steering
from catalog.importers.errors import CannotImport
from catalog.importers.feeds import Feed
from catalog.importers.registry import FEEDS, importer_of
from catalog.importers.runs import Result
from catalog.importers.upsert import upsert
from catalog.models import ImportRun


def import_from(
    name: str, place: str, *, now: dt.datetime, is_dry_run: bool = False, is_confirmed: bool = False, why: str = ""
) -> Result:
    """Reads `place` with the importer of this name and writes what is new. Raises CannotImport; a refusal is kept.

    CannotRun while another run of this source is under way.
    """
    importer = importer_of(name, place)
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


#: After so many seconds a run makes room and goes on later: well below a task's time limit.
TURN = 8 * 60


def take(pk: int, *, now: dt.datetime) -> bool:
    """What a worker does: takes the run if it waits, and returns at once if not. True: there is more, call again."""
    run = steering.hold(pk, now=now)
    if run is None:
        return False
    feed = FEEDS.get(run.importer)
    if feed is None:  # its module has been taken away since it was asked for
        steering.stop(run)
        return False
    try:
        return runs.work(run, feed, now=now, turn=TURN).state == RunState.ASKED
    except CannotImport:  # the run keeps why
        return False
    except Exception:  # the run keeps what it was, and the log how
        if transaction.get_connection().in_atomic_block:
            raise  # whatever else was done around it must not stand half
        return False


def begin_due(*, now: dt.datetime) -> list[int]:
    """Runs of the sources whose time has come, and those whose task was lost.

    A source that no editor has switched on is never read.
    """
    lost = steering.lost(now=now)
    due = steering.due(now=now, addresses={name: feed.address for name, feed in FEEDS.items()})
    return [*lost, *(run.pk for run in due)]
