"""What every endpoint does around its own work.

`conditional` reads the catalog's state, answers 304 or a kept copy where it can (one query either way), and otherwise
calls the method and keeps what it made. `PublicView` adds what browsers and clients need to know in headers.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from catalog.api.throttling import Rate, RateThrottle
from catalog.pagecache import Kept, current_tag, keep, kept, page_key, tag_of
from catalog.state import State, live_state, recent_state

#: Everybody's programs may read, from any web page; nothing here depends on cookies.
OPEN_TO_ALL = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "ETag, Generation, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-ID"
    ),
}
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Accept, If-None-Match",
    "Access-Control-Max-Age": "86400",
}
CACHE_CONTROL = "public, max-age=0, must-revalidate"
#: What says so in the simplest way; the framework reads all others.
TAKES_JSON = ("*/*", "application/json")
#: Larger answers are made afresh each time: the cache of a small site is the memory of its process.
LARGEST_KEPT = 160 * 1024  # bytes, as much as the longest pages take


class PublicView(APIView):
    """Read-only and open: no session, no permission to ask for. A key only changes how often one may ask."""

    permission_classes = (AllowAny,)
    state: State
    now: dt.datetime
    #: When something shown lapses by itself, without any change of the catalog.
    lapses_at: dt.datetime | None = None

    def holds_until(self, moment: dt.datetime | None) -> None:
        """The answer is no longer true at `moment`. Past moments have had their effect already."""
        if moment is not None and moment > self.now and (self.lapses_at is None or moment < self.lapses_at):
            self.lapses_at = moment

    @staticmethod
    def kept_answer(request: HttpRequest) -> HttpResponse | None:
        """Asked before the view, see unfragile_site.middleware: where there is neither a key nor a choice of formats,
        what is kept needs nothing of the framework but to be counted."""
        if "Authorization" in request.headers or request.headers.get("Accept", "*/*") not in TAKES_JSON:
            return None
        asked: Any = request
        recent = asked.state = recent_state()
        answer = _unchanged(asked, timezone.now())
        # Who has asked too often is counted once more and refused by the view.
        if answer is None or not RateThrottle().allow_request(request):
            if recent:
                asked.state = None  # the view asks itself: see recent_state
            return None
        answer["Allow"] = "GET, HEAD, OPTIONS"
        return _opened(answer, request)

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        response = HttpResponse(status=204, headers=PREFLIGHT)
        del response["Content-Type"]
        return response

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        return _opened(super().finalize_response(request, response, *args, **kwargs), request)


Answer = Callable[..., Any]
JSON = "application/json"


@dataclass(frozen=True)
class Written:
    """A file that a method has written itself."""

    body: bytes
    content_type: str


def conditional(method: Answer) -> Answer:
    """Wraps a method so that nobody is sent twice what has not changed. It returns data, a file that it has written
    itself, or a finished response, which is passed on as it is."""

    @functools.wraps(method)
    def answer(view: PublicView, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        view.now = timezone.now()
        if (unchanged := _unchanged(request, view.now)) is not None:
            return unchanged
        view.state = _state_of(request)
        data = method(view, request, *args, **kwargs)
        if isinstance(data, HttpResponseBase):
            return data
        if not isinstance(data, Written):
            body: Any = request.accepted_renderer.render(data, request.accepted_media_type, view.get_renderer_context())
            data = Written(body, JSON)
        key = _key(request, view.now)
        made = Kept(data.body, data.content_type, tag_of(key, view.lapses_at))
        if len(made.body) <= LARGEST_KEPT:
            keep(key, made, settings.UNFRAGILE["PAGE_CACHE_SECONDS"])
        return _not_modified(made.tag) if _takes_any_tag(request) else _full(made)

    return answer


def _state_of(request: Any) -> State:
    """Read once for each request, whoever asks first."""
    if getattr(request, "state", None) is None:
        request.state = live_state()
    return request.state


def _key(request: Any, now: dt.datetime) -> str:
    # Who asks makes no difference yet. Where a key comes to see more, its scope belongs into this text too.
    address = f"api {settings.SPECTACULAR_SETTINGS['VERSION']} {request.build_absolute_uri()}"
    return page_key(address, _state_of(request), now.date())


def _takes_any_tag(request: Any) -> bool:
    return request.headers.get("If-None-Match", "").strip() == "*"


def _unchanged(request: Any, now: dt.datetime) -> HttpResponse | None:
    """304 to whoever has this very answer, the kept one to whoever has not; None where there is none."""
    key = _key(request, now)
    if (etag := current_tag(request.headers.get("If-None-Match", ""), key, now)) is not None:
        return _not_modified(etag)
    copy = kept(key)
    if copy is None or not current_tag(copy.tag, key, now):
        return None
    return _not_modified(copy.tag) if _takes_any_tag(request) else _full(copy)


def _opened(response: Any, request: Any) -> Any:
    """With what browsers and clients need to know in headers."""
    for name, value in OPEN_TO_ALL.items():
        response[name] = value
    rate: Rate | None = getattr(request, "rate", None)
    if rate is not None:
        for name, value in rate.headers().items():
            response[name] = value
    state: State | None = getattr(request, "state", None)
    if state is not None and state.generation is not None:
        response["Generation"] = str(state.generation)
    # Another Accept may get 406, another Authorization 401.
    patch_vary_headers(response, ["Accept", "Authorization"])
    return response


def _full(it: Kept) -> HttpResponse:
    headers = {"ETag": it.tag, "Cache-Control": CACHE_CONTROL}
    return HttpResponse(it.body, content_type=it.content_type, headers=headers)


def _not_modified(etag: str) -> HttpResponse:
    return HttpResponseNotModified(headers={"ETag": etag, "Cache-Control": CACHE_CONTROL})
