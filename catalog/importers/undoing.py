"""Takes a whole run back: what it made goes, what it changed stands as it stood, where nobody has edited it since.

`outlook` tells beforehand what it will do. On a catalog that nobody touched since, nothing is left of the run but the
record that it was. An artifact that others have spoken of meanwhile, or that a person has edited, stays and
is counted.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Collection
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import ProtectedError

from catalog.changes import Change, change
from catalog.choices import FallState, Lifecycle, ProposalState, RunState
from catalog.derived import chunks
from catalog.importers.reading import Opened
from catalog.importers.registry import FEEDS
from catalog.importers.steering import ENDED
from catalog.models import (
    Alias,
    Artifact,
    ArtifactType,
    BenchmarkResult,
    Difference,
    Entry,
    Evidence,
    Fact,
    Fall,
    Identifier,
    ImportRun,
    Lineage,
    Offering,
    Price,
    Proposal,
    Reading,
    Written,
)
from catalog.models.fields import sort_key

log = logging.getLogger(__name__)

BATCH = 500
#: Or a query for them.
Keys = Collection[int] | models.QuerySet[Any, Any]
#: What goes with an artifact that a run made: rows nobody else has had a hand in.
_PARTS: tuple[type[models.Model], ...] = (
    Fact, Price, BenchmarkResult, Reading, Identifier, Alias, Lineage, ArtifactType, Entry, Difference,
    Artifact.categories.through,
)  # fmt: skip


class CannotUndo(Exception):
    """The sentence says why not."""


@dataclass(frozen=True)
class Undone:
    removed: int
    put_back: int
    #: Rows that somebody has edited, or others speak of, since.
    kept: int


@dataclass(frozen=True)
class Outlook:
    """What an undoing would do, as far as it can be told without doing it."""

    artifacts: int
    #: Rows that the run added to artifacts that were there before.
    added: int
    put_back: int
    #: Artifacts of the run that stay, since others have edited or spoken of them: the first of them, and how many.
    staying: list[tuple[int, str]]
    staying_count: int
    #: Rows that the run changed and somebody else has changed since.
    changed_since: int


#: Artifacts that stay and are named.
MOST_NAMED = 20


def outlook(run: ImportRun) -> Outlook:
    """Reads only, in a number of queries that does not grow with the run."""
    made = Written.objects.filter(run=run, label="catalog.artifact", before__isnull=True)
    all_of_them = set(made.values_list("row", flat=True))
    touched = _touched(run, made.values("row")) & all_of_them
    staying = Artifact.objects.filter(pk__in=sorted(touched)[:MOST_NAMED]).order_by("sort_name", "id")
    whole = ("catalog.artifact", "catalog.publisher", "catalog.source")
    added = Written.objects.filter(run=run, before__isnull=True).exclude(label__in=whole).count()
    put_back = since = 0
    changed = Written.objects.filter(run=run, before__isnull=False)
    for label in sorted(set(changed.values_list("label", flat=True))):
        rows = changed.filter(label=label)
        keys = set(rows.values_list("row", flat=True))
        theirs = keys & (_edited(apps.get_model(label), rows.values("row")) | _later(run, label, rows.values("row")))
        put_back += len(keys) - len(theirs)
        since += len(theirs)
    return Outlook(
        artifacts=len(all_of_them) - len(touched),
        added=added,
        put_back=put_back,
        staying=list(staying.values_list("pk", "name")),
        staying_count=len(touched),
        changed_since=since,
    )


def undo(run: ImportRun, *, now: dt.datetime, why: str = "") -> Undone:
    """Raises CannotUndo."""
    with change(why=why or f"Undone: import of {run.started_at:%Y-%m-%d %H:%M} from {run.importer}") as it:
        endable = ImportRun.objects.filter(pk=run.pk, state__in=[*ENDED, RunState.UNDOING], is_dry_run=False)
        if not endable.update(state=RunState.UNDONE, undone_at=now, finished_at=now, error=""):
            raise CannotUndo("Only a run that has ended, and has not been undone, can be undone.")
        it.is_touched = True
        Entry.objects.filter(run=run).update(digest="")  # the next run looks at each anew
        Proposal.objects.filter(run=run, state=ProposalState.OPEN).update(state=ProposalState.OUTDATED)
        done = _put_back(run, it)
        Fall.objects.filter(run=run, state=FallState.OPEN).update(state=FallState.OVER)  # the next one finds it anew
        removed, kept = _remove(run, it)
        undone = Undone(removed, done[0], done[1] + kept)
        ImportRun.objects.filter(pk=run.pk).update(undone=asdict(undone))
        return undone


def take_undo(pk: int, *, now: dt.datetime) -> None:
    """What a worker does for a run that is being undone; nothing where it has been. All of it or nothing stands."""
    run = ImportRun.objects.filter(pk=pk, state=RunState.UNDOING).first()
    if run is None:
        return
    try:
        undo(run, now=now)
    except CannotUndo:  # another worker was quicker
        return
    except Exception:
        log.exception("An undoing failed", extra={"run": pk})
        said = "Undoing it failed, and nothing of it was undone. Undo it again later."
        ImportRun.objects.filter(pk=pk, state=RunState.UNDOING).update(state=RunState.FAILED, error=said)
        if transaction.get_connection().in_atomic_block:
            raise  # whatever else was done around it must not stand half


def _put_back(run: ImportRun, it: Change) -> tuple[int, int]:
    by_label: dict[str, list[Written]] = defaultdict(list)
    for written in Written.objects.filter(run=run, before__isnull=False).order_by("-id").iterator():
        by_label[written.label].append(written)
    back = kept = 0
    for label, all_of_it in by_label.items():
        model: Any = apps.get_model(label)
        for start in range(0, len(all_of_it), BATCH):
            some = all_of_it[start : start + BATCH]
            keys = {written.row for written in some}
            rows = model._default_manager.in_bulk(keys)
            edited = _edited(model, keys) | _later(run, label, keys)
            columns: set[str] = set()
            changed: dict[int, Any] = {}
            for written in some:
                row = rows.get(written.row)
                if row is None or written.row in edited or not _stands(row, written.after):
                    kept += 1
                    continue
                for name, value in (written.before or {}).items():
                    field = model._meta.get_field(name.removesuffix("_id") if name.endswith("_id") else name)
                    setattr(row, field.attname, field.to_python(value))
                    columns.add(field.name)
                changed[row.pk] = row
                back += 1
                it.touch([row.pk if model is Artifact else getattr(row, "artifact_id", None)])
            if changed:
                if "name" in columns and hasattr(model, "sort_name"):
                    columns.add("sort_name")
                    for row in changed.values():
                        row.sort_name = sort_key(row.name)
                model._default_manager.bulk_update(changed.values(), sorted(columns), batch_size=BATCH)
    return back, kept


def _stands(row: Any, after: dict[str, Any]) -> bool:
    """Whether the columns are as the run left them; a number may have grown zeros in its table."""
    for name, value in after.items():
        field = row._meta.get_field(name.removesuffix("_id") if name.endswith("_id") else name)
        if getattr(row, field.attname) != field.to_python(value):
            return False
    return True


def _edited(model: Any, keys: Keys) -> set[int]:
    if not hasattr(model, "history"):
        return set()
    return set(model.history.filter(id__in=keys).values_list("id", flat=True))


def _later(run: ImportRun, label: str, keys: Keys) -> set[int]:
    """Rows that a later run has changed, which has not itself been undone."""
    later = Written.objects.filter(label=label, row__in=keys, run__gt=run.pk).exclude(run__state=RunState.UNDONE)
    return set(later.values_list("row", flat=True))


def _remove(run: ImportRun, it: Change) -> tuple[int, int]:
    made: dict[str, list[int]] = defaultdict(list)
    for label, row in Written.objects.filter(run=run, before__isnull=True).values_list("label", "row"):
        made[label].append(row)
    artifacts = made.pop("catalog.artifact", [])
    evidence = made.get("catalog.evidence", [])
    last = {label: made.pop(label, []) for label in ("catalog.publisher", "catalog.source")}
    removed = kept = 0
    for label, pks in made.items():
        model: Any = apps.get_model(label)
        for some in chunks(pks, BATCH):
            free = set(some) - _edited(model, some) - _later(run, label, some)
            if model is Offering:  # somebody has shown more of it since
                shown = Evidence.objects.filter(offering__in=free).exclude(pk__in=evidence)
                free -= set(shown.values_list("offering_id", flat=True))
            rows = model._default_manager.filter(pk__in=free)
            if hasattr(model, "artifact_id"):
                it.touch(rows.values_list("artifact_id", flat=True))
            removed += rows._raw_delete(
                rows.db
            )  # nothing hangs on it, and no history shall say that somebody deleted it
            kept += len(some) - len(free)
    for some in chunks(artifacts, BATCH):
        own = _untouched(run, some)
        removed += _remove_artifacts(own, it)
        kept += len(some) - len(own)
    for label, pks in last.items():
        model = apps.get_model(label)
        for pk in set(pks) - _edited(model, pks):
            try:
                model._default_manager.filter(pk=pk).delete()
                model.history.filter(id=pk).delete()
                removed += 1
            except ProtectedError:  # others cite it by now
                kept += 1
    return removed, kept


def _untouched(run: ImportRun, pks: Collection[int]) -> list[int]:
    touched = _touched(run, pks)
    return [pk for pk in pks if pk not in touched]


def _touched(run: ImportRun, pks: Keys) -> set[int]:
    """Artifacts that a person has edited, or others have spoken of."""
    touched = _edited(Artifact, pks)
    others = Difference.objects.filter(artifact__in=pks).exclude(run=run).exclude(run__state=RunState.UNDONE)
    touched |= set(others.values_list("artifact_id", flat=True))
    spoken_of = Entry.objects.filter(artifact__in=pks).exclude(run=run).exclude(run__state=RunState.UNDONE)
    # Not the same source that was read again and said nothing new: such a run would make every earlier one final.
    spoken_of = spoken_of.exclude(importer__in=_own_names(run))
    touched |= set(spoken_of.values_list("artifact_id", flat=True))
    for model in (Fact, Price, Identifier, BenchmarkResult):
        touched |= set(model.history.filter(artifact_id__in=pks).values_list("artifact_id", flat=True))
    accepted = Offering.history.filter(artifact_id__in=pks).exclude(history_user=None)
    touched |= set(accepted.values_list("artifact_id", flat=True))
    children = Lineage.objects.filter(parent__in=pks).exclude(artifact__in=pks)
    touched |= set(children.values_list("parent_id", flat=True))
    return touched


def _own_names(run: ImportRun) -> set[str]:
    """Under which its entries are known: a list's own name beside its importer's."""
    feed = FEEDS.get(run.importer)
    return {
        run.importer,
        *([feed.at(Opened(run.origin, Path(run.origin), run.started_at.date())).name] if feed else []),
    }


def _remove_artifacts(pks: list[int], it: Change) -> int:
    for model in _PARTS:
        rows = model._base_manager.filter(artifact__in=pks)
        rows._raw_delete(rows.db)
    try:
        Artifact.objects.filter(pk__in=pks).delete()
    except ProtectedError:  # a layer above keeps a record of it: out of sight, then
        Artifact.objects.filter(pk__in=pks).update(
            lifecycle=Lifecycle.WITHDRAWN, withdrawn_reason="The import that brought it was undone."
        )
        it.touch(pks)
        return len(pks)
    # The removal of what nobody edited is nobody's edit: else a later import would hold itself back.
    Artifact.history.filter(id__in=pks).delete()
    it.artifact_ids.difference_update(pks)
    return len(pks)
