"""Jobs: checked, confirmed, written in pieces, stopped, taken once, started again."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from catalog.desk import jobs, table_plan
from catalog.desk.bulk import Wanted
from catalog.models import Artifact, Job, JobRow
from catalog.tasks import clear_jobs, run_job
from tests.cast import erin, sven
from tests.factories import make_artifact, make_evidence, make_offering

pytestmark = pytest.mark.django_db
GOOD = "slug,name,kind\na,Heron,app\nb,Reed,app\nc,Egret,app\n"
MIXED = GOOD + "d,Rail,bird\n"


def imported(text: str = GOOD, **options: Any) -> Job:
    """Checked, and waiting for a word."""
    job = jobs.ask_import("birds.csv", text.encode(), by=erin(), **options)
    jobs.run(job.pk)
    job.refresh_from_db()
    return job


def again(job: Job) -> Job:
    jobs.run(job.pk)
    job.refresh_from_db()
    return job


def slugs() -> list[str]:
    return list(Artifact.objects.order_by("slug").values_list("slug", flat=True))


@pytest.fixture
def pieces_of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_plan, "CHUNK", 2)
    monkeypatch.setattr(jobs, "STEP_CHUNK", 2)


def test_nothing_is_written_before_it_is_confirmed() -> None:
    job = imported()
    assert (job.state, job.total, job.new_count, job.refused_count) == ("checked", 3, 3, 0)
    assert slugs() == []
    assert [(row.number, row.slug, row.outcome, row.edits[0]) for row in job.rows.order_by("number")] == [
        (2, "a", "new", ["name", "", "Heron"]),
        (3, "b", "new", ["name", "", "Reed"]),
        (4, "c", "new", ["name", "", "Egret"]),
    ]
    jobs.confirm(job)
    job = again(job)
    assert (job.state, job.written_count, job.done_count, slugs()) == ("done", 3, 3, ["a", "b", "c"])
    assert job.finished_at is not None
    assert job.text == "", "the file is not kept for longer than it is needed"
    assert Artifact.history.filter(history_user=erin(), history_change_reason="Imported from a table.").count() == 3


def test_a_table_with_a_refused_row_is_written_only_when_asked() -> None:
    job = imported(MIXED)
    with pytest.raises(jobs.CannotRun, match="Nothing is written while rows are refused"):
        jobs.confirm(job)
    again(job)
    assert slugs() == []
    jobs.confirm(job, good_rows=True)
    job = again(job)
    assert (job.state, job.written_count, job.refused_count, slugs()) == ("done", 3, 1, ["a", "b", "c"])
    assert "no kind “bird”" in job.rows.get(outcome="refused").sentences[0]


def test_nothing_to_write_is_said() -> None:
    job = imported()
    jobs.confirm(job)
    again(job)
    job = imported()
    assert (job.unchanged_count, job.rows.count()) == (3, 0)
    with pytest.raises(jobs.CannotRun, match="nothing to write"):
        jobs.confirm(job)


def test_a_job_taken_twice_runs_once() -> None:
    job = imported()
    jobs.confirm(job)
    run_job(job.pk)
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempt, job.written_count) == ("done", 2, 3)
    assert Artifact.history.count() == 3
    with pytest.raises(jobs.CannotRun, match="not waiting for your word"):
        jobs.confirm(job)


def test_a_job_that_is_held_is_not_taken_by_another() -> None:
    job = imported()
    jobs.confirm(job)
    Job.objects.update(state="running")
    assert again(job).attempt == 1
    assert slugs() == []


@pytest.mark.usefixtures("pieces_of_two")
def test_a_job_whose_worker_died_goes_on_behind_its_last_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    job = imported()
    jobs.confirm(job)
    apply = table_plan.apply
    calls = []

    def dying(planned: Any, **options: Any) -> None:
        calls.append(len(planned))
        if len(calls) == 2:
            raise SystemExit  # as a process that is killed: nobody tidies up
        apply(planned, **options)

    monkeypatch.setattr(table_plan, "apply", dying)
    with pytest.raises(SystemExit):
        jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done_count, job.written_count, slugs()) == ("running", 2, 2, ["a", "b"])
    now = timezone.now()
    assert not jobs.may_start_again(job, now=now)
    with pytest.raises(jobs.CannotRun, match="under way"):
        jobs.start_again(job, now=now)
    later = now + jobs.SILENCE + dt.timedelta(seconds=1)
    assert jobs.may_start_again(job, now=later)
    jobs.start_again(job, now=later)
    job = again(job)
    assert (job.state, job.done_count, job.written_count, slugs()) == ("done", 3, 3, ["a", "b", "c"])
    assert calls == [2, 1, 1]
    assert Artifact.history.count() == 3


@pytest.mark.usefixtures("pieces_of_two")
def test_whoever_held_a_job_that_was_taken_over_writes_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    job = imported()
    jobs.confirm(job)
    apply = table_plan.apply

    def slow(planned: Any, **options: Any) -> None:
        apply(planned, **options)
        if planned[0].slug == "c":
            Job.objects.filter(pk=job.pk).update(attempt=99)

    monkeypatch.setattr(table_plan, "apply", slow)
    job = again(job)
    assert (job.state, job.done_count, slugs()) == ("running", 2, ["a", "b"])


@pytest.mark.usefixtures("pieces_of_two")
def test_a_job_is_stopped_behind_the_piece_it_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    job = imported()
    jobs.confirm(job)
    say = jobs._say

    def then_stop(held: Job, **columns: Any) -> None:
        say(held, **columns)
        Job.objects.filter(pk=held.pk, state="running").update(state="stopped")

    monkeypatch.setattr(jobs, "_say", then_stop)
    job = again(job)
    assert (job.state, slugs()) == ("stopped", ["a", "b"])


def test_a_stopped_job_keeps_no_file_and_does_not_come_back() -> None:
    job = imported()
    jobs.stop(job)
    job = again(job)
    assert (job.state, job.text, slugs()) == ("stopped", "", [])
    with pytest.raises(jobs.CannotRun):
        jobs.stop(job)
    with pytest.raises(jobs.CannotRun):
        jobs.start_again(job, now=timezone.now() + dt.timedelta(days=1))


@pytest.mark.usefixtures("pieces_of_two")
def test_a_long_job_makes_room_and_goes_on_later(monkeypatch: pytest.MonkeyPatch) -> None:
    job = imported()
    jobs.confirm(job)
    monkeypatch.setattr(jobs, "TURN", -1)
    assert jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done_count) == ("waiting", 2)
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.written_count, slugs()) == ("done", 3, ["a", "b", "c"])


def test_nobodys_edit_is_written_over_that_came_after_the_check() -> None:
    make_artifact(slug="a", name="Old", kind="app")
    job = imported("slug,name\na,New\n")
    edited = Artifact.objects.get()
    edited.name = "Edited meanwhile"
    edited.save()
    jobs.confirm(job)
    job = again(job)
    assert job.state == "failed"
    assert job.error == "Line 2 has become impossible: Somebody has changed it since it was checked."
    assert Artifact.objects.get().name == "Edited meanwhile"


def test_in_a_bulk_edit_it_is_kept_on_its_row_and_the_others_go_on() -> None:
    one, other = make_artifact(), make_artifact()
    job = jobs.ask_edit([one.pk, other.pk], Wanted("Sorted.", licence="MIT"), by=erin())
    again(job)
    one.tagline = "Edited meanwhile"
    one.save()
    jobs.confirm(job)
    job = again(job)
    assert (job.state, job.written_count, job.refused_count) == ("done", 1, 1)
    assert [(row.outcome, row.sentences) for row in job.rows.order_by("number")] == [
        ("refused", ["Somebody has changed it since it was checked."]),
        ("changed", []),
    ]
    assert list(Artifact.objects.order_by("pk").values_list("licence", flat=True)) == ["", "MIT"]


@pytest.mark.usefixtures("pieces_of_two")
def test_steps_of_many_are_taken_piece_by_piece() -> None:
    ready = [make_artifact(lifecycle="draft", published_at=None, homepage="https://example.org/a") for _ in range(5)]
    for artifact in ready[:4]:
        make_evidence(offering=make_offering(artifact=artifact))
    job = jobs.ask_edit([a.pk for a in ready], Wanted("All there.", step="publish"), by=sven())
    job = again(job)
    assert (job.changed_count, job.refused_count) == (4, 1)
    jobs.confirm(job)
    job = again(job)
    assert (job.state, job.written_count, job.refused_count) == ("done", 4, 1)
    assert Artifact.objects.filter(lifecycle="published").count() == 4
    assert job.rows.get(outcome="refused").sentences == ["It offers no capability."]


def test_a_failure_of_the_site_is_kept_and_the_job_can_be_started_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    job = imported()
    jobs.confirm(job)

    def broken(*args: Any, **options: Any) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(table_plan, "apply", broken)
        with pytest.raises(ZeroDivisionError):  # within the test's transaction, which then must not stand
            jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error, slugs()) == (
        "failed",
        "The site itself failed, and noted how. Start it again later.",
        [],
    )
    jobs.start_again(job, now=timezone.now())
    assert again(job).state == "done"


def test_who_has_lost_their_rights_writes_nothing_through_a_job() -> None:
    job = imported()
    jobs.confirm(job)
    User.objects.filter(username="erin").update(is_active=False)
    job = again(job)
    assert (job.state, slugs()) == ("failed", [])
    User.objects.filter(username="erin").update(is_active=True)
    erin().user_permissions.clear()
    jobs.start_again(job, now=timezone.now())
    job = again(job)
    assert job.error == "Whoever asked for it may not change artifacts any more."


def test_rows_are_kept_up_to_a_bound_and_counted_beyond(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "MOST_KEPT", 2)
    job = imported()
    assert (job.new_count, JobRow.objects.count()) == (3, 2)


def test_a_table_that_breaks_off_is_told_and_nothing_is_written() -> None:
    job = imported(GOOD + 'd,"Rail\n')
    assert job.state == "failed"
    assert "A quotation mark is probably not closed" in job.error
    assert slugs() == []
    jobs.stop(job)
    assert again(job).text == "", "what is given up is kept no longer"


def test_a_change_of_nothing_is_no_job() -> None:
    with pytest.raises(jobs.CannotRun, match="Choose what shall change"):
        jobs.ask_edit([make_artifact().pk], Wanted("Because."), by=erin())
    assert Job.objects.count() == 0


# --- clearing ---------------------------------------------------------------------------------------------------------


def ago(job: Job, days: float) -> Job:
    at = timezone.now() - dt.timedelta(days=days)
    Job.objects.filter(pk=job.pk).update(seen_at=at, finished_at=at if job.finished_at else None)
    return job


def test_rows_and_files_of_jobs_that_ended_long_ago_go_and_the_record_stays() -> None:
    """Who asked, why, and what came of it is still told; twice clears nothing more."""
    old, fresh = imported(), imported("slug,name,kind\ne,Ibis,app\n")
    for job in (old, fresh):
        jobs.confirm(job)
        again(job)
    for job, days in ((old, 31), (fresh, 29)):
        job.refresh_from_db()
        ago(job, days)
    for _ in range(2):
        clear_jobs()
        old.refresh_from_db()
        assert (old.state, old.written_count, old.asked, old.rows.count()) == ("done", 3, {}, 0)
        assert fresh.rows.count() == 1


def test_what_was_checked_and_left_lying_is_given_up() -> None:
    """Its file goes with it, and nothing can be written out of it any more."""
    job = ago(imported(), 31)
    clear_jobs()
    job.refresh_from_db()
    assert (job.state, job.text, job.rows.count()) == ("stopped", "", 0)
    with pytest.raises(jobs.CannotRun):
        jobs.confirm(job)


def test_what_failed_long_ago_cannot_be_started_again_without_its_file() -> None:
    job = imported()
    Job.objects.filter(pk=job.pk).update(state="failed", finished_at=timezone.now() - dt.timedelta(days=31))
    clear_jobs()
    job.refresh_from_db()
    assert (job.text, jobs.may_start_again(job, now=timezone.now())) == ("", False)


def test_what_is_under_way_is_never_cleared() -> None:
    job = imported()
    jobs.confirm(job)
    Job.objects.filter(pk=job.pk).update(finished_at=timezone.now() - dt.timedelta(days=31))
    clear_jobs()
    assert again(job).written_count == 3
