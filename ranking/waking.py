"""Asks the worker to do something soon: an edit or a choice is then found within seconds, not with the next slot.

However many ask within SOON, it is done once, after it. What cannot be asked for, the timetable does within the minute.
"""

from __future__ import annotations

import logging
from typing import Any

from celery import current_app
from django.core.cache import caches

from ranking.models import MatchIndex

log = logging.getLogger("ranking")

#: Seconds in which what is asked for is gathered.
SOON = 3
INDEX, FOLD = "ranking.tasks.refresh_index", "ranking.tasks.fold_feedback"


def wake(task: str) -> None:
    try:
        if caches["default"].add(f"woken:{task}", 1, SOON):
            current_app.tasks[task].apply_async(countdown=SOON, ignore_result=True)
    except Exception:  # whatever cache and broker raise
        log.warning("The worker could not be asked for %s.", task, exc_info=True)


def artifact_changed(**kwargs: Any) -> None:
    """Where there is no index yet, the timetable makes the first."""
    if MatchIndex.objects.filter(is_live=True).exists():
        wake(INDEX)
