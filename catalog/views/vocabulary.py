from __future__ import annotations

from itertools import groupby

from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils import timezone

from catalog.columns import columns
from catalog.leaders import TermCount, offered_by
from catalog.models import Capability, CapabilityAlias
from catalog.views.caching import PublicRequest, public_page

#: Names of the vocabulary's groups, where the key's own word is not one.
GROUP_NAMES = {
    "comms": "Communication",
    "dev": "Software projects",
    "eval": "Evaluation",
    "hub": "Hubs and directories",
    "learn": "Learning",
    "serve": "Serving",
    "train": "Training",
}


def group_name(group: str) -> str:
    return GROUP_NAMES.get(group, group.capitalize())


@public_page()
def capability_list(request: PublicRequest) -> HttpResponse:
    held = columns(request.state)
    counts = held.counts_of_many("capability", held.everything())
    rows = Capability.objects.live().order_by("sort_name", "id").values_list("pk", "key", "slug", "name", "broader_id")
    entries = sorted(
        (
            {
                "group": key.partition(".")[0],
                "slug": slug,
                "name": name,
                "count": counts.get(pk, 0),
                "is_narrower": bool(broader),
            }
            for pk, key, slug, name, broader in rows
        ),
        key=lambda entry: group_name(entry["group"]),
    )
    groups = [
        {"slug": group, "name": group_name(group), "capabilities": list(some)}
        for group, some in groupby(entries, lambda e: e["group"])
    ]
    return render(
        request, "catalog/capability_list.html", {"groups": groups, "total": len(entries), "nav": "capabilities"}
    )


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
