from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from catalog.columns import columns
from catalog.kinds import KINDS
from catalog.models import Capability, CapabilityAlias, Category
from catalog.views.caching import PublicRequest, public_page
from ranking.leaderboards import LONG, SHORT, boards, rising


@public_page()
def leaderboard_list(request: PublicRequest) -> HttpResponse:
    found = boards(request.state, size=SHORT)
    return render(request, "ranking/leaderboard_list.html", {"boards": found, "nav": "leaderboards"})


@public_page()
def kind_leaderboard(request: PublicRequest, kind: str) -> HttpResponse:
    if kind not in KINDS:
        raise Http404
    spec = KINDS[kind]
    return _of(
        request,
        boards(request.state, kinds=[kind], size=LONG),
        title=spec.plural,
        back=reverse("catalog:kind-detail", args=[kind]),
        query=f"kind={kind}",
    )


@public_page()
def category_leaderboard(request: PublicRequest, slug: str) -> HttpResponse:
    category = get_object_or_404(Category, slug=slug)
    mask = columns(request.state).having("category", category.pk)
    return _of(
        request,
        boards(request.state, among=mask, size=LONG),
        title=category.name,
        back=reverse("catalog:category-detail", args=[slug]),
        query=f"category={slug}",
    )


@public_page()
def capability_leaderboard(request: PublicRequest, slug: str) -> HttpResponse:
    capability = Capability.objects.live().filter(slug=slug).first()
    if capability is None:
        moved = get_object_or_404(CapabilityAlias.objects.select_related("capability"), slug=slug).capability
        return HttpResponsePermanentRedirect(reverse("ranking:capability-leaderboard", args=[moved.slug]))
    mask = columns(request.state).having("capability", capability.pk)
    return _of(
        request,
        boards(request.state, among=mask, size=LONG),
        title=capability.name,
        back=reverse("catalog:capability-detail", args=[slug]),
        query=f"capability={slug}",
    )


def _of(request: PublicRequest, found: list[Any], **about: str) -> HttpResponse:
    return render(request, "ranking/leaderboard.html", {"boards": found, **about, "nav": "leaderboards"})


@public_page()
def rising_list(request: PublicRequest) -> HttpResponse:
    groups = rising(request.state, today=timezone.now().date())
    return render(request, "ranking/rising.html", {"groups": groups, "nav": "leaderboards"})
