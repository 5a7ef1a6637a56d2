from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from catalog.kinds import KINDS
from catalog.views.artifacts import artifact_or_answer
from catalog.views.caching import PublicRequest, public_page
from ranking.methodology import methodology
from ranking.rank_pages import rank_page
from ranking.recomputing import program


@public_page()
def rank_detail(request: PublicRequest, slug: str) -> HttpResponse:
    artifact = artifact_or_answer(request, slug, "ranking:rank-detail")
    if isinstance(artifact, HttpResponse):
        return artifact
    kind = KINDS[artifact.kind]
    page = rank_page(artifact, request.state, kind.plural)
    context = {"artifact": artifact, "kind": kind, "page": page, "nav": "artifacts"}
    if page.why is not None:
        file = reverse("ranking:rank-file", args=[artifact.slug])
        context["program"] = program(f"{settings.SITE_URL}{file}", page.why.formula)
    return render(request, "ranking/rank_detail.html", context)


@public_page()
def methodology_page(request: PublicRequest) -> HttpResponse:
    return render(request, "ranking/methodology.html", {"it": methodology(request.state), "nav": "leaderboards"})
