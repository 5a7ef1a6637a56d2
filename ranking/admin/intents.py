"""The match graph at the desk: intents, what was said and chosen, and feedback that looks bought."""

from __future__ import annotations

from typing import Any

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
from ranking.admin.pages import PagesAdmin, page, row_or_404
from ranking.graph import curating, intents, suspicious
from ranking.models import Act, Feedback, Intent
from ranking.models.match import LEAST_ACTORS


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
    """By number or slug, else by its name."""
    text = storable(text).strip()
    wanted = Q(slug=text) | Q(pk=int(text)) if text.isdecimal() and len(text) < 10 else Q(slug=text)
    found = list(Intent.objects.filter(wanted)[:1] or Intent.objects.filter(name__iexact=text)[:2]) if text else []
    if not found:
        raise curating.CannotCurate("There is no such intent. Give its name, its number or its slug.")
    if len(found) > 1:
        raise curating.CannotCurate("Several are called that. Give the number of one, as its page has it.")
    return found[0]


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
    list_display = ["what", "people", "searches", "unanswered", "stands", "last_at"]
    list_filter = [_Standing, "is_sample"]
    search_fields = ["name", "slug"]
    ordering = ["-actors_count", "-searches_count", "id"]

    def pages(self) -> list[tuple[str, Any, str]]:
        return [("<int:pk>/", intent_page, "page")]

    @admin.display(description="intent")
    def what(self, row: Intent) -> str:
        return format_html('<a href="{}"><bdi>{}</bdi></a>', self.address_of(row), str(row)[:100])

    @admin.display(description="people", ordering="actors_count")
    def people(self, row: Intent) -> int:
        return row.actors_count

    @admin.display(description="searches", ordering="searches_count")
    def searches(self, row: Intent) -> int:
        return row.searches_count

    @admin.display(description="found nothing", ordering="unanswered_count")
    def unanswered(self, row: Intent) -> int:
        return row.unanswered_count

    @admin.display(description="stands")
    def stands(self, row: Intent) -> str:
        if row.merged_into_id is not None:
            found = "merged"
        elif row.is_blocked:
            found = "blocked"
        else:
            found = "public" if row.is_public else "kept back"
        return f"{found}, sample" if row.is_sample else found


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
    list_display = ["at", "artifact", "said", "counts", "actor", "network", "comment", "signed_by"]
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

    @admin.display(description="said", ordering="act")
    def said(self, row: Feedback) -> str:
        if row.act == Act.CHOICE:
            return "chosen"
        return "it worked" if row.worked else "it did not work"

    @admin.display(description="counts", ordering="weight")
    def counts(self, row: Feedback) -> str:
        if row.is_excluded:
            found = "quarantined"
        elif row.doubt:
            found = f"no: {row.get_doubt_display().lower()}"
        else:
            found = "not yet" if row.weight is None else f"{row.weight / 1_000:g}"
        return f"{found}, sample" if row.is_sample else found
