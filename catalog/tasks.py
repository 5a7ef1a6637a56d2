"""Catalog's background work. What each does is decided in the module it calls."""

from __future__ import annotations

from celery import shared_task

from catalog.relating import relate


@shared_task
def refresh_related() -> None:
    """Related artifacts and alternatives; returns at once where nothing has changed since the last run."""
    relate()
