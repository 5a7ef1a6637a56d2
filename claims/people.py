"""Who looks after a claimed listing: invited by its owners, taken on by their own will, and let go at once.

Each step is one transaction that holds the claim's row, and one entry in the log. A claimed listing always has an owner
who can act: the last one can neither leave, nor be removed, nor be made less.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import QuerySet
from django.utils import timezone

from catalog.changes import change
from claims import notices, tokens
from claims.audit import written
from claims.choices import HOLDING, ClaimState, ProofState, Role
from claims.dropping import drop, drop_begun
from claims.models import Claim, Invitation, Member, Transfer
from claims.ownership import locked, moved
from claims.permissions import Verb, has_rights, may

INVITED_FOR = dt.timedelta(hours=72)
#: Invitations of one claim that wait at the same time, and letters to strangers of one account within a day.
MOST_OPEN, MOST_A_DAY = 20, 20
DAY = dt.timedelta(days=1)
FORGOTTEN_AFTER = 30 * DAY


class CannotChange(Exception):
    """With a sentence for the person who tried."""


class TooMany(CannotChange):
    def __init__(self, sentence: str, free_at: dt.datetime, now: dt.datetime) -> None:
        super().__init__(sentence)
        self.retry_after = max(1, int((free_at - now).total_seconds()) + 1)


# --- what there is ----------------------------------------------------------------------------------------------------


def waiting(claim: Claim, *, now: dt.datetime) -> QuerySet[Invitation]:
    return Invitation.objects.filter(claim=claim, answered_at=None, expires_at__gt=now)


def invited(person: User, *, now: dt.datetime) -> QuerySet[Invitation]:
    """What waits for somebody's answer, by an address that they have confirmed."""
    return Invitation.objects.filter(
        answered_at=None, expires_at__gt=now, claim__state__in=HOLDING, email__in=confirmed(person)
    ).select_related("claim__artifact", "invited_by")


def confirmed(person: User) -> list[str]:
    mine = EmailAddress.objects.filter(user=person.pk, verified=True).values_list("email", flat=True)
    return [address.lower() for address in mine]


def roles_of(person: User) -> dict[int, str]:
    """By claim."""
    return {row.claim_id: row.get_role_display() for row in Member.objects.filter(user=person)}


def address_of(typed: str) -> str:
    """As it is compared and kept. Raises CannotChange."""
    email = typed.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise CannotChange("That is no e-mail address.") from None
    if len(email) > 254:
        raise CannotChange("That is no e-mail address.")
    return email


def forget(*, now: dt.datetime) -> None:
    """The addresses of those who were asked a month ago, and whatever they answered: nothing needs them any more."""
    Invitation.objects.filter(expires_at__lt=now - FORGOTTEN_AFTER).delete()
    Transfer.objects.filter(ended_at__lt=now - FORGOTTEN_AFTER, is_done=False).delete()


# --- by its owners ----------------------------------------------------------------------------------------------------


def led(claim: Claim, by: User, *, now: dt.datetime) -> Claim:
    """The claim, held, for somebody who leads it still: what was true when the page was made may be so no more."""
    it = locked(claim.pk)
    if it.state not in HOLDING:
        raise CannotChange("That is possible once the claim is proven.")
    if not may(by, Verb.LEAD, it, now=now):
        raise CannotChange("Only its owners may do that.")
    return it


def check_proof(claim: Claim, *, now: dt.datetime) -> None:
    """What was proven too long ago is not given to anybody."""
    if not has_rights(claim, now=now):
        raise CannotChange("Its proof is missing. Put it back first; then you can share it and hand it on.")


def check_letters(by: User, *, now: dt.datetime) -> None:
    since = now - DAY
    times = sorted(
        [
            *Invitation.objects.filter(invited_by=by, made_at__gt=since).values_list("made_at", flat=True),
            *Transfer.objects.filter(by=by, made_at__gt=since).values_list("made_at", flat=True),
        ]
    )
    if len(times) >= MOST_A_DAY:
        raise TooMany(f"You have had {MOST_A_DAY} such letters sent today. Go on tomorrow.", times[0] + DAY, now)


