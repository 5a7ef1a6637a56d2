"""/docs/api/: printed from the OpenAPI description, with a place for every error to point at."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from unfragile_site.docs import Field, Type, groups_of, openapi, shapes_of
from unfragile_site.errors import PROBLEMS
from unfragile_site.templatetags.docs import sentence


@pytest.fixture
def page(client: Client) -> str:
    response = client.get("/docs/api/")
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.django_db
def test_every_endpoint_with_every_parameter_is_there(page: str) -> None:
    for path, methods in openapi()["paths"].items():
        assert f"</b> {path}</code>" in page
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in page
            for parameter in operation.get("parameters", []):
                assert f"<code>{parameter['name']}</code>" in page


@pytest.mark.django_db
def test_notes_and_labels_are_in_words(page: str) -> None:
    assert ", ," not in page
    assert "at most 100" in page
    assert "SomeOfItsFields" not in page
    assert "<summary>Some of its fields<" in page


@pytest.mark.django_db
def test_every_error_has_its_place(page: str) -> None:
    for kind in PROBLEMS.values():
        assert page.count(f'id="{kind.anchor}"') == 1
        assert kind.title in page


@pytest.mark.django_db
def test_links_within_the_page_lead_somewhere(page: str) -> None:
    targets = set(re.findall(r'href="#([^"]+)"', page))
    assert targets
    assert targets - set(re.findall(r'id="([^"]+)"', page)) == set()


@pytest.mark.django_db
def test_it_asks_the_database_nothing(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        client.get("/docs/api/")


def test_descriptions_are_escaped_before_they_are_marked() -> None:
    assert sentence("Use `a<b>` *or* <i>not</i>.") == "Use <code>a&lt;b&gt;</code> <em>or</em> &lt;i&gt;not&lt;/i&gt;."


def described(**schemas: Any) -> dict[str, Any]:
    return {"components": {"schemas": schemas}, "paths": {}, "tags": []}


def test_types_in_words() -> None:
    dog = {"type": "object", "properties": {"name": {"type": "string"}, "born": {"type": "string", "format": "date"}}}
    owner = {
        "type": "object",
        "properties": {
            "dogs": {"type": "array", "items": {"$ref": "#/components/schemas/Dog"}},
            "first": {"allOf": [{"$ref": "#/components/schemas/Dog"}], "nullable": True},
            "mood": {"$ref": "#/components/schemas/Mood"},
        },
    }
    mood = {"type": "string", "enum": ["good", "better"]}
    shapes = {shape.name: shape for shape in shapes_of(described(Dog=dog, Owner=owner, Mood=mood))}
    assert [field.type for field in shapes["Dog"].fields] == [Type("string"), Type("day")]
    assert shapes["Owner"].fields == (
        Field("dogs", Type("Dog", "Dog", is_list=True), ""),
        Field("first", Type("Dog", "Dog", is_nullable=True), ""),
        Field("mood", Type("Mood", "Mood"), ""),
    )
    assert shapes["Mood"].values == ("good", "better")


def test_groups_follow_the_order_of_the_tags() -> None:
    assert [group.name for group in groups_of(openapi())] == [
        "Artifacts",
        "Vocabulary",
        "Comparisons",
        "Matching",
        "Manifests",
        "Me",
        "Ranks",
    ]
