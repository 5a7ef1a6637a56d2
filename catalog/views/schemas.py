"""Formats of ours, as schemas that programs check files with."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from catalog.manifest import SCHEMA_FILE

A_DAY = 24 * 3600  # seconds


@require_safe
def manifest_schema(request: HttpRequest) -> HttpResponse:
    """A published version never changes, so it may be kept; any web page's program may read it."""
    return HttpResponse(
        SCHEMA_FILE.read_bytes(),
        content_type="application/schema+json",
        headers={"Cache-Control": f"public, max-age={A_DAY}", "Access-Control-Allow-Origin": "*"},
    )
