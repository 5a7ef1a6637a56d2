"""What somebody has by looking after a claim, and how it goes: all of it, in the transaction that takes it away."""

from __future__ import annotations

import datetime as dt

from catalog.choices import ReportState
from catalog.desk import reports
from catalog.models import Report
from claims import keys, notices, replies, suggestions
from claims.models import Claim, Invitation, Member, Transfer

#: What readers are told of a request that nobody stands behind any more.
ASKER_GONE = "Whoever asked for it no longer looks after the listing."


def drop(claim: Claim, person: int, *, now: dt.datetime, why: str) -> dict[str, int]:
    """How many invitations and transfers went with it: for the log."""
    went = drop_begun(claim, person, now=now)
    Member.objects.filter(claim=claim, user=person).delete()
    keys.revoke_of(person, claim, now, why)
    for wish in Report.objects.filter(artifact=claim.artifact_id, asked_by=person, state=ReportState.OPEN):
        reports.decide(wish, state=ReportState.DECLINED, outcome=ASKER_GONE, by=None)
    return went


def drop_begun(claim: Claim, person: int, *, now: dt.datetime) -> dict[str, int]:
    """What they began as its owner, and nobody has taken up yet."""
    sent = Invitation.objects.filter(claim=claim, invited_by=person, answered_at=None).update(answered_at=now)
    return {"invitations": sent, "transfers": _call_off(claim, now=now, by=person)}


def drop_all(claim: Claim, *, now: dt.datetime, why: str) -> None:
    """Nothing of it is left for whoever comes next: where a claim ends, and where it passes to somebody else."""
    for person in list(claim.members.values_list("user", flat=True)):
        drop(claim, person, now=now, why=why)
    keys.revoke_all_of(claim, now=now, why=why)
    Invitation.objects.filter(claim=claim, answered_at=None).update(answered_at=now)
    suggestions.drop(claim, now=now)
    replies.end(claim, now=now)
    _call_off(claim, now=now)


def _call_off(claim: Claim, *, now: dt.datetime, **whose: int) -> int:
    ended = 0
    for transfer in Transfer.objects.filter(claim=claim, ended_at=None, **whose):
        transfer.ended_at = now
        transfer.save()
        if transfer.accepted_at is not None:  # before that, the link in their letter says so
            notices.tell(claim, "transfer_off", to=[transfer.email], path="/owner/")
        ended += 1
    return ended
