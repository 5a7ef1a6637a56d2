"""Many proposed offerings at once: chosen by source, capability, kind and confidence, looked at, answered by a job."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from catalog.admin.base import editor_of
from catalog.admin.jobs import start
from catalog.admin.rights import need
from catalog.desk import answering, jobs
from catalog.desk.answering import ACCEPT, REFUSE, Chosen
from catalog.models import Proposal

ANSWERS = {ACCEPT: "Accepted by filter", REFUSE: "Refused by filter"}


class ChosenForm(forms.Form):
    importer = forms.ChoiceField(label="Source", required=False)
    capability = forms.ChoiceField(required=False)
    kind = forms.ChoiceField(required=False)
    by = forms.ChoiceField(label="Taken apart by", required=False)
    at_least = forms.IntegerField(
        label="At least so sure, in %",
        required=False,
        min_value=0,
        max_value=100,
        widget=forms.NumberInput(attrs={"step": 5}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, values in answering.choices().items():
            self.fields[name].choices = [("", "any"), *values]  # type: ignore[attr-defined]

    def chosen(self) -> Chosen:
        said = self.cleaned_data
        return Chosen(said["importer"], said["capability"], said["kind"], said["by"], said["at_least"] or 0)


def many_page(request: HttpRequest) -> HttpResponse:
    need(request, "catalog.change_proposal")
    form = ChosenForm(request.POST if request.method == "POST" else request.GET)
    chosen = form.chosen() if form.is_valid() else None
    answer = request.POST.get("answer")
    if chosen and answer in ANSWERS:
        need(request, "catalog.add_job", *(["catalog.add_offering"] if answer == ACCEPT else []))
        why = request.POST.get("why", "").strip()[:500] or f"{ANSWERS[answer]}."
        try:
            job = jobs.ask_answers(chosen.ids(), answer, by=editor_of(request), why=why)
        except jobs.CannotRun as error:
            messages.error(request, str(error))
        else:
            start(job)
            return HttpResponseRedirect(job.get_absolute_url())
    context = {
        **admin.site.each_context(request),
        "title": "Answer many proposed offerings",
        "form": form,
        "count": chosen.rows().count() if chosen else 0,
        "samples": chosen.samples() if chosen else [],
        "opts": Proposal._meta,
    }
    return TemplateResponse(request, "admin/catalog/offered_many.html", context)
