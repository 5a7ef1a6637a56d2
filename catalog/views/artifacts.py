from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from catalog.choices import PUBLIC_LIFECYCLES, Lifecycle
from catalog.columns import columns
from catalog.filters import ArtifactFilterSet
from catalog.kinds import KINDS
from catalog.models import Artifact
from catalog.pages.alternatives import alternatives_to
from catalog.pages.changelog import change_log
from catalog.pages.dossier import dossier_of
from catalog.pages.listing import listing, selection_of
from catalog.pages.nearnames import names_mistyped
from catalog.pages.nearness import capabilities_near
from catalog.pages.structured_data import structured_data
from catalog.prose import prose
from catalog.state import State
from catalog.views.caching import PublicRequest, public_page
from catalog.views.looking import artifact_seen

LIST_PARAMS = (*ArtifactFilterSet.base_filters, "sort", "page")


@public_page(params=LIST_PARAMS)
def artifact_list(request: PublicRequest) -> HttpResponse:
    selection = selection_of(request.GET)
    found = listing(selection, request.state, page_size=settings.UNFRAGILE["PAGE_SIZE"])
    text = "" if found.total else selection.values.get("q", "")
    return render(
        request,
        "catalog/artifact_list.html",
        {
            "list": found,
            "near": capabilities_near(text, columns(request.state)) if text else [],
            "meant": names_mistyped(text, request.state) if text else [],
            "nav": "artifacts",
            "show_rank": found.has_ranks,
        },
    )


def artifact_or_answer(request: PublicRequest, slug: str, page: str) -> Artifact | HttpResponse:
    """The public artifact, or the answer that stands in its place: a redirect to the same page, or a tombstone.

    `page` is the name of the address, of any app whose pages are about one artifact.
    """
    artifacts = Artifact.objects.for_page(request.state.generation_id)
    # An artifact's own address wins over another's old one. Asked in two steps, each by a unique index.
    artifact = next(iter(artifacts.filter(slug=slug).order_by()), None) or artifacts.filter(aliases__slug=slug).first()
    if artifact is None or artifact.published_at is None:
        raise Http404
    if artifact.merged_into is not None:
        return HttpResponsePermanentRedirect(reverse(page, args=[artifact.merged_into.slug]))
    if artifact.lifecycle == Lifecycle.WITHDRAWN:
        return render(
            request,
            "410.html",
            {"artifact": artifact, "kind_label": KINDS[artifact.kind].label, "reason": artifact.withdrawn_reason},
            status=410,
        )
    if artifact.lifecycle not in PUBLIC_LIFECYCLES:
        raise Http404
    if artifact.slug != slug:
        return HttpResponsePermanentRedirect(reverse(page, args=[artifact.slug]))
    return artifact


def about(artifact: Artifact, state: State) -> dict[str, Any]:
    """What the page of an artifact shows; the desk's preview shows the same of a draft."""
    dossier = dossier_of(artifact, state=state, today=timezone.now().date())
    return {
        "dossier": dossier,
        "artifact": artifact,
        "description": prose(artifact.description),
        "structured_data": structured_data(dossier, settings.SITE_URL),
        "nav": "artifacts",
    }


@public_page(seen=artifact_seen)
def artifact_detail(request: PublicRequest, slug: str) -> HttpResponse:
    artifact = artifact_or_answer(request, slug, "catalog:artifact-detail")
    if isinstance(artifact, HttpResponse):
        return artifact
    return render(request, "catalog/artifact_detail.html", about(artifact, request.state))


@public_page()
def artifact_alternatives(request: PublicRequest, slug: str) -> HttpResponse:
    artifact = artifact_or_answer(request, slug, "catalog:artifact-alternatives")
    if isinstance(artifact, HttpResponse):
        return artifact
    alternatives = alternatives_to(artifact, request.state)
    context = {"artifact": artifact, "kind": KINDS[artifact.kind], "alternatives": alternatives, "nav": "artifacts"}
    return render(
        request, "catalog/alternatives.html", {**context, "show_rank": request.state.generation_id is not None}
    )


@public_page()
def artifact_changes(request: PublicRequest, slug: str) -> HttpResponse:
    artifact = artifact_or_answer(request, slug, "catalog:artifact-changes")
    if isinstance(artifact, HttpResponse):
        return artifact
    return render(
        request, "catalog/changes.html", {"artifact": artifact, "days": change_log(artifact), "nav": "artifacts"}
    )
