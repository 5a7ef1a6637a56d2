"""What a run is told: begin, go on in spite of the brake, stop, go on where you were, be undone. Nothing is read here.

    run = ask("models-dev", place, by=erin, now=now)      asked; a worker takes it, see `take`
    confirm(run, now=now)                                 waiting -> asked: an editor lets it pass its brakes
    stop(run)                                             after the batch that is being written
    take_up(run, now=now)                                 stopped, failed or silent -> asked, behind its last batch
    ask_undo(run, now=now)                                ended -> undoing

Every move is a compare-and-set, so that of two clicks one is refused. Of each source one run is under way at a time,
which a constraint keeps: two at once would each take for gone what the other has seen.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from catalog.choices import HowOften, RunState
from catalog.models import ImportRule, ImportRun

if TYPE_CHECKING:
    from django.contrib.auth.models import User

#: A worker gives a sign of life with each batch and each page it fetches; a file may take it ten minutes (`FILES`).
SILENCE = dt.timedelta(minutes=11)
#: What has come to an end and wrote something, perhaps.
ENDED = [RunState.DONE, RunState.STOPPED, RunState.FAILED]


class CannotRun(Exception):
    """The sentence says why not."""


UNDER_WAY = "An import of this source is under way already."


def ask(
    importer: str,
    place: str,
    *,
    now: dt.datetime,
    by: User | None = None,
    why: str = "",
    is_dry_run: bool = False,
    is_confirmed: bool = False,
    slot: str = "",
    state: RunState = RunState.ASKED,
) -> ImportRun:
    """Raises CannotRun."""
    run = ImportRun(
        importer=importer,
        origin=place[:500],
        started_at=now,
        seen_at=now,
        state=state,
        by=by,
        why=why.strip(),
        is_dry_run=is_dry_run,
        is_confirmed=is_confirmed,
        slot=slot,
    )
    if not _saved(run) and not (_take_for_dead(importer, now) and _saved(run)):
        raise CannotRun(UNDER_WAY)
    return run


def confirm(run: ImportRun, *, now: dt.datetime) -> None:
    """It goes on where the brake stopped it; what the brake said stays on record. Raises CannotRun."""
    waiting = Q(state=RunState.WAITING)
    _move(run, waiting, "It is not waiting for your word.", now, state=RunState.ASKED, is_confirmed=True)


def stop(run: ImportRun) -> None:
    """At once where it waits; after its batch where it runs. What failed is given up. Raises CannotRun."""
    stoppable = Q(state__in=[RunState.ASKED, RunState.RUNNING, RunState.WAITING, RunState.FAILED, RunState.REFUSED])
    if not ImportRun.objects.filter(stoppable, pk=run.pk).update(state=RunState.STOPPED, finished_at=timezone.now()):
        raise CannotRun("It has ended already.")


def take_up(run: ImportRun, *, now: dt.datetime) -> None:
    """Behind its last batch. Whoever still held it gives way. Raises CannotRun."""
    idle = Q(state__in=[RunState.STOPPED, RunState.FAILED, RunState.REFUSED]) | _silent(now)
    _move(run, idle, "Only what was stopped, or has failed, can be taken up again.", now, state=RunState.ASKED)


def may_take_up(run: ImportRun, *, now: dt.datetime) -> bool:
    if run.state in (RunState.ASKED, RunState.RUNNING):
        return run.seen_at is None or run.seen_at < now - SILENCE
    return run.state in (RunState.STOPPED, RunState.FAILED, RunState.REFUSED)


def ask_undo(run: ImportRun, *, now: dt.datetime) -> None:
    """Raises CannotRun."""
    if run.is_dry_run:
        raise CannotRun("It wrote nothing.")
    fallen_silent = Q(state=RunState.UNDOING, seen_at__lt=now - SILENCE)
    ended = Q(state__in=ENDED) | fallen_silent
    why_not = "Only a run that has ended, and has not been undone, can be undone."
    _move(run, ended, why_not, now, state=RunState.UNDOING)


def hold(pk: int, *, now: dt.datetime) -> ImportRun | None:
    """Takes a run that waits for its turn; nothing where somebody else has."""
    taken = ImportRun.objects.filter(pk=pk, state=RunState.ASKED)
    if not taken.update(state=RunState.RUNNING, attempt=F("attempt") + 1, seen_at=now):
        return None
    return ImportRun.objects.get(pk=pk)


# --- the timetable ----------------------------------------------------------------------------------------------------


def due(*, now: dt.datetime, addresses: dict[str, str]) -> list[ImportRun]:
    """Asks for a run of each source whose time has come, once in each slot. `addresses` are the sources' own.

    Not while an earlier one is under way or waits for an editor: runs would pile up behind a brake.
    """
    asked = []
    busy = {*ImportRun.objects.filter(_open(), is_dry_run=False).values_list("importer", flat=True)}
    for rule in ImportRule.objects.exclude(how_often=HowOften.NEVER).order_by("importer"):
        place, slot = rule.place or addresses.get(rule.importer, ""), slot_of(HowOften(rule.how_often), now)
        if not place or rule.importer in busy or rule.importer not in addresses:
            continue
        if ImportRun.objects.filter(importer=rule.importer, slot=slot).exists():
            continue
        try:
            asked.append(ask(rule.importer, place, now=now, slot=slot))
        except CannotRun:  # another clock was quicker
            continue
    return asked


def lost(*, now: dt.datetime) -> list[int]:
    """Runs that wait, and whose task nobody seems to have: a broker that was away, or a worker that was killed."""
    waiting = ImportRun.objects.filter(state=RunState.ASKED, seen_at__lt=now - SILENCE)
    return list(waiting.order_by("id").values_list("pk", flat=True))


def slot_of(how_often: HowOften, now: dt.datetime) -> str:
    """As `2026-06-01`: two beats within it ask for one run."""
    form = {HowOften.HOURLY: "%Y-%m-%dT%H", HowOften.DAILY: "%Y-%m-%d", HowOften.WEEKLY: "%G-W%V"}
    return now.strftime(form[how_often])


# --- what these share -------------------------------------------------------------------------------------------------


def _silent(now: dt.datetime) -> Q:
    return Q(state__in=[RunState.ASKED, RunState.RUNNING]) & (Q(seen_at=None) | Q(seen_at__lt=now - SILENCE))


def _open() -> Q:
    return Q(state__in=[RunState.ASKED, RunState.RUNNING, RunState.UNDOING, RunState.WAITING])


def _saved(run: ImportRun) -> bool:
    try:
        with transaction.atomic():
            run.save(force_insert=True)
    except IntegrityError:
        return False
    return True


def _take_for_dead(importer: str, now: dt.datetime) -> bool:
    said = "Its worker fell silent. Take it up: it goes on behind its last batch."
    dead = ImportRun.objects.filter(_silent(now), importer=importer)
    return dead.update(state=RunState.FAILED, error=said, finished_at=now, attempt=F("attempt") + 1) > 0


def _move(run: ImportRun, out_of: Q, why_not: str, now: dt.datetime, **columns: Any) -> None:
    try:
        with transaction.atomic():
            moved = ImportRun.objects.filter(out_of, pk=run.pk).update(
                error="", seen_at=now, finished_at=None, attempt=F("attempt") + 1, **columns
            )
    except IntegrityError as error:
        raise CannotRun(UNDER_WAY) from error
    if not moved:
        raise CannotRun(why_not)
    run.refresh_from_db()
