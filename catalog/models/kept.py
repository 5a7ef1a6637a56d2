"""The history that is kept of a table, so that what one editor did is found without reading what all others did."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db import models
from simple_history.manager import HistoryManager
from simple_history.models import HistoricalRecords


class KeptManager(HistoryManager):
    @classmethod
    @cache  # the library asks for the class at every look at a history, and each saved row looks: 1 ms of every save
    def from_queryset(cls, queryset_class: type[models.QuerySet[Any]], class_name: str | None = None) -> Any:
        return super().from_queryset(queryset_class, class_name)


class KeptHistory(HistoricalRecords):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, history_manager=KeptManager, **kwargs)

    def get_meta_options(self, model: type[models.Model]) -> dict[str, Any]:
        options: dict[str, Any] = super().get_meta_options(model)
        newest = models.Index(
            fields=["history_user", "-history_date", "-history_id"], name=f"{model._meta.model_name}_by_editor"
        )
        return {**options, "indexes": [newest]}
