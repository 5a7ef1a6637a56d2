"""An artifact as its readers will see it, whatever state it is in."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from catalog.admin.rights import need
from catalog.models import Artifact
from catalog.pages.dossier import dossier_of
from catalog.pages.structured_data import structured_data
from catalog.prose import prose
from catalog.state import live_state


def preview_page(request: HttpRequest, pk: int) -> HttpResponse:
    need(request, "catalog.view_artifact")
    state = live_state()
    artifact = Artifact.objects.for_page(state.generation_id).filter(pk=pk).first()
    if artifact is None:
        raise Http404
    dossier = dossier_of(artifact, state=state, today=timezone.now().date())
    context = {
        "dossier": dossier,
        "artifact": artifact,
        "description": prose(artifact.description),
        "structured_data": structured_data(dossier, settings.SITE_URL),
        "nav": "artifacts",
        "preview_of": reverse("admin:catalog_artifact_change", args=[pk]),
    }
    response = render(request, "catalog/artifact_detail.html", context)
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "private, no-store"
    return response
