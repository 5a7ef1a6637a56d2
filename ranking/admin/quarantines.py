"""What is set aside, and let in again: a source's readings, and feedback. Seen before it is done, and signed.

Both are set, confirmed and lifted by the same pages; what they are about, and their words, are their own.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from catalog.admin.base import editor_of
from catalog.admin.fields import DAY
from catalog.admin.notes import note, notes_of
from catalog.admin.rights import need
from catalog.models import Source
from ranking import quarantine, setting_aside
from ranking.admin.pages import NotedForm, PagesAdmin, page, row_or_404, why_field
from ranking.graph import exclusions
from ranking.models import Exclusion, ExclusionSubject, Quarantine, SetAside
from ranking.setting_aside import CannotQuarantine

_MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


def _set(
    request: HttpRequest, form: forms.Form, reach: Callable[[], Any], impose: Callable[..., SetAside], *, shown: str
) -> tuple[Any, SetAside | None]:
    """How far it would reach; and what was set, where just that had been `shown` before. `form` tells what is wrong."""
    try:
        found = reach()
        # What was shown must be what is done: anything else, and it is shown anew.
        if request.POST.get("shown") != shown:
            return found, None
        it = impose(why=form.cleaned_data["why"], by=editor_of(request), now=timezone.now())
    except CannotQuarantine as error:
        form.add_error(None, str(error))
        return None, None
    note(request, it, f"Set: {found}.", why=it.why)
    messages.success(request, "It waits for a second person." if it.waits_since else f"Set. {_EFFECT[type(it)][0]}")
    return found, it


#: Of each sort, what follows when it is set or confirmed, and when it is lifted.
_EFFECT: dict[type[SetAside], tuple[str, str]] = {
    Quarantine: (
        "The next generation leaves them out.",
        "From the next generation on ranks are what they would have been.",
    ),
    Exclusion: ("The next fold leaves them out.", "The next fold brings them back as they were."),
}


def _address_of(it: SetAside) -> str:
    return reverse(f"admin:ranking_{it._meta.model_name}_page", args=[it.pk])


def _decide(request: HttpRequest, it: SetAside, form: forms.Form) -> str:
    by, now = editor_of(request), timezone.now()
    set_again, lifted = _EFFECT[type(it)]
    if "confirm" in request.POST:
        setting_aside.confirm(it, by=by, now=now)
        note(request, it, "Confirmed.")
        return f"Confirmed. {set_again}"
    why = form.cleaned_data["why"]
    setting_aside.lift(it, why=why, by=by, now=now)
    note(request, it, "Lifted.", why=why)
    return f"Lifted. {lifted}"


def _page(
    request: HttpRequest, pk: int, *, model: type[SetAside], template: str, reach: Callable[[Any], Any]
) -> HttpResponse:
    """One of them, with its buttons for whoever may press them."""
    need(request, f"ranking.view_{model._meta.model_name}")
    rows = model._default_manager.select_related("set_by", "lifted_by", "confirmed_by")
    it: Any = row_or_404(rows, pk)
    right = f"ranking.change_{model._meta.model_name}"
    form = NotedForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        need(request, right)
        if "confirm" in request.POST or form.is_valid():
            try:
                messages.success(request, _decide(request, it, form))
            except CannotQuarantine as error:
                messages.error(request, str(error))
            return HttpResponseRedirect(request.path)
    return page(
        request,
        template,
        model,
        str(it)[:100],
        it=it,
        reach=reach(it),
        may_lift=it.lifted_at is None and request.user.has_perm(right),
        is_mine=it.set_by == request.user,
        form=form,
        notes=notes_of(it)[:20],
    )


class SetAsideAdmin(PagesAdmin):
    list_display = ["what", "since", "upto", "stands", "why", "set_by", "set_at"]
    list_select_related = ["set_by"]
    ordering = ["-set_at", "id"]

    @admin.display(description="what")
    def what(self, row: SetAside) -> str:
        return format_html('<a href="{}"><bdi>{}</bdi></a>', self.address_of(row), str(row)[:80])


# --- of readings ------------------------------------------------------------------------------------------------------


class ReadingsForm(forms.Form):
    since = forms.DateField(label="From", required=False, widget=DAY, help_text="Empty for all earlier ones.")
    upto = forms.DateField(label="To", required=False, widget=DAY, help_text="Empty for all later ones, future too.")
    why = why_field(help_text="Readers see it where these readings were used.")


def set_of_source(request: HttpRequest, pk: int) -> HttpResponse:
    """First what it would leave out, then the same form again to confirm it."""
    need(request, "ranking.add_quarantine")
    source: Source = row_or_404(Source.objects, pk)
    form = ReadingsForm(request.POST if request.method == "POST" else None)
    reach, shown = None, ""
    if request.method == "POST" and form.is_valid():
        days = {name: form.cleaned_data[name] for name in ("since", "upto")}
        shown = f"{days['since'] or ''}..{days['upto'] or ''}"
        ask, do = partial(quarantine.reach, source, **days), partial(quarantine.impose, source, **days)
        reach, it = _set(request, form, ask, do, shown=shown)
        if it:
            return HttpResponseRedirect(_address_of(it))
    return page(
        request,
        "quarantine_set.html",
        Quarantine,
        "Quarantine readings",
        source=source,
        form=form,
        reach=reach,
        whole=quarantine.reach(source, since=None, upto=None),
        shown=shown,
        standing=source.quarantines.filter(lifted_at=None),
        two_from=setting_aside.ALONE_NUMBER,
    )


@admin.register(Quarantine)
class QuarantineAdmin(SetAsideAdmin):
    list_select_related = ["source", "set_by"]
    change_list_template = "admin/ranking/quarantine_list.html"

    def pages(self) -> list[tuple[str, Any, str]]:
        one = partial(
            _page,
            model=Quarantine,
            template="quarantine.html",
            reach=lambda it: quarantine.reach(it.source, since=it.since, upto=it.upto),
        )
        return [("of/<int:pk>/", set_of_source, "set"), ("<int:pk>/", one, "page")]


# --- of feedback ------------------------------------------------------------------------------------------------------


class FeedbackForm(forms.Form):
    subject = forms.ChoiceField(label="What", choices=ExclusionSubject.choices)
    value = forms.CharField(
        label="Which",
        required=False,
        max_length=16,
        help_text="The actor, network or key, as lists of feedback name it; of doors page, api or resolve.",
    )
    since = forms.DateTimeField(label="From", required=False, widget=_MOMENT, help_text="UTC. Empty for all earlier.")
    upto = forms.DateTimeField(label="To", required=False, widget=_MOMENT, help_text="UTC. Empty for all later.")
    why = why_field(help_text="Readers see how many quarantines stand; editors see why.")


def set_of_feedback(request: HttpRequest) -> HttpResponse:
    """First what it would leave out, then the same form again to confirm it."""
    need(request, "ranking.add_exclusion")
    initial = {name: request.GET.get(name, "") for name in ("subject", "value")}
    form = FeedbackForm(request.POST if request.method == "POST" else None, initial=initial)
    reach, shown = None, ""
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        what = exclusions.What(said["subject"], said["value"].strip(), said["since"], said["upto"])
        shown = repr(what)
        ask, do = partial(exclusions.reach, what), partial(exclusions.impose, what)
        reach, it = _set(request, form, ask, do, shown=shown)
        if it:
            return HttpResponseRedirect(_address_of(it))
    return page(
        request, "exclusion_set.html", Exclusion, "Quarantine feedback", form=form, reach=reach, shown=shown,
        two_from=setting_aside.ALONE_NUMBER,
    )  # fmt: skip


@admin.register(Exclusion)
class ExclusionAdmin(SetAsideAdmin):
    change_list_template = "admin/ranking/exclusion_list.html"

    def pages(self) -> list[tuple[str, Any, str]]:
        one = partial(
            _page,
            model=Exclusion,
            template="exclusion.html",
            reach=lambda it: exclusions.reach(exclusions.What(it.subject, it.value, it.since, it.upto)),
        )
        return [("set/", set_of_feedback, "set"), ("<int:pk>/", one, "page")]
