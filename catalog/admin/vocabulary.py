"""The vocabulary at the desk: the tree of capabilities, and the pages that merge one into another or move it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html

from catalog.admin.base import editor_of
from catalog.admin.rights import need
from catalog.desk import merging
from catalog.desk.likewords import (
    CannotTellApart,
    ask_again,
    like_pairs,
    likest,
    newest_told_apart,
    tell_apart,
    told_apart,
)
from catalog.desk.moving import what_moves
from catalog.desk.tree import CannotReparent, Group, narrowed, reparent, whole_tree
from catalog.models import Capability
from catalog.vocabulary import capability_called

#: Ways to look at the tree: what the address says -> what the link says.
VIEWS = {"": "All", "unused": "Unused", "alike": "Nearly the same"}


class WordField(forms.CharField):
    """A capability by any of its words. Words are offered while typing, and need no script."""

    widget = forms.TextInput(attrs={"list": "words", "class": "vTextField", "autofocus": True, "autocomplete": "off"})

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        # A name before anything else: another one's slug may read the same.
        found = Capability.objects.live().filter(name=text).first() or capability_called(text)
        if found is None:
            raise ValidationError(f"Nothing in the vocabulary is called “{text}”.")
        return found


class IntoForm(forms.Form):
    into = WordField(label="Merge it into", help_text="A name, a key or a synonym.", max_length=200)


class WhyForm(forms.Form):
    why = forms.CharField(
        label="Why the two are one", widget=forms.Textarea(attrs={"rows": 3, "cols": 60, "autofocus": True})
    )


class MoveForm(forms.Form):
    to = WordField(
        label="Put it below",
        required=False,
        max_length=200,
        help_text="A name, a key or a synonym. Leave it empty to put it at the top.",
    )
    why = forms.CharField(label="Why", required=False, max_length=300, widget=forms.TextInput(attrs={"size": 60}))


#: The right to merge anything, and to change what is merged.
MERGING = ("catalog.merge_artifact", "catalog.change_capability")


def tree_page(request: HttpRequest) -> HttpResponse:
    need(request, "catalog.view_capability")
    if request.method == "POST":
        return _take_back(request) if "again" in request.POST else _tell_apart(request)
    view = request.GET.get("show", "")
    view = view if view in VIEWS else ""
    words = request.GET.get("q", "").strip()[:200]
    everything = whole_tree()
    shown = narrowed(everything, words=words, only_unused=view == "unused")
    context = {
        **admin.site.each_context(request),
        "title": "Vocabulary",
        "groups": [] if view == "alike" else shown,
        "pairs": like_pairs(_branches(shown), apart=told_apart()) if view == "alike" else [],
        "told_apart": newest_told_apart() if view == "alike" else [],
        "views": VIEWS,
        "view": view,
        "words": words,
        "count": sum(group.count for group in shown),
        "total": sum(len(group.branches) for group in everything),
        "may_add": request.user.has_perm("catalog.add_capability"),
        "may_change": request.user.has_perm("catalog.change_capability"),
        "may_merge": may_merge(request),
        "opts": Capability._meta,
    }
    return TemplateResponse(request, "admin/catalog/vocabulary/tree.html", context)


def _tell_apart(request: HttpRequest) -> HttpResponse:
    """Two words that are alike are two things: `apart` names them by their numbers."""
    need(request, "catalog.change_capability")
    one, _, other = request.POST.get("apart", "").partition("-")
    try:
        if max(len(one), len(other)) > 18:  # no key of any table; databases disagree on what to say of it
            raise ValueError
        tell_apart(int(one), int(other), by=editor_of(request))
    except (ValueError, OverflowError):
        messages.error(request, "Choose a pair of the list.")
    except CannotTellApart as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Noted as two things; you will not be asked again.")
    return HttpResponseRedirect(f"{reverse('admin:catalog_capability_tree')}?show=alike")


def _take_back(request: HttpRequest) -> HttpResponse:
    """They may be one after all: `again` is the number of the distinction."""
    need(request, "catalog.change_capability")
    number = request.POST["again"]
    if number.isdecimal() and len(number) < 19:
        ask_again(int(number))
        messages.success(request, "Taken back; if their words are near, you will be asked again.")
    else:
        messages.error(request, "Choose a pair of the list.")
    return HttpResponseRedirect(f"{reverse('admin:catalog_capability_tree')}?show=alike")


def merge_page(request: HttpRequest, pk: int) -> HttpResponse:
    capability = _capability(pk)
    need(request, *MERGING)
    said = request.POST if request.method == "POST" else request.GET
    chooser = IntoForm(said if "into" in said or request.method == "POST" else None)
    into: Capability | None = chooser.cleaned_data["into"] if chooser.is_bound and chooser.is_valid() else None
    form = WhyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and into is not None and form.is_valid():
        try:
            why = form.cleaned_data["why"]
            record = merging.merge_capabilities(capability, into=into, why=why, by=editor_of(request))
        except merging.CannotMerge as error:
            form.add_error(None, str(error))
        else:
            undo = reverse("admin:catalog_merge_undo", args=[record.pk])
            done = "“{}” is now part of “{}”; its address redirects. <a href='{}'>Undo</a>"
            messages.success(request, format_html(done, capability.name, into.name, undo))
            return HttpResponseRedirect(in_tree(into.pk))
    branches = [] if into is not None or capability.merged_into_id else _branches(whole_tree())
    context = {
        **admin.site.each_context(request),
        "title": f"Merge “{capability.name}”",
        "capability": capability,
        "chooser": chooser,
        "into": into,
        "moves": what_moves(capability, into=into) if into is not None else None,
        "form": form,
        "likest": likest(capability.pk, branches),
        "choices": [branch.name for branch in branches if branch.pk != pk],
        "back": in_tree(pk),
        "opts": Capability._meta,
    }
    return TemplateResponse(request, "admin/catalog/vocabulary/merge.html", context)


def move_page(request: HttpRequest, pk: int) -> HttpResponse:
    capability = _capability(pk)
    need(request, "catalog.change_capability")
    form = MoveForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        to = form.cleaned_data["to"]
        try:
            reparent(capability, to=to, why=form.cleaned_data["why"])
        except CannotReparent as error:
            form.add_error("to", str(error))
        else:
            place = f"below “{to.name}”" if to is not None else "at the top"
            messages.success(request, f"“{capability.name}” stands {place} now.")
            return HttpResponseRedirect(in_tree(pk))
    branches = _branches(whole_tree())
    context = {
        **admin.site.each_context(request),
        "title": f"Move “{capability.name}”",
        "capability": capability,
        "form": form,
        "choices": [branch.name for branch in branches if branch.pk != pk],
        "narrower_count": capability.narrower.count(),
        "back": in_tree(pk),
        "opts": Capability._meta,
    }
    return TemplateResponse(request, "admin/catalog/vocabulary/move.html", context)


def may_merge(request: HttpRequest) -> bool:
    return request.user.has_perms(MERGING)


def in_tree(pk: int) -> str:
    """The address of a capability's row in the tree."""
    return f"{reverse('admin:catalog_capability_tree')}#c{pk}"


def addresses() -> list[URLPattern]:
    def page(address: str, view: Any, name: str) -> URLPattern:
        return path(address, admin.site.admin_view(view), name=name)

    return [
        page("tree/", tree_page, "catalog_capability_tree"),
        page("<int:pk>/merge/", merge_page, "catalog_capability_merge"),
        page("<int:pk>/move/", move_page, "catalog_capability_move"),
    ]


def _capability(pk: int) -> Capability:
    found = Capability.objects.select_related("broader", "merged_into").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _branches(groups: list[Group]) -> list[Any]:
    return [branch for group in groups for branch in group.branches if branch.is_match]
