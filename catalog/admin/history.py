"""An artifact's history at the desk, and the restoring of one of its versions."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from catalog.admin.rights import need
from catalog.desk import restoring
from catalog.desk.history import time_of, versions
from catalog.models import Artifact

PER_PAGE = 20
ROWS = ("alias", "identifier", "fact", "price", "benchmarkresult", "lineage", "offering", "evidence", "contrast")
#: A restore writes every row that hangs on an artifact, so it takes the right to each.
RESTORING = [
    "catalog.change_artifact",
    *(f"catalog.{verb}_{row}" for row in ROWS for verb in ("add", "change", "delete")),
]


class WhyForm(forms.Form):
    seen = forms.CharField(widget=forms.HiddenInput)
    why = forms.CharField(
        label="Why",
        widget=forms.Textarea(attrs={"rows": 3, "cols": 60, "autofocus": True}),
        help_text="Readers will see it in the change log.",
    )


def history_page(request: HttpRequest, pk: int) -> HttpResponse:
    artifact = Artifact.objects.filter(pk=pk).first()
    if artifact is None:
        raise Http404
    need(request, "catalog.view_artifact")
    told = versions(artifact)
    page = Paginator(told, PER_PAGE).get_page(request.GET.get("p"))
    context = {
        **admin.site.each_context(request),
        "title": f"History of {artifact.name[:100]}",
        "artifact": artifact,
        "page": page,
        "newest": told.newest,
        "may_restore": request.user.has_perms(RESTORING) and not artifact.merged_into_id,
        "opts": Artifact._meta,
    }
    return TemplateResponse(request, "admin/catalog/history/artifact.html", context)


def restore_page(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    artifact = Artifact.objects.filter(pk=pk).first()
    if artifact is None:
        raise Http404
    need(request, *RESTORING)
    at = _time(number)
    form = WhyForm(request.POST if request.method == "POST" else None)
    refusal, rows, seen = "", [], ""
    if request.method == "POST" and form.is_valid():
        try:
            restoring.restore(artifact, at, **form.cleaned_data)
        except restoring.CannotRestore as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{artifact.name[:100]} stands again as it did on {at:%-d %B %Y, %H:%M} UTC.")
            return HttpResponseRedirect(reverse("admin:catalog_artifact_history", args=[pk]))
    try:
        plan = restoring.plan(artifact, at)
        rows, seen = restoring.preview(plan), plan.fingerprint
    except restoring.CannotRestore as error:
        refusal = str(error)
    context = {
        **admin.site.each_context(request),
        "title": f"Restore {artifact.name[:100]}",
        "artifact": artifact,
        "at": at,
        "rows": rows,
        "refusal": refusal,
        "form": form,
        "seen": seen,
        "opts": Artifact._meta,
    }
    return TemplateResponse(request, "admin/catalog/history/restore.html", context)


def _time(number: int) -> dt.datetime:
    try:
        return time_of(number)
    except OverflowError as error:
        raise Http404 from error
