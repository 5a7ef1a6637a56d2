from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils import timezone

from catalog.columns import columns
from catalog.models import Capability, CapabilityAlias, Synonym
from catalog.models.capability import uri_of
from catalog.pages.index import group_name, vocabulary_index
from catalog.pages.leaders import TermCount, offered_by, offered_narrower
from catalog.prepared import Prepared
from catalog.views.caching import PublicRequest, public_page


@public_page()
def capability_list(request: PublicRequest) -> HttpResponse:
    groups = vocabulary_index(request.state)
    total = sum(len(group.capabilities) for group in groups)
    return render(request, "catalog/capability_list.html", {"groups": groups, "total": total, "nav": "capabilities"})


_CAPABILITY = Prepared(
    lambda slugs: (
        Capability.objects.live()
        .filter(slug__in=slugs)
        .values_list("pk", "slug", "name", "key", "description", "broader__slug", "broader__name", named=True)
    )
)
_SYNONYMS = Prepared(lambda ids: Synonym.objects.filter(capability__in=ids).order_by().values_list("text", named=True))
_NARROWER = Prepared(
    lambda ids: (
        Capability.objects.live()
        .filter(broader__in=ids)
        .order_by("sort_name", "id")
        .values_list("pk", "slug", "name", named=True)
    )
)


@public_page()
def capability_detail(request: PublicRequest, slug: str) -> HttpResponse:
    capability = next(iter(_CAPABILITY.rows([slug])), None)
    if capability is None:
        moved = CapabilityAlias.objects.filter(slug=slug).select_related("capability").first()
        if moved is None:
            raise Http404
        return HttpResponsePermanentRedirect(moved.capability.get_absolute_url())
    counts = columns(request.state).offered_by
    groups = offered_by(capability.pk, slug, request.state, timezone.now().date())
    context = {
        "capability": capability,
        "uri": uri_of(capability.key),
        "group_name": group_name(capability.key.partition(".")[0]),
        "synonyms": sorted(synonym.text for synonym in _SYNONYMS.rows([capability.pk])),
        "narrower": [TermCount(it.slug, it.name, counts.get(it.pk, 0)) for it in _NARROWER.rows([capability.pk])],
        "groups": groups,
        "narrower_groups": [] if groups else offered_narrower(capability.pk, request.state),
        "nav": "capabilities",
        "show_rank": request.state.generation_id is not None,
    }
    return render(request, "catalog/capability_detail.html", context)
