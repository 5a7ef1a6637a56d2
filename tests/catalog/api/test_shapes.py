"""What is declared is what is sent: declared fields, values made by hand, and the examples of the docs."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework import serializers

from catalog.api import examples
from catalog.api.serializers.artifact import ArtifactRowSerializer, TombstoneSerializer
from catalog.api.serializers.dossier import FIELDS_OF_THE_ROW, ArtifactSerializer
from catalog.api.serializers.shape import Shape
from catalog.api.serializers.vocabulary import (
    CapabilityRowSerializer,
    CapabilitySerializer,
    CategorySerializer,
    KindSerializer,
)
from catalog.models import Related
from catalog.publishing import deprecate
from tests.catalog.api.conftest import Get, make_generation, make_standing
from tests.catalog.api.test_artifact_detail import make_full
from tests.factories import make_artifact, make_capability, make_category, make_price

SHAPES = [
    ArtifactRowSerializer,
    ArtifactSerializer,
    CapabilityRowSerializer,
    CapabilitySerializer,
    CategorySerializer,
    KindSerializer,
]


def differences(declared: serializers.Field, value: Any, path: str = "") -> list[str]:
    """Where a value and its declaration part: names, lists, nulls, closed lists of words."""
    if value is None:
        return [] if declared.allow_null else [f"{path} is null"]
    if isinstance(declared, serializers.ListSerializer | serializers.ListField):
        if not isinstance(value, list):
            return [f"{path} is no list"]
        return [found for item in value for found in differences(declared.child, item, f"{path}[]")]
    if isinstance(declared, serializers.Serializer):
        fields = declared.fields
        missing, unknown = set(fields) - set(value), set(value) - set(fields)
        found = [f"{path}.{name} is missing" for name in missing] + [
            f"{path}.{name} is not declared" for name in unknown
        ]
        return found + [
            deeper
            for name, item in value.items()
            if name in fields
            for deeper in differences(fields[name], item, f"{path}.{name}")
        ]
    if isinstance(declared, serializers.ChoiceField) and value not in declared.choices:
        return [f"{path} has {value!r}, which is not a choice"]
    simple = {serializers.CharField: str, serializers.IntegerField: int, serializers.BooleanField: bool}
    expected = next((python for kind, python in simple.items() if isinstance(declared, kind)), None)
    return [f"{path} is {type(value).__name__}"] if expected and not isinstance(value, expected) else []


@pytest.mark.parametrize("shape", SHAPES)
def test_every_declared_field_is_made_and_the_other_way_round(shape: type[Shape]) -> None:
    assert list(shape().fields) == list(shape.made_by)


def test_what_needs_no_dossier_is_a_field() -> None:
    assert set(ArtifactSerializer.made_by) >= FIELDS_OF_THE_ROW


@pytest.mark.django_db
def test_answers_are_as_declared(get: Get) -> None:
    make_full("one", 2)
    artifact = make_artifact(slug="two", categories=[make_category()])
    deprecate(artifact, by=make_artifact(slug="three"))
    make_price(artifact=artifact, valid_to="2020-01-01")
    make_standing(make_generation(1), artifact, 50.0)
    Related.objects.create(
        artifact=artifact,
        other=make_artifact(),
        overlap=0.5,
        shared=[],
        shared_count=0,
        is_alternative=True,
        position=0,
    )
    make_capability(slug="narrow", broader=make_capability(slug="broad"))
    for address, shape in (
        ("/api/v1/artifacts/one/", ArtifactSerializer()),
        ("/api/v1/artifacts/two/", ArtifactSerializer()),
        ("/api/v1/capabilities/narrow/", CapabilitySerializer()),
        ("/api/v1/capabilities/broad/", CapabilitySerializer()),
    ):
        assert differences(shape, get(address)) == []
    for address, row in (
        ("/api/v1/artifacts/", ArtifactRowSerializer()),
        ("/api/v1/capabilities/", CapabilityRowSerializer()),
        ("/api/v1/categories/", CategorySerializer()),
        ("/api/v1/kinds/", KindSerializer()),
    ):
        answer = get(address)
        assert set(answer) == {"next", "previous", "results"}
        assert answer["results"]
        assert [found for result in answer["results"] for found in differences(row, result)] == []


@pytest.mark.parametrize(
    ("shape", "example"),
    [
        (ArtifactRowSerializer, examples.ROW),
        (CapabilityRowSerializer, examples.CAPABILITY),
        (CategorySerializer, examples.CATEGORY),
        (KindSerializer, examples.KIND),
    ],
)
def test_examples_are_as_declared(shape: type[Shape], example: dict[str, Any]) -> None:
    assert differences(shape(), example) == []


def test_the_example_of_a_fact_is_as_declared() -> None:
    assert differences(ArtifactSerializer().fields["facts"], examples.FACTS) == []


def test_a_tombstone_is_no_row() -> None:
    assert set(TombstoneSerializer().fields) == {"slug", "withdrawn", "reason", "merged_into", "changed_at"}


def test_differences_are_seen() -> None:
    assert differences(CategorySerializer(), {**examples.CATEGORY, "artifact_count": "many"}) == [
        ".artifact_count is str"
    ]
    assert differences(KindSerializer(), {**examples.KIND, "kind": "thing"}) == [
        ".kind has 'thing', which is not a choice"
    ]
    assert differences(KindSerializer(), {**examples.KIND, "x": 1}) == [".x is not declared"]
