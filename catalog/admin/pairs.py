"""Two listings side by side at the desk: one thing, or not; and the undoing of a merge."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from catalog.admin.base import editor_of
from catalog.admin.rights import need
from catalog.admin.run import ReadOnlyAdmin
from catalog.choices import PairState
from catalog.desk import merging
from catalog.desk.duplicates import ask_again, keep_apart
from catalog.models import Artifact, Merge, Pair


class PairForm(forms.Form):
    keep = forms.ChoiceField(choices=[("first", "first"), ("second", "second")], required=False)
    why = forms.CharField(required=False, strip=True, widget=forms.Textarea(attrs={"rows": 2, "cols": 60}))


def pair_page(request: HttpRequest, pk: int) -> HttpResponse:
    pair = Pair.objects.select_related("first__publisher", "second__publisher").filter(pk=pk).first()
    if pair is None:
        raise Http404
    need(request, "catalog.change_pair")
    may_merge = request.user.has_perm("catalog.merge_artifact")
    form = PairForm(request.POST if request.method == "POST" else None)
    queue = HttpResponseRedirect(reverse("admin:queue", args=["duplicates"]))
    if request.method == "POST" and form.is_valid():
        if "apart" in request.POST:
            keep_apart(pair, by=editor_of(request))
            messages.success(request, "Noted as two things; you will not be asked again.")
            return queue
        if "again" in request.POST:
            ask_again(pair)
            messages.success(request, "Taken back: it waits among the likely duplicates again.")
            return queue
        need(request, "catalog.merge_artifact")
        kept, other = (pair.first, pair.second) if form.cleaned_data["keep"] != "second" else (pair.second, pair.first)
        wanted = "second" if kept == pair.first else "first"
        taking = [name for name in merging.CHOICES if request.POST.get(f"take-{name}") == wanted]
        try:
            record = merging.merge(other, into=kept, taking=taking, why=form.cleaned_data["why"], by=editor_of(request))
        except merging.CannotMerge as error:
            form.add_error(None, str(error))
        else:
            text = f"Merged into {kept.name[:100]}. It can be undone under Merges, number {record.pk}."
            messages.success(request, text)
            return queue
    context = {
        **admin.site.each_context(request),
        "title": "One thing, or two?",
        "pair": pair,
        "rows": [
            (name, name.capitalize(), _spoken(pair.first, name), _spoken(pair.second, name)) for name in merging.CHOICES
        ],
        "counts": [(artifact, _counts(artifact)) for artifact in (pair.first, pair.second)],
        "form": form,
        "may_merge": may_merge,
        "is_apart": pair.state == PairState.NOT_THE_SAME,
        "opts": Artifact._meta,
    }
    return TemplateResponse(request, "admin/catalog/pair.html", context)


def _spoken(artifact: Artifact, name: str) -> object:
    return artifact.get_kind_display() if name == "kind" else getattr(artifact, name)


def _counts(artifact: Artifact) -> str:
    said = (
        (artifact.offerings.count(), "offering"),
        (artifact.facts.count(), "fact"),
        (artifact.prices.count(), "price"),
        (artifact.readings.count(), "reading"),
    )
    return ", ".join(f"{count} {word}{'s' if count != 1 else ''}" for count, word in said)


def undo_page(request: HttpRequest, pk: int) -> HttpResponse:
    merge = Merge.objects.select_related("kept", "merged", "kept_capability", "merged_capability").filter(pk=pk).first()
    if merge is None:
        raise Http404
    need(request, "catalog.merge_artifact")
    back = reverse("admin:catalog_merge_changelist")
    error = ""
    if request.method == "POST":
        try:
            merging.undo(merge, by=editor_of(request))
        except merging.CannotUndo as refusal:
            error = str(refusal)
        else:
            messages.success(request, "Both stand again as they stood before.")
            return HttpResponseRedirect(back)
    context = {
        **admin.site.each_context(request),
        "title": "Undo this merge?",
        "merge": merge,
        "error": error,
        "back": back,
        "row_count": len(merge.before.keys() | merge.after.keys()),
        "opts": Merge._meta,
    }
    return TemplateResponse(request, "admin/catalog/merge_undo.html", context)


@admin.register(Merge)
class MergeAdmin(ReadOnlyAdmin):
    list_display = ["id", "what", "into", "why", "by", "at", "undone_at"]
    list_select_related = ["kept", "merged", "kept_capability", "merged_capability", "by"]
    list_display_links = None
    ordering = ["-at", "id"]
    change_list_template = "admin/catalog/merge_list.html"

    @admin.display(description="what")
    def what(self, row: Merge) -> str:
        return str(row.merged or row.merged_capability)[:80]

    @admin.display(description="into")
    def into(self, row: Merge) -> str:
        return str(row.kept or row.kept_capability)[:80]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        standing = Merge.objects.filter(undone_at=None).select_related("merged", "merged_capability").order_by("-at")
        return super().changelist_view(request, {**(extra_context or {}), "standing": standing[:10]})
