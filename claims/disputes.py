"""Two that have both proven the same listing: their proofs are looked at again for three days, then it is settled.

If only one of them still stands then, the listing is theirs; if one of two is the stronger kind of proof, it is that
one's. Otherwise an editor settles it. Nothing passes to anybody before, and with it nothing of whoever had it.
"""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.models import User

from catalog.changes import change
from claims import checking, notices
from claims.audit import written
from claims.choices import OPEN, STRENGTH, ClaimState, DisputeState, Method, Outcome, ProofState, Role
from claims.models import Claim, Dispute, Member, Proof
from claims.ownership import DISPUTE_LOOKS, end_overrides, is_party, is_proven_at, locked, moved, publish
from claims.permissions import has_rights
from claims.proofs import Reach

HOLDER, CHALLENGER, BOTH = "holder", "challenger", "both"


class CannotSettle(Exception):
    """With a sentence for the editor who tried."""


def look_again(*, now: dt.datetime, reach: Reach | None = None) -> int:
    """Disputes whose proofs were due to be looked at: how many there were."""
    due = list(Dispute.objects.filter(state=DisputeState.OPEN, next_look_at__lte=now).values_list("pk", flat=True))
    for pk in due:
        _look(pk, now=now, reach=reach)
    return len(due)


def _look(pk: int, *, now: dt.datetime, reach: Reach | None) -> None:
    dispute = Dispute.objects.select_related("holder", "challenger").get(pk=pk)
    told: dict[str, str] = {"at": f"{now:%Y-%m-%d %H:%M}"}
    for side, claim in ((HOLDER, dispute.holder), (CHALLENGER, dispute.challenger)):
        proof = claim.proofs.filter(state=ProofState.STANDING).first()
        told[side] = _outcome(proof, now=now, reach=reach)
    with change():
        dispute = Dispute.objects.select_for_update(of=("self",)).get(pk=pk)
        if dispute.state != DisputeState.OPEN or dispute.next_look_at is None or dispute.next_look_at > now:
            return  # it was settled meanwhile, or somebody else has looked
        dispute.looks = [*dispute.looks, told]
        left = DISPUTE_LOOKS[len(dispute.looks) :]
        dispute.next_look_at = max(now, dispute.opened_at + left[0]) if left else None
        if not left:
            dispute.state = DisputeState.WAITING
        dispute.save()
    winner = None if left else _winner(dispute, told)
    if winner:
        settle(dispute, winner, why=_WHY[winner], by=None, now=now)


#: What the people of both claims read where nobody had to decide.
_WHY = {
    HOLDER: "After three days the holder's proof stood; the other one no longer did, or was the weaker kind.",
    CHALLENGER: "After three days the challenger's proof stood; the holder's no longer did, or was the weaker kind.",
}


def _outcome(proof: Proof | None, *, now: dt.datetime, reach: Reach | None) -> str:
    """What counts is what stands there now; a look that could not be made is like one that saw nothing clear."""
    if proof is None:
        return Outcome.ABSENT
    try:
        look = checking.look_for(proof, now=now, reach=reach)
    except checking.CannotLook:
        return Outcome.UNKNOWN
    return look.outcome if look is not None else Outcome.UNKNOWN


def _winner(dispute: Dispute, last: dict[str, str]) -> str | None:
    for claim in (dispute.holder, dispute.challenger):
        proof = claim.proofs.filter(state=ProofState.STANDING).first()
        if proof is not None and not is_proven_at(proof, claim.artifact):
            return None  # of a place that the listing does not name, or no longer: that takes eyes
    holds, challenges = last[HOLDER], last[CHALLENGER]
    gone = (Outcome.ABSENT, Outcome.MISMATCH)
    if holds == Outcome.PRESENT and challenges in gone:
        return HOLDER
    if challenges == Outcome.PRESENT and holds in gone:
        return CHALLENGER
    if holds == challenges == Outcome.PRESENT:
        one, other = _strength(dispute.holder), _strength(dispute.challenger)
        return None if one == other else HOLDER if one > other else CHALLENGER
    return None


def _strength(claim: Claim) -> int:
    proof = claim.proofs.filter(state=ProofState.STANDING).first()
    return STRENGTH[Method(proof.method)] if proof else 0


def takes_two(holder: Claim, outcome: str, *, now: dt.datetime) -> bool:
    """Whether a second editor has to agree: a proof that stands would lose the listing, or have to share it."""
    return outcome != HOLDER and has_rights(holder, now=now)


def settle(
    dispute: Dispute,
    outcome: str,
    *,
    why: str,
    by: User | None,
    now: dt.datetime,
    agreed_by: User | None = None,
) -> None:
    """For the holder, for the challenger, or for both together. No editor alone takes it from a holder whose proof
    stands, or gives somebody else a share in it (see overrides). Raises CannotSettle.
    """
    if not why.strip():
        raise CannotSettle("Say why; the people of both claims read it.")
    if outcome not in (HOLDER, CHALLENGER, BOTH):
        raise CannotSettle("Say for whom.")
    with change():
        it = Dispute.objects.select_for_update(of=("self",)).get(pk=dispute.pk)
        if it.state == DisputeState.SETTLED:
            raise CannotSettle("It has been settled.")
        holder, challenger = locked(it.holder_id), locked(it.challenger_id)
        if by is not None and is_party(by, holder.artifact_id):
            raise CannotSettle("You have a claim of this listing yourself: another editor decides.")
        if by is not None and agreed_by is None and takes_two(holder, outcome, now=now):
            raise CannotSettle("The holder's proof stands: a second editor has to agree.")
        it.state, it.outcome, it.why, it.next_look_at = DisputeState.SETTLED, outcome, why.strip(), None
        it.settled_at, it.settled_by = now, by
        it.save()
        end_overrides(it.overrides.all(), now=now)
        actor = by.pk if by else None
        written(
            "settled", at=now, actor=actor, artifact=holder.artifact_id, claim=challenger.pk,
            after={"dispute": it.pk, "outcome": outcome, "why": it.why},
        )  # fmt: skip
        if outcome == CHALLENGER:
            if holder.state in OPEN:
                moved(holder, ClaimState.REVOKED, now=now, actor=actor, why=it.why, heir=challenger)
        else:
            if outcome == BOTH and holder.state in OPEN and challenger.opened_by is not None:
                Member.objects.update_or_create(  # who helped with it before is its owner now
                    claim=holder,
                    user=challenger.opened_by,
                    defaults={"role": Role.OWNER},
                    create_defaults={"role": Role.OWNER, "since": now},
                )
                notices.tell(holder, "shared")
            if challenger.state in OPEN:
                moved(challenger, ClaimState.RELEASED, now=now, actor=actor, why=it.why)
        publish(holder)
