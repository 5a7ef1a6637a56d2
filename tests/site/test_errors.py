"""Every error under /api/ is a problem that explains itself; elsewhere errors stay pages."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings as site
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.test import Client, RequestFactory
from rest_framework import exceptions
from rest_framework.request import Request

from catalog.api.errors import Gone, ProblemSerializer
from catalog.api.views.kinds import KindViewSet
from tests.house.sources import ROOT
from unfragile_site import errors
from unfragile_site.errors import PROBLEMS, problem, problem_handler

CONTEXT: dict[str, Any] = {"request": Request(RequestFactory().get("/api/v1/kinds/")), "view": None}


@pytest.mark.parametrize(
    ("exception", "status"),
    [
        (exceptions.ValidationError({"kind": ["No."]}), 400),
        (exceptions.ParseError(), 400),
        (exceptions.PermissionDenied(), 403),
        (PermissionDenied(), 403),
        (exceptions.NotFound(), 404),
        (exceptions.MethodNotAllowed("PUT"), 405),
        (exceptions.NotAcceptable(), 406),
        (Gone("It was withdrawn."), 410),
        (exceptions.UnsupportedMediaType("text/plain"), 415),
        (exceptions.Throttled(wait=0.2), 429),
    ],
)
def test_each_exception_has_its_problem(exception: Exception, status: int) -> None:
    response: Any = problem_handler(exception, CONTEXT)
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
    answer = errors.json.loads(response.content)
    assert answer["type"] == f"{site.SITE_URL}/docs/api/#{PROBLEMS[status].anchor}"
    assert answer["title"] == PROBLEMS[status].title
    assert answer["status"] == status
    assert answer["detail"]
    assert set(answer) <= set(ProblemSerializer().fields)
    assert response["Cache-Control"] == "no-store"
    assert response["Access-Control-Allow-Origin"] == "*"
    if status == 429:
        assert response["Retry-After"] == "1"


def test_complaints_lie_flat_by_field() -> None:
    detail = {"kind": ["No."], "offerings": [{"title": ["Too long."]}, {}], "text": "Odd."}
    response: Any = problem_handler(exceptions.ValidationError(detail), CONTEXT)
    assert errors.json.loads(response.content)["errors"] == {
        "kind": ["No."],
        "offerings.0.title": ["Too long."],
        "text": ["Odd."],
    }
    alone: Any = problem_handler(exceptions.ValidationError("Odd."), CONTEXT)
    assert errors.json.loads(alone.content)["errors"] == {"request": ["Odd."]}


@pytest.mark.django_db
def test_what_breaks_inside_stays_inside(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def broken(*args: Any) -> None:
        raise RuntimeError("the secret is 42")

    monkeypatch.setattr(KindViewSet, "list", broken)
    response = Client(raise_request_exception=False).get("/api/v1/kinds/")
    assert (response.status_code, response["Content-Type"]) == (500, "application/problem+json")
    assert "the secret" not in response.content.decode()
    assert response.json()["request_id"] == response["X-Request-ID"]
    assert "the secret is 42" in caplog.text, "the log has what the reader does not get"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/api/", "/api/v1/", "/api/v1/nothing/", "/api/v2/artifacts/", "/api/v1/artifacts//x"]
)
@pytest.mark.parametrize("method", ["get", "head", "post", "put", "patch", "delete"])
def test_unknown_addresses(client: Client, address: str, method: str) -> None:
    response = getattr(client, method)(address)
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.django_db
def test_a_missing_slash_is_forgiven(client: Client) -> None:
    response = client.get("/api/v1/kinds?fields=kind")
    assert (response.status_code, response["Location"]) == (301, "/api/v1/kinds/?fields=kind")


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
def test_reading_is_all_there_is(client: Client, method: str) -> None:
    response = getattr(client, method)("/api/v1/artifacts/")
    assert (response.status_code, response["Content-Type"]) == (405, "application/problem+json")
    assert response["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.django_db
def test_only_json_is_spoken(client: Client) -> None:
    response = client.get("/api/v1/kinds/", headers={"Accept": "text/html"})
    assert (response.status_code, response["Content-Type"]) == (406, "application/problem+json")
    assert client.get("/api/v1/kinds/", headers={"Accept": "text/html, */*;q=0.8"}).status_code == 200


def test_the_sites_own_handlers_know_the_api() -> None:
    asked = RequestFactory().get("/api/v1/kinds/")
    for response, status in (
        (errors.bad_request(asked, SuspiciousOperation()), 400),
        (errors.permission_denied(asked, PermissionDenied()), 403),
        (errors.page_not_found(asked, Exception()), 404),
        (errors.server_error(asked), 500),
    ):
        assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")


@pytest.mark.django_db
def test_elsewhere_errors_stay_pages(client: Client) -> None:
    response = client.get("/nothing-here/")
    assert (response.status_code, response["Content-Type"]) == (404, "text/html; charset=utf-8")


def test_a_status_without_an_entry_is_told_as_its_class() -> None:
    assert errors.json.loads(problem(418).content)["type"].endswith("#error-invalid")
    assert errors.json.loads(problem(502).content)["type"].endswith("#error-server-error")


def test_every_problem_is_documented() -> None:
    page = (ROOT / "docs" / "reference" / "api-errors.md").read_text()
    rows = re.findall(r"^\| (\d+) \| `([a-z-]+)` \| (.+?) \| (.+?) \| (.+?) \|$", page, re.MULTILINE)
    documented = {(int(status), *rest) for status, *rest in rows}
    assert documented == {(p.status, p.anchor, p.title, p.meaning, p.remedy) for p in PROBLEMS.values()}


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/compare/{}/", "/artifacts/?q={}", "/no-such-page/{}"])
def test_an_address_longer_than_any_of_ours_is_answered_with_what_to_do(client: Client, address: str) -> None:
    response = client.get(address.format("a" * 8_000))
    assert response.status_code == 414
    page = response.content.decode()
    assert "We read 8,000 characters" in page
    assert 'href="/compare/"' in page
    assert "a" * 100 not in page.partition("<body")[2]
    assert "Content-Security-Policy" in response.headers


@pytest.mark.parametrize("address", ["/api/v1/comparisons/?artifacts={}", "/compare/{}.json"])
def test_programs_hear_of_a_long_address_as_a_problem(client: Client, address: str) -> None:
    response = client.get(address.format("a" * 8_000))
    assert (response.status_code, response["Content-Type"]) == (414, "application/problem+json")
    assert "8,000 characters" in response.json()["detail"]


@pytest.mark.django_db
def test_an_address_as_long_as_we_read_is_the_views_own(client: Client) -> None:
    assert client.get("/compare/" + "a" * 7_980 + "/").status_code == 400
