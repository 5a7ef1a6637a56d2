"""What becomes of what a claim has proposed: listed for its people, taken back, told of once it is decided, brought to
editors' minds while it waits. What is proposed is decided in listing.py, what is accepted at the editors' desk.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Permission, User
from django.db.models import Min, QuerySet
from django.db.transaction import atomic
from django.urls import reverse

from catalog.choices import ProposalState
from catalog.desk.proposals import LATE
from catalog.models import Proposal
from claims import notices
from claims.models import Claim, OwnChange, Reminder, Suggestion

#: Whoever has it answers proposals.
RIGHT = "catalog.change_proposal"
DECIDED = (ProposalState.ACCEPTED, ProposalState.REFUSED)


def seen_since(claim: Claim) -> dt.datetime | None:
    """Since when anybody has looked after it who still does: whoever was before them is none of their business."""
    since: dt.datetime | None = claim.members.aggregate(first=Min("since"))["first"]
    return since


def proposals_of(claim: Claim) -> QuerySet[Proposal]:
    """The newest first; of those who had it earlier nothing is told."""
    found = Proposal.objects.filter(suggestion__claim=claim).select_related("artifact", "proposed_by")
    since = seen_since(claim)
    return (found.filter(proposed_at__gte=since) if since else found).order_by("-proposed_at", "-pk")


def own_changes_of(claim: Claim) -> QuerySet[OwnChange]:
    found = OwnChange.objects.filter(claim=claim)
    since = seen_since(claim)
    return found.filter(at__gte=since) if since else found


def withdraw(claim: Claim, pk: int, *, now: dt.datetime) -> bool:
    """False where an editor was first, or it is not theirs."""
    return _taken_back(proposals_of(claim).filter(pk=pk), now=now, note="Withdrawn by who proposed it.") == 1


def drop(claim: Claim, *, now: dt.datetime) -> int:
    """All that waits, because the claim has ended or passed on."""
    mine = Proposal.objects.filter(suggestion__claim=claim)
    return _taken_back(mine, now=now, note="Who proposed it does not own it any more.")


def _taken_back(rows: QuerySet[Proposal], *, now: dt.datetime, note: str) -> int:
    pks = list(rows.filter(state=ProposalState.OPEN).values_list("pk", flat=True))
    still = Proposal.objects.filter(pk__in=pks, state=ProposalState.OPEN)  # asked again where it is written
    return still.update(state=ProposalState.OUTDATED, decided_at=now, note=note)


def tell_decided(*, now: dt.datetime) -> int:
    """One letter to the people of each claim of which editors have answered something since the last one."""
    answered: dict[int, list[int]] = defaultdict(list)
    untold = Suggestion.objects.filter(told_at=None, proposal__state__in=DECIDED)
    for pk, claim_id in untold.values_list("pk", "claim"):
        answered[claim_id].append(pk)
    sent = 0
    for claim in Claim.objects.filter(pk__in=answered).select_related("artifact"):
        with atomic():
            if Suggestion.objects.filter(pk__in=answered[claim.pk], told_at=None).update(told_at=now):
                notices.tell(claim, "answered", path=reverse("claims:proposals", args=[claim.pk]))
                sent += 1
    return sent


def remind(*, now: dt.datetime) -> int:
    """Mails those who may answer about what has waited too long; of each proposal once. How many there were."""
    late = Suggestion.objects.filter(
        proposal__state=ProposalState.OPEN, proposal__proposed_at__lte=now - LATE, reminder=None
    )
    with atomic():
        # By the unique row: of two that run at once, one makes it.
        new = [pk for pk in late.values_list("pk", flat=True) if _noted(pk, now)]
    if new:
        notices.tell_editors(editors(), count=len(new))
    return len(new)


def _noted(pk: int, now: dt.datetime) -> bool:
    return Reminder.objects.get_or_create(suggestion_id=pk, defaults={"at": now})[1]


def editors() -> list[str]:
    """Confirmed addresses of the staff who may answer."""
    app, codename = RIGHT.split(".")
    may = User.objects.with_perm(Permission.objects.get(content_type__app_label=app, codename=codename))
    proven = EmailAddress.objects.filter(user__in=may.filter(is_staff=True), verified=True, primary=True)
    return sorted(proven.values_list("email", flat=True))
