"""What a run has done so far, and the comparison of wanted rows with those that stand in a table."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any, TypeVar

from django.db import models

from catalog.importers.errors import Problem
from catalog.importers.upsert.plain import plain
from catalog.importers.upsert.proposing import Held, propose
from catalog.models import Difference, ImportRun, Written
from catalog.models.fields import sort_key

Row = TypeVar("Row", bound=models.Model)
BATCH = 1_000


class Tally:
    """`is_undoable`: whether every row is noted as it stood. What all-or-nothing imports write is not."""

    def __init__(self, *, is_undoable: bool = False) -> None:
        self.is_undoable = is_undoable
        self.written: list[Written] = []
        self.new: set[int] = set()
        self.changed: set[int] = set()
        self.held: set[int] = set()
        self.is_shared_touched = False
        self.problems: list[Problem] = []
        self._differences: list[Difference] = []
        self._proposed: list[Held] = []

    @property
    def touched(self) -> set[int]:
        return self.new | self.changed

    def note(self, artifact_id: int, subject: str, before: dict[str, Any] | None, after: dict[str, Any] | None) -> None:
        """A change of an artifact. What a new one comes with is not listed line by line."""
        if artifact_id in self.new:
            return
        self.changed.add(artifact_id)
        self._differences.append(
            Difference(artifact_id=artifact_id, subject=subject[:300], before=plain(before), after=plain(after))
        )

    def note_new(self, artifact_id: int, after: dict[str, Any]) -> None:
        self.new.add(artifact_id)
        self._differences.append(
            Difference(artifact_id=artifact_id, subject="listing", before=None, after=plain(after))
        )

    def hold(
        self, row: models.Model, artifact_id: int, subject: str, before: dict[str, Any], after: dict[str, Any]
    ) -> None:
        """An editor's word stands: what would have been changed is proposed."""
        self.held.add(artifact_id)
        self._proposed.append(Held(row, artifact_id, subject, plain(before) or {}, plain(after) or {}))

    def made(self, row: models.Model) -> None:
        """What is part of a new artifact goes with it."""
        if self.is_undoable and getattr(row, "artifact_id", None) not in self.new:
            self.written.append(Written(label=row._meta.label_lower, row=row.pk, before=None, after={}))

    def rewrote(self, row: models.Model, before: dict[str, Any], after: dict[str, Any]) -> None:
        if self.is_undoable and getattr(row, "artifact_id", None) not in self.new:
            images = plain(before), plain(after)
            self.written.append(
                Written(label=row._meta.label_lower, row=row.pk, before=images[0] or {}, after=images[1] or {})
            )

    @property
    def differences(self) -> list[Difference]:
        return self._differences

    def save_differences(self, run: ImportRun, artifact_ids: Collection[int]) -> None:
        propose(self._proposed, run, artifact_ids)
        for difference in self._differences:
            difference.run = run
        Difference.objects.bulk_create(self._differences, batch_size=BATCH)
        for written in self.written:
            written.run = run
        Written.objects.bulk_create(self.written, batch_size=BATCH)


def sync(
    standing: Iterable[Row],
    wanted: Iterable[Row],
    *,
    key: Callable[[Row], Any],
    fields: Collection[str],
    tally: Tally | None = None,
    is_held: Callable[[Row], bool] = lambda row: False,
    on_new: Callable[[Row], None] = lambda row: None,
    on_change: Callable[[Row, dict[str, Any], dict[str, Any]], None] = lambda row, before, after: None,
    on_held: Callable[[Row, dict[str, Any], dict[str, Any]], None] = lambda row, before, after: None,
) -> dict[Any, Row]:
    """Creates the wanted rows that are missing and updates those that differ in `fields`; returns all of them by key.

    `on_change` may change the row further before it is saved.
    """
    by_key = {key(row): row for row in standing}
    created: dict[Any, Row] = {}
    updated: dict[Any, Row] = {}
    for row in wanted:
        here = by_key.get(key(row)) or created.get(key(row))
        if here is None:
            created[key(row)] = row
            continue
        after = {f: getattr(row, f) for f in fields if getattr(here, f) != getattr(row, f)}
        if not after:
            continue
        before = {f: getattr(here, f) for f in after}
        if is_held(here):
            on_held(here, before, after)
            continue
        for field, value in after.items():
            setattr(here, field, value)
        on_change(here, before, after)
        if tally is not None and key(row) not in created:
            tally.rewrote(here, before, after)
        updated[key(row)] = here
    if created:
        manager = type(next(iter(created.values())))._default_manager
        for row in manager.bulk_create(created.values(), batch_size=BATCH):
            on_new(row)
            if tally is not None:
                tally.made(row)
    rows = [row for k, row in updated.items() if k not in created]
    if rows:
        model = type(rows[0])
        concrete = {f.attname: f.name for f in model._meta.concrete_fields}
        extra = [f for f in ("sort_name", "recorded_at") if f in concrete and f not in fields]
        for row in rows:
            if "sort_name" in extra:
                row.sort_name = sort_key(row.name)  # type: ignore[attr-defined]
        model._default_manager.bulk_update(rows, [concrete.get(f, f) for f in (*fields, *extra)], batch_size=200)
    return {**by_key, **created}
