"""An owner's page about unfragile.yml: what was read, what is wrong with it, and where it parts from the page."""

from __future__ import annotations

from collections import Counter

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from claims import manifests, ownership, proposing
from claims.choices import Method
from claims.drift import State
from claims.models import Manifest
from claims.permissions import Verb, may
from claims.tasks import read_manifest
from claims.views.owning import claim_or_404, is_awaited, person_of


@never_cache
@login_required
@require_safe
def manifest_page(request: HttpRequest, pk: int) -> HttpResponse:
    claim = claim_or_404(request, pk, Verb.SEE)
    now = timezone.now()
    repository = manifests.repository_of(claim)
    row = Manifest.objects.filter(claim=claim).select_related("claim__artifact").first() if repository else None
    parts = manifests.drift(row, today=now.date()) if row else []
    counted = Counter(cell.state for part in parts for cell in part.cells)
    return render(
        request,
        "claims/manifest.html",
        {
            "claim": claim,
            "artifact": claim.artifact,
            "row": row,
            "repository": repository,
            "names_repository": any(one.method == Method.REPOSITORY for one in ownership.places(claim.artifact)),
            "path": manifests.path_of(claim.artifact, repository.place) if repository else "",
            "sentence": manifests.SENTENCES.get(row.code, "") if row else "",
            "parts": parts,
            "counts": [(state, counted[state]) for state in State if counted[state]],
            "stated": proposing.stated_of(row)[:50] if row else [],
            "is_reading": bool(repository)
            and is_awaited(row.looked_at if row else None, request.GET.get("asked", ""), now),
            "may_edit": may(request.user, Verb.EDIT, claim, now=now),
            "nav": "owner",
        },
    )


@never_cache
@login_required
@require_POST
def read_now(request: HttpRequest, pk: int) -> HttpResponse:
    claim = claim_or_404(request, pk, Verb.EDIT)
    there = reverse("claims:manifest", args=[claim.pk])
    if manifests.repository_of(claim) is None:
        return HttpResponseRedirect(there)
    try:
        manifests.check_limit(claim)
    except manifests.CannotRead as error:
        context = {"claim": claim, "wait": error.retry_after, "back": there, "nav": "owner"}
        response = render(request, "claims/too_many.html", context, status=429)
        response["Retry-After"] = str(error.retry_after)
        return response
    asked = int(timezone.now().timestamp())
    read_manifest.delay(claim.pk, person_of(request).pk)
    return HttpResponseRedirect(f"{there}?asked={asked}")
