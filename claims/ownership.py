"""Whose listing is it? Claims are opened, proven, suspended, released and revoked here, and nowhere else.

Every change of a claim's state is one transaction with one entry in the audit log, and `Artifact.verified_until` is
written in it. Looking at the places themselves is checking.py's part; what a look means is standing.py's.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Mapping
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from catalog.changes import change
from catalog.choices import PUBLIC_LIFECYCLES
from catalog.models import Artifact
from catalog.publishing import set_verified_until
from claims import notices, tokens
from claims.audit import written
from claims.choices import HOLDING, OPEN, ClaimState, DisputeState, Outcome, OverrideState, ProofState, Role
from claims.dropping import drop_all
from claims.models import Claim, Dispute, Look, Member, Override, Proof
from claims.permissions import has_rights
from claims.places import Place, places_of
from claims.proofs import Seen
from claims.proven import standing_of
from claims.standing import CHALLENGE_FOR, RIGHTS_FOR, SUSPENDED_FOR, next_look, passed, seen
from claims.wording import told

#: Of one account: claims that wait at the same time, and words that are given out within a day.
MOST_OPEN, MOST_A_DAY = 10, 20
#: When a dispute's two proofs are looked at again, after it was opened.
DISPUTE_LOOKS = (dt.timedelta(hours=1), dt.timedelta(hours=24), dt.timedelta(hours=72))


class CannotClaim(Exception):
    """With a sentence for the person who tried."""


def places(artifact: Artifact) -> list[Place]:
    return places_of(
        kind=artifact.kind,
        homepage=artifact.homepage,
        repository=artifact.repository,
        ids=dict(artifact.identifier_rows.values_list("scheme", "value")),
    )


def is_proven_at(proof: Proof, artifact: Artifact) -> bool:
    """Whether what it shows to be somebody's is a place of this listing. Of the demo's it always is."""
    here = {(str(one.method), one.where) for one in places(artifact)}
    return proof.claim.is_demo or (proof.method, proof.place) in here


def holder_of(artifact_id: int) -> Claim | None:
    return Claim.objects.filter(artifact=artifact_id, state__in=HOLDING).first()


def claims_of(person: User) -> list[Claim]:
    """All that somebody has opened or looks after, the newest first."""
    mine = Q(opened_by=person) | Q(members__user=person)
    return list(Claim.objects.filter(mine).select_related("artifact").distinct())


def is_party(person: User, artifact: int) -> bool:
    """Whether somebody has a claim of that listing, of whichever state: such an editor leaves it to another one."""
    return any(one.artifact_id == artifact for one in claims_of(person))


def dispute_of(claim: Claim) -> Dispute | None:
    about = Q(holder=claim) | Q(challenger=claim)
    return Dispute.objects.filter(about).exclude(state=DisputeState.SETTLED).first()


def expires_at(proof: Proof) -> dt.datetime:
    return proof.issued_at + CHALLENGE_FOR


# --- by people --------------------------------------------------------------------------------------------------------


def open_claim(artifact: Artifact, place: Place, *, by: User, now: dt.datetime) -> Proof:
    """A new claim, or another challenge for one's own: the older one is dead from then on. Raises CannotClaim."""
    if artifact.lifecycle not in PUBLIC_LIFECYCLES:
        raise CannotClaim("This listing is not public, so it cannot be claimed.")
    if not EmailAddress.objects.filter(user=by, verified=True).exists():
        raise CannotClaim("Confirm your e-mail address first: letters about the claim go there.")
    if place not in places(artifact):
        raise CannotClaim("That is no place by which this listing can be proven.")
    with change():
        # One after the other per account, so that two clicks at once count as two.
        User.objects.select_for_update().get(pk=by.pk)
        mine = Claim.objects.filter(artifact=artifact, members__user=by, members__role=Role.OWNER, state__in=HOLDING)
        waits = Claim.objects.filter(artifact=artifact, opened_by=by, state__in=set(OPEN) - set(HOLDING))
        claim = mine.first() or waits.first()
        if claim is not None and claim.is_demo:
            raise CannotClaim("This claim is the demo’s, and so is its proof: there is no other way.")
        _check_limits(by, now, is_new=claim is None)
        if claim is None:
            claim = Claim.objects.create(artifact=artifact, opened_by=by, opened_at=now)
            written("opened", at=now, actor=by.pk, artifact=artifact.pk, claim=claim.pk, after={"state": claim.state})
        claim.proofs.filter(state=ProofState.PENDING).update(state=ProofState.OVER)
        return Proof.objects.create(
            claim=claim,
            method=place.method,
            place=place.where,
            scope=place.scope,
            token=tokens.challenge(),
            issued_at=now,
            next_check_at=now + dt.timedelta(minutes=10),
        )


