"""Everything about one artifact: its row, and the parts of its dossier. The same numbers as on its page."""

# A declared field leaves the class, so it may have the name of an attribute.
# mypy: disable-error-code="assignment"

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from rest_framework import serializers

from catalog.api.enums import FactState
from catalog.api.serializers import parts
from catalog.api.serializers.artifact import ArtifactRowSerializer
from catalog.api.serializers.offering import OfferingSerializer, offering
from catalog.api.serializers.shape import Maker, Making, Shape, lines, words
from catalog.choices import BenchmarkStanding, Origin, Signal
from catalog.models import Artifact
from catalog.pages.dossier import Dossier
from catalog.pages.dossier.shapes import LineagePart, ReadingPart, RelatedPart
from catalog.parts import FactPart, PricePart, ResultPart, Statement


@dataclass(frozen=True)
class Subject:
    """An artifact with what the answer needs of it; the dossier is left out where nothing from it was asked for."""

    artifact: Artifact
    aliases: list[str]
    dossier: Dossier | None


class StatementSerializer(serializers.Serializer):
    """What another source says."""

    value = serializers.JSONField(help_text="A number, text, boolean or list.")
    text = serializers.CharField(help_text="The value in words, with its unit.")
    origin = serializers.ChoiceField(choices=Origin.choices)
    retrieved_on = serializers.DateField(allow_null=True)
    source = parts.SourceSerializer()
    of = parts.MentionSerializer(allow_null=True, help_text="The relative it was said of; null: of this artifact.")
    condition = words("Under what it holds, where the others hold under something else.", allow_blank=True)


class FactSerializer(serializers.Serializer):
    """One attribute: the value that is stated, and what other sources say."""

    name = serializers.CharField()
    label = serializers.CharField()
    value = serializers.JSONField(help_text="A number, text, boolean or list.")
    text = serializers.CharField(help_text="The value in words, with its unit.")
    unit = serializers.CharField(allow_blank=True)
    origin = serializers.ChoiceField(choices=Origin.choices, help_text="Who says so.")
    retrieved_on = serializers.DateField(allow_null=True)
    source = parts.SourceSerializer()
    state = serializers.ChoiceField(choices=FactState)
    disputed = serializers.BooleanField(help_text="Sources disagree and no editor has settled it.")
    others = StatementSerializer(many=True, help_text="Values that differ from the stated one.")
    condition = words("Under what the stated value holds, where others hold under something else.", allow_blank=True)
    settled_reason = words("Why an editor chose this value. Empty: nobody had to.", allow_blank=True)


class BenchmarkSerializer(serializers.Serializer):
    """One result of one benchmark."""

    benchmark = serializers.CharField()
    listing = parts.MentionSerializer(allow_null=True, help_text="The benchmark's own entry.")
    version = serializers.CharField(allow_blank=True)
    score = words("A decimal number as text.")
    low = serializers.CharField(allow_null=True)
    high = serializers.CharField(allow_null=True)
    metric = serializers.CharField()
    higher_is_better = serializers.BooleanField()
    measured_on = serializers.DateField(allow_null=True)
    standing = serializers.ChoiceField(choices=BenchmarkStanding.choices)
    source = parts.SourceSerializer()


class LineageSerializer(serializers.Serializer):
    relation = words("Such as derived_from; inverse_derived_from on the other side.")
    text = serializers.CharField()
    artifact = parts.MentionSerializer()
    detail = serializers.CharField(allow_blank=True)
    source = parts.SourceSerializer(allow_null=True)


class PointSerializer(serializers.Serializer):
    on = serializers.DateField()
    value = serializers.FloatField()


class ReadingSerializer(serializers.Serializer):
    """A signal's readings from one source; the last of them in words."""

    signal = serializers.ChoiceField(choices=Signal.choices)
    label = serializers.CharField()
    value = serializers.FloatField(help_text="A count; whole days since 1970-01-01 where the signal is a date.")
    text = serializers.CharField()
    on = serializers.DateField()
    source = parts.SourceSerializer()
    points = PointSerializer(many=True)


