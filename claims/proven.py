"""How a claim stands by what was seen of its proof: rows, read as what `standing` judges."""

from __future__ import annotations

from claims.choices import ClaimState, ProofState
from claims.models import Claim, Proof
from claims.standing import Standing


def standing_of(proof: Proof, claim: Claim) -> Standing:
    """Of the claim, by this proof."""
    since = proof.issued_at if proof.state == ProofState.PENDING else claim.opened_at
    return Standing(
        ClaimState(claim.state),
        since,
        proof.last_present_at,
        proof.first_absent_at,
        proof.absent_count,
        claim.suspended_at,
        proof.good_until,
    )
