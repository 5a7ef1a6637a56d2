"""What a comparison looks like, for the OpenAPI description. ranking.comparison.document makes it."""

# A declared field leaves the class, so it may have the name of an attribute.
# mypy: disable-error-code="assignment"

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from rest_framework import serializers

from catalog.api.serializers.offering import (
    AgainstSerializer,
    ConfidenceSerializer,
    EvidenceSerializer,
    FailureModeSerializer,
)
from catalog.api.serializers.parts import MentionSerializer, RankSerializer, SourceSerializer
from catalog.api.serializers.shape import Maker, Shape, address, lines, words
from catalog.choices import DataType, Kind, LicenceClass, Origin, TakenApartBy
from ranking.comparison.document import PARTS, Edition
from ranking.comparison.table import Group, Has, State, Verdict


def _one_of(words: type, help_text: str = "") -> serializers.ChoiceField:
    return serializers.ChoiceField(choices=[str(word) for word in words], help_text=help_text)  # type: ignore[attr-defined]


#: By which the API's description knows them.
VERDICTS = [str(word) for word in Verdict]


def _made(make: Callable[[Edition], Any]) -> Maker:
    return lambda edition, making: make(edition)


class ComparedSerializer(serializers.Serializer):
    """One of the artifacts; cells stand in their order."""

    slug = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    tagline = serializers.CharField(allow_blank=True)
    url = address("Its page.")
    rank = RankSerializer(allow_null=True, help_text="Null: not ranked yet.")
    rank_url = address("Where each of its points is explained.")
    verified = serializers.BooleanField()
    publisher = words("Empty: unknown.", allow_blank=True)


class SaidSerializer(SourceSerializer):
    """Who says so, and what exactly."""

    value = serializers.JSONField(allow_null=True)
    text = serializers.CharField()
    origin = serializers.ChoiceField(choices=Origin.choices)
    retrieved_on = serializers.DateField(allow_null=True)
    of = MentionSerializer(allow_null=True, help_text="The relative it was said of; null: of this artifact.")
    condition = serializers.CharField(allow_blank=True)


class CellSerializer(serializers.Serializer):
    value = serializers.JSONField(allow_null=True, help_text="Null: not known.")
    text = words("The value in words. Empty: not known.", allow_blank=True)
    state = _one_of(State)
    mark = words("stale; owner: only its owner says so. Empty: plain.", allow_blank=True)
    note = serializers.CharField(allow_blank=True)
    sources = SaidSerializer(many=True, help_text="The stated one first, then those that disagree.")


class FactRowSerializer(serializers.Serializer):
    name = words("Such as rank, price.input_tokens or context_window. Findings cite it.")
    label = serializers.CharField()
    group = _one_of(Group)
    cells = CellSerializer(many=True)
    differs = serializers.BooleanField(help_text="Two known values say different things. Unknown is no difference.")
    better = serializers.IntegerField(help_text="1: more is better; -1: less; 0: neither, for everybody.")


class ComparedOfferingSerializer(serializers.Serializer):
    """One artifact's take on the capability."""

    capability = words("Its slug; a narrower one than the row's where near ones are joined.")
    title = serializers.CharField()
    description = serializers.CharField()
    unique = serializers.CharField(allow_blank=True)
    confidence = ConfidenceSerializer()
    evidence = EvidenceSerializer(many=True)
    against = AgainstSerializer(many=True, help_text="How it stands against the others of this comparison.")
    best_for = lines("When to choose it.")
    limitations = lines("When not to.")
    requires = lines("What it needs to work.")
    input_types = serializers.ListField(child=serializers.ChoiceField(choices=DataType.choices))
    output_types = serializers.ListField(child=serializers.ChoiceField(choices=DataType.choices))
    failure_modes = FailureModeSerializer(many=True)
    taken_apart_by = serializers.ChoiceField(choices=TakenApartBy.choices)


class CapabilityCellSerializer(serializers.Serializer):
    state = _one_of(Has, "lacks: a source says so. Whatever nobody has shown is unknown.")
    offering = ComparedOfferingSerializer(allow_null=True)
    offerings = ComparedOfferingSerializer(many=True, help_text="Several where near capabilities are joined.")
    confidence = ConfidenceSerializer(allow_null=True)
    note = serializers.CharField(allow_blank=True)
    sources = SaidSerializer(many=True, help_text="Who says that it lacks it.")


