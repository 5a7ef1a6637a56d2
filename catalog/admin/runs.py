"""A run at the desk: what it would do or has done, entry by entry, how far it is, and what it is told."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html

from catalog.admin.base import editor_of
from catalog.admin.notes import note, notes_of
from catalog.admin.rights import need
from catalog.admin.run import ReadOnlyAdmin
from catalog.admin.sources import start_page
from catalog.choices import EntryOutcome, RunState
from catalog.importers import files, outcomes, steering
from catalog.importers.undoing import outlook
from catalog.models import ImportRun, RunRow
from catalog.tasks import run_import, undo_import

STEER = "catalog.steer_importrun"
PAGE_SIZE = 50
#: In the order of what an editor wants to see first.
SHOWN = [EntryOutcome.REFUSED, EntryOutcome.HELD, EntryOutcome.GONE, EntryOutcome.CHANGED, EntryOutcome.NEW]


class UndoForm(forms.Form):
    why = forms.CharField(
        label="Why",
        help_text="Kept with who did it and when.",
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 60}),
    )


def run_page(request: HttpRequest, pk: int) -> HttpResponse:
    run = _run(pk)
    need(request, "catalog.view_importrun")
    if request.method == "POST":
        need(request, STEER)
        return HttpResponseRedirect(_told(request, run).get_absolute_url())
    counts = {outcome: getattr(run, f"{outcome}_count") for outcome in SHOWN}
    shown = request.GET.get("show")
    if shown not in counts:
        shown = next((outcome for outcome, count in counts.items() if count), EntryOutcome.NEW)
    found = Paginator(RunRow.objects.filter(run=run, outcome=shown).order_by("id"), PAGE_SIZE)
    rows = found.get_page(request.GET.get("page"))
    now = timezone.now()
    context = {
        **admin.site.each_context(request),
        "title": f"{'Try of' if run.is_dry_run else 'Import of'} {run.importer}",
        "run": run,
        "reads": files.shown(run.origin),
        "error": run.error.replace(run.origin, files.shown(run.origin))[:2_000],
        "may_steer": request.user.has_perm(STEER),
        "is_waiting": run.state == RunState.WAITING,
        "is_undoing": run.state == RunState.UNDOING,
        "may_stop": run.state in (*_STOPPABLE, RunState.FAILED, RunState.REFUSED),
        "may_take_up": steering.may_take_up(run, now=now),
        "may_undo": not run.is_dry_run and run.state in steering.ENDED and bool(run.done_count),
        "may_import": run.is_dry_run and run.state == RunState.DONE,
        "brakes": run.brakes.splitlines(),
        "counts": [(outcome, outcome.label, count) for outcome, count in counts.items() if count],
        "shown": shown,
        "rows": rows,
        "lines": outcomes.told(run, list(rows.object_list)),
        "is_cleared": bool(run.finished_at and counts[EntryOutcome(shown)] and not found.count),
        "beyond": max(0, counts[EntryOutcome(shown)] - outcomes.MOST_KEPT),
        "notes": notes_of(run)[:20],
        "opts": ImportRun._meta,
    }
    return TemplateResponse(request, "admin/catalog/importrun/run.html", context)


_STOPPABLE = (RunState.ASKED, RunState.RUNNING, RunState.WAITING)


def _told(request: HttpRequest, run: ImportRun) -> ImportRun:
    """Answers with the run whose page comes next."""
    now = timezone.now()
    try:
        if "stop" in request.POST:
            steering.stop(run)
            note(request, run, "Stopped it.")
            messages.info(request, "Stopped. What was written before stays, and can be undone.")
        elif "confirm" in request.POST:
            steering.confirm(run, now=now)
            note(request, run, f"Let it go on, although: {' '.join(run.brakes.splitlines())}")
            begin(run)
        elif "take_up" in request.POST:
            steering.take_up(run, now=now)
            note(request, run, "Took it up.")
            begin(run)
        elif "try" in request.POST and run.state == RunState.WAITING:
            made = steering.ask(run.importer, run.origin, now=now, by=editor_of(request), why=run.why, is_dry_run=True)
            note(request, made, "Asked for a try, since the brake holds the import.")
            begin(made)
            return made
        elif "import" in request.POST and run.is_dry_run and run.state == RunState.DONE:
            made = steering.ask(run.importer, run.origin, now=now, by=editor_of(request), why=run.why)
            note(request, made, "Asked for it after a try.")
            begin(made)
            return made
    except steering.CannotRun as error:
        messages.error(request, str(error))
    return run


def begin(run: ImportRun) -> None:
    """In the background: fetching alone may take minutes."""
    # No partial: it has no name, which Django asks for where the broker is away.
    transaction.on_commit(lambda: run_import.delay(run.pk), robust=True)


def undo_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What it will do, and what stays since it has been edited; then the same page again to say so."""
    run = _run(pk)
    need(request, "catalog.view_importrun", STEER)
    form = UndoForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            steering.ask_undo(run, now=timezone.now())
        except steering.CannotRun as error:
            messages.error(request, str(error))
        else:
            note(request, run, "Undid it.", why=form.cleaned_data["why"])
            transaction.on_commit(lambda: undo_import.delay(run.pk), robust=True)
        return HttpResponseRedirect(run.get_absolute_url())
    context = {
        **admin.site.each_context(request),
        "title": f"Undo the import of {run.importer}?",
        "run": run,
        "may_undo": not run.is_dry_run and run.state in steering.ENDED,
        "outlook": outlook(run),
        "form": form,
        "opts": ImportRun._meta,
    }
    return TemplateResponse(request, "admin/catalog/importrun/undo.html", context)


def _run(pk: int) -> ImportRun:
    run = ImportRun.objects.select_related("by").filter(pk=pk).first()
    if run is None:
        raise Http404
    return run


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    list_display = ["what", "stands", "reads", "found", "by", "finished_at"]
    list_display_links = None
    list_filter = ["state", "importer"]
    list_select_related = ["by"]
    ordering = ["-started_at", "id"]
    change_list_template = "admin/catalog/importrun/change_list.html"

    @admin.display(description="run", ordering="started_at")
    def what(self, row: ImportRun) -> str:
        return format_html('<a href="{}">{}</a>', row.get_absolute_url(), str(row))

    @admin.display(description="state", ordering="state")
    def stands(self, row: ImportRun) -> str:
        return f"{row.get_state_display()}, a try" if row.is_dry_run else row.get_state_display()

    @admin.display(description="reads")
    def reads(self, row: ImportRun) -> str:
        return files.shown(row.origin)

    @admin.display(description="entries")
    def found(self, row: ImportRun) -> str:
        names = ("new", "changed", "unchanged", "held", "refused", "gone")
        counts = {name: getattr(row, f"{name}_count") for name in names}
        return ", ".join(f"{count:,} {name}" for name, count in counts.items() if count)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("error", "brakes", "why")

    def get_urls(self) -> list[Any]:
        door = self.admin_site.admin_view
        return [
            path("start/", door(start_page), name="catalog_importrun_start"),
            path("<int:pk>/", door(run_page), name="catalog_importrun_page"),
            path("<int:pk>/undo/", door(undo_page), name="catalog_importrun_undo"),
            *super().get_urls(),
        ]

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """Its columns are no page of their own."""
        if not object_id.isdecimal():
            raise Http404
        return HttpResponseRedirect(reverse("admin:catalog_importrun_page", args=[int(object_id)]))
