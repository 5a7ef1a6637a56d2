"""What happens around every request: it gets an id, leaves one line in the log, and hears first what is kept for it."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, get_urlconf, resolve

from unfragile_site.errors import address_too_long
from unfragile_site.logs import request_id

GetResponse = Callable[[HttpRequest], HttpResponse]

access_log = logging.getLogger("unfragile.access")

# An id from a proxy in front is kept if it is harmless in a log and in a header.
SANE_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")

# The site needs no device; whoever manages to inject a script shall not have one either.
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"

# As long as what servers commonly take. None of our pages has a form whose address could come near.
LONGEST_ADDRESS = 8_000

# Links of mails: whoever reads the log must not be able to follow them.
KEY_IN_PATH = re.compile(
    r"^(/accounts/(?:confirm-email|password/reset/key)/|/owner/(?:invitations|transfers|digest)/)[^/]+"
)

PROBES = {"/healthz", "/readyz"}  # asked every few seconds by machines: noise, unless somebody looks for it


class RequestIdMiddleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        current = given if SANE_REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        token = request_id.set(current)
        try:
            response = self.get_response(request)
        finally:
            request_id.reset(token)
        response["X-Request-ID"] = current
        response.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        return response


class AccessLogMiddleware:
    """One line per request, without the query string: what people search for is theirs."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = self.get_response(request)
        access_log.log(
            logging.DEBUG if request.path in PROBES else logging.INFO,
            "request",
            extra={
                "method": request.method,
                "path": KEY_IN_PATH.sub(r"\1…", request.path),
                "status": response.status_code,
                "ms": round((time.perf_counter() - started) * 1000, 1),
            },
        )
        return response


class AddressLengthMiddleware:
    """Says so, in the site’s own words, where an address is longer than any of ours."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if len(request.path_info) + len(request.META.get("QUERY_STRING", "")) > LONGEST_ADDRESS:
            return address_too_long(request, LONGEST_ADDRESS)
        return self.get_response(request)


class KeptAnswerMiddleware:
    """Hands out what a view keeps, before sessions, forms and messages are got ready: none of them has a part in it.

    A view that keeps its answers has a function `kept_answer`, which takes the request and returns one of them or None.
    What must stand around every answer comes before this in the list of middleware.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in ("GET", "HEAD") and settings.SESSION_COOKIE_NAME not in request.COOKIES:
            kept_answer = _keeper_at(request.path_info, get_urlconf())
            if kept_answer is not None and (answer := kept_answer(request)) is not None:
                answer["Content-Length"] = str(len(answer.content))  # as CommonMiddleware does further in
                return answer
        return self.get_response(request)


@lru_cache(maxsize=2_000)  # to look an address up takes longer than to look for what is kept of it
def _keeper_at(path: str, urlconf: str | None) -> Callable[[HttpRequest], HttpResponse | None] | None:
    try:
        view: object = resolve(path, urlconf).func
    except Resolver404:
        return None
    return getattr(getattr(view, "cls", view), "kept_answer", None)  # an API's view is a function around a class
