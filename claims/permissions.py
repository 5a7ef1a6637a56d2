"""May this person do this with that listing? The one place that answers, for pages, API, keys and tags alike."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Exists, OuterRef, Q, QuerySet

from catalog.choices import PUBLIC_LIFECYCLES
from claims.choices import OPEN, ClaimState, ProofState, Role
from claims.models import Claim, Member
from claims.proven import standing_of


class Verb(StrEnum):
    SEE = "see"  # the claim's own page
    ANALYSE = "analyse"
    EDIT = "edit"
    PROVE = "prove"
    LEAD = "lead"  # people, transfer, giving it up


#: What a claim of this role may do while its proof stands.
ALLOWED: dict[str, frozenset[Verb]] = {
    Role.OWNER: frozenset(Verb),
    Role.MAINTAINER: frozenset({Verb.SEE, Verb.ANALYSE, Verb.EDIT}),
    Role.ANALYST: frozenset({Verb.SEE, Verb.ANALYSE}),
}
#: And whatever has become of the proof: so that it can be mended, or let go.
ALWAYS: dict[str, frozenset[Verb]] = {
    Role.OWNER: frozenset({Verb.SEE, Verb.PROVE, Verb.LEAD}),
    Role.MAINTAINER: frozenset({Verb.SEE}),
    Role.ANALYST: frozenset({Verb.SEE}),
}


def may(person: User | AnonymousUser, verb: Verb, claim: Claim, *, now: dt.datetime) -> bool:
    if not person.is_authenticated or not person.is_active:
        return False
    role = role_in(claim, person.pk)
    if claim.state in (ClaimState.PENDING, ClaimState.CONTESTED):
        # Not yet, or not alone, theirs: it can be seen, proven and let go, and nothing beyond.
        if role is None and claim.opened_by_id == person.pk and not claim.members.exists():
            role = Role.OWNER
        return verb in ALWAYS.get(role or "", frozenset())
    if role is None:
        # What has ended can still be read by whoever began it.
        return verb == Verb.SEE and claim.state not in OPEN and claim.opened_by_id == person.pk
    return verb in (ALLOWED if has_rights(claim, now=now) else ALWAYS).get(role, frozenset())


def visible_to(person: User) -> QuerySet[Claim]:
    """Those of which `may` says that they may be seen: the same rule, asked of the table."""
    waits = Q(state__in=(ClaimState.PENDING, ClaimState.CONTESTED))
    theirs = Q(pk__in=Member.objects.filter(user=person).values("claim"))
    is_nobodys = ~Exists(Member.objects.filter(claim=OuterRef("pk")))
    return Claim.objects.filter(theirs | Q(opened_by=person) & (waits & Q(is_nobodys) | ~Q(state__in=OPEN)))


def role_in(claim: Claim, person_id: int) -> str | None:
    return Member.objects.filter(claim=claim, user=person_id).values_list("role", flat=True).first()


def has_rights(claim: Claim, *, now: dt.datetime) -> bool:
    """Whether its proof was seen lately enough, and its listing is public, or has become part of another. Computed, so
    that nothing has to run for it to end.
    """
    there = Q(claim__artifact__lifecycle__in=PUBLIC_LIFECYCLES) | Q(claim__artifact__merged_into__isnull=False)
    proof = claim.proofs.filter(there, state=ProofState.STANDING).first()
    until = standing_of(proof, claim).rights_until() if proof else None
    return until is not None and now < until
