"""A count that fell too far to be believed, and an editor's word on it. It waits in the queue of held readings."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html

from catalog.admin.base import editor_of
from catalog.admin.notes import note, notes_of
from catalog.admin.rights import need
from catalog.admin.run import ReadOnlyAdmin
from catalog.choices import FallState
from catalog.importers import collapses
from catalog.models import Fall, Reading
from catalog.templatetags.glyphs import sparkline_svg

#: What the curve goes back, and how many readings of it are drawn.
CURVE = dt.timedelta(days=730)
MOST_POINTS = 200


class DecideForm(forms.Form):
    why = forms.CharField(
        label="Why",
        help_text="Kept with who decided it and when.",
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 60}),
    )


def fall_page(request: HttpRequest, pk: int) -> HttpResponse:
    fall = Fall.objects.select_related("artifact", "source", "run", "decided_by").filter(pk=pk).first()
    if fall is None:
        raise Http404
    need(request, "catalog.view_fall")
    form = DecideForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        need(request, "catalog.change_fall")
        if form.is_valid():
            verb, did = (collapses.accept, "Accepted.") if "accept" in request.POST else (collapses.keep, "Held on.")
            try:
                verb(fall, by=editor_of(request), why=form.cleaned_data["why"], now=timezone.now())
            except collapses.CannotDecide as error:
                form.add_error(None, str(error))
            else:
                note(request, fall, did, why=fall.why)
                messages.success(request, _done(fall))
                return HttpResponseRedirect(reverse("admin:queue", args=["held"]))
    context = {
        **admin.site.each_context(request),
        "title": f"{fall.get_signal_display()} of {fall.artifact.name[:80]}",
        "fall": fall,
        "is_open": fall.state == FallState.OPEN,
        "may_decide": request.user.has_perm("catalog.change_fall"),
        "curve": _curve(fall, now=timezone.now()),
        "form": form,
        "notes": notes_of(fall)[:20],
        "opts": Fall._meta,
    }
    return TemplateResponse(request, "admin/catalog/fall.html", context)


def _done(fall: Fall) -> str:
    if fall.state == FallState.ACCEPTED:
        return "Accepted. It is a reading now, and counts from the next generation on."
    return "It stays left out until the count stands where it stood, and you will not be asked again."


def _curve(fall: Fall, *, now: dt.datetime) -> Any:
    """What was read of it before, and what the source says now at its end."""
    rows = Reading.objects.filter(artifact=fall.artifact_id, signal=fall.signal, observed_at__gt=now - CURVE)
    read = [(at.date(), value) for at, value in rows.order_by("observed_at").values_list("observed_at", "value")]
    thinned = read[:: -(-len(read) // MOST_POINTS) or 1]
    points = [*thinned, (fall.observed_on, fall.value)]
    return sparkline_svg(points, label=fall.get_signal_display(), width=640, height=120)


@admin.register(Fall)
class FallAdmin(ReadOnlyAdmin):
    list_display = ["what", "signal", "state", "before", "value", "observed_on", "decided_by", "decided_at"]
    list_display_links = None
    list_select_related = ["artifact", "decided_by"]
    list_filter = ["state"]
    ordering = ["-found_at", "id"]

    @admin.display(description="artifact")
    def what(self, row: Fall) -> str:
        return format_html(
            '<a href="{}"><bdi>{}</bdi></a>', reverse("admin:catalog_fall_page", args=[row.pk]), row.artifact.name[:80]
        )

    def get_urls(self) -> list[Any]:
        return [
            path("<int:pk>/", self.admin_site.admin_view(fall_page), name="catalog_fall_page"),
            *super().get_urls(),
        ]

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        if not object_id.isdecimal():
            raise Http404
        return HttpResponseRedirect(reverse("admin:catalog_fall_page", args=[int(object_id)]))
