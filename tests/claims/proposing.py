"""A claim that is proven without asking any place, and what its owner proposes."""

from __future__ import annotations

import datetime as dt
from typing import Any

from catalog.desk import proposals
from catalog.models import Artifact, Proposal
from claims import ownership
from claims.choices import ClaimState, ProofState, Role
from claims.listing import propose
from claims.models import Claim, Member, Proof
from tests import cast
from tests.claims.conftest import NOW, place_of


def proven(artifact: Artifact, *, now: dt.datetime = NOW, method: str = "well_known") -> Claim:
    """Olga's, proven without asking any place."""
    proof = ownership.open_claim(artifact, place_of(artifact, method), by=cast.olga(), now=now)
    Proof.objects.filter(pk=proof.pk).update(
        state=ProofState.STANDING, first_present_at=now, last_present_at=now, last_checked_at=now
    )
    Claim.objects.filter(pk=proof.claim_id).update(state=ClaimState.PROVEN, first_proven_at=now)
    Member.objects.create(claim=proof.claim, user=cast.olga(), role=Role.OWNER, since=now)
    return Claim.objects.select_related("artifact").get(pk=proof.claim_id)


def ask(claim: Claim, section: str, sent: dict[str, Any], **more: Any) -> list[Proposal]:
    return propose(claim, section, sent, by=cast.olga(), now=more.pop("now", NOW), **more)


def accept(proposal: Proposal, **more: Any) -> Proposal:
    proposals.accept(proposal, by=cast.erin(), **more)
    return Proposal.objects.get(pk=proposal.pk)
