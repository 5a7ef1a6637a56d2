"""What rank answers look like, for the OpenAPI description. ranking.document and ranking.models make them."""

from __future__ import annotations

from rest_framework import serializers

from catalog.api.serializers.parts import ComponentsSerializer, RankSerializer
from catalog.choices import Kind, Signal
from ranking.signals import SIGNALS, Component, Family


class PointSourceSerializer(serializers.Serializer):
    title = serializers.CharField()
    url = serializers.CharField()


class RankPointSerializer(serializers.Serializer):
    """One signal's part in a rank."""

    signal = serializers.ChoiceField(choices=list(SIGNALS))
    family = serializers.ChoiceField(choices=[str(family) for family in Family])
    component = serializers.ChoiceField(choices=[str(component) for component in Component])
    value = serializers.FloatField(allow_null=True, help_text="In the signal's own unit. Null: not known.")
    observed_at = serializers.DateField(allow_null=True, help_text="Of its last reading.")
    source = PointSourceSerializer(allow_null=True)  # type: ignore[assignment]  # a field of ours, not DRF's own
    z = serializers.FloatField(help_text="What the points rest on, averaged as they are. 0 is typical.")
    z_observed = serializers.FloatField(allow_null=True, help_text="Today's, before any cut. Null: estimated.")
    weight = serializers.FloatField()
    points = serializers.FloatField(help_text="deviation * weight * z / norm.")
    points_now = serializers.FloatField(help_text="Today's, before averaging.")
    estimated = serializers.BooleanField()
    held = serializers.FloatField(help_text="What is not counted until it lasts.")
    note = serializers.CharField(allow_blank=True)


class NotUsedSerializer(serializers.Serializer):
    """A reading that is kept and not used."""

    signal = serializers.ChoiceField(choices=Signal.choices)
    observed_at = serializers.DateField()
    value = serializers.FloatField(allow_null=True)
    why = serializers.CharField()


class ExplainedRankSerializer(serializers.Serializer):
    """An artifact's rank and where each of its points comes from: `typical` and all points are the rank."""

    artifact = serializers.CharField(help_text="Its slug.")
    kind = serializers.ChoiceField(choices=Kind.choices)
    generation = serializers.IntegerField(help_text="0: computed afterwards for a week before there was a record.")
    formula_version = serializers.CharField()
    as_of = serializers.CharField(help_text="Readings observed later are not in it.")
    rank = serializers.FloatField(allow_null=True, help_text="0 to 100. Null: not ranked yet.")
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    percentile = serializers.FloatField(allow_null=True, help_text="Within its kind, where enough are ranked.")
    coverage = serializers.FloatField(allow_null=True, help_text="0 to 1: how much of the evidence was there.")
    components = ComponentsSerializer()
    momentum = serializers.FloatField(allow_null=True, help_text="0 to 100, 50 is typical of its kind.")
    survival = serializers.FloatField(allow_null=True, help_text="The chance to be alive in a year, 0 to 1.")
    typical = serializers.FloatField()
    deviation = serializers.FloatField()
    norm = serializers.FloatField()
    points = RankPointSerializer(many=True)
    not_used = NotUsedSerializer(many=True)
    configuration = serializers.URLField(help_text="The formula's numbers.")
    download = serializers.URLField(help_text="The same with all that is needed to compute it again.")


class SnapshotSerializer(serializers.Serializer):
    """An artifact's rank in one week."""

    on = serializers.DateField(help_text="The Monday of the week.")
    generation = serializers.IntegerField(help_text="0: computed afterwards, from the readings known by then.")
    formula_version = serializers.CharField()
    rank = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()
    percentile = serializers.FloatField(allow_null=True)
    coverage = serializers.FloatField()
    components = ComponentsSerializer()
    momentum = serializers.FloatField(allow_null=True)
    survival = serializers.FloatField(allow_null=True)
    points = serializers.DictField(child=serializers.FloatField(), help_text="By signal.")


class RankHistorySerializer(serializers.Serializer):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = SnapshotSerializer(many=True)


class LeaderSerializer(serializers.Serializer):
    slug = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    tagline = serializers.CharField(allow_blank=True)
    url = serializers.URLField()
    rank = RankSerializer()
    verified = serializers.BooleanField()


class PlaceSerializer(serializers.Serializer):
    """A row of a leaderboard."""

    place = serializers.IntegerField(help_text="Tied rows share the place of the first of them.")
    tied = serializers.BooleanField(help_text="With the row above.")
    said = serializers.CharField(allow_blank=True, help_text="How it stands to the row above, in words.")
    artifact = LeaderSerializer()


class LeaderboardSerializer(serializers.Serializer):
    """One kind's leaders, by the lower end of their bands."""

    kind = serializers.ChoiceField(choices=Kind.choices)
    label = serializers.CharField()  # type: ignore[assignment]  # a field of ours, not DRF's own
    ranked = serializers.IntegerField(help_text="How many are ranked in all.")
    places = PlaceSerializer(many=True)


class LeaderboardsSerializer(serializers.Serializer):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = LeaderboardSerializer(many=True)
