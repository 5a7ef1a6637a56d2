"""One artifact's take on one capability, with what speaks for it."""

# A declared field leaves the class, so it may have the name of an attribute.
# mypy: disable-error-code="assignment"

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from catalog.api.enums import ConfidenceLevel
from catalog.api.serializers import parts
from catalog.api.serializers.shape import Making, address, lines, words
from catalog.choices import DataType, Frequency, Origin, TakenApartBy
from catalog.parts import AgainstLine, OfferingPart


class CapabilityMentionSerializer(serializers.Serializer):
    slug = serializers.CharField()
    name = serializers.CharField()
    uri = words("capability://group.name")
    url = address("Its page.")


class ConfidenceSerializer(serializers.Serializer):
    """How sure one can be, computed from the evidence."""

    level = serializers.ChoiceField(choices=ConfidenceLevel)
    score = serializers.FloatField(help_text="0 to 1.")
    reason = serializers.CharField()


class EvidenceSerializer(serializers.Serializer):
    source = parts.SourceSerializer()
    quote = serializers.CharField(allow_blank=True)
    dated_on = serializers.DateField(allow_null=True, help_text="When the source said it.")
    origin = serializers.ChoiceField(choices=Origin.choices)


class ReplySerializer(serializers.Serializer):
    text = serializers.CharField()
    dated_on = serializers.DateField(help_text="Since when it stands there.")


class AgainstSerializer(serializers.Serializer):
    """How it stands against a named alternative."""

    artifact = parts.MentionSerializer()
    text = serializers.CharField()
    reply = ReplySerializer(allow_null=True, help_text="What the alternative's owner says to that.")


class FailureModeSerializer(serializers.Serializer):
    mode = serializers.CharField()
    frequency = serializers.ChoiceField(choices=Frequency.choices)
    mitigation = serializers.CharField(allow_blank=True)


class OfferingSerializer(serializers.Serializer):
    """One artifact's take on one capability."""

    capability = CapabilityMentionSerializer()
    title = serializers.CharField()
    description = serializers.CharField()
    unique = words("What only this artifact does, or does its own way.", allow_blank=True)
    confidence = ConfidenceSerializer()
    evidence = EvidenceSerializer(many=True)
    against = AgainstSerializer(many=True)
    intents = lines("Needs it serves, in plain words.")
    best_for = lines("When to choose it.")
    limitations = lines("When not to.")
    requires = lines("What it needs to work.")
    input_types = serializers.ListField(child=serializers.ChoiceField(choices=DataType.choices))
    output_types = serializers.ListField(child=serializers.ChoiceField(choices=DataType.choices))
    failure_modes = FailureModeSerializer(many=True)
    taken_apart_by = serializers.ChoiceField(choices=TakenApartBy.choices, help_text="Who described it.")


def offering(part: OfferingPart, making: Making) -> dict[str, Any]:
    return {
        "capability": {
            "slug": part.capability_slug,
            "name": part.capability_name,
            "uri": part.capability_uri,
            "url": making.addresses.capability(part.capability_slug),
        },
        "title": part.title,
        "description": part.description,
        "unique": part.unique,
        "confidence": {
            "level": ConfidenceLevel[part.confidence.level],
            "score": part.confidence.score,
            "reason": part.confidence.reason,
        },
        "evidence": [
            {
                "source": parts.source(line.source, making),
                "quote": line.quote,
                "dated_on": line.on,
                "origin": line.origin,
            }
            for line in part.evidence
        ],
        "against": [
            {"artifact": parts.mention(line.other, making), "text": line.text, "reply": _reply(line)}
            for line in part.against
        ],
        "intents": part.intents,
        "best_for": part.best_for,
        "limitations": part.limitations,
        "requires": part.requires,
        "input_types": part.input_types,
        "output_types": part.output_types,
        "failure_modes": [
            {"mode": mode.mode, "frequency": mode.frequency, "mitigation": mode.mitigation}
            for mode in part.failure_modes
        ],
        "taken_apart_by": part.by,
    }


def _reply(line: AgainstLine) -> dict[str, Any] | None:
    return {"text": line.reply, "dated_on": line.replied_on} if line.replied_on is not None else None
