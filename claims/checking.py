"""Looks at proofs: one look at a time, within limits, and whatever goes wrong on the way is *unknown*, never *present*.

A button, the daily round and the command all call `look_for`. What a look means is ownership.py's part.
"""

from __future__ import annotations

import datetime as dt
import logging

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Q
from django.utils import timezone

from claims import demo, proofs, transfers
from claims.choices import Outcome, ProofState
from claims.models import Look, Proof
from claims.ownership import pass_time, took_place
from claims.proofs import Asked, Reach, Seen

log = logging.getLogger(__name__)

HOUR = dt.timedelta(hours=1)
#: Of one account at one host, looks that found nothing; and looks at one host, whoever asked for them.
MOST_FAILED, MOST_AT_HOST = 5, 30
#: Of these, so many are for what stands: whoever only tries cannot make another's badge lapse.
KEPT = 10
#: A look takes at most so long; whoever died while looking holds nobody up for longer.
LEASE = dt.timedelta(seconds=60)
#: Whoever asks again within this is told what was just seen.
JUST_NOW = dt.timedelta(seconds=10)


class CannotLook(Exception):
    def __init__(self, retry_after: int) -> None:
        super().__init__("It has been looked for too often for now.")
        self.retry_after = retry_after


def host_of(proof: Proof) -> str:
    """Whom a look asks: a repository is asked of its forge, which is everybody's, so its path counts as the host."""
    place = proof.place.removeprefix("https://")
    return (place if proof.method == "repository" else place.partition("/")[0])[:253]


def look_for(
    proof: Proof, *, by: User | None = None, now: dt.datetime | None = None, reach: Reach | None = None
) -> Look | None:
    """None where somebody is looking already, or it is over. Raises CannotLook."""
    now = now or timezone.now()
    check_limits(proof, by=by, now=now)
    free = Q(looked_at_until=None) | Q(looked_at_until__lt=now)
    fresh = Q(last_checked_at__gt=now - JUST_NOW)
    ours = Proof.objects.filter(free, pk=proof.pk).exclude(state=ProofState.OVER)
    if by is not None:
        ours = ours.exclude(fresh)
    if not ours.update(looked_at_until=now + LEASE):
        return proof.looks.first()
    asked = Asked(proof.place, proof.token, dict(proof.ids))
    try:
        found = _looked(proof, asked, reach or Reach())
    except Exception:
        log.exception("Looking for proof %s failed.", proof.pk)
        found = proofs.unknown()
    return took_place(proof.pk, found, host=host_of(proof), by=by, now=now)


def _looked(proof: Proof, asked: Asked, reach: Reach) -> Seen:
    if not proof.claim.is_demo:
        return proofs.look(proof.method, asked, reach)
    if settings.PRODUCTION:  # a database of a demo: what it has of badges lapses
        return proofs.unknown()
    return demo.look(asked, reach)


def check_limits(proof: Proof, *, by: User | None, now: dt.datetime) -> None:
    """Raises CannotLook, and nothing is asked of anybody."""
    lately = Look.objects.filter(host=host_of(proof), at__gt=now - HOUR).order_by("at")
    failed = lately.exclude(outcome=Outcome.PRESENT)
    if by is not None:
        _at_most(MOST_FAILED, failed.filter(by=by), now)
    elif proof.state == ProofState.PENDING:  # the clock looks for whoever opened the claim, and as often
        _at_most(MOST_FAILED, failed.filter(proof__claim__opened_by=proof.claim.opened_by_id), now)
    _at_most(MOST_AT_HOST if proof.state == ProofState.STANDING else MOST_AT_HOST - KEPT, lately, now)


def _at_most(most: int, looks: object, now: dt.datetime) -> None:
    times = list(looks.values_list("at", flat=True)[:most])  # type: ignore[attr-defined]
    if len(times) >= most:
        raise CannotLook(max(1, int((times[0] + HOUR - now).total_seconds()) + 1))


def due(*, now: dt.datetime) -> list[int]:
    return list(
        Proof.objects.filter(next_check_at__lte=now)
        .exclude(state=ProofState.OVER)
        .order_by("next_check_at", "pk")
        .values_list("pk", flat=True)[:1000]
    )


def check_due(*, now: dt.datetime, reach: Reach | None = None) -> tuple[int, int]:
    """Every proof whose time has come, one after the other, and what time alone brings. Looks made, claims moved."""
    made = 0
    for proof in Proof.objects.filter(pk__in=due(now=now)).select_related("claim"):
        try:
            made += look_for(proof, now=now, reach=reach) is not None
        except CannotLook as error:
            later = now + dt.timedelta(seconds=error.retry_after)
            Proof.objects.filter(pk=proof.pk).update(next_check_at=later)
    return made, transfers.pass_time(now=now) + pass_time(now=now)
