from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from catalog.models import Artifact
from catalog.views.artifacts import artifact_or_answer
from catalog.views.caching import PublicRequest, public_page
from ranking.earlier import NotThen, earlier_week
from ranking.methodology import methodology
from ranking.rank_pages import rank_page
from ranking.recomputing import program


@public_page(params=("at",))
def rank_detail(request: PublicRequest, slug: str) -> HttpResponse:
    artifact = artifact_or_answer(request, slug, "ranking:rank-detail")
    if isinstance(artifact, HttpResponse):
        return artifact
    if "at" in request.GET:
        return _earlier(request, artifact, request.GET["at"])
    page = rank_page(artifact, request.state)
    context = {"artifact": artifact, "kind": page.kind, "page": page, "nav": "artifacts"}
    if page.why is not None:
        file = reverse("ranking:rank-file", args=[artifact.slug])
        context["program"] = program(f"{settings.SITE_URL}{file}", page.why.formula)
    return render(request, "ranking/rank_detail.html", context)


def _earlier(request: PublicRequest, artifact: Artifact, asked: str) -> HttpResponse:
    context: dict[str, Any] = {"artifact": artifact, "week": None, "sorry": "", "nav": "artifacts"}
    try:
        context["week"] = earlier_week(artifact.pk, asked)
    except NotThen as error:
        context["sorry"] = str(error)
    return render(request, "ranking/rank_earlier.html", context, status=200 if context["week"] else 404)


@public_page()
def methodology_page(request: PublicRequest) -> HttpResponse:
    return render(request, "ranking/methodology.html", {"it": methodology(request.state), "nav": "leaderboards"})
