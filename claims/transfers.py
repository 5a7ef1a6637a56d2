"""A listing passes to somebody else, because its owner wants it so.

An owner offers it to an address; whoever has confirmed that address accepts; three days later it is theirs alone,
unless an owner calls it off. Then all that anybody had by it ends, and nothing of before is seen by the new owner. That
both have just said their password again is asked at the door.

The listing stays proven by the word that stands. But that word was given to somebody else, so it is good for fourteen
days more, in which the new owner publishes one of their own.
"""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.models import User
from django.db.models import F, Q, QuerySet

from catalog.changes import change
from claims import notices, tokens
from claims.audit import written
from claims.choices import ClaimState, DisputeState, OverrideState, ProofState, Role
from claims.dropping import drop_all
from claims.models import Claim, Dispute, Invitation, Member, Proof, Transfer
from claims.notices import when
from claims.ownership import locked, moved, publish
from claims.people import CannotChange, address_of, check_letters, check_proof, confirmed, led
from claims.permissions import has_rights
from claims.standing import RIGHTS_FOR

TO_ACCEPT, TO_CALL_OFF = dt.timedelta(hours=72), dt.timedelta(hours=72)
#: For how long the word of the one before still proves it.
OLD_WORD_FOR = RIGHTS_FOR


def under_way(claim: Claim) -> Transfer | None:
    return Transfer.objects.filter(claim=claim, ended_at=None).select_related("by").first()


def transfer_of(token: str) -> Transfer | None:
    rows = Transfer.objects.select_related("claim__artifact", "by")
    return rows.filter(token_digest=tokens.digest_of(token)).first()


def offered(person: User, *, now: dt.datetime) -> QuerySet[Transfer]:
    """What waits for somebody's answer, or has been accepted by them and waits for its time."""
    open_to_them = Q(accepted_at=None, expires_at__gt=now, email__in=confirmed(person))
    mine = Transfer.objects.filter(open_to_them | Q(accepted_by=person), ended_at=None)
    return mine.select_related("claim__artifact", "by")


def is_open(transfer: Transfer, *, now: dt.datetime) -> bool:
    """Whether it can still be accepted."""
    return transfer.ended_at is None and transfer.accepted_at is None and now < transfer.expires_at


# --- by people --------------------------------------------------------------------------------------------------------


def start(claim: Claim, email: str, *, by: User, now: dt.datetime) -> Transfer:
    email = address_of(email)
    with change():
        it = led(claim, by, now=now)
        check_proof(it, now=now)
        if email in (by.email.lower(), *confirmed(by)):
            raise CannotChange("That is your own address.")
        if Dispute.objects.filter(holder=it).exclude(state=DisputeState.SETTLED).exists():
            raise CannotChange("Somebody else has proven it, too. It can be handed on once that is settled.")
        before = under_way(it)
        # One that was accepted is for the clock to carry out: whoever handed it on must not do so twice.
        if before is not None and (before.accepted_at is not None or not _passed(before.pk, now=now)):
            raise CannotChange("It is offered to somebody already. Call that off first.")
        check_letters(by, now=now)
        row = Transfer.objects.create(
            claim=it,
            by=by,
            email=email,
            token_digest=tokens.digest_of(tokens.link_token()),  # until its letter is written, nobody has the link
            made_at=now,
            expires_at=now + TO_ACCEPT,
        )
        _log("transfer offered", it, row, by.pk, now)
        notices.tell_by_link(row)
        notices.tell(it, "transfer_asked", who=by.email or "An owner", until=when(row.expires_at), path=_page(it))
        return row


def accept(transfer: Transfer, *, by: User, now: dt.datetime) -> Transfer:
    with change():
        it, row = _held(transfer)
        if row is None or not is_open(row, now=now) or not by.is_active or row.email not in confirmed(by):
            raise CannotChange("This offer is no longer good.")
        if row.by_id == by.pk:
            raise CannotChange("It is yours already.")
        if _is_disputed(row):
            raise CannotChange("Somebody else has proven it meanwhile. That has to be settled first.")
        check_proof(it, now=now)
        row.accepted_by, row.accepted_at, row.takes_effect_at = by, now, now + TO_CALL_OFF
        row.save()
        _log("transfer accepted", it, row, by.pk, now)
        until = when(row.takes_effect_at)
        notices.tell(it, "transfer_accepted", until=until, path=_page(it))
        notices.tell(it, "transfer_coming", to=[row.email], until=until, path="/owner/")
        return row


def refuse(transfer: Transfer, *, by: User, now: dt.datetime) -> None:
    """By whoever it is offered to, also after they have accepted it."""
    with change():
        it, row = _held(transfer)
        theirs = row is not None and (
            row.accepted_by_id == by.pk or (not row.accepted_at and row.email in confirmed(by))
        )
        if row is None or not theirs:
            raise CannotChange("This offer is no longer good.")
        _over(it, row, "transfer refused", by.pk, now)


