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

log = logging.getLogger("unfragile.health")

HEARTBEAT_KEY = "heartbeat"
AWAITED_KEY = "heartbeat-awaited"


def heartbeat_file() -> Path:
    return Path(settings.VAR_DIR) / "heartbeat"


def record_heartbeat(now: datetime) -> None:
    if settings.REDIS_URL:
        cache.set(HEARTBEAT_KEY, now.isoformat(), timeout=None)  # a beat long past must stay visible as such
    else:
        draft = heartbeat_file().with_suffix(".new")
        draft.write_text(now.isoformat(), encoding="ascii")
        draft.replace(heartbeat_file())  # a reader sees the old one or the new one, never half a line


def forget_heartbeat() -> None:
    """At the start of an embedded site: yesterday's beat says nothing about today's worker."""
    cache.delete(AWAITED_KEY)
    if settings.REDIS_URL:
        cache.delete(HEARTBEAT_KEY)
    else:
        heartbeat_file().unlink(missing_ok=True)


def last_heartbeat() -> datetime | None:
    """None when no worker has reported yet, or when the place to look is away (a page needs no worker)."""
    try:
        written = cache.get(HEARTBEAT_KEY) if settings.REDIS_URL else heartbeat_file().read_text(encoding="ascii")
        return datetime.fromisoformat(written) if written else None
    except FileNotFoundError:
        return None
    except Exception:  # whatever the cache's client raises: readiness must be answered, not fail
        log.warning("the heartbeat cannot be read", exc_info=True)
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
    beat = last_heartbeat()
    age = None if beat is None else round((now - beat).total_seconds(), 1)
    if not found:
        return JsonResponse({"status": "ready", "heartbeat_age_seconds": age})
    return JsonResponse(
        {
            "type": "about:blank",
            "title": "Not ready",
            "status": 503,
            "detail": "; ".join(f"{part}: {what}" for part, what in found.items()),
            "problems": found,
            "heartbeat_age_seconds": age,
        },
        status=503,
        content_type="application/problem+json",
        headers={"Retry-After": "5"},
    )