class ComparedCapabilitySerializer(serializers.Serializer):
    capability = words("Its slug.")
    name = words("capability.<slug>: findings cite it.")
    label = serializers.CharField()
    uri = serializers.CharField()
    group = serializers.ChoiceField(choices=["all", "some", "one"], help_text="How many of them have it.")
    joined = lines("Names of the narrower capabilities that are joined in this row.")
    cells = CapabilityCellSerializer(many=True)
    differs = serializers.BooleanField()


class FindingSerializer(serializers.Serializer):
    rule = serializers.CharField()
    text = serializers.CharField()
    rows = lines("Names of the rows it stands on.")
    favours = lines("Slugs of those it speaks for.")


class VerdictSerializer(serializers.Serializer):
    sentence = serializers.CharField()
    outcome = _one_of(Verdict)
    winner = serializers.CharField(allow_null=True, help_text="A slug. Null unless above or likely_above.")
    probability = serializers.FloatField(allow_null=True, help_text="That the higher one ranks above the next.")
    findings = FindingSerializer(many=True)


class PreferencesSerializer(serializers.Serializer):
    """What was asked."""

    input_tokens = serializers.IntegerField()
    output_tokens = serializers.IntegerField()
    calls = serializers.IntegerField()
    weights = serializers.DictField(child=serializers.FloatField())
    capability = lines("Slugs.")
    licence = serializers.ListField(child=serializers.ChoiceField(choices=LicenceClass.choices))


class PlacedSerializer(serializers.Serializer):
    slug = serializers.CharField()
    score = serializers.FloatField(allow_null=True)
    ruled_out = lines("What it does not meet, in sentences.")
    unknown = lines("Of what is weighed the parts that are unknown.")


class WeighedSerializer(serializers.Serializer):
    """The outcome by the weights and needs that were given."""

    sentence = serializers.CharField()
    outcome = _one_of(Verdict)
    winner = serializers.CharField(allow_null=True)
    robust = serializers.FloatField(allow_null=True, help_text="The share of nearby weightings with the same winner.")
    order = PlacedSerializer(many=True)


class ChangedSerializer(serializers.Serializer):
    name = words("Of the row.")
    label = serializers.CharField()
    artifact = words("Its slug.")
    then = serializers.CharField()
    now = serializers.CharField()
    beyond_band = serializers.BooleanField(
        allow_null=True, help_text="Of a rank: whether it is outside the band it had then."
    )


class ChangesSerializer(serializers.Serializer):
    """What has changed since the day that was asked for."""

    ranks_of = serializers.DateField(allow_null=True, help_text="The Monday whose ranks are shown.")
    facts_from = serializers.DateField(allow_null=True, help_text="From when on facts are kept. Null: all are there.")
    note = serializers.CharField(allow_blank=True)
    rows = ChangedSerializer(many=True)


class ComparisonSerializer(Shape):
    """Two to four artifacts in one table, with a verdict. With `fields=` it holds only what was asked for."""

    key = words("Slugs in the order of the alphabet, with -vs- between them.")
    url = address("Its page.")
    artifacts = ComparedSerializer(many=True)
    generation = serializers.IntegerField(allow_null=True, help_text="Of the ranks. Null: there were none.")
    at = serializers.DateField(help_text="The day it shows.")
    comparable = serializers.BooleanField(help_text="Whether ranks may be set against each other: all of one kind.")
    why_not = serializers.CharField(allow_blank=True)
    facts = FactRowSerializer(many=True)
    capabilities = ComparedCapabilitySerializer(many=True)
    verdict = VerdictSerializer()
    preferences = PreferencesSerializer()
    weighed = WeighedSerializer(allow_null=True, help_text="Null: nothing was weighed.")
    changes = ChangesSerializer(allow_null=True, help_text="Null: it is today's.")
    citation = words("A line to cite it by.")

    made_by: ClassVar[Mapping[str, Maker]] = {name: _made(make) for name, make in PARTS.items()}
