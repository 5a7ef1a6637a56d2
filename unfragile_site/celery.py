"""The Celery application. Settings come from Django's (CELERY_...), the timetable from unfragile_site.schedule.

Workers and beat refuse to start on an incomplete production environment, as the web server does.
"""

from __future__ import annotations

import os

from celery import Celery
from celery.signals import beat_init, setup_logging, worker_init, worker_ready

from unfragile_site.checks import refuse_to_start_on_errors
from unfragile_site.schedule import BEAT_SCHEDULE
from unfragile_site.supervisor import end_with_supervisor

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "unfragile_site.settings")

app = Celery("unfragile")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = BEAT_SCHEDULE
app.autodiscover_tasks()


@worker_init.connect
@beat_init.connect
def refuse_incomplete_environment(**_: object) -> None:
    refuse_to_start_on_errors()
    end_with_supervisor()


@setup_logging.connect
def keep_the_sites_logging(**_: object) -> None:
    """A receiver here, even an empty one, stops Celery from replacing what settings.LOGGING has set up."""


@worker_ready.connect
def first_heartbeat(**_: object) -> None:
    """Beat's first comes after a minute; /readyz should know sooner that tasks arrive."""
    app.send_task("unfragile_site.tasks.heartbeat", expires=60)
