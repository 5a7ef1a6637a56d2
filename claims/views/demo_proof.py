"""Where a demo serves the proof of its own claim."""

from __future__ import annotations

from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from claims import demo


@never_cache
@require_safe
def well_known(request: HttpRequest) -> JsonResponse:
    found = demo.served()
    if not found:
        raise Http404
    return JsonResponse({"demo": "This proves nothing but how it is done.", **found})