def invite(claim: Claim, email: str, role: str, *, by: User, now: dt.datetime) -> Invitation:
    """Whether there is an account with the address is neither asked nor told. Raises CannotChange."""
    email = address_of(email)
    if role not in Role.values:
        raise CannotChange("Choose what they may do.")
    with change():
        it = led(claim, by, now=now)
        check_proof(it, now=now)
        if it.members.filter(user__email__iexact=email).exists():
            raise CannotChange("They look after it already.")
        sent = waiting(it, now=now)
        if sent.filter(email=email).exists():
            raise CannotChange("They have been invited already. Withdraw that invitation to send another one.")
        times = sorted(sent.values_list("expires_at", flat=True))
        if len(times) >= MOST_OPEN:
            raise TooMany(f"{MOST_OPEN} invitations wait for an answer. Withdraw some, or wait.", times[0], now)
        check_letters(by, now=now)
        row = Invitation.objects.create(
            claim=it,
            email=email,
            role=role,
            token_digest=tokens.digest_of(tokens.link_token()),  # until its letter is written, nobody has the link
            invited_by=by,
            made_at=now,
            expires_at=now + INVITED_FOR,
        )
        _log("invited", it, by, now, after={"invitation": row.pk, "role": role})
        notices.tell_by_link(row)
        return row


def withdraw(invitation: Invitation, *, by: User, now: dt.datetime) -> None:
    with change():
        it = led(invitation.claim, by, now=now)
        if waiting(it, now=now).filter(pk=invitation.pk).update(answered_at=now):
            _log("invitation withdrawn", it, by, now, after={"invitation": invitation.pk})


def change_role(claim: Claim, person: int, role: str, *, by: User, now: dt.datetime) -> None:
    if role not in Role.values:
        raise CannotChange("Choose what they may do.")
    with change():
        it = led(claim, by, now=now)
        member = _member(it, person)
        was = member.role
        if was == role:
            return
        went: dict[str, int] = {}
        if role == Role.OWNER:
            check_proof(it, now=now)
        elif was == Role.OWNER:
            _check_another_owner(it, person)
            went = drop_begun(it, person, now=now)
            _end_words(it)
            _pass_on(it, person)
        member.role = role
        member.save()
        _log("role changed", it, by, now, before={"person": person, "role": was}, after={"role": role, **went})
        if person != by.pk:
            told = notices.addresses(it, [person])
            notices.tell(
                it, "role_changed", to=told, who=by.email or "An owner", role=member.get_role_display().lower()
            )


def remove(claim: Claim, person: int, *, by: User, now: dt.datetime) -> None:
    """All that they had by it goes with them, at once."""
    with change():
        it = led(claim, by, now=now)
        told = notices.addresses(it, [person])
        _goes(it, _member(it, person), "removed", by=by, now=now)
        if person != by.pk:
            notices.tell(it, "removed", to=told, path="/owner/", who=by.email or "An owner")


def leave(claim: Claim, *, by: User, now: dt.datetime) -> None:
    with change():
        it = locked(claim.pk)
        _goes(it, _member(it, by.pk), "left", by=by, now=now)


def close_account(person: User, *, now: dt.datetime) -> None:
    """Before an account is deleted: what nobody else looks after is given up, and nobody is left without an owner."""
    for member in Member.objects.filter(user=person).select_related("claim"):
        with change():
            it = locked(member.claim_id)
            try:
                _goes(it, member, "left", by=None, now=now)
            except CannotChange:
                moved(it, ClaimState.RELEASED, now=now, why="Its last owner's account was closed.")
    # What waited for its proof would else be proven for nobody.
    for waits in Claim.objects.filter(opened_by=person, state__in=(ClaimState.PENDING, ClaimState.CONTESTED)):
        with change():
            moved(locked(waits.pk), ClaimState.RELEASED, now=now, why="The account that opened it was closed.")


