"""The site's own background work: the heartbeat that proves there is any, the canary that proves ranks are right."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from ranking.canary import sing
from unfragile_site import health


@shared_task(soft_time_limit=10, time_limit=20)
def heartbeat() -> None:
    health.record_heartbeat(timezone.now())


@shared_task(soft_time_limit=30, time_limit=60)
def canary() -> None:
    """Silent where its ranks come out wrong: the failure is in the log, and the age at /readyz grows."""
    sing()
    health.record_canary(timezone.now())
