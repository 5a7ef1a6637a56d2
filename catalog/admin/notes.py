"""Who did what to runs, formulas, generations and readings at the desk, when and why: in Django's own log."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from catalog.admin.base import editor_of


def note(request: HttpRequest, row: Model, did: str, *, why: str = "") -> None:
    LogEntry.objects.log_actions(
        editor_of(request).pk,
        [row],
        CHANGE,
        change_message=f"{did} {why.strip()}".strip(),
        single_object=True,
    )


def notes_of(row: Any) -> QuerySet[LogEntry]:
    """The newest first."""
    kind = ContentType.objects.get_for_model(row)
    return (
        LogEntry.objects.filter(content_type=kind, object_id=row.pk)
        .select_related("user")
        .order_by("-action_time", "-pk")
    )
