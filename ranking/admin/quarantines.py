"""A source's readings left out of ranks, and let in again: seen before it is done, with who, when and why."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from catalog.admin.base import editor_of
from catalog.admin.fields import DAY
from catalog.admin.notes import note, notes_of
from catalog.admin.rights import need
from catalog.models import Source
from ranking import quarantine
from ranking.admin.pages import NotedForm, PagesAdmin, page, row_or_404, why_field
from ranking.models import Quarantine


class SetForm(forms.Form):
    since = forms.DateField(label="From", required=False, widget=DAY, help_text="Empty for all earlier ones.")
    upto = forms.DateField(label="To", required=False, widget=DAY, help_text="Empty for all later ones, future too.")
    why = why_field(help_text="Readers see it where these readings were used.")


def set_page(request: HttpRequest, pk: int) -> HttpResponse:
    """First what it would leave out, then the same form again to confirm it."""
    need(request, "ranking.add_quarantine")
    source: Source = row_or_404(Source.objects, pk)
    form = SetForm(request.POST if request.method == "POST" else None)
    reach = None
    if request.method == "POST" and form.is_valid():
        days = {"since": form.cleaned_data["since"], "upto": form.cleaned_data["upto"]}
        reach = quarantine.reach(source, **days)
        # What was shown must be what is done: other days, and it is shown anew.
        if request.POST.get("shown") == _told(days):
            try:
                it = quarantine.impose(
                    source, **days, why=form.cleaned_data["why"], by=editor_of(request), now=timezone.now()
                )
            except quarantine.CannotQuarantine as error:
                form.add_error(None, str(error))
            else:
                note(request, it, f"Set: {reach.readings:,} readings of {reach.artifacts:,} artifacts.", why=it.why)
                waits = "It waits for a second person." if it.waits_since else "The next generation leaves them out."
                messages.success(request, waits)
                return HttpResponseRedirect(reverse("admin:ranking_quarantine_page", args=[it.pk]))
    return page(
        request,
        "quarantine_set.html",
        Quarantine,
        "Quarantine readings",
        source=source,
        form=form,
        reach=reach,
        whole=quarantine.reach(source, since=None, upto=None),
        shown=_told(form.cleaned_data) if reach else "",
        standing=source.quarantines.filter(lifted_at=None),
        two_from=quarantine.ALONE_NUMBER,
    )


def _told(days: dict[str, Any]) -> str:
    return f"{days['since'] or ''}..{days['upto'] or ''}"


def quarantine_page(request: HttpRequest, pk: int) -> HttpResponse:
    need(request, "ranking.view_quarantine")
    rows = Quarantine.objects.select_related("source", "set_by", "lifted_by", "confirmed_by")
    it: Quarantine = row_or_404(rows, pk)
    form = NotedForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        need(request, "ranking.change_quarantine")
        if "confirm" in request.POST or form.is_valid():
            try:
                messages.success(request, _decide(request, it, form))
            except quarantine.CannotQuarantine as error:
                messages.error(request, str(error))
            return HttpResponseRedirect(request.path)
    reach = quarantine.reach(it.source, since=it.since, upto=it.upto)
    return page(
        request,
        "quarantine.html",
        Quarantine,
        str(it)[:100],
        it=it,
        reach=reach,
        may_lift=it.lifted_at is None and request.user.has_perm("ranking.change_quarantine"),
        is_mine=it.set_by == request.user,
        form=form,
        notes=notes_of(it)[:20],
    )


def _decide(request: HttpRequest, it: Quarantine, form: forms.Form) -> str:
    by, now = editor_of(request), timezone.now()
    if "confirm" in request.POST:
        quarantine.confirm(it, by=by, now=now)
        note(request, it, "Confirmed.")
        return "Confirmed. The next generation leaves them out."
    why = form.cleaned_data["why"]
    quarantine.lift(it, why=why, by=by, now=now)
    note(request, it, "Lifted.", why=why)
    return "Lifted. From the next generation on ranks are what they would have been."


@admin.register(Quarantine)
class QuarantineAdmin(PagesAdmin):
    list_display = ["what", "since", "upto", "stands", "why", "set_by", "set_at"]
    list_select_related = ["source", "set_by"]
    ordering = ["-set_at", "id"]
    change_list_template = "admin/ranking/quarantine_list.html"

    def pages(self) -> list[tuple[str, Any, str]]:
        return [("of/<int:pk>/", set_page, "set"), ("<int:pk>/", quarantine_page, "page")]

    @admin.display(description="source")
    def what(self, row: Quarantine) -> str:
        return format_html('<a href="{}"><bdi>{}</bdi></a>', self.address_of(row), row.source.title[:80])

    @admin.display(description="stands")
    def stands(self, row: Quarantine) -> str:
        if row.lifted_at is not None:
            return "lifted"
        return "waits for a second person" if row.waits_since else "in force"
