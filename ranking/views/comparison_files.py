"""A comparison's own address in another form: whoever asks it for JSON or Markdown gets the file beside it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from ranking.api.views.comparisons import ComparisonFileView

SUFFIX_OF = {"application/json": "json", "text/markdown": "md", "text/csv": "csv"}
HTML = "text/html"

comparison_file = ComparisonFileView.as_view()


def file_asked_for(request: HttpRequest) -> str | None:
    """json, md or csv where the reader likes that better than a page; None for a page."""
    liked = request.headers.get("Accept", "").lower()
    if not any(form in liked for form in SUFFIX_OF):
        return None  # every browser
    preferred = request.get_preferred_type([HTML, *SUFFIX_OF])
    return SUFFIX_OF.get(preferred or "")


def or_file(page: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Around the page's view, outside of what keeps its answers: one kept page is not to be taken for another form."""

    @functools.wraps(page)
    def view(request: Any, key: str) -> HttpResponseBase:
        if suffix := file_asked_for(request):
            # As if the file had been asked for: it has an entity tag of its own, and leads to itself under another key.
            request.path = f"{request.path.rstrip('/')}.{suffix}"
            request.path_info = f"{request.path_info.rstrip('/')}.{suffix}"
            answer = comparison_file(request, key=key, suffix=suffix)
            answer["Content-Location"] = request.get_full_path()
            return answer
        return _varying(page(request, key=key))

    def kept_answer(request: Any) -> HttpResponse | None:
        if file_asked_for(request):
            return None
        answer = page.kept_answer(request)  # type: ignore[attr-defined]
        return None if answer is None else _varying(answer)

    view.kept_answer = kept_answer  # type: ignore[attr-defined]
    return view


def _varying(answer: Any) -> Any:
    patch_vary_headers(answer, ["Accept"])
    return answer
