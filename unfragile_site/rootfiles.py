"""Files that clients expect at the root of a site: what crawlers may read, an icon, and that nobody is followed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe


@require_safe
@cache_control(public=True, max_age=3600)
def robots(request: HttpRequest) -> HttpResponse:
    return render(request, "robots.txt", content_type="text/plain")


@require_safe
@cache_control(public=True, max_age=86_400)
def favicon(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(static("site/icons/favicon.svg"))


@require_safe
@cache_control(public=True, max_age=86_400)
def gpc(request: HttpRequest) -> HttpResponse:
    """Whoever asks not to be sold or shared is not, nor is anybody else: see docs/explanation/privacy.md."""
    return JsonResponse({"gpc": True, "lastUpdate": "2026-11-22"})
