"""The history that is kept of a table, so that what one editor did is found without reading what all others did."""

from __future__ import annotations

from typing import Any

from django.db import models
from simple_history.models import HistoricalRecords


class KeptHistory(HistoricalRecords):
    def get_meta_options(self, model: type[models.Model]) -> dict[str, Any]:
        options: dict[str, Any] = super().get_meta_options(model)
        newest = models.Index(
            fields=["history_user", "-history_date", "-history_id"], name=f"{model._meta.model_name}_by_editor"
        )
        return {**options, "indexes": [newest]}