def _check_limits(by: User, now: dt.datetime, *, is_new: bool) -> None:
    waits = Claim.objects.filter(opened_by=by, state__in=(ClaimState.PENDING, ClaimState.CONTESTED))
    if is_new and waits.count() >= MOST_OPEN:
        raise CannotClaim(f"You have {MOST_OPEN} claims that wait for their proof. Prove or give up one of them first.")
    theirs = Q(claim__opened_by=by) | Q(claim__members__user=by, claim__members__role=Role.OWNER)
    if Proof.objects.filter(theirs, issued_at__gt=now - dt.timedelta(days=1)).distinct().count() >= MOST_A_DAY:
        raise CannotClaim(f"You have begun {MOST_A_DAY} proofs within a day. Go on tomorrow.")


def give_up(claim: Claim, *, by: User, now: dt.datetime) -> None:
    with change():
        it = locked(claim.pk)
        # Who waited for the lock may have been let go meanwhile.
        theirs = it.opened_by_id == by.pk or it.members.filter(user=by, role=Role.OWNER).exists()
        if it.state in OPEN and theirs:
            moved(it, ClaimState.RELEASED, now=now, actor=by.pk, why="Given up by its owner.")


def revoke(claim: Claim, *, by: User, why: str, now: dt.datetime, agreed_by: User | None = None) -> None:
    """An editor takes it away, at once; while its proof stands, two of them (see overrides). Raises CannotClaim."""
    if not why.strip():
        raise CannotClaim("Say why; its people will read it.")
    with change():
        it = locked(claim.pk)
        if it.state not in OPEN:
            raise CannotClaim("It is over already.")
        if is_party(by, it.artifact_id):
            raise CannotClaim("You have a claim of this listing yourself: another editor decides.")
        if agreed_by is None and has_rights(it, now=now):
            raise CannotClaim("Its proof stands: a second editor has to agree.")
        moved(it, ClaimState.REVOKED, now=now, actor=by.pk, why=why.strip())


# --- by looks and by time ---------------------------------------------------------------------------------------------


def took_place(
    proof_id: int,
    found: Seen,
    *,
    host: str,
    by: User | None,
    now: dt.datetime,
    draw: Callable[[], float] = random.random,
) -> Look:
    """What a look at the proof has shown, and all that follows from it."""
    with change():
        proof = Proof.objects.select_for_update().get(pk=proof_id)
        claim = locked(proof.claim_id)
        look = Look.objects.create(
            proof=proof, by=by, host=host, at=now, outcome=found.outcome, code=found.code, evidence=dict(found.evidence)
        )
        proof.last_checked_at, proof.last_outcome, proof.last_code = now, found.outcome, found.code
        proof.looked_at_until = None
        if proof.state == ProofState.OVER or claim.state not in OPEN:
            proof.next_check_at = None
            proof.save()
            return look
        proof.next_check_at = next_look(now, draw())
        if proof.state == ProofState.PENDING:
            _asked_for(proof, claim, found, now=now, by=by)
        else:
            _looked_for(proof, claim, found, now=now)
        proof.save()
        publish(claim)
        return look


def _asked_for(proof: Proof, claim: Claim, found: Seen, *, now: dt.datetime, by: User | None) -> None:
    if _is_too_late(proof, claim, now) or (claim.opened_by is None and not claim.members.exists()):
        proof.state, proof.next_check_at = ProofState.OVER, None
        return
    if found.outcome != Outcome.PRESENT:
        # Nobody knows when it will be put there: often at first, then with every look.
        proof.next_check_at = now + max(dt.timedelta(minutes=10), (now - proof.issued_at) / 4)
        return
    claim.proofs.filter(state=ProofState.STANDING).update(state=ProofState.OVER)
    proof.state, proof.ids = ProofState.STANDING, dict(found.ids)
    proof.first_present_at = proof.last_present_at = now
    was = claim.state
    holder = Claim.objects.filter(artifact=claim.artifact_id, state__in=HOLDING).exclude(pk=claim.pk).first()
    state = ClaimState.CONTESTED if holder is not None else ClaimState.PROVEN
    claim.first_proven_at = claim.first_proven_at or now
    if was != state:
        moved(claim, state, now=now, actor=by.pk if by else None, evidence=found.evidence)
    else:
        claim.save()
        notices.tell(claim, "proof_changed")
        written(
            "proof changed", at=now, actor=by.pk if by else None, artifact=claim.artifact_id, claim=claim.pk,
            after={"method": proof.method, "place": proof.place}, evidence=found.evidence,
        )  # fmt: skip
    if claim.opened_by is not None and not claim.members.exists():
        Member.objects.create(claim=claim, user=claim.opened_by, role=Role.OWNER, since=now)
    if holder is not None and was == ClaimState.PENDING:
        _contest(holder, claim, now=now)


