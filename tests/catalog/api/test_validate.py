"""POST /api/v1/validate/: a manifest's errors and warnings, and problems for what cannot be read."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from catalog.importers.documents import MAX_BYTES
from catalog.manifest import SCHEMA_FILE
from tests.catalog.test_manifest import MINIMAL, SERVER
from tests.factories import make_capability

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/validate/"


def post(client: Client, body: Any, content_type: str = "application/yaml") -> Any:
    return client.post(ADDRESS, data=body, content_type=content_type)


@pytest.mark.parametrize("content_type", ["application/yaml", "text/yaml", "text/plain; charset=utf-8"])
def test_a_good_manifest_is_valid(client: Client, content_type: str) -> None:
    make_capability(key="search.web", slug="web-search", name="Web search")
    make_capability(key="web.to-markdown", slug="to-markdown", name="Web page to Markdown")
    answer = post(client, SERVER, content_type)
    assert answer.status_code == 200
    assert answer.json() == {"valid": True, "errors": [], "warnings": []}


def test_json_is_yaml(client: Client) -> None:
    body = json.dumps({"unfragile": "1.0"})
    answer = post(client, body, "application/json").json()
    assert not answer["valid"]
    assert answer["errors"][0] == {"line": 1, "column": 1, "path": "", "text": "artifact, capabilities is missing."}


def test_findings_say_where(client: Client) -> None:
    answer = post(client, MINIMAL.replace("kind: prompt", "kind: prompts")).json()
    (error,) = answer["errors"]
    assert (error["line"], error["column"], error["path"]) == (5, 3, "artifact.kind")


def test_a_capability_outside_the_vocabulary_is_a_warning(client: Client) -> None:
    answer = post(client, MINIMAL).json()
    assert answer["valid"]
    assert any("There is no capability" in warning["text"] for warning in answer["warnings"])


@pytest.mark.parametrize("body", ["", "a: [", "a: &x 1", b"\xff\xfe\x00"])
def test_what_is_no_yaml_is_a_problem(client: Client, body: Any) -> None:
    answer = post(client, body)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert "manifest" in answer.json()["errors"]


def test_too_long_a_body_is_refused(client: Client) -> None:
    answer = post(client, "x" * (MAX_BYTES + 1))
    assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")


def test_another_type_is_refused(client: Client) -> None:
    assert post(client, b"x", "image/png").status_code == 415


def test_it_is_counted_like_everything_else(client: Client) -> None:
    assert '"anon";r=59' in post(client, MINIMAL)["RateLimit"]


def test_other_methods_and_parameters_are_refused(client: Client) -> None:
    assert client.get(ADDRESS).status_code == 405
    assert client.post(f"{ADDRESS}?strict=1", data=MINIMAL, content_type="text/yaml").status_code == 400


def test_a_browser_may_ask(client: Client) -> None:
    assert "POST" in client.options(ADDRESS)["Access-Control-Allow-Methods"]


def test_the_schema_is_published_as_it_is(client: Client) -> None:
    answer = client.get("/schemas/unfragile-1.0.json")
    assert answer["Content-Type"] == "application/schema+json"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer.content == SCHEMA_FILE.read_bytes()
    assert client.post("/schemas/unfragile-1.0.json").status_code == 405
