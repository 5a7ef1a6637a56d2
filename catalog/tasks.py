"""Catalog's background work. What each does is decided in the module it calls."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from catalog.desk import jobs
from catalog.desk.duplicates import find_pairs
from catalog.desk.links import check
from catalog.desk.outside import check_outside
from catalog.desk.ripening import publish_ripe
from catalog.desk.texts import take_apart_texts
from catalog.desk.workflow import publish_due
from catalog.importers import files, outcomes
from catalog.importers.run import begin_due, take
from catalog.importers.undoing import take_undo
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


@shared_task
def publish_scheduled() -> None:
    """What editors scheduled for a time that has come."""
    publish_due(now=timezone.now())


@shared_task
def find_duplicates() -> None:
    """Pairs of listings that may be one thing, for the editors' queue."""
    find_pairs()


@shared_task(soft_time_limit=12 * 60, time_limit=13 * 60)
def take_texts_apart() -> None:
    """What imports have brought since, a turn of it; what does not fit, the next one does. Then what is ripe by now."""
    take_apart_texts()
    publish_ripe(now=timezone.now())


@shared_task
def check_links() -> None:
    """Links in our texts that lead nowhere, for the editors' queue."""
    check(now=timezone.now())


@shared_task
def check_outside_links() -> None:
    """Some of the links that lead elsewhere, those asked longest ago."""
    check_outside(now=timezone.now())


@shared_task
def clear_jobs() -> None:
    """Files and rows of jobs and imports that ended long ago."""
    jobs.clear(now=timezone.now())
    files.clear(now=timezone.now())
    outcomes.clear(now=timezone.now())


@shared_task
def run_job(pk: int) -> None:
    """A bulk edit or an import. What takes longer than its turn goes on behind other tasks."""
    if jobs.run(pk):
        run_job.delay(pk)


@shared_task
def begin_imports() -> None:
    """One task for each source whose time has come, where an editor has switched it on."""
    for pk in begin_due(now=timezone.now()):
        run_import.delay(pk)


@shared_task
def run_import(pk: int) -> None:
    """A run that waits for its turn. What takes longer than its turn goes on behind other tasks."""
    if take(pk, now=timezone.now()):
        run_import.delay(pk)


@shared_task(soft_time_limit=1_800, time_limit=2_100)
def undo_import(pk: int) -> None:
    """All of a run in one transaction, so that no half of it stands."""
    take_undo(pk, now=timezone.now())
