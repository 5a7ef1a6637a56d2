"""Generations at the desk: what was built, what its checks said, and back to an earlier one. None is edited."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from catalog import wording
from catalog.admin.notes import note, notes_of
from catalog.admin.rights import need
from catalog.choices import Kind
from catalog.models import CatalogState, Reading, Standing
from ranking import generations, sheets, snapshots
from ranking.admin.pages import NotedForm, PagesAdmin, page, row_or_404
from ranking.canary import DeadCanary, sing
from ranking.models import Build, BuildState, ReferenceTable
from ranking.publish import CannotRollBack, roll_back
from ranking.tasks import refresh_freshness, snapshot_ranks

#: So many readings are built from while somebody waits for the page: a second or two.
SMALL = 50_000
#: From so many ranks on a week is written down by the worker.
MANY = 2_000


def build_page(request: HttpRequest, pk: int) -> HttpResponse:
    need(request, "ranking.view_build")
    build: Build = row_or_404(Build.objects.select_related("configuration"), pk)
    tables = _tables(build)
    return page(
        request,
        "build.html",
        Build,
        str(build),
        build=build,
        is_live=_live_id() is not None and build.generation_id == _live_id(),
        may_go_live=_may_go_live(build) and request.user.has_perm("ranking.run_build"),
        tables=[pair for pair in tables if pair[1] is not None],
        without=wording.listed([label for label, table in tables if table is None]),
        problems=build.problems.splitlines(),
        quarantined=len(build.left_out.get("quarantined", ())),
        accepted=len(build.left_out.get("accepted", ())),
        notes=notes_of(build)[:20],
    )


def _tables(build: Build) -> list[tuple[str, ReferenceTable | None]]:
    """For each kind the reference table that was used, None for the shipped prior."""
    known = ReferenceTable.objects.defer("body").in_bulk([pk for pk in build.tables.values() if pk is not None])
    return [(Kind(kind).label, known.get(pk)) for kind, pk in sorted(build.tables.items()) if kind in Kind.values]


def _live_id() -> int | None:
    return CatalogState.objects.values_list("live_generation_id", flat=True).filter(pk=1).first()


def _may_go_live(build: Build) -> bool:
    """It is kept whole, and is not what readers see already."""
    is_kept = build.generation_id is not None and build.state == BuildState.PUBLISHED
    return is_kept and build.generation_id != _live_id()


def live_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Back to an earlier generation, or forth again."""
    need(request, "ranking.run_build")
    build: Build = row_or_404(Build.objects.select_related("configuration"), pk)
    live = Build.objects.filter(generation=_live_id()).first()
    form = NotedForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            roll_back(to=build.number)
        except CannotRollBack as error:
            form.add_error(None, str(error))
        else:
            said = f"Made live in place of {str(live).lower()}." if live else "Made live."
            note(request, build, said, why=form.cleaned_data["why"])
            messages.success(request, f"{build} is live.")
            return HttpResponseRedirect(reverse("admin:ranking_build_page", args=[build.pk]))
    title = f"Make {str(build).lower()} live again?"
    may = _may_go_live(build)
    return page(request, "build_live.html", Build, title, build=build, live=live, may_go_live=may, form=form)


def now_page(request: HttpRequest) -> HttpResponse:
    need(request, "ranking.run_build")
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    all_of_them = HttpResponseRedirect(reverse("admin:ranking_build_changelist"))
    if Reading.objects.all()[: SMALL + 1].count() > SMALL:
        transaction.on_commit(refresh_freshness.delay, robust=True)
        last = Build.objects.first()
        if last is not None:
            note(request, last, "Asked for the next one by hand.")
        messages.info(request, "A generation is being built. It stands here when it is done, in a minute or so.")
        return all_of_them
    build = generations.build(now=timezone.now(), clock=timezone.now)
    if build is None:
        messages.warning(request, "Another builder is at work.")
        return all_of_them
    note(request, build, "Built by hand.")
    if build.state == BuildState.REFUSED:
        messages.error(request, f"{build} is refused by its checks; the live one stays.")
    else:
        messages.success(request, f"{build} is live: {build.ranked:,} ranked, {build.unranked:,} not yet.")
    return HttpResponseRedirect(reverse("admin:ranking_build_page", args=[build.pk]))


def snapshot_page(request: HttpRequest) -> HttpResponse:
    """This week's standings, for good; the beat does the same on the week's first morning."""
    need(request, "ranking.run_build")
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    live = _live_id()
    if live is None:
        messages.warning(request, "There are no ranks yet.")
    elif Standing.objects.filter(generation=live)[: MANY + 1].count() > MANY:
        transaction.on_commit(snapshot_ranks.delay, robust=True)
        messages.info(request, "This week's ranks are being written down.")
    else:
        now = timezone.now()
        ranks, said = snapshots.take(now=now), sheets.keep(now=now)
        messages.success(request, f"Written down for this week: {ranks:,} ranks, {said:,} sheets of what is said.")
    return HttpResponseRedirect(reverse("admin:ranking_build_changelist"))


def canary_page(request: HttpRequest) -> HttpResponse:
    """Whether ranks come out right where this site's pages are made."""
    need(request, "ranking.run_build")
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        sing()
    except DeadCanary as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The canary sings: ranks come out as they are known to.")
    return HttpResponseRedirect(reverse("admin:ranking_build_changelist"))


@admin.register(Build)
class BuildAdmin(PagesAdmin):
    list_display = ["called", "stands", "as_of", "formula", "ranked", "unranked", "problems"]
    list_select_related = ["configuration"]
    list_filter = ["state"]
    ordering = ["-number", "id"]
    change_list_template = "admin/ranking/build_list.html"

    def pages(self) -> list[tuple[str, Any, str]]:
        return [
            ("now/", now_page, "now"),
            ("snapshot/", snapshot_page, "snapshot"),
            ("canary/", canary_page, "canary"),
            ("<int:pk>/", build_page, "page"),
            ("<int:pk>/live/", live_page, "live"),
        ]

    @admin.display(description="generation", ordering="number")
    def called(self, row: Build) -> str:
        return format_html('<a href="{}">{}</a>', self.address_of(row), row)

    @admin.display(description="formula", ordering="configuration__version")
    def formula(self, row: Build) -> str:
        return row.configuration.version

    @admin.display(description="stands")
    def stands(self, row: Build) -> str:
        if row.is_live:  # type: ignore[attr-defined]
            return "live"
        is_gone = row.state == BuildState.PUBLISHED and row.generation_id is None
        return "was published, no longer kept" if is_gone else row.get_state_display().lower()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Build]:
        live = CatalogState.objects.filter(pk=1, live_generation=OuterRef("generation"))
        return super().get_queryset(request).annotate(is_live=Exists(live))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        may_run = request.user.has_perm("ranking.run_build")
        return super().changelist_view(request, {**(extra_context or {}), "may_run": may_run})
