from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils import timezone

from catalog.columns import columns
from catalog.models import Capability, CapabilityAlias
from catalog.pages.index import group_name, vocabulary_index
from catalog.pages.leaders import TermCount, offered_by
from catalog.views.caching import PublicRequest, public_page


@public_page()
def capability_list(request: PublicRequest) -> HttpResponse:
    groups = vocabulary_index(request.state)
    total = sum(len(group.capabilities) for group in groups)
    return render(request, "catalog/capability_list.html", {"groups": groups, "total": total, "nav": "capabilities"})


@public_page()
def capability_detail(request: PublicRequest, slug: str) -> HttpResponse:
    capability = (
        Capability.objects.live().select_related("broader").prefetch_related("synonyms").filter(slug=slug).first()
    )
    if capability is None:
        moved = CapabilityAlias.objects.filter(slug=slug).select_related("capability").first()
        if moved is None:
            raise Http404
        return HttpResponsePermanentRedirect(moved.capability.get_absolute_url())
    held = columns(request.state)
    counts = held.counts_of_many("capability", held.everything())
    narrower = (
        Capability.objects.live()
        .filter(broader=capability)
        .order_by("sort_name", "id")
        .values_list("pk", "slug", "name")
    )
    context = {
        "capability": capability,
        "group_name": group_name(capability.group),
        "synonyms": sorted(synonym.text for synonym in capability.synonyms.all()),
        "narrower": [TermCount(slug, name, counts.get(pk, 0)) for pk, slug, name in narrower],
        "groups": offered_by(capability, request.state, timezone.now().date()),
        "nav": "capabilities",
        "show_rank": request.state.generation_id is not None,
    }
    return render(request, "catalog/capability_detail.html", context)
