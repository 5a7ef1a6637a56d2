"""Every error under /api/ as application/problem+json (RFC 9457), with an address that explains it.

`PROBLEMS` is the one list of them: the handler answers with it, /docs/api/ prints it, docs/reference/api-errors.md is
tested against it. The four `handlerNNN` of the site end here too, and pass on what is not the API's.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.signals import got_request_exception
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views import defaults
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.views import exception_handler, set_rollback

from catalog.api.answers import OPEN_TO_ALL
from unfragile_site.logs import request_id

log = logging.getLogger(__name__)

API_PREFIX = "/api/"


@dataclass(frozen=True)
class ProblemKind:
    status: int
    slug: str
    title: str
    meaning: str
    remedy: str

    @property
    def anchor(self) -> str:
        return f"error-{self.slug}"

    @property
    def type(self) -> str:
        """An address that stays the same wherever the answer came from: clients compare it."""
        return f"{settings.SITE_URL}{reverse('api-docs')}#{self.anchor}"


PROBLEMS: dict[int, ProblemKind] = {
    kind.status: kind
    for kind in (
        ProblemKind(
            400, "invalid", "The request is not understood",
            "A parameter is unknown, repeated, empty or out of range, or a cursor was not made by this list.",
            "Read `errors`: it names every parameter at fault and says what it takes.",
        ),
        ProblemKind(
            401, "unauthorized", "The key is not valid",
            "A key was sent that is not known, or no longer valid, or the endpoint needs one.",
            "Check the Authorization header. Reading needs no key at all.",
        ),
        ProblemKind(
            403, "forbidden", "Not allowed",
            "The key is valid, but may not do this.",
            "Use a key with the scope that the endpoint names.",
        ),
        ProblemKind(
            404, "not-found", "Nothing at this address",
            "There is no such endpoint, or nothing with this slug.",
            "Addresses end in a slash. Slugs are those that lists give.",
        ),
        ProblemKind(
            405, "method-not-allowed", "The method is not allowed",
            "The endpoint exists, but not for this method.",
            "`Allow` lists the methods it has.",
        ),
        ProblemKind(
            406, "not-acceptable", "Not available in this form",
            "The Accept header leaves out application/json, the only form there is.",
            "Send `Accept: application/json`, or none.",
        ),
        ProblemKind(
            409, "conflict", "Not at the same time",
            "The same request, with the same Idempotency-Key, is being worked on.",
            "Ask again in a moment; the answer will be that of the first.",
        ),
        ProblemKind(
            410, "gone", "It was withdrawn",
            "The artifact was in the catalog and was taken out, or the list a cursor belongs to is no longer kept.",
            "`reason` says why an artifact was withdrawn: drop your copy. Without its cursor, a list begins again.",
        ),
        ProblemKind(
            413, "too-long", "The body is too long",
            "More was sent than the endpoint reads.",
            "Send less; `detail` says how much is read.",
        ),
        ProblemKind(
            414, "address-too-long", "The address is too long",
            "The address has more characters than any of ours can mean.",
            "Ask for less at once; `detail` says how long it may be.",
        ),
        ProblemKind(
            415, "unsupported-media-type", "The body is in a form that is not read",
            "A request body was of a type that the endpoint does not read.",
            "Send `Content-Type: application/json`, or what the endpoint names.",
        ),
        ProblemKind(
            422, "not-taken", "It cannot be taken",
            "The request is understood, but its token or its Idempotency-Key was made for something else.",
            "`detail` says what stands in the way.",
        ),
        ProblemKind(
            429, "too-many-requests", "Too many requests",
            "More requests came from this address, or with this key, than the limit allows.",
            "Wait as many seconds as `Retry-After` says. `RateLimit` in every answer tells what is left.",
        ),
        ProblemKind(
            500, "server-error", "Something broke on our side",
            "An error that is ours. It has been noted.",
            "Try again later. If it stays, write to us with the `request_id`.",
        ),
        ProblemKind(
            503, "unavailable", "Not available right now",
            "The site is being maintained or is overloaded.",
            "Wait as many seconds as `Retry-After` says.",
        ),
    )
}  # fmt: skip


def problem(
    status: int,
    detail: str = "",
    *,
    errors: Mapping[str, list[str]] | None = None,
    headers: Mapping[str, str] | None = None,
    **members: Any,
) -> HttpResponse:
    kind = PROBLEMS.get(status) or PROBLEMS[400 if status < 500 else 500]
    body: dict[str, Any] = {"type": kind.type, "title": kind.title, "status": status, "detail": detail or kind.meaning}
    if errors:
        body["errors"] = errors
    body |= members
    if current := request_id.get():
        body["request_id"] = current
    response = HttpResponse(
        json.dumps(body, ensure_ascii=False), status=status, content_type="application/problem+json"
    )
    for name, value in {"Cache-Control": "no-store", **OPEN_TO_ALL, **(headers or {})}.items():
        response[name] = value
    return response


def problem_handler(exception: Exception, context: Mapping[str, Any]) -> HttpResponseBase:
    """REST framework's exception handler."""
    request = context["request"]
    answered = exception_handler(exception, dict(context))
    if answered is None:
        set_rollback()
        # As Django does for an exception that leaves a view: test clients and error trackers listen here.
        got_request_exception.send(sender=type(context.get("view")), request=request._request)
        log.exception("An API view failed.")
        return problem(500)
    headers = {
        name: str(value) for name, value in answered.headers.items() if name in ("WWW-Authenticate", "Retry-After")
    }
    if "Retry-After" in headers:
        headers["Retry-After"] = str(max(1, int(headers["Retry-After"])))
    if isinstance(exception, ValidationError):
        errors = _by_field(exception.detail)
        return problem(answered.status_code, _sentence(errors), errors=errors, headers=headers)
    detail = answered.data.get("detail", "") if isinstance(answered.data, dict) else ""
    members = getattr(exception, "members", {}) if isinstance(exception, APIException) else {}
    return problem(answered.status_code, str(detail), headers=headers, **members)


def _by_field(detail: Any, name: str = "") -> dict[str, list[str]]:
    """Nested complaints as one level: `offerings.0.title`."""
    if isinstance(detail, dict):
        pairs = [(str(key), value) for key, value in detail.items()]
    elif isinstance(detail, list) and any(isinstance(value, dict | list) for value in detail):
        pairs = [(str(index), value) for index, value in enumerate(detail)]
    else:
        return {name or "request": [str(value) for value in (detail if isinstance(detail, list) else [detail])]}
    found: dict[str, list[str]] = {}
    for key, value in pairs:
        found |= _by_field(value, f"{name}.{key}" if name else key)
    return found


def _sentence(errors: Mapping[str, list[str]]) -> str:
    names = ", ".join(errors)
    return f"Look at {names}: {next(iter(errors.values()))[0]}" if len(errors) == 1 else f"Look at {names}."


# --- the site's own error handlers ------------------------------------------------------------------------------------


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    return problem(400) if _is_api(request) else defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    return problem(403) if _is_api(request) else defaults.permission_denied(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    return problem(404) if _is_api(request) else defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponseBase:
    return problem(500) if _is_api(request) else defaults.server_error(request)


def address_too_long(request: HttpRequest, longest: int) -> HttpResponseBase:
    if _is_api(request) or request.path_info.endswith(".json"):
        return problem(414, f"The address may have {longest:,} characters.")
    return render(request, "414.html", {"longest": longest}, status=414)


def _is_api(request: HttpRequest) -> bool:
    return request.path_info.startswith(API_PREFIX)
