"""Catalog's background work. What each does is decided in the module it calls."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from catalog.relating import relate
from catalog.turning import turn_prices


@shared_task
def refresh_related() -> None:
    """Related artifacts and alternatives; returns at once where nothing has changed since the last run."""
    relate()


@shared_task
def refresh_prices() -> None:
    """Prices that began or ended since; nothing happens where none did."""
    turn_prices(timezone.now())