def account_goes(sender: type[User], instance: User, **more: Any) -> None:
    """Whoever deletes an account, and wherever."""
    close_account(instance, now=timezone.now())


# --- by whoever is invited --------------------------------------------------------------------------------------------


def invitation_of(token: str) -> Invitation | None:
    rows = Invitation.objects.select_related("claim__artifact", "invited_by")
    return rows.filter(token_digest=tokens.digest_of(token)).first()


def is_open(invitation: Invitation, *, now: dt.datetime) -> bool:
    return invitation.answered_at is None and now < invitation.expires_at and invitation.claim.state in HOLDING


def take_up(invitation: Invitation, *, by: User, now: dt.datetime) -> Claim:
    with change():
        it, row = _answerable(invitation, by, now)
        check_proof(it, now=now)
        if it.members.filter(user=by).exists():
            raise CannotChange("You look after it already.")
        row.answered_at, row.taken_by = now, by
        row.save()
        Member.objects.create(claim=it, user=by, role=row.role, since=now)
        _log("joined", it, by, now, after={"person": by.pk, "role": row.role, "invitation": row.pk})
        return it


def decline(invitation: Invitation, *, by: User, now: dt.datetime) -> None:
    with change():
        it, row = _answerable(invitation, by, now)
        row.answered_at = now
        row.save()
        _log("declined", it, by, now, after={"invitation": row.pk})


def _answerable(invitation: Invitation, by: User, now: dt.datetime) -> tuple[Claim, Invitation]:
    it = locked(invitation.claim_id)
    row = Invitation.objects.filter(pk=invitation.pk).first()
    if row is not None:
        row.claim = it
    if row is None or not is_open(row, now=now) or not by.is_active or row.email not in confirmed(by):
        raise CannotChange("This invitation is no longer good.")
    return it, row


# --- what they share --------------------------------------------------------------------------------------------------


def _member(claim: Claim, person: int) -> Member:
    row = Member.objects.filter(claim=claim, user=person).first()
    if row is None:
        raise CannotChange("They no longer look after it.")
    return row


def _goes(claim: Claim, member: Member, verb: str, *, by: User | None, now: dt.datetime) -> None:
    person = member.user_id
    if member.role == Role.OWNER:
        _check_another_owner(claim, person)
        _end_words(claim)
    went = drop(claim, person, now=now, why=f"Its person has {verb}." if verb == "left" else "Its person was removed.")
    _pass_on(claim, person)
    _log(verb, claim, by, now, before={"person": person, "role": member.role}, after=went)


def _end_words(claim: Claim) -> None:
    """Those that were asked for and not seen yet: an owner who has gone could still publish one."""
    claim.proofs.filter(state=ProofState.PENDING).update(state=ProofState.OVER, next_check_at=None)


def _pass_on(claim: Claim, person: int) -> None:
    """What is read by its opener once it has ended goes to an owner."""
    if claim.opened_by_id == person:  # what has ended is read by whose it was, and by nobody who had left before
        owner = claim.members.filter(role=Role.OWNER).exclude(user=person).select_related("user").first()
        claim.opened_by = owner.user if owner else None
        claim.save()


def _check_another_owner(claim: Claim, person: int) -> None:
    """Besides them, and one who can act: a closed account owns nothing that anybody could ask it for."""
    others = claim.members.filter(role=Role.OWNER, user__is_active=True).exclude(user=person)
    if not others.exists():
        raise CannotChange("It has no other owner. Make somebody else an owner first, hand it on, or give it up.")


def _log(
    verb: str,
    claim: Claim,
    by: User | None,
    now: dt.datetime,
    *,
    before: dict[str, object] | None = None,
    after: dict[str, object] | dict[str, int] | None = None,
) -> None:
    """No addresses: what is written stays for ever."""
    written(
        verb,
        at=now,
        actor=by.pk if by else None,
        artifact=claim.artifact_id,
        claim=claim.pk,
        before=before,
        after=after,
    )
