"""What came all at once and does not count yet: its curve, and an editor's word on it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from catalog.admin.base import editor_of
from catalog.admin.notes import note, notes_of
from catalog.admin.rights import need
from catalog.models import Reading
from catalog.templatetags.glyphs import sparkline_svg
from ranking.admin.pages import PagesAdmin, page, row_or_404, why_field
from ranking.holds import CannotDecide, accept, keep
from ranking.models import Hold, HoldReason, HoldState

#: What a curve goes back, and how many sources of one signal are drawn.
CURVE = dt.timedelta(days=730)
MOST_CURVES = 4
MOST_POINTS = 200


class DecideForm(forms.Form):
    why = why_field(help_text="Readers see it beside the reading.")


def hold_page(request: HttpRequest, pk: int) -> HttpResponse:
    need(request, "ranking.view_hold")
    hold: Hold = row_or_404(Hold.objects.select_related("artifact", "decided_by"), pk)
    form = DecideForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        need(request, "ranking.change_hold")
        if form.is_valid():
            verb, did = (accept, "Accepted.") if "accept" in request.POST else (keep, "Held on.")
            try:
                verb(hold, by=editor_of(request), why=form.cleaned_data["why"], now=timezone.now())
            except CannotDecide as error:
                form.add_error(None, str(error))
            else:
                note(request, hold, did, why=hold.why)
                messages.success(request, _done(hold))
                return HttpResponseRedirect(reverse("admin:queue", args=["held"]))
    return page(
        request,
        "hold.html",
        Hold,
        f"{hold.get_signal_display()} of {hold.artifact.name[:80]}",
        hold=hold,
        is_leap=hold.reason == HoldReason.LEAP,
        is_open=hold.state == HoldState.OPEN,
        may_decide=request.user.has_perm("ranking.change_hold"),
        curves=_curves(hold, now=timezone.now()),
        form=form,
        notes=notes_of(hold)[:20],
    )


def _done(hold: Hold) -> str:
    if hold.state == HoldState.ACCEPTED:
        return "Accepted. It counts from the next generation on."
    return "It waits until it has lasted, and you will not be asked again."


def _curves(hold: Hold, *, now: dt.datetime) -> list[tuple[Any, SafeString, dict[str, float]]]:
    """Source, curve and what it says of its ends, the source with most readings first."""
    rows = Reading.objects.filter(artifact=hold.artifact_id, signal=hold.signal, observed_at__gt=now - CURVE)
    by_source: dict[Any, list[tuple[dt.date, float]]] = {}
    for row in rows.select_related("source").order_by("observed_at"):
        by_source.setdefault(row.source, []).append((row.observed_at.date(), row.value))
    found = sorted(by_source.items(), key=lambda pair: -len(pair[1]))[:MOST_CURVES]
    label = hold.get_signal_display()
    return [
        (source, sparkline_svg(_thinned(points), label=label, width=640, height=120), _ends(points))
        for source, points in found
    ]


def _ends(points: list[tuple[dt.date, float]]) -> dict[str, float]:
    values = [value for _, value in points]
    return {"now": values[-1], "low": min(values), "high": max(values)}


def _thinned(points: list[tuple[dt.date, float]]) -> list[tuple[dt.date, float]]:
    step = -(-len(points) // MOST_POINTS)
    return [*points[:-1:step], points[-1]]


@admin.register(Hold)
class HoldAdmin(PagesAdmin):
    own = "decide"
    list_display = ["what", "signal", "reason", "state", "held", "counted", "seen_on", "decided_by", "decided_at"]
    list_select_related = ["artifact", "decided_by"]
    list_filter = ["state", "reason"]
    ordering = ["state", "-held", "id"]

    def pages(self) -> list[tuple[str, Any, str]]:
        return [("<int:pk>/", hold_page, "decide")]

    @admin.display(description="artifact")
    def what(self, row: Hold) -> str:
        return format_html('<a href="{}"><bdi>{}</bdi></a>', self.address_of(row), row.artifact.name[:80])
