"""The site's own background work: the heartbeat that proves there is background work at all."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from unfragile_site import health


@shared_task(soft_time_limit=10, time_limit=20)
def heartbeat() -> None:
    health.record_heartbeat(timezone.now())
