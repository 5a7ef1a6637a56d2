"""The site's addresses and two more to compare its pages with. They exist in the bench only."""

from __future__ import annotations

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


urlpatterns = [
    path("bench/bare/", bare),
    path("bench/yardstick/<int:queries>/<int:first>/", yardstick),
    path("", include("unfragile_site.urls")),
]
