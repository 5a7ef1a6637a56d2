"""The editors' desk: Django's admin with a front page of queues, and pages of its own for what is decided there."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from catalog.desk.queues import MOST, QUEUES, Item, open_to


class Desk(admin.AdminSite):
    def get_urls(self) -> list[Any]:
        return [*self._own_urls(), *super().get_urls()]

    def _own_urls(self) -> list[URLPattern]:
        # Imported here: these pages ask admin.site for the frame, which is this object.
        from catalog.admin import activity, disputes, links, pairs, reports, search

        def page(address: str, view: Any, name: str) -> URLPattern:
            return path(address, self.admin_view(view), name=name)

        return [
            page("queue/<slug:key>/", self.queue, "queue"),
            page("catalog/artifact/<int:pk>/dispute/<slug:name>/", disputes.dispute_page, "catalog_dispute"),
            page("catalog/pair/<int:pk>/", pairs.pair_page, "catalog_pair"),
            page("catalog/merge/<int:pk>/undo/", pairs.undo_page, "catalog_merge_undo"),
            page("catalog/report/<int:pk>/", reports.report_page, "catalog_report"),
            page("catalog/broken-link/<int:pk>/", links.link_page, "catalog_broken_link"),
            page("search/", search.search_page, "search"),
            page("activity/", activity.activity_page, "activity"),
            page("activity/<str:username>/", activity.activity_page, "activity-of"),
        ]

    @staticmethod
    def editor(request: HttpRequest) -> User:
        assert isinstance(request.user, User)  # noqa: S101 - the door lets nobody else in
        return request.user

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        user, now = self.editor(request), timezone.now()
        queues = []
        for queue in open_to(user):
            count = queue.count(user, now)
            queues.append({"queue": queue, "count": f"{MOST:,}+" if count > MOST else count, "is_empty": not count})
        return super().index(request, {"queues": queues, **(extra_context or {})})

    def queue(self, request: HttpRequest, key: str) -> HttpResponse:
        queue = QUEUES.get(key)
        if queue is None:
            raise Http404
        user = self.editor(request)
        if queue not in open_to(user):
            raise PermissionDenied
        context = {
            **self.each_context(request),
            "title": queue.title,
            "queue": queue,
            "items": [(item, _address(item)) for item in queue.items(user, timezone.now())],
        }
        return TemplateResponse(request, "admin/queue.html", context)


def _address(item: Item) -> str:
    name, args = item.address
    return reverse(f"admin:{name}", args=args)
