"""Capabilities, categories and kinds: the words that artifacts are found by."""

# A declared field leaves the class, so it may have the name of an attribute.
# mypy: disable-error-code="assignment"

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from rest_framework import serializers

from catalog.api.enums import FactType
from catalog.api.serializers.shape import Maker, Making, Shape, address, lines, words
from catalog.choices import Kind
from catalog.factsheet import facts_of
from catalog.kinds import KindSpec
from catalog.models import Capability, Category


@dataclass(frozen=True)
class Counted:
    """A thing with the number of public artifacts that have it."""

    thing: Any
    count: int
    narrower: tuple[Counted, ...] = ()


class TermSerializer(serializers.Serializer):
    slug = serializers.CharField()
    name = serializers.CharField()
    url = address("Its page.")


class CountedTermSerializer(TermSerializer):
    artifact_count = serializers.IntegerField()


def _term(capability: Capability, making: Making) -> dict[str, Any]:
    return {"slug": capability.slug, "name": capability.name, "url": making.addresses.capability(capability.slug)}


class CapabilityRowSerializer(Shape):
    """A word of the shared vocabulary."""

    slug = serializers.CharField()
    key = words("group.name")
    uri = words("capability://group.name")
    name = serializers.CharField()
    group = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    synonyms = lines("Other words for it. Each word belongs to one capability.")
    broader = TermSerializer(allow_null=True)
    artifact_count = serializers.IntegerField(help_text="How many artifacts offer it.")
    url = address("Its page.")
    artifacts = address("The artifacts that offer it, as a list of this API.")

    made_by: ClassVar[Mapping[str, Maker]] = {
        "slug": lambda counted, making: counted.thing.slug,
        "key": lambda counted, making: counted.thing.key,
        "uri": lambda counted, making: counted.thing.uri,
        "name": lambda counted, making: counted.thing.name,
        "group": lambda counted, making: counted.thing.group,
        "description": lambda counted, making: counted.thing.description,
        "synonyms": lambda counted, making: sorted(synonym.text for synonym in counted.thing.synonyms.all()),
        "broader": lambda counted, making: _term(counted.thing.broader, making) if counted.thing.broader else None,
        "artifact_count": lambda counted, making: counted.count,
        "url": lambda counted, making: making.addresses.capability(counted.thing.slug),
        "artifacts": lambda counted, making: making.addresses.artifacts_with("capability", counted.thing.slug),
    }


class CapabilitySerializer(Shape):
    """A word of the shared vocabulary, with the narrower ones below it."""

    narrower = CountedTermSerializer(many=True)

    made_by: ClassVar[Mapping[str, Maker]] = {
        **CapabilityRowSerializer.made_by,
        "narrower": lambda counted, making: [
            {**_term(child.thing, making), "artifact_count": child.count} for child in counted.narrower
        ],
    }

    def get_fields(self) -> dict[str, serializers.Field]:
        return {**CapabilityRowSerializer().get_fields(), **super().get_fields()}


class CategorySerializer(Shape):
    """A shelf: what editors put side by side."""

    slug = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    artifact_count = serializers.IntegerField()
    url = address("Its page.")
    artifacts = address("The artifacts on it, as a list of this API.")

    made_by: ClassVar[Mapping[str, Maker]] = {
        "slug": lambda counted, making: _category(counted).slug,
        "name": lambda counted, making: _category(counted).name,
        "description": lambda counted, making: _category(counted).description,
        "artifact_count": lambda counted, making: counted.count,
        "url": lambda counted, making: making.addresses.category(_category(counted).slug),
        "artifacts": lambda counted, making: making.addresses.artifacts_with("category", _category(counted).slug),
    }


def _category(counted: Counted) -> Category:
    category: Category = counted.thing
    return category


class FactSpecSerializer(serializers.Serializer):
    """A fact that artifacts of this kind may have."""

    name = serializers.CharField()
    label = serializers.CharField()
    type = serializers.ChoiceField(choices=FactType)
    unit = serializers.CharField(allow_blank=True)
    help = serializers.CharField(allow_blank=True)


class KindSerializer(Shape):
    """One of the kinds that artifacts are of. Ranks compare within one kind only."""

    kind = serializers.ChoiceField(choices=Kind.choices)
    label = words("What one is called.")
    plural = words("What many are called.")
    sentence = words("What it is.")
    count = serializers.IntegerField(help_text="How many artifacts there are.")
    facts = FactSpecSerializer(many=True)
    url = address("Its page.")
    artifacts = address("Its artifacts, as a list of this API.")

    made_by: ClassVar[Mapping[str, Maker]] = {
        "kind": lambda counted, making: _kind(counted).kind.value,
        "label": lambda counted, making: _kind(counted).label,
        "plural": lambda counted, making: _kind(counted).plural,
        "sentence": lambda counted, making: _kind(counted).sentence,
        "count": lambda counted, making: counted.count,
        "facts": lambda counted, making: [
            {"name": spec.name, "label": spec.label, "type": spec.type, "unit": spec.unit, "help": spec.help}
            for spec in facts_of(_kind(counted).kind)
        ],
        "url": lambda counted, making: making.addresses.kind(_kind(counted).kind.value),
        "artifacts": lambda counted, making: making.addresses.artifacts_with("kind", _kind(counted).kind.value),
    }


def _kind(counted: Counted) -> KindSpec:
    spec: KindSpec = counted.thing
    return spec
