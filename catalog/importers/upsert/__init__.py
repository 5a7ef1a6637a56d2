"""The one door by which imported facts reach the tables.

Takes records, compares them with what stands there, writes only what differs, in a constant number of queries however
many there are. Nothing is deleted: what a source no longer says stays until an editor withdraws it. What a person has
edited since is held back, not overwritten. Running it twice changes nothing.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from catalog.changes import change
from catalog.choices import RunState
from catalog.importers import steering
from catalog.importers.errors import CannotImport, Problem
from catalog.importers.records import Records
from catalog.importers.upsert.artifacts import upsert_artifacts
from catalog.importers.upsert.details import upsert_details
from catalog.importers.upsert.shared import upsert_shared
from catalog.importers.upsert.tally import Tally
from catalog.models import ImportRun


@dataclass(frozen=True)
class Counts:
    read: int
    new: int
    changed: int
    unchanged: int
    refused: int
    held: int

    def __str__(self) -> str:
        return " ".join(f"{name}={value}" for name, value in self.__dict__.items())


class _DryRun(Exception):
    pass


def upsert(
    records: Records, *, importer: str, origin: str, now: dt.datetime, is_dry_run: bool = False, why: str = ""
) -> Counts:
    """Writes the records in one transaction and keeps the run. Raises CannotImport, with nothing written."""
    if is_dry_run:
        run = ImportRun(importer=importer, origin=origin[:500], started_at=now, is_dry_run=True)
    else:
        run = steering.ask(importer, origin, now=now, why=why, state=RunState.RUNNING)
    tally = Tally()
    try:
        with change(why=why or f"Import: {importer}") as it, transaction.atomic():
            shared = upsert_shared(records, tally)
            artifacts = upsert_artifacts(records, shared, tally, importer=importer, now=now)
            upsert_details(records, shared, artifacts, tally, now=now)
            if tally.problems:
                raise CannotImport(tally.problems)
            it.is_touched |= tally.is_shared_touched
            it.touch(tally.touched)
            if is_dry_run:
                raise _DryRun
            tally.save_differences(run, set(artifacts.values()))
    except _DryRun:
        return _counts(tally, records)
    except CannotImport as error:
        _close(run, RunState.REFUSED, is_dry_run, refused=len(error.problems), text=str(error))
        raise
    except Exception as error:
        _close(run, RunState.FAILED, is_dry_run, text=f"{type(error).__name__}: {error}")
        raise
    counts = _counts(tally, records)
    for name, value in counts.__dict__.items():
        setattr(run, f"{name}_count", value)
    _close(run, RunState.DONE, is_dry_run)
    return counts


def _counts(tally: Tally, records: Records) -> Counts:
    new, changed = len(tally.new), len(tally.changed - tally.new)
    held = len(tally.held - tally.changed - tally.new)
    read = len(records.artifacts)
    return Counts(read=read, new=new, changed=changed, unchanged=read - new - changed - held, refused=0, held=held)


def _close(run: ImportRun, state: RunState, is_dry_run: bool, *, refused: int = 0, text: str = "") -> None:
    if is_dry_run:
        return
    run.state, run.finished_at = state, timezone.now()
    run.refused_count = refused or run.refused_count
    run.error = text[:20_000]
    run.save()


__all__ = ["CannotImport", "Counts", "Problem", "upsert"]
