"""The composition root: puts catalog, ranking and claims together into one site. Nothing imports it."""

from __future__ import annotations

# Imported here so that every process, web or worker, has the Celery application before a task is named.
from unfragile_site.celery import app as celery_app

__all__ = ["celery_app"]
