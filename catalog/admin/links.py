"""A broken link at the desk, with the text around it: another address, or set aside."""

from __future__ import annotations

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from catalog.admin.base import editor_of
from catalog.admin.rights import need
from catalog.choices import LinkState, LinkWrong
from catalog.desk import mending
from catalog.models import BrokenLink

WRONG = {
    LinkWrong.GONE: "It leads to a listing that has been withdrawn.",
    LinkWrong.MOVED: "It leads to an old address; readers are sent on, and the text could say the right one.",
    LinkWrong.NOT_FOUND: "There is no such page.",
    LinkWrong.UNPUBLISHED: "It leads to a listing that is not published.",
}


class MendForm(forms.Form):
    url = forms.CharField(
        label="Address",
        required=False,
        max_length=2_000,
        widget=forms.TextInput(
            attrs={"class": "vTextField", "autocomplete": "off", "spellcheck": "false", "autofocus": True}
        ),
    )
    note = forms.CharField(
        label="Note",
        required=False,
        help_text="Why it stays as it is, for other editors.",
        widget=forms.Textarea(attrs={"rows": 2, "cols": 60}),
    )


def link_page(request: HttpRequest, pk: int) -> HttpResponse:
    link = BrokenLink.objects.select_related("artifact", "decided_by").filter(pk=pk).first()
    if link is None:
        raise Http404
    need(request, "catalog.change_brokenlink")
    place = mending.place_of(link)
    model = place.row._meta.model_name if place else ""
    may_replace = bool(place) and request.user.has_perm(f"catalog.change_{model}")
    suggested = mending.suggestion(link)
    form = MendForm(request.POST if request.method == "POST" else None, initial={"url": suggested})
    if request.method == "POST" and form.is_valid():
        try:
            if "aside" in request.POST:
                mending.set_aside(link, note=form.cleaned_data["note"], by=editor_of(request))
                done = "Set aside; it will not be shown again."
            elif may_replace:
                mending.replace(link, url=form.cleaned_data["url"], by=editor_of(request))
                done = "The text has the other address now."
            else:
                raise PermissionDenied
        except mending.CannotMend as error:
            form.add_error("note" if "aside" in request.POST else "url", str(error))
        else:
            messages.success(request, done)
            return HttpResponseRedirect(reverse("admin:queue", args=["broken-links"]))
    context = {
        **admin.site.each_context(request),
        "title": "A broken link",
        "link": link,
        "is_open": link.state == LinkState.OPEN,
        "wrong": WRONG[LinkWrong(link.wrong)],
        "place": place,
        "passage": mending.found_in(link),
        "form_address": reverse(f"admin:catalog_{model}_change", args=[place.row.pk]) if place else "",
        "may_replace": may_replace,
        "suggested": suggested,
        "form": form,
        "opts": BrokenLink._meta,
    }
    return TemplateResponse(request, "admin/catalog/broken_link.html", context)
