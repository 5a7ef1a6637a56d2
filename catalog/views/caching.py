"""`public_page`: the door of every public page. One query tells the state; the rest is done only when it must be.

An anonymous reader whose copy is current gets 304, one whose page is kept gets the kept one, both before the page is
asked (`kept_answer`); an editor's edit changes the state and with it every key and tag.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.template.response import SimpleTemplateResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers, set_response_etag
from django.utils.http import urlencode
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from catalog.columns import columns
from catalog.pagecache import Kept, current_tag, keep, kept, page_key, tag_of
from catalog.state import State, live_state, recent_state

View = Callable[..., HttpResponse]


class PublicRequest(HttpRequest):
    """A request that has passed `public_page`."""

    state: State


def public_page(
    *, params: tuple[str, ...] = (), seen: Callable[[HttpRequest], None] = lambda request: None
) -> Callable[[View], View]:
    """`params` are the query parameters the page reads; others change nothing and make no further copy.

    `seen` hears of every request that the page has answered, by itself or by what is kept of it. It must be quick.
    """

    def wrap(view: View) -> View:
        @csrf_exempt  # it changes nothing, and whoever posts to it shall hear that it takes no posts
        @require_safe
        @functools.wraps(view)
        def page(request: Any, **kwargs: Any) -> HttpResponse:
            request.state = getattr(request, "state", None) or live_state()
            response = view(request, **kwargs)
            if response.status_code == 200:
                seen(request)
            # Whoever has a session may see messages and, later, their own things: never a copy, never kept.
            if settings.SESSION_COOKIE_NAME in request.COOKIES:
                response["Cache-Control"] = "private, no-cache"
                return response
            if response.status_code != 200 or response.streaming or len(get_messages(request)):
                return response
            now = timezone.now()
            key = _key(request, params, now)
            # A page may show any badge, so it holds until the first of all lapses.
            tag = tag_of(key, columns(request.state).next_lapse(now))
            keep(key, Kept(response.content, response["Content-Type"], tag), settings.UNFRAGILE["PAGE_CACHE_SECONDS"])
            return _marked(response, tag)

        def kept_answer(request: Any) -> HttpResponse | None:
            """For a reader without a session."""
            recent = recent_state()
            request.state = recent or live_state()
            now = timezone.now()
            key = _key(request, params, now)
            if tag := current_tag(request.headers.get("If-None-Match", ""), key, now):
                seen(request)
                return _marked(HttpResponseNotModified(), tag)
            copy = kept(key)
            if copy is not None and current_tag(copy.tag, key, now):
                seen(request)
                return _marked(HttpResponse(copy.body, content_type=copy.content_type), copy.tag)
            if recent:
                request.state = None  # the page asks itself: see recent_state
            return None

        page.kept_answer = kept_answer  # type: ignore[attr-defined]  # asked before the page, see unfragile_site.middleware
        return page

    return wrap


def tagged_page(view: View) -> View:
    """For documents that are always made: whoever has this very one already hears so and takes no second copy."""

    @csrf_exempt
    @require_safe
    @functools.wraps(view, updated=())
    def page(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        response = view(request, **kwargs)
        if isinstance(response, SimpleTemplateResponse):
            response.render()
        if response.status_code != 200:
            return response
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            response["Cache-Control"] = "private, no-cache"
        set_response_etag(response)
        return get_conditional_response(request, etag=response["ETag"], response=response) or response

    return page


def _key(request: Any, params: tuple[str, ...], now: dt.datetime) -> str:
    given = [(name, value) for name in params for value in request.GET.getlist(name)]
    return page_key(f"{request.get_host()}{request.path}?{urlencode(given)}", request.state, now.date())


def _marked(response: HttpResponse, tag: str) -> HttpResponse:
    response["ETag"] = tag
    # To be kept by anybody, and asked about each time: an edit shows at once.
    response["Cache-Control"] = "public, no-cache"
    patch_vary_headers(response, ["Cookie"])
    return response