class RelatedSerializer(serializers.Serializer):
    artifact = parts.MentionSerializer()
    overlap = serializers.FloatField(help_text="0 to 1. Rare shared capabilities count more.")
    shared = lines("Names of the shared capabilities, the most telling first.")
    shared_count = serializers.IntegerField()
    reason = serializers.CharField()
    is_alternative = serializers.BooleanField(help_text="Of a kind that can take its place.")


class IdentifierSerializer(serializers.Serializer):
    scheme = words("Such as huggingface, pypi or repository.")
    label = serializers.CharField()
    value = words("As the registry writes it.")


class ShelfSerializer(serializers.Serializer):
    slug = serializers.CharField()
    name = serializers.CharField()


class SourceUseSerializer(serializers.Serializer):
    source = parts.SourceSerializer()
    count = serializers.IntegerField(help_text="How many statements here rest on it.")
    read_on = serializers.DateField(allow_null=True)


def _of_row(make: Maker) -> Maker:
    return lambda subject, making: make(subject.artifact, making)


class ArtifactSerializer(Shape):
    """All that is known of one artifact. With `fields=` it holds only what was asked for."""

    description = words("Markdown.", allow_blank=True)
    components = parts.ComponentsSerializer(
        allow_null=True, help_text="What the rank is made of. Null: not ranked yet."
    )
    homepage = words("Empty: unknown.", allow_blank=True)
    repository = words("Empty: unknown.", allow_blank=True)
    deprecated_by = parts.MentionSerializer(allow_null=True, help_text="What to use instead.")
    aliases = lines("Slugs it was once found under. They redirect here.")
    categories = ShelfSerializer(many=True)
    identifiers = IdentifierSerializer(many=True)
    good_for = words("In a line. Empty: nobody has said.", allow_blank=True)
    not_for = words("The first of its known limitations, in a line. Empty: nobody has said.", allow_blank=True)
    best_for = lines("Gathered from its offerings.")
    limitations = lines("Gathered from its offerings.")
    requirements = lines("Gathered from its offerings.")
    facts = FactSerializer(many=True)
    offerings = OfferingSerializer(many=True, help_text="The most telling first.")
    prices = parts.MoneySerializer(many=True, help_text="What is asked today, the cheapest provider first.")
    past_prices = parts.MoneySerializer(many=True)
    benchmarks = BenchmarkSerializer(many=True)
    lineage = LineageSerializer(many=True)
    readings = ReadingSerializer(many=True)
    related = RelatedSerializer(many=True)
    sources = SourceUseSerializer(many=True, help_text="The most used first.")

    made_by: ClassVar[Mapping[str, Maker]] = {
        **{name: _of_row(make) for name, make in ArtifactRowSerializer.made_by.items()},
        "description": lambda subject, making: subject.artifact.description,
        "components": _of_row(parts.components),
        "homepage": lambda subject, making: subject.artifact.homepage,
        "repository": lambda subject, making: subject.artifact.repository,
        "deprecated_by": lambda subject, making: _maybe_mention(subject.dossier.deprecated_by, making),
        "aliases": lambda subject, making: subject.aliases,
        "categories": lambda subject, making: [{"slug": s.slug, "name": s.name} for s in subject.dossier.categories],
        "identifiers": lambda subject, making: [
            {"scheme": i.scheme, "label": i.label, "value": i.value} for i in subject.dossier.identifiers
        ],
        "good_for": lambda subject, making: subject.dossier.answer.good_for,
        "not_for": lambda subject, making: subject.dossier.answer.limits,
        "best_for": lambda subject, making: subject.dossier.best_for,
        "limitations": lambda subject, making: subject.dossier.limitations,
        "requirements": lambda subject, making: subject.dossier.requirements,
        "facts": lambda subject, making: [_fact(part, making) for part in subject.dossier.facts],
        "offerings": lambda subject, making: [offering(part, making) for part in subject.dossier.offerings],
        "prices": lambda subject, making: [_price(part, making) for part in subject.dossier.prices],
        "past_prices": lambda subject, making: [_price(part, making) for part in subject.dossier.past_prices],
        "benchmarks": lambda subject, making: [_result(part, making) for part in subject.dossier.results],
        "lineage": lambda subject, making: [_lineage(part, making) for part in subject.dossier.lineage],
        "readings": lambda subject, making: [_reading(part, making) for part in subject.dossier.readings],
        "related": lambda subject, making: [_related(part, making) for part in subject.dossier.related],
        "sources": lambda subject, making: [
            {"source": parts.source(use.source, making), "count": use.count, "read_on": use.read_on}
            for use in subject.dossier.sources
        ],
    }

    def get_fields(self) -> dict[str, serializers.Field]:
        """Those of a row come first."""
        return {**ArtifactRowSerializer().get_fields(), **super().get_fields()}