def call_off(claim: Claim, *, by: User, now: dt.datetime) -> None:
    """Any of its owners may, until the last moment."""
    with change():
        it = led(claim, by, now=now)
        row = Transfer.objects.filter(claim=it, ended_at=None).first()
        if row is not None:
            _over(it, row, "transfer called off", by.pk, now)


# --- by time ----------------------------------------------------------------------------------------------------------


def pass_time(*, now: dt.datetime) -> int:
    """Transfers whose time has come, or that nobody accepted: how many. One question where there are none."""
    due = Transfer.objects.filter(
        Q(accepted_at=None, expires_at__lte=now)
        | Q(takes_effect_at__lte=now)
        | Q(claim__disputes_held__opened_at__gte=F("made_at")),
        ended_at=None,
    )
    return sum(_passed(pk, now=now) for pk in set(due.values_list("pk", flat=True)))


def _passed(pk: int, *, now: dt.datetime) -> bool:
    with change():
        it, row = _held(Transfer.objects.get(pk=pk))
        if row is None:
            return False
        heir = row.accepted_by
        if _is_disputed(row) or (row.accepted_at is None and row.expires_at <= now):
            _over(it, row, "transfer ended", None, now)
        elif row.takes_effect_at is None or row.takes_effect_at > now:
            return False
        elif heir is None or not heir.is_active:
            _over(it, row, "transfer ended", None, now)
        elif not has_rights(it, now=now) or it.overrides.filter(state=OverrideState.WAITING).exists():
            return False  # it waits for the proof to be there again, for a second editor's word, or ends with the claim
        else:
            _hand_on(it, row, heir, now)
        return True


def _hand_on(claim: Claim, row: Transfer, heir: User, now: dt.datetime) -> None:
    owners = list(claim.members.filter(role=Role.OWNER).values_list("user", flat=True))
    old_people = [address for address in notices.addresses(claim) if address not in confirmed(heir)]
    row.ended_at, row.is_done = now, True
    row.save()
    drop_all(claim, now=now, why="The listing was handed on.")
    # Whose addresses they were is nothing to the new owner: the log knows that they were.
    Invitation.objects.filter(claim=claim).delete()
    Transfer.objects.filter(claim=claim).exclude(pk=row.pk).delete()
    claim.opened_by = heir
    claim.save()
    Member.objects.create(claim=claim, user=heir, role=Role.OWNER, since=now)
    written(
        "transferred", at=now, artifact=claim.artifact_id, claim=claim.pk,
        before={"owners": owners}, after={"owners": [heir.pk], "transfer": row.pk},
    )  # fmt: skip
    until = _another_word(claim, now)
    # What they had begun themselves: they have it now.
    for own in Claim.objects.filter(artifact=claim.artifact_id, opened_by=heir, state=ClaimState.PENDING):
        moved(locked(own.pk), ClaimState.RELEASED, now=now, why="The listing was handed on to you.")
    publish(claim)
    notices.tell(claim, "transfer_done", to=old_people, path="/owner/")
    notices.tell(claim, "transfer_yours", until=when(until))
    Transfer.objects.filter(pk=row.pk).update(email="")  # the account is known now, and may be deleted one day


def _another_word(claim: Claim, now: dt.datetime) -> dt.datetime:
    """A word belongs to one person: the new owner gets one for the same place, and time to publish it."""
    claim.proofs.filter(state=ProofState.PENDING).update(state=ProofState.OVER, next_check_at=None)
    old = claim.proofs.get(state=ProofState.STANDING)
    old.good_until = now + OLD_WORD_FOR
    old.save()
    Proof.objects.create(
        claim=claim,
        method=old.method,
        place=old.place,
        scope=old.scope,
        token=tokens.challenge(),
        issued_at=now,
        next_check_at=now + dt.timedelta(minutes=10),
    )
    return old.good_until


# --- what they share --------------------------------------------------------------------------------------------------


def _held(transfer: Transfer) -> tuple[Claim, Transfer | None]:
    """The claim first, as everywhere; then the transfer, if it is not over."""
    it = locked(transfer.claim_id)
    row = Transfer.objects.filter(pk=transfer.pk, ended_at=None).first()
    return it, row


def _is_disputed(row: Transfer) -> bool:
    """Whether somebody else has proven the listing since: what is disputed passes to nobody by the way."""
    return Dispute.objects.filter(holder=row.claim_id, opened_at__gte=row.made_at).exists()


def _over(claim: Claim, row: Transfer, verb: str, by: int | None, now: dt.datetime) -> None:
    row.ended_at = now
    row.save()
    _log(verb, claim, row, by, now)
    notices.tell(claim, "transfer_off", path=_page(claim))
    if row.accepted_at is not None:  # before that, the link in their letter says so
        notices.tell(claim, "transfer_off", to=[row.email], path="/owner/")


def _page(claim: Claim) -> str:
    return f"{claim.get_absolute_url()}people/"


def _log(verb: str, claim: Claim, row: Transfer, by: int | None, now: dt.datetime) -> None:
    written(verb, at=now, actor=by, artifact=claim.artifact_id, claim=claim.pk, after={"transfer": row.pk})
