"""Notes in the running `change` which artifacts a saved or deleted row belongs to, and why it was saved.

Plumbing only: what follows from a change is decided in changes.py and derived.py.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save
from django.utils import timezone
from simple_history.signals import pre_create_historical_record

from catalog import changes
from catalog.keeping import keep_copies
from catalog.models import (
    Alias,
    Artifact,
    BenchmarkResult,
    Capability,
    CapabilityAlias,
    Category,
    Contrast,
    Evidence,
    Fact,
    Identifier,
    Lineage,
    Offering,
    Price,
    Publisher,
    Reading,
    Source,
    Synonym,
)

#: How to get from a row to the artifacts whose pages it is part of.
_OWNERS = {
    Artifact: lambda row: [row.pk],
    Identifier: lambda row: [row.artifact_id],
    Lineage: lambda row: [row.artifact_id, row.parent_id],
    Alias: lambda row: [row.artifact_id],
    Offering: lambda row: [row.artifact_id],
    Evidence: lambda row: [row.offering.artifact_id],
    Contrast: lambda row: [row.offering.artifact_id],
    Fact: lambda row: [row.artifact_id],
    Price: lambda row: [row.artifact_id],
    BenchmarkResult: lambda row: [row.artifact_id],
    Reading: lambda row: [row.artifact_id],
}
_SHARED = (Publisher, Source, Category, Capability, CapabilityAlias, Synonym)


def connect() -> None:
    for model in (*_OWNERS, *_SHARED):
        post_save.connect(_note, sender=model, dispatch_uid=f"catalog_saved_{model.__name__}")
        if hasattr(model, "history"):
            pre_save.connect(_keep_imported, sender=model, dispatch_uid=f"catalog_imported_{model.__name__}")
        post_delete.connect(_note, sender=model, dispatch_uid=f"catalog_deleted_{model.__name__}")
    m2m_changed.connect(_note_categories, sender=Artifact.categories.through, dispatch_uid="catalog_categories")
    pre_create_historical_record.connect(_say_why, dispatch_uid="catalog_why")


def _note(sender: type[models.Model], instance: Any, raw: bool = False, **kwargs: Any) -> None:
    if raw:  # loaddata: rows may point at rows that are not there yet
        return
    with changes.change() as it:
        if sender in _OWNERS:
            it.touch(_OWNERS[sender](instance))
        else:
            it.is_touched = True


def _keep_imported(sender: Any, instance: Any, raw: bool = False, **kwargs: Any) -> None:
    """Imports leave no copies; the first edit by hand keeps what stood there, or it could never be restored."""
    if raw or instance._state.adding or sender.history.filter(id=instance.pk).exists():
        return
    imported = sender._base_manager.filter(pk=instance.pk).first()
    if imported is not None:
        it = changes.current()
        before = (it.at if it else timezone.now()) - dt.timedelta(microseconds=1)
        since = getattr(imported, "created_at", None) or getattr(imported, "recorded_at", None) or before
        since = min(since, before)
        if isinstance(imported, Artifact):
            keep_copies([imported], why=changes.AS_IMPORTED, at=since, are_new=True)
        else:
            sender.history.bulk_history_create(
                [imported], default_change_reason=changes.AS_IMPORTED, default_date=since
            )


def _note_categories(instance: Any, action: str, reverse: bool, pk_set: set[int] | None, **kwargs: Any) -> None:
    if action.startswith("pre_"):
        for artifact in Artifact.objects.filter(pk__in=pk_set or ()) if reverse else [instance]:
            _keep_imported(Artifact, artifact)
    if action in ("post_add", "post_remove", "post_clear"):
        with changes.change() as it:
            it.touch(pk_set or () if reverse else [instance.pk])
            it.is_touched = True
            for artifact in Artifact.objects.filter(pk__in=pk_set or ()) if reverse else ():
                artifact.save()  # the library keeps a copy of the shelf, where the artifact's is wanted


def _say_why(history_instance: Any, **kwargs: Any) -> None:
    it = changes.current()
    if it is None:
        return
    if it.why and not history_instance.history_change_reason:
        history_instance.history_change_reason = it.why
    if not hasattr(kwargs.get("instance"), "_history_date"):
        history_instance.history_date = it.at
