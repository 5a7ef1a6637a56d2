"""What several shapes contain: ranks, mentions of other things, sources, prices."""

# A declared field leaves the class, so it may have the name of an attribute.
# mypy: disable-error-code="assignment"

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from catalog import wording
from catalog.api.serializers.shape import Making, address, words
from catalog.choices import COMPONENTS, Kind, LicenceClass, Meter, PriceClass, SourceKind
from catalog.models import Artifact, Price
from catalog.parts import Cited, Mention


class RankSerializer(serializers.Serializer):
    """An artifact's standing in the generation of ranks that is live."""

    score = serializers.FloatField(help_text="0 to 100. 50 is typical of its kind. Never compare it across kinds.")
    low = serializers.FloatField(help_text="The lower end of the band the evidence leaves open.")
    high = serializers.FloatField(help_text="Its upper end. Bands that overlap widely are a tie.")
    percentile = serializers.FloatField(
        allow_null=True, help_text="Within its kind; null where too few are ranked to say."
    )
    coverage = serializers.FloatField(help_text="0 to 1: how much of the evidence was there.")
    generation = serializers.IntegerField(help_text="The number of the generation.")


class ComponentsSerializer(serializers.Serializer):
    """The five components of the rank, 0 to 100 each; null where there was no evidence."""

    adoption = serializers.FloatField(allow_null=True)
    quality = serializers.FloatField(allow_null=True)
    ecosystem = serializers.FloatField(allow_null=True)
    match = serializers.FloatField(allow_null=True)
    freshness = serializers.FloatField(allow_null=True)


class PublisherSerializer(serializers.Serializer):
    slug = serializers.CharField()
    name = serializers.CharField()


class LicenceSerializer(serializers.Serializer):
    spdx = words("An SPDX expression, or LicenseRef-Name for a licence without one. Empty: unknown.", allow_blank=True)
    # `class` cannot be declared as an attribute; get_fields is called before anybody looks.

    def get_fields(self) -> dict[str, serializers.Field]:
        classes = serializers.ChoiceField(choices=LicenceClass.choices, help_text="Unknown is not permissive.")
        return {**super().get_fields(), "class": classes}


class PriceSummarySerializer(serializers.Serializer):
    text = serializers.CharField(allow_blank=True, help_text="The cheapest current price in words. Empty: not known.")

    def get_fields(self) -> dict[str, serializers.Field]:
        classes = serializers.ChoiceField(choices=PriceClass.choices, help_text="Unknown is not free.")
        return {**super().get_fields(), "class": classes}


class MentionSerializer(serializers.Serializer):
    """Another artifact."""

    slug = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    url = address("Its page.")


class SourceSerializer(serializers.Serializer):
    """Who says so."""

    slug = serializers.CharField()
    title = serializers.CharField()
    url = address("Where it can be read.")
    kind = serializers.ChoiceField(choices=SourceKind.choices, help_text="How directly it shows a thing.")
    publisher = words("Its publisher's name. Empty: unknown.", allow_blank=True)


class MoneySerializer(serializers.Serializer):
    """What one provider asks."""

    provider = serializers.CharField()
    meter = serializers.ChoiceField(choices=Meter.choices, help_text="What is counted.")
    amount = words("A decimal number as text, so that nothing is lost.")
    currency = words("ISO 4217, such as USD.")
    per = serializers.IntegerField(help_text="How many of the unit the amount buys.")
    text = serializers.CharField(help_text="The price in words, such as “$2.00 per 1M input tokens”.")
    tier = words("The condition under which it holds. Empty: none.", allow_blank=True)
    valid_from = serializers.DateField(allow_null=True)
    valid_to = serializers.DateField(allow_null=True, help_text="The first day on which it no longer held.")
    retrieved_on = serializers.DateField(allow_null=True)
    source = SourceSerializer()


def rank(artifact: Artifact, making: Making) -> dict[str, Any] | None:
    """As `with_standing` and `standing_generation` joined it."""
    standing: Any = artifact
    if standing.standing_score is None:
        return None
    return {
        "score": standing.standing_score,
        "low": standing.standing_low,
        "high": standing.standing_high,
        "percentile": standing.standing_percentile,
        "coverage": standing.standing_coverage,
        "generation": standing.standing_generation,
    }


def components(artifact: Artifact, making: Making) -> dict[str, float | None] | None:
    standing: Any = artifact
    if standing.standing_score is None:
        return None
    return {name: getattr(artifact, f"standing_{name}") for name in COMPONENTS}


def mention(other: Mention, making: Making) -> dict[str, str]:
    return {"slug": other.slug, "name": other.name, "kind": other.kind, "url": making.addresses.artifact(other.slug)}


def source(cited: Cited, making: Making) -> dict[str, str]:
    return {
        "slug": cited.slug,
        "title": cited.title,
        "url": making.addresses.absolute(cited.link),
        "kind": cited.kind,
        "publisher": cited.publisher_name,
    }


def headline(price: Price | None) -> str:
    return wording.price(price.amount, price.currency, price.per, price.meter) if price else ""
