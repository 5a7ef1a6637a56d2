"""What is told of one's own, field by field."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from catalog.api.addresses import Addresses
from claims.choices import ClaimState, Method, Outcome, ProofState, Role
from claims.models import Claim, Proof
from claims.permissions import Verb

#: Under a name of its own in the API's description.
VERBS = [(verb.value, verb.value) for verb in Verb]


class ClaimedArtifactSerializer(serializers.Serializer):
    slug = serializers.CharField()
    name = serializers.CharField()
    url = serializers.URLField(help_text="Its page.")


class ProofSerializer(serializers.Serializer):
    method = serializers.ChoiceField(choices=Method.choices, help_text="How it is proven.")
    place = serializers.CharField(help_text="Where the word has to stand.")
    scope = serializers.CharField(help_text="What having it shows, in words.")
    state = serializers.ChoiceField(choices=ProofState.choices)
    last_checked_at = serializers.DateTimeField(allow_null=True)
    last_outcome = serializers.ChoiceField(choices=Outcome.choices, allow_null=True, help_text="What was seen then.")
    last_present_at = serializers.DateTimeField(allow_null=True, help_text="When it was seen to be there.")


class ClaimSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    artifact = ClaimedArtifactSerializer()
    state = serializers.ChoiceField(choices=ClaimState.choices)
    role = serializers.ChoiceField(
        choices=Role.choices,
        allow_null=True,
        help_text="Yours. Null while it waits for its proof, and once it is over.",
    )
    opened_at = serializers.DateTimeField()
    first_proven_at = serializers.DateTimeField(allow_null=True)
    suspended_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    why = serializers.CharField(help_text="Why it ended; empty where nobody said.")
    url = serializers.URLField(help_text="Its page, for its people.")


class ClaimDetailSerializer(ClaimSerializer):
    may = serializers.ListField(
        child=serializers.ChoiceField(choices=VERBS),
        help_text="What you may do with it now; a key may do less.",
    )
    proofs = ProofSerializer(many=True, help_text="The one asked for, and the one that stands.")


def claim_row(claim: Claim, role: str | None, addresses: Addresses) -> dict[str, Any]:
    """In the order of the serializer; a test holds the two against each other."""
    return {
        "id": claim.pk,
        "artifact": {
            "slug": claim.artifact.slug,
            "name": claim.artifact.name,
            "url": addresses.artifact(claim.artifact.slug),
        },
        "state": claim.state,
        "role": role,
        "opened_at": claim.opened_at,
        "first_proven_at": claim.first_proven_at,
        "suspended_at": claim.suspended_at,
        "ended_at": claim.ended_at,
        "why": claim.why,
        "url": addresses.absolute(claim.get_absolute_url()),
    }


def proof_row(proof: Proof) -> dict[str, Any]:
    """Without its word: that is for the page of whoever has to publish it."""
    return {
        "method": proof.method,
        "place": proof.place,
        "scope": proof.scope,
        "state": proof.state,
        "last_checked_at": proof.last_checked_at,
        "last_outcome": proof.last_outcome or None,
        "last_present_at": proof.last_present_at,
    }
