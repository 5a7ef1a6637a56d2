"""The editors' desk: Django's admin with a front page of queues, and pages of its own for what is decided there."""

from __future__ import annotations

from functools import update_wrapper
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.contrib.contenttypes.models import ContentType
from django.contrib.contenttypes.views import shortcut
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

from catalog.desk import visits
from catalog.desk.queues import MOST, QUEUES, Item, open_to
from claims.queues import QUEUES as OF_CLAIMS
from ranking.queues import QUEUES as OF_RANKING
from unfragile_site.accounts import second_factor
from unfragile_site.accounts.adapter import stays_here

#: All that waits at the desk, in the order of its front page.
WORK = {**QUEUES, **OF_RANKING, **OF_CLAIMS}


class Desk(admin.AdminSite):
    index_title = "What waits"
    enable_nav_sidebar = False  # the search and the front page lead everywhere; forms and lists need the width

    def get_urls(self) -> list[Any]:
        own = self._own_urls()
        ours = {pattern.name for pattern in own}
        return [*own, *(one for one in super().get_urls() if getattr(one, "name", None) not in ours)]

    def _own_urls(self) -> list[URLPattern]:
        # Imported here: these pages ask admin.site for the frame, which is this object.
        from catalog.admin import activity, answering, disputes, links, pairs, proposals, reports, search

        def page(address: str, view: Any, name: str) -> URLPattern:
            return path(address, self.admin_view(view), name=name)

        return [
            page("queue/<slug:key>/", self.queue, "queue"),
            page("catalog/artifact/<int:pk>/dispute/<slug:name>/", disputes.dispute_page, "catalog_dispute"),
            page("catalog/pair/<int:pk>/", pairs.pair_page, "catalog_pair"),
            page("catalog/merge/<int:pk>/undo/", pairs.undo_page, "catalog_merge_undo"),
            page("catalog/proposal/many/", answering.many_page, "catalog_proposal_many"),
            page("catalog/proposal/<int:pk>/", proposals.proposal_page, "catalog_proposal"),
            page("catalog/report/<int:pk>/", reports.report_page, "catalog_report"),
            page("catalog/broken-link/<int:pk>/", links.link_page, "catalog_broken_link"),
            page("r/<path:content_type_id>/<path:object_id>/", self.view_on_site, "view_on_site"),
            page("search/", search.search_page, "search"),
            page("activity/", activity.activity_page, "activity"),
            page("activity/<str:username>/", activity.activity_page, "activity-of"),
        ]

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Whoever is signed in and may not is told who may; whoever is not goes to log-in first."""

        def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                answer: HttpResponse = view(request, *args, **kwargs)
            except PermissionDenied as denied:
                return self._refusal(request, denied)
            return answer

        return super().admin_view(update_wrapper(answered, view), cacheable)

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff alone, never owners; where the site asks for a second factor, who has shown it not too long ago."""
        if not super().has_permission(request):
            return False
        return not settings.ADMIN_SECOND_FACTOR or second_factor.opens_the_desk(request)

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """By the site's one log-in. Whoever is signed in and kept out is told what is missing."""
        wanted = request.GET.get(REDIRECT_FIELD_NAME, "")
        wanted = wanted if stays_here(wanted) else reverse("admin:index")
        if not request.user.is_authenticated:
            return redirect_to_login(wanted)
        if not super().has_permission(request):
            raise PermissionDenied
        if self.has_permission(request):
            return HttpResponseRedirect(wanted)
        if second_factor.is_over(request):
            logout(request)
            return redirect_to_login(wanted)
        if second_factor.has_one(request.user):
            return redirect_to_login(wanted, reverse("mfa_reauthenticate"))
        return render(request, "account/second_factor_needed.html", status=403)

    def password_change(  # type: ignore[override]  # which is a page there
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return HttpResponseRedirect(reverse("account_change_password"))

    def _refusal(self, request: HttpRequest, denied: PermissionDenied) -> HttpResponse:
        from catalog.admin.rights import refusal

        came_from = request.META.get("HTTP_REFERER", "")
        is_ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure())
        is_here = came_from == request.build_absolute_uri()
        back = came_from if is_ours and not is_here else reverse("admin:index")
        context = {**self.each_context(request), **refusal(request, denied), "back": back}
        return TemplateResponse(request, "admin/403.html", context, status=403)

    @staticmethod
    def view_on_site(request: HttpRequest, content_type_id: str, object_id: str) -> HttpResponse:
        """Django's sends whoever is signed in on to the address of whatever row, and so tells the slugs of drafts."""
        from catalog.admin.rights import need

        if not content_type_id.isdecimal():
            raise Http404
        kind = get_object_or_404(ContentType, pk=content_type_id)
        need(request, f"{kind.app_label}.view_{kind.model}")
        return shortcut(request, content_type_id, object_id)

    @staticmethod
    def editor(request: HttpRequest) -> User:
        assert isinstance(request.user, User)  # noqa: S101 - the door lets nobody else in
        return request.user

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        user, now = self.editor(request), timezone.now()
        queues = []
        for queue in open_to(user, WORK):
            count = queue.count(user, now)
            late = queue.late(user, now) if queue.late and count else 0
            told = f"{MOST:,}+" if count > MOST else count
            queues.append({"queue": queue, "count": told, "is_empty": not count, "late": late})
        since = visits.arrive(user, now=now)
        news = [(act, _place(act.address)) for act in visits.news_since(user, since)]
        return super().index(request, {"queues": queues, "since": since, "news": news, **(extra_context or {})})

    def queue(self, request: HttpRequest, key: str) -> HttpResponse:
        from catalog.admin.rights import need

        queue = WORK.get(key)
        if queue is None:
            raise Http404
        need(request, queue.right)
        user = self.editor(request)
        context = {
            **self.each_context(request),
            "title": queue.title,
            "queue": queue,
            "items": [(item, _address(item)) for item in queue.items(user, timezone.now())],
        }
        return TemplateResponse(request, queue.template, context)


def _address(item: Item) -> str:
    return _place(item.address)


def _place(address: tuple[str, tuple[Any, ...]] | None) -> str:
    return reverse(f"admin:{address[0]}", args=address[1]) if address else ""
