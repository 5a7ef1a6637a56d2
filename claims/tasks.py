"""The work of claims that nobody waits for. What each does is decided in the module it calls."""

from __future__ import annotations

import logging

from celery import shared_task
from django.contrib.auth.models import User
from django.utils import timezone

from claims import (
    audit,
    checking,
    digests,
    disputes,
    key_uses,
    manifests,
    notices,
    ownership,
    people,
    proposing,
    repeats,
    suggestions,
    telling_weeks,
    transfers,
)  # fmt: skip
from claims.models import Claim, Invitation, Proof, Transfer

log = logging.getLogger(__name__)


@shared_task
def check_claims() -> None:
    """Proofs whose day has come, each as a task of its own: one slow host holds nobody up. Then what time brings,
    and what editors have answered.
    """
    now = timezone.now()
    for pk in checking.due(now=now):
        look_for_proof.delay(pk)
    disputes.look_again(now=now)
    transfers.pass_time(now=now)
    people.forget(now=now)
    ownership.pass_time(now=now)
    suggestions.tell_decided(now=now)


@shared_task(soft_time_limit=90, time_limit=120)
def look_for_proof(pk: int, by: int | None = None) -> None:
    proof = Proof.objects.filter(pk=pk).select_related("claim").first()
    if proof is None:
        return
    person = User.objects.filter(pk=by).first() if by else None
    try:
        checking.look_for(proof, by=person)
    except checking.CannotLook as error:
        log.info("Proof %s is looked for in %s s.", pk, error.retry_after)


@shared_task
def read_manifests() -> None:
    """Files whose day has come, each as a task of its own."""
    for pk in manifests.due(now=timezone.now()):
        read_manifest.delay(pk)


@shared_task(soft_time_limit=90, time_limit=120)
def read_manifest(claim: int, by: int | None = None) -> None:
    now = timezone.now()
    row = Claim.objects.filter(pk=claim).select_related("artifact").first()
    if row is None or (by is None and not manifests.due(now=now, claim=claim)):  # asked for twice, and read meanwhile
        return
    person = User.objects.filter(pk=by).first() if by else None
    proposing.read_and_propose(row, now=now, by=person)


@shared_task
def send_notice(claim: int, what: str, to: list[str], path: str = "", told: dict[str, str] | None = None) -> None:
    row = Claim.objects.filter(pk=claim).select_related("artifact").first()
    if row is not None:
        notices.send(row, what, to, path, told)


@shared_task
def send_link(kind: str, pk: int) -> None:
    """Of an invitation or a transfer that still waits for its answer."""
    row: Invitation | Transfer | None
    if kind == "invitation":
        row = Invitation.objects.filter(pk=pk, answered_at=None).select_related("claim__artifact").first()
    else:
        row = Transfer.objects.filter(pk=pk, accepted_at=None, ended_at=None).select_related("claim__artifact").first()
    if row is not None:
        notices.send_link(row)


@shared_task
def verify_audit() -> None:
    """Once a day; a log that does not hold together is said loudly."""
    number, faults = audit.verified()
    for fault in faults:
        log.error("Entry %s of the audit log: %s.", fault.number, fault.what)
    log.info("%s entries of the audit log, %s faults.", number, len(faults))


@shared_task
def throw_away_old() -> None:
    """What programs did with their keys, once nobody asks for it any more."""
    key_uses.throw_away_old(now=timezone.now())
    repeats.throw_away_old(now=timezone.now())


@shared_task
def remind_of_proposals() -> None:
    """Editors, of owners' proposals that have waited for five days: of each once."""
    log.info("Reminded of %s proposals.", suggestions.remind(now=timezone.now()))


@shared_task(soft_time_limit=900, time_limit=1_200)
def tell_weeks() -> None:
    """What the people of each claim may know of the week that is over; log-ins that are about no week any more go."""
    telling_weeks.tell_weeks(now=timezone.now())


@shared_task(soft_time_limit=900, time_limit=1_200)
def send_digests() -> None:
    """To each member who wants them the last week's numbers, once."""
    digests.send_due(now=timezone.now())
