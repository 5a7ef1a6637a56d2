"""The steps of the workflow as pages of the desk: what each asks for, who may take it, and which are open right now.

What a step does is decided in `catalog.desk.workflow`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminSplitDateTime
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from catalog.admin.fields import PickedField, Picker
from catalog.admin.rights import need
from catalog.choices import Lifecycle
from catalog.desk import workflow
from catalog.desk.pointing import Pointer, pointing_at
from catalog.models import Artifact

Taken = Callable[[Artifact, Any, dict[str, Any]], None]


class NoteForm(forms.Form):
    note = forms.CharField(
        label="Note", required=False, widget=forms.Textarea(attrs={"rows": 4, "cols": 60}), strip=True
    )


class SendBackForm(forms.Form):
    note = forms.CharField(
        label="What has to be done", widget=forms.Textarea(attrs={"rows": 4, "cols": 60, "autofocus": True})
    )


class ScheduleForm(NoteForm):
    at = forms.SplitDateTimeField(label="When (UTC)", widget=AdminSplitDateTime)
    field_order = ["at", "note"]

    def clean_at(self) -> dt.datetime:
        at: dt.datetime = self.cleaned_data["at"]
        if at <= timezone.now():
            raise forms.ValidationError("That time has passed; publish it now, or choose a later one.")
        return at


class DeprecateForm(forms.Form):
    in_favour_of = PickedField(
        Artifact.objects.public(),
        label="Use instead",
        required=False,
        widget=Picker(Artifact._meta.get_field("deprecated_by"), admin.site),
    )
    note = forms.CharField(label="Why", widget=forms.Textarea(attrs={"rows": 4, "cols": 60}))


class ReasonForm(forms.Form):
    note = forms.CharField(
        label="Why",
        widget=forms.Textarea(attrs={"rows": 4, "cols": 60, "autofocus": True}),
        help_text="Readers will see it.",
    )


@dataclass(frozen=True)
class Step:
    verb: str
    label: str
    explained: str
    permission: str
    states: tuple[str, ...]
    form: type[forms.Form]
    take: Taken
    done: str


STEPS: dict[str, Step] = {
    step.verb: step
    for step in (
        Step(
            "submit",
            "Submit for review",
            "Another editor will look at it.",
            "change_artifact",
            (Lifecycle.DRAFT,),
            NoteForm,
            lambda artifact, user, said: workflow.submit(artifact, by=user, note=said["note"]),
            "It is in review.",
        ),
        Step(
            "publish",
            "Publish",
            "Readers will see it at once.",
            "publish_artifact",
            (Lifecycle.DRAFT, Lifecycle.IN_REVIEW),
            NoteForm,
            lambda artifact, user, said: workflow.publish(artifact, by=user, note=said["note"]),
            "It is published.",
        ),
        Step(
            "schedule",
            "Schedule",
            "It will be published by itself at that time, if nothing is missing then.",
            "publish_artifact",
            (Lifecycle.DRAFT, Lifecycle.IN_REVIEW),
            ScheduleForm,
            lambda artifact, user, said: workflow.schedule(artifact, at=said["at"], by=user, note=said["note"]),
            "It is scheduled.",
        ),
        Step(
            "unschedule",
            "Call off",
            "It will not be published by itself.",
            "publish_artifact",
            (Lifecycle.IN_REVIEW,),
            NoteForm,
            lambda artifact, user, said: workflow.unschedule(artifact, by=user, note=said["note"]),
            "The publication is called off.",
        ),
        Step(
            "send-back",
            "Send back",
            "It becomes a draft again, with your note on top.",
            "publish_artifact",
            (Lifecycle.IN_REVIEW,),
            SendBackForm,
            lambda artifact, user, said: workflow.send_back(artifact, by=user, note=said["note"]),
            "It is sent back.",
        ),
        Step(
            "deprecate",
            "Deprecate",
            "It stays readable, and says what to use instead.",
            "publish_artifact",
            (Lifecycle.PUBLISHED,),
            DeprecateForm,
            lambda artifact, user, said: workflow.deprecate(
                artifact, in_favour_of=said["in_favour_of"], by=user, note=said["note"]
            ),
            "It is deprecated.",
        ),
        Step(
            "withdraw",
            "Withdraw",
            "Its address will answer that it was withdrawn, with your reason.",
            "withdraw_artifact",
            (Lifecycle.PUBLISHED, Lifecycle.DEPRECATED, Lifecycle.IN_REVIEW, Lifecycle.DRAFT),
            ReasonForm,
            lambda artifact, user, said: workflow.withdraw(artifact, reason=said["note"], by=user),
            "It is withdrawn.",
        ),
        Step(
            "restore",
            "Restore",
            "Readers will see it again.",
            "withdraw_artifact",
            (Lifecycle.DEPRECATED, Lifecycle.WITHDRAWN),
            ReasonForm,
            lambda artifact, user, said: workflow.restore(artifact, by=user, note=said["note"]),
            "It is published again.",
        ),
    )
}


def open_steps(request: HttpRequest, artifact: Artifact) -> Iterator[tuple[Step, str]]:
    """What this person may do with it as it stands, each with its address."""
    for step in STEPS.values():
        if _is_open(step, artifact) and request.user.has_perm(f"catalog.{step.permission}"):
            yield step, reverse("admin:catalog_artifact_step", args=[artifact.pk, step.verb])


def _is_open(step: Step, artifact: Artifact) -> bool:
    if artifact.lifecycle not in step.states or artifact.merged_into_id:
        return False
    if step.verb == "withdraw":
        return artifact.published_at is not None
    if step.verb in ("schedule", "unschedule"):
        return (artifact.publish_at is not None) is (step.verb == "unschedule")
    return True


def step_page(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    step = STEPS.get(verb)
    artifact = Artifact.objects.filter(pk=pk).first()
    if step is None or artifact is None:
        raise Http404
    need(request, f"catalog.{step.permission}")
    back = reverse("admin:catalog_artifact_change", args=[pk])
    form = step.form(request.POST if request.method == "POST" else None)
    missing: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            step.take(artifact, request.user, form.cleaned_data)
        except workflow.CannotMove as error:
            form.add_error(None, str(error))
            missing = error.missing
        else:
            messages.success(request, f"{artifact.name[:100]}: {step.done}")
            return HttpResponseRedirect(back)
    pointers: list[Pointer] = pointing_at(artifact) if verb == "withdraw" else []
    context = {
        **admin.site.each_context(request),
        "title": f"{step.label}: {artifact.name[:100]}",
        "step": step,
        "artifact": artifact,
        "form": form,
        "media": form.media,
        "missing": missing,
        "pointers": pointers,
        "back": back,
        "opts": Artifact._meta,
    }
    return TemplateResponse(request, "admin/catalog/artifact/step.html", context)
