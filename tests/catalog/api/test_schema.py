"""The OpenAPI description: complete, without warnings, and true, as schemathesis finds out by asking."""

from __future__ import annotations

import io
import re
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from schemathesis import openapi
from schemathesis.specs.openapi.checks import positive_data_acceptance

from catalog.api.views.listing import SLUG
from catalog.publishing import withdraw
from tests.catalog.api.conftest import make_generation, make_standing
from tests.catalog.api.test_artifact_detail import make_full
from tests.factories import make_artifact, make_capability, make_category

DESCRIPTION = SchemaGenerator().get_schema(request=None, public=True)
CASES = 40  # per operation; raise it to search deeper
#: Only the catalog knows which of these exist, so no description can: a text out of thin air is refused, and rightly.
KNOWN = {"category": ["open"], "capability": ["code"], "artifacts": ["one", "one-base"]}
KEY = "one-vs-one-base"
SLUGS = ["one", "one-base", "gone", "code"]
OPAQUE = {"cursor", *KNOWN}

schema = openapi.from_dict(DESCRIPTION)
schema.app = get_wsgi_application()


def is_slug(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(SLUG, value) is not None


@schemathesis.hook
def map_path_parameters(context: Any, path_parameters: dict[str, Any] | None) -> dict[str, Any] | None:
    """Half of the well-formed slugs and keys become such as exist."""
    slug = (path_parameters or {}).get("slug")
    if path_parameters and is_slug(slug) and len(slug) % 2:
        path_parameters["slug"] = SLUGS[len(slug) % len(SLUGS)]
    key = (path_parameters or {}).get("key")
    if path_parameters and is_slug(key) and len(key) % 2:
        path_parameters["key"] = KEY
    return path_parameters


@schemathesis.hook
def map_query(context: Any, query: dict[str, Any] | None) -> dict[str, Any] | None:
    """So do all that are filtered by. What is malformed stays, to be refused."""
    for name, known in KNOWN.items():
        given = (query or {}).get(name)
        if query and isinstance(given, list) and given and all(map(is_slug, given)):
            query[name] = known
    return query


@pytest.fixture
def rows(unlimited: None) -> None:
    make_full("one")
    make_artifact(kind="dataset", categories=[make_category(slug="open")])
    make_capability(slug="code", broader=make_capability())
    withdraw(make_artifact(slug="gone"), reason="Why not.")
    generation = make_generation(1)
    make_standing(generation, make_artifact(), 50.0, percentile=20.0)


@pytest.mark.django_db(transaction=True)
@schema.include(method="GET").parametrize()
@hypothesis.settings(
    max_examples=CASES,
    deadline=None,
    database=None,
    suppress_health_check=list(hypothesis.HealthCheck),
    phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
)
def test_every_operation_keeps_its_description(case: Any, rows: None) -> None:
    response = case.call()
    # A slug can be well asked for and withdrawn; schemathesis takes 404 for an answer to that, not 410.
    # Two slugs may be one artifact's, all weights nought, and a day one of which nothing is kept.
    may_refuse = (
        response.status_code == 410 or OPAQUE & set(case.query or {}) or case.path.startswith("/api/v1/comparisons/")
    )
    excluded = [positive_data_acceptance] if may_refuse else []
    case.validate_response(response, excluded_checks=excluded)


def test_the_description_has_no_warnings() -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=io.StringIO())


@pytest.mark.django_db
def test_it_is_served(client: Client) -> None:
    response = client.get("/api/v1/schema/")
    assert response["Content-Type"] == "application/json"
    assert response.json() == DESCRIPTION
    assert response.json()["openapi"].startswith("3.")


def test_every_operation_names_its_errors_and_itself() -> None:
    names = []
    for path, methods in DESCRIPTION["paths"].items():
        for method, operation in methods.items():
            names.append(operation["operationId"])
            expected = {"200", "304", "400", "401", "406", "410", "414", "429"} | (
                {"301", "404"} if "{" in path else set()
            )
            if "/me/" in path:  # one's own: nothing of it moves, and it ends with the right to it
                expected = expected - {"301", "410"} | {"403", "404"}
                assert operation["security"] == [{"key": []}]
            if method == "post":
                expected = {"200", "400", "401", "406", "413", "414", "415", "429"}
                if "/me/" in path:
                    expected = expected - {"200"} | {"201", "403", "404", "409", "422"}
                if path.endswith("/feedback"):
                    expected = expected - {"200"} | {"202", "422"}
                assert set(operation["responses"]) == expected
            if method == "delete":
                expected = expected - {"304"} | {"409"}
            if path.endswith("/search"):  # no answer of it is kept
                expected = {"200", "400", "401", "406", "414", "429"}
                assert set(operation["responses"]) == expected
            missing = (
                expected - set(operation["responses"]) - ({"410"} if "categories" in path or "kinds" in path else set())
            )
            assert missing == set(), path
            assert operation["summary"]
            assert operation["description"]
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    assert list(response["content"]) == ["application/problem+json"]
    assert len(names) == len(set(names)) == 21
