"""Is the site up, and is it ready? /healthz and /readyz answer probes; the heartbeat task reports through here.

The heartbeat is kept in Redis where there is one, and in a file under VAR_DIR otherwise: web and worker are different
processes, and nothing else is shared by both in either setting.
"""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog.models import CatalogState

log = logging.getLogger("unfragile.health")

AWAITED_KEY = "heartbeat-awaited"
#: Signs of life, each the time of the last one.
HEARTBEAT, CANARY = "heartbeat", "canary"


def _file(sign: str) -> Path:
    return Path(settings.VAR_DIR) / sign


def heartbeat_file() -> Path:
    return _file(HEARTBEAT)


def record_heartbeat(now: datetime) -> None:
    _record(HEARTBEAT, now)


def record_canary(now: datetime) -> None:
    _record(CANARY, now)


def _record(sign: str, now: datetime) -> None:
    if settings.REDIS_URL:
        cache.set(sign, now.isoformat(), timeout=None)  # a sign long past must stay visible as such
    else:
        draft = _file(sign).with_suffix(".new")
        draft.write_text(now.isoformat(), encoding="ascii")
        draft.replace(_file(sign))  # a reader sees the old one or the new one, never half a line


def forget_signs() -> None:
    """At the start of an embedded site: yesterday's beat says nothing about today's worker."""
    cache.delete(AWAITED_KEY)
    for sign in (HEARTBEAT, CANARY):
        if settings.REDIS_URL:
            cache.delete(sign)
        else:
            _file(sign).unlink(missing_ok=True)


def last_heartbeat() -> datetime | None:
    """None when no worker has reported yet, or when the place to look is away (a page needs no worker)."""
    return _last(HEARTBEAT)


def last_canary() -> datetime | None:
    return _last(CANARY)


def _last(sign: str) -> datetime | None:
    try:
        written = cache.get(sign) if settings.REDIS_URL else _file(sign).read_text(encoding="ascii")
        return datetime.fromisoformat(written) if written else None
    except FileNotFoundError:
        return None
    except Exception:  # whatever the cache's client raises: readiness must be answered, not fail
        log.warning("the %s cannot be read", sign, exc_info=True)
        return None


def live_generation() -> datetime | None:
    """When the ranks that are live were built."""
    try:
        return CatalogState.objects.values_list("live_generation__built_at", flat=True).filter(pk=1).first()
    except DatabaseError:
        return None


def problems(now: datetime) -> dict[str, str]:
    """What keeps the site from serving, by part. Empty when it is ready."""
    found: dict[str, str] = {}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        executor = MigrationExecutor(connection)
        waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        if waiting:
            found["migrations"] = f"{waiting} not applied. Run: manage.py migrate"
    except DatabaseError as error:
        log.warning("the database does not answer: %s", error)
        found["database"] = "does not answer"
    limit = settings.UNFRAGILE["HEARTBEAT_STALE_SECONDS"]
    beat = last_heartbeat()
    since = beat or _awaited_since(now)
    if (now - since).total_seconds() > limit:
        found["worker"] = f"{'silent' if beat else 'not heard of'} for more than {limit} seconds"
    return found


def _awaited_since(now: datetime) -> datetime:
    """When somebody first asked, and no worker had ever reported: a site that has just started is given its time."""
    try:
        return datetime.fromisoformat(str(cache.get_or_set(AWAITED_KEY, now.isoformat(), timeout=None)))
    except Exception:  # as above
        return now


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers. Touches neither database nor cache, so a slow database does not get it restarted."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    now = timezone.now()
    found = problems(now)
    # Old ranks, or ranks that nobody has checked lately, are better than no pages: ages are told, and stop nothing.
    ages = {
        f"{sign}_age_seconds": None if at is None else round((now - at).total_seconds(), 1)
        for sign, at in (("heartbeat", last_heartbeat()), ("canary", last_canary()), ("generation", live_generation()))
    }
    if not found:
        return JsonResponse({"status": "ready", **ages})
    return JsonResponse(
        {
            "type": "about:blank",
            "title": "Not ready",
            "status": 503,
            "detail": "; ".join(f"{part}: {what}" for part, what in found.items()),
            "problems": found,
            **ages,
        },
        status=503,
        content_type="application/problem+json",
        headers={"Retry-After": "5"},
    )
