"""An artifact as its readers will see it, whatever state it is in."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from catalog.admin.rights import need
from catalog.models import Artifact
from catalog.state import live_state
from catalog.views.artifacts import about


def preview_page(request: HttpRequest, pk: int) -> HttpResponse:
    need(request, "catalog.view_artifact")
    state = live_state()
    artifact = Artifact.objects.for_page(state.generation_id).filter(pk=pk).first()
    if artifact is None:
        raise Http404
    context = {**about(artifact, state), "preview_of": reverse("admin:catalog_artifact_change", args=[pk])}
    response = render(request, "catalog/artifact_detail.html", context)
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "private, no-store"
    return response
