"""The badge as an image, for READMEs and websites elsewhere."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import condition, require_safe

from catalog.models import Artifact
from claims import badge


@require_safe
def badge_image(request: HttpRequest, slug: str) -> HttpResponse:
    """`show=rank` for the rank with its band; `style=plain` for square corners. Anything else is the usual."""
    artifact = get_object_or_404(Artifact.objects.public(), slug=slug)
    show = "rank" if request.GET.get("show") == "rank" else "owner"
    style = "plain" if request.GET.get("style") == "plain" else "flat"
    drawn = badge.image_of(artifact, show=show, style=style, now=timezone.now())
    tag = f'"{badge.digest_of(drawn)}"'

    @condition(etag_func=lambda request: tag)
    def answer(request: HttpRequest) -> HttpResponse:
        return HttpResponse(drawn, content_type="image/svg+xml")

    response = answer(request)
    response["Cache-Control"] = f"public, max-age={badge.MAX_AGE}"
    # Shown within other sites: alone, it may load and run nothing.
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