def _is_too_late(proof: Proof, claim: Claim, now: dt.datetime) -> bool:
    """A second word is good as long as a first one; that of whoever a listing was handed to, as long as the claim."""
    was_handed_on = claim.proofs.filter(state=ProofState.STANDING, good_until__isnull=False).exists()
    return claim.state != ClaimState.PENDING and not was_handed_on and now >= expires_at(proof)


def _contest(holder: Claim, challenger: Claim, *, now: dt.datetime) -> None:
    dispute = Dispute.objects.create(
        holder=holder, challenger=challenger, opened_at=now, next_look_at=now + DISPUTE_LOOKS[0]
    )
    written(
        "disputed", at=now, artifact=holder.artifact_id, claim=challenger.pk,
        after={"dispute": dispute.pk, "holder": holder.pk},
    )  # fmt: skip
    notices.tell(holder, "disputed")
    notices.tell(challenger, "disputed")


def _looked_for(proof: Proof, claim: Claim, found: Seen, *, now: dt.datetime) -> None:
    before = standing_of(proof, claim)
    after = seen(before, found.outcome, now=now)
    proof.last_present_at = after.last_present_at
    proof.first_absent_at, proof.absent_count = after.first_absent_at, after.absent_count
    if after.state != before.state:
        moved(claim, after.state, now=now, suspended_at=after.suspended_at, evidence=found.evidence)
    if found.outcome == Outcome.ABSENT and after.absent_count == 1:
        notices.tell(claim, "absent")


def pass_time(*, now: dt.datetime) -> int:
    """Claims for which only time has brought a change: how many there were. One question where there are none: each
    that is looked at more closely holds up every other change of the catalog for a moment.
    """
    unseen = Q(proofs__state=ProofState.STANDING) & (
        Q(proofs__last_present_at__lte=now - RIGHTS_FOR) | Q(proofs__good_until__lte=now)
    )
    due = (
        Claim.objects.filter(
            Q(state=ClaimState.PENDING, opened_at__lte=now - CHALLENGE_FOR)
            | Q(state__in=(ClaimState.PROVEN, ClaimState.CONTESTED)) & unseen
            | Q(state=ClaimState.SUSPENDED, suspended_at__lte=now - SUSPENDED_FOR)
            | Q(state__in=OPEN)
            & (Q(artifact__merged_into__isnull=False) | ~Q(artifact__lifecycle__in=PUBLIC_LIFECYCLES))
        )
        .distinct()
        .values_list("pk", flat=True)
    )
    return sum(_passed(pk, now=now) for pk in due)


def _passed(pk: int, *, now: dt.datetime) -> bool:
    with change():
        claim = locked(pk)
        if claim.artifact.merged_into_id:
            _follow(claim, now=now)
            return True
        if claim.state in OPEN and claim.artifact.lifecycle not in PUBLIC_LIFECYCLES:
            moved(claim, ClaimState.RELEASED, now=now, why="The listing was withdrawn.")
            return True
        proofs = {proof.state: proof for proof in claim.proofs.exclude(state=ProofState.OVER)}
        proof = proofs.get(ProofState.PENDING if claim.state == ClaimState.PENDING else ProofState.STANDING)
        if proof is None:
            return False
        before = standing_of(proof, claim)
        after = passed(before, now=now)
        if after.state == before.state:
            return False
        moved(claim, after.state, now=now, suspended_at=after.suspended_at)
        publish(claim)
        return True


