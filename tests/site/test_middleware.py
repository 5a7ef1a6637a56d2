"""Every answer carries an id and the security headers; every request leaves one line that tells no secrets."""

from __future__ import annotations

import logging

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import path

from unfragile_site import urls
from unfragile_site.logs import request_id


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("on purpose")


def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request_id.get() or "")


# The whole site and two views more: error pages link to the real ones.
urlpatterns = [path("broken", broken), path("hello", hello), *urls.urlpatterns]
handler400, handler404, handler500 = urls.handler400, urls.handler404, urls.handler500

pytestmark = pytest.mark.urls(__name__)


def test_a_request_gets_an_id_that_the_code_can_see(client) -> None:
    response = client.get("/hello")
    assert len(response["X-Request-ID"]) == 32
    assert response.content.decode() == response["X-Request-ID"]
    assert request_id.get() is None


def test_a_sane_id_from_the_proxy_is_kept(client) -> None:
    assert client.get("/hello", headers={"X-Request-ID": "edge-7f3a.0001"})["X-Request-ID"] == "edge-7f3a.0001"


@pytest.mark.parametrize("given", ["", "short", "x" * 65, "new\nline-123", '{"json": "injection"}', "späße-12345"])
def test_any_other_id_is_replaced(client, given: str) -> None:
    assert client.get("/hello", headers={"X-Request-ID": given})["X-Request-ID"] != given


def test_one_line_without_the_query_string(client, caplog) -> None:
    with caplog.at_level(logging.INFO, "unfragile.access"):
        response = client.get("/hello?q=my+private+question")
    [record] = [record for record in caplog.records if record.name == "unfragile.access"]
    assert (record.method, record.path, record.status) == ("GET", "/hello", 200)
    assert record.ms >= 0
    assert "private" not in str(vars(record))
    assert response.status_code == 200


CSP = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
}


@pytest.mark.parametrize(("address", "status"), [("/hello", 200), ("/nowhere", 404), ("/broken", 500)])
def test_every_answer_says_what_a_page_may_not_do(client, address: str, status: int) -> None:
    client.raise_request_exception = False
    response = client.get(address)
    assert response.status_code == status
    assert {part.strip() for part in response["Content-Security-Policy"].split(";")} == CSP
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]
    assert response["X-Request-ID"]


@pytest.mark.django_db
def test_a_reader_without_a_session_costs_no_query_and_gets_no_cookie(client, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        response = client.get("/hello")
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")


def test_an_unknown_host_is_refused(client) -> None:
    assert client.get("/hello", headers={"Host": "evil.example"}).status_code == 400