#: What can be told without gathering the dossier.
FIELDS_OF_THE_ROW = frozenset(
    {*ArtifactRowSerializer.made_by, "description", "components", "homepage", "repository", "aliases"}
)


def _maybe_mention(other: Any, making: Making) -> dict[str, str] | None:
    return parts.mention(other, making) if other else None


def _statement(said: Statement, making: Making) -> dict[str, Any]:
    return {
        "value": said.value,
        "text": said.text,
        "origin": said.origin,
        "retrieved_on": said.retrieved_on,
        "source": parts.source(said.source, making),
        "of": _maybe_mention(said.of, making),
        "condition": said.condition,
    }


def _fact(fact: FactPart, making: Making) -> dict[str, Any]:
    stated = fact.statements[0]
    return {
        "name": fact.name,
        "label": fact.label,
        "value": fact.value,
        "text": fact.text,
        "unit": fact.unit,
        "origin": stated.origin,
        "retrieved_on": stated.retrieved_on,
        "source": parts.source(stated.source, making),
        "state": fact.state,
        "disputed": fact.state == "disputed",
        "others": [_statement(said, making) for said in fact.others],
        "condition": stated.condition,
        "settled_reason": fact.settled_reason,
    }


def _price(price: PricePart, making: Making) -> dict[str, Any]:
    return {
        "provider": price.provider,
        "meter": price.meter,
        "amount": f"{price.amount.normalize():f}",
        "currency": price.currency,
        "per": price.per,
        "text": price.text,
        "tier": price.tier,
        "valid_from": price.valid_from,
        "valid_to": price.valid_to,
        "retrieved_on": price.retrieved_on,
        "source": parts.source(price.source, making),
    }


def _result(result: ResultPart, making: Making) -> dict[str, Any]:
    return {
        "benchmark": result.benchmark,
        "listing": _maybe_mention(result.listing, making),
        "version": result.version,
        "score": result.text,
        "low": None if result.low is None else f"{result.low.normalize():f}",
        "high": None if result.high is None else f"{result.high.normalize():f}",
        "metric": result.metric,
        "higher_is_better": result.higher_is_better,
        "measured_on": result.measured_on,
        "standing": result.standing,
        "source": parts.source(result.source, making),
    }


def _lineage(line: LineagePart, making: Making) -> dict[str, Any]:
    return {
        "relation": line.relation,
        "text": line.relation_label,
        "artifact": parts.mention(line.other, making),
        "detail": line.detail,
        "source": parts.source(line.source, making) if line.source else None,
    }


def _reading(reading: ReadingPart, making: Making) -> dict[str, Any]:
    return {
        "signal": reading.signal,
        "label": reading.label,
        "value": reading.value,
        "text": reading.text,
        "on": reading.on,
        "source": parts.source(reading.source, making),
        "points": [{"on": on, "value": value} for on, value in reading.points],
    }


def _related(related: RelatedPart, making: Making) -> dict[str, Any]:
    return {
        "artifact": parts.mention(related.other, making),
        "overlap": related.overlap,
        "shared": related.shared,
        "shared_count": related.shared_count,
        "reason": related.reason,
        "is_alternative": related.is_alternative,
    }
