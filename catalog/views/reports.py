"""A reader reports an error, and everybody sees what became of it."""

from __future__ import annotations

from typing import cast
from urllib.parse import urlsplit

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import Resolver404, resolve
from django.utils.crypto import salted_hmac
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from catalog.choices import Section
from catalog.desk import reports
from catalog.limits import network_of, wait_for
from catalog.models import Artifact, Report

#: Reports that one network may send within so many seconds: enough for somebody thorough, too few for a machine.
MOST, WINDOW = 5, 3600


class ReportForm(forms.Form):
    section = forms.ChoiceField(choices=Section.choices, label="Which part", initial=Section.LISTING)
    text = forms.CharField(
        label="What is wrong, and how you know",
        max_length=reports.LONGEST,
        widget=forms.Textarea(attrs={"rows": 6, "class": "field"}),
        error_messages={"required": "Say in a sentence what is wrong, and how you know."},
    )
    #: People do not see it; what fills in every field does.
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report_error(request: HttpRequest) -> HttpResponse:
    about = _address(request.GET.get("about", ""))
    row, of = request.GET.get("row", ""), request.GET.get("of", "")
    cell = reports.cell_at(about, row, of) if row or of else None
    artifact = cell.artifact if cell is not None else _artifact_at(about)
    section = cell.section if cell is not None else request.GET.get("section", "")
    initial = {"section": section} if section in Section.values else {}
    form = ReportForm(request.POST if request.method == "POST" else None, initial=initial)
    status = 200
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["website"]:
            return HttpResponseRedirect(about)
        wait = _wait(request)
        if wait:
            form.add_error(None, "That is a lot of reports at once. Send the next one in an hour.")
            status = 429
        else:
            said = form.cleaned_data
            try:
                taken = reports.report(
                    address=about, text=said["text"], section=said["section"], artifact=artifact, cell=cell
                )
            except reports.CannotReport as error:
                form.add_error("text", str(error))
            else:
                return HttpResponseRedirect(taken.get_absolute_url())
    context = {
        "form": form,
        "about": about,
        "artifact": artifact,
        "cell": cell,
        "has_lost_cell": cell is None and bool(row or of),
    }
    response = render(request, "catalog/report.html", context, status=status)
    if status == 429:
        response["Retry-After"] = str(wait)
    return response


@never_cache
@require_safe
def report_outcome(request: HttpRequest, code: str) -> HttpResponse:
    """What the reader wrote is not shown: nobody has checked it."""
    report = get_object_or_404(Report.objects.select_related("artifact"), code=code)
    public = report.artifact if report.artifact is not None and _is_public(report.artifact) else None
    return render(request, "catalog/report_outcome.html", {"report": report, "artifact": public})


def _address(given: str) -> str:
    """A page of this site, or the front page."""
    path = urlsplit(given).path if given.startswith("/") and not given.startswith("//") else "/"
    return path if len(path) <= 300 and not any(c.isspace() or ord(c) < 32 for c in path) else "/"


def _artifact_at(address: str) -> Artifact | None:
    try:
        match = resolve(address)
    except Resolver404:
        return None
    if not match.view_name.startswith("catalog:artifact-") or "slug" not in match.kwargs:
        return None
    artifact = Artifact.objects.filter(slug=match.kwargs["slug"]).first()
    return artifact if artifact is not None and _is_public(artifact) else None


def _is_public(artifact: Artifact) -> bool:
    return Artifact.objects.public().filter(pk=artifact.pk).exists()


def _wait(request: HttpRequest) -> int:
    """Seconds until this network may report again; 0 means now."""
    network = network_of(BaseThrottle().get_ident(cast("Request", request)))  # which reads META alone
    who = salted_hmac("catalog.views.reports", network).hexdigest()[:24]
    return wait_for(f"reports:{who}", MOST, WINDOW)
