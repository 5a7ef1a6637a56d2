"""An artifact as a row of a list, and the tombstone of one that was withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework import serializers

from catalog.api.enums import Withdrawn
from catalog.api.serializers import parts
from catalog.api.serializers.shape import Maker, Shape, address, words
from catalog.choices import Kind, Lifecycle
from catalog.models import Artifact


class ArtifactRowSerializer(Shape):
    """An artifact in a list. With `fields=` it holds only what was asked for."""

    slug = words("Its name in addresses.")
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    tagline = words("What it is, in a line.", allow_blank=True)
    url = address("Its page.")
    rank = parts.RankSerializer(allow_null=True, help_text="Null: not ranked yet.")
    verified = serializers.BooleanField(help_text="An owner's proof stands right now.")
    publisher = parts.PublisherSerializer(allow_null=True)
    licence = parts.LicenceSerializer()
    price = parts.PriceSummarySerializer()
    lifecycle = serializers.ChoiceField(choices=Lifecycle.choices)
    offering_count = serializers.IntegerField(help_text="How many capabilities it offers.")
    disputed_count = serializers.IntegerField(help_text="How many of its facts sources disagree on.")
    published_at = serializers.DateTimeField(allow_null=True)
    facts_changed_at = serializers.DateTimeField(allow_null=True, help_text="When what is said of it last changed.")

    made_by: ClassVar[Mapping[str, Maker]] = {
        "slug": lambda artifact, making: artifact.slug,
        "name": lambda artifact, making: artifact.name,
        "kind": lambda artifact, making: artifact.kind,
        "tagline": lambda artifact, making: artifact.tagline,
        "url": lambda artifact, making: making.addresses.artifact(artifact.slug),
        "rank": parts.rank,
        "verified": lambda artifact, making: (
            artifact.verified_until is not None and artifact.verified_until > making.now
        ),
        "publisher": lambda artifact, making: _publisher(artifact),
        "licence": lambda artifact, making: {"spdx": artifact.licence, "class": artifact.licence_class},
        "price": lambda artifact, making: {
            "text": parts.headline(artifact.headline_price),
            "class": artifact.price_class,
        },
        "lifecycle": lambda artifact, making: artifact.lifecycle,
        "offering_count": lambda artifact, making: artifact.offering_count,
        "disputed_count": lambda artifact, making: artifact.disputed_count,
        "published_at": lambda artifact, making: artifact.published_at,
        "facts_changed_at": lambda artifact, making: artifact.facts_changed_at,
    }


class TombstoneSerializer(serializers.Serializer):
    """In place of a row, where `changed_since` meets an artifact that is no longer public. Drop your copy."""

    slug = serializers.CharField()
    withdrawn = serializers.ChoiceField(choices=Withdrawn, help_text="Always true.")
    reason = serializers.CharField()
    merged_into = serializers.CharField(allow_null=True, help_text="The slug of the listing that took its place.")
    changed_at = serializers.DateTimeField()


def _publisher(artifact: Artifact) -> dict[str, str] | None:
    publisher = artifact.publisher
    return {"slug": publisher.slug, "name": publisher.name} if publisher else None


def tombstone(artifact: Artifact) -> dict[str, Any]:
    return {
        "slug": artifact.slug,
        "withdrawn": True,
        "reason": artifact.withdrawn_reason or "It is not public at the moment.",
        "merged_into": artifact.merged_into.slug if artifact.merged_into else None,
        "changed_at": artifact.facts_changed_at,
    }
