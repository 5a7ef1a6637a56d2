"""Work on many artifacts: asked for, checked, written when its editor says so, stopped, started again.

    job = ask_edit(...)         waiting
    run(job.pk)                 running, then checked: every row's outcome is there to be read
    confirm(job)                waiting again
    run(job.pk)                 running, then done

A job is taken by compare-and-set, so that two workers cannot run one. Each piece is written together with how far it
is: a job whose worker died goes on behind its last piece. Called by the task and, for small jobs, by the page.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from catalog.changes import change
from catalog.choices import JobKind, JobState, Outcome
from catalog.desk import answering, bulk, table_plan, tables
from catalog.desk.bulk import Wanted
from catalog.desk.planned import CHUNK, Planned
from catalog.desk.table_plan import TablePlan
from catalog.models import Job, JobRow

if TYPE_CHECKING:
    from django.contrib.auth.models import User

log = logging.getLogger(__name__)

#: So much is done while its editor waits for the page: a second or two.
SMALL = 200
#: Rows of one outcome that are kept to be read; the rest is counted.
MOST_KEPT = 5_000
#: A step takes about ten queries, and others wait for the piece it is written in.
STEP_CHUNK = 50
#: What whoever asked must still be allowed to when it runs.
CHANGING, ANSWERING = ["catalog.change_artifact"], ["catalog.change_proposal", "catalog.add_offering"]
#: After so many seconds a job makes room and goes on later: well below a task's time limit.
TURN = 8 * 60
#: A worker gives a sign of life with each piece. One that was silent for so long is taken for dead.
SILENCE = dt.timedelta(minutes=5)


class CannotRun(Exception):
    """The sentence says why not."""


class _GaveWay(Exception):
    """It was stopped, or somebody else holds it now."""


def ask_edit(ids: list[int], wanted: Wanted, *, by: User) -> Job:
    if wanted.is_nothing:
        raise CannotRun("Choose what shall change.")
    asked = {"ids": ids, "wanted": wanted.as_json()}
    return Job.objects.create(kind=JobKind.EDIT, by=by, why=wanted.why, asked=asked, total=len(ids))


def ask_answers(ids: list[int], answer: str, *, by: User, why: str) -> Job:
    """One answer to many proposed offerings, see `answering`."""
    if not ids:
        raise CannotRun("There is none among those that wait.")
    asked = {"ids": ids, "answer": answer}
    return Job.objects.create(kind=JobKind.OFFERED, by=by, why=why, asked=asked, total=len(ids))


def ask_import(name: str, content: bytes, *, by: User, why: str = "") -> Job:
    """Raises tables.CannotReadTable where the file is no table at all."""
    form = tables.form_of(name)
    text = tables.decoded(content)
    for _, _row in zip(range(2), tables.read(text, form), strict=False):
        pass  # its headings, or the list, are read with the first row
    total = text.count("\n") if form == "csv" else 0  # a guess, until it is read
    asked = {"form": form, "name": name[:200]}
    why = why.strip() or "Imported from a table."
    return Job.objects.create(kind=JobKind.IMPORT, by=by, why=why, asked=asked, text=text, total=total)


def is_small(job: Job) -> bool:
    """Whether it can be run while somebody waits."""
    return len(job.text) < 250_000 and job.total <= SMALL


def confirm(job: Job, *, good_rows: bool = False) -> None:
    """It may write. Where rows of a table are refused, only with `good_rows`."""
    if job.kind == JobKind.IMPORT and job.refused_count and not good_rows:
        raise CannotRun("Nothing is written while rows are refused. Mend them, or ask for the good rows alone.")
    if not (job.new_count or job.changed_count):
        raise CannotRun("There is nothing to write.")
    moved = Job.objects.filter(pk=job.pk, state=JobState.CHECKED).update(
        state=JobState.WAITING, is_confirmed=True, writes_good_rows=good_rows, done_count=0, seen_at=timezone.now()
    )
    if not moved:
        raise CannotRun("It is not waiting for your word any more.")


def stop(job: Job) -> None:
    """At once where it waits; after the piece that is being written where it runs. What failed is given up."""
    stoppable = Q(state__in=[JobState.WAITING, JobState.RUNNING, JobState.CHECKED, JobState.FAILED])
    if not Job.objects.filter(stoppable, pk=job.pk).update(
        state=JobState.STOPPED, finished_at=timezone.now(), text="", error=""
    ):
        raise CannotRun("It has ended already.")


def may_start_again(job: Job, *, now: dt.datetime) -> bool:
    return job.state == JobState.FAILED or (job.is_under_way and job.seen_at < now - SILENCE)


def start_again(job: Job, *, now: dt.datetime) -> None:
    """Behind what it has written already. Whoever still held it gives way."""
    silent = Q(state__in=[JobState.WAITING, JobState.RUNNING], seen_at__lt=now - SILENCE)
    if not Job.objects.filter(silent | Q(state=JobState.FAILED), pk=job.pk).update(
        state=JobState.WAITING, error="", seen_at=now, finished_at=None
    ):
        raise CannotRun("It is under way.")


def clear(*, now: dt.datetime) -> None:
    """Of jobs that ended long ago, their files and rows go; that they were, who asked and what came of it stay."""
    before = now - dt.timedelta(days=settings.UNFRAGILE["JOB_DAYS"])
    # Checked and left lying: nobody will say that it may write, and what it was checked against has changed.
    left = Job.objects.filter(state=JobState.CHECKED, seen_at__lt=before)
    left.update(state=JobState.STOPPED, finished_at=F("seen_at"))
    ended = Job.objects.filter(finished_at__lt=before).exclude(state__in=[JobState.WAITING, JobState.RUNNING])
    JobRow.objects.filter(job__in=ended).delete()
    # What failed could be started again with what is cleared here.
    ended.filter(state=JobState.FAILED).update(state=JobState.STOPPED)
    ended.exclude(text="", asked={}).update(text="", asked={})


def run(pk: int) -> bool:
    """Takes the job if it waits, and returns at once if not. True: there is more to do, call again."""
    if not Job.objects.filter(pk=pk, state=JobState.WAITING).update(
        state=JobState.RUNNING, attempt=F("attempt") + 1, seen_at=timezone.now()
    ):
        return False
    job = Job.objects.select_related("by").get(pk=pk)
    try:
        if job.by is None or not job.by.is_active:
            raise CannotRun("Whoever asked for it is not here any more.")
        needed = ANSWERING if job.kind == JobKind.OFFERED else CHANGING
        if not job.by.has_perms(needed):
            raise CannotRun("Whoever asked for it may not change artifacts any more.")
        if not job.is_confirmed:
            _check(job, job.by)
            return False
        return _write(job, job.by)
    except _GaveWay:
        return False
    except (CannotRun, tables.CannotReadTable) as error:
        _end(job, JobState.FAILED, error=str(error))
    except Exception:
        log.exception("A job failed", extra={"job": pk})
        _end(job, JobState.FAILED, error="The site itself failed, and noted how. Start it again later.")
        if transaction.get_connection().in_atomic_block:
            raise  # whatever else was done around it must not stand half
    return False


def _check(job: Job, by: User) -> None:
    JobRow.objects.filter(job=job).delete()
    began = timezone.now()  # whatever somebody saves from here on may be missing in the plan
    counts = dict.fromkeys([*Outcome.values, "unchanged"], 0)
    total = 0
    for planned in _plans(job, by):
        _keep(job, planned, counts)
        total += len(planned)
        _say(job, done_count=total, total=max(total, job.total))
    said = {f"{outcome}_count": count for outcome, count in counts.items()}
    _say(job, state=JobState.CHECKED, checked_at=began, total=total, done_count=0, **said)


def _write(job: Job, by: User) -> bool:
    """Piece by piece, each with how far it is, so that no piece is written twice."""
    until = time.monotonic() + TURN
    strict = job.kind == JobKind.IMPORT and not job.writes_good_rows
    done = job.done_count
    pieces = _plans(job, by)
    while True:
        # Planned inside as well: what somebody saved while this waited for its turn would be written over unseen.
        with change(why=job.why):
            planned = next(pieces, None)
            if planned is None:
                break
            if strict and (one := next((one for one in planned if one.refusals), None)):
                raise CannotRun(f"{_unit(job).capitalize()} {one.number} has become impossible: {one.refusals[0]}")
            _apply(job, planned, by)
            written = sum(one.outcome in (Outcome.NEW, Outcome.CHANGED) for one in planned)
            done += len(planned)
            late = _refused_late(job, planned)
            _say(
                job, done_count=done, written_count=F("written_count") + written,
                refused_count=F("refused_count") + late,
            )  # fmt: skip
        if time.monotonic() > until and done < job.total:
            _say(job, state=JobState.WAITING)
            return True
    _end(job, JobState.DONE)
    return False


def _plans(job: Job, by: User) -> Iterator[list[Planned]]:
    """What is left of the job, planned piece by piece."""
    checked_at = job.checked_at if job.is_confirmed else None
    skip = job.done_count if job.is_confirmed else 0
    if job.kind == JobKind.EDIT:
        wanted, ids = Wanted(**job.asked["wanted"]), job.asked["ids"]
        size = STEP_CHUNK if wanted.step and job.is_confirmed else CHUNK
        for start in range(skip, len(ids), size):
            yield bulk.plan(ids[start : start + size], wanted, by=by, first=start + 1, checked_at=checked_at)
        return
    if job.kind == JobKind.OFFERED:
        ids = job.asked["ids"]
        size = STEP_CHUNK if job.is_confirmed else CHUNK
        for start in range(skip, len(ids), size):
            yield answering.plan(ids[start : start + size], job.asked["answer"], first=start + 1)
        return
    table = TablePlan(by=by, unit=_unit(job), checked_at=checked_at)
    for rows in table.chunks(tables.read(job.text, job.asked["form"]), skip=skip):
        yield table.plan(rows)


def _apply(job: Job, planned: list[Planned], by: User) -> None:
    if job.kind == JobKind.EDIT:
        bulk.apply(planned, Wanted(**job.asked["wanted"]), by=by)
    elif job.kind == JobKind.OFFERED:
        ids = job.asked["ids"][planned[0].number - 1 : planned[-1].number]
        answering.apply(planned, ids, job.asked["answer"], by=by, why=job.why)
    else:
        table_plan.apply(planned, by=by, why=job.why)


def _keep(job: Job, planned: list[Planned], counts: dict[str, int]) -> None:
    rows = []
    for one in planned:
        outcome = one.outcome
        counts[outcome or "unchanged"] += 1
        if outcome and counts[outcome] <= MOST_KEPT:
            rows.append(_row(job, one, outcome))
    JobRow.objects.bulk_create(rows, batch_size=500)


def _row(job: Job, one: Planned, outcome: Outcome) -> JobRow:
    return JobRow(
        job=job,
        number=one.number,
        listing=one.artifact.pk if one.artifact else None,
        slug=one.slug[:200],
        outcome=outcome,
        edits=[] if one.refusals else [edit.shown() for edit in one.edits],
        sentences=one.refusals or one.notes,
    )


def _refused_late(job: Job, planned: list[Planned]) -> int:
    """Rows that were fine when they were checked: their reason is kept in place of what they would have become."""
    refused = {one.number: one for one in planned if one.refusals}
    known = set(
        JobRow.objects.filter(job=job, number__in=refused, outcome=Outcome.REFUSED).values_list("number", flat=True)
    )
    late = [one for number, one in refused.items() if number not in known]
    if job.refused_count > MOST_KEPT:  # then those beyond were not kept, and cannot be told from late ones
        late = []
    JobRow.objects.filter(job=job, number__in=[one.number for one in late]).delete()
    JobRow.objects.bulk_create([_row(job, one, Outcome.REFUSED) for one in late], batch_size=500)
    return len(late)


def _say(job: Job, **columns: Any) -> None:
    """Writes down how far it is, as long as the job is still held. Raises _GaveWay."""
    held = Job.objects.filter(pk=job.pk, attempt=job.attempt, state=JobState.RUNNING)
    if not held.update(seen_at=timezone.now(), **columns):
        raise _GaveWay


def _end(job: Job, state: JobState, *, error: str = "") -> None:
    ended = {"text": ""} if state == JobState.DONE else {}  # what failed can be started again
    Job.objects.filter(pk=job.pk, attempt=job.attempt, state=JobState.RUNNING).update(
        state=state, error=error[:2_000], finished_at=timezone.now(), seen_at=timezone.now(), **ended
    )


def _unit(job: Job) -> str:
    return "line" if job.asked.get("form") == "csv" else "entry"