def _follow(claim: Claim, *, now: dt.datetime) -> None:
    """Its listing was merged into another one: the claim goes along, and does not push out whoever holds that."""
    left, heir = claim.artifact, claim.artifact
    while heir.merged_into is not None:
        heir = heir.merged_into
    was, holder = claim.state, holder_of(heir.pk)
    same = Claim.objects.filter(artifact=heir, opened_by=claim.opened_by, state__in=OPEN).exclude(pk=claim.pk)
    if same.exists() or (holder is not None and was != ClaimState.PROVEN and was != ClaimState.CONTESTED):
        moved(claim, ClaimState.RELEASED, now=now, why="Its listing was merged into one that is claimed already.")
        return
    proofs = claim.proofs.exclude(state=ProofState.OVER)
    kept = {proof.state: proof.pk for proof in proofs if is_proven_at(proof, heir)}
    if (ProofState.PENDING if was == ClaimState.PENDING else ProofState.STANDING) not in kept:
        # What is somebody's elsewhere does not become theirs by a merge.
        why = f"Its listing was merged into {heir.name}, which has other places to be proven at."
        moved(claim, ClaimState.RELEASED, now=now, why=why)
        return
    proofs.exclude(pk__in=kept.values()).update(state=ProofState.OVER, next_check_at=None)
    claim.artifact = heir
    if holder is not None:
        claim.state = ClaimState.CONTESTED
    claim.save()
    written(
        "followed", at=now, artifact=heir.pk, claim=claim.pk,
        before={"state": was, "artifact": left.pk}, after={"state": claim.state, "artifact": heir.pk},
    )  # fmt: skip
    set_verified_until(left, None)
    if holder is not None and was == ClaimState.PROVEN:
        _contest(holder, claim, now=now)
    publish(claim)


# --- what all of them share -------------------------------------------------------------------------------------------


def locked(pk: int) -> Claim:
    return Claim.objects.select_for_update(of=("self",)).select_related("artifact", "opened_by").get(pk=pk)


#: States into which no claim comes without a mail of that name.
_TOLD = (ClaimState.PROVEN, ClaimState.SUSPENDED, ClaimState.RELEASED, ClaimState.REVOKED, ClaimState.EXPIRED)


def moved(
    claim: Claim,
    state: ClaimState,
    *,
    now: dt.datetime,
    actor: int | None = None,
    why: str = "",
    suspended_at: dt.datetime | None = None,
    evidence: Mapping[str, Any] | None = None,
    heir: Claim | None = None,
) -> None:
    """`heir`: of those who wait for it, whose the listing is once this claim has ended; else the first's."""
    was = claim.state
    if state in _TOLD:
        notices.tell(claim, state.value)  # while its people are still its people
    claim.state, claim.suspended_at = state, suspended_at
    if state not in OPEN:
        claim.ended_at, claim.why = now, why
        _end(claim, now=now)
    claim.save()
    written(
        state, at=now, actor=actor, artifact=claim.artifact_id, claim=claim.pk,
        before={"state": was}, after={"state": state, **({"why": why} if why else {})}, evidence=evidence,
    )  # fmt: skip
    if state not in OPEN:
        _succeeded(claim, heir, now=now)
        publish(claim)


def _succeeded(ended: Claim, heir: Claim | None, *, now: dt.datetime) -> None:
    """Whoever has proven it, too, and only waited for this one: it is theirs now. Disputes about it are over."""
    for side, winner in (("holder", "challenger"), ("challenger", "holder")):
        over = Dispute.objects.filter(**{side: ended}).exclude(state=DisputeState.SETTLED)
        end_overrides(Override.objects.filter(dispute__in=over), now=now)
        over.update(
            state=DisputeState.SETTLED, outcome=winner, settled_at=now, next_look_at=None, why="The other claim ended."
        )
    if holder_of(ended.artifact_id) is not None:
        return
    waits = Claim.objects.filter(artifact=ended.artifact_id, state=ClaimState.CONTESTED).order_by(
        "first_proven_at", "pk"
    )
    heir = heir or waits.first()
    if heir is not None:
        moved(locked(heir.pk), ClaimState.PROVEN, now=now)
        for other in waits.exclude(pk=heir.pk):
            _contest(heir, other, now=now)


def _end(claim: Claim, *, now: dt.datetime) -> None:
    """Nothing of it is left for whoever comes next: no right, no invitation, no transfer on its way."""
    claim.proofs.exclude(state=ProofState.OVER).update(state=ProofState.OVER, next_check_at=None)
    end_overrides(claim.overrides.all(), now=now)
    drop_all(claim, now=now, why="The claim has ended.")


def end_overrides(rows: QuerySet[Override], *, now: dt.datetime) -> None:
    """What they asked for has come about, or cannot any more."""
    rows.filter(state=OverrideState.WAITING).update(state=OverrideState.MOOT, answered_at=now)


def publish(claim: Claim) -> None:
    """What the public sees of whoever holds the listing now. Nobody's: nothing."""
    holder = holder_of(claim.artifact_id)
    proof = holder.proofs.filter(state=ProofState.STANDING).first() if holder else None
    until = standing_of(proof, holder).badge_until() if holder and proof else None
    how = told(proof) if proof is not None and until is not None else ""
    columns = ("verified_until", "verified_how")
    if Artifact.objects.filter(pk=claim.artifact_id).values_list(*columns).get() != (until, how):
        set_verified_until(claim.artifact, until, how)
