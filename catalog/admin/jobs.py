"""A job at the desk: what it will do, how far it is, what became of it. The same page all the way, to come back to."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html

from catalog.admin.base import editor_of
from catalog.admin.rights import need
from catalog.admin.run import ReadOnlyAdmin
from catalog.choices import JobKind, JobState, Outcome
from catalog.desk import answering, jobs
from catalog.models import Job
from catalog.tasks import run_job

PAGE_SIZE = 100  # rows of a preview


def start(job: Job) -> None:
    """A small one at once; a long one in the background, so that the page can be left."""
    if jobs.is_small(job):
        jobs.run(job.pk)
    else:
        transaction.on_commit(lambda: run_job.delay(job.pk), robust=True)


def job_page(request: HttpRequest, pk: int) -> HttpResponse:
    job = Job.objects.select_related("by").defer("text", "asked").filter(pk=pk).first()
    if job is None:
        raise Http404
    need(request, "catalog.view_job")
    user = editor_of(request)
    is_mine = user == job.by and user.has_perm("catalog.add_job")
    # What is written goes under the name of whoever asked; an end to it can be put when they are not there.
    may_stop = is_mine or user.is_superuser
    if request.method == "POST":
        if not (may_stop if "stop" in request.POST else is_mine):
            raise PermissionDenied
        return HttpResponseRedirect(_move(request, job).get_absolute_url())
    counts = {outcome: getattr(job, f"{outcome}_count") for outcome in (Outcome.REFUSED, Outcome.CHANGED, Outcome.NEW)}
    shown = request.GET.get("show")
    if shown not in counts:
        shown = next((outcome for outcome, count in counts.items() if count), Outcome.CHANGED)
    rows = Paginator(job.rows.filter(outcome=shown).order_by("number"), PAGE_SIZE)
    shown_rows = rows.get_page(request.GET.get("page"))
    context = {
        **admin.site.each_context(request),
        "title": job.get_kind_display(),
        "job": job,
        "is_mine": is_mine,
        "may_stop": may_stop and (job.is_under_way or job.state in (JobState.CHECKED, JobState.FAILED)),
        "is_checked": job.state == JobState.CHECKED,
        "is_failed": job.state == JobState.FAILED,
        "is_import": job.kind == JobKind.IMPORT,
        "is_answer": job.kind == JobKind.OFFERED,
        "may_take_back": job.kind == JobKind.OFFERED and job.state in (JobState.DONE, JobState.STOPPED) and is_mine,
        "to_write": job.new_count + job.changed_count,
        "may_start_again": jobs.may_start_again(job, now=timezone.now()),
        "counts": [(outcome, outcome.label, count) for outcome, count in counts.items() if count],
        "shown": shown,
        "rows": shown_rows,
        "is_cleared": bool(job.finished_at and counts[Outcome(shown)] and not rows.count),
        "beyond": max(0, counts[Outcome(shown)] - jobs.MOST_KEPT),
        "opts": Job._meta,
    }
    return TemplateResponse(request, "admin/catalog/job.html", context)


def _move(request: HttpRequest, job: Job) -> Job:
    """Answers with the job to look at: this one, or that which takes it back."""
    try:
        if "stop" in request.POST:
            jobs.stop(job)
            messages.info(request, "Stopped. What was written before stays.")
            return job
        if "back" in request.POST:
            return _take_back(request, job)
        if "again" in request.POST:
            jobs.start_again(job, now=timezone.now())
        else:
            jobs.confirm(job, good_rows="good_rows" in request.POST)
    except jobs.CannotRun as error:
        messages.error(request, str(error))
        return job
    job.refresh_from_db()
    start(job)
    return job


def _take_back(request: HttpRequest, job: Job) -> Job:
    why = f"Taken back: {job.why}"
    back = jobs.ask_answers(answering.answered_by(job), answering.REOPEN, by=editor_of(request), why=why)
    start(back)
    return back


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ["what", "state", "by", "why", "found"]
    list_display_links = None
    list_filter = ["state", "kind"]
    list_select_related = ["by"]
    ordering = ["-made_at", "id"]

    @admin.display(description="job", ordering="made_at")
    def what(self, row: Job) -> str:
        return format_html('<a href="{}">{}</a>', row.get_absolute_url(), str(row))

    @admin.display(description="rows")
    def found(self, row: Job) -> str:
        counts = {
            "new": row.new_count,
            "changed": row.changed_count,
            "refused": row.refused_count,
            "written": row.written_count,
        }
        return ", ".join(f"{count:,} {word}" for word, count in counts.items() if count)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("text", "asked")

    def get_urls(self) -> list[Any]:
        return [path("<int:pk>/", self.admin_site.admin_view(job_page), name="catalog_job"), *super().get_urls()]

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """Its columns are no page of their own."""
        return HttpResponseRedirect(reverse("admin:catalog_job", args=[object_id]))
