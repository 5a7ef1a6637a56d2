"""A reader's report at the desk, and its public outcome."""

from __future__ import annotations

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from catalog.admin.base import editor_of
from catalog.admin.rights import need
from catalog.choices import ReportState
from catalog.desk import reports
from catalog.models import Report


class OutcomeForm(forms.Form):
    state = forms.ChoiceField(
        label="What became of it",
        choices=[(ReportState.MENDED, "Mended"), (ReportState.DECLINED, "Left as it is")],
        widget=forms.RadioSelect(attrs={"autofocus": True}),
    )
    outcome = forms.CharField(
        label="In words",
        help_text="Readers will see it: what was mended, or why nothing was.",
        widget=forms.Textarea(attrs={"rows": 3, "cols": 60}),
    )


def report_page(request: HttpRequest, pk: int) -> HttpResponse:
    report = Report.objects.select_related("artifact", "decided_by", "asked_by").filter(pk=pk).first()
    if report is None:
        raise Http404
    need(request, "catalog.change_report")
    form = OutcomeForm(request.POST if request.method == "POST" else None)
    if report.wish:
        form.fields["state"].choices = [(ReportState.MENDED, "Done"), (ReportState.DECLINED, "Refused")]  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        try:
            reports.decide(report, by=editor_of(request), **form.cleaned_data)
        except reports.CannotDecide as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Decided; the outcome is public.")
            return HttpResponseRedirect(reverse("admin:queue", args=["reports"]))
    about = report.artifact.name[:80] if report.artifact else report.address
    context = {
        **admin.site.each_context(request),
        "title": f"{'A request' if report.wish else 'A report'} about {about}",
        "report": report,
        "form": form,
        "opts": Report._meta,
    }
    return TemplateResponse(request, "admin/catalog/report.html", context)
