"""A dispute at the desk: every value with its source, and the three ways to settle it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminDateWidget
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from catalog import values
from catalog.admin.fields import PickedField, Picker
from catalog.admin.rights import need
from catalog.desk import settling
from catalog.factsheet import CannotAccept
from catalog.models import Artifact, Fact, Source

CHOOSE, ENTER, BOTH, REOPEN = "choose", "enter", "both", "reopen"


class DisputeForm(forms.Form):
    how = forms.ChoiceField(choices=[(way, way) for way in (CHOOSE, ENTER, BOTH, REOPEN)])
    fact = forms.ModelChoiceField(Fact.objects.none(), required=False)
    value = forms.CharField(required=False, help_text="As one says it: 65,536 or 64k; 141B; yes; en, fr.")
    source = PickedField(
        Source.objects.all(),
        required=False,
        widget=Picker(Fact._meta.get_field("source"), admin.site),
    )
    retrieved_on = forms.DateField(required=False, widget=AdminDateWidget)
    why = forms.CharField(
        label="Why", help_text="Readers will see it.", widget=forms.Textarea(attrs={"rows": 3, "cols": 60})
    )

    def __init__(self, dispute: settling.Dispute, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.spec = dispute.spec
        self.fields["fact"].queryset = Fact.objects.filter(pk__in=[fact.pk for fact in dispute.own])  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        how = cleaned.get("how")
        if how == CHOOSE and not cleaned.get("fact"):
            self.add_error(None, "Choose one of the values.")
        if how == ENTER:
            if not cleaned.get("source"):
                self.add_error("source", "Name the source that shows it.")
            if not cleaned.get("value"):
                self.add_error("value", "Enter the value.")
            else:
                try:
                    cleaned["value"] = values.read(self.spec, cleaned["value"])
                except CannotAccept as error:
                    self.add_error("value", str(error))
        return cleaned


def dispute_page(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    artifact = Artifact.objects.filter(pk=pk).first()
    dispute = settling.dispute_of(artifact, name) if artifact is not None else None
    if artifact is None or dispute is None:
        raise Http404
    need(request, "catalog.settle_fact")
    form = DisputeForm(dispute, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            _settle(artifact, dispute, form.cleaned_data, request)
        except settling.CannotSettle as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{dispute.spec.label} of {artifact.name[:100]}: done.")
            return HttpResponseRedirect(reverse("admin:queue", args=["disputes"]))
    said = request.POST
    context = {
        **admin.site.each_context(request),
        "title": f"{dispute.spec.label} of {artifact.name[:100]}",
        "artifact": artifact,
        "dispute": dispute,
        "own": [
            (fact, dispute.text_of(fact), said.get(f"condition-{fact.pk}", fact.condition)) for fact in dispute.own
        ],
        "of_relatives": [(fact, dispute.text_of(fact)) for fact in dispute.of_relatives],
        "is_settled": any(fact.settled_at or fact.condition for fact in dispute.own),
        "form": form,
        "media": form.media,
        "opts": Artifact._meta,
    }
    return TemplateResponse(request, "admin/catalog/artifact/dispute.html", context)


def _settle(artifact: Artifact, dispute: settling.Dispute, said: dict[str, Any], request: HttpRequest) -> None:
    name, why = dispute.spec.name, said["why"]
    if said["how"] == CHOOSE:
        settling.choose(said["fact"], why=why)
    elif said["how"] == ENTER:
        settling.enter(
            artifact, name, value=said["value"], source=said["source"], retrieved_on=said["retrieved_on"], why=why
        )
    elif said["how"] == BOTH:
        given = {fact.pk: request.POST.get(f"condition-{fact.pk}", "") for fact in dispute.own}
        settling.keep_both(artifact, name, conditions={pk: text for pk, text in given.items() if text.strip()}, why=why)
    else:
        settling.reopen(artifact, name, why=why)
