from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from catalog.views.caching import tagged_page
from ranking.configurations import live_configuration


@tagged_page
def formula_file(request: HttpRequest) -> HttpResponse:
    """The live formula's numbers, as they stand in its file."""
    return HttpResponse(live_configuration(now=timezone.now()).text, content_type="application/yaml; charset=utf-8")
