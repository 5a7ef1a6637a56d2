"""What happens around every request: it gets an id, and leaves one line in the log."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from unfragile_site.logs import request_id

GetResponse = Callable[[HttpRequest], HttpResponse]

access_log = logging.getLogger("unfragile.access")

# An id from a proxy in front is kept if it is harmless in a log and in a header.
SANE_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")

# The site needs no device; whoever manages to inject a script shall not have one either.
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"

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
                "path": request.path,
                "status": response.status_code,
                "ms": round((time.perf_counter() - started) * 1000, 1),
            },
        )
        return response
