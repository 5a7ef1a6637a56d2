"""A listing is taken from somebody whose proof stands, or shared with somebody else, by two editors: one asks for it,
another one agrees or refuses.

Without a proof that stands one is enough, and it takes effect at once. Both are asked by the same two functions.
"""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.models import User

from catalog.changes import change
from claims import disputes, ownership
from claims.audit import written
from claims.choices import DisputeState, OverrideState
from claims.disputes import CannotSettle
from claims.models import Claim, Dispute, Override
from claims.ownership import CannotClaim, is_party, locked
from claims.permissions import has_rights


def take_back(claim: Claim, *, why: str, by: User, now: dt.datetime) -> Override | None:
    """None where it is done; otherwise what waits for a second editor. Raises CannotClaim."""
    with change():
        it = locked(claim.pk)
        if has_rights(it, now=now):
            return _ask(it, why=why, by=by, now=now)
        ownership.revoke(it, by=by, why=why, now=now)
        return None


def settle(dispute: Dispute, outcome: str, *, why: str, by: User, now: dt.datetime) -> Override | None:
    """The same of a dispute. Raises CannotClaim and CannotSettle."""
    with change():
        holder = locked(dispute.holder_id)
        if disputes.takes_two(holder, outcome, now=now):
            if Dispute.objects.get(pk=dispute.pk).state == DisputeState.SETTLED:
                raise CannotSettle("It has been settled.")
            return _ask(holder, dispute, outcome, why=why, by=by, now=now)
        disputes.settle(dispute, outcome, why=why, by=by, now=now)
        return None


def _ask(
    claim: Claim, dispute: Dispute | None = None, outcome: str = "", *, why: str, by: User, now: dt.datetime
) -> Override:
    if not why.strip():
        raise CannotClaim("Say why; its people will read it.")
    if is_party(by, claim.artifact_id):
        raise CannotClaim("You have a claim of this listing yourself: another editor decides.")
    if claim.overrides.filter(state=OverrideState.WAITING).exists():
        raise CannotClaim("Another editor has asked for it already: agree, or refuse it.")
    it = Override.objects.create(
        claim=claim, dispute=dispute, outcome=outcome, why=why.strip(), asked_by=by, asked_at=now
    )
    _noted("override asked", it, by=by, now=now, why=it.why)
    return it


def agree(override: Override, *, by: User, now: dt.datetime) -> None:
    """It is done, in the name of whoever asked. Raises CannotClaim and CannotSettle."""
    with change():
        it = _waiting(override, by)
        if it.asked_by_id == by.pk:
            raise CannotClaim("You asked for it yourself: somebody else has to agree.")
        right = "claims.change_claim" if it.dispute is None else "claims.change_dispute"
        if it.asked_by is None or not (it.asked_by.is_staff and it.asked_by.has_perm(right)):
            raise CannotClaim("Whoever asked for it may no longer do so. Refuse it, and ask anew.")
        _answered(it, OverrideState.AGREED, by=by, now=now)
        if it.dispute is not None:
            disputes.settle(it.dispute, it.outcome, why=it.why, by=it.asked_by, now=now, agreed_by=by)
        else:
            ownership.revoke(it.claim, by=it.asked_by, why=it.why, now=now, agreed_by=by)


def refuse(override: Override, *, why: str, by: User, now: dt.datetime) -> None:
    """Also by whoever asked: then it is taken back. Raises CannotClaim."""
    if not why.strip():
        raise CannotClaim("Say why not; whoever asked reads it.")
    with change():
        it = _waiting(override, by)
        it.answer = why.strip()
        _answered(it, OverrideState.REFUSED, by=by, now=now)


def _waiting(override: Override, by: User) -> Override:
    rows = Override.objects.select_for_update(of=("self",)).select_related("claim", "dispute", "asked_by")
    it = rows.get(pk=override.pk)
    if it.state != OverrideState.WAITING:
        raise CannotClaim("It does not wait any more. Look at it again.")
    if is_party(by, it.claim.artifact_id):
        raise CannotClaim("You have a claim of this listing yourself: another editor decides.")
    return it


def _answered(it: Override, state: OverrideState, *, by: User, now: dt.datetime) -> None:
    it.state, it.answered_by, it.answered_at = state, by, now
    it.save()
    _noted(f"override {state}", it, by=by, now=now, why=it.answer)


def _noted(verb: str, it: Override, *, by: User, now: dt.datetime, why: str) -> None:
    said = {"override": it.pk, **({"why": why} if why else {})}
    written(verb, at=now, actor=by.pk, artifact=it.claim.artifact_id, claim=it.claim_id, after=said)
