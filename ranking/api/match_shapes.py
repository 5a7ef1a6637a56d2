"""Answers to intents as the API gives them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from catalog.api.serializers.artifact import ArtifactRowSerializer
from catalog.choices import Kind
from ranking.graph.recording import LONGEST_COMMENT
from ranking.searching import FILTERS, LIMIT, LONGEST, MOST, REPORTED


class NamedSerializer(serializers.Serializer):
    slug = serializers.CharField()
    name = serializers.CharField()


class InvocationSerializer(serializers.Serializer):
    text = serializers.CharField(help_text="A line for the terminal.")
    scheme = serializers.CharField(help_text="The registry whose id it follows from.")


class MatchSerializer(serializers.Serializer):
    artifact = ArtifactRowSerializer()
    capability = NamedSerializer(allow_null=True, help_text="What of it serves; null where it was not taken apart yet.")
    score = serializers.FloatField(help_text="For this query alone; it says nothing beside another's.")
    why = serializers.ListField(child=serializers.CharField(), help_text="Reasons, each a sentence.")
    fits = serializers.ListField(child=serializers.CharField(), help_text="Conditions that the words meet.")
    clashes = serializers.ListField(child=serializers.CharField(), help_text="Limitations and needs they touch.")


class UnderstoodSerializer(serializers.Serializer):
    facet = serializers.CharField(help_text="Such as kind:mcp or price:free.")
    words = serializers.CharField(allow_blank=True, help_text="Those it was read from; empty where it was asked for.")
    met = serializers.BooleanField(help_text="False where nothing was left with it, so that it was dropped.")


class FoundSerializer(serializers.Serializer):
    query = serializers.CharField()
    intent = NamedSerializer(allow_null=True, help_text="The public intent that these words belong to.")
    answered = serializers.BooleanField(help_text="Whether something fits. If not, `near` has what comes nearest.")
    confidence = serializers.FloatField(help_text="The chance that one of the first five serves, 0 to 1.")
    token = serializers.CharField(help_text="The leave to give feedback: one choice and one outcome, for a day.")
    understood = UnderstoodSerializer(many=True)
    matches = MatchSerializer(many=True)
    near = MatchSerializer(many=True, help_text="Near misses, where nothing fits.")


class ConstraintsSerializer(serializers.Serializer):
    licence = serializers.ChoiceField(choices=FILTERS["licence"], required=False)
    price = serializers.ChoiceField(choices=FILTERS["price"], required=False)
    weights = serializers.ChoiceField(choices=FILTERS["weights"], required=False)
    source = serializers.ChoiceField(choices=FILTERS["source"], required=False)  # type: ignore[assignment]
    runs = serializers.ChoiceField(choices=FILTERS["runs"], required=False)
    input = serializers.ListField(child=serializers.ChoiceField(choices=FILTERS["input"]), required=False)
    output = serializers.ListField(child=serializers.ChoiceField(choices=FILTERS["output"]), required=False)

    def to_internal_value(self, data: Any) -> Any:
        refuse_unknown(self, data)
        return super().to_internal_value(data)


def refuse_unknown(shape: serializers.Serializer, sent: Any) -> None:
    """A name that nobody knows is refused, as in addresses: whoever sends it expects something of it."""
    known = ", ".join(shape.fields)
    if unknown := [name for name in sent if name not in shape.fields] if isinstance(sent, dict) else []:
        raise serializers.ValidationError(
            {name[:60]: [f"There is no such field; there are {known}."] for name in unknown}
        )


class ResolveSerializer(serializers.Serializer):
    intent = serializers.CharField(max_length=LONGEST, help_text="A need in plain words.")
    limit = serializers.IntegerField(min_value=1, max_value=MOST, default=LIMIT)
    kind = serializers.ChoiceField(choices=Kind.choices, required=False)
    constraints = ConstraintsSerializer(required=False)


class BestSerializer(MatchSerializer):
    invocation = InvocationSerializer(allow_null=True, help_text="How it is taken into use, where its ids say so.")


class ResolvedSerializer(serializers.Serializer):
    intent = serializers.CharField()
    answered = serializers.BooleanField()
    confidence = serializers.FloatField()
    token = serializers.CharField()
    understood = UnderstoodSerializer(many=True)
    best = BestSerializer(allow_null=True, help_text="Null where nothing fits well.")
    alternatives = MatchSerializer(many=True)
    near = MatchSerializer(many=True)


class FeedbackSerializer(serializers.Serializer):
    token = serializers.CharField(max_length=1_024)
    artifact = serializers.CharField(max_length=120, help_text="The slug of the one that this is about.")
    choice = serializers.BooleanField(required=False, help_text="True: this is the one that was taken.")
    outcome = serializers.ChoiceField(choices=REPORTED, required=False)
    comment = serializers.CharField(max_length=LONGEST_COMMENT, required=False, allow_blank=True)


class TakenSerializer(serializers.Serializer):
    status = serializers.CharField(help_text="Always “taken”, whether it counts or not.")
