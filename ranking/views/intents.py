"""Pages of intents: who serves one best, and what is wanted and not served."""

from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse

from catalog.views.caching import PublicRequest, public_page
from ranking.graph import intents
from ranking.models import Intent


@public_page()
def intent_list(request: PublicRequest) -> HttpResponse:
    found = intents.popular(limit=intents.MOST)
    return render(request, "ranking/intent_list.html", {"intents": found, "nav": "search"})


@public_page()
def intent_detail(request: PublicRequest, slug: str) -> HttpResponse:
    intent = Intent.objects.select_related("merged_into").filter(slug=slug).first()
    if intent is not None and intent.merged_into is not None and intent.merged_into.is_public:
        return HttpResponsePermanentRedirect(reverse("ranking:intent", args=[intent.merged_into.slug]))
    if intent is None or not intent.is_public:
        raise Http404
    page = intents.page_of(intent, request.state)
    return render(
        request,
        "ranking/intent.html",
        {"page": page, "intent": intent, "show_rank": request.state.generation_id is not None, "nav": "search"},
    )


@public_page()
def wanted_list(request: PublicRequest) -> HttpResponse:
    return render(request, "ranking/wanted.html", {"intents": intents.wanted(), "nav": "search"})
