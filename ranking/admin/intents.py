"""The match graph at the desk: intents, what was said and chosen, feedback that looks bought, and what is left out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from catalog.admin.base import editor_of
from catalog.admin.notes import note, notes_of
from catalog.admin.rights import need
from catalog.state import live_state
from catalog.storable import storable
from ranking.admin.pages import NotedForm, PagesAdmin, page, row_or_404, why_field
from ranking.graph import curating, exclusions, intents, suspicious
from ranking.models import Exclusion, ExclusionSubject, Feedback, Intent
from ranking.models.match import LEAST_ACTORS

_MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


def intent_page(request: HttpRequest, pk: int) -> HttpResponse:
    need(request, "ranking.view_intent")
    it: Intent = row_or_404(Intent.objects.select_related("merged_into"), pk)
    if request.method == "POST":
        need(request, "ranking.change_intent")
        try:
            messages.success(request, _curate(request, it))
        except curating.CannotCurate as error:
            messages.error(request, str(error))
        return HttpResponseRedirect(request.path)
    served = intents.page_of(it, live_state())
    return page(
        request,
        "intent.html",
        Intent,
        str(it)[:100],
        it=it,
        served=served.served,
        near=served.near,
        queries=curating.queries_of(it),
        merged=it.merged.all()[:20],
        may_change=request.user.has_perm("ranking.change_intent"),
        least=LEAST_ACTORS,
        notes=notes_of(it)[:20],
    )


def _curate(request: HttpRequest, it: Intent) -> str:
    """One button of the page. What was done, in a sentence."""
    given = request.POST
    if "rename" in given:
        curating.rename(it, storable(given.get("name", "")))
        done = "Named." if given.get("name", "").strip() else "It is called by its most typical query again."
    elif "block" in given or "unblock" in given:
        curating.block(it, is_blocked="block" in given)
        done = "Blocked: it is shown nowhere, and teaches nothing." if "block" in given else "It counts again."
    elif "unmerge" in given:
        curating.merge(it, None)
        done = "It stands by itself again."
    elif "merge" in given:
        into = _meant(given.get("into", ""))
        curating.merge(it, into)
        done = f"Merged into {into}."
    elif "split" in given:
        made = curating.split(
            it, [storable(one) for one in given.getlist("phrases")], by=editor_of(request), now=timezone.now()
        )
        done = f"Split: {made} is an intent of its own from the next minute on."
    else:
        raise curating.CannotCurate("Choose what to do.")
    note(request, it, done)
    return done


def _meant(text: str) -> Intent:
    text = storable(text).strip()
    wanted = Q(slug=text) | Q(pk=int(text)) if text.isdecimal() and len(text) < 10 else Q(slug=text)
    found = Intent.objects.filter(wanted).first() if text else None
    if found is None:
        raise curating.CannotCurate("There is no such intent. Give its number or its slug.")
    return found


class _Standing(admin.SimpleListFilter):
    title = "stands"
    parameter_name = "stands"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("public", "Public"), ("wanted", "Wanted and not served"), ("blocked", "Blocked"), ("merged", "Merged")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Intent]) -> QuerySet[Intent]:
        wanted = {
            "public": Q(pk__in=intents.public().values("pk")),
            "wanted": Q(unanswered_count__gte=F("searches_count") * intents.WANTED, is_blocked=False, merged_into=None),
            "blocked": Q(is_blocked=True),
            "merged": Q(merged_into__isnull=False),
        }.get(self.value() or "")
        return queryset if wanted is None else queryset.filter(wanted)


@admin.register(Intent)
class IntentAdmin(PagesAdmin):
    list_display = ["what", "actors_count", "searches_count", "unanswered_count", "stands", "last_at"]
    list_filter = [_Standing, "is_sample"]
    search_fields = ["name", "slug"]
    ordering = ["-actors_count", "-searches_count", "id"]

    def pages(self) -> list[tuple[str, Any, str]]:
        return [("<int:pk>/", intent_page, "page")]

    @admin.display(description="intent")
    def what(self, row: Intent) -> str:
        return format_html('<a href="{}"><bdi>{}</bdi></a>', self.address_of(row), str(row)[:100])

    @admin.display(description="stands")
    def stands(self, row: Intent) -> str:
        if row.merged_into_id is not None:
            return "merged"
        if row.is_blocked:
            return "blocked"
        return "public" if row.is_public else "kept back"


# --- feedback ---------------------------------------------------------------------------------------------------------


def suspicious_page(request: HttpRequest) -> HttpResponse:
    need(request, "ranking.view_feedback")
    return page(
        request,
        "suspicious.html",
        Feedback,
        "Feedback that looks bought",
        found=suspicious.found(now=timezone.now()),
        may_set=request.user.has_perm("ranking.add_exclusion"),
    )


@admin.register(Feedback)
class FeedbackAdmin(PagesAdmin):
    own = "suspicious"
    list_display = ["at", "act", "artifact", "worked", "counts", "actor", "network", "comment", "signed_by"]
    list_filter = ["act", "worked", "doubt", "is_excluded", "is_sample"]
    list_select_related = ["artifact"]
    search_fields = ["actor", "network"]
    ordering = ["-at", "-id"]
    change_list_template = "admin/ranking/feedback_list.html"

    def pages(self) -> list[tuple[str, Any, str]]:
        return [("suspicious/", suspicious_page, "suspicious")]

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        need(request, "ranking.view_feedback")
        return HttpResponseRedirect(reverse("admin:ranking_feedback_changelist"))

    @admin.display(description="counts")
    def counts(self, row: Feedback) -> str:
        if row.is_excluded:
            return "quarantined"
        if row.doubt:
            return f"no: {row.get_doubt_display().lower()}"
        return "not yet" if row.weight is None else f"{row.weight / 1_000:g}"


# --- quarantines ------------------------------------------------------------------------------------------------------


class SetForm(forms.Form):
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


def set_page(request: HttpRequest) -> HttpResponse:
    """First what it would leave out, then the same form again to confirm it."""
    need(request, "ranking.add_exclusion")
    initial = {name: request.GET.get(name, "") for name in ("subject", "value")}
    form = SetForm(request.POST if request.method == "POST" else None, initial=initial)
    reach, shown = None, ""
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        what = exclusions.What(said["subject"], said["value"].strip(), said["since"], said["upto"])
        shown = repr(what)
        try:
            what.check()
            reach = exclusions.reach(what)
            if request.POST.get("shown") == shown:
                it = exclusions.impose(what, why=said["why"], by=editor_of(request), now=timezone.now())
                note(request, it, f"Set: {reach.searches:,} searches, {reach.feedback:,} acts.", why=it.why)
                waits = "It waits for a second person." if it.waits_since else "The next fold leaves them out."
                messages.success(request, waits)
                return HttpResponseRedirect(reverse("admin:ranking_exclusion_page", args=[it.pk]))
        except exclusions.CannotExclude as error:
            form.add_error(None, str(error))
            reach = None
    return page(
        request, "exclusion_set.html", Exclusion, "Quarantine feedback", form=form, reach=reach, shown=shown,
        two_from=exclusions.ALONE_NUMBER,
    )  # fmt: skip


def exclusion_page(request: HttpRequest, pk: int) -> HttpResponse:
    need(request, "ranking.view_exclusion")
    it: Exclusion = row_or_404(Exclusion.objects.select_related("set_by", "lifted_by", "confirmed_by"), pk)
    form = NotedForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        need(request, "ranking.change_exclusion")
        try:
            if "confirm" in request.POST:
                exclusions.confirm(it, by=editor_of(request), now=timezone.now())
                note(request, it, "Confirmed.")
                messages.success(request, "Confirmed. The next fold leaves them out.")
            elif form.is_valid():
                why = form.cleaned_data["why"]
                exclusions.lift(it, why=why, by=editor_of(request), now=timezone.now())
                note(request, it, "Lifted.", why=why)
                messages.success(request, "Lifted. The next fold brings them back as they were.")
            else:
                messages.error(request, "Say why these events count again.")
        except exclusions.CannotExclude as error:
            messages.error(request, str(error))
        return HttpResponseRedirect(request.path)
    what = exclusions.What(it.subject, it.value, it.since, it.upto)
    return page(
        request,
        "exclusion.html",
        Exclusion,
        str(it)[:100],
        it=it,
        reach=exclusions.reach(what),
        may_lift=it.lifted_at is None and request.user.has_perm("ranking.change_exclusion"),
        is_mine=it.set_by == request.user,
        form=form,
        notes=notes_of(it)[:20],
    )


@admin.register(Exclusion)
class ExclusionAdmin(PagesAdmin):
    list_display = ["what", "since", "upto", "stands", "why", "set_by", "set_at"]
    list_select_related = ["set_by"]
    ordering = ["-set_at", "id"]
    change_list_template = "admin/ranking/exclusion_list.html"

    def pages(self) -> list[tuple[str, Any, str]]:
        return [("set/", set_page, "set"), ("<int:pk>/", exclusion_page, "page")]

    @admin.display(description="what")
    def what(self, row: Exclusion) -> str:
        return format_html('<a href="{}">{}</a>', self.address_of(row), str(row))

    @admin.display(description="stands")
    def stands(self, row: Exclusion) -> str:
        if row.lifted_at is not None:
            return "lifted"
        return "waits for a second person" if row.waits_since else "in force"
