"""“Change the selected ones…” on the list of artifacts: the form. What it will do is shown on its job's page."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin import helpers
from django.contrib.admin.widgets import AdminSplitDateTime, AutocompleteSelect
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone

from catalog import licences
from catalog.admin.base import editor_of
from catalog.admin.fields import ManyPicker, PickedManyField
from catalog.admin.jobs import start
from catalog.admin.rights import need
from catalog.choices import Kind
from catalog.desk import bulk, jobs
from catalog.models import Artifact, Category

SHELVES = Artifact._meta.get_field("categories")


class BulkForm(forms.Form):
    shelves_to_add = PickedManyField(
        Category.objects.all(),
        label="Put into categories",
        required=False,
        widget=ManyPicker(SHELVES, admin.site),
    )
    shelves_to_leave = PickedManyField(
        Category.objects.all(),
        label="Take out of categories",
        required=False,
        widget=ManyPicker(SHELVES, admin.site),
    )
    kind = forms.ChoiceField(choices=[("", "as it is"), *Kind.choices], required=False)
    licence = forms.CharField(
        required=False, max_length=120, help_text="An SPDX expression, or LicenseRef-Name. Empty: as it is."
    )
    empties_licence = forms.BooleanField(label="Empty the licence", required=False)
    step = forms.ChoiceField(label="Lifecycle", required=False)
    successor = forms.ModelChoiceField(
        Artifact.objects.published(),
        label="Use instead",
        required=False,
        widget=AutocompleteSelect(Artifact._meta.get_field("deprecated_by"), admin.site),
        help_text="Only where they are deprecated.",
    )
    at = forms.SplitDateTimeField(
        label="When (UTC)", required=False, widget=AdminSplitDateTime, help_text="Only where they are scheduled."
    )
    why = forms.CharField(
        label="Why", help_text="Readers will see it.", widget=forms.Textarea(attrs={"rows": 3, "cols": 60})
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = [(verb, step.label) for verb, step in bulk.STEPS.items() if user.has_perm(f"catalog.{step.permission}")]
        self.fields["step"].choices = [("", "as it is"), *mine]  # type: ignore[attr-defined]

    def clean_licence(self) -> str:
        expression: str = self.cleaned_data["licence"]
        try:
            licences.class_of(expression)
        except licences.CannotRead as error:
            raise forms.ValidationError(str(error)) from error
        return licences.canonical(expression)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        both = set(cleaned.get("shelves_to_add") or ()) & set(cleaned.get("shelves_to_leave") or ())
        if both:
            self.add_error("shelves_to_leave", f"“{min(map(str, both))}” is to be added as well.")
        if cleaned.get("successor") and cleaned.get("step") != "deprecate":
            self.add_error("successor", "This goes with the step “Deprecate” alone.")
        if cleaned.get("licence") and cleaned.get("empties_licence"):
            self.add_error("empties_licence", "A licence is given above; it is one or the other.")
        if "at" in cleaned:
            self._check_time(cleaned["at"], is_scheduled=cleaned.get("step") == "schedule")
        return cleaned

    def _check_time(self, at: dt.datetime | None, *, is_scheduled: bool) -> None:
        if at and not is_scheduled:
            self.add_error("at", "This goes with the step “Schedule” alone.")
        elif is_scheduled and not at:
            self.add_error("at", "Say when they shall be published.")
        elif at and at <= timezone.now():
            self.add_error("at", "That time has passed; publish them now, or choose a later one.")

    def wanted(self) -> bulk.Wanted:
        said = self.cleaned_data
        return bulk.Wanted(
            why=said["why"].strip(),
            shelves_to_add=tuple(row.pk for row in said["shelves_to_add"]),
            shelves_to_leave=tuple(row.pk for row in said["shelves_to_leave"]),
            kind=said["kind"],
            licence=said["licence"],
            empties_licence=said["empties_licence"],
            at=said["at"].isoformat() if said["at"] else "",
            step=said["step"],
            successor=said["successor"].pk if said["successor"] else None,
        )


class BulkActions:
    """The action, for the artifacts' admin."""

    actions: Any = ["change_selected"]

    @admin.action(description="Change the selected ones…", permissions=["change"])
    def change_selected(self, request: HttpRequest, queryset: QuerySet[Artifact]) -> HttpResponse:
        need(request, "catalog.add_job")
        user = editor_of(request)
        form = BulkForm(user, request.POST if "why" in request.POST else None)
        if form.is_bound and form.is_valid():
            try:
                ids = list(dict.fromkeys(queryset.values_list("pk", flat=True)))
                job = jobs.ask_edit(ids, form.wanted(), by=user)
            except jobs.CannotRun as error:
                form.add_error(None, str(error))
            else:
                start(job)
                return HttpResponseRedirect(job.get_absolute_url())
        across = request.POST.get("select_across") == "1"
        context = {
            **admin.site.each_context(request),
            "title": "Change the selected ones",
            "form": form,
            "media": form.media,
            "count": queryset.count(),
            "some": queryset[:10],
            # With all of the list selected one stands for them: Django asks for at least one.
            "selected": request.POST.getlist(helpers.ACTION_CHECKBOX_NAME)[: 1 if across else None],
            "across": int(across),
            "address": request.get_full_path(),
            "opts": Artifact._meta,
        }
        return TemplateResponse(request, "admin/catalog/artifact/bulk.html", context)
