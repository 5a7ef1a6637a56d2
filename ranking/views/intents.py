"""Pages of intents: who serves one best, and what is wanted and not served.

The graph moves with every minute and the catalog's state does not tell of it, so these pages are always made; whoever
has the very one already is told so.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse

from catalog.state import live_state
from catalog.views.caching import tagged_page
from ranking.graph import intents
from ranking.models import Intent


@tagged_page
def intent_list(request: HttpRequest) -> HttpResponse:
    found = intents.popular(limit=intents.MOST)
    return render(request, "ranking/intent_list.html", {"intents": found, "nav": "search"})


@tagged_page
def intent_detail(request: HttpRequest, slug: str) -> HttpResponse:
    intent = Intent.objects.select_related("merged_into").filter(slug=slug).first()
    if intent is not None and intent.merged_into is not None and intent.merged_into.is_public:
        return HttpResponsePermanentRedirect(reverse("ranking:intent", args=[intent.merged_into.slug]))
    if intent is None or not intent.is_public:
        raise Http404
    page = intents.page_of(intent, live_state())
    return render(request, "ranking/intent.html", {"page": page, "intent": intent, "nav": "search"})


@tagged_page
def wanted_list(request: HttpRequest) -> HttpResponse:
    return render(request, "ranking/wanted.html", {"intents": intents.wanted(), "nav": "search"})
