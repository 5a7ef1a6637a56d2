"""The site's addresses and some more to compare its pages with. They exist in the bench only."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from catalog.models import Artifact


def bare(request: HttpRequest) -> HttpResponse:
    """What the middleware alone costs."""
    return HttpResponse("ok")


def yardstick(request: HttpRequest, queries: int, first: int) -> HttpResponse:
    """A page that does nothing but what every page must: the frame, and so many rows by their key."""
    for pk in range(first, first + queries):
        Artifact.objects.get(pk=pk)
    return render(request, "base.html")


class Unmodified(admin.AdminSite):
    """Django's own admin in our frame, which has a search box: what the pages of the desk are compared with."""

    def get_urls(self) -> list[Any]:
        return [path("search/", bare, name="search"), *super().get_urls()]


unmodified = Unmodified("unmodified")
unmodified.register(Artifact, admin.ModelAdmin, change_list_template="admin/change_list.html")

urlpatterns = [
    path("bench/admin/", unmodified.urls),
    path("bench/bare/", bare),
    path("bench/yardstick/<int:queries>/<int:first>/", yardstick),
    path("", include("unfragile_site.urls")),
]
